"""Encoder and decoder: who depends on whom, and what a second target language costs."""

from __future__ import annotations

import sympy
import torch

from workings.byhand.heads import multi_head_attention
from workings.claims.claim import Evidence, claim
from workings.claims.crossovers import M, N, k
from workings.claims.heads import flops
from workings.claims.positions import random_weights
from workings.claims.witness import at_least, equal
from workings.models.transformer import TransformerBlock

ENCODER = 12 * M * k**2 + 2 * M**2 * k
DECODER = 14 * N * k**2 + 2 * M * k**2 + 2 * N**2 * k + 2 * M * N * k


def block(cross: bool, width: int = 8, **options: object) -> TransformerBlock:
    """Return an encoder's block, or a decoder's, of these weights: seed 0."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return TransformerBlock(width, 2, causal=cross, cross=cross, **options)  # type: ignore[arg-type]


def counted(source: int, target: int, width: int) -> tuple[int, int]:
    """Count the multiplications of one encoder block over M tokens and one decoder block over N, in Torch."""
    X, Y = (torch.empty(1, n, width, device="meta") for n in (source, target))
    coder, decoder = (block(cross, width, device="meta") for cross in (False, True))

    class Bound(torch.nn.Module):
        def forward(self, rows: torch.Tensor) -> torch.Tensor:
            return decoder(rows, memory=X)  # type: ignore[no-any-return]

    return flops(coder, X) // 2, flops(Bound(), Y) // 2


@claim(
    r"In the forward pass the encoder's activations do not depend on the decoder's: their gradient by the "
    r"decoder's input is absent, while the decoder's output has a gradient by the encoder's input.",
    answers=("s3.7.4.a",),
)
def encoder_is_free() -> Evidence:
    """Ask autograd both ways; change the decoder's input and compare the encoder's output bit by bit."""
    generator = torch.Generator().manual_seed(1)
    X, Y = (torch.randn(1, n, 8, generator=generator, requires_grad=True) for n in (5, 4))
    coder, decoder = block(False), block(True)
    memory = coder(X)
    output = decoder(Y, memory=memory)
    (backwards,) = torch.autograd.grad(memory.sum(), Y, allow_unused=True, retain_graph=True)
    (forwards,) = torch.autograd.grad(output.pow(2).sum(), X, retain_graph=True)
    decoder(Y + 1, memory=memory)
    again = coder(X)
    rows, weights = X.detach().double().numpy()[0], random_weights(seed=4)
    target = Y.detach().double().numpy()[0]
    by_hand = multi_head_attention(rows, *weights, 2)
    crossed = [multi_head_attention(target, *weights, 2, memory=memo) for memo in (by_hand, 2 * by_hand)]
    return Evidence(
        [
            equal("autograd, encoder by decoder: no path", backwards is None, True),
            at_least("autograd, decoder by encoder's input", forwards.abs().max().item(), 1e-3),
            equal(
                "Torch, encoder after another decoder input, equal bit by bit",
                torch.equal(memory, again),
                True,
            ),
            at_least(
                "by hand, decoder after another memory: change", abs(crossed[0] - crossed[1]).max(), 0.01
            ),
        ]
    )


@claim(
    r"In training they do: the loss sits behind the decoder, so the gradient of the encoder's *weights* "
    r"depends on the decoder, and after one step so do the encoder's activations.",
    answers=("s3.7.4.a",),
)
def training_ties_them() -> Evidence:
    """Take one gradient step with two different targets and compare the encoder's outputs afterwards."""
    generator = torch.Generator().manual_seed(2)
    X, *targets = (torch.randn(1, 5, 8, generator=generator) for _ in range(3))
    outputs, gradients = [], []
    for Y in targets:
        coder, decoder = block(False), block(True)
        loss = decoder(Y, memory=coder(X)).pow(2).sum()
        optimizer = torch.optim.SGD(coder.parameters(), lr=0.01)
        loss.backward()
        gradient = coder.attention.query.weight.grad
        gradients.append(torch.zeros(1) if gradient is None else gradient)
        optimizer.step()
        outputs.append(coder(X).detach())
    return Evidence(
        [
            at_least(
                "autograd, change of a gradient of the encoder",
                (gradients[0] - gradients[1]).abs().max().item(),
                1e-4,
            ),
            at_least(
                "encoder's output after one step: change", (outputs[0] - outputs[1]).abs().max().item(), 1e-4
            ),
        ],
        {"change": float((outputs[0] - outputs[1]).abs().max())},
    )


