"""Skip-gram by blocks: who is a context, the gradient, thinning out, the same vectors every time."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from workings.byhand.negative_sampling import negative_sampling_gradients, noise_distribution
from workings.byhand.subsampling import kept
from workings.models.block_word2vec import (
    LIMIT,
    Blocks,
    Epoch,
    Settings,
    block_loss,
    draw_epoch,
    noise_table,
    shares,
    step,
    train,
)

RNG = np.random.default_rng(0)
SMALL = Settings(d=6, window=2, negatives=3, block=4, shared=5, blocks=3, epochs=2, sample=1.0)
TOKENS = torch.from_numpy(RNG.integers(0, 9, size=45))
LINES = torch.from_numpy(np.repeat([0, 1, 3], [7, 30, 8]))  # no word of line 2 is known
COUNTS = TOKENS.bincount(minlength=9) + 1


def epoch(settings: Settings = SMALL, keep: torch.Tensor | None = None, seed: int = 1) -> Epoch:
    every = torch.ones(9) if keep is None else keep
    return draw_epoch(TOKENS, LINES, every, noise_table(COUNTS, 0.75), settings, seed)


def tables() -> tuple[torch.Tensor, torch.Tensor]:
    drawn = torch.randn(2, 9, SMALL.d, generator=torch.Generator().manual_seed(3), dtype=torch.float64)
    return drawn[0], drawn[1]


def doubled(blocks: Blocks) -> Blocks:
    return Blocks(blocks.centres, blocks.rows, blocks.inside.double(), blocks.weights.double())


def test_contexts_are_the_words_of_the_window_and_of_the_line() -> None:
    read = epoch()
    blocks, w = read.blocks(0, len(read)), SMALL.window
    assert len(read) == 12
    seen = 0
    for place in range(48):
        block, centre = divmod(place, 4)
        inside = blocks.inside[block, centre]
        if place >= 45:
            assert not inside.any()
            continue
        assert blocks.centres[block, centre] == TOKENS[place]
        sides = [0, 0]
        for column in inside.nonzero().view(-1).tolist():
            other = block * 4 + column - w
            assert blocks.rows[block, column] == TOKENS[other]
            assert LINES[other] == LINES[place]
            assert 0 < abs(other - place) <= w
            sides[other > place] += 1
        left = int((LINES[:place] == LINES[place]).sum())
        right = int((LINES[place + 1 :] == LINES[place]).sum())
        assert any(sides == [min(left, reach), min(right, reach)] for reach in (1, 2)), place
        assert blocks.weights[block, centre, 0] == pytest.approx(sum(sides) * 3 / 5)
        seen += sum(sides)
    assert seen == blocks.inside.sum()


def test_a_step_is_autograds() -> None:
    blocks = doubled(epoch().blocks(2, 7))
    U, V = (one.requires_grad_() for one in tables())
    dU, dV = torch.autograd.grad(block_loss(U, V, blocks), (U, V))
    moved = [one.detach().clone() for one in (U, V)]
    step(*moved, blocks, 0.1)
    assert torch.allclose(moved[0], U.detach() - 0.1 * dU, atol=1e-12)
    assert torch.allclose(moved[1], V.detach() - 0.1 * dV, atol=1e-12)


def test_a_step_is_the_sum_over_its_pairs() -> None:
    """By hand, pair after pair: with the context of weight 1 and each negative of weight K/S."""
    blocks = doubled(epoch().blocks(0, 2))
    U, V = tables()
    left, right = U.numpy(), V.numpy()
    dU, dV = np.zeros_like(left), np.zeros_like(right)
    for b, c, column in blocks.inside.nonzero().tolist():
        centre, context = int(blocks.centres[b, c]), int(blocks.rows[b, column])
        alone = negative_sampling_gradients(left, right, centre, context, [0])
        with_noise = [
            negative_sampling_gradients(left, right, centre, context, [0, int(x)]) for x in blocks.rows[b, 8:]
        ]
        only = negative_sampling_gradients(left, right, centre, context, [0, 0])
        for total, one, two, each in zip((dU, dV), alone, only, zip(*with_noise, strict=True), strict=True):
            total += one - (two - one) + 3 / 5 * sum(more - one for more in each)
    moved = [U.clone(), V.clone()]
    step(*moved, blocks, 1.0)
    assert np.allclose(moved[0], left - dU, atol=1e-10)
    assert np.allclose(moved[1], right - dV, atol=1e-10)


def test_parts_are_the_whole() -> None:
    read = epoch()
    whole, part = read.blocks(0, 12), read.blocks(3, 99)
    for name in ("centres", "rows", "inside", "weights"):
        assert torch.equal(getattr(whole.part(3, 12), name), getattr(part, name))


def test_frequent_words_are_thinned_out() -> None:
    keep = torch.from_numpy(kept(COUNTS.numpy(), 0.02)).float()
    left = [len(epoch(keep=keep, seed=seed).blocks(0, 99).inside.sum((2,)).view(-1)) for seed in range(3)]
    assert max(left) < 48
    lost = torch.zeros(9)
    lost[3:] = 1
    assert epoch(keep=lost).tokens[2:-2].unique().tolist()[1:] == [3, 4, 5, 6, 7, 8]


def test_the_table_draws_by_the_noise_distribution() -> None:
    table = noise_table(COUNTS, 0.75, entries=100_000)
    share = table.bincount(minlength=9) / len(table)
    assert np.allclose(share, noise_distribution(COUNTS.numpy()), atol=1e-5)


def test_one_thread_gives_the_same_vectors() -> None:
    one, two = (train(TOKENS, LINES, COUNTS, SMALL, seed=4) for _ in range(2))
    assert torch.equal(one.U, two.U)
    assert torch.equal(one.V, two.V)
    assert not torch.equal(one.U, train(TOKENS, LINES, COUNTS, SMALL, seed=5).U)


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_it_learns(threads: int) -> None:
    tokens = torch.arange(4).repeat(2000)  # a word is followed by the next
    settings = Settings(d=8, window=1, sample=1.0, epochs=6)
    threads_before = torch.get_num_threads()
    fit = train(tokens, torch.zeros_like(tokens), tokens.bincount(), settings, threads=threads)
    assert torch.get_num_threads() == threads_before
    untaught = 6 * np.log(2)  # with several threads the others may have learnt before the first loss is noted
    assert threads > 1 or fit.losses[0] == pytest.approx(untaught, abs=1e-4)
    assert fit.losses[-1] < 0.9 * untaught
    scores = fit.U @ fit.V.T
    assert (scores[0, [1, 3]] > scores[0, [0, 2]].max()).all()


def test_frequent_words_take_a_part_of_their_shares() -> None:
    blocks = doubled(epoch().blocks(2, 7))
    (U, V), each = tables(), (torch.rand(9).double(), torch.rand(9).double())
    whole, part = [U.clone(), V.clone()], [U.clone(), V.clone()]
    step(*whole, blocks, 0.1)
    step(*part, blocks, 0.1, each)
    for old, all_of_it, some, share in zip((U, V), whole, part, each, strict=True):
        assert torch.allclose(some - old, (all_of_it - old) * share[:, None])


def test_rare_words_take_all_of_them() -> None:
    counts = torch.tensor([300_000, 40_000, 100, 5])
    settings = Settings(sample=1.0, blocks=8)
    first, second = shares(torch.cat([counts, torch.full((9000,), 50)]), torch.ones(9004), settings)
    assert first[0] < second[0] < first[1] <= 1
    assert (first[2:] == 1).all()
    assert (second[2:] == 1).all()
    weight = 8 * 16 * 6 * 300_000 / (300_000 + 40_000 + 105 + 450_000) * 6
    assert first[0] == pytest.approx(LIMIT / (settings.rate * weight))


def test_what_diverges_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workings.models.block_word2vec.LIMIT", 1e38)
    with pytest.raises(ValueError, match="no longer finite after 9 epochs: lower blocks or rate"):
        train(TOKENS, LINES, COUNTS, Settings(d=6, rate=1e18, last_rate=1e18, epochs=9, sample=1.0))


def test_threads_are_counted_from_one() -> None:
    with pytest.raises(ValueError, match="threads must be a whole number of 1 or more, got 0"):
        train(TOKENS, LINES, COUNTS, SMALL, threads=0)
