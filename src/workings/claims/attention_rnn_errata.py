"""What is wrong in the published answers to document 003, problem 5: attention in an RNN."""

from __future__ import annotations

import numpy as np
import torch

from workings.claims import attention_circular, attention_rnn
from workings.claims.attention_circular import EARLIER, right_side, settled
from workings.claims.attention_rnn import depth, inputs, states_of
from workings.claims.claim import Evidence, erratum
from workings.claims.witness import at_most, close, equal
from workings.models.attentive_rnn import AttentiveRecurrent
from workings.models.recurrent import Recurrent


@erratum(
    r"With self-attention added in this way, each token attends to all others, not to past states alone.",
    truth=r"The same answer sums over $j = 1, \dots, t - 1$: past states alone. The states after $t$ are "
    r"not computed yet, and the derivative of $h_t$ by any later input is exactly 0.",
    question="s3.5.a",
    corrected=attention_rnn.looks_back_only,
)
def attends_to_all() -> Evidence:
    """Count the pairs of state and input with a derivative other than 0, and the weights other than 0."""
    net = AttentiveRecurrent(4, 5, seed=2, dtype=torch.float64)
    X = inputs(6)
    jacobian = torch.func.jacrev(lambda x: net(x)[0][0])(X)
    reach = jacobian.abs().amax(dim=(1, 2, 4))
    weights = net(X)[1][0].detach().numpy()
    return Evidence(
        [
            equal("autograd, pairs of 36 that are reached", int((reach > 0).sum()), 36),
            equal("weights of 30 pairs (all others) above 0", int((weights > 0).sum()), 30),
        ]
    )


@erratum(
    r"Adding self-attention makes the computation parallel, unlike the sequential updates of an RNN.",
    truth=r"$h_t = \mathrm{RNN}(x_t, h_{t-1}) + a_t$ still needs $h_{t-1}$: the longest chain of dependent "
    r"operations grows with $T$, and faster than without attention. Only a model without the recurrence is "
    r"parallel.",
    question="s3.5.a",
    corrected=attention_rnn.still_sequential,
)
def becomes_parallel() -> Evidence:
    """Measure the longest chain of the network with attention, at 10 and 40 steps, and without."""
    attentive, plain = AttentiveRecurrent(4, 5, dtype=torch.float64), Recurrent(4, 5, dtype=torch.float64)
    chains = {T: depth(states_of(attentive, inputs(T).requires_grad_())[0, -1].sum()) for T in (10, 40)}
    without = depth(states_of(plain, inputs(40).requires_grad_())[0, -1].sum())
    return Evidence(
        [
            at_most("chain at 40 steps over chain at 10", chains[40] / chains[10], 1),
            at_most("chain with attention over chain without, 40 steps", chains[40] / without, 1),
        ],
        {"with_attention": chains[40], "without": without},
    )


@erratum(
    r"$e_{t,l} = \mathrm{score}(h_t, h_l)$, $\alpha_{t,l}$ from these, $a_t = \sum_{j<t} \alpha_{t,j} h_j$, "
    r"and $h_t = \mathrm{RNN}(x_t, h_{t-1}) + a_t$: this computes $h_t$.",
    truth=r"It is circular: $a_t$ needs $h_t$, and $h_t$ needs $a_t$. As an equation it can have several "
    r"solutions, three in a reachable case. Score with the step before the sum, $r_t = \mathrm{RNN}(x_t, "
    r"h_{t-1})$ (or with $h_{t-1}$), and nothing is circular.",
    question="s3.5.a",
    corrected=attention_circular.three_solutions,
)
def defines_a_state_by_itself() -> Evidence:
    """Ask whether the equations single out one state: put three different ones in, and substitute."""
    up, down = settled(np.full(16, 1e-3)), settled(np.full(16, -1e-3))
    earlier = torch.from_numpy(EARLIER)
    roots = torch.from_numpy(np.array([up, np.zeros(16), down]))
    residual = (torch.softmax(roots @ earlier.T, 1) @ earlier - roots).abs().amax(1)
    solved = int((residual < 1e-12).sum())
    return Evidence(
        [
            equal("Torch, states that satisfy all four equations", solved, 1),
            close("by hand, substitution from two starts", up, down, 1e-6),
            close("by hand, the greater and 0 both solve", right_side(up), right_side(np.zeros(16)), 1e-6),
        ],
        {"solutions": solved},
    )


@erratum(
    r"At every step $t$ the softmax gives a probability distribution over all previous states $h_l$, and "
    r"$a_t = \sum_{j=1}^{t-1} \alpha_{t,j} h_j$.",
    truth=r"Not at $t = 1$: there is no previous state, so there is no weight, and no weights sum to 1. The "
    r"first step needs a rule of its own, such as $a_1 = 0$ and $h_1 = \mathrm{RNN}(x_1, h_0)$, which the "
    r"answer does not give.",
    question="s3.5.a",
    corrected=attention_rnn.well_defined,
    certainty="arguable",
    reading="an empty sum is 0, so that $a_1 = 0$, and the weights begin at $t = 2$",
)
def weights_at_the_first_step() -> Evidence:
    """Sum the weights of each step, and of a softmax over no states: every sum would have to be 1."""
    net = AttentiveRecurrent(4, 5, seed=2, dtype=torch.float64)
    weights = net(inputs(6))[1][0].detach().numpy()
    empty = torch.softmax(torch.empty(0, dtype=torch.float64), 0).sum().item()
    return Evidence(
        [
            close("sums of the weights, six steps", weights.sum(axis=1), np.ones(6), 1e-9),
            close("Torch, sum of a softmax over nothing", empty, 1, 1e-9),
        ]
    )
