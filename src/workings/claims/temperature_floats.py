"""What the temperature of a softmax does in floating point: exact zeros, exact ones, exact ties, `nan`."""

from __future__ import annotations

import numpy as np
import sympy
import torch

from workings.byhand.bisection import edge
from workings.byhand.log_sum_exp import log_softmax
from workings.byhand.softmax import softmax
from workings.claims.claim import Evidence, claim
from workings.claims.softmax_floats import FORMATS, IN_NUMPY, exact_edges, rounded
from workings.claims.temperature import Z, exact
from workings.claims.witness import at_least, at_most, close, equal


def weights_at(name: str, temperature: float, scores: tuple[float, ...] = Z) -> torch.Tensor:
    """Return softmax(z / T) in a format as it is written: divide first, then Torch's softmax."""
    z, t = torch.tensor(scores, dtype=FORMATS[name]), torch.tensor(temperature, dtype=FORMATS[name])
    return torch.softmax(z / t, 0)


def zero_gap(name: str) -> tuple[float, float]:
    """Return the widest gap of two scores that leaves both weights above zero, and the next number."""
    return edge(
        lambda gap: bool(weights_at(name, 1.0, (0.0, -gap))[1] > 0), 1.0, 1000.0, lambda x: rounded(name, x)
    )


def last_zero(name: str, component: int) -> float:
    """Return the highest T at which this component of the exam's scores is exactly zero, below T = 1."""
    return edge(
        lambda t: bool(weights_at(name, t)[component] > 0),
        1.0,
        rounded(name, 1e-4),
        lambda x: rounded(name, x),
    )[1]


def first_one(name: str) -> float:
    """Return the highest T at which the largest weight is exactly one."""
    return edge(
        lambda t: bool(weights_at(name, t)[0] < 1), 1.0, rounded(name, 1e-3), lambda x: rounded(name, x)
    )[1]


def first_nan(name: str) -> float:
    """Return the highest T at which z / T overflows, so that Torch gives no number."""
    return edge(lambda t: not bool(weights_at(name, t).isnan().any()), 1.0, 0.0, lambda x: rounded(name, x))[
        1
    ]


def first_uniform(name: str) -> float:
    """Return the lowest T from which the exam's scores get exactly equal weights."""
    largest = torch.finfo(FORMATS[name]).max
    return edge(
        lambda t: bool((weights_at(name, t) == 0.25).all()), largest, 1.0, lambda x: rounded(name, x)
    )[0]


@claim(
    r"In floating point components *are* zero: when a score lies more than 17.3 (float16), 92.9 (bfloat16), "
    r"104.0 (float32) or 745.1 (float64) times $T$ below the largest, its weight rounds to exactly 0.",
    answers=("s4.1.1",),
)
def zero_components() -> Evidence:
    """Find the gap by bisection in Torch and by hand; derive it from the format in 40 digits."""
    by_torch = {name: zero_gap(name) for name in FORMATS}
    by_hand = {}
    for name, dtype in IN_NUMPY.items():
        by_hand[name] = edge(
            lambda gap, dtype=dtype: bool(softmax(np.array([0, -gap], dtype))[1] > 0),  # type: ignore[misc]
            1.0,
            1000.0,
            lambda x, name=name: rounded(name, x),  # type: ignore[misc]
        )
    paper = exact((0, -3000), sympy.Integer(1))[1]
    return Evidence(
        [
            *(
                close(f"Torch, {name}", pair[0], -exact_edges(name)[1], 2 * abs(pair[1] - pair[0]))
                for name, pair in by_torch.items()
            ),
            *(
                close(f"by hand, {name}", pair[0], -exact_edges(name)[1], 2 * abs(pair[1] - pair[0]))
                for name, pair in by_hand.items()
            ),
            equal("60 digits, a gap of 3000 leaves a weight above 0", bool(paper > 0), True),
        ],
        {name: -exact_edges(name)[1] for name in FORMATS}
        | {
            "exam": {name: last_zero(name, 3) for name in FORMATS},
            "at_0_001": softmax(Z, temperature=1e-3).tolist(),
        },
    )


