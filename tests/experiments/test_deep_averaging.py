"""The experiment on real reviews, small: it runs through, and whole reviews are cut as they should be."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from workings.experiments import deep_averaging, processes
from workings.experiments.checkpoint import Checkpoints
from workings.experiments.review_lengths import cut, own_rows


@pytest.mark.usefixtures("real_data")
def test_the_quick_preset_shows_that_everything_works(tmp_path: Path) -> None:
    run = deep_averaging.run
    found = run.run(run.config("quick"), Checkpoints(tmp_path, "key"))
    assert all(len(one) == 2 for one in found["accuracy"].values())
    lengths = found["by_length"]
    assert (lengths["reviews"], lengths["held"], lengths["parts"]) == (200, 100, 2)
    assert set(lengths["lengths"]) == {"20", "all"}
    for rows in lengths["lengths"].values():
        assert set(rows) == {"bayes", "bayes_often", "linear", "deep"}
        assert rows["bayes"]["alone"] == rows["bayes"]["bayes_alone"] == 0
        for one in rows.values():
            gained = (sum(one["accuracy"]) - sum(rows["bayes"]["accuracy"])) * 50
            assert one["alone"] - one["bayes_alone"] == pytest.approx(gained)
    assert min(lengths["lengths"]["all"]["bayes"]["accuracy"]) > 0.5


def test_a_cut_text_has_different_words_of_it_drawn_by_the_seed() -> None:
    words = [f"w{n % 30}" for n in range(90)]
    few = cut(words, 12, [0, 1])
    assert few == cut(words[::-1], 12, [0, 1])
    assert len(few) == len(set(few)) == 12
    assert set(few) < set(words)
    assert few != cut(words, 12, [0, 2])
    assert cut(words, 0, [0]) == cut(words, 30, [0]) == cut(words, 99, [0]) == tuple(sorted(set(words)))


def test_a_last_batch_that_cannot_be_dealt_out_loses_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    assert own_rows(torch.arange(5)).tolist() == [0, 1, 2, 3, 4]
    monkeypatch.setattr(processes, "count", lambda: 2)
    monkeypatch.setattr("workings.experiments.review_lengths.count", lambda: 2)
    monkeypatch.setattr(processes.distributed, "get_rank", lambda: 1)
    assert own_rows(torch.arange(5)).tolist() == [1, 3]
