"""Errata of the published answer to s3.4 (document 003): the gradient of an LSTM's weights."""

from __future__ import annotations

import numpy as np
import torch

from workings.byhand.lstm import lstm_states
from workings.byhand.recurrent import jacobian_norms
from workings.byhand.spectral import with_radius
from workings.claims.claim import Evidence, erratum
from workings.claims.lstm_forget import sum_carries
from workings.claims.lstm_memory import (
    bias_decides,
    half_lives,
    open_is_no_identity,
    reach_of_cell,
    total_derivative,
)
from workings.claims.lstm_readings import from_the_list, one_right_reading, relative_error
from workings.claims.recurrent import linear_network
from workings.claims.witness import at_least, at_most, close, equal

SIX = 6  # steps


@erratum(
    r"$\dfrac{\partial J}{\partial W_g} = \sum_t \dfrac{\partial J}{\partial h_t} \dfrac{\partial "
    r"h_t}{\partial W_g}$, with nothing said about what is held: as autograd reports both, in total.",
    truth=r"With both factors total every path is counted once for each state that it passes. Right is the "
    r"*direct* $\partial J/\partial h_t$ times the *total* $dh_t/dW_g$ (or the total times the direct).",
    question="s3.4.a",
    corrected=one_right_reading,
    certainty="arguable",
    reading="the derivative of J by each state holds the later states, and the other is total",
)
def both_factors_total() -> Evidence:
    """Evaluate the sum with total factors and compare with autograd, six steps."""
    return Evidence([at_most("Torch autograd, relative error", relative_error("total_J", SIX), 0.01)])


@erratum(
    r"$\partial C_t/\partial W_g + \frac{\partial C_t}{\partial C_{t-1}} \frac{\partial C_{t-1}}{\partial "
    r"W_g}$ in one bracket, where $\partial C_t/\partial W_g = i_t\, \partial \tilde C_t/\partial W_g$.",
    truth=r"The same symbol stands there twice, one step apart, and no single meaning makes both right. By "
    r"the formula given for it (direct) in both places, the cell forgets every step before $t - 1$; total in "
    r"both, it counts paths twice. It has to be direct at $t$ and total at $t - 1$.",
    question="s3.4.a",
    corrected=one_right_reading,
    certainty="arguable",
    reading=r"the formula is meant for step $t$ alone, and $\partial C_{t-1}/\partial W_g$ is total",
)
def one_symbol_two_meanings() -> Evidence:
    """Take the better of the two consistent meanings, six steps."""
    best = min(relative_error(reading, SIX) for reading in ("both_direct", "both_total"))
    return Evidence([at_most("Torch autograd, relative error of the better one", best, 0.01)])


@erratum(
    r"$\partial h_t/\partial h_{t-1}$ accounts for how $h_t$ depends on earlier hidden states, beside the "
    r"bracket for the cell.",
    truth=r"Beside a bracket that holds the cell path it must hold $C_{t-1}$ and go through all four gates. "
    r"Through $o_t$ alone (with $C_t$ held) it is too small; with $C_{t-1}$ moving along with $h_{t-1}$ the "
    r"cell path counts twice.",
    question="s3.4.a",
    corrected=one_right_reading,
    certainty="arguable",
    reading="all of it but the cell path is meant",
)
def dependence_on_hidden_states() -> Evidence:
    """Evaluate the two other readings, six steps; take the better one."""
    best = min(relative_error(reading, SIX) for reading in ("o_only", "moving"))
    return Evidence([at_most("Torch autograd, relative error of the better one", best, 0.01)])


@erratum(
    r"The gradient is a combination of the listed derivatives; it uses $\partial h_t/\partial C_t$ and "
    r"$\partial \tilde C_t/\partial W_g$.",
    truth=r"Neither is on the exercise's list, and two that are, $\partial C_t/\partial \tilde C_t$ and "
    r"$\partial h_t/\partial o_t$, are not used. The first can be had from the list: $\partial h_t/\partial "
    r"C_t = o_t (1 - (\partial h_t/\partial o_t)^2)$.",
    question="s3.4.a",
    corrected=from_the_list,
    certainty="arguable",
    reading="what follows at once from the equations of the cell may be used too",
)
def not_on_the_list() -> Evidence:
    """Count the derivatives that the answer uses and the exercise does not list."""
    listed = {"h_t/h_t-1", "h_t-1/W_g", "J/h_t", "C_t/W_g", "C_t-1/W_g", "C_t/C_t-1", "C_t/Ct_t", "h_t/o_t"}
    used = {"J/h_t", "h_t/C_t", "C_t/W_g", "C_t/C_t-1", "C_t-1/W_g", "h_t/h_t-1", "h_t-1/W_g", "Ct_t/W_g"}
    return Evidence([equal("counting, used and not listed", len(used - listed), 0)])


@erratum(
    r"$\partial C_t/\partial C_{t-1} = f_t$, with nothing said about what is held.",
    truth=r"With $h_{t-1}$ held it is. But $h_{t-1} = o_{t-1} \circ \tanh C_{t-1}$ moves with the cell and "
    r"feeds all gates, so the total derivative holds more: over 20 steps, with weights as Torch draws them "
    r"and forget bias 1, more than ten times the product of the forget gates.",
    question="s3.4.a",
    corrected=total_derivative,
    certainty="arguable",
    reading="a partial derivative is meant, with the hidden state held; another term then carries the rest",
)
def gate_is_the_derivative() -> Evidence:
    """Ask that the total derivative over 20 steps be the product of the forget gates, to a factor of 2."""
    total, alone = reach_of_cell(1.0, steps=20)
    return Evidence([at_most("by hand, total over cell path", float(total[-1] / alone[-1]), 2)])