@claim(
    r"In floating point a finite $T$ *does* make unequal scores uniform: $(4, 3, 2, 1)$ gets four weights of "
    r"exactly $\tfrac14$ from about $T = 5 \cdot 10^{16}$ on in float64, $10^8$ in float32, 6000 in float16, "
    r"800 in bfloat16.",
    answers=("s4.1.1",),
)
def uniform_weights() -> Evidence:
    """Find T by bisection in Torch; try both sides by hand; see in 60 digits that the weights differ."""
    found = {name: first_uniform(name) for name in FORMATS}
    in_steps = {name: t * torch.finfo(FORMATS[name]).eps for name, t in found.items()}
    above = [softmax(np.array(Z, dtype), temperature=4 * found[name]) for name, dtype in IN_NUMPY.items()]
    below = [softmax(np.array(Z, dtype), temperature=found[name] / 16) for name, dtype in IN_NUMPY.items()]
    paper = exact(Z, sympy.Rational(found["float64"]))
    return Evidence(
        [
            at_least("Torch, T times ε of the format, least", min(in_steps.values()), 3),
            at_most("Torch, T times ε of the format, greatest", max(in_steps.values()), 24),
            equal("by hand, 4 T", [row.tolist() for row in above], [[0.25] * 4] * 3),
            equal("by hand, T / 16, uniform", [bool((row == 0.25).all()) for row in below], [False] * 3),
            equal("60 digits at that T, four different weights", len(set(paper)), 4),
        ],
        found | {"paper_gap": float(paper[0] - paper[3])},
    )


@claim(
    r"The largest weight rounds to exactly 1 long before the others reach 0: from a gap of $36.7\,T$ in "
    r"float64 and $16.6\,T$ in float32. Its logarithm, $-\log(1 + \text{rest})$, is still to be had.",
    answers=("s4.1.1",),
)
def exactly_one() -> Evidence:
    """Compare the first T of weight one with half a step of the format; sum the rest with log1p."""
    found = {name: first_one(name) for name in ("float32", "float64")}
    gaps = {name: 1 / t for name, t in found.items()}
    weight = softmax(Z, temperature=found["float64"] / 2)
    kept = float(np.log1p(-weight[0]) + 0.0) if weight[0] < 1 else 0.0
    rest = float(-np.log1p(np.exp(-2 * gaps["float64"])))
    paper = float(sympy.log(exact(Z, sympy.Rational(found["float64"]) / 2)[0]).evalf(30))
    return Evidence(
        [
            close("Torch, float64, gap over T against 53 log 2", gaps["float64"], 53 * np.log(2), 0.1),
            close("Torch, float32, gap over T against 24 log 2", gaps["float32"], 24 * np.log(2), 0.1),
            equal("by hand, weight at half that T", float(weight[0]), 1.0),
            close("60 digits, its logarithm over log1p of the rest", paper / rest, 1, 1e-6),
        ],
        {"gap": gaps, "from_the_weight": kept, "logarithm": paper},
    )


@claim(
    r"Computed as it is written, $z/T$ overflows for small $T$ and the weights are `nan`, ties included: "
    r"for $(4, 3, 2, 1)$ below $T = 4/\text{(largest number)}$. Subtract the maximum *before* dividing and "
    r"every $T > 0$ works.",
    answers=("s4.1.1",),
)
def divided_too_early() -> Evidence:
    """Find the edge by bisection in Torch against the largest number; go to the smallest T by hand."""
    found = {name: first_nan(name) for name in FORMATS}
    expected = {name: 4 / torch.finfo(dtype).max for name, dtype in FORMATS.items()}
    ratio = [found[name] / expected[name] for name in FORMATS]
    least = float(np.nextafter(0, 1))
    ties = weights_at("float64", 1e-10, (1e300,) * 4)
    return Evidence(
        [
            close("Torch, edge over 4 / largest, four formats", ratio, [1.0] * 4, 0.02),
            equal("Torch, four ties of 10³⁰⁰ at T = 10⁻¹⁰", bool(ties.isnan().all()), True),
            equal("by hand, the smallest T of float64", softmax(Z, temperature=least).tolist(), [1, 0, 0, 0]),
            equal("by hand, those ties", softmax([1e300] * 4, temperature=1e-10).tolist(), [0.25] * 4),
        ],
        found,
    )


@claim(
    r"A weight that has rounded to zero has not lost its logarithm: $\log p_i = (z_i - \max z)/T - \log "
    r"\sum_j e^{(z_j - \max z)/T}$ is finite, while the logarithm of the weight is $-\infty$.",
    answers=("s4.1.1",),
)
def logarithms_survive() -> Evidence:
    """Compare by hand, Torch and 60 digits at a T where three weights are zero."""
    t = 1e-3
    with np.errstate(divide="ignore"):
        of_weights = np.log(softmax(Z, temperature=t))
    by_hand = log_softmax(np.array(Z) / t)
    by_torch = torch.log_softmax(torch.tensor(Z, dtype=torch.float64) / t, 0)
    paper = [float(sympy.log(one).evalf(30)) for one in exact(Z, sympy.Rational(1, 1000))]
    return Evidence(
        [
            equal("logarithms of the weights", of_weights.tolist(), [0.0, -np.inf, -np.inf, -np.inf]),
            close("by hand, log-softmax", by_hand, paper, 1e-9),
            close("Torch, log-softmax", by_torch.numpy(), paper, 1e-9),
        ],
        {"logarithms": by_hand.tolist()},
    )
