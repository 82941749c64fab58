"""Errata of the published answers to s3.2.c and s3.3 (document 003): the gates of the GRU and the LSTM."""

from __future__ import annotations

import numpy as np
import torch

from workings.byhand.gru import gru_step
from workings.byhand.lstm import lstm_step
from workings.claims.claim import Evidence, erratum
from workings.claims.gru_gates import small_reset_large_weight
from workings.claims.lstm_forget import forget_shut, reach
from workings.claims.lstm_gates import fixed_point, input_weights_idle, negative_cell
from workings.claims.witness import at_least, at_most


@erratum(
    r"If $z_t$ is close to 1 and $r_t$ close to 0, the past state is not remembered at all and contributes "
    r"nothing.",
    truth=r"That is the limit, $z_t = 1$ and $r_t = 0$. Near it what counts is $r_t \circ U h_{t-1}$, and a "
    r"large $U$ makes up for a small $r_t$: with $z = 1$, $r = \tfrac1{100}$ and a weight of 1000 a unit "
    r"keeps the sign of $h_{t-1} = \pm\tfrac12$, at $\pm 0.9999$.",
    question="s3.2.c",
    corrected=small_reset_large_weight,
    certainty="arguable",
    reading=r"the limit itself is meant, or weights so small that $r_t \circ U h_{t-1}$ is near 0",
)
def no_contribution() -> Evidence:
    """Start one unit at plus and at minus a half, r = 0.01, and ask that the two ends agree."""
    b = np.array([np.log(0.01 / 0.99), 800.0, 0.0])
    U = np.array([[0.0, 0.0, 1000.0]])
    ends = gru_step(np.zeros((2, 1)), [[0.5], [-0.5]], np.zeros((1, 3)), U, b)
    return Evidence(
        [at_most("by hand, how far apart the ends are", float(abs(ends[0, 0] - ends[1, 0])), 0.1)]
    )


@erratum(
    r"(Summary of s3.3.a.) $h_t \ne h_{t-1}$ even if $x_t = 0$.",
    truth=r"Not always: without biases $h_{t-1} = c_{t-1} = 0$ stays 0, whatever $W$ and $U$ are. That the "
    r"two differ *in general*, as the answer itself says before, is enough for *False*.",
    question="s3.3.a",
    corrected=fixed_point,
)
def always_changes() -> Evidence:
    """Start at zero with random weights, by hand and in Torch, and ask for any change."""
    rng = np.random.default_rng(12)
    W, U = rng.normal(size=(2, 12)), rng.normal(size=(3, 12))
    h = lstm_step(np.zeros((1, 2)), np.zeros((1, 3)), np.zeros((1, 3)), W, U)[0]
    with torch.random.fork_rng(devices=[]):
        cell = torch.nn.LSTMCell(2, 3, bias=False, dtype=torch.float64)
    graph = cell(torch.zeros(1, 2, dtype=torch.float64))[0]
    return Evidence(
        [
            at_least("by hand, change of h", float(np.abs(h).max()), 1e-12),
            at_least("Torch LSTMCell, change of h", float(graph.abs().max().detach()), 1e-12),
        ]
    )


@erratum(
    r"With $x_t = 0$ the state changes in general, for the weights $W$ and $U$ still operate.",
    truth=r"$W$ does not: it is multiplied by zero, and replacing it changes nothing. What moves the state "
    r"are $U h_{t-1}$, the biases and the cell itself; even with all weights zero $c_t = \tfrac12 c_{t-1}$.",
    question="s3.3.a",
    corrected=input_weights_idle,
    certainty="arguable",
    reading="the weights are meant together, and $U$ does operate",
)
def input_weights_operate() -> Evidence:
    """Replace W by another, with x = 0, and ask for a change."""
    rng = np.random.default_rng(18)
    U, h, c = rng.normal(size=(3, 12)), rng.normal(size=(1, 3)), rng.normal(size=(1, 3))
    one, other = (lstm_step(np.zeros((1, 2)), h, c, rng.normal(size=(2, 12)), U)[0] for _ in range(2))
    return Evidence([at_least("by hand, change of h", float(np.abs(one - other).max()), 1e-3)])


@erratum(
    r"(Summary of s3.3.b.) False, because a small $f_t$ leads to vanishing gradients.",
    truth=r"The reason contradicts the verdict: if it held, the statement would be nearly true. A small "
    r"$f_t$ shuts the cell path alone. With $f_t = 0$ and open input and output gates the gradient of "
    r"one unit with $u_c = 1$, at $h = 0$, keeps its full size for 50 steps.",
    question="s3.3.b",
    corrected=forget_shut,
)
def small_f_vanishes() -> Evidence:
    """Shut the forget gate, keep the others open, and ask that the gradient vanish within 50 steps."""
    return Evidence([at_most("by hand, gradient after 50 steps", float(reach(800.0)[-1]), 1e-6)])


@erratum(
    r"Because its entries lie between 0 and 1, the forget gate never makes the memory cell wholly negative.",
    truth=r"It never flips the sign of $c_{t-1}$. But it decides how much of a positive $c_{t-1}$ stays "
    r"against a negative $i_t \tilde c_t$, and so it can make the cell negative; and a cell that is "
    r"negative it keeps so.",
    question="s3.3.c",
    corrected=negative_cell,
    certainty="arguable",
    reading=r"the product $f_t \circ c_{t-1}$ alone is meant, which keeps the sign of $c_{t-1}$",
)
def never_negative() -> Evidence:
    """Take a positive cell whose next value is positive with f = 1, and lower f to 0.1."""
    b = np.array([800.0, np.log(1 / 9), np.arctanh(-0.5), 0.0])
    c = lstm_step([[0.0]], [[0.0]], [[1.0]], np.zeros((1, 4)), np.zeros((1, 4)), b)[1]
    return Evidence([at_least("by hand, the cell", float(c[0, 0]), 0)])
