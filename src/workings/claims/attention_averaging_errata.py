"""What is wrong in the published answers to document 001, 5.2: extraction, and an average of two."""

from __future__ import annotations

import numpy as np
import sympy
import torch

from workings.byhand.attention import averaging_query
from workings.byhand.scaled_attention import attention_weights
from workings.byhand.softmax import softmax
from workings.claims import attention_averaging as averaging
from workings.claims import attention_extraction as extraction
from workings.claims.attention_averaging import by_kernel, orthonormal
from workings.claims.attention_extraction import A_EXACT, B_EXACT
from workings.claims.claim import Evidence, erratum
from workings.claims.witness import at_least, close, equal


@erratum(
    r"To extract $v_a$ from the sum we look for $M$ with $M v_a = v_a$ and $M v_b = v_b$.",
    truth=r"The second condition must be $M v_b = 0$. With both as written $M(v_a + v_b) = v_a + v_b$: "
    r"nothing is extracted. The published $M = AA^\top$ itself is right, and fulfils $M v_b = 0$.",
    question="s1.5.2.a",
    corrected=extraction.projection_extracts,
)
def keeps_both() -> Evidence:
    """Put the published M, and an M that meets both conditions, to the test."""
    v_a, v_b = A_EXACT * sympy.Matrix([1, 2]), B_EXACT
    M = A_EXACT * A_EXACT.T
    basis = np.array(A_EXACT.row_join(B_EXACT).evalf(), dtype=float)
    both = basis @ basis.T  # keeps A and B
    a, b = (np.array(v.evalf(), dtype=float).ravel() for v in (v_a, v_b))
    return Evidence(
        [
            equal("SymPy, AAᵀ v_b is v_b", M * v_b, v_b),
            close("an M that meets both conditions, on the sum", both @ (a + b), a, 1e-9),
        ]
    )


@erratum(
    r"$\sum_{j=1}^m \sum_{k=1}^m c_k a_j (a_j^\top a_k) = \sum_{j=1}^m c_k a_k = v_a$.",
    truth=r"Of the inner sum the term $k = j$ is left, so the result is $\sum_j c_j a_j = v_a$. As written "
    r"the sum runs over $j$ and its terms hold $k$, a free index: literally $m\,c_k a_k$.",
    question="s1.5.2.a",
    corrected=extraction.projection_extracts,
)
def free_index() -> Evidence:
    """Sum literally over j for each value of the free index, in fractions and in floats."""
    c = [2, 3]
    v_a = A_EXACT * sympy.Matrix(c)
    literal = [sum((c[k] * A_EXACT[:, k] for _ in range(2)), sympy.zeros(3, 1)) for k in range(2)]
    columns = np.array(A_EXACT.evalf(), dtype=float)
    floats = [2 * c[k] * columns[:, k] for k in range(2)]
    target = columns @ c
    return Evidence(
        [
            equal("SymPy, some value of the free index gives v_a", v_a in literal, True),
            close(
                "floats, the nearer of the two",
                min(floats, key=lambda v: float(abs(v - target).max())),
                target,
                0.1,
            ),
        ]
    )


@erratum(
    r"For $j = b$: $k_b^\top k_a = 0$ and $k_a^\top k_b = 1$, so $k_b^\top q = \lambda$, as the keys are "
    r"orthogonal.",
    truth=r"$k_a^\top k_b = 0$: it is the same number as $k_b^\top k_a$. The product that is 1 is $k_b^\top "
    r"k_b$. It makes $k_b^\top q = \lambda$, which is right, and it is 1 because keys have length 1, not "
    r"because they are orthogonal.",
    question="s1.5.2.b",
    corrected=averaging.averaging_weights,
)
def product_of_different_keys_is_one() -> Evidence:
    """Multiply two orthonormal keys both ways, in NumPy and in Torch."""
    K = orthonormal(4, 6)
    k = torch.from_numpy(K)
    return Evidence(
        [
            close("NumPy, k_b · k_a and k_a · k_b", [K[1] @ K[0], K[0] @ K[1]], [0, 1], 1e-12),
            close("Torch, k_a · k_b", float(k[0] @ k[1]), 1, 1e-12),
        ]
    )


