"""Tables of the five-word example and of the mask, and what the witnesses of the two moments say."""

from __future__ import annotations

import numpy as np
import torch
from torch.nn.functional import scaled_dot_product_attention

from workings.byhand.dot_product import dot_product_mean, dot_product_variance
from workings.byhand.scaled_attention import attention_scores, attention_weights, causal_mask, self_attention
from workings.claims.moments import draw, quadrature, squares, standard_error
from workings.data.five_words import W_K, W_Q, W_V, WORDS, X
from workings.exhibits.exhibit import Cell, Table, exhibit

Q, K, V = X @ W_Q, X @ W_K, X @ W_V  # (5, 1) each


@exhibit
def projections() -> Table:
    """Show each word's query, key and value."""
    rows: list[list[Cell]] = [[f"`{word}`", q, k, v] for word, q, k, v in _columns(Q, K, V)]
    return Table(["word", "$q$", "$k$", "$v$"], rows, formats=["", ".0f", ".0f", ".1f"])


@exhibit
def score_table(masked: bool = False) -> Table:
    """Show the scores, a row for each query."""
    allowed = causal_mask(5) if masked else np.ones((5, 5), dtype=bool)
    scores = attention_scores(Q, K)
    rows: list[list[Cell]] = [
        [f"`{word}`", *(float(score) if may else "$-\\infty$" for score, may in zip(row, here, strict=True))]
        for word, row, here in zip(WORDS, scores, allowed, strict=True)
    ]
    return Table(["query", *WORDS], rows, formats=["", *[".0f"] * 5])


@exhibit
def weight_table(masked: bool = False) -> Table:
    """Show the weights as a heat map: a row for each query, a column for each key."""
    weights = attention_weights(Q, K, causal_mask(5) if masked else None)
    rows: list[list[Cell]] = [[f"`{word}`", *row] for word, row in zip(WORDS, weights.tolist(), strict=True)]
    return Table(["query", *WORDS], rows, formats=["", *[".3f"] * 5], heat=WORDS)


@exhibit
def output_table() -> Table:
    """Show each word's value and its output, unmasked and masked."""
    plain, masked = self_attention(X, W_Q, W_K, W_V), self_attention(X, W_Q, W_K, W_V, causal_mask(5))
    rows: list[list[Cell]] = [[f"`{word}`", *row] for word, *row in _columns(V, plain, masked)]
    return Table(["word", "value", "output", "masked output"], rows, formats=["", ".1f", ".4f", ".4f"])


@exhibit
def before_or_after() -> Table:
    """Show the row sums and the outputs when the mask goes before the softmax, and after it."""
    before, after = attention_weights(Q, K, causal_mask(5)), attention_weights(Q, K) * causal_mask(5)
    sums = [weights.sum(axis=1, keepdims=True) for weights in (before, after)]
    rows: list[list[Cell]] = [
        [f"`{word}`", *row] for word, *row in _columns(sums[0], before @ V, sums[1], after @ V)
    ]
    columns = ["word", "before: row sum", "before: output", "after: row sum", "after: output"]
    return Table(columns, rows, formats=["", ".1f", ".3f", ".1f", ".3f"])


@exhibit
def fully_masked() -> Table:
    """Show what comes out when every key is masked, and which library call does it."""
    scores = torch.tensor([[1.0, 6.0, 6.0]])
    nothing = torch.zeros(1, 3, dtype=torch.bool)
    naive = torch.softmax(scores.masked_fill(~nothing, -torch.inf), dim=-1)
    query, keys = torch.ones(1, 1), scores.T.contiguous()
    kernel = scaled_dot_product_attention(query, keys, torch.eye(3), nothing)
    large = torch.softmax(scores - 1e9, dim=-1)
    try:
        words = str(attention_weights([[1.0]], scores.numpy().T, nothing.numpy()).tolist())
    except ValueError as error:
        words = f"ValueError: {error}"
    return Table(
        ["how", "weights"],
        [
            ["`torch.softmax`, scores $-\\infty$", _shown(naive)],
            ["`scaled_dot_product_attention`, boolean mask", _shown(kernel)],
            ["`torch.softmax`, scores $- 10^9$, float32", _shown(large)],
            ["by hand", words],
        ],
    )


@exhibit
def two_moments() -> Table:
    """Show the formula, exact quadrature and draws, for means and spreads of several kinds."""
    cases = [
        ("$\\mu = (1), \\sigma = 1$", np.ones(1), 1.0),
        ("$\\mu = (1, 2), \\sigma = 1$", np.array([1.0, 2.0]), 1.0),
        ("$\\mu = (\\frac12, -1, 2), \\sigma = \\frac32$", np.array([0.5, -1.0, 2.0]), 1.5),
        ("$\\mu = 0, \\sigma = 1, d = 64$", np.zeros(64), 1.0),
        ("$\\mu_i = \\frac12, \\sigma = 2, d = 64$", np.full(64, 0.5), 2.0),
    ]
    rows: list[list[Cell]] = []
    for number, (name, mu, sigma) in enumerate(cases):
        products = draw(mu, sigma, seed=10 + number)
        exact: tuple[Cell, Cell] = quadrature(mu, sigma) if mu.size <= 3 else ("", "")
        formulas = (dot_product_mean(mu), dot_product_variance(mu, sigma))
        for what, formula, sure, samples in zip(
            ("E", "Var"), formulas, exact, (products, squares(products)), strict=True
        ):
            drawn = f"{samples.mean():.2f} ± {standard_error(samples):.2f}".replace("-", "−")
            rows.append([name if what == "E" else "", what, formula, sure, drawn])
    columns = ["$q$ and $k$", "", "formula", "quadrature", "drawn"]
    return Table(columns, rows, formats=["", "", ".4g", ".4f", ""], head=2, values={"draws": products.size})


@exhibit
def mean_growth() -> Table:
    """Show the mean of q . k / s against d for three scales; each component has mean 2, spread 1."""
    rows: list[list[Cell]] = []
    for d in (16, 64, 256):
        mean = float(draw(np.full(d, 2.0), 1.0, count=4000).mean())
        rows.append([d, mean, mean / d**0.5, mean / d])
    return Table(["$d$", "$s = 1$", "$s = \\sqrt d$", "$s = d$"], rows, formats=["d", ".0f", ".1f", ".2f"])


def _columns(*arrays: np.ndarray) -> list[list[Cell]]:
    """Return the words beside one-column arrays, a row each."""
    return [[word, *row] for word, row in zip(WORDS, np.hstack(arrays).tolist(), strict=True)]


def _shown(weights: torch.Tensor) -> str:
    return ", ".join(f"{weight:.3g}" for weight in weights[0].tolist())
