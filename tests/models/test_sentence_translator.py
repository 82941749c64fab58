"""The translator of real sentences: tied, blind to padding and the future, searched as by hand."""

from __future__ import annotations

import pytest
import torch

from workings.byhand.beam_search import beam_search
from workings.data.pairs import END, Pair
from workings.models.sentence_translator import (
    SentenceTranslator,
    TranslatorSizes,
    batched_beam_search,
    beam_translations,
    greedy_translations,
    mean_piece_loss,
    smoothed_loss,
    translator_recipe,
)
from workings.models.transformer import PaddedAttention
from workings.models.translating import Languages, next_token_model, tensors, translate
from workings.models.translation import batch_of

SIZES = TranslatorSizes(12, 11, d_model=16, n_head=2, n_layer=2, d_ff=32, max_len=12, dropout=0.0)
PAIRS = [
    Pair(tuple(f"e{n}" for n in numbers), tuple(f"f{n}" for n in reversed(numbers)))
    for numbers in ((1, 2), (2, 1), (3, 1, 2), (1,), (2, 3), (3, 2, 1))
]


@pytest.fixture
def model() -> SentenceTranslator:
    return SentenceTranslator(SIZES, seed=1).eval()


def test_the_seed_decides(model: SentenceTranslator) -> None:
    before = torch.random.get_rng_state()
    again = SentenceTranslator(SIZES, seed=1)
    assert torch.equal(before, torch.random.get_rng_state())
    for one, other in zip(model.parameters(), again.parameters(), strict=True):
        assert torch.equal(one, other)


def test_written_out_attention_is_the_fused_one(model: SentenceTranslator) -> None:
    source, written = torch.tensor([[4, 5, 6], [7, 0, 0]]), torch.tensor([[1, 4], [1, 5]])
    out = model(source, written)
    for part in model.modules():
        if isinstance(part, PaddedAttention):
            part.fused = True
    assert torch.allclose(model(source, written), out, atol=1e-5)


def test_padding_and_the_future_change_nothing(model: SentenceTranslator) -> None:
    short = model(torch.tensor([[7, 8]]), torch.tensor([[1, 5, 6]]))
    padded = model(torch.tensor([[7, 8, 0, 0]]), torch.tensor([[1, 5, 9]]))
    assert torch.allclose(short[:, :2], padded[:, :2], atol=1e-5)
    assert not torch.allclose(short[:, 2], padded[:, 2], atol=1e-3)


def test_logits_come_from_the_table(model: SentenceTranslator) -> None:
    source, written = torch.tensor([[4, 5]]), torch.tensor([[1]])
    before = model(source, written)
    with torch.no_grad():
        model.target.tokens.weight[10] *= 3  # never read here
    after = model(source, written)
    assert torch.allclose(after[..., 10], 3 * before[..., 10], atol=1e-5)
    assert torch.allclose(after[..., :10], before[..., :10])


@pytest.mark.parametrize("width", [1, 3])
@pytest.mark.parametrize("alpha", [0.0, 0.6])
def test_many_beams_find_what_one_by_hand_finds(model: SentenceTranslator, width: int, alpha: float) -> None:
    with torch.no_grad():
        for weight in model.parameters():
            weight += 0.3 * torch.randn(weight.shape, generator=torch.Generator().manual_seed(weight.numel()))
    source = torch.tensor([[4, 5, 6], [7, 0, 0], [9, 8, 0], [4, 4, 4]])
    found = batched_beam_search(model, source, width, 6, alpha)
    for row, (tokens, score) in zip(source, found, strict=True):
        one = row[row != 0][None]
        theirs, their_score = beam_search(next_token_model(model, one), END, width, 6, alpha)
        assert tokens == theirs
        assert score == pytest.approx(their_score, abs=1e-4)


def test_it_learns_to_turn_words_round() -> None:
    words = Languages.of(PAIRS)
    sizes = TranslatorSizes(len(words.source), len(words.target), 16, 2, 1, 32, 12, 0.0)
    model = SentenceTranslator(sizes)
    optimizers, _ = translator_recipe(model, 150, warm=10)
    batch = tensors(model, words, PAIRS)
    for _ in range(150):
        loss = smoothed_loss(model, *batch, smoothing=0.0)
        loss.backward()
        for optimizer in optimizers:
            optimizer.step()
            optimizer.zero_grad()
    model.eval()
    assert mean_piece_loss(model, words, PAIRS) < 0.2
    right = [pair.target for pair in PAIRS]
    assert greedy_translations(model, words, PAIRS) == right == translate(model, words, PAIRS)
    assert beam_translations(model, words, PAIRS, 2, 0.6) == right


def test_the_rate_rises_stays_and_falls(model: SentenceTranslator) -> None:
    _, factor = translator_recipe(model, 100, warm=10)
    factors = [factor(step) for step in range(100)]
    assert factors[0] == pytest.approx(0.1)
    assert factors[9:31] == [1.0] * 22
    assert factors[99] == pytest.approx(1 / 70)


def test_every_weight_is_in_one_optimizer(model: SentenceTranslator) -> None:
    groups = [one for each in translator_recipe(model, 10)[0] for one in each.param_groups]
    ids = [id(weight) for group in groups for weight in group["params"]]
    assert sorted(ids) == sorted(id(weight) for weight in model.parameters())


def test_smoothing_costs_the_sure(model: SentenceTranslator) -> None:
    source, read, write = batch_of([[4, 5]]), torch.tensor([[1, 4]]), torch.tensor([[4, 2]])
    assert smoothed_loss(model, source, read, write, 0.1) != smoothed_loss(model, source, read, write, 0.0)
