"""The experiment on real sentence pairs, small: it runs through, and nothing of the test is in training."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from workings.experiments import translation_pairs
from workings.experiments.checkpoint import Checkpoints


@pytest.mark.usefixtures("real_data")
def test_the_quick_preset_shows_that_everything_works(tmp_path: Path) -> None:
    run = translation_pairs.run
    found = run.run(run.config("quick"), Checkpoints(tmp_path, "key"))
    assert found["leaked"] == 0
    assert found["test_sentences"] == 20
    assert found["curve"]["losses"][-1] < found["curve"]["losses"][0] - 0.5
    assert set(found["bleu"]) == {"beam", "greedy", "nearest", "word_by_word", "copied"}
    assert found["bleu"]["word_by_word"]["all"] > found["bleu"]["copied"]["all"]
    assert "version:" in found["bleu"]["beam"]["signature"]["one"]
    kinds = found["parts"]
    assert kinds["new_word"]["sentences"] + kinds["known_words"]["sentences"] == 20
    for one in found["maps"]:
        assert [len(row) for row in one["weights"]] == [len(one["source"])] * len(one["written"])
        assert all(sum(row) == pytest.approx(1, abs=0.01) for row in one["weights"])


def test_the_quick_preset_is_small_and_another_seed_is_another_run() -> None:
    full, quick = translation_pairs.run.config(), translation_pairs.run.config("quick")
    assert quick.steps * quick.batch * 50 < full.steps * full.batch
    assert translation_pairs.run.config(seed=3) == replace(full, seed=3)
