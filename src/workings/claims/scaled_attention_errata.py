"""What is wrong in the published answers to document 003, problem 6 (a) to (c): each line as it stands."""

from __future__ import annotations

import numpy as np
import sympy

from workings.byhand.dot_product import dot_product_variance
from workings.claims import dot_product, scaling
from workings.claims.claim import Evidence, erratum
from workings.claims.moments import draw, quadrature, squares, symbolic
from workings.claims.witness import close, equal, estimate


@erratum(
    r"$\operatorname{Var}(q \cdot k) = 2d\,\sigma^2\,\mu \cdot \mu + d\,\sigma^4$.",
    truth=r"The first term has no factor $d$: $2\sigma^2\,\mu \cdot \mu + d\,\sigma^4$. The line above the "
    r"published one, $(\mu \cdot \mu)^2 + 2\sigma^2\,\mu \cdot \mu + d\,\sigma^4$, is right; subtracting "
    r"$(\mu \cdot \mu)^2$ from it does not bring a $d$ in. The two agree for $d = 1$ and for $\mu = 0$ "
    r"alone.",
    question="s3.6.b",
    corrected=dot_product.variance,
)
def variance_has_extra_d() -> Evidence:
    """Compare the formula with symbols, quadrature, draws; subtract the squared mean in symbols."""
    mu, sigma = dot_product.MU, dot_product.SIGMA
    published = float(2 * 3 * sigma**2 * (mu @ mu) + 3 * sigma**4)
    _, in_symbols, mu_mu, s = symbolic(2)
    m, d = sympy.symbols("m d")
    line_above = m**2 + 2 * s**2 * m + d * s**4
    return Evidence(
        [
            equal("SymPy, d = 2", in_symbols, sympy.expand(2 * 2 * s**2 * mu_mu + 2 * s**4)),
            equal(
                "SymPy, the line above less the mean squared", line_above - m**2, 2 * d * s**2 * m + d * s**4
            ),
            close("quadrature, d = 3", quadrature(mu, sigma)[1], published, 1e-9),
            estimate("Monte Carlo, d = 3", squares(draw(mu, sigma)), published),
        ],
        {"published": published, "true": dot_product_variance(mu, sigma)},
    )


@erratum(
    r"For $\operatorname{E}[q \cdot k / s]$ to scale linearly with $d$, take $s = \sqrt d$.",
    truth=r"With $s = \sqrt d$ the mean is $\mu \cdot \mu / \sqrt d$: if the components share a mean $m \ne "
    r"0$ it grows as $\sqrt d\,m^2$ (it is linear only for a $\mu \cdot \mu$ that grows as $d \sqrt d$). To "
    r"compensate for $d$, the published aim, is the opposite of growing with $d$. If the components share a "
    r"mean, the scaled mean is linear in $d$ for any $s$ that does not depend on $d$ ($s = 1$ will do); for "
    r"a general $\mu \ne 0$, $s = \mu \cdot \mu / (c\,d)$ with any $c > 0$.",
    question="s3.6.c",
    corrected=scaling.linear_mean,
)
def root_d_makes_mean_linear() -> Evidence:
    """Multiply d by 16: a mean linear in d becomes 16 times as large, here it becomes 4 times as large."""
    d, m = sympy.symbols("d m", positive=True)
    mean = d * m**2 / sympy.sqrt(d)
    small, large = (draw(np.full(size, 2.0), 1.0, count=4000) / np.sqrt(size) for size in (16, 256))
    return Evidence(
        [
            equal("SymPy, growth from d to 16 d", sympy.simplify(mean.subs(d, 16 * d) / mean), 16),
            estimate("Monte Carlo, mean at d = 256 is 16 times the mean at d = 16", large, 16 * 16.0),
        ],
        {
            "at_16": float(small.mean()),
            "at_256": float(large.mean()),
            "growth": float(large.mean() / small.mean()),
        },
    )


