"""The GRU by hand against Torch's, both placements of the reset gate, and every refusal by its words."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from workings.byhand.gru import gru_gates, gru_step
from workings.models.lstm_gru import gru_weights

SIDE = st.integers(1, 5)


@given(st.integers(0, 999), SIDE, SIDE, SIDE)
def test_equals_torch(seed: int, B: int, d_x: int, d_h: int) -> None:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        cell = torch.nn.GRUCell(d_x, d_h, dtype=torch.float64)
        x, h = (torch.randn(B, size, dtype=torch.float64) for size in (d_x, d_h))
    assert np.allclose(gru_step(x, h, *gru_weights(cell)), cell(x, h).detach().numpy(), rtol=0, atol=1e-12)


def test_placements_agree_for_one_unit_and_differ_for_two() -> None:
    rng = np.random.default_rng(0)
    for d_h, same in ((1, True), (2, False)):
        x, h = rng.normal(size=(3, 2)), rng.normal(size=(3, d_h))
        W, U = rng.normal(size=(2, 3 * d_h)), rng.normal(size=(d_h, 3 * d_h))
        after, before = (gru_step(x, h, W, U, reset=reset) for reset in ("after", "before"))
        assert np.allclose(after, before) == same


def test_an_open_reset_gate_makes_placements_equal() -> None:
    rng = np.random.default_rng(1)
    x, h, W, U = (
        rng.normal(size=(1, 2)),
        rng.normal(size=(1, 3)),
        rng.normal(size=(2, 9)),
        rng.normal(size=(3, 9)),
    )
    b = np.concatenate([np.full(3, 800.0), np.zeros(6)])
    after, before = (gru_gates(x, h, W, U, b, reset=reset) for reset in ("after", "before"))
    assert np.allclose(after, before, atol=1e-15)


x, h, W, U = np.ones((2, 3)), np.ones((2, 4)), np.ones((3, 12)), np.ones((4, 12))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: gru_gates(x[:1], h, W, U), "h must have shape (1, 4), that is (B, d_h), got (2, 4)"),
        (lambda: gru_gates(x, h, W[:2], U), "W must have shape (3, 12), that is (d_x, 3*d_h), got (2, 12)"),
        (lambda: gru_gates(x, h, W, U[:, :4]), "U must have shape (4, 12), that is (d_h, 3*d_h), got (4, 4)"),
        (lambda: gru_gates(x, h, W, U, np.ones(4)), "b must have shape (12,), that is (3*d_h), got (4,)"),
        (
            lambda: gru_step(x, h, W, U, None, np.ones(3)),
            "b_hidden must have shape (4,), that is (d_h), got (3,)",
        ),
        (
            lambda: gru_step(x, h, W, U, reset="never"),
            "reset must be 'after', or 'before' without b_hidden, got 'never'",
        ),
        (
            lambda: gru_step(x, h, W, U, None, np.ones(4), "before"),
            "reset must be 'after', or 'before' without b_hidden, got 'before'",
        ),
    ],
)
def test_refuses(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        call()
    assert str(caught.value) == message
