"""Errata of the published answers to s1.1.a (document 001) and s4.1.1 (document 004)."""

from __future__ import annotations

import numpy as np
import torch

from workings.byhand.softmax import softmax, softmax_jacobian
from workings.claims.claim import Evidence, erratum
from workings.claims.cross_entropy import LABEL, autograd, chain_rule_sums, differences
from workings.claims.cross_entropy_limits import factors_break
from workings.claims.softmax import EXAMPLE
from workings.claims.temperature import Z, by_torch, nothing_at_zero
from workings.claims.temperature_floats import weights_at, zero_components
from workings.claims.witness import close


@erratum(
    r"By the chain rule, $\dfrac{\partial CE}{\partial \theta_i} = \dfrac{\partial CE}{\partial \hat y_i} "
    r"\cdot \dfrac{\partial \hat y_i}{\partial \theta_i}$.",
    truth=r"Each score changes every weight, so the chain rule sums: $\sum_j \dfrac{\partial CE}{\partial "
    r"\hat y_j} \dfrac{\partial \hat y_j}{\partial \theta_i}$. The single term gives $\hat y_k - 1$ for the "
    r"label and 0 for every other class, where the gradient is $\hat y_i$. Four lines later the answer has "
    r"the sum, without a word, and from there on is right.",
    question="s1.1.a",
    corrected=chain_rule_sums,
)
def chain_rule_without_sum() -> Evidence:
    """Compare the printed product with autograd and with central differences, class by class."""
    y, theta = np.array(LABEL), np.array(EXAMPLE)
    y_hat = softmax(theta)
    printed = (-y / y_hat) * np.diag(softmax_jacobian(y_hat)) + 0.0
    return Evidence(
        [
            close("Torch autograd", printed, autograd(y, theta), 1e-9),
            close("central differences", printed, differences(y, theta), 1e-6),
        ],
        {"printed": printed.tolist(), "right": autograd(y, theta).tolist()},
    )


@erratum(
    r"With $\partial CE / \partial \hat y_j = -y_j / \hat y_j$ and $\partial \hat y_j / \partial \theta_i = "
    r"\hat y_j (\delta_{ij} - \hat y_i)$ put in, $\dfrac{\partial CE}{\partial \theta_i} = "
    r"\sum_j -\dfrac{y_j}{\hat y_j}\, \hat y_j (\delta_{ij} - \hat y_i)$.",
    truth=r"True on paper, not in floats. There the weights of far classes round to exactly 0, the factors "
    r"are $0/0$, and the sum is `nan`: in float32 from a gap of 104 on. Cancel $\hat y_j$ first, as the "
    r"next line does, or compute $\hat y - y$.",
    question="s1.1.a",
    corrected=factors_break,
    certainty="arguable",
    reading=r"a step of a derivation in real numbers, where no weight is zero",
)
def factors_in_floats() -> Evidence:
    """Sum the printed terms for a prediction that is sure and right, in float32 by NumPy and by Torch."""
    theta, y = np.array([0, -104.5], np.float32), np.array([1, 0], np.float32)
    y_hat = softmax(theta)
    with np.errstate(divide="ignore", invalid="ignore"):
        printed = (-y / y_hat) @ softmax_jacobian(y_hat)
    scores, label = torch.tensor(theta), torch.tensor(y)
    weights = torch.softmax(scores, 0)
    by_torch = (-label / weights) @ (torch.diag(weights) - torch.outer(weights, weights))
    return Evidence(
        [
            close("NumPy, components that are no number", int(np.isnan(printed).sum()), 0, 0),
            close("Torch, the same", int(by_torch.isnan().sum()), 0, 0),
        ]
    )


@erratum(
    r"For $z = (a, a, a, a)$ the tempered softmax is $(\tfrac14, \tfrac14, \tfrac14, \tfrac14)$ for any real "
    r"value of $T$.",
    truth=r"For any $T > 0$, as the question has it. At $T = 0$ there is no value: $a/T$ is a division by "
    r"zero. And if negative $T$ were let in, the option $T \to 0$ would have no limit: $(4, 3, 2, 1)$ goes "
    r"to $(1, 0, 0, 0)$ from above and to $(0, 0, 0, 1)$ from below. The counterexample itself and the "
    r"option chosen are right.",
    question="s4.1.1",
    corrected=nothing_at_zero,
    certainty="arguable",
    reading=r"$T$ stands for the values that the question allows, $T > 0$",
)
def any_real_temperature() -> Evidence:
    """Evaluate the ties at T = 0 in Torch and in NumPy, as printed."""
    with np.errstate(divide="ignore", invalid="ignore"):
        quotient = np.full(4, 3.0) / 0.0
        by_numpy = np.exp(quotient - quotient.max())
    wrong = [float(np.isnan(by_torch((3.0,) * 4, 0)).sum()), float(np.isnan(by_numpy).sum())]
    return Evidence(
        [
            close("Torch, components at T = 0 that are no number", wrong[0], 0, 0),
            close("NumPy, the same", wrong[1], 0, 0),
        ],
        {"no_number": wrong},
    )


@erratum(
    r"Only the first option is false, so this one is true: for any $z$ and any $T > 0$ the tempered softmax "
    r"has no zero components.",
    truth=r"True on paper, not in floats. In float64 a component is exactly 0 once "
    r"its score lies 745.2 $T$ below the largest (float32: 104 $T$, bfloat16: 93 $T$, float16: 17.4 $T$). "
    r"$(4, 3, 2, 1)$ has a zero at $T = 0.004$ in float64 and already at $T = 0.17$ in float16.",
    question="s4.1.1",
    corrected=zero_components,
    certainty="arguable",
    reading=r"softmax as a function of real numbers, which is what a pen computes",
)
def no_zeros() -> Evidence:
    """Count the components of the exam's scores that are exactly zero, by hand and by Torch."""
    by_hand = int((softmax(Z, temperature=0.004) == 0).sum())
    half = int((weights_at("float16", 0.17) == 0).sum())
    single = int((torch.softmax(torch.tensor(Z) / 0.02, 0) == 0).sum())
    return Evidence(
        [
            close("by hand, float64, T = 0.004, zero components", by_hand, 0, 0),
            close("Torch, float32, T = 0.02, zero components", single, 0, 0),
            close("Torch, float16, T = 0.17, zero components", half, 0, 0),
        ],
        {"float64": by_hand, "float32": single, "float16": half},
    )
