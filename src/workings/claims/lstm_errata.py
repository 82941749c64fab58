"""Errata of the published answers to s3.3 (document 003): the gates of the LSTM."""

from __future__ import annotations

import numpy as np

from workings.byhand.lstm import lstm_step
from workings.claims.claim import Evidence, erratum
from workings.claims.lstm_forget import forget_shut, reach
from workings.claims.lstm_gates import (
    input_weights_idle,
    negative_cell,
)
from workings.claims.witness import at_least, at_most


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