@claim(
    r"A block of the encoder takes $12Mk^2 + 2M^2k$ multiplications, a block of the decoder $14Nk^2 + 2Mk^2 "
    r"+ 2N^2k + 2MNk$. A second target language costs the decoder's part again and none of the encoder's: "
    r"with $k$ fixed, $O(MN + N^2)$.",
    answers=("s3.7.4.b",),
)
def second_language() -> Evidence:
    """Count blocks in Torch at several sizes; check the order in symbols, and that no M² is left."""
    sizes = [(5, 7, 8), (30, 25, 16), (64, 64, 8)]
    stated = [tuple(int(e.subs({M: m, N: n, k: w})) for e in (ENCODER, DECODER)) for m, n, w in sizes]
    fixed = sympy.Poly(DECODER.subs(k, 512), M, N)
    orders = sorted(fixed.monoms())
    encoder, decoder = counted(30, 30, 512)
    return Evidence(
        [
            equal(
                "Torch's counter, encoder and decoder at three sizes",
                [counted(*size) for size in sizes],
                stated,
            ),
            equal("SymPy, powers of M and N in the decoder", orders, [(0, 1), (0, 2), (1, 0), (1, 1)]),
            equal(
                "SymPy, limit of DECODER / (MN + N²) for M = N to infinity, finite",
                sympy.limit((DECODER / (M * N + N**2)).subs(M, N), N, sympy.oo),
                2 * k,
            ),
        ],
        {
            "encoder": encoder,
            "decoder": decoder,
            "both_anew": 2 * (encoder + decoder),
            "reused": encoder + 2 * decoder,
            "saved": encoder / (2 * (encoder + decoder)),
            "orders": [list(order) for order in orders],
        },
    )


@claim(
    r"With $k$ kept, $MN + N^2$ tells little of the cost of a sentence: for $M = N = 30$, $k = 512$ the "
    r"terms with $M N$ and $N^2$ are less than $2$ % of the decoder's multiplications; the rest are "
    r"projections and feed-forward.",
    answers=("s3.7.4.b", "s3.7.3.b"),
)
def projections_dominate() -> Evidence:
    """Evaluate the formula, and count the same in Torch by leaving the tokens' number as it is."""
    square = (2 * N**2 * k + 2 * M * N * k).subs({M: 30, N: 30, k: 512})
    total = DECODER.subs({M: 30, N: 30, k: 512})
    _, all_of_it = counted(30, 30, 512)
    # squares apart: count at twice the length; what is more than double comes from M N and N²
    _, doubled = counted(60, 60, 512)
    share = (doubled - 2 * all_of_it) / 2 / all_of_it
    return Evidence(
        [
            at_least("SymPy, 2 % less the share", 0.02 - float(square / total), 0),
            at_least("Torch's counter, 2 % less the share", 0.02 - share, 0),
            equal("both shares", round(share, 12), round(float(square / total), 12)),
        ],
        {"share": share},
    )


@claim(
    r"The encoder can be reused only if it is not told the target language. Where a token for it stands "
    r"before the source (as in multilingual models), all encoder activations change with the language.",
    answers=("s3.7.4.a", "s3.7.4.b"),
)
def language_token_ends_reuse() -> Evidence:
    """Prepend two different language tokens to one source and compare the source's activations."""
    generator = torch.Generator().manual_seed(3)
    source, first, second = (torch.randn(1, n, 8, generator=generator) for n in (5, 1, 1))
    coder = block(False)
    outputs = [coder(torch.cat([token, source], dim=1))[:, 1:] for token in (first, second)]
    rows = [torch.cat([token, source], dim=1)[0].double().numpy() for token in (first, second)]
    by_hand = [multi_head_attention(x, *random_weights(seed=5), 2)[1:] for x in rows]
    changed = (outputs[0] - outputs[1]).abs().amax(dim=-1).min().item()
    return Evidence(
        [
            at_least("Torch, least change of a source token", changed, 1e-3),
            at_least(
                "by hand, least change of a source token",
                abs(by_hand[0] - by_hand[1]).max(axis=1).min(),
                1e-3,
            ),
        ],
        {"least": changed},
    )
