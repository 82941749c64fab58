"""When one key takes the weight, and how well its value is then copied."""

from __future__ import annotations

import numpy as np
import sympy
import torch
from torch.nn.functional import normalize

from workings.byhand.scaled_attention import attention, attention_scores, attention_weights
from workings.claims.attention_averaging import by_kernel
from workings.claims.claim import Evidence, claim
from workings.claims.witness import at_least, at_most, close, equal

# The most similar key is not the one that wins: one points as the query does, one is longer.
QUERY, KEYS = np.array([[2.0, 0.0]]), np.array([[1.0, 0.0], [3.0, 4.0], [0.0, 1.0]])


def cosines(query: np.ndarray, keys: np.ndarray) -> np.ndarray:
    """Return the cosine of the angle between one query (1, d) and each key (n, d)."""
    lengths = np.linalg.norm(keys, axis=1) * np.linalg.norm(query)
    similar: np.ndarray = attention_scores(query, keys, scale=1)[0] / lengths
    return similar


@claim(
    r"The key most similar in direction need not win: with $q = (2, 0)$ the key $(1, 0)$ has cosine 1 and "
    r"score 2, the key $(3, 4)$ has cosine $\tfrac35$ and score 6, and takes nearly all the weight.",
    answers=("s1.5.1.b", "s2.1.A.ii"),
)
def longer_key_wins() -> Evidence:
    """Compare exact weights with by hand and Torch, and the order of the cosines with that of the weights."""
    exact = sympy.Matrix([[sympy.exp(2), sympy.exp(6), 1]]) / (sympy.exp(2) + sympy.exp(6) + 1)
    weights = attention_weights(QUERY, KEYS, scale=1)[0]
    q, K = torch.from_numpy(QUERY), torch.from_numpy(KEYS)
    by_torch = torch.softmax(q @ K.T, dim=-1)[0]
    similar = torch.cosine_similarity(q, K, dim=1)
    return Evidence(
        [
            close("exact expressions", np.array(exact.evalf(17), dtype=float)[0], weights, 1e-15),
            close("Torch", by_torch, weights, 1e-15),
            close("Torch, cosines", similar, [1, 0.6, 0], 1e-15),
            equal("most similar key, by hand", int(cosines(QUERY, KEYS).argmax()), 0),
            equal("heaviest key, Torch", int(by_torch.argmax()), 1),
        ],
        {"weights": weights.tolist(), "cosines": cosines(QUERY, KEYS).tolist()},
    )


@claim(
    r"A key equal to the query need not win either: $k_1 = q$ and $k_2 = 3q$ with $|q|^2 = 4$ give $k_1$ the "
    r"weight $1/(1 + e^8)$.",
    answers=("s1.5.1.d", "s2.1.A.iv"),
)
def equal_key_loses() -> Evidence:
    """Compare the formula with by hand and Torch's kernel."""
    q = np.array([[1.2, 1.6]])
    K = np.vstack([q, 3 * q])
    weights = attention_weights(q, K, scale=1)[0]
    exact = float(1 / (1 + sympy.exp(8)))
    return Evidence(
        [
            close("by hand", weights[0], exact, 1e-16),
            close("Torch's kernel", by_kernel(q[0], K, np.eye(2))[0], exact, 1e-16),
        ],
        {"weight": exact},
    )


