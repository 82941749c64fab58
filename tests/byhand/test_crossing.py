"""The crossing of two measured curves."""

import numpy as np
import pytest

from workings.byhand.crossing import crossing

SIZES = np.array([10.0, 20.0, 40.0, 80.0])


@pytest.mark.parametrize("where", [11.0, 20.0, 33.3, 79.0])
def test_power_laws_cross_where_they_must(where: float) -> None:
    assert crossing(SIZES, SIZES**2, where * SIZES) == pytest.approx(where)


def test_the_last_crossing_counts() -> None:
    assert crossing(SIZES, [2, 0.5, 2, 2], [1, 1, 1, 1]) == pytest.approx(20 * 2**0.5)


def test_always_above_and_never() -> None:
    assert crossing(SIZES, SIZES, SIZES / 2) == 10
    assert crossing(SIZES, SIZES, SIZES) == float("inf")


def test_refuses() -> None:
    with pytest.raises(ValueError, match="must hold two numbers or more each, got 2, 3 and 2"):
        crossing([1, 2], [1, 2, 3], [1, 2])
    with pytest.raises(ValueError, match="must be above 0, and the sizes rise"):
        crossing([2, 1], [1, 2], [1, 2])
    with pytest.raises(ValueError, match="must be above 0, and the sizes rise"):
        crossing([1, 2], [0, 2], [1, 2])
