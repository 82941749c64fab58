r"""The weight of a key whose length varies: its law in closed form.

Keys are drawn around orthonormal means $\mu_i$; key $a$ also varies along $\mu_a$. Its score is then normal,
and the log-odds of its weight are normal too: the weight follows a *logit-normal* law.
"""

from __future__ import annotations

import math

import numpy as np

from workings.byhand.arguments import positive, real_array, whole


def draw_keys(means: object, alpha: float, along: float, count: int, seed: int) -> np.ndarray:
    r"""Draw sets of keys around their means, the first key with a length that varies.

    $k_i \sim N(\mu_i, \alpha I)$, but key 0 with covariance $\alpha I + \nu\,\mu_0\mu_0^\top$.

    Parameters
    ----------
    means : $\mu$, shape (n, d). alpha : $\alpha \ge 0$. along : $\nu \ge 0$.

    Returns ``count`` sets, shape (count, n, d).

    Examples
    --------
    >>> from workings.byhand.random_keys import draw_keys
    >>> keys = draw_keys([[1, 0], [0, 1]], alpha=0, along=0.5, count=3, seed=0)
    >>> print(keys[:, 0].round(2).tolist(), keys[0, 1].tolist())
    [[1.09, 0.0], [0.91, 0.0], [1.45, 0.0]] [0.0, 1.0]
    """
    mu = real_array(means, "means", "n d")
    for name, value in (("alpha", alpha), ("along", along)):
        if not (math.isfinite(value) and value >= 0):
            raise ValueError(f"{name} must be a variance of 0 or more, got {value}")
    rng = np.random.default_rng(seed)
    lengths = math.sqrt(along) * rng.normal(size=(whole(count, "count"), 1))  # (count, 1)
    keys: np.ndarray = mu + math.sqrt(alpha) * rng.normal(size=(count, *mu.shape))  # (count, n, d)
    keys[:, 0] += lengths * mu[0]
    return keys


def weight_law(lam: float, rivals: object, along: float = 0.5) -> tuple[float, float]:
    r"""Return the mean and the standard deviation of the log-odds of a weight whose key varies.

    The score of $a$ is $N(\lambda, \lambda^2\nu)$ and the others are fixed at $x_i$, so
    $\log\frac{\alpha_a}{1 - \alpha_a} \sim N(m, s^2)$ with $m = \lambda - \log\sum_i e^{x_i}$ and
    $s = \lambda\sqrt\nu$.

    Parameters
    ----------
    lam : $\lambda > 0$, the length of the query along $\mu_a$.
    rivals : the scores $x_i$ of the other keys, shape (n_rival,).
    along : $\nu > 0$, the variance of $k_a$ along $\mu_a$.

    Examples
    --------
    >>> from workings.byhand.random_keys import weight_law
    >>> print([round(x, 3) for x in weight_law(4, [4] + [0] * 8)])  # one head: q = 4 (mu_a + mu_b)
    [-0.137, 2.828]
    >>> print([round(x, 3) for x in weight_law(4, [0] * 9)])  # the first of two heads: q = 4 mu_a
    [1.803, 2.828]
    """
    x = real_array(rivals, "rivals", "n_rival")
    peak = x.max()
    together = peak + np.log(np.exp(x - peak).sum())
    size = positive(lam, "lam")
    return float(size - together), size * math.sqrt(positive(along, "along"))


def normal_cdf(x: float) -> float:
    r"""Return the probability that a standard normal variable is at most x.

    $\Phi(x) = \tfrac12 \operatorname{erfc}(-x / \sqrt 2)$, accurate in the far left tail too.

    Examples
    --------
    >>> from workings.byhand.random_keys import normal_cdf
    >>> print(normal_cdf(0), round(normal_cdf(-2**0.5), 4))
    0.5 0.0786
    """
    return 0.5 * math.erfc(-x / math.sqrt(2))


def weight_cdf(t: float, m: float, s: float) -> float:
    r"""Return the probability that a weight with normal log-odds is at most t.

    For log-odds $N(m, s^2)$: $P(\alpha_a \le t) = \Phi\big((\log\frac{t}{1 - t} - m)/s\big)$ for $0 < t < 1$.

    Examples
    --------
    >>> from workings.byhand.random_keys import weight_cdf
    >>> print(round(weight_cdf(0.1, 0, 7.071), 3), round(weight_cdf(0.9, 0, 7.071), 3))
    0.378 0.622
    """
    if not 0 < t < 1:
        raise ValueError(f"t must lie between 0 and 1, got {t}")
    return normal_cdf((math.log(t / (1 - t)) - m) / positive(s, "s"))


def weight_density(t: object, m: float, s: float) -> np.ndarray:
    r"""Return the density of a weight with normal log-odds at each t between 0 and 1.

    $f(t) = \frac{1}{s\sqrt{2\pi}\;t(1 - t)} \exp\!\big(-(\log\frac{t}{1 - t} - m)^2 / 2s^2\big)$.
    With $m = 0$ it has one hump in the middle for $s^2 \le 2$, two humps at the ends beyond.

    Examples
    --------
    >>> from workings.byhand.random_keys import weight_density
    >>> print(weight_density([0.1, 0.5, 0.9], 0, 3).round(3).tolist())
    [1.13, 0.532, 1.13]
    """
    share = real_array(t, "t", "")
    if (share <= 0).any() or (share >= 1).any():
        raise ValueError(f"t must lie between 0 and 1, got {share.min()} to {share.max()}")
    z = (np.log(share / (1 - share)) - m) / positive(s, "s")
    density: np.ndarray = np.exp(-z * z / 2) / (s * math.sqrt(2 * math.pi) * share * (1 - share))
    return density


def weight_moments(m: float, s: float) -> tuple[float, float]:
    r"""Return the mean and the variance of a weight with normal log-odds.

    No closed form is known; the integrals over $z$ of $\sigma(m + sz)$ and its square, weighted by the normal
    density, are summed on a grid fine enough for $s$ up to 1000.

    Examples
    --------
    >>> from workings.byhand.random_keys import weight_moments
    >>> print([round(x, 4) for x in weight_moments(0, 7.071)])
    [0.5, 0.1953]
    """
    z = np.linspace(-12, 12, 200_001)
    mass = np.exp(-z * z / 2)
    mass /= mass.sum()
    logits = m + positive(s, "s") * z
    weights = np.exp(-np.logaddexp(0, -logits))  # the logistic function, safe at both ends
    mean = float(mass @ weights)
    return mean, float(mass @ (weights - mean) ** 2)
