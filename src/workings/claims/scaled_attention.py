"""Scores, weights and outputs of scaled dot-product attention, and the five-word example."""

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
    self_attention,
)
from workings.claims.claim import Evidence, claim
from workings.claims.witness import at_most, close, equal
from workings.data.five_words import W_K, W_Q, W_V, WORDS, X
from workings.models.scaled_attention import SelfAttention


def exact_weights(masked: bool = False) -> sympy.Matrix:
    """Return the five words' weights as exact expressions in e, from nested sums over the tokens."""
    integers = [[int(entry) for entry in row] for row in X]
    query, key = [row[2] for row in integers], [row[1] for row in integers]  # what W_Q and W_K pick
    allowed = [[int(not masked or j <= i) for j in range(5)] for i in range(5)]
    powers = [[sympy.exp(query[i] * key[j]) * allowed[i][j] for j in range(5)] for i in range(5)]
    return sympy.Matrix([[power / sum(row) for power in row] for row in powers])


def exact_values() -> sympy.Matrix:
    """Return the five values as fractions, from the tokens and tenths."""
    tenths = sympy.Matrix([2, 4, 3]) / 10
    return sympy.Matrix([[int(entry) for entry in row] for row in X]) * tenths


def floats(matrix: sympy.Matrix) -> np.ndarray:
    """Return a SymPy matrix as float64."""
    return np.array(matrix.evalf(17), dtype=np.float64)


def projections(head: SelfAttention) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return a module's W_Q, W_K and W_V as the by-hand functions take them, in float64."""
    query, key, value = (
        layer.weight.detach().double().numpy().T for layer in (head.query, head.key, head.value)
    )
    return query, key, value


