"""How long a gradient lives on the cell path of an LSTM, which multiplies it by the forget gate each step."""

from __future__ import annotations

import numpy as np

from workings.byhand.arguments import positive


def lifetime(f: float, share: float = 0.5) -> float:
    r"""Return after how many steps a constant forget gate has cut a gradient to a share.

    $f^k = s$ at $k = \ln s / \ln f$. For $f$ near 1 the half-life is about $0.69 / (1 - f)$.

    Parameters
    ----------
    f, share : between 0 and 1, both left out.

    Examples
    --------
    >>> from workings.byhand.cell_path import lifetime
    >>> print([round(lifetime(f), 1) for f in (0.5, 0.9, 0.99, 0.999)])
    [1.0, 6.6, 69.0, 692.8]
    """
    gate, rest = positive(f, "f"), positive(share, "share")
    if gate >= 1 or rest >= 1:
        raise ValueError(f"f and share must lie below 1, got {f} and {share}")
    return float(np.log(rest) / np.log(gate))


def forget_bias(steps: float) -> float:
    r"""Return the bias that makes a forget gate, all else zero, remember for a number of steps.

    $\sigma(b) = 1 - 1/T$ at $b = \ln(T - 1)$; after $T$ steps about $1/e$ of the gradient is left.

    Parameters
    ----------
    steps : $T > 1$.

    Examples
    --------
    >>> from workings.byhand.cell_path import forget_bias
    >>> print([round(forget_bias(steps), 2) for steps in (2, 10, 100, 1000)])
    [0.0, 2.2, 4.6, 6.91]

    Source: Tallec and Ollivier 2018, section 3 ("chrono" initialisation).
    """
    if positive(steps, "steps") <= 1:
        raise ValueError(f"steps must be a number above 1, got {steps}")
    return float(np.log(steps - 1))
