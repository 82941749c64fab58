"""What is wrong in the published answers to document 003, problem 5: attention in an RNN, several queries."""

from __future__ import annotations

import numpy as np
import torch

from workings.byhand.scaled_attention import attention_scores, attention_weights
from workings.byhand.softmax import softmax
from workings.claims import attention_circular, attention_matrix, attention_reach, attention_rnn
from workings.claims.attention_circular import EARLIER, right_side, settled
from workings.claims.attention_matrix import matrices
from workings.claims.attention_rnn import depth, inputs, states_of
from workings.claims.claim import Evidence, erratum
from workings.claims.witness import at_least, at_most, close, equal
from workings.models.attentive_rnn import AttentiveRecurrent
from workings.models.recurrent import Recurrent


@erratum(
    r"With self-attention each token attends to all others, not to past states alone.",
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
    r"The weights and $a_t = \sum_{j=1}^{t-1} \alpha_{t,j} h_j$ are computed for each timestep $t$.",
    truth=r"At $t = 1$ there is no earlier state: the softmax is over nothing, $\tfrac00$, and has no "
    r"weights that sum to 1. The first step needs its own rule, such as $a_1 = 0$ or a start state among "
    r"the keys.",
    question="s3.5.a",
    corrected=attention_rnn.well_defined,
)
def first_step_has_weights() -> Evidence:
    """Take the softmax over no scores: by hand, in Torch, and as a quotient."""
    try:
        softmax(np.zeros(0))
        by_hand = True
    except ValueError:
        by_hand = False
    by_torch = torch.softmax(torch.zeros(0, dtype=torch.float64), 0)
    return Evidence(
        [
            equal("by hand gives weights", by_hand, True),
            close("Torch, sum of the weights", float(by_torch.sum()), 1, 1e-9),
        ]
    )


@erratum(
    r"$\alpha_{t,l} = \exp(e_{t,l}) / \sum_j \exp(e_{t,j})$ with no range for $j$, beside $a_t = "
    r"\sum_{j=1}^{t-1} \alpha_{t,j} h_j$.",
    truth=r"The range must be $j < t$, as in the sum of $a_t$. If $j$ runs over all states so far, $t$ "
    r"among them, the weights in $a_t$ sum to less than 1, and $a_t$ shrinks: most where $h_t$ is longest.",
    question="s3.5.a",
    corrected=attention_rnn.well_defined,
    certainty="arguable",
    reading=r"“over all previous states”, which the sentence before says, is the range of $j$",
)
def range_left_out() -> Evidence:
    """Normalise over all states up to t, and sum the weights below t, by hand and in Torch."""
    H = np.random.default_rng(13).normal(size=(6, 4))
    weights = attention_weights(H[5:], H, scale=1)[0]
    by_torch = torch.softmax(torch.from_numpy(H @ H[5]), 0)
    return Evidence(
        [
            close("by hand, weights of the states before t", float(weights[:5].sum()), 1, 0.01),
            close("Torch, the same", float(by_torch[:5].sum()), 1, 0.01),
        ],
        {"sum": float(weights[:5].sum())},
    )


@erratum(
    r"Additive score: $e_{t,l} = V^\top \tanh(W_1 h_t + W_2 h_l)$, with $V$ the matrix of values of part "
    r"(b).",
    truth=r"A score is one number, so this must be a vector $v$ of the width of the tanh layer, a parameter "
    r"of its own. With a matrix of $t$ values the result has many components, and softmax over $l$ of them "
    r"is not defined.",
    question="s3.5.a",
    corrected=attention_rnn.well_defined,
    certainty="arguable",
    reading=r"$V$ is a letter used twice, and here a single column",
)
def score_with_a_matrix() -> Evidence:
    """Compute it with a matrix of values (t, d_v) whose rows match the layer, and count the numbers."""
    rng = np.random.default_rng(14)
    h_t, h_l, W_1, W_2, V = (rng.normal(size=shape) for shape in (4, 4, (5, 4), (5, 4), (5, 3)))
    score = V.T @ np.tanh(W_1 @ h_t + W_2 @ h_l)
    by_torch = torch.from_numpy(V).T @ torch.tanh(torch.from_numpy(W_1 @ h_t + W_2 @ h_l))
    return Evidence(
        [
            equal("NumPy, numbers in one score", score.size, 1),
            equal("Torch, numbers in one score", by_torch.numel(), 1),
        ]
    )