def by_torch(mask: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Return the five words' weights and outputs from the Torch module."""
    head = SelfAttention(3, 1, causal=mask, dtype=torch.float64)
    with torch.no_grad():
        for layer, weight in ((head.query, W_Q), (head.key, W_K), (head.value, W_V)):
            layer.weight.copy_(torch.from_numpy(weight.T))
        tokens = torch.from_numpy(X)
        return head.weights(tokens).numpy(), head(tokens).numpy()


@claim(
    r"With the queries and the keys as rows, entry $(i, j)$ of $A = QK^\top$ is the dot product $q_i \cdot "
    r"k_j = \sum_c Q_{ic} K_{jc}$ of query $i$ and key $j$.",
    answers=("s0.2.1",),
)
def scores() -> Evidence:
    """Compare loops over whole numbers with NumPy's einsum, Torch's product and the by-hand scores."""
    rng = np.random.default_rng(0)
    Q, K = rng.integers(-9, 10, size=(4, 3)), rng.integers(-9, 10, size=(5, 3))
    pairs = [[sum(a * b for a, b in zip(q, k, strict=True)) for k in K.tolist()] for q in Q.tolist()]
    return Evidence(
        [
            equal("NumPy einsum", np.einsum("ic,jc->ij", Q, K).tolist(), pairs),
            equal(
                "Torch, Q times K transposed", (torch.from_numpy(Q) @ torch.from_numpy(K).T).tolist(), pairs
            ),
            equal("by hand, scale 1", attention_scores(Q, K, scale=1).tolist(), pairs),
        ]
    )


@claim(
    r"In the five-word example the weights of `cute` are $\operatorname{softmax}(1, -1, 1, -1, 0) = (e, "
    r"e^{-1}, e, e^{-1}, 1) / (1 + 2e + 2/e)$; every other row is even, $\tfrac15$ each.",
    answers=("s0.5.1",),
)
def five_words() -> Evidence:
    """Compare the weights by hand with exact expressions in e and with the Torch module."""
    Q, K, V = X @ W_Q, X @ W_K, X @ W_V  # (5, 1) each
    weights = attention_weights(Q, K)
    exact = exact_weights()
    e = sympy.E
    normaliser = 1 + 2 * e + 2 / e
    row = [
        sympy.simplify(entry - power / normaliser)
        for entry, power in zip(exact[4, :], (e, 1 / e, e, 1 / e, 1), strict=True)
    ]
    return Evidence(
        [
            close("exact, in e", floats(exact), weights, 1e-15),
            close("Torch module", by_torch()[0], weights, 1e-15),
            equal("SymPy, the row of `cute`", row, [0] * 5),
            equal("SymPy, the other rows", exact[:4, :], sympy.ones(4, 5) / 5),
        ],
        {
            "X": X.tolist(),
            "W_Q": W_Q.tolist(),
            "W_K": W_K.tolist(),
            "W_V": W_V.tolist(),
            "Q": Q.tolist(),
            "K": K.tolist(),
            "V": V.tolist(),
            "scores": attention_scores(Q, K).tolist(),
            "weights": weights.tolist(),
            "cute_on": dict(zip(WORDS, weights[4].tolist(), strict=True)),
            "normaliser": float(normaliser),
            "nouns_together": float(weights[4, 0] + weights[4, 2]),
            "ratio": float(weights[4, 0] / weights[4, 1]),
        },
    )


@claim(
    r"In the five-word example the output of `cute` is $(\tfrac75 e - \tfrac45 e^{-1} + \tfrac{11}{10}) / "
    r"(1 + 2e + 2/e)$; the other four words get the mean of the values, $\tfrac{17}{50}$.",
    answers=("s0.5.3",),
)
def five_words_output() -> Evidence:
    """Compare the outputs by hand with exact expressions in e and with the Torch module."""
    outputs = self_attention(X, W_Q, W_K, W_V)
    exact = exact_weights() * exact_values()
    e = sympy.E
    cute = (sympy.Rational(7, 5) * e - sympy.Rational(4, 5) / e + sympy.Rational(11, 10)) / (
        1 + 2 * e + 2 / e
    )
    return Evidence(
        [
            close("exact, in e", floats(exact), outputs, 1e-15),
            close("Torch module", by_torch()[1], outputs, 1e-15),
            equal("SymPy, the output of `cute`", sympy.simplify(exact[4] - cute), 0),
            equal("SymPy, the other outputs", list(exact[:4]), [sympy.Rational(17, 50)] * 4),
        ],
        {
            "values": (X @ W_V).ravel().tolist(),
            "outputs": outputs.ravel().tolist(),
            "cute": float(outputs[4, 0]),
            "mean": float(outputs[0, 0]),
        },
    )


@claim(
    r"Rows are queries and columns are keys: each row sums to 1, a column need not. A word whose query is "
    r"zero attends to all words alike, whatever their keys.",
    answers=("s0.5.2",),
)
def rows_and_columns() -> Evidence:
    """Sum exact rows and columns; replace the keys at random, by hand and in Torch, under a zero query."""
    exact = exact_weights()
    columns = [sympy.simplify(sum(exact[:, j]) - 1) for j in range(5)]
    keys = np.random.default_rng(1).normal(size=(5, 7)) * 50
    zero = np.zeros((1, 7))
    kernel = scaled_dot_product_attention(
        torch.from_numpy(zero), torch.from_numpy(keys), torch.eye(5).double()
    )
    return Evidence(
        [
            equal("SymPy, rows sum to 1", [sympy.simplify(sum(exact[i, :])) for i in range(5)], [1] * 5),
            equal("SymPy, columns that sum to 1", sum(gap == 0 for gap in columns), 0),
            close(
                "by hand, zero query, random keys", attention_weights(zero, keys), np.full((1, 5), 0.2), 1e-15
            ),
            close("Torch, zero query, random keys", kernel.numpy(), np.full((1, 5), 0.2), 1e-15),
        ],
        {"column_sums": floats(exact).sum(axis=0).tolist()},
    )


@claim(r"Every output is a weighted mean of the values: no component leaves the range that the values span.")
def outputs_are_means() -> Evidence:
    """Look for an output outside the range, by hand and in Torch, on random inputs of growing scores."""
    rng = np.random.default_rng(2)
    past = {"by hand": 0.0, "Torch": 0.0}
    for size in (0.1, 1, 10, 100):
        Q, K, V = (size * rng.normal(size=(8, 4)) for _ in range(3))
        q, k, v = (torch.from_numpy(array) for array in (Q, K, V))
        kernel = scaled_dot_product_attention(q, k, v).numpy()
        for name, outputs in (("by hand", attention(Q, K, V)), ("Torch", kernel)):
            over = max(float((outputs - V.max(axis=0)).max()), float((V.min(axis=0) - outputs).max()))
            past[name] = max(past[name], over / size)
    return Evidence([at_most(f"{name}, past the range", distance, 1e-13) for name, distance in past.items()])


@claim(
    r"The Torch module and the by-hand functions agree to $10^{-12}$ in float64 and to $10^{-6}$ in "
    r"float32, with the causal mask and without."
)
def torch_agrees() -> Evidence:
    """Run both on the same random tokens and weights."""
    witnesses = []
    for dtype, tolerance in ((torch.float64, 1e-12), (torch.float32, 1e-6)):
        for causal in (False, True):
            torch.manual_seed(0)
            head = SelfAttention(16, 8, causal=causal, dtype=dtype)
            tokens = torch.randn(12, 16, dtype=dtype)
            with torch.no_grad():
                outputs = head(tokens).double().numpy()
            mask = causal_mask(12) if causal else None
            expected = self_attention(tokens.double().numpy(), *projections(head), mask)
            name = f"{str(dtype).removeprefix('torch.')}, {'causal' if causal else 'no mask'}"
            witnesses.append(close(name, outputs, expected, tolerance))
    return Evidence(witnesses)


@claim(
    r"A batch may have a mask for each text: the Torch module with masks of shape $(B, T, T)$ gives what "
    r"the by-hand functions give text by text. A mask of shape $(B, 1, T)$ that hides padding broadcasts "
    r"over the queries."
)
def batch_of_masks() -> Evidence:
    """Compare a batch of three texts of 2, 4 and 5 tokens, padded to 5, with each text alone."""
    lengths = (2, 4, 5)
    torch.manual_seed(4)
    head = SelfAttention(4, 3, causal=True, dtype=torch.float64)
    tokens = torch.randn(3, 5, 4, dtype=torch.float64)
    present = torch.arange(5) < torch.tensor(lengths)[:, None]  # (B, T)
    with torch.no_grad():
        outputs = head(tokens, present[:, None, :]).numpy()
        one_by_one = [head(text[:n]).numpy() for text, n in zip(tokens, lengths, strict=True)]
    by_hand = [
        self_attention(text.numpy(), *projections(head), causal_mask(5) & here.numpy())
        for text, here in zip(tokens, present, strict=True)
    ]
    padded = np.concatenate([out[:n] for out, n in zip(outputs, lengths, strict=True)])
    return Evidence(
        [
            close("by hand, text by text", np.array(by_hand), outputs, 1e-12),
            close("Torch, each text alone without padding", np.concatenate(one_by_one), padded, 1e-12),
        ]
    )
