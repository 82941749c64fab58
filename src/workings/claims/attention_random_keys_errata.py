"""What is wrong in the published answers to document 001, 5.3: one head and random keys."""

from __future__ import annotations

import math

import numpy as np
import sympy
import torch

from workings.byhand.random_keys import normal_cdf, weight_cdf
from workings.byhand.softmax import softmax
from workings.claims import attention_random_keys as random_keys
from workings.claims.attention_random_keys import drawn_weights, rival_scores
from workings.claims.claim import Evidence, erratum
from workings.claims.witness import at_least, close


@erratum(
    r"For $\Sigma_i = \alpha I$, $q = \lambda(\mu_a + \mu_b)$ works by the proof for fixed keys: any "
    r"$\lambda \gg 0$.",
    truth=r"The proof needs $\lambda\sqrt\alpha \ll 1$ besides. The scores differ by $N(0, "
    r"4\alpha\lambda^2)$, so for a fixed $\alpha$, however small, a large $\lambda$ makes the output a coin "
    r"toss between $v_a$ and $v_b$.",
    question="s1.5.3.a",
    corrected=random_keys.window_for_lambda,
    certainty="arguable",
    reading=r"$\alpha$ tends to 0 before $\lambda$ grows, as “vanishingly small” may be meant",
)
def any_large_lambda() -> Evidence:
    """Take α = 1/10 000 and λ = 1000: draw keys, and compute the law."""
    weight = drawn_weights(1000.0, 1, alpha=1e-4, along=0.0)[0, :, 0]
    inside = float(((weight > 0.4) & (weight < 0.6)).mean())
    law = weight_cdf(0.6, 0.0, 20.0) - weight_cdf(0.4, 0.0, 20.0)
    return Evidence(
        [at_least("drawn, share near one half", inside, 0.9), at_least("law, share near one half", law, 0.9)],
        {"near_half": law},
    )


@erratum(
    r"$k_a = \mu_a + \varepsilon_a$ with $\varepsilon_a \sim N(0, \alpha I + 0.5)$.",
    truth=r"The covariance is $\alpha I + \tfrac12\mu_a\mu_a^\top$: rank one beside $\alpha I$. A number "
    r"added to a matrix is either undefined, or $\tfrac12$ in every entry (NumPy), or, as $\tfrac12 I$, "
    r"noise in all directions; none of them gives $\varepsilon_a = \gamma\mu_a$.",
    question="s1.5.3.b",
    corrected=random_keys.one_head_law,
)
def number_added_to_a_matrix() -> Evidence:
    """Take each reading of the covariance and look at the variance along the mean and off it."""
    mu = np.eye(4)[0]
    right = 0.5 * np.outer(mu, mu)
    everywhere = 0.0 * np.eye(4) + 0.5
    isotropic = torch.eye(4, dtype=torch.float64) * 0.5
    return Evidence(
        [
            close("NumPy, the sum as written", everywhere, right, 1e-9),
            close("Torch, one half of the identity", isotropic, right, 1e-9),
            close("NumPy, variance orthogonal to the mean", everywhere[1, 1], 0, 1e-9),
        ]
    )


@erratum(
    r"$\alpha_a = \frac{\exp(\lambda(1 + \gamma))}{\exp(\lambda(1 + \gamma)) + \exp(\lambda)}$ and "
    r"$\alpha_b = \frac{\exp(\lambda)}{\exp\big(\lambda(1 + \gamma) + \exp(\lambda)\big)}$.",
    truth=r"The denominators lack the other $n - 2$ keys, each $e^0 = 1$: at $\lambda = 2$, $\gamma = 0$ "
    r"and ten keys the first says one half where the weight is below a third. In the second a bracket "
    r"closes too late as well, so that even for two keys the weights do not sum to 1.",
    question="s1.5.3.b",
    corrected=random_keys.one_head_law,
)
def other_keys_dropped_again() -> Evidence:
    """Compare with softmax over ten keys for three γ, and the second formula with two keys."""
    witnesses = []
    for gamma in (-0.5, 0.0, 0.5):
        scores = [2 * (1 + gamma), *rival_scores(2.0, 1)]
        published = 1 / (1 + math.exp(-2 * gamma))
        by_torch = torch.softmax(torch.tensor(scores, dtype=torch.float64), 0)[0].item()
        witnesses.append(close(f"by hand, γ = {gamma}", float(softmax(scores)[0]), published, 1e-3))
        witnesses.append(close(f"Torch, γ = {gamma}", by_torch, published, 1e-3))
    second = float(sympy.exp(1) / sympy.exp(1 + sympy.exp(1)))  # two keys, γ = 0, λ = 1
    witnesses.append(close("SymPy, two keys, γ = 0, λ = 1: α_b", second, 0.5, 1e-6))
    return Evidence(
        witnesses, {"true_at_0": float(softmax([2.0, *rival_scores(2.0, 1)])[0]), "second": second}
    )


