"""Cross-entropy of a softmax, its gradient with four witnesses, and what it needs."""

from __future__ import annotations

import numpy as np
import sympy
import torch
from torch.nn import functional

from workings.byhand.cross_entropy import cross_entropy, cross_entropy_from_logits, cross_entropy_gradient
from workings.byhand.softmax import softmax, softmax_jacobian
from workings.claims.claim import Evidence, claim
from workings.claims.softmax import EXAMPLE, symbolic_softmax, symbols, zero
from workings.claims.witness import at_least, at_most, close, equal
from workings.models.softmax import SoftmaxCrossEntropy

LABEL = (0.0, 1.0, 0.0)  # of the worked example: the second class
STEP = 1e-5  # of the central differences


def differences(y: np.ndarray, theta: np.ndarray) -> np.ndarray:
    """Return the gradient by central differences of the definition, -sum y log softmax."""
    moved = [
        (cross_entropy(y, softmax(theta + STEP * e)) - cross_entropy(y, softmax(theta - STEP * e)))
        / (2 * STEP)
        for e in np.eye(theta.size)
    ]
    return np.array(moved)


def autograd(y: np.ndarray, theta: np.ndarray) -> np.ndarray:
    """Return the gradient by Torch's autograd of Torch's own cross-entropy."""
    scores = torch.tensor(theta, dtype=torch.float64, requires_grad=True)
    loss = functional.cross_entropy(scores[None], torch.tensor(y, dtype=torch.float64)[None])
    gradient: np.ndarray = torch.autograd.grad(loss, scores)[0].numpy()
    return gradient


def symbolic(y: list[sympy.Expr], theta: list[sympy.Symbol]) -> sympy.Expr:
    """Return the definition with softmax put in."""
    return -sum(label * sympy.log(p) for label, p in zip(y, symbolic_softmax(theta), strict=True))


@claim(
    r"From the scores, $CE(y, \operatorname{softmax}(\theta)) = \operatorname{lse}(\theta) - \theta_k$ for a "
    r"one-hot $y$ with label $k$; in general $\operatorname{lse}(\theta) - \sum_i y_i \theta_i$ if $\sum_i "
    r"y_i = 1$.",
    answers=("s1.1.a",),
)
def from_the_scores() -> Evidence:
    """Decide in symbols, by hand from the weights, by Torch."""
    theta = symbols(3, "theta")
    lse = sympy.log(sum(sympy.exp(score) for score in theta))
    gap = sympy.expand_log(symbolic([0, 1, 0], theta) - (lse - theta[1]), force=True)
    rng = np.random.default_rng(5)
    scores, y = rng.normal(0, 3, (200, 4)), softmax(rng.normal(size=(200, 4)))
    ours = cross_entropy_from_logits(y, scores)
    torch_loss = functional.cross_entropy(torch.from_numpy(scores), torch.from_numpy(y), reduction="none")
    return Evidence(
        [
            equal("SymPy, three classes", sympy.simplify(gap), 0),
            close("by hand from the weights, 200 rows", cross_entropy(y, softmax(scores)), ours, 1e-12),
            close("Torch, 200 rows", torch_loss.numpy(), ours, 1e-12),
        ],
        {
            "example": float(cross_entropy_from_logits(LABEL, EXAMPLE)),
            "lse": float(np.log(np.exp(EXAMPLE).sum())),
        },
    )


@claim(
    r"The gradient of the cross-entropy by the scores is prediction minus label: $\partial CE / \partial "
    r"\theta = \hat y - y$.",
    answers=("s1.1.a",),
)
def gradient() -> Evidence:
    """Compare the formula with autograd, central differences, SymPy and a hand-written backward pass."""
    y, theta = np.array(LABEL), np.array(EXAMPLE)
    formula = softmax(theta) - y
    s = symbols(3, "theta")
    p = symbolic_softmax(s)
    derived = [sympy.diff(symbolic([0, 1, 0], s), one) for one in s]
    gaps = [a - (b - label) for a, b, label in zip(derived, p, [0, 1, 0], strict=True)]
    rng = np.random.default_rng(6)
    rows, labels = rng.normal(0, 3, (50, 6)), np.eye(6)[rng.integers(0, 6, 50)]
    wide = np.array([autograd(label, row) for label, row in zip(labels, rows, strict=True)])
    scores = torch.tensor(theta[None], requires_grad=True)
    SoftmaxCrossEntropy()(scores, torch.tensor(y[None])).backward()
    exact = [float(one.subs(dict(zip(s, (1, 2, 3), strict=True))).evalf(30)) for one in derived]
    return Evidence(
        [
            equal("SymPy, three classes", zero(gaps), True),
            close("Torch autograd", autograd(y, theta), formula, 1e-15),
            close("central differences", differences(y, theta), formula, 1e-9),
            close("by hand, one function", cross_entropy_gradient(y, theta), formula, 1e-15),
            close(
                "Torch autograd, 50 rows of six classes", wide, cross_entropy_gradient(labels, rows), 1e-15
            ),
        ],
        {
            "theta": theta.tolist(),
            "y": y.tolist(),
            "y_hat": softmax(theta).tolist(),
            "gradient": formula.tolist(),
            "loss": float(cross_entropy(y, softmax(theta))),
            "by_witness": {
                "by hand": formula.tolist(),
                "autograd": autograd(y, theta).tolist(),
                "central differences": differences(y, theta).tolist(),
                "SymPy": exact,
            },
        },
    )


