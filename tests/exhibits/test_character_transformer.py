"""The exhibits of the record of the character transformer, from a small record made here."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from workings.exhibits import character_transformer as shown

LINE = "To be, or not"


def a_run(steps: int, loss: float, milliseconds: float) -> dict[str, Any]:
    points = [steps * place // 10 for place in range(1, 11)]
    return {
        "steps": steps,
        "half": loss < 1.89,
        "curve": {"steps": points, "held": [loss + 0.8 * np.exp(-4 * point / steps) for point in points]},
        "loss": loss,
        "sampled": {"mean": loss + 0.01, "error": 0.02},
        "seconds": milliseconds * steps / 1000,
        "milliseconds_a_step": milliseconds,
        "tokens_a_second": 768_000 / milliseconds,
    }


def looks(back: int) -> list[list[float]]:
    """Every character looks so many characters back, or at the first."""
    size = len(LINE)
    return [[float(key == max(0, query - back)) for key in range(size)] for query in range(size)]


VALUES = {
    "adamw": a_run(2000, 1.89, 40.0),
    "adamw_fast": a_run(2000, 1.72, 25.0),
    "muon_short": a_run(500, 1.88, 36.0),
    "muon": a_run(2000, 1.61, 36.0),
    "parameters": 804_096,
    "batch": 12,
    "block_size": 64,
    "vocab_size": 65,
    "held": 111_540,
    "sampled": 240,
    "threads": 2,
    "sample": "\n\nROMEO:\nO\n\nNurse:",
    "attention": {
        "line": LINE,
        "weights": [[looks(4 * block + head) for head in range(4)] for block in range(4)],
    },
}


@pytest.fixture(autouse=True)
def small_record(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shown, "record", lambda name: SimpleNamespace(values=VALUES))


def test_recipes_are_compared_with_nanogpts() -> None:
    table = shown.recipes.show()
    assert [row[0] for row in table.rows] == list(shown.NAMES.values())
    assert table.rows[0][5] == "1.90 ± 0.02"
    assert table.values["share_of_time"] == pytest.approx(500 * 36 / (2000 * 40))
    assert table.values["gain"] == pytest.approx(0.28)


def test_curves_end_where_they_end() -> None:
    figure = shown.curves.show()
    assert "Muon 1.61" in figure.alt
    assert "AdamW, faster 1.72" in figure.alt
    assert "nanoGPT" in figure.svg


def test_reach_is_the_mean_distance() -> None:
    table = shown.reach.show()
    assert table.rows[0][1] == 0
    assert table.values["even"] == np.mean(np.arange(len(LINE)) / 2)
    assert table.rows[0][2] == pytest.approx(12 / 13)
    figure = shown.heads.show()
    assert "head 1 of block 1 looks 0.0 characters back" in figure.alt
    assert "·" in figure.svg


def test_the_sample_keeps_its_lines() -> None:
    assert [row[0] for row in shown.sample.show().rows] == ["ROMEO:", "O", "·", "Nurse:"]
