"""What is wrong in the published answer to document 003, problem 6 (d): what happens without scaling."""

from __future__ import annotations

import numpy as np

from workings.byhand.dot_product import dot_product_variance
from workings.claims import saturation, scaling
from workings.claims.claim import Evidence, erratum
from workings.claims.moments import draw, squares
from workings.claims.saturation import jacobian_norms, random_weights, torch_gradients
from workings.claims.witness import at_least, close, estimate


@erratum(
    r"With $s = 1$ the variance of $q \cdot k$ grows linearly with $d$.",
    truth=r"That is shown for $\mu = 0$ only, and the question has any $\mu$. The variance is "
    r"$2\sigma^2\,\mu \cdot \mu + d\,\sigma^4$: proportional to $d$ if the components share a mean, but as "
    r"$d^3$ if $\mu_i = i$, and hardly growing at first if $\mu$ is long and of fixed length.",
    question="s3.6.d",
    corrected=scaling.unscaled_variance,
    certainty="arguable",
    reading=r"all components have the same mean, or $\mu = 0$",
)
def variance_always_linear() -> Evidence:
    """Double d for a rising mean and for a mean of fixed length: linear growth would double the variance."""
    rising = {d: dot_product_variance(np.arange(1, d + 1), 1) for d in (64, 128)}
    long = {d: squares(draw(np.eye(d)[0] * 10, 1.0, count=10_000, seed=d)) for d in (16, 32)}
    return Evidence(
        [
            close("by hand, mean i: variance at 128 over variance at 64", rising[128] / rising[64], 2, 0.2),
            estimate(
                "Monte Carlo, mean of length 10: variance at 32 is twice that at 16",
                long[32],
                2 * float(long[16].mean()),
            ),
        ],
        {
            "rising_growth": rising[128] / rising[64],
            "long_growth": float(long[32].mean() / long[16].mean()),
        },
    )


@erratum(
    r"With $s = 1$ and large $d$, the large scores make gradients explode in backpropagation.",
    truth=r"The gradient that comes back through the softmax cannot explode: its Jacobian has norm "
    r"$\tfrac12$ at most, whatever the scores, and as $d$ grows the median of that norm falls towards 0. "
    r"Gradients vanish, as the paper says (section 3.2.1). What does grow is the rare exception: for a "
    r"query with two keys nearly level at the top, the gradient with respect to $q$ also carries the "
    r"difference of two keys, about $\sqrt{2d}$ long.",
    question="s3.6.d",
    corrected=saturation.jacobian_vanishes,
    certainty="arguable",
    reading=r"the rare queries with two keys nearly level are meant: there the gradient with respect to $q$ "
    r"grows with $d$",
)
def gradients_explode() -> Evidence:
    """Ask if the norm of the Jacobian grows with d, by hand and by autograd; whether any is large."""
    small, large = (jacobian_norms(random_weights(d, 1.0)[0]) for d in (16, 1024))
    torch_small, torch_large = (torch_gradients(d, 1.0) for d in (16, 1024))
    query = [float(norms[1].median()) for norms in (torch_small, torch_large)]
    return Evidence(
        [
            at_least(
                "by hand, median norm at 1024 against 16", float(np.median(large)), float(np.median(small))
            ),
            at_least("by hand, mean norm at 1024 against 16", float(large.mean()), float(small.mean())),
            at_least("by hand, largest norm at 1024 against any bound above a half", float(large.max()), 0.6),
            at_least(
                "autograd, median norm at 1024 against 16",
                float(torch_large[0].median()),
                float(torch_small[0].median()),
            ),
            at_least("autograd, median gradient by the query at 1024 against 16", query[1], query[0]),
        ],
        {
            "median": {"16": float(np.median(small)), "1024": float(np.median(large))},
            "mean": {"16": float(small.mean()), "1024": float(large.mean())},
            "largest": {"16": float(small.max()), "1024": float(large.max())},
        },
    )