@claim(
    r"By the chain rule a score is reached through *every* weight: $\dfrac{\partial CE}{\partial \theta_i} = "
    r"\sum_j \dfrac{\partial CE}{\partial \hat y_j} \dfrac{\partial \hat y_j}{\partial \theta_i}$. The term "
    r"$j = i$ alone is $-y_i (1 - \hat y_i)$, which is wrong wherever $y_i = 0$.",
    answers=("s1.1.a",),
)
def chain_rule_sums() -> Evidence:
    """Sum the terms by hand and in symbols; let autograd stop all paths but one."""
    y, theta = np.array(LABEL), np.array(EXAMPLE)
    y_hat = softmax(theta)
    by_y_hat, jacobian = -y / y_hat, softmax_jacobian(y_hat)
    single = by_y_hat * np.diag(jacobian)
    one_path = []
    for i in range(3):  # let only weight i depend on the scores
        scores = torch.tensor(theta, requires_grad=True)
        weights = torch.softmax(scores, 0)
        mixed = torch.where(torch.arange(3) == i, weights, weights.detach())
        loss = -(torch.tensor(y) * mixed.log()).sum()
        one_path.append(torch.autograd.grad(loss, scores)[0][i].item())
    s = symbols(3, "theta")
    p = symbolic_softmax(s)
    terms = [sum(-label / b * sympy.diff(b, a) for label, b in zip([0, 1, 0], p, strict=True)) for a in s]
    whole = [sympy.diff(symbolic([0, 1, 0], s), a) for a in s]
    return Evidence(
        [
            close("by hand, the sum against ŷ − y", by_y_hat @ jacobian, y_hat - y, 1e-15),
            equal("SymPy, the sum", zero([a - b for a, b in zip(terms, whole, strict=True)]), True),
            close("Torch autograd with one path open, against −y(1 − ŷ)", one_path, single, 1e-15),
            at_least("by hand, error of the single term", float(abs(single - (y_hat - y)).max()), 0.5),
        ],
        {"by_y_hat": by_y_hat.tolist(), "jacobian": jacobian.tolist(), "single": (single + 0.0).tolist()},
    )


@claim(
    r"$\hat y - y$ needs labels that sum to one and the natural logarithm; one-hot they need not be. In "
    r"general the gradient is $(\hat y \sum_i y_i - y) / \log b$ for logarithms to base $b$.",
    answers=("s1.1.a",),
)
def what_the_gradient_needs() -> Evidence:
    """Try soft labels, labels with sum two, and base 2: by hand, autograd, differences, SymPy."""
    theta = np.array(EXAMPLE)
    soft, two = np.array([0.2, 0.5, 0.3]), np.array([1.0, 1.0, 0.0])
    scores = torch.tensor(theta, requires_grad=True)
    bits = -(torch.tensor(LABEL, dtype=torch.float64) * torch.log2(torch.softmax(scores, 0))).sum()
    (in_bits,) = torch.autograd.grad(bits, scores)
    s, y = symbols(3, "theta"), symbols(3, "y")
    gaps = [
        sympy.diff(symbolic(y, s), a) - (b * sum(y) - label)
        for a, b, label in zip(s, symbolic_softmax(s), y, strict=True)
    ]
    y_hat = softmax(theta)
    return Evidence(
        [
            equal("SymPy, any labels", zero(gaps), True),
            close("Torch autograd, soft labels, ŷ − y", autograd(soft, theta), y_hat - soft, 1e-15),
            close(
                "central differences, two labels of 1, 2ŷ − y",
                differences(two, theta),
                2 * y_hat - two,
                1e-9,
            ),
            at_least(
                "central differences, the same, error of ŷ − y",
                float(abs(differences(two, theta) - (y_hat - two)).max()),
                0.5,
            ),
            close("Torch autograd, base 2", in_bits.numpy(), (y_hat - LABEL) / np.log(2), 1e-15),
        ]
    )


@claim(
    r"The gradient's components sum to zero and lie between $-1$ and 1, and its length is at most "
    r"$\sqrt2$, however wrong the prediction.",
    answers=("s1.1.a",),
)
def gradient_bounded() -> Evidence:
    """Search by hand and by autograd over scores of every size."""
    rng = np.random.default_rng(7)
    theta = rng.normal(size=(2000, 5)) * 10.0 ** rng.uniform(-2, 4, (2000, 1))
    labels = np.eye(5)[rng.integers(0, 5, 2000)]
    by_hand = cross_entropy_gradient(labels, theta)
    scores = torch.tensor(theta, requires_grad=True)
    loss = functional.cross_entropy(scores, torch.from_numpy(labels), reduction="sum")
    (by_torch,) = torch.autograd.grad(loss, scores)
    longest = float(np.linalg.norm(by_hand, axis=1).max())
    return Evidence(
        [
            at_most("by hand, greatest sum of components", float(abs(by_hand.sum(axis=1)).max()), 1e-14),
            at_most("by hand, longest of 2000", longest, np.sqrt(2) + 1e-14),
            at_most("Torch autograd, longest of 2000", by_torch.norm(dim=1).max().item(), np.sqrt(2) + 1e-14),
            at_least("by hand, longest, the bound is reached", longest, 1.41),
        ],
        {"longest": longest},
    )
