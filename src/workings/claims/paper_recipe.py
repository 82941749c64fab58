"""What can be derived of sections 3.5, 4 and 5 of Vaswani et al. 2017: schedule, targets, waves, paths."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
import sympy
import torch
from torch import Tensor, nn

from workings.byhand.positions import pair_frequencies, sinusoidal_encoding
from workings.byhand.training_recipe import least_smoothed_loss, smoothed_target, warmup_rate
from workings.byhand.transformer_size import path_length
from workings.claims.claim import Evidence, claim
from workings.claims.witness import at_least, at_most, close, equal
from workings.data.vaswani_tables import STEPS, VOCAB_SIZE, WARMUP


@claim(
    r"The learning rate peaks at the last warm-up step, $s = w = 4000$, at $(d_\text{model}\, w)^{-1/2}$: "
    r"$6.99 \cdot 10^{-4}$ for base, $4.94 \cdot 10^{-4}$ for big. It ends at a fifth of the peak (base) "
    r"and at less than an eighth (big)."
)
def schedule_peak() -> Evidence:
    """Search all steps by hand, solve in SymPy, and let Torch's linear scheduler make the rise."""
    witnesses, values = [], {}
    for name, d_model, printed in (("base", 512, 6.99e-4), ("big", 1024, 4.94e-4)):
        rates = warmup_rate(np.arange(1, STEPS[name] + 1), d_model, WARMUP)
        s, w, d = sympy.symbols("s w d", positive=True)
        meet = sympy.solve(sympy.Eq(s ** sympy.Rational(-1, 2), s * w ** sympy.Rational(-3, 2)), s)
        peak = (d * w) ** sympy.Rational(-1, 2)
        optimiser = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=(d_model * WARMUP) ** -0.5)
        rise = torch.optim.lr_scheduler.LinearLR(optimiser, 1 / WARMUP, 1.0, total_iters=WARMUP - 1)
        risen = []
        for _ in range(WARMUP):
            risen.append(rise.get_last_lr()[0])
            optimiser.step()
            rise.step()
        constant = rates[WARMUP:] ** 2 * np.arange(WARMUP + 1, STEPS[name] + 1) * d_model
        witnesses += [
            equal(f"{name}, by hand, best step", int(rates.argmax()) + 1, WARMUP),
            equal(f"{name}, SymPy, where the two meet", meet, [w]),
            close(f"{name}, SymPy, peak", float(peak.subs({d: d_model, w: WARMUP})), rates.max(), 1e-15),
            close(f"{name}, Torch's LinearLR, all of the rise", risen, rates[:WARMUP], 1e-15),
            close(f"{name}, Torch's LinearLR, peak", max(risen), printed, 5e-7),
            close(
                f"{name}, by hand, rate² × step × d after the peak", constant, np.ones_like(constant), 1e-9
            ),
        ]
        last = float(rates[-1])
        values[name] = {
            "peak": float(rates.max()),
            "first": float(rates[0]),
            "last": last,
            "ratio": float(rates.max()) / last,
        }
    witnesses += [
        close("base, peak over last", values["base"]["ratio"], 5, 1e-9),
        at_least("big, peak over last", values["big"]["ratio"], 8),
    ]
    return Evidence(witnesses, values)


