"""Logistic regression on real data: the same coefficients by three programs, and separable."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import numpy as np
import torch
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression as Scikit
from sklearn.svm import SVC

from workings.byhand.logistic_regression import newton_fit
from workings.claims.claim import Evidence, claim
from workings.claims.witness import at_least, close, equal
from workings.models.device import device
from workings.models.logistic_regression import LogisticRegression


@cache
def breast_cancer() -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Return 569 tumours: 30 standardised measurements (N, D), label 1 for benign, and their names."""
    data = load_breast_cancer()
    Z = (data.data - data.data.mean(axis=0)) / data.data.std(axis=0)
    return Z, data.target.astype(np.float64), [str(name) for name in data.feature_names]


def torch_fit(penalty: float) -> np.ndarray:
    """Return the bias and the coefficients that the Torch model finds."""
    Z, t, _ = breast_cancer()
    X, labels = torch.from_numpy(Z).to(device()), torch.from_numpy(t).to(device())
    model = LogisticRegression(30, device=device(), dtype=torch.float64).fit(X, labels, penalty)
    return np.array([model.b.item(), *model.w.detach().cpu().numpy()])


def scikit_fit(penalty: float) -> np.ndarray:
    """Return the bias and the coefficients that scikit-learn finds."""
    Z, t, _ = breast_cancer()
    fitted = Scikit(C=1 / penalty, tol=1e-12, solver="newton-cholesky", max_iter=200).fit(Z, t)
    return np.array([fitted.intercept_[0], *fitted.coef_[0]])


@claim(
    r"On 569 real tumours with 30 standardised measurements and the penalty $\tfrac12 \lVert w \rVert^2$ "
    r"(bias free), the Torch model, scikit-learn and Newton's method by hand find the same 31 numbers, to "
    r"$10^{-6}$."
)
def same_coefficients() -> Evidence:
    """Fit three times, with three programs and three methods."""
    ours, theirs = torch_fit(1.0), scikit_fit(1.0)
    Z, t, _ = breast_cancer()
    X = np.hstack([np.ones((len(Z), 1)), Z])
    by_hand = newton_fit(X, t, penalty=1.0)
    right = float(((X @ ours > 0) == (t == 1)).mean())
    return Evidence(
        [
            close("Torch, L-BFGS, against scikit-learn", ours, theirs, 1e-6),
            close("by hand, Newton, against scikit-learn", by_hand, theirs, 1e-6),
        ],
        {
            "apart": float(np.abs(ours - theirs).max()),
            "right": right,
            "bias": float(ours[0]),
            "examples": len(Z),
        },
    )


@claim(
    r"These real data are separable. So without a penalty the loss has no minimum, and what a program "
    r"returns is where it stopped: from $\lambda = 1$ to $10^{-4}$ the coefficients grow more than "
    r"fortyfold."
)
def real_data_are_separable() -> Evidence:
    """Check the signs of a separating w in fractions; ask an SVM; watch the length grow."""
    Z, t, _ = breast_cancer()
    X, signs = np.hstack([np.ones((len(Z), 1)), Z]), 2 * t - 1
    lengths = {}
    for name, penalty in (("1", 1.0), ("1e-2", 1e-2), ("1e-4", 1e-4)):
        w = torch_fit(penalty)
        lengths[name] = float(np.linalg.norm(w[1:]))
    svm = SVC(kernel="linear", C=1e8).fit(Z, signs)
    w = np.array([svm.intercept_[0], *svm.coef_[0]])
    exact = [sum(Fraction(a) * Fraction(b) for a, b in zip(x.tolist(), w.tolist(), strict=True)) for x in X]
    least = min(one * int(sign) for one, sign in zip(exact, signs, strict=True))
    return Evidence(
        [
            equal("fractions, least margin of 569 above 0", least > 0, True),
            equal("scikit-learn SVC, errors", int((svm.predict(Z) != signs).sum()), 0),
            at_least("Torch, growth of the coefficients", lengths["1e-4"] / lengths["1"], 40),
        ],
        {"lengths": lengths, "margin": float(least)},
    )
