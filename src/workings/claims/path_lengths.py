"""How many steps lie between two tokens, by kind of layer."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn

from workings.claims.claim import Evidence, claim
from workings.claims.layer_costs import REACH, WIDTH, loop_rnn, matrix_chain
from workings.claims.witness import at_least, equal


def path_length(edges: Callable[[int], list[int]], start: int, end: int) -> int:
    """Return the fewest edges from one node to another, by breadth-first search."""
    level, steps, seen = {start}, 0, {start}
    while end not in level:
        level = {after for node in level for after in edges(node)} - seen
        if not level:
            raise ValueError(f"no path from {start} to {end}")
        seen |= level
        steps += 1
    return steps


def paths(seq_len: int) -> dict[str, int]:
    """Return the fewest steps from the first token to the last token's output, by kind of layer.

    One step is one token's vector computed from another's: a recurrent step, or a layer of the others.
    ``convolution`` looks back only, as in ``layer_costs``; the centred one looks as far to either side.
    """
    return {
        "self-attention": path_length(lambda i: list(range(seq_len)), 0, seq_len - 1),
        "restricted attention": path_length(
            lambda i: list(range(i, min(i + REACH + 1, seq_len))), 0, seq_len - 1
        ),
        "recurrent": path_length(lambda i: [i + 1] if i + 1 < seq_len else [], 0, seq_len - 1),
        "convolution": path_length(lambda i: list(range(i, min(i + WIDTH, seq_len))), 0, seq_len - 1),
        "centred convolution": path_length(
            lambda i: list(range(max(i - WIDTH // 2, 0), min(i + WIDTH // 2 + 1, seq_len))), 0, seq_len - 1
        ),
    }


def layers_until_reached(layer: Callable[[Tensor], Tensor], seq_len: int) -> int:
    """Stack a layer until the first token has a gradient on the last output; return how many it took."""
    X = torch.ones(seq_len, 4, dtype=torch.float64, requires_grad=True)
    rows, count = X, 0
    while True:
        rows, count = layer(rows), count + 1
        (gradient,) = torch.autograd.grad(rows[-1].sum(), X, retain_graph=True)
        if gradient[0].abs().max() > 0:
            return count


@claim(
    r"From the first of $33$ tokens to the last it is $1$ step in self-attention, $32$ in a recurrent "
    r"layer. Convolutions of width $3$ take $\lceil (T-1)/2 \rceil = 16$ layers if they look back only "
    r"(causal, padded on the left), $T - 1 = 32$ if centred on their token; attention restricted to $2$ "
    r"neighbours a side takes $16$.",
    answers=("s0.3.2",),
)
def path_lengths() -> Evidence:
    """Search the graph of tokens; stack Torch layers until a gradient arrives; count a loop's products."""
    found = paths(33)
    rows = torch.linspace(0.1, 1, 4 * WIDTH * 4).double().reshape(4, 4, WIDTH)

    def convolve(X: Tensor, after: int = 0) -> Tensor:
        padded = nn.functional.pad(X.T, (WIDTH - 1 - after, after))  # (k, T + WIDTH - 1)
        return nn.functional.conv1d(padded[None], rows / 10)[0].T

    def attend(X: Tensor, reach: int) -> Tensor:
        near = (torch.arange(len(X)) - torch.arange(len(X))[:, None]).abs() <= reach
        return nn.functional.scaled_dot_product_attention(X, X, X, attn_mask=near)

    weights = [torch.ones(4, 4, requires_grad=True) for _ in range(2)]
    arrived = {
        "self-attention": layers_until_reached(lambda X: attend(X, len(X)), 33),
        "restricted attention": layers_until_reached(lambda X: attend(X, REACH), 33),
        "recurrent": matrix_chain(loop_rnn(torch.ones(33, 4), *weights)) - 1,  # one product is the input's
        "convolution": layers_until_reached(convolve, 33),
        "centred convolution": layers_until_reached(lambda X: convolve(X, after=1), 33),
    }
    stated = {
        "self-attention": 1,
        "restricted attention": 16,
        "recurrent": 32,
        "convolution": 16,
        "centred convolution": 32,
    }
    return Evidence(
        [
            equal("search through the graph", found, stated),
            equal("Torch, layers until a gradient arrives (recurrent: products)", arrived, found),
            at_least("search, recurrent at 1025 tokens", paths(1025)["recurrent"], 1024),
            equal("by formula, convolution at 1025 tokens", paths(1025)["convolution"], math.ceil(1024 / 2)),
        ],
        {name.replace(" ", "_").replace("-", "_"): steps for name, steps in found.items()},
    )
