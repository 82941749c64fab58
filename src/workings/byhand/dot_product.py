"""How large a dot product of two random vectors is, and how much it varies."""

from __future__ import annotations

from workings.byhand.arguments import positive, real_array


def dot_product_mean(mu: object) -> float:
    r"""Return the mean of $q \cdot k$ for independent $q$ and $k$ that both have mean $\mu$.

    $\operatorname{E}[q \cdot k] = \sum_i \operatorname{E}[q_i]\operatorname{E}[k_i] = \mu \cdot \mu$.
    The spread of $q$ and $k$ does not enter, nor does the shape of their distribution.

    Parameters
    ----------
    mu : the common mean, shape (d,).

    Examples
    --------
    >>> from workings.byhand.dot_product import dot_product_mean
    >>> print(dot_product_mean([1, 2, 2]))
    9.0
    """
    mean = real_array(mu, "mu", "d")
    return float(mean @ mean)


def dot_product_variance(mu: object, sigma: float) -> float:
    r"""Return the variance of $q \cdot k$ for independent $q$ and $k$ of mean $\mu$, covariance $\sigma^2 I$.

    $\operatorname{Var}(q \cdot k) = 2\sigma^2\,\mu \cdot \mu + d\,\sigma^4$; $d$ if $\mu = 0$, $\sigma = 1$.

    Parameters
    ----------
    mu : the common mean, shape (d,).
    sigma : the standard deviation of each component, above 0.

    Examples
    --------
    >>> from workings.byhand.dot_product import dot_product_variance
    >>> print(dot_product_variance([0] * 64, sigma=1))
    64.0
    >>> print(dot_product_variance([1, 2, 2], sigma=2))
    120.0

    Source: Vaswani et al. 2017, section 3.2.1, footnote 4, for $\mu = 0$ and $\sigma = 1$.
    """
    mean = real_array(mu, "mu", "d")
    variance = positive(sigma, "sigma") ** 2
    return float(2 * variance * (mean @ mean) + mean.size * variance**2)
