"""The sorting transformer: causal, trainable, honest about positions, the same on every call."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from workings.data.sort_and_deduplicate import draw_sequences, encode
from workings.models.device import device
from workings.models.sort_and_deduplicate import SortingTransformer, exact_match, train


def model(seed: int = 0, **options: object) -> SortingTransformer:
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return SortingTransformer(4, device=device(), **options)


@pytest.mark.parametrize("positions", ["none", "learned", "sinusoidal"])
def test_no_later_token_reaches_an_earlier_logit(positions: str) -> None:
    sorter = model(n_layer=2, n_head=2, d_ff=8, positions=positions)
    tokens = torch.tensor([[3, 0, 0, 4, 0, 3]], device=device())
    changed = tokens.clone()
    changed[0, 5] = 1
    with torch.no_grad():
        before, after = sorter(tokens), sorter(changed)
    assert torch.allclose(before[:, :5], after[:, :5], atol=1e-6)
    assert not torch.allclose(before[:, 5], after[:, 5], atol=1e-3)


def test_training_learns_and_is_repeatable() -> None:
    sequences = draw_sequences(np.random.default_rng(0), 300, 4, 1, 4)
    losses = []
    for _ in range(2):
        sorter = model(n_head=2)
        losses.append(train(sorter, *encode(sequences, 4), steps=120))
    assert losses[0] == losses[1]
    assert losses[0][-1] < 0.1 < losses[0][0]
    assert exact_match(sorter, sequences) > 0.8


def test_teacher_forcing_tells_what_greedy_decoding_does() -> None:
    sequences = draw_sequences(np.random.default_rng(1), 80, 4, 1, 5)
    sorter = model()
    train(sorter, *encode(sequences, 4), steps=40)
    right = [sorter.write(one) == sorted(set(one)) for one in sequences]
    assert 0 < sum(right) < 80
    assert exact_match(sorter, sequences) == pytest.approx(np.mean(right))


def test_refuses() -> None:
    with pytest.raises(
        ValueError, match=r"^positions must be one of none, learned, sinusoidal, got 'rotary'$"
    ):
        SortingTransformer(4, positions="rotary")
    with pytest.raises(ValueError, match=r"^n_layer must be a whole number of 1 or more, got 0$"):
        SortingTransformer(4, n_layer=0)
