"""Errata of the published answers to s3.2 to s3.4 (document 003): the gates of the GRU and the LSTM."""

from __future__ import annotations

import numpy as np

from workings.byhand.gru import gru_step
from workings.byhand.lstm import lstm_gates, lstm_states, lstm_step
from workings.byhand.sigmoid import sigmoid
from workings.claims.claim import Evidence, erratum
from workings.claims.gru_gates import biased_gru, overwritten, small_update_adds_up, the_past_leaks
from workings.claims.lstm_forget import both_gates_shut, forget_shut, reach
from workings.claims.lstm_gates import (
    fixed_point,
    input_weights_idle,
    negative_cell,
    no_distribution,
    non_negative,
)
from workings.claims.witness import at_least, at_most, close


@erratum(
    r"An update gate near 0 preserves long-term dependencies.",
    truth=r"It preserves the state over one step. Over $k$ steps $(1 - z)^k$ is left: at $z = 0.01$ less "
    r"than one per cent after 500 steps. Near 0 has to mean far below $1/T$.",
    question="s3.2.b",
    corrected=small_update_adds_up,
    certainty="arguable",
    reading="z is far below one over the number of steps",
)
def small_gate_is_enough() -> Evidence:
    """Ask that a half of a difference be left after 500 steps at z = 0.01."""
    X, W, U, b = biased_gru(0.01, 0.5)
    U[:, 16:] = 0
    states = [np.full((1, 8), start) for start in (-0.5, 0.5)]
    for t in range(500):
        states = [gru_step(X[None, t % 50], h, W, U, b) for h in states]
    return Evidence(
        [at_least("by hand, left of a difference of 1", float(np.abs(states[1] - states[0]).min()), 0.5)]
    )


@erratum(
    r"With $z_t \approx 1$ and $r_t \approx 0$ the past state is not remembered at all.",
    truth=r"That holds in the limit only. A sigmoid is never quite 0 or 1, and what is missing leaks: a "
    r"share $1 - z$ of each unit, and a share $r$ of what the past feeds the candidate. The verdict, "
    r"*false*, stands.",
    question="s3.2.c",
    corrected=the_past_leaks,
    certainty="arguable",
    reading="the limit z = 1, r = 0 is meant, which floats do reach",
)
def nothing_remembered() -> Evidence:
    """Start twice, a unit apart, with z = 0.99 and r = 0.01: do the ends agree?"""
    X, W, U, b = biased_gru(0.99, 0.01)
    low, high = (gru_step(X[:1], np.full((1, 8), start), W, U, b) for start in (-0.5, 0.5))
    return Evidence([close("by hand, two pasts", low, high, 1e-6)])


@erratum(
    r"With $z_t \approx 1$ the update gate alone discards $h_{t-1}$: the new state replaces it completely.",
    truth=r"$h_t = \hat h_t$, and $\hat h_t$ hears $h_{t-1}$ through $r_t \circ U h_{t-1}$. Only together "
    r"with $r_t \approx 0$ is the past gone, as the answer says further on.",
    question="s3.2.c",
    corrected=overwritten,
    certainty="arguable",
    reading="the direct term alone is meant, and the second half of the answer supplies the rest",
)
def update_gate_discards() -> Evidence:
    """Start twice with z = 1 within rounding and r = 0.99: do the ends agree?"""
    X, W, U, b = biased_gru(1 - 1e-12, 0.99)
    low, high = (gru_step(X[:1], np.full((1, 8), start), W, U, b) for start in (-0.5, 0.5))
    return Evidence([close("by hand, two pasts", low, high, 1e-6)])


@erratum(
    r"With $x_t = 0$, $h_t \ne h_{t-1}$ because the learnable weights $W$ and $U$ still operate.",
    truth=r"$W$ does not: it is multiplied by zero, and replacing it changes nothing. What moves the state "
    r"are $U h_{t-1}$, the biases and the cell itself; even with all weights zero $c_t = \tfrac12 c_{t-1}$.",
    question="s3.3.a",
    corrected=input_weights_idle,
)
def input_weights_operate() -> Evidence:
    """Replace W by another, with x = 0, and ask for a change."""
    rng = np.random.default_rng(18)
    U, h, c = rng.normal(size=(3, 12)), rng.normal(size=(1, 3)), rng.normal(size=(1, 3))
    one, other = (lstm_step(np.zeros((1, 2)), h, c, rng.normal(size=(2, 12)), U)[0] for _ in range(2))
    return Evidence([at_least("by hand, change of h", float(np.abs(one - other).max()), 1e-3)])