@erratum(
    r"The scale that makes $\operatorname{E}[q \cdot k / s]$ linear in $d$ can be read off the case $\mu = "
    r"0$.",
    truth=r"If $\mu = 0$, then $\operatorname{E}[q \cdot k / s] = 0$ for every $s$, which no scale makes "
    r"grow. The published step uses the standard deviation at $\mu = 0$, which says nothing about a mean.",
    question="s3.6.c",
    corrected=scaling.linear_mean,
)
def scale_from_zero_mean() -> Evidence:
    """Ask at mean 0 whether any of three scales gives a mean of d, or a mean that grows with d at all."""
    sizes = (16, 64, 256)
    products = {size: draw(np.zeros(size), 1.0, count=4000) for size in sizes}
    in_symbols, _, _, _ = symbolic(3)
    at_zero = in_symbols.subs({f"mu{i}": 0 for i in range(3)})
    scales = (("1", 0.0), ("√d", 0.5), ("d", 1.0))
    return Evidence(
        [
            equal("SymPy, the mean that every scale divides, d = 3", at_zero, 3),
            *(
                estimate(f"Monte Carlo, s = {name}, mean of d at d = 256", products[256] / 256.0**power, 256)
                for name, power in scales
            ),
        ],
        {"over_sqrt_d": {str(size): float(products[size].mean() / np.sqrt(size)) for size in sizes}},
    )


@erratum(
    r"The scale $s = \sqrt d$ keeps the dot product on one scale as $d$ varies.",
    truth=r"$\operatorname{Var}(q \cdot k / \sqrt d) = \sigma^4 + 2\sigma^2\,\mu \cdot \mu / d$. It is 1 if "
    r"$\mu = 0$ and $\sigma = 1$; otherwise it depends on $\sigma$ and, unless $\mu \cdot \mu$ grows in "
    r"proportion to $d$, on $d$. The scale that gives variance 1 in terms of $\mu$, $\sigma$ and $d$, as "
    r"the question asks, is $\sqrt{2\sigma^2\,\mu \cdot \mu + d\,\sigma^4}$.",
    question="s3.6.c",
    corrected=scaling.standardising_scale,
    certainty="arguable",
    reading=r"$\mu = 0$ and a fixed $\sigma$, as in the line before",
)
def root_d_standardises() -> Evidence:
    """Measure the variance over the root of d at two sizes, for a mean of fixed length."""
    fixed = {d: np.eye(d)[0] * 4 for d in (4, 256)}  # mu . mu = 16 at every d
    by_d = {d: squares(draw(mu, 1.0, count=10_000) / np.sqrt(d)) for d, mu in fixed.items()}
    return Evidence(
        [
            estimate(
                "Monte Carlo, mean of length 4, variance at d = 4 as at d = 256",
                by_d[4],
                float(by_d[256].mean()),
            ),
            close(
                "by hand, the same",
                dot_product_variance(fixed[4], 1) / 4,
                dot_product_variance(fixed[256], 1) / 256,
                0.1,
            ),
        ],
        {"at_4": float(by_d[4].mean()), "at_256": float(by_d[256].mean())},
    )


@erratum(
    r"Transformers divide by $\sqrt d$ so that $\operatorname{E}[q \cdot k / s]$ scales linearly with $d$.",
    truth=r"The paper's reason is the variance (Vaswani et al. 2017, section 3.2.1 and its footnote): for "
    r"components of mean 0 and variance 1 the dot product has mean 0 and variance $d_k$, and large scores "
    r"leave the softmax very small gradients. There, dividing by $\sqrt{d_k}$ changes the variance to 1 and "
    r"the mean, 0, not at all.",
    question="s3.6.c",
    corrected=scaling.unit_variance,
    certainty="arguable",
    reading=r"“this is why” points to the half sentence on the standard deviation, not to the question that "
    r"is answered",
)
def reason_for_root_d() -> Evidence:
    """Under the paper's assumptions, ask whether the scaled mean grows with d."""
    small, large = (draw(np.zeros(d), 1.0, count=10_000) / np.sqrt(d) for d in (16, 256))
    difference = large - small
    return Evidence(
        [
            estimate("Monte Carlo, scaled mean at d = 256 is 15 more than at d = 16", difference, 15),
            close(
                "quadrature, d = 2, scaled mean is 1 more than at d = 1",
                _scaled_mean(2) - _scaled_mean(1),
                1,
                1e-12,
            ),
        ],
        {
            "mean": {"16": float(small.mean()), "256": float(large.mean())},
            "variance": {"16": float(small.var()), "256": float(large.var())},
        },
    )


def _scaled_mean(d: int) -> float:
    return quadrature(np.zeros(d), 1.0)[0] / float(np.sqrt(d))
