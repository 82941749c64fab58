"""Weights mapped both ways, the network that must remember, and every refusal by its words."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch

from workings.byhand.lstm import lstm_states
from workings.data.store_and_recall import store_and_recall
from workings.models.lstm_gru import Recaller, lstm_weights, recall_accuracy, train_recaller

DEVICES = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]


@pytest.mark.parametrize("device", DEVICES)
def test_recaller_reads_the_last_state(device: str) -> None:
    model = Recaller("lstm", d_h=4, device=device, dtype=torch.float64)
    X = torch.randn(3, 6, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    W, U, b_ih, b_hh = (one.detach().cpu().numpy() for one in model.cells.parameters())
    last = lstm_states(X, W.T, U.T, b_ih + b_hh)[0][:, -1]
    expected = last @ model.read.weight.detach().cpu().numpy()[0] + model.read.bias.item()
    assert np.allclose(model(X.to(device)).detach().cpu().numpy(), expected, atol=1e-12)


def test_keep_bias_is_set_and_the_global_generator_left() -> None:
    torch.manual_seed(0)
    expected = torch.rand(3)
    torch.manual_seed(0)
    for kind in ("lstm", "gru"):
        model = Recaller(kind, d_h=4, keep_bias=2.5)
        assert (model.cells.bias_ih_l0[4:8] + model.cells.bias_hh_l0[4:8]).tolist() == [2.5] * 4
    assert torch.equal(torch.rand(3), expected)


@pytest.mark.parametrize("kind", ["rnn", "lstm", "gru"])
def test_training_lowers_the_loss_and_repeats(kind: str) -> None:
    model, losses = train_recaller(kind, seq_len=6, steps=60)
    assert np.mean(losses[-5:]) < np.mean(losses[:5])
    assert losses == train_recaller(kind, seq_len=6, steps=60)[1]
    assert 0 <= recall_accuracy(model, 6, count=50) <= 1


def test_the_task_can_be_solved_by_reading_the_flag() -> None:
    X, answers, stored = store_and_recall(200, 12, np.random.default_rng(0))
    assert (X[:, :, 1].sum(axis=1) == 1).all()
    assert (X[:, :, 1].argmax(axis=1) == stored).all()
    assert ((stored >= 1) & (stored <= 4)).all()
    assert set(answers) == {-1.0, 1.0}


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Recaller("elman"), "kind must be rnn, lstm or gru, got 'elman'"),
        (lambda: Recaller("rnn", keep_bias=1), "keep_bias is for a cell with gates, lstm or gru, got 'rnn'"),
        (lambda: Recaller("gru")(torch.ones(2, 3)), "X must have shape (B, T, 3), got (2, 3)"),
        (
            lambda: store_and_recall(1, 5, np.random.default_rng(0)),
            "seq_len must be a whole number of 6 or more, got 5",
        ),
        (
            lambda: lstm_weights(torch.nn.LSTMCell(1, 1, bias=False)),
            "the cell must have biases, got one that was built with bias=False",
        ),
    ],
)
def test_refuses(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        call()
    assert str(caught.value) == message
