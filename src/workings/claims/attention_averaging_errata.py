"""What is wrong in the published answers to document 001, 5.2: extraction, and an average of two."""

from __future__ import annotations

import math

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
    r"$M = AA^\top$, where $A$ is the subspace and no matrix of that name is given.",
    truth=r"$A$ must be the matrix with the $a_j$ as *columns*, shape $(d, m)$. With the $a_j$ as rows, as "
    r"Torch and NumPy store vectors, $AA^\top$ is the identity of shape $(m, m)$, which extracts nothing; "
    r"there it is $A^\top A$.",
    question="s1.5.2.a",
    corrected=extraction.projection_extracts,
    certainty="arguable",
    reading=r"the later sum $\sum_j a_j a_j^\top$ defines what $AA^\top$ means",
)
def rows_or_columns() -> Evidence:
    """Stack the basis as rows, and compare the product with the matrix that extracts."""
    rows = np.array(A_EXACT.T.evalf(), dtype=float)  # (m, d)
    right = (A_EXACT * A_EXACT.T).shape
    by_torch = torch.from_numpy(rows) @ torch.from_numpy(rows).T
    return Evidence(
        [
            equal("NumPy, shape with rows", (rows @ rows.T).shape, right),
            equal("Torch, shape with rows", tuple(by_torch.shape), right),
        ]
    )


@erratum(
    r"From $c \approx \tfrac12(v_a + v_b)$ it follows that $\alpha_a, \alpha_b \approx \tfrac12$.",
    truth=r"The implication runs the other way. If another value is $\tfrac12(v_a + v_b)$, or if $v_a = "
    r"v_b$, other weights give the same output.",
    question="s1.5.2.b",
    corrected=averaging.same_average_other_weights,
    certainty="arguable",
    reading=r"the values are affinely independent, or the answer must serve all values",
)
def output_fixes_the_weights() -> Evidence:
    """Give all weight to a third value that is the average, by hand and in Torch."""
    values = np.array([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]])
    q, keys = np.array([0.0, 0.0, 50.0]), np.eye(3)
    gap = float(abs(by_kernel(q, keys, values) - 0.5).max())
    weights = attention_weights(q[None], keys, scale=1)[0]
    return Evidence(
        [
            close("the output is the average, the weight of a is", weights[0], 0.5, 0.1),
            close("the output is the average, the weight of b is", weights[1], 0.5, 0.1),
            close("Torch's kernel, output (as claimed)", gap, 0, 1e-12),
        ]
    )


@erratum(
    r"For $j = b$: $k_b^\top k_a = 0$ and $k_a^\top k_b = 1$, so $k_b^\top q = \lambda$.",
    truth=r"$k_a^\top k_b = 0$: it is the same number as $k_b^\top k_a$. The product that is 1 is $k_b^\top "
    r"k_b$, and it is this one that makes $k_b^\top q = \lambda$, which is right.",
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
    r"$\lambda \gg 0$ is enough for $c \approx \tfrac12(v_a + v_b)$, for any number of keys.",
    truth=r"$\lambda$ must exceed $\log n$ by a margin. At $\lambda = 10$ and a million keys the two get "
    r"less than a twentieth of the weight together; one per cent short of it all takes $\lambda = \log(99(n "
    r"- 2)/2)$.",
    question="s1.5.2.b",
    corrected=averaging.scale_grows_with_keys,
    certainty="arguable",
    reading=r"$n$ is fixed before $\lambda$ is chosen, and “$\gg 0$” is read as “$\gg \log n$”",
)
def any_large_scale() -> Evidence:
    """Take scale 10 and a million keys, by hand and in Torch."""
    scores = np.zeros(1_000_000)
    scores[:2] = 10
    together = float(softmax(scores)[:2].sum())
    by_torch = float(torch.softmax(torch.from_numpy(scores), 0)[:2].sum())
    return Evidence(
        [at_least("by hand, both weights", together, 0.9), at_least("Torch, both weights", by_torch, 0.9)],
        {"together": together},
    )


@erratum(
    r"It suffices that $k_a^\top q \approx k_b^\top q \gg k_j^\top q$.",
    truth=r"Nearly equal scores do not give nearly equal weights: 1000 and 1001 split the weight $1 : e$. "
    r"The scores must agree to well within 1, whatever their size.",
    question="s1.5.2.b",
    corrected=averaging.equal_scores_needed,
    certainty="arguable",
    reading=r"“$\approx$” means a difference far below 1, not a small relative difference",
)
def nearly_equal_scores() -> Evidence:
    """Take scores 1000, 1001 and 0, by hand and in Torch."""
    scores = [1000.0, 1001.0, 0.0]
    by_torch = torch.softmax(torch.tensor(scores, dtype=torch.float64), 0)
    return Evidence(
        [
            close("by hand", softmax(scores)[:2], [0.5, 0.5], 0.05),
            close("Torch", by_torch[:2], [0.5, 0.5], 0.05),
        ],
        {"weights": softmax(scores)[:2].tolist()},
    )


@erratum(
    r"$\exp(\lambda)/(2\exp(\lambda))$ is one half for every large $\lambda$.",
    truth=r"In real numbers it is. Computed as written in float64 it is $\infty/\infty$ from $\lambda = 710$ "
    r"on. Softmax subtracts the greatest score first, and returns exactly one half.",
    question="s1.5.2.b",
    corrected=averaging.half_in_floats,
    certainty="arguable",
    reading=r"the quotient is one of real numbers, or is reduced before it is computed",
)
def quotient_in_floats() -> Evidence:
    """Compute the quotient at 700 and at 710, in NumPy and in Torch."""
    with np.errstate(over="ignore", invalid="ignore"):
        power = np.exp(np.float64(710))
        quotient = float(power / (2 * power))
    tensor = torch.exp(torch.tensor(710.0, dtype=torch.float64))
    return Evidence(
        [
            equal("NumPy, 710, the quotient is a number", math.isnan(quotient), False),
            equal("Torch, 710, the quotient is a number", bool((tensor / (2 * tensor)).isnan()), False),
        ]
    )