@claim(
    r"If $q$ and all keys have length 1, no weight exceeds $1/(1 + (n - 1)e^{-2})$, even where $k_j = q$ "
    r"and all other keys are $-q$. To concentrate, scores need length: $|k_j \cdot q - k_i \cdot q| \le "
    r"|q|\,|k_j - k_i|$.",
    answers=("s1.5.1.b", "s1.5.1.d", "s2.1.A.ii", "s2.1.A.iv"),
)
def unit_vectors_stay_diffuse() -> Evidence:
    """Bound the weight of random unit vectors, climb by gradient, and compute the extreme case."""
    bound = {n: float(1 / (1 + (n - 1) * np.exp(-2))) for n in (2, 10, 100)}
    rng = np.random.default_rng(4)
    draws = rng.normal(size=(400, 11, 3))
    draws /= np.linalg.norm(draws, axis=-1, keepdims=True)
    greatest = max(float(attention_weights(one[:1], one[1:], scale=1).max()) for one in draws)
    generator = torch.Generator().manual_seed(4)
    free = torch.randn(11, 3, generator=generator, dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.Adam([free], lr=0.1, maximize=True)
    for _ in range(400):
        unit = normalize(free, dim=1)
        weight = torch.softmax(unit[1:] @ unit[0], 0)[0]
        optimiser.zero_grad()
        torch.autograd.backward(weight)
        optimiser.step()
    q = np.array([[0.6, 0.8]])
    extreme = {
        n: attention_weights(q, np.vstack([q, np.repeat(-q, n - 1, axis=0)]), scale=1)[0, 0] for n in bound
    }
    return Evidence(
        [
            at_most("400 random sets of ten keys, greatest weight", greatest, bound[10]),
            at_most("Torch gradient ascent, ten keys", weight.item(), bound[10] + 1e-12),
            close("Torch gradient ascent reaches the bound", weight.item(), bound[10], 1e-4),
            *(close(f"by hand, {n} keys, the extreme case", extreme[n], bound[n], 1e-15) for n in bound),
        ],
        {str(n): weight for n, weight in bound.items()},
    )


@claim(
    r"How far the output is from the copied value: $c - v_j = (1 - \alpha_j)(\bar v - v_j)$, where $\bar v$ "
    r"is the mean of the other values, weighted as they are. So $|c - v_j| \le (1 - \alpha_j)\max_i |v_i - "
    r"v_j|$.",
    answers=("s1.5.1.c", "s2.1.A.iii"),
)
def copying_error() -> Evidence:
    """Decide in symbols for three keys, and on random keys by hand and in Torch."""
    a = sympy.symbols("a0:3", positive=True)
    v = sympy.symbols("v0:3", real=True)
    total = sum(a)
    c = sum(p * x for p, x in zip(a, v, strict=True)) / total
    mean = (a[1] * v[1] + a[2] * v[2]) / (a[1] + a[2])
    gap = sympy.simplify(c - v[0] - (1 - a[0] / total) * (mean - v[0]))
    rng = np.random.default_rng(5)
    q, K, V = rng.normal(size=(1, 6)), rng.normal(size=(8, 6)), rng.normal(size=(8, 4))
    q += 0.7 * K[:1]
    outputs = attention(q, K, V, scale=1)[0]
    weights = attention_weights(q, K, scale=1)[0]
    error = float(np.linalg.norm(outputs - V[0]))
    bound = float((1 - weights[0]) * np.linalg.norm(V - V[0], axis=1).max())
    kernel = by_kernel(q[0], K, V)
    others = weights[1:] @ V[1:] / weights[1:].sum()
    return Evidence(
        [
            equal("SymPy, three keys", gap, 0),
            close("Torch's kernel, eight keys", kernel - V[0], (1 - weights[0]) * (others - V[0]), 1e-14),
            at_most("by hand, error", error, bound),
        ],
        {"weight": float(weights[0]), "error": error, "bound": bound},
    )


@claim(
    r"A weight near 1 copies the value only if the other values are not much larger: with scores $10, 0$ "
    r"the first weight is $1/(1 + e^{-10})$, yet values $1$ and $10^6$ give an output above 46.",
    answers=("s1.5.1.c", "s2.1.A.iii"),
)
def large_values_leak() -> Evidence:
    """Compute the example exactly, by hand and in Torch's kernel."""
    exact = float((sympy.exp(10) + 10**6) / (sympy.exp(10) + 1))
    q, K, V = np.array([[1.0]]), np.array([[10.0], [0.0]]), np.array([[1.0], [1e6]])
    output = float(attention(q, K, V, scale=1)[0, 0])
    kernel = float(by_kernel(q[0], K, V)[0])
    return Evidence(
        [
            close("by hand", output, exact, 1e-9),
            close("Torch's kernel", kernel, exact, 1e-9),
            at_least("output", output, 46),
        ],
        {"weight": float(1 / (1 + np.exp(-10))), "output": exact},
    )


@claim(
    r"In exact arithmetic the copy is never perfect. In float64 it is, bit for bit, once the lead passes "
    r"$1075 \log 2$, where all other weights are 0.",
    answers=("s1.5.1.c", "s1.5.1.d", "s2.1.A.iii"),
)
def copy_in_floats() -> Evidence:
    """Bound the error in symbols from below; run both sides of the threshold by hand and in Torch."""
    x = sympy.Symbol("x", real=True)
    error = sympy.simplify(1 - sympy.exp(x) / (sympy.exp(x) + 1))
    V = np.array([[1.0, 2.0], [-3.0, 1e300]])

    def both(gap: float) -> tuple[list[float], list[float]]:
        q, K = np.array([[1.0]]), np.array([[gap], [0.0]])
        kernel = torch.softmax(torch.from_numpy(K @ q[0]), 0) @ torch.from_numpy(V)
        return attention(q, K, V, scale=1)[0].tolist(), kernel.tolist()

    (near, near_torch), (past, past_torch) = both(700.0), both(746.0)
    return Evidence(
        [
            equal("SymPy, the error's sign for every finite lead", error.is_positive, True),
            equal("by hand, lead 746", past, V[0].tolist()),
            equal("Torch, lead 746", past_torch, V[0].tolist()),
            equal(
                "by hand and Torch, lead 700: an exact copy", [near == past, near_torch == past], [False] * 2
            ),
        ]
    )
