"""Attention added to a recurrent network: what it computes, what it reaches, and what it cannot do."""

from __future__ import annotations

import numpy as np
import sympy
import torch
from torch import Tensor, nn

from workings.byhand.attentive_rnn import attentive_rnn
from workings.claims.claim import Evidence, claim
from workings.claims.witness import at_least, close, equal
from workings.models.attentive_rnn import AttentiveRecurrent
from workings.models.recurrent import Recurrent

Network = Recurrent | AttentiveRecurrent


def parameters(net: AttentiveRecurrent) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return a module's weights as the by-hand functions take them."""
    W_xh, W_hh, b = (weight.detach().numpy() for weight in (net.step.W_xh, net.step.W_hh, net.step.b))
    return W_xh, W_hh, b


def inputs(T: int, seed: int = 0) -> Tensor:
    """Return one random sequence, shape (1, T, 4)."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(1, T, 4, dtype=torch.float64, generator=generator)


def states_of(net: Network, X: Tensor) -> Tensor:
    """Return the states (B, T, d_h) of either network."""
    returned = net(X)
    states: Tensor = returned[0] if isinstance(returned, tuple) else returned
    return states


@claim(
    r"To add attention to a recurrent network, compute the step first, $r_t = \varphi(x_t W_{xh} + h_{t-1} "
    r"W_{hh} + b)$; let $r_t$ ask the *earlier* states, $\alpha_{t,l} = \operatorname{softmax}_l(r_t \cdot "
    r"h_l)$, $l < t$; then $h_t = r_t + \sum_{l<t} \alpha_{t,l} h_l$, and $h_1 = r_1$. Each line uses only "
    r"lines above it.",
    answers=("s3.5.a",),
)
def well_defined() -> Evidence:
    """Compare by hand, the Torch module, and Torch's own recurrent cell with Torch's attention."""
    net = AttentiveRecurrent(4, 6, seed=1, dtype=torch.float64)
    X = inputs(9)
    states, weights = net(X)
    H, by_hand = attentive_rnn(X[0].numpy(), *parameters(net))
    cell = nn.RNNCell(4, 6, dtype=torch.float64)
    with torch.no_grad():
        cell.weight_ih.copy_(net.step.W_xh.T)
        cell.weight_hh.copy_(net.step.W_hh.T)
        cell.bias_ih.copy_(net.step.b)
        cell.bias_hh.zero_()
        kept = [cell(X[:, 0])]
        for t in range(1, 9):
            r, earlier = cell(X[:, t], kept[-1]), torch.stack(kept, 1)
            kernel = nn.functional.scaled_dot_product_attention(r[:, None], earlier, earlier, scale=1)
            kept.append(r + kernel[:, 0])
    return Evidence(
        [
            close("Torch module, states", states[0].detach(), H, 1e-13),
            close("Torch module, weights", weights[0].detach(), by_hand, 1e-13),
            close("Torch's RNNCell and its attention kernel", torch.cat(kept), H, 1e-13),
            close("sums of the weights", by_hand.sum(axis=1), [0.0] + [1.0] * 8, 1e-14),
        ]
    )


@claim(
    r"State $t$ of such a network depends on inputs $1$ to $t$ alone: the derivative by any later input is "
    r"exactly 0. It does not attend to all tokens, only to those before.",
    answers=("s3.5.a",),
)
def looks_back_only() -> Evidence:
    """Take every derivative by autograd; change the last input by hand."""
    net = AttentiveRecurrent(4, 5, seed=2, dtype=torch.float64)
    X = inputs(6)
    jacobian = torch.func.jacrev(lambda x: net(x)[0][0])(X)  # (T, d_h, 1, T, d_x)
    reach = jacobian.abs().amax(dim=(1, 2, 4)).detach().numpy()  # (T, T): state by input
    changed = X[0].numpy().copy()
    changed[5] += 10
    before, after = (attentive_rnn(x, *parameters(net))[0] for x in (X[0].numpy(), changed))
    return Evidence(
        [
            equal("autograd, greatest derivative by a later input", float(np.triu(reach, 1).max()), 0.0),
            equal("autograd, pairs that are reached", int((np.tril(reach) > 0).sum()), 21),
            close("by hand, the last input changed, states before it", after[:5], before[:5], 0),
            at_least("by hand, the last state", float(abs(after[5] - before[5]).max()), 1e-3),
        ]
    )


def depth(output: Tensor) -> int:
    """Return the length of the longest chain of operations in the graph that made a tensor."""
    longest: dict[object, int] = {}
    stack = [output.grad_fn]
    while stack:
        node = stack[-1]
        parents = [parent for parent, _ in node.next_functions if parent] if node else []
        missing = [parent for parent in parents if parent not in longest]
        if missing:
            stack += missing
        else:
            longest[node] = 1 + max((longest[parent] for parent in parents), default=0)
            stack.pop()
    return longest[output.grad_fn]


@claim(
    r"Attention does not make a recurrent network parallel. The longest chain of dependent operations grows "
    r"linearly with $T$, with and without attention, because $h_t$ needs $h_{t-1}$; in self-attention "
    r"alone it does not grow at all.",
    answers=("s3.5.a",),
)
def still_sequential() -> Evidence:
    """Measure the longest chain in the graphs that Torch records, for 10, 20 and 40 steps."""
    chains: dict[str, list[int]] = {"recurrent": [], "with_attention": [], "self_attention": []}
    for T in (10, 20, 40):
        X = inputs(T).requires_grad_()
        chains["recurrent"].append(depth(states_of(Recurrent(4, 5, dtype=torch.float64), X)[0, -1].sum()))
        chains["with_attention"].append(
            depth(states_of(AttentiveRecurrent(4, 5, dtype=torch.float64), X)[0, -1].sum())
        )
        own = torch.softmax(X[0] @ X[0].T, dim=1) @ X[0]
        chains["self_attention"].append(depth(own[-1].sum()))
    grown = {name: (one[2] - one[1]) / (one[1] - one[0] or 1) for name, one in chains.items()}
    return Evidence(
        [
            close("recurrent, growth from 20 to 40 over growth from 10 to 20", grown["recurrent"], 2, 0.05),
            close("with attention, the same", grown["with_attention"], 2, 0.05),
            at_least(
                "with attention, longer than without", chains["with_attention"][2], chains["recurrent"][2]
            ),
            equal("self-attention alone, chains", len(set(chains["self_attention"])), 1),
        ],
        chains,
    )


@claim(
    r"The sum $h_t = r_t + a_t$ lets the state grow. If every step proposes the same $r$ with $R = |r|^2 > "
    r"1$, then $h_t$ grows by $\kappa r$ a step, $\kappa = 1 - e^{-\kappa R}$, although each $r_t$ stays "
    r"within $\pm 1$.",
    answers=("s3.5.a",),
)
def states_grow() -> Evidence:
    """Solve for the rate with Lambert's W in SymPy; run the network by hand and in Torch."""
    witnesses, rates = [], {}
    for R in (1.5, 4.0):
        rate = float(1 + sympy.LambertW(-R * sympy.exp(-R)) / R)
        proposal = np.full(8, (R / 8) ** 0.5)
        H, _ = attentive_rnn(np.ones((200, 1)), np.arctanh(proposal)[None], np.zeros((8, 8)))
        witnesses.append(
            close(f"by hand, R = {R}, last step", H[199, 0] - H[198, 0], rate * proposal[0], 1e-6)
        )
        net = AttentiveRecurrent(1, 8, dtype=torch.float64)
        with torch.no_grad():
            net.step.W_xh.copy_(torch.from_numpy(np.arctanh(proposal)[None]))
            net.step.W_hh.zero_()
            states = states_of(net, torch.ones(1, 100, 1, dtype=torch.float64))[0]
        step = float((states[99, 0] - states[98, 0]) / proposal[0])
        witnesses.append(close(f"Torch, R = {R}, last step", step, rate, 1e-6))
        rates[f"R_{R:g}".replace(".", "_")] = {"rate": rate, "state_200": float(H[199, 0])}
    return Evidence(witnesses, rates)
