"""Witnesses: no number that is none may agree with anything."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workings.claims.witness import Witness, at_least, at_most, close, equal, estimate

NUMBERS = st.floats(-1e6, 1e6)


@given(NUMBERS, NUMBERS)
def test_close_is_the_largest_absolute_difference(left: float, right: float) -> None:
    witness = close("a", [left, 0.0], [right, 0.0], 1e-9)
    assert witness.distance == abs(left - right)
    assert witness.agrees == (abs(left - right) <= 1e-9)
    assert close("a", [right, 0.0], [left, 0.0], 1e-9).distance == witness.distance


@given(NUMBERS, NUMBERS)
def test_a_bound_is_kept_or_passed(measured: float, bound: float) -> None:
    assert at_most("a", measured, bound).agrees == (measured <= bound)
    assert at_least("a", measured, bound).agrees == (measured >= bound)
    assert at_most("a", measured, bound).contradicts == (measured - bound > 0)


@given(st.lists(NUMBERS, min_size=3, max_size=20).filter(lambda draws: np.std(draws) > 1e-3))
def test_an_estimate_counts_standard_errors(draws: list[float]) -> None:
    error = np.std(draws, ddof=1) / math.sqrt(len(draws))
    witness = estimate("a", draws, float(np.mean(draws) + 2 * error))
    assert witness.distance == pytest.approx(2, rel=1e-6)
    assert witness.unit == "standard errors"
    assert witness.agrees


NAN = math.nan


@pytest.mark.parametrize(
    "make",
    [
        lambda: close("a", NAN, 1.0, 1.0),
        lambda: close("a", 1.0, NAN, 1.0),
        lambda: close("a", NAN, NAN, 1.0),
        lambda: close("a", [1.0, NAN], [1.0, 2.0], 1.0),
        lambda: close("a", 1.0, 1.0, NAN),
        lambda: close("a", 1.0, 1.0, -1.0),
        lambda: close("a", 1.0, 2.0, math.inf),
        lambda: at_most("a", NAN, 1.0),
        lambda: at_most("a", 1.0, NAN),
        lambda: at_least("a", NAN, 1.0),
        lambda: at_least("a", 1.0, NAN),
        lambda: at_most("a", math.inf, math.inf),
        lambda: estimate("a", [1.0, NAN], 1.0),
        lambda: estimate("a", [1.0, 2.0], NAN),
        lambda: estimate("a", [1.0, 2.0], 1.0, math.inf),
        lambda: Witness("a", -1.0, 1.0),
    ],
)
def test_what_is_no_number_is_refused(make: Any) -> None:
    with pytest.raises(ValueError, match="'a' needs a distance of zero or more and a finite tolerance, got"):
        make()


def test_infinities() -> None:
    assert close("a", [math.inf, -math.inf], [math.inf, -math.inf], 0.0).agrees
    assert close("a", math.inf, -math.inf, 1.0).contradicts
    assert close("a", math.inf, 1.0, 1.0).contradicts
    assert at_most("a", math.inf, 1.0).contradicts


@pytest.mark.parametrize(
    ("measured", "expected", "words"),
    [
        ([1.0, 2.0], [1.0], r"'a' compares shapes \(2,\) and \(1,\)"),
        ([[1.0]], [1.0], r"'a' compares shapes \(1, 1\) and \(1,\)"),
        ([], [], "'a' compares nothing: both sides are empty"),
    ],
)
def test_shapes_are_never_broadcast(measured: Any, expected: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        close("a", measured, expected, 1.0)


@pytest.mark.parametrize(
    ("samples", "words"),
    [
        ([1.0], r"two samples or more in one dimension, got shape \(1,\)"),
        ([[1.0, 2.0]], r"two samples or more in one dimension, got shape \(1, 2\)"),
        ([2.0, 2.0], "samples that are all equal, so no standard error"),
    ],
)
def test_samples_that_estimate_nothing(samples: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        estimate("a", samples, 1.0)


def test_equal_is_exact() -> None:
    assert equal("a", Fraction(1, 3), Fraction(2, 6)).agrees
    assert equal("a", "ab", "ab").agrees
    assert equal("a", [1, 2], [1, 2]).agrees
    assert equal("a", 0.1 + 0.2, 0.3).contradicts
    assert equal("a", NAN, NAN).contradicts
    with pytest.raises(ValueError, match="ambiguous"):
        equal("a", np.array([1, 2]), np.array([1, 2]))


def test_between_tolerance_and_twice_it_nothing_is_decided() -> None:
    doubts = close("a", 1.0, 2.5, 1.0)
    assert (doubts.agrees, doubts.contradicts) == (False, False)
