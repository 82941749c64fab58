"""Where gradient descent goes on separable data: the direction of the widest margin, slowly."""

from __future__ import annotations

import math

import numpy as np
import sympy
from sklearn.svm import SVC

from workings.byhand.logistic_regression import margin_descent
from workings.claims.claim import Evidence, claim
from workings.claims.separable import RATE, STEPS, W_STAR, X, Y
from workings.claims.witness import at_most, close, equal


def widest_margin(features: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the shortest w with every margin 1 or more, by scikit-learn; the bias counts in the length.

    SVC leaves its own intercept out of the length. Every example is given twice, as x and -x with opposite
    labels: that makes its intercept zero, and the bias is the weight of the column of ones.
    """
    signed = labels[:, None] * features
    both = np.vstack([signed, -signed])
    labels_of_both = np.repeat([1, -1], len(signed))
    fitted = SVC(kernel="linear", C=1e9, tol=1e-10).fit(both, labels_of_both)
    direction: np.ndarray = fitted.coef_[0]
    return direction


def degrees(one: np.ndarray, other: np.ndarray) -> float:
    """Return the angle between two vectors, without the arc cosine that loses small angles."""
    a, b = one / np.linalg.norm(one), other / np.linalg.norm(other)
    return math.degrees(2 * math.atan2(float(np.linalg.norm(a - b)), float(np.linalg.norm(a + b))))


@claim(
    r"The shortest $w$ with all margins at least 1 is $w_* = (-1, \tfrac23, \tfrac23)$, held by three "
    r"points. Gradient descent ends up in that direction, though nothing in the loss asks for it: the angle "
    r"is $1.5^\circ$ after $10^3$ steps and $0.76^\circ$ after $10^5$.",
    answers=("s4.1.2",),
)
def margin_direction() -> Evidence:
    """Prove the widest margin by its conditions in fractions, compare with SVC, and measure angles."""
    third = sympy.Rational(1, 3)
    w = sympy.Matrix([-1, 2 * third, 2 * third])
    rows = sympy.Matrix([[int(y) * int(one) for one in x] for x, y in zip(X, Y, strict=True)])
    margins = rows * w
    held = [i for i in range(8) if margins[i] == 1]
    pulls = rows[held, :].T.LUsolve(w)  # w as a sum of the examples that hold it
    svc = widest_margin(X, Y)
    path = margin_descent(X, Y, RATE, STEPS)
    angles = [degrees(one, W_STAR) for one in path]
    kept = (Y * (X @ path[-1])).min() / np.linalg.norm(path[-1])
    return Evidence(
        [
            equal("exact, margins 1 or more, pulls above 0", min(margins) == 1 and min(pulls) > 0, True),
            equal("exact, three points hold it", len(held), 3),
            close("scikit-learn SVC, direction and length", svc, W_STAR, 1e-6),
            close("by hand, angles after 10^3 and 10^5 steps", [angles[3], angles[5]], [1.52, 0.756], 0.005),
            close("by hand, margin over the widest after 10^5 steps", kept * math.sqrt(17 / 9), 1, 0.03),
        ],
        {
            "angle": {str(t): angle for t, angle in zip(STEPS, angles, strict=True)},
            "pulls": [float(pull) for pull in pulls],
            "margin": float(kept),
            "widest": 1 / math.sqrt(17 / 9),
        },
    )


@claim(
    r"It is slow: $w_t$ stays at a bounded distance from the ray through $w_*$ while its length grows as "
    r"$\ln t$, so the angle falls as $1/\ln t$ (Soudry et al. 2018). To come within $0.1^\circ$ "
    r"takes about $10^{32}$ steps.",
    answers=("s4.1.2",),
)
def slow() -> Evidence:
    """Measure distance and length along the path; extrapolate; compare with the fit of 1/angle to ln t."""
    steps = [1_000, 3_000, 10_000, 30_000, 100_000]
    path = margin_descent(X, Y, RATE, steps)
    unit = W_STAR / np.linalg.norm(W_STAR)
    along = path @ unit
    away = np.linalg.norm(path - along[:, None] * unit, axis=1)
    length = math.sqrt(17 / 9)
    growth = np.polyfit(np.log(steps), along, 1)[0]
    inverse = 1 / np.tan(np.radians([degrees(one, unit) for one in path]))
    fit = np.polynomial.Polynomial.fit(np.log(steps), inverse, 1).convert()
    curved = np.polynomial.Polynomial.fit(np.log(steps), inverse, 1)
    gap = float(np.abs(curved(np.log(steps)) / inverse - 1).max())
    wanted = away[-1] / math.tan(math.radians(0.1))
    decades = (math.log(steps[-1]) + (wanted - along[-1]) / length) / math.log(10)
    by_fit = (1 / math.tan(math.radians(0.1)) - fit.coef[0]) / fit.coef[1] / math.log(10)
    return Evidence(
        [
            close("distance from the ray, last tenfold", away[-1] / away[2], 1, 0.02),
            close("growth along the ray for each unit of ln t", growth, length, 0.02),
            at_most("1/angle as a line in ln t, relative gap", gap, 0.02),
            close("decades until 0.1 degrees, from distance and growth", decades, 32.5, 0.5),
            close("decades until 0.1 degrees, from the line", by_fit, decades, 3),
        ],
        {"away": away.tolist(), "decades": float(decades), "growth": float(growth), "by_line": float(by_fit)},
    )


@claim(
    r"The margin is measured with the bias among the weights. An SVM leaves the bias out of the length, and "
    r"its line can be another: for the points $(2, 1)$ and $(1, -1)$ the two differ, and gradient descent "
    r"goes to the one that counts the bias."
)
def bias_counts() -> Evidence:
    """Fit both machines to two points, exactly and by scikit-learn, and descend."""
    features, labels = np.array([[1.0, 2, 1], [1, 1, -1]]), np.array([1.0, -1])
    signed = sympy.Matrix([[1, 2, 1], [-1, -1, 1]])
    pulls = (signed * signed.T).LUsolve(sympy.ones(2, 1))
    counting = np.array((signed.T * pulls).T, dtype=float)[0]
    usual = SVC(kernel="linear", C=1e9, tol=1e-10).fit(features[:, 1:], labels)
    leaving = np.array([usual.intercept_[0], *usual.coef_[0]])
    end = margin_descent(features, labels, RATE, [100_000])[-1]
    return Evidence(
        [
            close("exact", counting, np.array([-3, 2, 13]) / 14, 1e-15),
            close("scikit-learn, counting the bias", widest_margin(features, labels), counting, 1e-6),
            close("scikit-learn as it is, x_2 over x_1", leaving[2] / leaving[1], 2, 1e-6),
            at_most("by hand, angle to the one that counts", degrees(end, counting), 1),
            at_most("the other is this much nearer", degrees(end, counting) - degrees(end, leaving), -5),
        ],
        {
            "counting": counting.tolist(),
            "leaving": leaving.tolist(),
            "to_counting": degrees(end, counting),
            "to_leaving": degrees(end, leaving),
        },
    )
