"""Links, error rates, crossings and perplexity, and every refusal by its words."""

from __future__ import annotations

import numpy as np
import pytest

from workings.byhand.alignment import alignment_error_rate, crossings, strongest_links
from workings.byhand.perplexity import perplexity


def test_links() -> None:
    assert strongest_links(np.eye(3)[[2, 0, 1]]) == {(0, 2), (1, 0), (2, 1)}
    assert alignment_error_rate([(0, 0)], [(0, 0)]) == 0
    assert alignment_error_rate([(0, 0)], [(0, 1)]) == 1
    assert crossings([(t, 3 - t) for t in range(4)]) == 6
    assert crossings([(t, t) for t in range(4)]) == 0


def test_perplexity() -> None:
    assert perplexity(np.log([[0.5, 0.5]])) == pytest.approx(2)
    assert perplexity([-np.inf, 0.0]) == np.inf


def test_refuses() -> None:
    with pytest.raises(ValueError, match="found and known must not both be empty"):
        alignment_error_rate([], [])
    with pytest.raises(ValueError, match=r"weights must have 2 axes \(T_t, T_s\), got shape \(2,\)"):
        strongest_links([1, 2])
    with pytest.raises(ValueError, match=r"log_probabilities must be 0 or less, got 0\.5"):
        perplexity([0.5])
    with pytest.raises(ValueError, match="log_probabilities must not be empty"):
        perplexity([])
