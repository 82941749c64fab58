"""Tables and figures of attention: who wins, the average of two, one head and two, attention in an RNN."""

from __future__ import annotations

import math

import numpy as np

from workings.byhand.attention import averaging_weight
from workings.byhand.random_keys import weight_cdf, weight_law, weight_moments
from workings.byhand.scaled_attention import attention_scores, attention_weights
from workings.claims.attention_circular import EARLIER, right_side
from workings.claims.attention_copying import KEYS, QUERY, cosines
from workings.claims.attention_negative_scores import without_negatives
from workings.claims.attention_random_keys import drawn_weights, rival_scores
from workings.claims.attention_reach import reach
from workings.claims.attention_two_heads import coordinate, expected_squared_error, lengths
from workings.claims.moments import squares, standard_error
from workings.exhibits.drawing import FAINT, INK, SERIES, Figure, canvas
from workings.exhibits.exhibit import Cell, Table, exhibit


@exhibit
def who_wins() -> Table:
    """Show three keys: how similar they are to the query, how long, and what weight they get."""
    scores, weights = attention_scores(QUERY, KEYS, scale=1)[0], attention_weights(QUERY, KEYS, scale=1)[0]
    rows: list[list[Cell]] = [
        [
            f"$({key[0]:.0f}, {key[1]:.0f})$",
            float(cosine),
            float(np.linalg.norm(key)),
            float(score),
            float(weight),
        ]
        for key, cosine, score, weight in zip(KEYS, cosines(QUERY, KEYS), scores, weights, strict=True)
    ]
    columns = ["key", "cosine", "length", "score", "weight"]
    return Table(columns, rows, ["", ".1f", ".0f", ".0f", ".3f"])


@exhibit
def averaging_table() -> Table:
    """Show the weight of each of the two keys, for four scales and four numbers of keys."""
    counts = (3, 10, 1000, 1_000_000)
    rows: list[list[Cell]] = [
        [lam, *(averaging_weight(lam, count) for count in counts)] for lam in (1, 2, 5, 10, 20)
    ]
    columns = ["$\\lambda$", "$n = 3$", "$10$", "$1000$", "$10^6$"]
    return Table(columns, rows, ["d", *[".4f"] * 4], heat=columns[1:])


@exhibit
def averaging_figure() -> Figure:
    """Draw the weight that the two keys get together against λ, for four numbers of keys."""
    figure, axes = canvas()
    lam = np.linspace(0.01, 22, 400)
    for number, (count, name) in enumerate(((3, "3"), (10, "10"), (1000, "1000"), (1_000_000, "n = 10⁶"))):
        axes.plot(lam, [2 * averaging_weight(float(x), count) for x in lam], color=SERIES[number])
        where = math.log(count / 2) if count > 3 else 0.4
        axes.text(
            where + 0.4, 2 * averaging_weight(where, count) - 0.02, name, color=SERIES[number], va="top"
        )
    axes.set_xlabel("λ")
    axes.set_ylabel("weight of both keys")
    axes.set_ylim(0, 1.02)
    return Figure(
        figure,
        alt="Four rising curves of the two keys' joint weight against lambda, all tending to 1: with more "
        "keys the rise comes later, at lambda near the logarithm of half their number.",
    )


@exhibit
def one_head_table() -> Table:
    """Show the law of one head's weight at six scales: mean, variance, and how often it is balanced."""
    rows: list[list[Cell]] = []
    for lam in (1.0, 2.0, 5.0, 10.0, 20.0, 100.0):
        m, s = weight_law(lam, rival_scores(lam, 1))
        mean, variance = weight_moments(m, s)
        weight = drawn_weights(lam, 1)[0, :, 0]
        drawn = f"{weight.var():.4f}\u00a0±\u00a0{standard_error(squares(weight)):.4f}"
        balanced = weight_cdf(0.9, m, s) - weight_cdf(0.1, m, s)
        rows.append([int(lam), mean, variance, drawn, balanced])
    columns = ["$\\lambda$", "mean", "variance", "drawn", "balanced"]
    return Table(columns, rows, ["d", ".3f", ".4f", "", ".3f"], values={"draws": weight.size})


@exhibit
def two_heads_table() -> Table:
    """Show the variance of v_a's weight in c and the squared distance from the average, one head and two."""
    rows: list[list[Cell]] = []
    for lam in (2.0, 5.0, 10.0, 50.0, 1000.0):
        one = weight_moments(*weight_law(lam, rival_scores(lam, 1)))[1]
        two = weight_moments(*weight_law(lam, rival_scores(lam, 2)))[1] / 4
        errors = [expected_squared_error(lam, heads) for heads in (1, 2)]
        rows.append([int(lam), one, two, one / two, *errors])
    columns = ["$\\lambda$", "var. 1", "var. 2", "ratio", "error 1", "error 2"]
    return Table(columns, rows, ["d", ".4f", ".4f", ".1f", ".3f", ".3f"])


