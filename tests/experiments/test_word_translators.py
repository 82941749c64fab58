"""The experiment on translators of words, small: what it compares differs in one thing, and nothing leaks."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
import torch

from workings.data.pairs import Pair
from workings.experiments import word_translators
from workings.experiments.checkpoint import Checkpoints
from workings.experiments.word_translators import ALONE, EMBEDDINGS, SETTINGS, Config, Parts, Setting, Study
from workings.models.translating import Languages
from workings.models.translation import EncoderDecoderTranslator, EncoderTranslator

TINY = Config(max_len=8, few=(4, 3), many=(8, 6), batch=2, seeds=2)


def study(tmp_path: Path) -> Study:
    pairs = [Pair((a, b), (b + "x", a + "x")) for a in "abcd" for b in "ef"]
    words = Languages.of(pairs)
    table = np.random.default_rng(7).standard_normal((len(words.source), 10)).astype(np.float32)
    return Study(TINY, Parts(words, table, pairs, pairs[:2], pairs[2:5]), Checkpoints(tmp_path, "key"))


def test_a_frozen_table_stays_and_a_trained_one_moves(tmp_path: Path) -> None:
    tried = study(tmp_path)
    for name in ("glove_frozen", "glove"):
        model = tried.model(name, EMBEDDINGS[name], "few", 0)
        assert isinstance(model, EncoderDecoderTranslator)
        table = model.source.tokens.weight.detach()
        assert torch.equal(table, torch.from_numpy(tried.parts.table)) == (name == "glove_frozen")


def test_an_encoder_alone_starts_from_the_same_vectors(tmp_path: Path) -> None:
    model = study(tmp_path).model("alone_glove", replace(ALONE["alone_glove"], frozen=True), "few", 0)
    assert isinstance(model, EncoderTranslator)
    assert torch.equal(model.embedding.tokens.weight, torch.from_numpy(study(tmp_path).parts.table))


def test_a_run_is_decided_by_its_seed_and_scored_once_a_seed(tmp_path: Path) -> None:
    tried = study(tmp_path / "one")
    scores = tried.tested("random", Setting(), "many")
    assert len(scores) == TINY.seeds
    assert scores[0] != scores[1]
    assert study(tmp_path / "two").tested("random", Setting(), "many") == scores


def test_settings_differ_from_the_default_in_one_thing() -> None:
    default = asdict(Setting())
    for setting in SETTINGS.values():
        assert sum(value != default[name] for name, value in asdict(setting).items()) == 1


@pytest.mark.usefixtures("real_data")
def test_the_quick_preset_shows_that_everything_works(tmp_path: Path) -> None:
    config = replace(word_translators.QUICK, few=(100, 4), many=(150, 8))
    found = word_translators.run.run(config, Checkpoints(tmp_path, "key"))
    assert found["leaked"] == 0
    assert set(found["few"]) == set(EMBEDDINGS)
    assert set(found["many"]) == set(EMBEDDINGS) | set(ALONE)
    assert found["parameters"]["alone"] < found["parameters"]["default"]
    assert found["parameters"]["one_layer"] < found["parameters"]["default"]
    assert 0.3 < found["with_vector"] <= 1
    assert found["nearest"]["glove"].keys() == found["nearest"]["learned"].keys()
    assert all(word not in near for word, near in found["nearest"]["glove"].items())
    assert all(one["references"] for one in found["samples"])