@erratum(
    r"Even with $x_t = 0$ the memory update still changes $c_t$, and (in the summary) $h_t \ne h_{t-1}$.",
    truth=r"Not at a fixed point: without biases $h_{t-1} = c_{t-1} = 0$ stays 0. *In general*, which the "
    r"answer adds at its end, belongs here too. And where $c$ does not change, $h$ still can, through $o_t$.",
    question="s3.3.a",
    corrected=fixed_point,
    certainty="arguable",
    reading="for almost every state",
)
def memory_always_changes() -> Evidence:
    """Start an LSTM without biases at zero and wait for a change."""
    rng = np.random.default_rng(19)
    _, C, _ = lstm_states(np.zeros((1, 50, 2)), rng.normal(size=(2, 12)), rng.normal(size=(3, 12)))
    return Evidence([at_least("by hand, change of c in 50 steps", float(np.abs(C).max()), 1e-3)])


@erratum(
    r"(Summary of s3.3.b.) False, because a small $f_t$ leads to vanishing gradients.",
    truth=r"The reason contradicts the verdict: if it held, the statement would be nearly true. A small "
    r"$f_t$ shuts the cell path alone. With $f_t = 0$ and open input and output gates the gradient keeps "
    r"its full size for 50 steps.",
    question="s3.3.b",
    corrected=forget_shut,
)
def small_f_vanishes() -> Evidence:
    """Shut the forget gate, keep the others open, and ask that the gradient vanish within 50 steps."""
    return Evidence([at_most("by hand, gradient after 50 steps", float(reach(800.0)[-1]), 1e-6)])


@erratum(
    r"With $f_t$ near 0 error still goes back, because $i_t$ and $\tilde c_t$ depend on $h_{t-1}$.",
    truth=r"It does if $i_t$ is open. With $i_t \approx 0$ too, $c_t \approx 0$ and every path is shut. The "
    r"answer also leaves out $o_t$, which hears $h_{t-1}$ as well.",
    question="s3.3.b",
    corrected=both_gates_shut,
    certainty="arguable",
    reading="the input gate is not nearly shut",
)
def two_paths_suffice() -> Evidence:
    """Shut the input gate as well, and ask for a gradient through i and c."""
    return Evidence([at_least("by hand, gradient after one step", float(reach(-40.0)[0]), 1e-6)])


@erratum(
    r"All entries of $f_t$, $i_t$, $o_t$ lie strictly between 0 and 1.",
    truth=r"In real numbers, yes. In floats a sigmoid reaches both ends: exactly 0 at $-800$ and exactly 1 "
    r"at 40 in float64. Non-negative they stay, so the verdict stands.",
    question="s3.3.c",
    corrected=non_negative,
    certainty="arguable",
    reading="exact arithmetic",
)
def strictly_between() -> Evidence:
    """Evaluate the gates of one unit at large sums and ask for room on both sides."""
    ends = np.concatenate(
        [
            lstm_gates([[size]], [[0.0]], np.ones((1, 4)), np.ones((1, 4)))[[0, 1, 3], 0, 0]
            for size in (-800.0, 40.0)
        ]
    )
    room = float(np.minimum(ends, 1 - ends).min())
    return Evidence([at_least("by hand, float64, room to 0 and 1", room, 1e-300)])


@erratum(
    r"Because its entries are non-negative, the forget gate never makes the memory cell negative.",
    truth=r"It never flips the sign of $c_{t-1}$. But it decides how much of a positive $c_{t-1}$ stays "
    r"against a negative $i_t \tilde c_t$, and so it can make the cell negative; and a cell that is "
    r"negative it keeps so.",
    question="s3.3.c",
    corrected=negative_cell,
)
def never_negative() -> Evidence:
    """Take a positive cell whose next value is positive with f = 1, and lower f to 0.1."""
    b = np.array([800.0, np.log(1 / 9), np.arctanh(-0.5), 0.0])
    c = lstm_step([[0.0]], [[0.0]], [[1.0]], np.zeros((1, 4)), np.zeros((1, 4)), b)[1]
    return Evidence([at_least("by hand, the cell", float(c[0, 0]), 0)])


@erratum(
    r"The entries of a gate are computed independently of each other and act as independent mechanisms.",
    truth=r"No normalisation couples them, and that is all. They hear the same $x_t$ and $h_{t-1}$, and "
    r"over inputs they are correlated, fully so where two units have proportional weights.",
    question="s3.3.d",
    corrected=no_distribution,
    certainty="arguable",
    reading="independently means one entry at a time, without a common normaliser",
)
def independent_gates() -> Evidence:
    """Measure the largest correlation between two entries of a random gate over random inputs."""
    rng = np.random.default_rng(20)
    gates = sigmoid(rng.normal(size=(20000, 4)) @ rng.normal(size=(4, 8)))  # 8 units hear 4 inputs
    correlations = np.corrcoef(gates.T) - np.eye(8)
    return Evidence([at_most("by hand, largest correlation", float(np.abs(correlations).max()), 0.1)])