@erratum(
    r"Adding $a_t$ to the recurrent update enhances how well information is kept and learnt (no word on "
    r"size).",
    truth=r"Gradients do reach far, and a task over 30 steps is learnt. But the sum has no bound: states "
    r"grow with $t$, by up to $|r|$ a step, and so does the gradient: over 100 steps it is hundreds of "
    r"times that over two. Concatenate $[r_t; a_t]$, average, or normalise.",
    question="s3.5.a",
    corrected=attention_rnn.states_grow,
    certainty="arguable",
    reading=r"sequences are short, or gradients are clipped, as in our run",
)
def sum_is_harmless() -> Evidence:
    """Ask whether the state keeps to the range of tanh, and the gradient to the size of the first step's."""
    net = AttentiveRecurrent(4, 16, radius=0.9, seed=0, dtype=torch.float64)
    with torch.no_grad():
        greatest = float(states_of(net, inputs(100)).abs().max())
    ratio = attention_reach.reach("added", 100, 0) / attention_reach.reach("added", 2, 0)
    return Evidence(
        [
            at_most("Torch, greatest component of a state in 100 steps", greatest, 1),
            at_most("autograd, derivative over 100 steps over that of 2", ratio, 10),
        ],
        {"greatest": greatest, "ratio": ratio},
    )


@erratum(
    r"RNNs struggle with long-range dependencies because gradients vanish.",
    truth=r"One reason of several. At a spectral radius above 1 gradients explode; with an orthogonal "
    r"$W_{hh}$ and no saturation they do neither. And whatever they do, the past must fit into one state of "
    r"fixed size.",
    question="s3.5.a",
    corrected=attention_reach.three_fates,
    certainty="arguable",
    reading=r"the network saturates, or its spectral radius is below 1, as is common",
)
def always_vanish() -> Evidence:
    """Measure the derivative over 100 steps of a linear network, orthogonal and with radius 1.2."""

    rotation = np.linalg.qr(np.random.default_rng(15).normal(size=(8, 8)))[0]
    kept, grown = attention_reach.linear_reach(rotation), attention_reach.linear_reach(1.2 * rotation)
    by_hand = float(np.linalg.norm(np.linalg.matrix_power(rotation, 99), 2))
    return Evidence(
        [
            at_most("autograd, orthogonal, 100 steps", kept, 0.01),
            at_most("autograd, radius 1.2, 100 steps", grown, 0.01),
            at_most("NumPy, orthogonal, power 99", by_hand, 0.01),
        ],
        {"orthogonal": kept, "radius_1_2": grown},
    )


@erratum(
    r"The attention *scores* are $\alpha_i = \exp(q^\top k_i)/\sum_j \exp(q^\top k_j)$, and the scores "
    r"matrix is $A = \operatorname{softmax}(QK^\top)$.",
    truth=r"These are the weights. The scores are what goes into the softmax, $q^\top k_i$ and $QK^\top$: "
    r"any real numbers, of any sum. Part (a) of the same answer uses the words that way, and its last line "
    r"calls $A$ the weights.",
    question="s3.5.b",
    corrected=attention_matrix.matrix_form,
    certainty="arguable",
    reading=r"“score” is used loosely for what comes out of the softmax",
)
def weights_called_scores() -> Evidence:
    """Compare scores as part (a) defines them with the formula here, by hand and in Torch."""
    Q, K, _ = matrices()
    scores = attention_scores(Q, K, scale=1)
    by_torch = torch.softmax(torch.from_numpy(Q) @ torch.from_numpy(K).T, dim=1)
    return Evidence(
        [
            close("by hand, scores against the formula", scores, attention_weights(Q, K, scale=1), 0.01),
            close("Torch, scores against the formula", scores, by_torch, 0.01),
            at_least("least score", float(scores.min()), 0),
        ]
    )
