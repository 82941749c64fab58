"""What large scores do to the softmax, and to the gradient that comes back through it."""

from __future__ import annotations

import numpy as np
import sympy
import torch
from torch import Tensor

from workings.byhand.softmax import softmax, softmax_jacobian
from workings.claims.claim import Evidence, claim
from workings.claims.witness import at_least, at_most, close, equal

N_KEYS = 10


def random_weights(
    d_k: int, scale: float, trials: int = 1000, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Draw standard normal queries, ten keys each; return weights (trials, 10), keys (trials, 10, d_k)."""
    rng = np.random.default_rng(seed)
    queries = rng.normal(size=(trials, d_k))
    keys = rng.normal(size=(trials, N_KEYS, d_k))
    return softmax(scale * np.einsum("td,tkd->tk", queries, keys)), keys


def jacobian_norms(weights: np.ndarray) -> np.ndarray:
    """Return the greatest eigenvalue of each softmax Jacobian, (trials,)."""
    jacobians = np.stack([softmax_jacobian(row) for row in weights])  # (trials, 10, 10)
    norms: np.ndarray = np.linalg.eigvalsh(jacobians)[:, -1]
    return norms


def query_gradient_norms(weights: np.ndarray, keys: np.ndarray, scale: float) -> np.ndarray:
    """Return the spectral norm of the derivative of the weights by the query, ``scale`` J K, (trials,)."""
    jacobians = np.stack([softmax_jacobian(row) for row in weights])  # (trials, 10, 10)
    back = scale * jacobians @ keys  # (trials, 10, d_k)
    greatest = np.linalg.eigvalsh(back @ back.transpose(0, 2, 1))[:, -1]
    norms: np.ndarray = np.sqrt(np.maximum(greatest, 0))
    return norms


def entropies(weights: np.ndarray) -> np.ndarray:
    """Return the entropy of each row of weights in nats."""
    bits: np.ndarray = -np.sum(weights * np.log(np.where(weights > 0, weights, 1)), axis=-1)
    return bits


def torch_gradients(d_k: int, scale: float, trials: int = 200) -> tuple[Tensor, Tensor]:
    """Return the same two norms by autograd, on Torch's own draws: by the scores, and by the query."""
    generator = torch.Generator().manual_seed(1)
    queries = torch.randn(trials, d_k, generator=generator, dtype=torch.float64)
    keys = torch.randn(trials, N_KEYS, d_k, generator=generator, dtype=torch.float64)

    def weights(query: Tensor, key: Tensor) -> Tensor:
        return torch.softmax(scale * (key @ query), dim=-1)

    scores = scale * torch.einsum("td,tkd->tk", queries, keys)
    by_scores = torch.func.vmap(torch.func.jacrev(lambda x: torch.softmax(x, dim=-1)))(scores)
    by_query = torch.func.vmap(torch.func.jacrev(weights))(queries, keys)  # (trials, 10, d_k)
    return torch.linalg.matrix_norm(by_scores, 2), torch.linalg.matrix_norm(by_query, 2)


@claim(r"The Jacobian of $p = \operatorname{softmax}(x)$ is $\operatorname{diag}(p) - p\,p^\top$.")
def jacobian() -> Evidence:
    """Compare by hand with autograd, central differences and SymPy."""
    x = np.array([1.0, -1.0, 1.0, -1.0, 0.0])
    by_hand = softmax_jacobian(softmax(x))
    step = 1e-6
    differences = [(softmax(x + step * unit) - softmax(x - step * unit)) / (2 * step) for unit in np.eye(5)]
    autograd = torch.func.jacrev(lambda t: torch.softmax(t, dim=0))(torch.from_numpy(x))
    symbols = sympy.symbols("x0:3")
    powers = [sympy.exp(symbol) for symbol in symbols]
    p = sympy.Matrix([power / sum(powers) for power in powers])
    gap = (p.jacobian(sympy.Matrix(symbols)) - (sympy.diag(*p) - p * p.T)).applyfunc(sympy.simplify)
    return Evidence(
        [
            close("Torch autograd", autograd.numpy(), by_hand, 1e-15),
            close("central differences", np.array(differences).T, by_hand, 1e-9),
            equal("SymPy, three scores", gap, sympy.zeros(3, 3)),
        ],
        {"norm": float(np.linalg.eigvalsh(by_hand)[-1])},
    )


@claim(
    r"The spectral norm of the softmax Jacobian is at most $\tfrac12$, whatever the scores and however "
    r"many. It is $\tfrac12$ where two keys have half the weight each."
)
def jacobian_bounded() -> Evidence:
    """Bound the row sums in symbols, look for a larger norm at random and by gradient ascent."""
    x = sympy.Symbol("x")
    row_sum = x * (1 - x) + x * (1 - x)  # |p_i (1 - p_i)| and the other |p_i p_j|, which sum to the same
    bound = sympy.maximum(row_sum, x, sympy.Interval(0, 1))
    shared = sympy.Matrix([sympy.Rational(1, 2), sympy.Rational(1, 2), 0])
    rng = np.random.default_rng(2)
    greatest = max(
        float(jacobian_norms(softmax(s * rng.normal(size=(2000, 6)))).max()) for s in (0.1, 1, 10, 100)
    )
    scores = torch.tensor([0.5, 0.2, 0.0, -0.1, -0.3, -0.5], dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.Adam([scores], lr=0.1, maximize=True)
    for _ in range(200):
        p = torch.softmax(scores, dim=0)
        norm = torch.linalg.eigvalsh(torch.diag(p) - torch.outer(p, p))[-1]
        optimiser.zero_grad()
        norm.backward()
        optimiser.step()
    reached = norm.item()
    return Evidence(
        [
            equal("SymPy, greatest row sum (Gershgorin)", bound, sympy.Rational(1, 2)),
            equal(
                "SymPy, two equal weights", max((sympy.diag(*shared) - shared * shared.T).eigenvals()), bound
            ),
            at_most("random search, norm of 8000 rows of scores", greatest, 0.5 + 1e-12),
            at_most("Torch gradient ascent, norm", reached, 0.5 + 1e-12),
            at_least("Torch gradient ascent, norm reached", reached, 0.499),
        ],
        {"greatest_random": greatest, "ascent": reached},
    )


@claim(
    r"For standard normal queries and ten keys: without scaling the largest weight goes to 1 as $d_k$ "
    r"grows; divided by $\sqrt{d_k}$ it stays where it was.",
    answers=("s0.2.5.b",),
)
def weights_sharpen() -> Evidence:
    """Compare by hand and by Torch, each on its own draws."""
    medians = {
        name: {str(d): float(np.median(random_weights(d, scale(d))[0].max(axis=1))) for d in (4, 64, 512)}
        for name, scale in (("unscaled", lambda _: 1.0), ("scaled", lambda d: d**-0.5))
    }
    generator = torch.Generator().manual_seed(3)
    scores = torch.randn(1000, 1, 512, generator=generator) @ torch.randn(
        1000, 512, N_KEYS, generator=generator
    )
    torch_unscaled = float(torch.softmax(scores, -1).amax(-1).median())
    torch_scaled = float(torch.softmax(scores / 512**0.5, -1).amax(-1).median())
    return Evidence(
        [
            at_least(
                "by hand, no scaling, d_k = 512, median largest weight", medians["unscaled"]["512"], 0.99
            ),
            at_least("Torch, no scaling, d_k = 512, median largest weight", torch_unscaled, 0.99),
            close(
                "by hand, scaled, d_k = 512 against 64",
                medians["scaled"]["512"],
                medians["scaled"]["64"],
                0.03,
            ),
            close("Torch, scaled, d_k = 512 against by hand", torch_scaled, medians["scaled"]["512"], 0.03),
        ],
        medians | {"keys": N_KEYS},
    )


@claim(
    r"For standard normal queries and ten keys, the median norm of the softmax Jacobian falls towards 0 as "
    r"$d_k$ grows if the scores are not scaled, and does not change if they are divided by $\sqrt{d_k}$.",
    answers=("s0.2.5.b", "s3.6.d"),
)
def jacobian_vanishes() -> Evidence:
    """Compare the medians by hand and by autograd, each on its own draws."""
    unscaled = {d: float(np.median(jacobian_norms(random_weights(d, 1.0)[0]))) for d in (4, 64, 1024)}
    scaled = {d: float(np.median(jacobian_norms(random_weights(d, d**-0.5)[0]))) for d in (64, 1024)}
    by_torch = {d: float(torch_gradients(d, 1.0)[0].median()) for d in (4, 1024)}
    steady = float(torch_gradients(1024, 1 / 32)[0].median())
    return Evidence(
        [
            at_most(
                "by hand, no scaling, median at 1024 over median at 4", unscaled[1024] / unscaled[4], 1e-3
            ),
            at_most(
                "autograd, no scaling, median at 1024 over median at 4", by_torch[1024] / by_torch[4], 1e-3
            ),
            close("by hand, scaled, median at 1024 over median at 64", scaled[1024] / scaled[64], 1, 0.05),
            close("autograd, scaled, median at 1024", steady, scaled[1024], 0.03),
        ],
        {
            "unscaled": {str(d): norm for d, norm in unscaled.items()},
            "scaled": {str(d): norm for d, norm in scaled.items()},
        },
    )


@claim(
    r"Without scaling, the gradient of the weights with respect to the query is next to nothing for most "
    r"queries and large for a few: from $d_k = 16$ to $1024$ its median falls, its mean stays below 2, and "
    r"its largest grows.",
    answers=("s3.6.d",),
)
def query_gradient() -> Evidence:
    """Compare the whole distribution by hand and by autograd, each on its own draws."""
    measured = {}
    for d in (16, 1024):
        norms = query_gradient_norms(*random_weights(d, 1.0), 1.0)
        queries = norms.size
        measured[d] = {"median": np.median(norms), "mean": norms.mean(), "largest": norms.max()}
    ratio = {name: float(measured[1024][name] / measured[16][name]) for name in measured[16]}
    small, large = (torch_gradients(d, 1.0)[1] for d in (16, 1024))
    steady = query_gradient_norms(*random_weights(1024, 1 / 32), 1 / 32)
    return Evidence(
        [
            at_most("by hand, median at 1024 over median at 16", ratio["median"], 0.01),
            at_most(
                "autograd, median at 1024 over median at 16", float(large.median() / small.median()), 0.01
            ),
            at_most("by hand, mean at 1024", measured[1024]["mean"], 2),
            at_least("by hand, largest at 1024 over largest at 16", ratio["largest"], 3),
            at_least("autograd, largest at 1024 over largest at 16", float(large.max() / small.max()), 3),
        ],
        {str(d): {name: float(norm) for name, norm in row.items()} for d, row in measured.items()}
        | {
            "queries": queries,
            "scaled_1024": {"median": float(np.median(steady)), "largest": float(steady.max())},
        },
    )
