"""What is wrong in the published answers to document 001, 5.4: two heads."""

from __future__ import annotations

import math

import numpy as np
import torch

from workings.byhand.softmax import softmax
from workings.claims import attention_negative_scores as negative_scores
from workings.claims import attention_two_heads as two_heads
from workings.claims.attention_random_keys import N_KEY, drawn_weights, rival_scores
from workings.claims.attention_two_heads import lengths
from workings.claims.claim import Evidence, erratum
from workings.claims.witness import at_most, close


@erratum(
    r"$q_1 = \lambda\mu_1$, $q_2 = \lambda\mu_2$, and both $c_1$ and $c_2$ are computed with $\exp(k_i^\top "
    r"q)$, with one $q$.",
    truth=r"The queries must ask for $a$ and $b$, and each head has its own: $q_1 = \lambda\mu_a$ in $c_1$, "
    r"$q_2 = \lambda\mu_b$ in $c_2$. As written the queries return $\tfrac12(v_1 + v_2)$, whatever $a$ and "
    r"$b$ are, and one $q$ in both formulas gives $c_1 = c_2$.",
    question="s1.5.4.a",
    corrected=two_heads.two_heads_average,
    certainty="arguable",
    reading=r"$a = 1$ and $b = 2$ are so numbered, and $q$ stands for the query of each head",
)
def queries_for_one_and_two() -> Evidence:
    """Take a = 4 and b = 7 of ten keys with the queries as written; then one q in both heads."""
    mu = np.eye(N_KEY)
    values = np.arange(1.0, 11.0)  # v_i = i
    output = sum(float(softmax(mu @ (20 * mu[i])) @ values) for i in (0, 1)) / 2
    keys = torch.eye(N_KEY, dtype=torch.float64)
    by_torch = sum(float(torch.softmax(20 * keys[i], 0) @ torch.from_numpy(values)) for i in (0, 1)) / 2
    witnesses = [close("by hand, output", output, 5.5, 0.1), close("Torch, output", by_torch, 5.5, 0.1)]
    for name, q in (("λμ_a", mu[3]), ("λμ_b", mu[6]), ("λ(μ_a + μ_b)", mu[3] + mu[6])):
        c = float(softmax(mu @ (20 * q)) @ values)
        witnesses.append(close(f"by hand, q = {name} in both, c_1 and c_2", [c, c], [4, 7], 1e-3))
    return Evidence(witnesses, {"output": output})


@erratum(
    r"$\mu_i^\top \mu_a \approx \lambda$ if $i = a$, else 0.",
    truth=r"$\mu_a^\top\mu_a = 1$: the means have length 1. It is the score $\mu_a^\top q_1$ that is "
    r"$\lambda$.",
    question="s1.5.4.a",
    corrected=two_heads.two_heads_average,
)
def product_of_means_is_lambda() -> Evidence:
    """Multiply unit vectors, in NumPy and in Torch, at λ = 10."""
    u = np.array([0.6, 0.8])
    t = torch.from_numpy(u)
    return Evidence([close("NumPy", u @ u, 10, 1e-6), close("Torch", float(t @ t), 10, 1e-6)])


@erratum(
    r"$c_1 = v_a$, $c_2 = v_b$ and $c = \tfrac12(v_a + v_b)$ for $q_1 = \lambda\mu_a$, $q_2 = \lambda\mu_b$ "
    r"(no condition on $\lambda$).",
    truth=r"Equal only in the limit $\lambda \to \infty$. Head 1 gives $v_a$ the weight "
    r"$e^\lambda/(e^\lambda + n - 1)$: less than a quarter at $\lambda = 1$ and ten keys. $\lambda \gg \log "
    r"n$ must be said.",
    question="s1.5.4.a",
    corrected=two_heads.two_heads_average,
    certainty="arguable",
    reading=r"$\lambda \gg 0$ is taken over from the single query, and “$=$” means “$\approx$”",
)
def no_condition_on_lambda() -> Evidence:
    """Compute head 1 at λ = 1 and λ = 5, by hand and in Torch."""
    witnesses, values = [], {}
    for lam in (1.0, 5.0):
        weight = float(softmax([lam, *rival_scores(lam, 2)])[0])
        by_torch = torch.softmax(torch.tensor([lam] + [0.0] * 9, dtype=torch.float64), 0)[0].item()
        witnesses.append(close(f"by hand, λ = {lam:.0f}, weight of a in head 1", weight, 1, 0.01))
        witnesses.append(close(f"Torch, λ = {lam:.0f}, weight of a in head 1", by_torch, 1, 0.01))
        values[str(int(lam))] = weight
    return Evidence(witnesses, values)


@erratum(
    r"With a key of varying length still $c_1 = v_a$, so $c = \tfrac12(v_a + v_b)$ in every sample "
    r"(negative products set aside). Of variance, which the question asks for, nothing is said.",
    truth=r"Head 1 scores $\lambda(1 + \gamma)$, which must exceed $\log(n - 1)$, not only 0. At $\lambda "
    r"= 10$, ten keys, one in seven of the samples with a *positive* product gives $v_a$ less than "
    r"$\tfrac9{10}$ of head 1. So $c_1$ varies, and with it $c$; $c_2$ does not.",
    question="s1.5.4.b",
    corrected=negative_scores.negatives_aside,
    certainty="arguable",
    reading=r"$\lambda \to \infty$ and “$=$” means “tends to”: then that share tends to 0",
)
def first_head_does_not_vary() -> Evidence:
    """Look at the samples with a positive product, drawn by hand and in Torch."""
    kept = lengths() > 0
    weight = drawn_weights(10.0, 2)[0][kept, 0]
    generator = torch.Generator().manual_seed(6)
    g = 1 + torch.randn(20_000, generator=generator, dtype=torch.float64) * 0.5**0.5
    by_torch = torch.sigmoid(10 * g[g > 0] - math.log(N_KEY - 1))
    return Evidence(
        [
            at_most("drawn, share with weight below 9/10", float((weight < 0.9).mean()), 0.01),
            at_most("Torch, own draws, the same share", float((by_torch < 0.9).double().mean()), 0.01),
            at_most("drawn, standard deviation of c_1's weight", float(weight.std()), 0.01),
        ],
        {"share": float((weight < 0.9).mean()), "deviation": float(weight.std())},
    )
