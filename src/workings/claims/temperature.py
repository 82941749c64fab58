"""What the temperature of a softmax does, on paper: its two ends, ties, and what lies between."""

from __future__ import annotations

import numpy as np
import sympy
import torch

from workings.byhand.bisection import edge
from workings.byhand.softmax import softmax
from workings.claims.claim import Evidence, claim
from workings.claims.softmax import symbolic_softmax, symbols, zero
from workings.claims.witness import at_least, at_most, close, equal

Z = (4.0, 3.0, 2.0, 1.0)  # the scores of the exam
T = sympy.Symbol("T", positive=True)


def tempered(scores: list[sympy.Expr], temperature: sympy.Expr = T) -> list[sympy.Expr]:
    """Return the formula of softmax(z / T)."""
    return symbolic_softmax([score / temperature for score in scores])


def exact(scores: tuple[float, ...], temperature: sympy.Expr, digits: int = 60) -> list[sympy.Float]:
    """Return softmax(z / T) in many digits, in which nothing under- or overflows."""
    powers = [sympy.exp(sympy.Rational(score) / temperature).evalf(digits) for score in scores]
    return [power / sum(powers) for power in powers]


def by_torch(scores: tuple[float, ...], temperature: float) -> np.ndarray:
    """Return softmax(z / T) as Torch computes what is written."""
    weights: np.ndarray = torch.softmax(torch.tensor(scores, dtype=torch.float64) / temperature, 0).numpy()
    return weights


@claim(
    r"A finite $T > 0$ makes $\operatorname{softmax}(z/T)$ exactly uniform if and only if all components of "
    r"$z$ are equal; then every $T$ does. So *for all $z$ there is no such $T$* is false.",
    answers=("s4.1.1",),
)
def uniform_exactly_when_tied() -> Evidence:
    """Solve for equal weights in symbols; try ties at many T; look at the exam's scores in 60 digits."""
    a, b = symbols(2)
    ratio = sympy.exp((a - b) / T)
    temperatures = (1e-3, 0.5, 1.0, 7.0, 1e6)
    ties = [softmax([score] * 4, temperature=t) for score in (-3.0, 0.0, 250.0) for t in temperatures]
    torch_ties = [by_torch((2.5,) * 4, t) for t in temperatures]
    far = exact(Z, sympy.Integer(10) ** 40)
    return Evidence(
        [
            equal("SymPy, scores whose weights have ratio 1", sympy.solve(sympy.Eq(ratio, 1), a), [b]),
            close("by hand, four ties, 15 pairs of score and T", ties, np.full((15, 4), 0.25), 0),
            close("Torch, four ties, five T", torch_ties, np.full((5, 4), 0.25), 0),
            equal("60 digits, (4, 3, 2, 1) at T = 10⁴⁰, all weights equal", len(set(far)) == 1, False),
        ],
        {"gap_of_far": float(far[0] - far[3])},
    )


@claim(
    r"For every $z$, $\operatorname{softmax}(z/T) \to (\tfrac1n, \dots, \tfrac1n)$ as $T \to \infty$, "
    r"like $1/T$: $p_i = \tfrac1n + \tfrac{1}{nT}(z_i - \bar z) + O(T^{-2})$, with $\bar z$ the mean.",
    answers=("s4.1.1",),
)
def hot_limit() -> Evidence:
    """Take the limit and its next term in symbols; measure it by hand and by Torch."""
    z = symbols(3)
    u = sympy.Symbol("u", positive=True)  # 1 / T
    p = symbolic_softmax([score * u for score in z])
    first = [
        sympy.diff(one, u).subs(u, 0) - (score - sum(z) / 3) / 3 for one, score in zip(p, z, strict=True)
    ]
    hot = 1e5
    centred = np.array(Z) - np.mean(Z)
    by_hand = (softmax(Z, temperature=hot) - 0.25) * 4 * hot
    torch_hot = (by_torch(Z, hot) - 0.25) * 4 * hot
    return Evidence(
        [
            equal("SymPy, the limit", [one.subs(u, 0) for one in p], [sympy.Rational(1, 3)] * 3),
            equal("SymPy, the term in 1/T", zero(first), True),
            close("by hand, nT(p − 1/n) at T = 10⁵", by_hand, centred, 1e-4),
            close("Torch, the same", torch_hot, centred, 1e-4),
        ],
        {"at_100": softmax(Z, temperature=100).tolist()},
    )


