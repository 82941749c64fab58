"""Where cross-entropy ends, how hard it pushes, and what floating point makes of the derivation."""

from __future__ import annotations

import numpy as np
import sympy
import torch
from torch.nn import functional

from workings.byhand.cross_entropy import cross_entropy, cross_entropy_from_logits, cross_entropy_gradient
from workings.byhand.softmax import softmax, softmax_jacobian
from workings.claims.claim import Evidence, claim
from workings.claims.cross_entropy import LABEL, autograd
from workings.claims.witness import at_least, at_most, close, equal


@claim(
    r"$CE(y, \hat y) = H(y) + KL(y \,\|\, \hat y) \ge H(y)$, with equality exactly when $\hat y = y$. For a "
    r"one-hot $y$ the least value 0 is never reached by finite scores: the loss has no minimiser."
)
def least_value() -> Evidence:
    """Compare with Torch's KL and entropy at random; run gradient descent on soft and one-hot labels."""
    rng = np.random.default_rng(8)
    y, y_hat = softmax(rng.normal(size=(100, 4))), softmax(rng.normal(size=(100, 4)))
    target, guess = torch.from_numpy(y), torch.from_numpy(y_hat)
    entropy = torch.special.entr(target).sum(-1)
    divergence = (target * (target.log() - guess.log())).sum(-1)
    ends = {}
    for name, label in (("soft", (0.2, 0.5, 0.3)), ("hard", LABEL)):
        theta = np.zeros(3)
        for _ in range(2000):
            theta = theta - cross_entropy_gradient(label, theta)
        ends[name] = (float(cross_entropy_from_logits(label, theta)), float(np.ptp(theta)))
    m = sympy.Symbol("m", real=True)
    return Evidence(
        [
            close(
                "Torch, entropy plus divergence",
                (entropy + divergence).numpy(),
                cross_entropy(y, y_hat),
                1e-13,
            ),
            at_least("Torch, least divergence of 100 unequal pairs", divergence.min().item(), 1e-6),
            close(
                "by hand, descent with soft labels ends at H(y)",
                ends["soft"][0],
                cross_entropy((0.2, 0.5, 0.3), (0.2, 0.5, 0.3)),
                1e-12,
            ),
            at_least("by hand, descent with a one-hot label, loss still above 0", ends["hard"][0], 1e-5),
            equal(
                "SymPy, two classes, slope in the margin below 0",
                sympy.diff(sympy.log(1 + sympy.exp(-m)), m).is_negative,
                True,
            ),
        ],
        {"hard_loss": ends["hard"][0], "hard_gap": ends["hard"][1]},
    )


@claim(
    r"Where the prediction is sure and wrong, cross-entropy still pushes with full force and squared error "
    r"hardly at all: its gradient is $J(\hat y - y)$, and $J \to 0$ as the softmax saturates."
)
def squared_error_stalls() -> Evidence:
    """Measure both gradients at a margin of −20, by hand and by autograd."""
    y, theta = np.array([1.0, 0.0]), np.array([-20.0, 0.0])
    y_hat = softmax(theta)
    squared = softmax_jacobian(y_hat) @ (y_hat - y)
    scores = torch.tensor(theta, requires_grad=True)
    loss = ((torch.softmax(scores, 0) - torch.tensor(y)) ** 2).sum() / 2
    (by_torch,) = torch.autograd.grad(loss, scores)
    crossed = cross_entropy_gradient(y, theta)
    return Evidence(
        [
            close("Torch autograd, squared error", by_torch.numpy(), squared, 1e-15),
            at_most("by hand, squared error, length", float(np.linalg.norm(squared)), 1e-8),
            at_least("by hand, cross-entropy, length", float(np.linalg.norm(crossed)), 1.41),
            at_least(
                "Torch autograd, cross-entropy, length", float(np.linalg.norm(autograd(y, theta))), 1.41
            ),
        ],
        {"squared": float(np.linalg.norm(squared)), "cross_entropy": float(np.linalg.norm(crossed))},
    )


