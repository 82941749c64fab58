"""Differences to naive Bayes are taken part by part."""

from __future__ import annotations

import pytest

from workings.exhibits.review_lengths import against_bayes, difference


def test_the_error_is_that_of_the_differences() -> None:
    found = {"bayes": {"accuracy": [0.7, 0.9]}, "deep": {"accuracy": [0.8, 0.96]}}
    one = against_bayes(found, "deep")
    assert one == pytest.approx({"mean": 0.88, "above": 0.08, "behind": -0.08, "error": 0.02})
    assert against_bayes(found, "bayes")["error"] == 0


def test_a_loss_has_a_minus_sign() -> None:
    assert difference({"above": 0.012, "error": 0.004}) == "+1.2% ± 0.4%"
    assert difference({"above": -0.034, "error": 0.004}) == "−3.4% ± 0.4%"
