"""Two heads where the query scores negatively with its own key: how often, and what comes out."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import sympy
import torch

from workings.byhand.random_keys import draw_keys, normal_cdf, weight_law
from workings.claims.attention_random_keys import N_KEY, by_torch, drawn_weights, rival_scores
from workings.claims.attention_two_heads import NEGATIVE, coordinate, lengths
from workings.claims.claim import Evidence, claim
from workings.claims.moments import squares
from workings.claims.witness import at_least, at_most, close, equal, estimate


@claim(
    r"$k_a \cdot q_1 < 0$ happens with probability $\Phi(-\sqrt2) = \tfrac12\operatorname{erfc}(1)$, "
    r"whatever $\lambda$ is; with $\alpha$ kept, $\Phi(-1/\sqrt{\tfrac12 + \alpha})$.",
    answers=("s1.5.4.b",),
)
def negative_score() -> Evidence:
    """Integrate in symbols; compare the normal cdf by hand and Torch's, and 20 000 draws."""
    g = sympy.Symbol("g", real=True)
    density = sympy.exp(-(g**2)) / sympy.sqrt(sympy.pi)  # N(0, 1/2)
    exact = sympy.integrate(density, (g, -sympy.oo, -1))
    normal: Any = torch.distributions.Normal(torch.tensor(1.0).double(), torch.tensor(0.5).double().sqrt())
    head_1 = drawn_weights(10.0, 2)[0]
    noisy = draw_keys(np.eye(4), 0.1, 0.5, 20_000, seed=3)[:, 0, 0]  # k_a . mu_a
    return Evidence(
        [
            equal("SymPy, the integral", sympy.simplify((exact - sympy.erfc(1) / 2).rewrite(sympy.erf)), 0),
            close("by hand", normal_cdf(-math.sqrt(2)), float(exact), 1e-15),
            close("Torch's normal cdf", normal.cdf(torch.tensor(0.0).double()), float(exact), 1e-15),
            estimate("drawn: a's power below 1", lengths() < 0, float(exact)),
            estimate(
                "drawn, λ = 10: a weighs less than an unrelated key",
                head_1[:, 0] < head_1[:, 2],
                float(exact),
            ),
            estimate("drawn, α = 1/10", noisy < 0, normal_cdf(-1 / math.sqrt(0.6))),
        ],
        {
            "probability": float(exact),
            "with_alpha_0_1": normal_cdf(-1 / math.sqrt(0.6)),
            "one_in": float(1 / exact),
        },
    )


@claim(
    r"Where $k_a \cdot q_1 < 0$, head 1 gives $v_a$ less than $\tfrac1n$: it returns the mean of the "
    r"*other* values, and $c \to \tfrac12(v_b + \bar v)$. Of $v_a$ almost nothing is left; $v_b$ keeps its "
    r"half.",
    answers=("s1.5.4.b",),
)
def when_negative() -> Evidence:
    """Look at the drawn outputs of those samples at two scales, and at a single one in Torch."""
    negative = lengths() < 0
    softer, head_1 = (drawn_weights(lam, 2)[0][negative] for lam in (10.0, 50.0))
    limit = torch.softmax(torch.tensor([-400.0] + [0.0] * (N_KEY - 1), dtype=torch.float64), 0)
    law = by_torch(*weight_law(50.0, rival_scores(50.0, 2)))
    conditional = float(law.cdf(torch.tensor(0.01).double())) / NEGATIVE
    lost = float((head_1[:, 0] < 0.01).mean())
    b_share = drawn_weights(50.0, 2).mean(axis=0)[negative, 1]
    return Evidence(
        [
            at_most("drawn, λ = 10, greatest weight of a", float(softer[:, 0].max()), 1 / N_KEY),
            estimate("drawn, λ = 50, share with a below 1/100", head_1[:, 0] < 0.01, conditional),
            close("Torch, score −400", limit, [0] + [1 / 9] * 9, 1e-15),
            close("drawn, λ = 50, v_b's mean weight", float(b_share.mean()), 0.5 + 0.5 / 9, 0.01),
        ],
        {
            "lost": lost,
            "mean_weight_a": float(head_1[:, 0].mean()),
            "weight_b": float(b_share.mean()),
            "conditional": conditional,
        },
    )


def without_negatives(lam: float) -> float:
    """Return the variance of v_a's weight with two heads where k_a . q_1 > 0, on a grid."""
    m, s = weight_law(lam, rival_scores(lam, 2))
    z = np.linspace(-math.sqrt(2), 12, 100_001)
    mass = np.exp(-z * z / 2)
    mass[0] /= 2  # by the trapezoid rule
    mass /= mass.sum()
    weight = np.exp(-np.logaddexp(0, -(m + s * z)))
    mean = float(mass @ weight)
    return float(mass @ (weight - mean) ** 2) / 4


@claim(
    r"Set the samples with $k_a \cdot q_1 < 0$ aside, and the variance of two heads goes to 0 as $\lambda "
    r"\to \infty$, slowly, and not from the start: with ten keys it rises up to $\lambda = 3$ and falls "
    r"from 4 on. Head 1 also needs $\lambda(1 + \gamma) \gg \log(n - 1)$. At $\lambda = 10$, ten keys, "
    r"more than an eighth of the remaining samples still give $v_a$ less than $\tfrac{9}{10}$ of head 1.",
    answers=("s1.5.4.b",),
)
def negatives_aside() -> Evidence:
    """Compare the conditional share by the normal cdf with draws; the variance by quadrature with draws."""
    kept = lengths() >= 0
    share = {}
    witnesses = []
    for lam in (10.0, 50.0):
        cut = (math.log(9) + math.log(N_KEY - 1)) / lam  # score at which the weight is 9/10, over lambda
        formula = (normal_cdf((cut - 1) * math.sqrt(2)) - NEGATIVE) / (1 - NEGATIVE)
        below = drawn_weights(lam, 2)[0][kept, 0] < 0.9
        witnesses.append(estimate(f"drawn, λ = {lam:.0f}, share below 9/10", below, formula))
        share[str(int(lam))] = formula
    law = {lam: without_negatives(lam) for lam in (1.0, 2.0, 3.0, 4.0, 5.0, 10.0, 50.0, 1000.0)}
    for lam in (1.0, 2.0, 5.0, 10.0, 50.0):
        spread = squares(coordinate(lam, 2)[kept])
        witnesses.append(estimate(f"drawn, λ = {lam:.0f}, variance against quadrature", spread, law[lam]))
    generator = torch.Generator().manual_seed(5)
    g = torch.randn(20_000, generator=generator, dtype=torch.float64) * 0.5**0.5 + 1
    head_1 = torch.sigmoid(1000 * g[g >= 0] - math.log(9))
    variances = list(law.values())
    return Evidence(
        [
            *witnesses,
            at_least("share at λ = 10", share["10"], 1 / 8),
            at_least(
                "quadrature, least step of the variance from λ = 1 to 3", min(np.diff(variances[:3])), 0
            ),
            at_most("quadrature, greatest step from λ = 4 on", max(np.diff(variances[3:])), 0),
            at_most("quadrature, λ = 1000, variance", law[1000.0], 1e-3),
            at_most("Torch, own draws, λ = 1000, variance", float(head_1.var()) / 4, 1e-3),
        ],
        {
            "share": share,
            "variance": {str(int(lam)): spread for lam, spread in law.items()},
        },
    )
