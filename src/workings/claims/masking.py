"""The look-ahead mask: what it does, and why it goes before the softmax."""

from __future__ import annotations

import numpy as np
import sympy
import torch
from torch.nn.functional import scaled_dot_product_attention

from workings.byhand.scaled_attention import (
    attention,
    attention_scores,
    attention_weights,
    causal_mask,
    mask_scores,
    self_attention,
)
from workings.byhand.softmax import softmax
from workings.claims.claim import Evidence, claim
from workings.claims.scaled_attention import by_torch, exact_values, exact_weights, floats
from workings.claims.witness import at_least, close, equal
from workings.data.five_words import W_K, W_Q, W_V, X
from workings.models.scaled_attention import SelfAttention


def random_head(seed: int = 0) -> tuple[np.ndarray, ...]:
    """Return random queries, keys and values of six tokens, shape (6, 4) each."""
    rng = np.random.default_rng(seed)
    return tuple(rng.normal(size=(6, 4)) for _ in range(3))


@claim(
    r"Masked, word $i$ of the five shares its weight among the first $i$ words: `dogs` keeps all of its "
    r"own, `are` gives $\tfrac14$ to each of four, and the row of `cute`, the last, is unchanged.",
    answers=("s0.5.4.a",),
)
def five_words() -> Evidence:
    """Compare weights and outputs by hand with exact expressions and with the causal Torch module."""
    weights = attention_weights(X @ W_Q, X @ W_K, causal_mask(5))
    outputs = self_attention(X, W_Q, W_K, W_V, causal_mask(5))
    exact = exact_weights(masked=True)
    torch_weights, torch_outputs = by_torch(mask=True)
    even = [[sympy.Rational(int(j <= i), i + 1) for j in range(5)] for i in range(4)]
    return Evidence(
        [
            close("exact, weights", floats(exact), weights, 1e-15),
            close("Torch module, weights", torch_weights, weights, 1e-15),
            close("exact, outputs", floats(exact * exact_values()), outputs, 1e-15),
            close("Torch module, outputs", torch_outputs, outputs, 1e-15),
            equal("SymPy, the first four rows", exact[:4, :], sympy.Matrix(even)),
            equal("SymPy, the row of `cute`", exact[4, :], exact_weights()[4, :]),
        ],
        {"weights": weights.tolist(), "outputs": outputs.ravel().tolist()},
    )


@claim(
    r"Under the causal mask, output $i$ depends on tokens $1$ to $i$ only: one pass over the whole text "
    r"gives what a pass over each beginning of it would, and the gradient of output $i$ by any later token "
    r"is exactly 0.",
    answers=("s0.5.4.a",),
)
def no_future() -> Evidence:
    """Compare with a pass over each beginning, by hand, and look at Torch's gradients."""
    Q, K, V = random_head()
    whole = attention(Q, K, V, causal_mask(6))
    beginnings = [attention(Q[i : i + 1], K[: i + 1], V[: i + 1])[0] for i in range(6)]
    head = SelfAttention(4, 4, causal=True, dtype=torch.float64)
    gradient = torch.func.jacrev(head)(torch.from_numpy(Q))  # (6, d_v, 6, d_model)
    reach = gradient.abs().amax(dim=(1, 3)).detach().numpy()  # (6, 6): output i by token j
    return Evidence(
        [
            close("by hand, each beginning on its own", np.array(beginnings), whole, 1e-15),
            equal("autograd, largest gradient by a later token", float(np.triu(reach, 1).max()), 0.0),
            equal(
                "autograd, outputs that some allowed token does not reach",
                int((np.tril(reach) > 0).sum()),
                21,
            ),
        ]
    )


@claim(
    r"Masking the scores with $-\infty$ before the softmax gives the same weights as a softmax over all "
    r"keys whose forbidden weights are set to 0 and whose rows are then divided by their sums: in exact "
    r"arithmetic the order does not matter, if one renormalises.",
    answers=("s0.5.4.b",),
)
def before_equals_renormalised() -> Evidence:
    """Compare in symbols and on random scores, the renormalised weights with by-hand and Torch masking."""
    a, b, c = sympy.symbols("a b c", real=True)
    powers = [sympy.exp(x) for x in (a, b, c)]
    full = [power / sum(powers) for power in powers]
    gaps = [
        sympy.simplify(full[i] / (full[0] + full[1]) - powers[i] / (powers[0] + powers[1])) for i in (0, 1)
    ]
    Q, K, _ = random_head()
    after = attention_weights(Q, K) * causal_mask(6)  # (6, 6)
    renormalised = after / after.sum(axis=1, keepdims=True)
    q, k = torch.from_numpy(Q), torch.from_numpy(K)
    kernel = scaled_dot_product_attention(q, k, torch.eye(6).double(), is_causal=True)
    return Evidence(
        [
            equal("SymPy, third key masked", gaps, [0, 0]),
            close("by hand, masked before", attention_weights(Q, K, causal_mask(6)), renormalised, 1e-15),
            close("Torch, is_causal", kernel.numpy(), renormalised, 1e-15),
        ]
    )


