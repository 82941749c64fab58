"""Encodings against position, what sees order, what heads reach and cost, what a cache saves."""

from __future__ import annotations

import numpy as np
import torch

from workings.byhand.counting import attention_core, matrix_product, run_counted
from workings.byhand.heads import multi_head_attention
from workings.byhand.positions import sinusoidal_encoding
from workings.claims.heads import flops, multiplications
from workings.claims.positions import last_row_gap, random_weights
from workings.exhibits.drawing import FAINT, INK, SERIES, Figure, canvas
from workings.exhibits.exhibit import Cell, Table, exhibit
from workings.models.heads import MultiHeadAttention
from workings.models.two_places import SEQ_LEN, train_two_places

SEEDS = 4


@exhibit
def encoding_table() -> Table:
    """Show the encodings of the first positions for d_model = 4."""
    rows: list[list[Cell]] = [[t, *row] for t, row in enumerate(sinusoidal_encoding(6, 4).tolist())]
    columns = ["$t$", r"$\sin t$", r"$\cos t$", r"$\sin \frac{t}{100}$", r"$\cos \frac{t}{100}$"]
    return Table(columns, rows, formats=["d", *[".4f"] * 4], heat=columns[1:])


@exhibit
def waves() -> Figure:
    """Draw the sine of each pair against the position, for d_model = 8."""
    figure, axes = canvas()
    P = sinusoidal_encoding(121, 8)
    for pair, colour in enumerate(SERIES[:4]):
        axes.plot(P[:, 2 * pair], color=colour, label=f"pair {pair}")
    axes.set_xlabel("position $t$")
    axes.set_ylabel("sine of the pair")
    axes.set_xlim(0, 120)
    axes.set_ylim(-1.1, 1.6)
    axes.legend(
        ncols=4,
        loc="upper center",
        handlelength=0.8,
        columnspacing=0.8,
        handletextpad=0.4,
        frameon=False,
        labelcolor=INK,
    )
    alt = (
        "The sines of four pairs against positions 0 to 120. Pair 0 swings once in about six positions, "
        "pair 1 once in 63, pair 2 rises through a fifth of its wave, pair 3 stays near zero."
    )
    return Figure(figure, alt)


@exhibit
def similarity() -> Figure:
    """Draw the cosine between the encodings of two positions against their distance."""
    figure, axes = canvas()
    values = {}
    for d_model, colour in zip((16, 64, 512), SERIES, strict=False):
        P = sinusoidal_encoding(201, d_model)
        cosine = P @ P[0] / (d_model / 2)
        axes.plot(cosine, color=colour, label=f"$d$ = {d_model}")
        values[str(d_model)] = {str(s): float(cosine[s]) for s in (1, 10, 100)}
    axes.set_xlabel("distance")
    axes.set_ylabel("cosine")
    axes.set_ylim(-0.1, 1.05)
    axes.legend(frameon=False, labelcolor=INK)
    alt = (
        "Cosine of two sinusoidal encodings against their distance, for 16, 64 and 512 components. "
        "All start at 1, fall fast at first, then wobble downwards; fewer components wobble more."
    )
    return Figure(figure, alt, values)


@exhibit
def who_sees_order() -> Table:
    """Show how far outputs move when tokens are permuted, with and without a mask and encodings."""
    rng = np.random.default_rng(3)
    X, order = rng.normal(size=(6, 8)), np.array([4, 2, 0, 3, 1, 5])
    layers = [random_weights(seed=seed) for seed in (5, 6)]
    P = sinusoidal_encoding(6, 8)
    placed = permuted_gap_with(X, P, order)
    plain, turned = X, X[order]
    for weights in layers:
        plain = plain + multi_head_attention(plain, *weights, 2)
        turned = turned + multi_head_attention(turned, *weights, 2)
    rows: list[list[Cell]] = [
        ["no mask, 2 layers", "all outputs, permuted back", float(np.abs(turned - plain[order]).max())],
        ["causal, 1 layer", "last output", last_row_gap(X, layers[:1], order)],
        ["causal, 2 layers", "last output", last_row_gap(X, layers, order)],
        ["no mask, encodings added", "all outputs, permuted back", placed],
    ]
    return Table(["attention", "compared", "change"], rows, formats=["", "", ".1g"])


def permuted_gap_with(X: np.ndarray, P: np.ndarray, order: np.ndarray) -> float:
    """Return how far outputs move, permuted back, when each place keeps its encoding."""
    weights = random_weights(seed=5)
    plain, turned = (multi_head_attention(rows + P, *weights, 2) for rows in (X, X[order]))
    return float(np.abs(turned - plain[order]).max())


