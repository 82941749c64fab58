r"""How the 2017 transformer was trained: a learning rate that warms up, and targets that are smoothed."""

from __future__ import annotations

import numpy as np

from workings.byhand.arguments import positive, real_array, whole


def warmup_rate(step: object, d_model: int = 512, warmup: int = 4000) -> np.ndarray:
    r"""Return the learning rate of each step: it rises linearly, then falls as $1/\sqrt{s}$.

    $\eta(s) = d^{-1/2} \min(s^{-1/2},\; s\,w^{-3/2})$. The two meet at $s = w$, where $\eta = (d\,w)^{-1/2}$.

    Parameters
    ----------
    step : $s \ge 1$, any shape; the rates have that shape.

    Raises
    ------
    ValueError : a step below 1, where the paper's formula divides by zero.

    Examples
    --------
    >>> from workings.byhand.training_recipe import warmup_rate
    >>> print([f"{rate:.2e}" for rate in warmup_rate([1, 4000, 100_000])])
    ['1.75e-07', '6.99e-04', '1.40e-04']

    Source: Vaswani et al. 2017, section 5.3, equation 3.
    """
    steps = real_array(step, "step")
    if (steps < 1).any():
        raise ValueError(f"step must be 1 or more, got {steps.min():g}")
    w = whole(warmup, "warmup")
    rates: np.ndarray = whole(d_model, "d_model") ** -0.5 * np.minimum(steps**-0.5, steps * w**-1.5)
    return rates


def smoothed_target(label: int, vocab_size: int, epsilon: float = 0.1) -> np.ndarray:
    r"""Return the label's distribution with ``epsilon`` of its mass spread evenly over the vocabulary.

    $q_i = (1 - \epsilon)\,[i = \text{label}] + \epsilon / V$, shape (V,).

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.training_recipe import smoothed_target
    >>> print(np.round(smoothed_target(1, 4), 3).tolist())
    [0.025, 0.925, 0.025, 0.025]

    Source: Szegedy et al. 2016, section 7; Vaswani et al. 2017, section 5.4.
    """
    size, share = whole(vocab_size, "vocab_size"), positive(epsilon, "epsilon")
    if share >= 1:
        raise ValueError(f"epsilon must be below 1, got {epsilon}")
    if whole(label, "label", least=0) >= size:
        raise ValueError(f"label must be below vocab_size = {size}, got {label}")
    target = np.full(size, share / size)
    target[label] += 1 - share
    return target


def least_smoothed_loss(vocab_size: int, epsilon: float = 0.1) -> float:
    r"""Return the least cross-entropy that any model can reach on smoothed targets: their entropy, in nats.

    Cross-entropy is $H(q) + \operatorname{KL}(q \,\|\, p)$, least at $p = q$:
    $-(1 - \epsilon + \tfrac\epsilon V) \log(1 - \epsilon + \tfrac\epsilon V)
    - (V - 1) \tfrac\epsilon V \log \tfrac\epsilon V$.

    Examples
    --------
    >>> from workings.byhand.training_recipe import least_smoothed_loss
    >>> print(round(least_smoothed_loss(37_000), 4))
    1.3769

    Source: Szegedy et al. 2016, section 7, for the loss.
    """
    target = smoothed_target(0, vocab_size, epsilon)  # (V,)
    return float(-(target * np.log(target)).sum())
