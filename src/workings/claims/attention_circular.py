"""A state that helps to compute itself: an equation, with one answer or three, is not a definition."""

from __future__ import annotations

import numpy as np
import sympy
import torch

from workings.byhand.attentive_rnn import attentive_rnn
from workings.byhand.scaled_attention import attention
from workings.claims.claim import Evidence, claim
from workings.claims.witness import at_least, at_most, close, equal

D = 16
EARLIER = np.array([[0.45] * D, [-0.45] * D])  # h_1 and h_2, shape (2, 16), of length 1.8 each
PROPOSAL = np.zeros(D)  # RNN(x_3, h_2)


def right_side(h: np.ndarray, proposal: np.ndarray = PROPOSAL, earlier: np.ndarray = EARLIER) -> np.ndarray:
    """Return RNN(x_t, h_{t-1}) + a_t where a_t is computed from a state h (d,) itself."""
    attended: np.ndarray = proposal + attention(h[None], earlier, earlier, scale=1)[0]
    return attended


def settled(start: np.ndarray, rounds: int = 500) -> np.ndarray:
    """Return where repeated substitution leads."""
    for _ in range(rounds):
        start = right_side(start)
    return start


@claim(
    r"If $h_t$ asks with itself, $h_t = r_t + \sum_{l<t} \operatorname{softmax}_l(h_t \cdot h_l)\,h_l$ is "
    r"an equation for $h_t$. With $r_3 = 0$ and $h_1 = -h_2$ of length $\tfrac95$ it has three solutions, "
    r"$0$ and $\pm x h_1/|h_1|$ with $x = \tfrac95\tanh(\tfrac95 x)$.",
    answers=("s3.5.a",),
)
def three_solutions() -> Evidence:
    """Find the roots by signs, by SymPy and by substitution, and put each into the equation."""
    u = EARLIER[0] / np.linalg.norm(EARLIER[0])
    x = sympy.Symbol("x")
    root = float(sympy.nsolve(x - sympy.Rational(9, 5) * sympy.tanh(sympy.Rational(9, 5) * x), x, 2))
    grid = np.linspace(-3, 3, 6002)  # 0 is not on it
    gaps = np.array([right_side(value * u) @ u - value for value in grid])
    crossings = int((np.sign(gaps[1:]) != np.sign(gaps[:-1])).sum())
    solutions = [sign * root * u for sign in (-1, 0, 1)]
    h = torch.from_numpy(np.array(solutions))  # (3, d)
    earlier = torch.from_numpy(EARLIER)
    by_torch = torch.softmax(h @ earlier.T, dim=1) @ earlier
    return Evidence(
        [
            equal("sign changes along the line of h_1", crossings, 3),
            close("by hand, each solution put in", [right_side(s) for s in solutions], solutions, 1e-14),
            close("Torch, each solution put in", by_torch, solutions, 1e-14),
            close("by hand, substitution from a nudge up", settled(1e-3 * u), solutions[2], 1e-12),
            close("by hand, substitution from a nudge down", settled(-1e-3 * u), solutions[0], 1e-12),
        ],
        {"root": root, "component": root / D**0.5},
    )


@claim(
    r"A network of 16 tanh units reaches that case: inputs that make $r_1 = \tfrac{9}{20}$, $r_2 = "
    r"-\tfrac{9}{10}$ and $r_3 = 0$ in every unit give $h_1 = \tfrac{9}{20}$ and $h_2 = -\tfrac{9}{20}$. The "
    r"mended definition then has one answer, $h_3 = 0$.",
    answers=("s3.5.a",),
)
def case_is_reached() -> Evidence:
    """Run the mended network by hand to those states, and the same recursion in fractions."""
    inputs = np.arctanh(np.array([[0.45], [-0.9], [0.0]]))
    H, weights = attentive_rnn(inputs, np.ones((1, D)), np.zeros((D, D)))
    first = sympy.Rational(9, 20)
    second = -sympy.Rational(9, 10) + first  # one earlier state, so its weight is 1
    third = 0 + (first + second) / 2  # the query is 0, so the weights are even
    return Evidence(
        [
            close("by hand, h_1 and h_2", H[:2], EARLIER, 1e-15),
            close("by hand, weights at step 3", weights[2], [0.5, 0.5, 0], 1e-15),
            close("fractions, h_1, h_2, h_3", H[:, 0], [float(h) for h in (first, second, third)], 1e-15),
        ]
    )


@claim(
    r"The circular equation always has a solution (Brouwer: the right side maps a bounded convex set into "
    r"itself). It has only one if the earlier states lie within distance $D < 2$ of each other: its "
    r"Jacobian is their covariance under the weights, whose norm is at most $D^2/4$.",
    answers=("s3.5.a",),
)
def one_solution_if_close() -> Evidence:
    """Compare the Jacobian by autograd with the covariance; bound its norm; substitute from many starts."""
    rng = np.random.default_rng(12)
    earlier = rng.normal(size=(6, 4))
    h = rng.normal(size=4)
    K = torch.from_numpy(earlier)
    jacobian = torch.func.jacrev(lambda x: torch.softmax(K @ x, 0) @ K)(torch.from_numpy(h)).numpy()
    weights = np.exp(earlier @ h)
    covariance = np.cov(earlier.T, aweights=weights / weights.sum(), ddof=0)
    norms, close_by = [], []
    for _ in range(200):
        states = rng.normal(size=(6, 4))
        apart = max(float(np.linalg.norm(a - b)) for a in states for b in states)
        states *= 1.9 / apart  # now D = 1.9
        query = torch.from_numpy(20 * rng.normal(size=4))
        S = torch.from_numpy(states)
        own = torch.func.jacrev(lambda x, S=S: torch.softmax(S @ x, 0) @ S)(query)
        norms.append(float(torch.linalg.matrix_norm(own, 2)))
    for _ in range(20):
        start = 3 * rng.normal(size=4)
        for _ in range(300):
            start = right_side(start, np.ones(4), states)
        close_by.append(start)
    return Evidence(
        [
            close("autograd against the covariance", jacobian, covariance, 1e-14),
            at_most("200 random sets with D = 1.9, greatest norm", max(norms), 1.9**2 / 4),
            at_most("20 starts, greatest distance of the ends", float(np.ptp(close_by, axis=0).max()), 1e-12),
            at_least(
                "D of the example with three solutions", float(np.linalg.norm(EARLIER[0] - EARLIER[1])), 2
            ),
        ],
        {"greatest_norm": max(norms)},
    )