@exhibit
def one_head_two_heads() -> Figure:
    """Draw the share of sequences with both tokens right, a dot a seed, tokens alone in the values."""
    figure, axes = canvas()
    values = {}
    for place, n_head in enumerate((1, 2, 4)):
        scores = sorted(train_two_places(n_head, seed).both_right for seed in range(SEEDS))
        offsets = place + np.linspace(-0.2, 0.2, SEEDS)
        axes.plot(offsets, scores, "o", color=SERIES[place], markersize=6)
        values[str(n_head)] = {"best": max(scores), "worst": min(scores), "mean": float(np.mean(scores))}
    axes.axhline(1 / 8, color=FAINT, linewidth=1)
    axes.text(2.4, 1 / 8 + 0.02, "one right, one guessed", ha="right", va="bottom", color=INK)
    axes.set_xticks([0, 1, 2], ["1 head", "2 heads", "4 heads"])
    axes.set_xlim(-0.5, 2.5)
    axes.set_ylim(0, 1.05)
    axes.set_ylabel("both tokens right")
    alt = (
        f"Share of sequences with both tokens right, {SEEDS} seeds each. "
        f"One head: at best {values['1']['best']:.2f}. "
        f"Two heads: at worst {values['2']['worst']:.2f}. Four heads: at worst {values['4']['worst']:.2f}."
    )
    return Figure(figure, alt, values)


@exhibit
def where_heads_look() -> Table:
    """Show each head's mean weights over the six places, for one trained head and for two."""
    rows: list[list[Cell]] = []
    for n_head in (1, 2):
        for head, look in enumerate(train_two_places(n_head, 0).look):
            rows.append([f"{head + 1}\u00a0of\u00a0{n_head}", *look])
    columns = [str(place) for place in range(SEQ_LEN)]
    return Table(["head", *columns], rows, formats=["", *[".2f"] * SEQ_LEN], heat=columns)


@exhibit
def cost_of_heads() -> Table:
    """Show what a layer of 6 tokens and d_model = 8 costs with 1, 2, 4 and 8 heads."""
    rows: list[list[Cell]] = []
    for n_head in (1, 2, 4, 8):
        head = np.ones((6, 8 // n_head))
        tally, depth = run_counted(attention_core, head, head, head)
        _, projected = run_counted(matrix_product, np.ones((6, 8)), np.ones((8, 8)))
        weights = sum(weight.numel() for weight in MultiHeadAttention(8, n_head).parameters())
        total = depth + 2 * projected
        rows.append(
            [
                n_head,
                weights,
                multiplications(6, 8, n_head),
                n_head * tally["exponentials"],
                total,
            ]
        )
    return Table(["heads", "weights", "mult.", "exp.", "chain"], rows, formats=["d"] * 5)


@exhibit
def cache_cost() -> Figure:
    """Draw the multiplications for the next token against the tokens so far, with a cache and without."""
    figure, axes = canvas()
    layer = MultiHeadAttention(64, 4, causal=True, fused=False, device="meta")
    lengths = [2**n for n in range(13)]
    again = [flops(layer, torch.empty(1, n, 64, device="meta")) // 2 for n in lengths]
    cached = []
    for n in lengths:
        tokens = torch.empty(1, n, 64, device="meta")
        cached.append(
            flops(layer, tokens[:, :1], tokens) // 2 - 2 * (n - 1) * 64**2
        )  # old keys are in the cache
    axes.plot(lengths, again, color=SERIES[0], marker="o", markersize=3)
    axes.plot(lengths, cached, color=SERIES[1], marker="o", markersize=3)
    axes.text(lengths[-1] / 12, again[-1] / 3, "everything again", color=SERIES[0], ha="right", va="bottom")
    axes.text(lengths[-1], cached[-1] * 3, "with the cache", color=SERIES[1], ha="right", va="bottom")
    axes.set_xscale("log", base=2)
    axes.set_yscale("log")
    axes.set_ylim(1e4, 1e10)
    axes.set_xticks([1, 16, 256, 4096], ["1", "16", "256", "4096"])
    axes.set_xlabel("tokens so far")
    axes.set_ylabel("multiplications")
    alt = (
        f"Multiplications for the next token on log scales, width 64. Running everything again rises "
        f"from {again[0]:.2g} to {again[-1]:.2g} at 4096 tokens; with the cache it rises to {cached[-1]:.2g}."
    )
    return Figure(figure, alt, {"again": again[-1], "cached": cached[-1], "ratio": again[-1] / cached[-1]})