@claim(
    r"In floating point the two factors of the derivation cannot be multiplied: where $\hat y_k$ has "
    r"rounded to 0 the loss is $\infty$ and $-\tfrac{1}{\hat y_k} \cdot 0$ is `nan`; where any other $\hat "
    r"y_j$ has, $-\tfrac{0}{\hat y_j}$ is. From the scores both loss and gradient are right.",
    answers=("s1.1.a",),
)
def factors_break() -> Evidence:
    """Try a gap of 200 in float32: through the weights and from the scores, by hand and in Torch."""
    gap = 200.0
    y = torch.tensor([[1.0, 0.0]])
    scores = torch.tensor([[-gap, 0.0]], requires_grad=True)
    through = -(y * torch.softmax(scores, -1).log())[0, 0]
    (broken,) = torch.autograd.grad(through, scores)
    whole = functional.cross_entropy(scores, y)
    (right,) = torch.autograd.grad(whole, scores)
    theta, label = np.array([-gap, 0], np.float32), np.array([1, 0], np.float32)
    y_hat = softmax(theta)
    with np.errstate(divide="ignore", invalid="ignore"):
        factors = (-label / y_hat) @ softmax_jacobian(y_hat)
        of_the_other = (-label[::-1] / y_hat) @ softmax_jacobian(y_hat)
    return Evidence(
        [
            equal("Torch, loss through the weights", through.item(), float("inf")),
            equal("Torch, its gradient", bool(broken[0, 0].isnan()), True),
            equal("by hand, the two factors", bool(np.isnan(factors[0])), True),
            equal("by hand, the two factors, the other class right", bool(np.isnan(of_the_other[0])), True),
            close("Torch, from the scores: loss", whole.item(), gap, 0),
            close("Torch, from the scores: gradient", right[0].tolist(), [-1, 1], 0),
            close("by hand, from the scores", cross_entropy_gradient(label, theta), [-1, 1], 0),
            close("by hand, loss from the scores", cross_entropy_from_logits(label, theta), gap, 0),
        ],
        {"gap": gap},
    )


@claim(
    r"A loss that expects scores and is handed weights takes the softmax twice. It cannot fall below "
    r"$\log(e + n - 1) - 1$ for $n$ classes, however right the prediction, and where that is sure and wrong "
    r"its gradient is next to nothing."
)
def softmax_twice() -> Evidence:
    """Search for a lower loss by hand, by Torch's descent and in symbols; measure the gradient when wrong."""
    bound = float(np.log(np.exp(1) + 2) - 1)
    rng = np.random.default_rng(9)
    label = np.eye(3)[np.zeros(3000, int)]
    weights = softmax(rng.normal(size=(3000, 3)) * 10.0 ** rng.uniform(-1, 2, (3000, 1)))
    least = float(cross_entropy_from_logits(label, weights).min())
    scores, target = torch.zeros(1, 3, dtype=torch.float64, requires_grad=True), torch.tensor([0])
    for _ in range(500):
        loss = functional.cross_entropy(torch.softmax(scores, -1), target)
        scores = (scores - 5 * torch.autograd.grad(loss, scores)[0]).detach().requires_grad_()
    wrong = torch.tensor([[-20.0, 0.0, 0.0]], dtype=torch.float64, requires_grad=True)
    twice = functional.cross_entropy(torch.softmax(wrong, -1), target)
    (push,) = torch.autograd.grad(twice, wrong)
    a = sympy.Symbol("a", real=True)  # weights (a, 1 - a, 0) on the way to the label
    slope = sympy.diff(sympy.log(sympy.exp(a) + sympy.exp(1 - a) + 1) - a, a)
    return Evidence(
        [
            at_least("by hand, least of 3000, three classes", least, bound - 1e-12),
            close("by hand, least of 3000 against the bound", least, bound, 1e-6),
            at_least("Torch, loss after 500 steps of descent", loss.item(), bound),
            equal(
                "SymPy, it falls all the way to the corner",
                bool(slope.subs(a, 1) < 0 and slope.subs(a, 0) < 0),
                True,
            ),
            at_most("Torch, length of the gradient at a margin of −20", push.norm().item(), 1e-7),
        ],
        {"bound": bound, "after_descent": loss.item(), "push": push.norm().item()},
    )