@claim(
    r"Zeroing weights after the softmax without renormalising is wrong twice over: rows no longer sum to 1 "
    r"(five words: $\tfrac15, \tfrac25, \tfrac35, \tfrac45, 1$), and a later token still changes earlier "
    r"outputs, through the sum in the softmax.",
    answers=("s0.5.4.b",),
)
def after_leaks() -> Evidence:
    """Sum exact rows; change the last token, by hand, and take the gradient in Torch."""
    mask = causal_mask(5)
    sums = [sum(exact_weights()[i, : i + 1]) for i in range(4)]
    Q, K, V = random_head()
    changed = K.copy()
    changed[5] += 3
    lower = causal_mask(6)
    after = [(attention_weights(Q, keys) * lower) @ V for keys in (K, changed)]
    before = [attention(Q, keys, V, lower) for keys in (K, changed)]

    def masked_after(keys: torch.Tensor) -> torch.Tensor:
        weights = torch.softmax(torch.from_numpy(Q) @ keys.T / 2, dim=-1)
        return torch.tril(weights) @ torch.from_numpy(V)

    gradient = torch.func.jacrev(masked_after)(torch.from_numpy(K))  # (6, 4, 6, 4)
    leak = float(np.abs(after[0] - after[1])[:5].max())
    wrong = (attention_weights(X @ W_Q, X @ W_K) * mask) @ (X @ W_V)
    return Evidence(
        [
            equal(
                "SymPy, row sums of the first four words", sums, [sympy.Rational(i, 5) for i in (1, 2, 3, 4)]
            ),
            at_least("by hand, masked after: change in earlier outputs", leak, 0.1),
            equal(
                "by hand, masked before: change in earlier outputs",
                float(np.abs(before[0] - before[1])[:5].max()),
                0.0,
            ),
            at_least(
                "autograd, masked after: gradient by a later key", float(gradient[0, :, 5].abs().max()), 0.001
            ),
        ],
        {
            "row_sums": (attention_weights(X @ W_Q, X @ W_K) * mask).sum(axis=1).tolist(),
            "outputs": wrong.ravel().tolist(),
            "leak": leak,
        },
    )


@claim(
    r"Renormalising after the softmax fails in floating point where a forbidden score is far above the "
    r"allowed ones: the allowed weights underflow and the row is 0/0. With scores $(0, 0, 800)$ and the "
    r"third masked, the right weights are $(\tfrac12, \tfrac12, 0)$.",
    answers=("s0.5.4.b",),
)
def renormalising_underflows() -> Evidence:
    """Compute both orders in float64, by hand and in Torch, and the right weights exactly."""
    row, allowed = np.array([[0.0, 0.0, 800.0]]), np.array([[True, True, False]])
    after = softmax(row) * allowed
    with np.errstate(invalid="ignore"):
        renormalised = after / after.sum()
    before = softmax(mask_scores(row, allowed))
    tensor = torch.softmax(torch.from_numpy(row), dim=-1) * torch.from_numpy(allowed)
    exact = [sympy.exp(x) / (sympy.exp(0) + sympy.exp(0)) for x in (0, 0)]
    return Evidence(
        [
            equal("exact, the right weights", exact, [sympy.Rational(1, 2)] * 2),
            close("by hand, masked before", before, [[0.5, 0.5, 0.0]], 0),
            equal("by hand, masked after: entries that are nan", int(np.isnan(renormalised).sum()), 3),
            equal("Torch, masked after: entries that are nan", int((tensor / tensor.sum()).isnan().sum()), 3),
        ],
        {"before": before[0].tolist(), "sum_after": float(after.sum())},
    )


@claim(
    r"A score of 0 is no mask. It takes part in the softmax with $e^0 = 1$: multiplying the scores by a "
    r"mask of zeros and ones leaves weight on every forbidden key.",
    answers=("s0.5.4.b",),
)
def zero_is_no_mask() -> Evidence:
    """Measure the weight on forbidden keys, by hand, in Torch and exactly for one row."""
    Q, K, _ = random_head()
    lower = causal_mask(6)
    zeroed = softmax(attention_scores(Q, K) * lower)
    by_torch_ = torch.softmax(torch.tril(torch.from_numpy(Q @ K.T / 2)), dim=-1)
    first = [[1.0, 0.0, 0.0]]  # the score 1 of the only allowed key, and two zeros
    exact = 2 / (sympy.E + 2)
    return Evidence(
        [
            at_least("by hand, least weight on a forbidden key", float(zeroed[~lower].min()), 0.01),
            close("Torch, the same weights", by_torch_.numpy(), zeroed, 1e-15),
            close("exact, scores (1, 0, 0)", float(exact), float(softmax(first)[0, 1:].sum()), 1e-15),
        ],
        {"forbidden": float(exact), "first_row": float(zeroed[0, 1:].sum())},
    )


@claim(
    r"A query whose keys are all masked has no weights that sum to 1. We refuse it. Torch's softmax gives "
    r"`nan`, its `scaled_dot_product_attention` gives 0, and a mask of $-10^9$ instead of $-\infty$ gives, "
    r"in float32, even weights over the forbidden keys."
)
def fully_masked() -> Evidence:
    """Run each of the four."""
    mask = torch.tensor([[False, False, False]])
    query, keys = torch.tensor([[1.0, 2.0]]), torch.tensor([[1.0, 0.0], [0.0, 3.0], [2.0, 2.0]])
    identity = torch.eye(3)
    kernel = scaled_dot_product_attention(query, keys, identity, mask)
    scores = query @ keys.T
    naive = torch.softmax(scores.masked_fill(~mask, -torch.inf), dim=-1)
    large = torch.softmax(scores + torch.where(mask, 0.0, -1e9), dim=-1)
    try:
        attention_weights(query, keys, mask)
        refused = "nothing"
    except ValueError as error:
        refused = str(error)
    return Evidence(
        [
            equal("Torch, softmax: entries that are nan", int(naive.isnan().sum()), 3),
            equal("Torch, scaled_dot_product_attention", kernel.tolist(), [[0.0, 0.0, 0.0]]),
            close("Torch, a mask of -1e9", large.numpy(), np.full((1, 3), 1 / 3), 1e-7),
            equal("by hand, refused", refused, "mask must leave every query a key, got none in rows [0]"),
        ],
        {"refused": refused},
    )