@claim(
    r"For $z = (4, 3, 2, 1)$, $\operatorname{softmax}(z/T) \to (1, 0, 0, 0)$ as $T \to 0^+$: all but the "
    r"largest fall like $e^{-\text{gap}/T}$.",
    answers=("s4.1.1",),
)
def cold_limit() -> Evidence:
    """Take the limit in symbols; go towards it by hand, by Torch and in 60 digits."""
    limits = [sympy.limit(one, T, 0, "+") for one in tempered([sympy.Integer(int(score)) for score in Z])]
    near = exact(Z, sympy.Rational(1, 100))
    rest = [float(-sympy.log(one) / 100) for one in near[1:]]  # the gaps, since T = 1/100
    return Evidence(
        [
            equal("SymPy", limits, [1, 0, 0, 0]),
            close("by hand, T = 0.01", softmax(Z, temperature=0.01), [1, 0, 0, 0], 1e-40),
            close("Torch, T = 0.01", by_torch(Z, 0.01), [1, 0, 0, 0], 1e-40),
            close("60 digits, −T log p of the others is the gap", rest, [1, 2, 3], 1e-12),
        ],
        {str(t).replace(".", "_"): softmax(Z, temperature=t).tolist() for t in (0.1, 0.25, 0.5, 1, 2)},
    )


@claim(
    r"With ties at the top the limit $T \to 0^+$ is shared: $(4, 4, 2, 1)$ goes to $(\tfrac12, \tfrac12, 0, "
    r"0)$, and $m$ equal maxima get $\tfrac1m$ each. It is `argmax` only where that is unique.",
    answers=("s4.1.1",),
)
def cold_limit_of_ties() -> Evidence:
    """Take the limit in symbols; go there by hand and by Torch."""
    tied = (4.0, 4.0, 2.0, 1.0)
    limits = [sympy.limit(one, T, 0, "+") for one in tempered([sympy.Integer(int(score)) for score in tied])]
    half = sympy.Rational(1, 2)
    nearly = softmax([4.0, 4.0 - 1e-3, 2.0, 1.0], temperature=0.01)
    return Evidence(
        [
            equal("SymPy", limits, [half, half, 0, 0]),
            close("by hand, T = 0.001", softmax(tied, temperature=1e-3), [0.5, 0.5, 0, 0], 0),
            close("Torch, T = 0.001", by_torch(tied, 1e-3), [0.5, 0.5, 0, 0], 0),
            equal("by hand, five ties of five", softmax([7.0] * 5, temperature=1e-6).tolist(), [0.2] * 5),
        ],
        {"nearly": nearly.tolist()},
    )


@claim(
    r"From below zero the limit is another: as $T \to 0^-$, $(4, 3, 2, 1)$ goes to $(0, 0, 0, 1)$. A "
    r"negative temperature turns the order round, which is why $T > 0$ is asked for.",
    answers=("s4.1.1",),
)
def other_side_of_zero() -> Evidence:
    """Take the limit in symbols; compare Torch at a negative T with the formula for the negated scores."""
    s = sympy.Symbol("s", positive=True)  # T = -s
    limits = [sympy.limit(one, s, 0, "+") for one in tempered([sympy.Integer(int(z)) for z in Z], -s)]
    return Evidence(
        [
            equal("SymPy", limits, [0, 0, 0, 1]),
            close("Torch, T = −0.01", by_torch(Z, -0.01), [0, 0, 0, 1], 1e-40),
            close("by hand, −z at T = 0.01", softmax(np.negative(Z), temperature=0.01), [0, 0, 0, 1], 1e-40),
        ]
    )


@claim(
    r"At $T = 0$ there is no value, not even for ties: $z/T$ is a division by zero. The limits from above "
    r"exist; a function that takes $T = 0$ must mean one of them and say which.",
    answers=("s4.1.1",),
)
def nothing_at_zero() -> Evidence:
    """Divide by zero in SymPy and in Torch, and ask our own function."""
    quotients = [sympy.Integer(score) / sympy.Integer(0) for score in (3, 0)]
    raised = ""
    try:
        softmax([3.0] * 4, temperature=0)
    except ValueError as error:
        raised = str(error)
    return Evidence(
        [
            equal("SymPy, 3/0 and 0/0 finite", [bool(one.is_finite) for one in quotients], [False] * 2),
            equal("Torch, ties", bool(np.isnan(by_torch((3.0,) * 4, 0)).all()), True),
            equal("by hand", raised, "temperature must be a finite number above 0, got 0"),
        ],
        {"raised": raised},
    )


