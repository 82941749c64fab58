"""The module against the by-hand losses, on every device there is."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from workings.byhand.negative_sampling import negative_sampling_loss
from workings.byhand.pmi import sgns_expected_loss, sgns_optimum
from workings.byhand.word2vec import naive_loss, pair_counts, skip_gram_pairs
from workings.models.word2vec import SkipGram, fit_expected, train

DEVICES = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float64, 1e-12), (torch.float32, 1e-5)])
@pytest.mark.parametrize("shared", [False, True])
def test_losses_are_the_by_hand_ones(device: str, dtype: torch.dtype, tolerance: float, shared: bool) -> None:
    net = SkipGram(5, 3, shared=shared, device=device, dtype=dtype)
    U, V = (one.detach().double().cpu().numpy() for one in (net.U, net.V))
    tokens = [0, 4, 2, 1, 3, 2]
    pairs = skip_gram_pairs(tokens, 2, 5)
    by_torch = net.naive_loss(torch.from_numpy(pairs).to(device)).item() * len(pairs) / 6
    assert np.isclose(by_torch, naive_loss(U, V, pair_counts(tokens, 2, 5), 6), atol=tolerance)
    negatives = np.random.default_rng(0).integers(0, 5, size=(len(pairs), 4))
    drawn = torch.from_numpy(negatives).to(device)
    mean = np.mean(
        [negative_sampling_loss(U, V, *pair, row) for pair, row in zip(pairs, negatives, strict=True)]
    )
    by_torch = net.negative_sampling_loss(torch.from_numpy(pairs).to(device), drawn).item()
    assert np.isclose(by_torch, mean, atol=tolerance)
    assert (net.U is net.V) is shared


def test_sparse_gradients_are_the_dense_ones() -> None:
    pairs, negatives = torch.tensor([[0, 1], [0, 1]]), torch.tensor([[2, 2], [1, 3]])
    dense, sparse = SkipGram(9, 2), SkipGram(9, 2, sparse=True)
    for net in (dense, sparse):
        net.negative_sampling_loss(pairs, negatives).backward()  # type: ignore[no-untyped-call]
    assert sparse.V.grad is not None and dense.V.grad is not None
    assert sparse.V.grad.is_sparse
    assert torch.allclose(sparse.V.grad.to_dense(), dense.V.grad)


def test_training_lowers_the_loss_and_leaves_the_global_generator() -> None:
    torch.manual_seed(0)
    expected = torch.rand(3)
    torch.manual_seed(0)
    net = SkipGram(5, 4)
    pairs = torch.from_numpy(skip_gram_pairs([0, 1] * 20, 1, 5))
    losses = train(net, pairs, steps=60, batch_size=16, rate=0.1)
    assert losses[-1] < 0.2 * losses[0]
    losses = train(SkipGram(5, 4), pairs, steps=60, batch_size=16, rate=0.1, noise=torch.ones(5) / 5)
    assert losses[-1] < losses[0]
    assert torch.equal(torch.rand(3), expected)


def test_expected_fit_reaches_the_optimum() -> None:
    counts = np.random.default_rng(1).integers(1, 9, size=(4, 4))
    noise = counts.sum(axis=0) / counts.sum()
    net = SkipGram(4, 4, dtype=torch.float64)
    value = fit_expected(net, torch.from_numpy(counts), 2, torch.from_numpy(noise))
    U, V = net.U.detach().numpy(), net.V.detach().numpy()
    best = sgns_optimum(counts, 2, noise)
    assert np.abs(U @ V.T - best).max() < 1e-3
    assert np.isclose(value, sgns_expected_loss(U, V, counts, 2, noise), atol=1e-12)


def test_refuses() -> None:
    with pytest.raises(ValueError, match="d must be a whole number of 1 or more, got 0"):
        SkipGram(3, 0)
    with pytest.raises(ValueError, match=r"negatives must have shape \(1, K\), got \(2, 3\)"):
        SkipGram(3, 1).negative_sampling_loss(torch.tensor([[0, 1]]), torch.zeros(2, 3, dtype=torch.int64))