@erratum(
    r"The forget gate is what is fundamental in mitigating vanishing gradients.",
    truth=r"The sum is: $C_{t-1}$ enters $C_t$ without a matrix and without a squashing slope. The cell of "
    r"1997 had no forget gate, and its factor is exactly 1. A gate below 1 can only shrink it; what the gate "
    r"brings is the power to forget.",
    question="s3.4.b",
    corrected=sum_carries,
    certainty="arguable",
    reading=r"a cell with a forget gate is given, and the gate's being near 1 is meant",
)
def gate_is_the_cause() -> Evidence:
    """Take the forget gate away, and ask that the gradient on the cell path be lost over 100 steps."""
    start = c = torch.tensor(0.5, dtype=torch.float64, requires_grad=True)
    for t in range(100):
        c = c + torch.sin(torch.tensor(float(t)))  # what is written does not hear the cell
    (left,) = torch.autograd.grad(c, start)
    return Evidence([at_most("Torch autograd, left after 100 steps without a gate", left.item(), 0.5)])


@erratum(
    r"If $f_t \approx 1$, gradients flow through time unhindered.",
    truth=r"The product of many gates near 1 is not near 1: at 0.99 a gradient halves in 69 steps, and $4 "
    r"\times 10^{-5}$ of it is left after 1000. It takes $1 - f \ll 1/T$.",
    question="s3.4.b",
    corrected=half_lives,
    certainty="arguable",
    reading="1 - f is far below one over the number of steps",
)
def unhindered() -> Evidence:
    """Ask that half of a gradient be left after 1000 steps at f = 0.99."""
    return Evidence([at_least("by hand, left after 1000 steps", float(np.prod(np.full(1000, 0.99))), 0.5)])


@erratum(
    r"When $f_t$ is close to 1 the cell acts like an identity function.",
    truth=r"Its derivative by the last cell does. The cell itself adds $i_t \tilde C_t$ at every step: with "
    r"$i = f = \tilde C = 1$ it counts. An identity takes $i_t \approx 0$ too.",
    question="s3.4.b",
    corrected=open_is_no_identity,
    certainty="arguable",
    reading="the derivative of the cell by the cell before is meant, with the hidden state held",
)
def acts_as_identity() -> Evidence:
    """Open the forget gate fully, and ask that the cell keep its value over nine steps."""
    zero = np.zeros((1, 4))
    _, C, _ = lstm_states(np.zeros((1, 9, 1)), zero, zero, np.array([800.0, 800.0, 20.0, 800.0]))
    return Evidence([close("by hand, the cell after nine steps", C[0, -1, 0], C[0, 0, 0], 0.1)])


@erratum(
    r"Unlike plain recurrent networks, LSTMs keep the magnitude of their gradients.",
    truth=r"Only if the forget gates are open. As Torch draws it, with $f \approx \tfrac12$, an LSTM loses "
    r"a gradient exponentially: less than $10^{-15}$ is left after 100 steps. And open gates do not keep it "
    r"either: it grows.",
    question="s3.4.b",
    corrected=bias_decides,
    certainty="arguable",
    reading="forget gates near 1 are assumed, as a few lines before",
)
def keeps_magnitude() -> Evidence:
    """Take an LSTM as Torch draws it, forget bias 0, and ask for a thousandth after 100 steps."""
    return Evidence([at_least("by hand, what is left on the cell", float(reach_of_cell(0.0)[0][-1]), 1e-3)])


@erratum(
    r"In plain recurrent networks gradients shrink because activation functions squash again and again.",
    truth=r"That is half of it. A network without any activation loses its gradient too, if its weights "
    r"shrink: over 100 steps at spectral radius $\tfrac12$ less than $10^{-25}$ is left. The LSTM's cell "
    r"path escapes both, the slope and the matrix.",
    question="s3.4.b",
    corrected=linear_network,
    certainty="arguable",
    reading="with tanh or sigmoid, squashing is one of the causes",
)
def squashing_alone() -> Evidence:
    """Take the squashing away at spectral radius one half, and ask for a thousandth after 100 steps."""
    W = with_radius(np.random.default_rng(21).normal(size=(12, 12)), 0.5)
    norms = jacobian_norms(np.zeros((101, 12)), W, "linear")
    return Evidence([at_least("by hand, left after 100 steps", float(norms[-1]), 1e-3)])


@erratum(
    r"(The exercise's premise.) The LSTM cell addresses vanishing and exploding gradients.",
    truth=r"It addresses vanishing. Its gradient can explode: nothing bounds the paths through $h$, and "
    r"with open forget gates it grows from the start. Clipping is used with LSTMs for that reason.",
    question="s3.4.b",
    corrected=bias_decides,
    certainty="arguable",
    reading="the cell path alone is meant, whose factors are at most 1",
)
def exploding_too() -> Evidence:
    """Open the forget gates of a random LSTM and ask that a gradient not grow over 100 steps."""
    return Evidence([at_most("by hand, norm after 100 steps", float(reach_of_cell(5.0)[0][-1]), 1.0)])
