"""Taking one vector out of a sum, and out of what attention returns."""

from __future__ import annotations

import numpy as np
import sympy
import torch

from workings.byhand.attention import averaging_query, averaging_weight, extractor
from workings.byhand.scaled_attention import attention
from workings.claims.attention_averaging import orthonormal
from workings.claims.claim import Evidence, claim
from workings.claims.witness import at_least, at_most, close, equal

THIRD = sympy.Rational(1, 3)
A_EXACT = THIRD * sympy.Matrix([[2, -2], [2, 1], [1, 2]])  # (3, 2), orthonormal columns
B_EXACT = THIRD * sympy.Matrix([[1], [-2], [2]])  # (3, 1), orthogonal to them


def fitted(A: np.ndarray, B: np.ndarray, s: np.ndarray) -> np.ndarray:
    """Return the part of s in the span of A, by Torch's least squares over all basis vectors at once."""
    basis = torch.from_numpy(np.hstack([A, B]))  # (d, m + p)
    weights = torch.linalg.lstsq(basis, torch.from_numpy(s)[:, None]).solution[: A.shape[1], 0]
    part: np.ndarray = A @ weights.numpy()
    return part


def example() -> dict[str, list[int]]:
    """Return 3 a_1 + 6 a_2, 9 b_1, their sum and what M makes of it, all of whole numbers."""
    v_a, v_b = A_EXACT * sympy.Matrix([3, 6]), B_EXACT * 9
    M = A_EXACT * A_EXACT.T
    vectors = {"v_a": v_a, "v_b": v_b, "s": v_a + v_b, "Ms": M * (v_a + v_b)}
    return {name: [int(entry) for entry in vector] for name, vector in vectors.items()}


@claim(
    r"If the columns of $A$ are orthonormal and orthogonal to $v_b$, then $M = AA^\top$ gives $M v_a = v_a$ "
    r"and $M v_b = 0$, so $M(v_a + v_b) = v_a$. The weights of $v_a$ in the basis are $A^\top s$.",
    answers=("s1.5.2.a",),
)
def projection_extracts() -> Evidence:
    """Decide in exact fractions; on random subspaces compare with Torch's least squares and by hand."""
    c = sympy.Matrix(sympy.symbols("c1 c2"))
    e = sympy.Matrix([sympy.Symbol("e")])
    v_a, v_b = A_EXACT * c, B_EXACT * e
    M = A_EXACT * A_EXACT.T
    basis = orthonormal(5, 8).T  # (8, 5)
    A, B = basis[:, :3], basis[:, 3:]
    rng = np.random.default_rng(0)
    a, b = A @ rng.normal(size=3), B @ rng.normal(size=2)
    return Evidence(
        [
            equal("SymPy, M v_a", (M * v_a - v_a).expand(), sympy.zeros(3, 1)),
            equal("SymPy, M v_b", (M * v_b).expand(), sympy.zeros(3, 1)),
            equal("SymPy, weights from the sum", (A_EXACT.T * (v_a + v_b)).expand(), c),
            close("A times A transposed, eight dimensions", A @ A.T @ (a + b), a, 1e-14),
            close("Torch, least squares", fitted(A, B, a + b), a, 1e-13),
            close("by hand", extractor(A) @ (a + b), a, 1e-14),
        ],
        {
            "ninths": [[int(9 * entry) for entry in M.row(i)] for i in range(3)],
            "example": example(),
        },
    )


@claim(
    r"A basis that is not orthonormal needs $M = A(A^\top A)^{-1}A^\top$. With $AA^\top$ alone, the basis "
    r"$(2, 0, 0)$ returns $4 v_a$, and the unit basis $(1, 0, 0), (\tfrac35, \tfrac45, 0)$ turns $(1, 0, "
    r"0)$ into $(\tfrac{34}{25}, \tfrac{12}{25}, 0)$.",
    answers=("s1.5.2.a",),
)
def basis_not_orthonormal() -> Evidence:
    """Decide the examples in fractions; compare by hand with Torch's least squares on a random basis."""
    long = sympy.Matrix([2, 0, 0])
    skew = sympy.Matrix([[1, sympy.Rational(3, 5)], [0, sympy.Rational(4, 5)], [0, 0]])
    first = sympy.Matrix([1, 0, 0])
    mended = skew * (skew.T * skew).inv() * skew.T * first
    rng = np.random.default_rng(1)
    A = rng.normal(size=(6, 2))
    B = (np.eye(6) - A @ np.linalg.pinv(A)) @ rng.normal(size=(6, 2))  # orthogonal to A
    a, b = A @ [1.0, -2.0], B @ [3.0, 1.0]
    wrong = float(np.linalg.norm(A @ A.T @ (a + b) - a))
    return Evidence(
        [
            equal("SymPy, basis of length 2", long * long.T * first, 4 * first),
            equal(
                "SymPy, skew unit basis",
                skew * skew.T * first,
                sympy.Matrix([sympy.Rational(34, 25), sympy.Rational(12, 25), 0]),
            ),
            equal("SymPy, with the inverse of A transposed times A", mended, first),
            close("by hand, random basis", extractor(A) @ (a + b), a, 1e-13),
            close("Torch, least squares", fitted(A, B, a + b), a, 1e-12),
            at_least("random basis, error of A times A transposed", wrong, 0.5),
        ],
        {"error": wrong},
    )