@exhibit
def output_distribution() -> Figure:
    """Draw how v_a's weight in the output spreads over 20 000 sets of keys, one head and two."""
    figure, panels = canvas(columns=2, sharey=True)
    edges = np.linspace(-0.025, 1.025, 22)
    middles = (edges[1:] + edges[:-1]) / 2
    for heads, axes in zip((1, 2), panels, strict=True):
        m, s = weight_law(10.0, rival_scores(10.0, heads))
        weight = coordinate(10.0, heads)
        share = np.histogram(weight, edges)[0] / weight.size
        offset = 0.5 / (math.exp(10) + 9) if heads == 2 else 0.0
        inner = np.clip((edges - offset) * heads, 1e-300, 1 - 1e-16)
        law = np.diff(
            [weight_cdf(float(t), m, s) if 1e-299 < t < 1 - 1e-15 else float(t > 0.5) for t in inner]
        )
        axes.bar(middles, share, 0.042, color=SERIES[heads - 1])
        axes.plot(middles[law > 1e-9], law[law > 1e-9], "o", color=INK, markersize=3)
        axes.set_title("one head" if heads == 1 else "two heads")
        axes.set_xlabel("weight of $v_a$ in c")
        axes.set_xticks([0, 0.5, 1], ["0", "½", "1"])
    panels[0].set_ylabel("share of samples")
    return Figure(
        figure,
        alt="Two histograms of the weight of v_a in the output, bars drawn, dots by formula. One head: tall "
        "bars at 0 and 1, little between. Two heads: one tall bar at one half, a small one at 0.",
        values={"draws": weight.size},
    )


@exhibit
def variance_figure() -> Figure:
    """Draw the variance of v_a's weight in c against λ: steady keys, one head, two heads, negatives aside."""
    figure, axes = canvas()
    scales = np.geomspace(1, 1000, 40)
    kept = lengths() >= 0
    lines = {
        "one head": [weight_moments(*weight_law(x, rival_scores(x, 1)))[1] for x in scales],
        "two heads": [weight_moments(*weight_law(x, rival_scores(x, 2)))[1] / 4 for x in scales],
        "two heads,\npositive scores": [without_negatives(x) for x in scales],
    }
    places = ((30, 0.3, "bottom"), (110, 0.022, "bottom"), (320, 6e-5, "top"))
    for number, (name, variance) in enumerate(lines.items()):
        axes.plot(scales, variance, color=SERIES[number])
        x, y, side = places[number]
        axes.text(x, y, name, va=side, ha="center", color=SERIES[number])
    for lam in (2.0, 10.0, 50.0, 300.0):
        for number, weight in enumerate((coordinate(lam, 1), coordinate(lam, 2), coordinate(lam, 2)[kept])):
            bar = 2 * standard_error(squares(weight))
            axes.errorbar(lam, weight.var(), bar, color=SERIES[number], fmt="o", markersize=4)
    few = (1.0, 3.0, 10.0, 30.0, 100.0, 1000.0)
    steady = [float(drawn_weights(x, 1, alpha=1e-4, along=0.0)[0, :, 0].var()) for x in few]
    axes.plot(few, steady, color=SERIES[3], linestyle="--")
    axes.text(3.2, 7e-6, "one head,\nkeys of one length", color=SERIES[3])
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_ylim(3e-6, 1)
    axes.set_xlabel("λ")
    axes.set_ylabel("variance of $v_a$'s weight")
    return Figure(
        figure,
        alt="Variance of v_a's weight against lambda, both logarithmic. One head rises to one quarter; two "
        "heads stay near one fiftieth; two heads on positive scores fall; one head with keys of one length "
        "starts far below and rises to nearly the same quarter.",
    )


@exhibit
def circular_figure() -> Figure:
    """Draw both sides of the circular equation against h_3, along h_1."""
    figure, axes = canvas()
    length = float(np.linalg.norm(EARLIER[0]))
    u = EARLIER[0] / length
    x = np.linspace(-2.4, 2.4, 401)
    root = 2.0
    for _ in range(100):
        root = float(right_side(root * u) @ u)
    axes.plot(x, x, color=FAINT)
    axes.plot(x, [right_side(value * u) @ u for value in x], color=SERIES[0])
    axes.plot([-root, 0, root], [-root, 0, root], "o", color=SERIES[1])
    axes.text(1.15, 0.95, "left side", color=INK, va="top")
    axes.text(0.5, 1.4, "right side", color=SERIES[0], ha="right")
    axes.set_xlabel("$h_3$ along $h_1$")
    axes.set_ylabel("$r_3 + a_3(h_3)$")
    return Figure(
        figure,
        alt="An S-shaped curve crosses the diagonal at three points, at 0 and symmetrically at two others.",
        values={"root": root},
    )


@exhibit(limit=60)
def reach_figure() -> Figure:
    """Draw the derivative of the last output by the first input against distance, for three networks."""
    figure, axes = canvas()
    distances = (2, 5, 10, 20, 40, 60, 80)
    names = {"added": "$h_t = r_t + a_t$", "beside": "attention beside", "plain": "no attention"}
    for number, (kind, name) in enumerate(names.items()):
        norms = [reach(kind, T, 0) for T in distances]
        axes.plot(distances, norms, "o-", color=SERIES[number], markersize=3)
        axes.annotate(
            name, (distances[4], norms[4]), (0, 7), color=SERIES[number], textcoords="offset points"
        )
    axes.set_yscale("log")
    axes.set_xlabel("steps between input and output")
    axes.set_ylabel("norm of the derivative")
    return Figure(
        figure,
        alt="Three lines against distance on a logarithmic axis. Without attention the derivative falls "
        "below ten to the minus thirty; with attention beside it stays near one hundredth; with the "
        "sum it grows.",
    )
