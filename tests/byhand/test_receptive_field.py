"""Receptive fields of single layers, and the refusals."""

from __future__ import annotations

import pytest

from workings.byhand.receptive_field import receptive_fields


def test_single_layers_and_a_chain() -> None:
    assert receptive_fields([]) == []
    assert receptive_fields([(3, 1, 1, 2)]) == [(5, 1, -1)]
    assert receptive_fields([(3, 1, 1, 1)] * 3) == [(3, 1, -1), (5, 1, -2), (7, 1, -3)]
    assert receptive_fields([(1, 2, 0, 1), (3, 2, 1, 1)]) == [(1, 2, 0), (5, 4, -2)]


def test_refuses() -> None:
    with pytest.raises(ValueError, match=r"layers\[0\] must be \(kernel, stride, padding, dilation\), got"):
        receptive_fields([(3, 1, 1)])  # type: ignore[list-item]
    with pytest.raises(ValueError, match=r"layers\[1\] stride must be a whole number of 1 or more, got 0"):
        receptive_fields([(3, 1, 1, 1), (3, 0, 1, 1)])
