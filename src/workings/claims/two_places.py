"""Two tokens in order: what one head cannot report, what two can, and that nothing makes heads differ."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import sympy

from workings.byhand.scaled_attention import attention
from workings.claims.claim import Evidence, claim
from workings.claims.witness import at_least, at_most, close, equal
from workings.models.two_places import train_two_places


@claim(
    r"One head whose values see tokens alone cannot report both tokens of a pair, in order, through a "
    r"linear readout, whatever its weights do: to get `aa`, `bb`, `ab` and `ba` all right, two ratios of "
    r"weights would need a product both above and below $1$.",
    answers=("s3.7.2.a",),
)
def one_head_cannot() -> Evidence:
    r"""Prove it in symbols; search a grid of exact fractions; train one head and two.

    With readout scores $f_s(x)$ for `a` over `b` at place $s$: $f_s(a) > 0 > f_s(b)$ from `aa` and `bb`.
    With $\rho_s = -f_s(b)/f_s(a)$, and $r$, $r'$ the first token's weight over the second's on `ab`, `ba`:
    $\rho_1 < r < \rho_2$ and $1/\rho_1 < r' < 1/\rho_2$, so $1 < r r' < 1$.
    """
    rho, margin_1, margin_2 = sympy.symbols("rho margin_1 margin_2", positive=True)
    above = sympy.expand((rho + margin_1) * (1 / rho + margin_2) - 1)  # r > rho_1 and r' > 1/rho_1
    r, s = rho / (1 + margin_1), 1 / rho / (1 + margin_2)  # r < rho_2 and r' < 1/rho_2
    below = sympy.simplify(1 / (r * s) - 1)
    grid = [Fraction(a, b) for a, b in product(range(1, 7), repeat=2)]
    found = sum(
        rho_1 < left < rho_2 and 1 / rho_1 < right < 1 / rho_2
        for rho_1, rho_2, left, right in product(set(grid), repeat=4)
    )
    one = [train_two_places(1, seed).both_right for seed in range(3)]
    two = [train_two_places(2, seed).both_right for seed in range(3)]
    return Evidence(
        [
            equal("SymPy, r r' > 1 by the left bounds", above.is_positive, True),
            equal("SymPy, r r' < 1 by the right bounds", sympy.expand(below).is_positive, True),
            equal("exact fractions, solutions on a grid", found, 0),
            at_most("trained, one head, best of three seeds", max(one), 0.6),
            at_least("trained, two heads, worst of three seeds", min(two), 0.95),
        ],
        {
            "seeds": len(one),
            "one": one,
            "two": two,
            "one_best": max(one),
            "one_worst": min(one),
            "two_worst": min(two),
        },
    )


@claim(
    r"Heads that start alike stay alike: gradient descent gives them the same gradient at every step, and "
    r"two heads then do what one can. Nothing in the architecture makes heads differ but their random start.",
    answers=("s3.7.2.a",),
)
def twins_stay_twins() -> Evidence:
    """Train two heads with equal weights; compare them, and what they reach; compare gradients in symbols."""
    w, other, o, other_o = sympy.symbols("w_1 w_2 o_1 o_2")
    head, loss = sympy.Function("head"), sympy.Function("loss")
    both = loss(o * head(w) + other_o * head(other))  # any head, any loss, any readout
    apart_in_symbols = [
        (both.diff(x) - both.diff(y)).doit().subs({other: w, other_o: o}).doit()
        for x, y in ((w, other), (o, other_o))
    ]
    twins, free = train_two_places(2, 0, twins=True), train_two_places(2, 0)
    layer = twins.model.attention
    half = layer.d_model // 2
    apart = max(
        (part.weight[:half] - part.weight[half:]).abs().max().item()
        for part in (layer.query, layer.key, layer.value)
    )
    out = layer.output.weight
    return Evidence(
        [
            equal("SymPy, difference of the gradients of two equal heads", apart_in_symbols, [0, 0]),
            close("weights of the two heads after training", apart, 0, 1e-5),
            close("rows of W_O", (out[:, :half] - out[:, half:]).abs().max().item(), 0, 1e-5),
            close("where they look", twins.look[0], twins.look[1], 1e-5),
            at_most("accuracy of the twins", twins.both_right, 0.6),
            at_least("accuracy from a random start", free.both_right, 0.95),
        ],
        {"twins": twins.both_right, "free": free.both_right},
    )


@claim(
    r"With positions in the values as well, one head *can* report both: its weights and its output then "
    r"carry which token stood where. The second head's gain depends on what the values see.",
    answers=("s3.7.2.a",),
)
def positions_in_values_rescue() -> Evidence:
    """Build one such head by hand for two tokens; train one three times, take the best of the seeds.

    By hand: the query scores `a` by log 9 and `b` by 0; a value holds whether its token is `a`, and
    whether it stands first. The readouts are 2 u + c above and c - 2 u, u and c counted from a half.
    """
    right = 0
    for is_a in product((1.0, 0.0), repeat=2):
        K = np.log(9) * np.array(is_a)[:, None]  # (2, 1)
        c, u = attention([[1.0]], K, [[is_a[0], 1.0], [is_a[1], 0.0]])[0] - 0.5
        right += (2 * u + c > 0, c - 2 * u > 0) == tuple(bool(x) for x in is_a)
    runs, without = (
        [
            train_two_places(1, seed, positions_in_values=see, steps=400, rate=0.005).both_right
            for seed in range(3)
        ]
        for see in (True, False)
    )
    return Evidence(
        [
            equal("by hand, texts of two tokens with both right, of four", right, 4),
            at_least("best of three seeds, positions in the values", max(runs), 0.9),
            at_most("best of three seeds, tokens alone", max(without), 0.6),
        ],
        {"with_positions": runs, "without": without},
    )
