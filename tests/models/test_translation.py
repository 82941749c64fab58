"""Both translators on every device: padding and the future do not matter, search agrees, a text is learnt."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from workings.byhand.beam_search import beam_search
from workings.data.pairs import END, Pair
from workings.models.translating import Languages, fit, next_token_model, scores, token_logs, translate
from workings.models.translation import Embedding, EncoderDecoderTranslator, EncoderTranslator, batch_of

DEVICES = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]
PAIRS = [
    Pair(("two", "one"), ("eins", "zwei")),
    Pair(("one",), ("eins",)),
    Pair(("two", "two"), ("zwei", "zwei")),
]
WORDS = Languages.of(PAIRS)


@pytest.fixture(params=DEVICES, autouse=True)
def _device(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKINGS_DEVICE", request.param)


def build(
    kind: type[EncoderTranslator] | type[EncoderDecoderTranslator],
) -> EncoderTranslator | EncoderDecoderTranslator:
    torch.manual_seed(0)
    place = batch_of([[1]]).device
    return kind(len(WORDS.source), len(WORDS.target), d_model=16, n_head=2, max_len=6).to(place).eval()


@pytest.mark.parametrize("kind", [EncoderTranslator, EncoderDecoderTranslator])
def test_learns_three_pairs(kind: type[EncoderTranslator]) -> None:
    model = build(kind)
    losses = fit(model, WORDS, PAIRS, steps=120, batch=8, learning_rate=0.01)
    assert losses[-1] < 0.1 < losses[0]
    result = scores(model, WORDS, PAIRS)
    assert result["exact"] == 1
    assert result["perplexity"] < 1.1
    assert len(token_logs(model, WORDS, PAIRS)) == 5 + 3


def test_padding_does_not_matter_to_the_decoder() -> None:
    model = build(EncoderDecoderTranslator)
    together = token_logs(model, WORDS, PAIRS)
    alone = np.concatenate([token_logs(model, WORDS, [pair]) for pair in PAIRS])
    assert np.abs(together - alone).max() < 1e-5


def test_no_word_sees_a_later_one() -> None:
    model = build(EncoderDecoderTranslator)
    source, read = batch_of([[4, 5]]), batch_of([[1, 4, 5, 4]])
    before = model(source, read)
    read[0, 3] = 5
    assert torch.allclose(model(source, read)[:, :3], before[:, :3], atol=1e-6)


def test_greedy_search_is_a_beam_of_one() -> None:
    model = build(EncoderDecoderTranslator)
    for pair in PAIRS:
        found, _ = beam_search(
            next_token_model(model, batch_of([WORDS.source.encode(pair.source)])), END, 1, 5
        )
        assert WORDS.target.decode(found) == translate(model, WORDS, [pair])[0]
    assert translate(model, WORDS, PAIRS, width=3)


def test_maps_are_weights() -> None:
    decoder, encoder = build(EncoderDecoderTranslator), build(EncoderTranslator)
    shown = decoder.attention_map(batch_of([[4, 5, 4]]), batch_of([[1, 4]]))
    assert shown.shape == (1, 2, 2, 3)
    assert torch.allclose(shown.sum(-1), torch.ones_like(shown.sum(-1)))
    assert encoder.attention_map(batch_of([[4, 5]], 6)).shape == (1, 2, 6, 6)


def test_a_frozen_table_stays() -> None:
    table = np.random.default_rng(0).normal(size=(len(WORDS.source), 16))
    model = EncoderTranslator(
        len(WORDS.source), len(WORDS.target), 16, 2, max_len=6, table=table, frozen=True
    )
    model = model.to(batch_of([[1]]).device)
    fit(model, WORDS, PAIRS, steps=3)
    assert np.abs(model.embedding.tokens.weight.detach().cpu().numpy() - table).max() < 1e-6


def test_refuses() -> None:
    with pytest.raises(ValueError, match=r"table must have shape \(5, 4\), got \(5, 3\)"):
        Embedding(5, 4, 6, np.zeros((5, 3)))
    with pytest.raises(ValueError, match="sentences must have 1 tokens or fewer, got 2"):
        batch_of([[4, 5]], 1)
