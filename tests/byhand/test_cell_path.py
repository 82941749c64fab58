"""Lifetimes against counting, biases against the sigmoid, and every refusal by its words."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workings.byhand.cell_path import forget_bias, lifetime
from workings.byhand.sigmoid import sigmoid


@given(st.floats(0.05, 0.999), st.floats(0.01, 0.9))
def test_lifetime_inverts_the_power(f: float, share: float) -> None:
    assert np.isclose(f ** lifetime(f, share), share, rtol=1e-9)


@given(st.floats(1.01, 1e6))
def test_bias_gives_the_gate(steps: float) -> None:
    assert np.isclose(sigmoid([forget_bias(steps)])[0], 1 - 1 / steps, rtol=1e-9)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: lifetime(1.0), "f and share must lie below 1, got 1.0 and 0.5"),
        (lambda: lifetime(0.5, 1), "f and share must lie below 1, got 0.5 and 1"),
        (lambda: lifetime(0), "f must be a finite number above 0, got 0"),
        (lambda: forget_bias(1), "steps must be a number above 1, got 1"),
    ],
)
def test_refuses(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        call()
    assert str(caught.value) == message
