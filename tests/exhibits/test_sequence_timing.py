"""The exhibits of the timing record, from a small record made here."""

from types import SimpleNamespace
from typing import Any

import pytest

from workings.exhibits import sequence_timing
from workings.exhibits.sequence_timing import TIMED

LENGTHS = [32, 64, 128, 256, 512, 1024]


def spread(value: float) -> dict[str, float]:
    return {"least": 0.9 * value, "median": value, "greatest": 1.2 * value}


def a_crossing(median: float | None, greatest: float | None = None) -> dict[str, Any]:
    least = None if median is None else 0.9 * median
    return {
        "predicted": 128,
        "first": 32,
        "last": 1024,
        "median": median,
        "least": least,
        "greatest": greatest,
    }


def a_setting(width: int, batch: int) -> dict[str, Any]:
    times = {str(length): spread(length / 100) for length in LENGTHS}
    crossing = {"GRU": a_crossing(None), "LSTM": a_crossing(500.0, 520.0)}
    return {
        "width": width,
        "batch": batch,
        "milliseconds": dict.fromkeys(TIMED, times),
        "growth": {name: {"exponent": 1.0, "error": 0.0, "first": 128, "last": 1024} for name in TIMED},
        "crossing": {"attention, naive": crossing, "attention, fused": crossing},
    }


def generation(width: int) -> dict[str, Any]:
    return {
        "microseconds": {
            name: {str(length): spread(length) for length in LENGTHS}
            for name in ("attention", "GRU", "LSTM", "LSTM layer")
        },
        "carried": {"attention": {str(length): 8 * length * width for length in LENGTHS}, "LSTM": 8 * width},
    }


VALUES = {
    "lengths": LENGTHS,
    "rounds": 7,
    "threads": 1,
    "training": {"64 by 1": a_setting(64, 1), "512 by 1": a_setting(512, 1)},
    "memory": {
        "bytes": {name: {str(length): 1000 * length for length in LENGTHS} for name in TIMED},
        "growth": {name: {"exponent": 1.0, "error": 0.0} for name in TIMED},
    },
    "generation": {"64": generation(64), "512": generation(512)},
}


@pytest.fixture(autouse=True)
def small_record(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sequence_timing, "record", lambda name: SimpleNamespace(values=VALUES))


def test_a_crossing_is_written_with_its_range_or_as_a_bound() -> None:
    rows = sequence_timing.crossings.show().rows
    assert list(rows[0]) == ["64 × 1", "GRU", 64, "> 1024", "> 1024"]
    assert list(rows[1]) == ["64 × 1", "LSTM", 128, "500 (450 to 520)", "500 (450 to 520)"]
    assert sequence_timing._range({}) == "?"
    assert sequence_timing._range({**a_crossing(500.0), "greatest": None}) == "500 (450 to > 1024)"
    assert sequence_timing._range(a_crossing(32, 40)) == "< 32"


def test_times_and_bytes_are_shown() -> None:
    assert "LSTM 10 at 1024 tokens" in sequence_timing.training_time.show(width=512).alt
    memory = sequence_timing.peak_memory.show()
    assert memory.values["ratio"] == 1
    assert list(memory.rows[0]) == [32, *[0.032] * 4]
    token = sequence_timing.one_more_token.show()
    assert token.values["growth"] == 32
    assert [row[0] for row in token.rows] == [32, 64, 128, 256, 512, 1024]