@erratum(
    r"$\gamma \approx 0.5$ gives $\alpha_a = 1$ and $\alpha_b = 0$; $\gamma \approx -0.5$ the reverse.",
    truth=r"At $\gamma = \tfrac12$, $\alpha_a = 1/(1 + e^{-\lambda/2})$: below two thirds at $\lambda = 1$, "
    r"and 1 only in the limit $\lambda \to \infty$. Nor is $\tfrac12$ the spread of $\gamma$: it is its "
    r"variance, and the standard deviation is $1/\sqrt2$.",
    question="s1.5.3.b",
    corrected=random_keys.one_head_law,
    certainty="arguable",
    reading=r"$\lambda \to \infty$ and “$=$” means “tends to”",
)
def half_is_all_or_nothing() -> Evidence:
    """Compute both weights at γ = 1/2 for λ = 1 and 5, by hand and in Torch."""
    witnesses, values = [], {}
    for lam in (1.0, 5.0):
        weights = softmax([1.5 * lam, lam])
        by_torch = torch.softmax(torch.tensor([1.5 * lam, lam], dtype=torch.float64), 0)
        witnesses.append(close(f"by hand, λ = {lam:.0f}", weights, [1, 0], 0.01))
        witnesses.append(close(f"Torch, λ = {lam:.0f}", by_torch, [1, 0], 0.01))
        values[str(int(lam))] = float(weights[0])
    return Evidence(witnesses, values)


@erratum(
    r"$c$ also is a balanced average of $v_a$ and $v_b$, namely when $k_a$ is near its mean ($\gamma "
    r"\approx 0$).",
    truth=r"It takes $|\gamma| \ll 1/\lambda$, not $|\gamma| \ll 1$. At $\lambda = 100$, $\gamma = "
    r"\tfrac{1}{20}$ already gives $\alpha_a > \tfrac{99}{100}$, and balanced outputs (both weights above "
    r"$\tfrac1{10}$) are about one in forty: their share tends to 0.",
    question="s1.5.3.b",
    corrected=random_keys.two_humps,
    certainty="arguable",
    reading=r"$\lambda$ is moderate, below 5 or so, or “near” means within $1/\lambda$",
)
def near_the_mean_is_balanced() -> Evidence:
    """Count balanced outputs among draws near the mean (within a tenth) at λ = 100, and by the law."""
    weight = drawn_weights(100.0, 1)[0, :, 0]
    odds = np.log(drawn_weights(1.0, 1)[0][:, 0] / drawn_weights(1.0, 1)[0][:, 1])  # gamma
    near = np.abs(odds) < 0.1
    balanced = (weight > 0.1) & (weight < 0.9)
    s = 100 / math.sqrt(2)
    share = weight_cdf(0.9, 0, s) - weight_cdf(0.1, 0, s)
    law = share / (normal_cdf(0.1 * math.sqrt(2)) - normal_cdf(-0.1 * math.sqrt(2)))
    return Evidence(
        [
            at_least("drawn, balanced among those near the mean", float(balanced[near].mean()), 0.5),
            at_least("law, the same", law, 0.5),
        ],
        {"balanced_near_the_mean": law, "balanced": share},
    )