@claim(
    r"With $\epsilon = \tfrac1{10}$ and $37\,000$ tokens the training loss cannot fall below $1.377$ nats, "
    r"whatever the model: the entropy of the smoothed target. A model that is right and sure pays "
    r"infinitely much."
)
def smoothing_floor() -> Evidence:
    """Evaluate the entropy by hand, ask Torch's loss at the target itself, and descend to it from afar."""
    floor = least_smoothed_loss(VOCAB_SIZE)
    target = torch.from_numpy(smoothed_target(0, VOCAB_SIZE))
    label = torch.tensor([0])
    at_target = nn.functional.cross_entropy(target.log()[None], label, label_smoothing=0.1).item()
    # by symmetry the best logits have one value off the label, so one number is left to descend in
    gap = torch.tensor(2.0, dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS([gap], max_iter=60, line_search_fn="strong_wolfe")
    one_hot = nn.functional.one_hot(label, VOCAB_SIZE).double()

    def loss() -> Tensor:
        optimiser.zero_grad()
        value = nn.functional.cross_entropy(gap * one_hot, label, label_smoothing=0.1)
        value.backward()
        return value

    optimiser.step(loss)
    sure = nn.functional.cross_entropy(1e4 * one_hot, label, label_smoothing=0.1).item()
    return Evidence(
        [
            close("by hand", floor, 1.377, 5e-4),
            close("Torch's smoothed loss at the target", at_target, floor, 1e-9),
            close("Torch, LBFGS from afar", loss().item(), floor, 1e-6),
            at_least("Torch, right by a gap of ten thousand", sure, 900),
        ],
        {
            "floor": floor,
            "perplexity": math.exp(floor),
            "best_gap": float(gap.detach()),
            "best_probability": float(target[0]),
        },
    )


@claim(
    r"The wavelengths of the sinusoids run from $2\pi$ up to $2\pi \cdot 10000^{510/512} \approx 60\,611$ "
    r"positions, each $1.037$ times the one before. The paper says up to $10000 \cdot 2\pi \approx "
    r"62\,832$, which the formula with $i = 0, \dots, 255$ does not reach.",
    answers=("s0.4.2.a",),
)
def wavelengths() -> Evidence:
    """Divide the circle by the frequencies, and measure the slowest wave by its zeros in the encoding."""
    waves = 2 * math.pi / pair_frequencies(512)  # (256,)
    exact = sympy.N(2 * sympy.pi * sympy.Integer(10000) ** sympy.Rational(510, 512), 17)
    slow = sinusoidal_encoding(30_600, 512)[:, [510]].ravel()  # sine of the slowest pair
    zeros = np.flatnonzero((slow[:-1] > 0) & (slow[1:] <= 0)) + 0.5  # half a wave from the start
    return Evidence(
        [
            close("by hand, slowest", waves[-1], float(exact), 1e-6),
            close("SymPy, slowest", float(exact), 60_611, 0.5),
            close("twice the zero of the slowest sine, measured", 2 * zeros[0], float(exact), 2),
            close("by hand, fastest", waves[0], 2 * math.pi, 1e-12),
            close("ratio of neighbours", waves[1:] / waves[:-1], np.full(255, 1.037), 5e-4),
            at_least("short of ten thousand circles", 20_000 * math.pi - waves[-1], 2_000),
        ],
        {
            "slowest": float(waves[-1]),
            "stated": 20_000 * math.pi,
            "short": 1 - float(waves[-1]) / (20_000 * math.pi),
            "ratio": float(waves[1] / waves[0]),
        },
    )


@claim(
    r"The encoding of position $t + s$ is a linear function of that of $t$, the same for every $t$: a "
    r"matrix fitted to the first $300$ positions moves the next $300$ by $s$ as well. A random code of the "
    r"same size has no such matrix.",
    answers=("s0.4.2.a",),
)
def shift_is_linear() -> Evidence:
    """Fit the shift by least squares, without knowing of rotations, and test it on positions not fitted."""
    rng = np.random.default_rng(0)
    d, shift, fitted = 32, 7, 300
    rows = 2 * fitted + shift
    codes = {"sinusoids": sinusoidal_encoding(rows, d), "random": rng.normal(size=(rows, d))}
    errors = {}
    for name, P in codes.items():
        M = np.linalg.lstsq(P[:fitted], P[shift : fitted + shift], rcond=None)[0]  # (d, d)
        errors[name] = float(np.abs(P[fitted:-shift] @ M - P[fitted + shift :]).max())
    t, s, w = sympy.symbols("t s w")
    turned = sympy.Matrix([[sympy.sin(w * t), sympy.cos(w * t)]]) * sympy.Matrix(
        [[sympy.cos(w * s), -sympy.sin(w * s)], [sympy.sin(w * s), sympy.cos(w * s)]]
    )
    moved = sympy.Matrix([[sympy.sin(w * (t + s)), sympy.cos(w * (t + s))]])
    return Evidence(
        [
            at_most("least squares, sinusoids, positions not fitted", errors["sinusoids"], 1e-3),
            at_least("least squares, random code, positions not fitted", errors["random"], 1),
            equal("SymPy, a pair turns by an angle", sympy.simplify(turned - moved), sympy.zeros(1, 2)),
        ],
        {**errors, "shift": shift, "fitted": fitted},
    )


def reach(kind: str, seq_len: int) -> int:
    """Return the path from first token to last for a kind of layer, kernel 3 and neighbourhood 8.

    Places before the first token count: a dilated kernel that is centred may pass through them.
    """
    offsets: dict[str, Sequence[Iterable[int]]] = {
        "attention": [range(seq_len)],
        "recurrent": [(0, 1)],
        "convolution": [range(3)],
        "dilated": [[0, 3**layer, 2 * 3**layer] for layer in range(12)],
        "centred": [range(-1, 2)],
        "centred_dilated": [[-(3**layer), 0, 3**layer] for layer in range(12)],
        "restricted": [range(9)],
    }
    return path_length(seq_len, offsets[kind])


def by_gradient(kind: str, seq_len: int) -> int:
    """Stack layers in Torch until the last output's gradient arrives at the first input."""
    x = torch.ones(1, 1, seq_len, requires_grad=True)
    X, layers = x, 0
    before = 3 * seq_len if kind == "centred_dilated" else 0  # padded once, before the first layer
    X = nn.functional.pad(X, (before, before))
    while x.grad is None or x.grad[0, 0, 0] == 0:
        x.grad = None
        dilation = 3**layers if kind.endswith("dilated") else 1
        width = {"attention": seq_len, "recurrent": 2, "restricted": 9}.get(kind, 3)
        ahead = dilation if kind.startswith("centred") else 0
        padded = nn.functional.pad(X, ((width - 1) * dilation - ahead, ahead))
        X = nn.functional.conv1d(padded, torch.ones(1, 1, width) / width, dilation=dilation)
        X[0, 0, before + seq_len - 1].backward(retain_graph=True)
        layers += 1
    return layers


@claim(
    r"The longest path between two of $n$ tokens (table 1): $1$ for self-attention, $n - 1$ steps for a "
    r"recurrence, $\lceil (n-1)/r \rceil$ for attention to $r$ tokens back. Convolutions of width $k$ that "
    r"look back only take $\lceil (n-1)/(k-1) \rceil$ layers, $\lceil \log_k n \rceil$ if dilated. Centred "
    r"on their token, $k = 3$, they take $n - 1$, and $\lceil \log_3 (2n-1) \rceil$ if dilated and padded "
    r"once, before the first layer.",
    answers=("s0.4.1",),
)
def path_lengths() -> Evidence:
    """Follow the signal token by token, follow a gradient through Torch layers, and evaluate the formulas."""
    sizes = (2, 9, 10, 27, 28, 64)
    formulas = {
        "attention": [1 for n in sizes],
        "recurrent": [n - 1 for n in sizes],
        "convolution": [math.ceil((n - 1) / 2) for n in sizes],
        "dilated": [next(L for L in range(1, 9) if n <= 3**L) for n in sizes],
        "centred": [n - 1 for n in sizes],
        "centred_dilated": [next(L for L in range(1, 9) if 2 * n - 1 <= 3**L) for n in sizes],
        "restricted": [math.ceil((n - 1) / 8) for n in sizes],
    }
    witnesses = []
    for kind, expected in formulas.items():
        witnesses.append(equal(f"{kind}, signal followed", [reach(kind, n) for n in sizes], expected))
        witnesses.append(equal(f"{kind}, gradient arrives", [by_gradient(kind, n) for n in sizes], expected))
    tokens = 512
    return Evidence(witnesses, {"tokens": tokens, **{kind: reach(kind, tokens) for kind in formulas}})
