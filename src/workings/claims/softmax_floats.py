"""Where the printed formula of softmax overflows and underflows, found by bisection, and what does not."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import sympy
import torch
from torch import Tensor

from workings.byhand.bisection import edge
from workings.byhand.naive_softmax import naive_softmax
from workings.byhand.softmax import softmax
from workings.claims.claim import Evidence, claim
from workings.claims.witness import close, equal

FORMATS = {
    "float16": torch.float16,
    "bfloat16": torch.bfloat16,
    "float32": torch.float32,
    "float64": torch.float64,
}
IN_NUMPY = {"float16": np.float16, "float32": np.float32, "float64": np.float64}  # NumPy has no bfloat16
Power = Callable[[str, float], float]  # a format's name and a score
MANY = 1000  # scores whose powers are added


def rounded(name: str, x: float) -> float:
    """Round a number to a format, as Torch does."""
    return torch.tensor(x, dtype=torch.float64).to(FORMATS[name]).item()


def power(name: str, x: float) -> float:
    """Return e to the x as Torch has it in a format."""
    return torch.exp(torch.tensor([x], dtype=FORMATS[name])).item()


def numpy_power(name: str, x: float) -> float:
    """Return e to the x as NumPy has it in a format."""
    with np.errstate(over="ignore", under="ignore"):
        return float(np.exp(np.array([x], IN_NUMPY[name]))[0])


def overflow(name: str, powers: Power = power) -> tuple[float, float]:
    """Return the last score whose power is finite, and the next number."""
    return edge(
        lambda x: bool(np.isfinite(powers(name, x))),
        0.0,
        1000.0,
        lambda x: rounded(name, x),
    )


def underflow(name: str, powers: Power = power) -> tuple[float, float]:
    """Return the last score whose power is above zero, and the next number down."""
    return edge(
        lambda x: powers(name, x) > 0,
        0.0,
        -1000.0,
        lambda x: rounded(name, x),
    )


def torch_naive(name: str, x: list[float]) -> Tensor:
    """Return the printed formula in Torch, each step in the format."""
    powers = torch.exp(torch.tensor(x, dtype=FORMATS[name]))
    return powers / powers.sum()


def sum_overflow(name: str) -> tuple[float, float]:
    """Return the last score at which the sum of ``MANY`` equal powers is finite, and the next number."""
    return edge(
        lambda x: bool(torch_naive(name, [x] * MANY)[0] > 0),
        0.0,
        overflow(name)[0],
        lambda x: rounded(name, x),
    )


def exact_edges(name: str) -> tuple[float, float]:
    """Return from the definition of the format, in 40 digits, where a power rounds to infinity and to zero.

    To infinity from half a step past the largest number, to zero below half the smallest one.
    """
    limits = torch.finfo(FORMATS[name])
    largest, eps = sympy.Rational(limits.max), sympy.Rational(limits.eps)
    smallest = sympy.Rational(limits.smallest_normal) * eps
    past = largest * (2 - eps / 2) / (2 - eps)
    return float(sympy.log(past).evalf(40)), float(sympy.log(smallest / 2).evalf(40))


@claim(
    r"$e^x$ overflows above $x \approx$ 11.1 in float16, 88.5 in bfloat16, 88.7 in float32 and 709.8 in "
    r"float64: beyond it the printed formula is $\infty / \infty$, `nan`."
)
def overflow_edges() -> Evidence:
    """Find the edge by bisection in Torch and in NumPy; compare with the logarithm of the largest number."""
    by_torch = {name: overflow(name) for name in FORMATS}
    by_numpy = {name: overflow(name, numpy_power) for name in IN_NUMPY}
    naive = {
        name: float(naive_softmax(np.array([by_numpy[name][1], 0], dtype))[0])
        for name, dtype in IN_NUMPY.items()
    }
    last = {name: pair[0] for name, pair in by_torch.items()}
    return Evidence(
        [
            *(
                close(f"Torch, {name}", pair[0], exact_edges(name)[0], 2 * abs(pair[1] - pair[0]))
                for name, pair in by_torch.items()
            ),
            *(
                close(f"NumPy, {name}", pair[0], exact_edges(name)[0], 2 * abs(pair[1] - pair[0]))
                for name, pair in by_numpy.items()
            ),
            equal(
                "by hand, the formula at the next number",
                [np.isnan(one) for one in naive.values()],
                [True] * 3,
            ),
        ],
        last | {"largest": {name: torch.finfo(dtype).max for name, dtype in FORMATS.items()}},
    )


@claim(
    r"$e^x$ underflows to 0 below $x \approx -17.3$ in float16, $-92.9$ in bfloat16, $-104.0$ in float32 and "
    r"$-745.1$ in float64: if *all* scores are below it, the printed formula is $0/0$, `nan`."
)
def underflow_edges() -> Evidence:
    """Find the edge by bisection in Torch and in NumPy; compare with the log of half the least number."""
    by_torch = {name: underflow(name) for name in FORMATS}
    by_numpy = {name: underflow(name, numpy_power) for name in IN_NUMPY}
    below = [by_numpy[name][1] for name in IN_NUMPY]
    naive = [
        bool(np.isnan(naive_softmax(np.array([x, x], dtype))).all())
        for x, dtype in zip(below, IN_NUMPY.values(), strict=True)
    ]
    return Evidence(
        [
            *(
                close(f"Torch, {name}", pair[0], exact_edges(name)[1], 2 * abs(pair[1] - pair[0]))
                for name, pair in by_torch.items()
            ),
            *(
                close(f"NumPy, {name}", pair[0], exact_edges(name)[1], 2 * abs(pair[1] - pair[0]))
                for name, pair in by_numpy.items()
            ),
            equal("by hand, the formula at the next number", naive, [True] * 3),
        ],
        {name: pair[0] for name, pair in by_torch.items()}
        | {"exact": {name: exact_edges(name)[1] for name in FORMATS}},
    )


@claim(
    r"Between the two lies a failure without `nan`: the powers are finite and their sum is not. For $n$ "
    r"equal scores that begins $\log n$ below the edge, and every weight is 0 instead of $1/n$."
)
def sum_overflows_first() -> Evidence:
    """Find that edge for a thousand equal scores by bisection, and look at the weights beyond it."""
    found = {name: sum_overflow(name) for name in FORMATS}
    half = [float(one) for one in naive_softmax(np.full(8, 10.0, np.float16))]
    beyond = {name: torch_naive(name, [pair[1]] * MANY) for name, pair in found.items()}
    return Evidence(
        [
            *(
                close(
                    f"{name}, log n below",
                    pair[0],
                    exact_edges(name)[0] - np.log(MANY),
                    2 * abs(pair[1] - pair[0]) + 1e-5 * (name == "float32"),
                )
                for name, pair in found.items()
            ),
            equal("Torch, every weight beyond is 0", [float(p.max()) for p in beyond.values()], [0.0] * 4),
            equal("NumPy, float16, eight scores of 10", half, [0.0] * 8),
            close("by hand, subtracting the maximum", softmax(np.full(8, 10.0, np.float16)), [0.125] * 8, 0),
        ],
        {name: pair[0] for name, pair in found.items()} | {"n": MANY},
    )