@claim(
    r"If the subspaces are not orthogonal, $AA^\top s = v_a + AA^\top v_b$ is wrong. Some $M$ still extracts "
    r"$v_a$ as long as only 0 lies in both; it needs $B$. If they share a vector, none does.",
    answers=("s1.5.2.a",),
)
def subspaces_not_orthogonal() -> Evidence:
    """Compare the oblique projection with least squares; show two splits of one sum in fractions."""
    basis = np.linalg.qr(np.random.default_rng(2).normal(size=(6, 2)))[0]
    slanted = np.random.default_rng(3).normal(size=(6, 3))
    a, b = basis @ [1.0, 2.0], slanted @ [1.0, -1.0, 0.5]
    error = float(np.linalg.norm(basis @ basis.T @ (a + b) - a))
    shared = sympy.Matrix([1, 2])
    split = [(shared, 0 * shared), (0 * shared, shared)]  # A and B both hold (1, 2)
    return Evidence(
        [
            close("by hand, oblique", extractor(basis, slanted) @ (a + b), a, 1e-12),
            close("Torch, least squares", fitted(basis, slanted, a + b), a, 1e-12),
            close(
                "what A times A transposed adds", basis @ basis.T @ (a + b) - a, basis @ basis.T @ b, 1e-13
            ),
            at_least("error of A times A transposed", error, 0.5),
            equal(
                "one sum, two different v_a",
                [split[0][0] + split[0][1] == split[1][0] + split[1][1], split[0][0] == split[1][0]],
                [True, False],
            ),
        ],
        {"error": error},
    )


@claim(
    r"$M$ is fixed only on the two subspaces together. If $m + p < d$ there are others: $I - BB^\top$ "
    r"extracts $v_a$ as well. $AA^\top$ is the one of least Frobenius norm, and the only one where $m + p = "
    r"d$.",
    answers=("s1.5.2.a",),
)
def extractor_not_unique() -> Evidence:
    """Compare both matrices on sums and off them; solve for M of least norm in Torch."""
    basis = orthonormal(5, 8, seed=4).T
    A, B = basis[:, :3], basis[:, 3:]
    keep, discard = A @ A.T, np.eye(8) - B @ B.T
    a, b = A @ [1.0, 2.0, 3.0], B @ [4.0, 5.0]
    wanted = torch.from_numpy(np.hstack([A, np.zeros((8, 2))]))  # M [A B] = [A 0]
    least = (wanted @ torch.linalg.pinv(torch.from_numpy(basis.copy()))).numpy()
    full = orthonormal(8, 8, seed=5).T
    return Evidence(
        [
            close("AAᵀ on the sum", keep @ (a + b), a, 1e-13),
            close("I − BBᵀ on the sum", discard @ (a + b), a, 1e-13),
            at_least("distance between the two", float(np.linalg.norm(keep - discard)), 1),
            close("Torch, least norm", least, keep, 1e-13),
            close("m + p = d", np.eye(8) - full[:, 3:] @ full[:, 3:].T, full[:, :3] @ full[:, :3].T, 1e-13),
        ],
        {"norm_keep": float(np.linalg.norm(keep)), "norm_discard": float(np.linalg.norm(discard))},
    )


@claim(
    r"Attention returns half the sum, so $v_a = 2Mc$, not $Mc$; and only nearly: "
    r"$2Mc = (1 - \delta)\,v_a + 2\delta\,M\bar v$, with the other values leaking in.",
    answers=("s1.5.2.a", "s1.5.2.b"),
)
def extracted_from_attention() -> Evidence:
    """Run the whole way, keys to extracted value, by hand and in Torch, for two scales."""
    basis = orthonormal(5, 8, seed=6).T
    A, B = basis[:, :3], basis[:, 3:]
    K = orthonormal(10, 10, seed=7)
    V = np.random.default_rng(8).normal(size=(10, 8))
    V[0], V[1] = A @ [1.0, -1.0, 2.0], B @ [3.0, 1.0]
    M = extractor(A)
    witnesses, errors = [], {}
    for c in (5.0, 15.0):
        output = attention(averaging_query(K[0], K[1], c)[None], K, V, scale=1)[0]
        delta = 1 - 2 * averaging_weight(c, 10)
        expected = (1 - delta) * V[0] + 2 * delta * M @ V[2:].mean(axis=0)
        q, keys, values = (torch.from_numpy(x) for x in (c * (K[0] + K[1]), K, V))
        by_torch = 2 * torch.from_numpy(M) @ (torch.softmax(keys @ q, 0) @ values)
        witnesses += [
            close(f"by hand, λ = {c:.0f}", 2 * M @ output, expected, 1e-13),
            close(f"Torch, λ = {c:.0f}", by_torch, expected, 1e-13),
        ]
        errors[str(int(c))] = float(np.linalg.norm(2 * M @ output - V[0]))
    witnesses.append(at_most("error at λ = 15", errors["15"], 1e-4))
    half = float(np.linalg.norm(M @ output) / np.linalg.norm(V[0]))
    witnesses.append(close("M alone, length over that of v_a", half, 0.5, 1e-4))
    return Evidence(witnesses, {"error": errors, "length_without_2": half})
