"""The exhibits of the record on MNIST, from a small record made here."""

from types import SimpleNamespace
from typing import Any

import pytest

from workings.exhibits import digit_cnn

LINE = "0012344321" + "0" * 18


def a_run(last: float) -> dict[str, Any]:
    held = [0.9, 0.95, last]
    return {
        "epochs": 3,
        "held": held,
        "development": last,
        "train": last + 0.005,
        "seconds": 12.0,
        "images_a_second": 9000.0,
    }


VALUES = {
    "parameters": 3722,
    "trained_numbers": 3746,
    "images": {"train": 100, "development": 50, "test": 200},
    "test": [0.98, 0.99],
    "runs": [a_run(0.99), a_run(0.985)],
    "without": {name: a_run(0.98) for name in digit_cnn.PIECES},
    "mistakes": {
        "count": 4,
        "shown": [
            {"index": place, "label": 4, "read": 9, "sure": 0.999 - place / 100, "pixels": [LINE] * 28}
            for place in range(3)
        ],
    },
    "confusions": {
        "pairs": [{"label": 4, "read": 9, "count": 1.5}, {"label": 7, "read": 2, "count": 0.5}],
        "by_all": 1,
        "by_any": 5,
        "together": 0.995,
    },
    "speed": {"layers_ms": 16.0, "merged_ms": 4.0, "ratio": 4.0, "images_read_a_second": 1e5},
}


@pytest.fixture(autouse=True)
def small_record(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digit_cnn, "record", lambda name: SimpleNamespace(values=VALUES))


def test_results_are_of_the_test_file() -> None:
    table = digit_cnn.results.show()
    assert [row[3] for row in table.rows] == [4, 2, 3, 1]
    assert table.values["mean"] == pytest.approx(0.985)
    assert table.values["error"] == pytest.approx((0.985 * 0.015 / 200) ** 0.5)


def test_pieces_are_compared_with_the_whole() -> None:
    table = digit_cnn.pieces.show()
    assert len(table.rows) == 1 + len(digit_cnn.PIECES)
    assert table.values["all"]["wrong"] == pytest.approx(2.0)


def test_mistakes_are_drawn_in_few_bytes() -> None:
    figure = digit_cnn.mistakes.show()
    assert figure.values["sure"] == 0.97
    assert "a 4 read as 9" in figure.alt
    assert figure.svg.count("4, read as 9") == 3
    assert len(digit_cnn._strokes([LINE] * 28, 4, 0)) == 28
    assert len(digit_cnn._strokes([LINE] * 28, 3, 0)) == 56


def test_curves_and_confusions() -> None:
    assert "images as they are 2.0%" in digit_cnn.curves.show().alt
    assert digit_cnn.confusions.show().values["share"] == pytest.approx(2 / 3)