@erratum(
    r"$\alpha_a = \alpha_b = \frac{\exp(\lambda)}{2\exp(\lambda)} = \tfrac12$.",
    truth=r"The other $n - 2$ keys are missing from the denominator. They score 0, and $e^0 = 1$: $\alpha_a "
    r"= \alpha_b = \frac{e^\lambda}{2e^\lambda + n - 2} < \tfrac12$. Equality holds for $n = 2$ and in the "
    r"limit $\lambda \to \infty$ alone.",
    question="s1.5.2.b",
    corrected=averaging.never_exactly_half,
)
def other_keys_dropped() -> Evidence:
    """Compute the weight among ten orthonormal keys at three scales, by hand and in Torch."""
    K = orthonormal(10, 16)
    weights = {
        lam: float(attention_weights(averaging_query(K[0], K[1], lam)[None], K, scale=1)[0, 0])
        for lam in (1.0, 3.0, 10.0)
    }
    kernel = by_kernel(averaging_query(K[0], K[1], 3.0), K, np.eye(10))[0]
    return Evidence(
        [
            *(close(f"by hand, λ = {lam:.0f}", weight, 0.5, 1e-6) for lam, weight in weights.items()),
            close("Torch's kernel, λ = 3", kernel, 0.5, 1e-6),
        ],
        {str(int(lam)): weight for lam, weight in weights.items()},
    )


@erratum(
    r"$k_a^\top q \approx k_b^\top q \gg k_j^\top q$, reached with any $\lambda \gg 0$, is enough for $c "
    r"\approx \tfrac12(v_a + v_b)$.",
    truth=r"$\lambda$ must exceed $\log n$ by a margin: at $\lambda = 10$ and a million keys the two get "
    r"less than a twentieth of the weight together. And the two scores must agree to well within 1, "
    r"whatever their size: 1000 and 1001 split the weight $1 : e$.",
    question="s1.5.2.b",
    corrected=averaging.scale_grows_with_keys,
    certainty="arguable",
    reading=r"$n$ is fixed before $\lambda$ is chosen, and “$\approx$” means a difference far below 1",
)
def any_large_scale() -> Evidence:
    """Take λ = 10 and a million keys, then scores 1000, 1001 and 0, by hand and in Torch."""
    many, close_by = np.zeros(1_000_000), np.array([1000.0, 1001.0, 0.0])
    many[:2] = 10
    together = float(softmax(many)[:2].sum())
    by_torch = float(torch.softmax(torch.from_numpy(many), 0)[:2].sum())
    split = torch.softmax(torch.from_numpy(close_by), 0)
    return Evidence(
        [
            at_least("by hand, a million keys, both weights", together, 0.9),
            at_least("Torch, a million keys, both weights", by_torch, 0.9),
            close("by hand, 1000 and 1001", softmax(close_by)[:2], [0.5, 0.5], 0.05),
            close("Torch, 1000 and 1001", split[:2], [0.5, 0.5], 0.05),
        ],
        {"together": together, "split": softmax(close_by)[:2].tolist()},
    )


@erratum(
    r"$c \approx \tfrac12(v_a + v_b)$ implies $\alpha_a, \alpha_b \approx \tfrac12$ (there, and for random "
    r"keys).",
    truth=r"Two weights of one half are enough, not necessary. If a third value is itself $\tfrac12(v_a + "
    r"v_b)$, all weight on it gives the same $c$. Only affinely independent values fix the weights.",
    question="s1.5.2.b",
    corrected=averaging.same_average_other_weights,
    certainty="arguable",
    reading=r"the values are affinely independent, or the query must do for any values",
)
def average_fixes_the_weights() -> Evidence:
    """Ask for the third of three keys, whose value is the average: the output, and the weights behind it."""
    V = np.array([[1.0, 0.0], [0.0, 3.0], [0.5, 1.5]])
    keys = np.eye(3)
    query = 40 * keys[2]
    weights = attention_weights(query[None], keys, scale=1)[0]
    by_torch = torch.softmax(torch.from_numpy(keys @ query), 0).numpy()
    return Evidence(
        [
            close("by hand, c is the average", weights @ V, V[:2].mean(axis=0), 1e-12),
            close("by hand, weights of a and b where c is the average", weights[:2], [0.5, 0.5], 0.1),
            close("Torch, the same", by_torch[:2], [0.5, 0.5], 0.1),
        ]
    )
