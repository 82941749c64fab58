"""The full softmax: its gradients, what it needs of a text, and what it learns."""

from __future__ import annotations

import numpy as np
import sympy
import torch
from torch.nn import functional

from workings.byhand.pmi import joint_distribution
from workings.byhand.word2vec import naive_gradients, naive_loss, pair_counts, skip_gram_pairs
from workings.claims.claim import Evidence, claim
from workings.claims.witness import at_least, close, equal
from workings.data.skip_gram_example import TOKENS, M, W

T = len(TOKENS)


def by_autograd(U: np.ndarray, V: np.ndarray | None) -> list[np.ndarray]:
    """Differentiate the loss of the worked text, written pair by pair; with V absent, U is shared."""
    left = torch.from_numpy(U.copy()).requires_grad_()
    right = left if V is None else torch.from_numpy(V.copy()).requires_grad_()
    pairs = torch.from_numpy(skip_gram_pairs(TOKENS, M, len(U)))
    loss = functional.cross_entropy(left[pairs[:, 0]] @ right.T, pairs[:, 1], reduction="sum") / T
    inputs = [left] if V is None else [left, right]
    return [one.numpy() for one in torch.autograd.grad(loss, inputs)]


def by_differences(U: np.ndarray, V: np.ndarray | None, step: float = 1e-5) -> list[np.ndarray]:
    """Differentiate by central differences, one number of the matrices at a time."""
    counts = pair_counts(TOKENS, M, len(U))
    found = []
    for turn in range(1 if V is None else 2):
        gradient = np.zeros_like(U)
        for place in np.ndindex(*U.shape):
            sides = []
            for sign in (1, -1):
                moved = [U.copy(), U.copy() if V is None else V.copy()]
                moved[turn][place] += sign * step
                sides.append(naive_loss(moved[0], moved[0] if V is None else moved[1], counts, T))
            gradient[place] = (sides[0] - sides[1]) / (2 * step)
        found.append(gradient)
    return found


@claim(
    r"The gradient of the full-softmax loss is $RV/T$ for $U$ and $R^\top U/T$ for $V$, where $R$ is "
    r"expected less observed counts, $R_{ij} = C_{i\cdot} P(j \mid i) - C_{ij}$. With $U = V$ it is the "
    r"sum of the two.",
    answers=("s0.1.2", "s0.1.3"),
)
def naive_gradient() -> Evidence:
    """Compare with autograd and central differences, apart and shared."""
    rng = np.random.default_rng(0)
    U, V = rng.normal(size=(2, 5, 3))
    counts = pair_counts(TOKENS, M, 5)
    apart, shared = naive_gradients(U, V, counts, T), sum(naive_gradients(W, W, counts, T))
    return Evidence(
        [
            close("Torch autograd, apart", by_autograd(U, V), apart, 1e-14),
            close("central differences, apart", by_differences(U, V), apart, 1e-8),
            close("Torch autograd, shared, worked example", by_autograd(W, None)[0], shared, 1e-14),
            close("central differences, shared, worked example", by_differences(W, None)[0], shared, 1e-8),
        ],
        {"shared_c": np.asarray(shared)[2].tolist()},
    )


@claim(
    r"For the one centre c at the third position, $\partial/\partial u_{\text{c}}$ of $-\sum \log P$ is "
    r"$4\bar v - (v_{\text{a}} + v_{\text{e}} + v_{\text{b}} + v_{\text{d}})$, with $\bar v = \sum_j "
    r"P(j \mid \text{c})\, v_j$ the vector that the model expects.",
    answers=("s0.1.2",),
)
def expected_vector() -> Evidence:
    """Differentiate in SymPy with exact powers, in Torch, and add up by hand from counts."""
    u = sympy.Matrix(sympy.symbols("u1:4"))
    contexts = sympy.Matrix(W.astype(int))
    scores = contexts * u
    loss = 4 * sympy.log(sum(scores.applyfunc(sympy.exp))) - sum(scores[j] for j in (0, 4, 1, 3))
    at_c = dict(zip(u, W[2].astype(int).tolist(), strict=True))
    symbolic = [float(sympy.diff(loss, one).subs(at_c).evalf()) for one in u]
    centre = torch.from_numpy(W[2].copy()).requires_grad_()
    logits = (torch.from_numpy(W) @ centre).expand(4, 5)
    total = functional.cross_entropy(logits, torch.tensor([0, 4, 1, 3]), reduction="sum")
    (graph,) = torch.autograd.grad(total, centre)
    counts = np.zeros((5, 5))
    counts[2, [0, 4, 1, 3]] = 1
    by_hand = naive_gradients(W, W, counts, 1)[0][2]
    return Evidence(
        [
            close("SymPy", symbolic, by_hand, 1e-12),
            close("Torch autograd", graph.numpy(), by_hand, 1e-12),
        ],
        {"gradient": by_hand.tolist(), "expected": ((by_hand + W[[0, 4, 1, 3]].sum(axis=0)) / 4).tolist()},
    )


@claim(
    r"The loss needs of a text only how often each pair occurs: two texts with equal pair counts have equal "
    r"losses and gradients for all vectors. Free scores are best at $\log P(j \mid i) = \log p_{ij} / "
    r"p_{i\cdot}$, where the loss is the conditional entropy; no vectors do better.",
    answers=("s0.1.3",),
)
def counts_suffice() -> Evidence:
    """Read a text backwards; look for less than the entropy with Torch's optimiser and by gradients."""
    rng = np.random.default_rng(3)
    text = rng.integers(0, 4, size=60)
    counts = pair_counts(text, M, 4)
    U, V = rng.normal(size=(2, 4, 3))
    pairs = skip_gram_pairs(text[::-1], M, 4)  # another order, the same counts
    logits = torch.from_numpy(U @ V.T)[pairs[:, 0]]
    backwards = functional.cross_entropy(logits, torch.from_numpy(pairs[:, 1]), reduction="sum").item() / 60
    p = joint_distribution(counts)
    best = np.log(p / p.sum(axis=1, keepdims=True))
    entropy = float(-(p * best).sum())
    still = naive_gradients(best, np.eye(4), counts, 60)
    free = torch.zeros(4, 4, dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS([free], max_iter=500, tolerance_grad=1e-12, tolerance_change=1e-16)

    def closure() -> float:
        optimiser.zero_grad()
        loss = -(torch.from_numpy(p) * functional.log_softmax(free, 1)).sum()
        loss.backward()
        return loss.item()

    optimiser.step(closure)
    found = functional.log_softmax(free.detach(), 1).numpy()
    tried = []
    for _ in range(500):
        left, right = rng.normal(size=(2, 4, 3))
        tried.append(naive_loss(left, right, counts, 60) * 60 / counts.sum())
    return Evidence(
        [
            close("Torch, the text read backwards", backwards, naive_loss(U, V, counts, 60), 1e-12),
            close("by hand, the gradient at the optimum", np.abs(still).max(), 0, 1e-14),
            close("Torch, L-BFGS on free scores", found, best, 1e-4),
            at_least("500 random vectors, least loss", min(tried), entropy),
            equal("by hand, as many pairs", len(pairs), int(counts.sum())),
        ],
        {"entropy": entropy},
    )