@claim(
    r"On paper no component is zero: for every $z$ of $n$ real scores and $T > 0$, $p_i \ge \tfrac1n "
    r"e^{-(\max z - \min z)/T} > 0$. Only a score of $-\infty$, a mask, gives 0.",
    answers=("s4.1.1",),
)
def no_zero_component() -> Evidence:
    """Decide the sign in symbols; check the bound at random; weigh the smallest weight in 60 digits."""
    weights = tempered(symbols(4))
    rng = np.random.default_rng(4)
    z, temperatures = rng.normal(0, 3, (300, 5)), rng.uniform(0.3, 5, 300)
    least = np.array([softmax(row, temperature=t).min() for row, t in zip(z, temperatures, strict=True)])
    bound = np.exp(-np.ptp(z, axis=1) / temperatures) / 5
    smallest = exact(Z, sympy.Rational(1, 1000))[3]
    exponent = float(sympy.log(smallest, 10).evalf(20))
    return Evidence(
        [
            equal("SymPy, every component", [one.is_positive for one in weights], [True] * 4),
            at_least("by hand, 300 rows, least weight over its bound", float((least / bound).min()), 1),
            close("60 digits, log₁₀ of the least at T = 0.001", exponent, -3000 / np.log(10), 1e-6),
            equal("by hand, a masked score", softmax([1.0, -np.inf]).tolist(), [1.0, 0.0]),
        ],
        {"exponent": exponent},
    )


@claim(
    r"The entropy $H$ of the weights never falls as $T$ rises: $dH/dT = \operatorname{Var}_p(z) / T^3$, the "
    r"variance of the scores under the weights. So $T$ is a dial from choosing to averaging."
)
def entropy_rises() -> Evidence:
    """Compare the slope in symbols, by autograd and by central differences."""
    z = [sympy.Integer(0), *symbols(2)]  # a shift changes nothing, so the first may be 0
    p = tempered(z)
    entropy = -sum(one * sympy.log(one) for one in p)
    mean = sum(a * b for a, b in zip(p, z, strict=True))
    spread = sum(a * b**2 for a, b in zip(p, z, strict=True)) - mean**2
    point = {z[1]: sympy.Rational(3, 2), z[2]: sympy.Rational(-1, 3), T: sympy.Rational(7, 5)}
    symbolic = float(abs((sympy.diff(entropy, T) - spread / T**3).subs(point).evalf(30)))
    slopes, autograd, differences = [], [], []
    for t in (0.3, 1.0, 4.0):
        weights = softmax(Z, temperature=t)
        slopes.append((weights @ np.square(Z) - (weights @ np.array(Z)) ** 2) / t**3)
        dial = torch.tensor(t, dtype=torch.float64, requires_grad=True)
        shares = torch.softmax(torch.tensor(Z, dtype=torch.float64) / dial, 0)
        autograd.append(torch.autograd.grad(torch.special.entr(shares).sum(), dial)[0].item())
        up, down = (softmax(Z, temperature=t + sign * 1e-5) for sign in (1, -1))
        differences.append(float(-(up @ np.log(up)) + down @ np.log(down)) / 2e-5)
    return Evidence(
        [
            at_most("SymPy, three scores, at a point in 30 digits", symbolic, 1e-25),
            close("Torch autograd, three T", autograd, slopes, 1e-12),
            close("central differences, three T", differences, slopes, 1e-7),
        ],
        {"slope_at_1": float(slopes[1])},
    )


@claim(
    r"A component between largest and smallest can rise and then fall: of $(4, 3, 2, 1)$ the second peaks "
    r"above $\tfrac14$, where the mean score under the weights is its own, 3. That is at $T = 1/\log r$ with "
    r"$r^3 = r + 2$."
)
def second_rises_and_falls() -> Evidence:
    """Find the peak by bisection of the mean score, by the root of the polynomial and by a search."""
    by_bisection = edge(lambda t: float(softmax(Z, temperature=t) @ np.array(Z)) > 3, 1.0, 10.0)[0]
    r = sympy.Symbol("r")
    root = next(one for one in sympy.Poly(r**3 - r - 2).nroots(30) if one.is_real)
    by_root = float(1 / sympy.log(root))
    grid = torch.linspace(1, 5, 40001, dtype=torch.float64)
    weights = torch.softmax(torch.tensor(Z, dtype=torch.float64) / grid[:, None], -1)[:, 1]
    peak = float(softmax(Z, temperature=by_root)[1])
    return Evidence(
        [
            close("bisection, mean score 3", by_bisection, by_root, 1e-12),
            close("Torch, search on a grid", grid[weights.argmax()].item(), by_root, 1e-3),
            at_least("by hand, the peak", peak, 0.25 + 1e-3),
        ],
        {"temperature": by_root, "peak": peak},
    )
