"""What the tables of Vaswani et al. 2017 say, held against what can be counted: parameters and operations."""

from __future__ import annotations

from typing import Any

import numpy as np
from torch import nn

from workings.byhand.transformer_size import forward_operations, training_operations, transformer_parameters
from workings.claims.claim import Evidence, claim
from workings.claims.witness import Witness, at_least, at_most, close, equal
from workings.data.vaswani_tables import (
    BATCH_TOKENS,
    GPUS,
    HOURS,
    P100_FLOPS,
    SECONDS_PER_STEP,
    STEPS,
    TABLE_2,
    TABLE_3,
    VOCAB_SIZE,
    Variant,
)
from workings.models.attention_is_all_you_need import PaperTransformer, counted_operations


def built(row: Variant) -> PaperTransformer:
    """Return the model of a row of table 3 without memory behind its weights."""
    return PaperTransformer(
        VOCAB_SIZE, row.d_model, row.d_ff, row.n_head, row.n_layer, row.d_k, device="meta"
    )


def size(module: nn.Module) -> int:
    """Return how many parameters a module has."""
    return sum(parameter.numel() for parameter in module.parameters())


def by_torch(row: Variant) -> int:
    """Count Torch's own transformer without its attention biases and its two last norms."""
    d, n = row.d_model, row.n_layer
    whole = nn.Transformer(d, row.n_head, n, n, row.d_ff, device="meta", batch_first=True)
    biases = 3 * n * 4 * d
    return size(whole) - biases - 2 * 2 * d + size(nn.Embedding(VOCAB_SIZE, d, device="meta"))


BASE, BIG = (next(row for row in TABLE_3 if row.row == name) for name in ("base", "big"))


@claim(
    r"With one embedding of $37\,000$ rows the base model has $63\,045\,632$ parameters and the big one "
    r"$214\,171\,648$. Table 3 prints $65$ and $213$ million: off by $-3$ and by $+\tfrac12$ percent.",
    answers=("s0.4.3",),
)
def parameters() -> Evidence:
    """Count built models, the formula by hand, and Torch's own ``nn.Transformer``."""
    sizes = {"base": 63_045_632, "big": 214_171_648}
    witnesses: list[Witness] = []
    values: dict[str, dict[str, Any]] = {}
    for row in (BASE, BIG):
        parts = transformer_parameters(VOCAB_SIZE, row.d_model, row.d_ff, row.n_head, row.n_layer)
        total = sizes[row.row]
        witnesses += [
            equal(f"{row.row}, formula by hand", sum(parts.values()), total),
            equal(f"{row.row}, built and counted", size(built(row)), total),
            equal(f"{row.row}, Torch's nn.Transformer, adjusted", by_torch(row), total),
        ]
        printed = 1e6 * (row.millions or 0)
        values[row.row] = {
            "total": total,
            "millions": total / 1e6,
            "off": total / printed - 1,
            **parts,
            "share": {name: part / total for name, part in parts.items()},
        }
    witnesses += [
        close("base, off from print, percent", 100 * values["base"]["off"], -3, 0.05),
        close("big, off from print, percent", 100 * values["big"]["off"], 0.5, 0.06),
    ]
    return Evidence(witnesses, values)


def vocabulary_range(row: Variant) -> tuple[float, float]:
    """Return the vocabulary sizes for which a row's count rounds to what table 3 prints."""
    rest = size(built(row)) - VOCAB_SIZE * row.d_model
    low, high = ((1e6 * ((row.millions or 0) + half) - rest) / row.d_model for half in (-0.5, 0.5))
    return low, high


@claim(
    r"The parameter column of table 3 fits together, but not at $37\,000$: a shared embedding of about "
    r"$41\,100$ rows gives all ten printed sizes of base and its variants, and none of them is right at "
    r"$37\,000$. The big model's $213$ million needs about $35\,900$: no one vocabulary gives all eleven.",
    answers=("s0.4.4",),
)
def one_vocabulary() -> Evidence:
    """Intersect the vocabularies that each row allows, then count by hand at sizes inside and outside."""
    rows = [row for row in TABLE_3 if row.millions]
    ranges = [vocabulary_range(row) for row in rows if row.row != "big"]
    low, high = max(one[0] for one in ranges), min(one[1] for one in ranges)
    big = vocabulary_range(BIG)

    def right(vocab_size: int) -> list[str]:
        counts = {
            f"{row.row}{row.change}": transformer_parameters(
                vocab_size, row.d_model, row.d_ff, row.n_head, row.n_layer, row.d_k, row.d_v
            )
            for row in rows
        }
        printed = {f"{row.row}{row.change}": row.millions for row in rows}
        return [name for name, parts in counts.items() if round(sum(parts.values()) / 1e6) == printed[name]]

    best = max(len(right(vocab_size)) for vocab_size in range(30_000, 50_000, 50))
    return Evidence(
        [
            at_least("built: the ten ranges overlap", high, low),
            close("built: their middle", (low + high) / 2, 41_100, 10),
            close("built: the big model's middle", sum(big) / 2, 35_900, 50),
            at_most("built: big's range ends below theirs", big[1], low),
            equal("by hand: rows right at 41 100", len(right(41_100)), 10),
            equal("by hand: rows right at 37 000", len(right(37_000)), 0),
            equal("by hand: big right at 35 900", right(35_900), ["big"]),
            equal("by hand: most rows right at any one size", best, 10),
        ],
        {"low": round(low), "high": round(high), "big_low": round(big[0]), "big_high": round(big[1])},
    )


@claim(
    r"The training costs of table 2 are time $\times$ GPUs $\times$ sustained speed: $12$ hours on $8$ P100 "
    r"give $3{,}283 \times 10^{15}$ operations for base, and $84$ hours $22{,}982 \times 10^{15}$ for big, "
    r"printed as $3.3 \cdot 10^{18}$ and $2.3 \cdot 10^{19}$. Steps times seconds a step give the hours "
    r"within a tenth.",
    answers=("s0.4.3",),
)
def training_cost() -> Evidence:
    """Multiply by hand, compare with the printed costs, and with the time that the steps take."""
    printed = {row.model: row.german_cost or 0.0 for row in TABLE_2}
    witnesses, values = [], {}
    for name in ("base", "big"):
        cost = training_operations(HOURS[name], GPUS, P100_FLOPS)
        seconds = STEPS[name] * SECONDS_PER_STEP[name]
        exact = int(HOURS[name] * 36) * 100 * GPUS * 95 * 10**11
        rounded = float(f"{cost:.1e}")
        witnesses += [
            equal(f"{name}, two digits as printed", rounded, printed[f"Transformer ({name})"]),
            close(f"{name}, in whole numbers", cost / exact, 1, 1e-12),
            at_most(f"{name}, hours from steps, relative gap", abs(seconds / 3600 / HOURS[name] - 1), 0.1),
        ]
        values[name] = {"cost": cost, "hours_of_steps": seconds / 3600, "gpu_days": HOURS[name] * GPUS / 24}
    return Evidence(witnesses, values)


@claim(
    r"Those are operations that the GPUs could have done. The matrix products of the training themselves, "
    r"for $25\,000$ tokens a side and step and sentences of $25$ tokens, come to $9.5 \cdot 10^{17}$ for "
    r"base and $9.7 \cdot 10^{18}$ for big: a share of about $\tfrac{3}{10}$ and $\tfrac{2}{5}$."
)
def counted_cost() -> Evidence:
    """Count with Torch's operation counter, forward and backward, and by the formula times three."""
    witnesses, values = [], {}
    for row, expected, share in ((BASE, 9.5e17, 0.29), (BIG, 9.7e18, 0.42)):
        sentences, steps = BATCH_TOKENS // 25, STEPS[row.row]
        counted = counted_operations(built(row), 25, sentences)
        by_hand = forward_operations(25, VOCAB_SIZE, row.d_model, row.d_ff, row.n_layer) * sentences
        used = counted["both"] * steps
        paid = training_operations(HOURS[row.row], GPUS, P100_FLOPS)
        witnesses += [
            equal(f"{row.row}, forward by hand", by_hand, counted["forward"]),
            equal(f"{row.row}, backward costs two forwards", counted["both"], 3 * counted["forward"]),
            close(f"{row.row}, whole training over the stated", used / expected, 1, 0.01),
            close(f"{row.row}, share of what was paid", used / paid, share, 0.005),
        ]
        values[row.row] = {"used": float(used), "share": used / paid, "step": float(counted["both"])}
    return Evidence(witnesses, values)


@claim(
    r"Table 2, English to German: big beats the best ensemble before it by $2.04$ BLEU for less than a "
    r"third of its cost, base beats it too for a twenty-third. English to French: big beats the best "
    r"ensemble by $0.51$ for less than a fiftieth, but base stays below every model listed.",
    answers=("s0.4.3",),
)
def table_two() -> Evidence:
    """Subtract and divide the printed numbers, in floats and in whole hundredths."""
    base, big = (
        next(row for row in TABLE_2 if row.model == f"Transformer ({name})") for name in ("base", "big")
    )
    before = [row for row in TABLE_2 if not row.model.startswith("Transformer")]
    german = max((row for row in before if row.german), key=lambda row: row.german or 0)
    french = max((row for row in before if row.french), key=lambda row: row.french or 0)
    single = max((row for row in before if row.french and not row.ensemble), key=lambda row: row.french or 0)
    gains = np.array([big.german, base.german, big.french]) - np.array(
        [german.german, german.german, french.french]
    )
    ratios = [
        (german.german_cost or 0) / (big.german_cost or 1),
        (german.german_cost or 0) / (base.german_cost or 1),
        (french.french_cost or 0) / (big.french_cost or 1),
    ]
    fourth = (big.french_cost or 0) / (single.french_cost or 1)
    below = [row.model for row in before if row.french and row.french <= (base.french or 0)]
    return Evidence(
        [
            close("gains in BLEU", gains, [2.04, 0.94, 0.51], 1e-9),
            equal("gains in whole hundredths", [2840 - 2636, 2730 - 2636, 4180 - 4129], [204, 94, 51]),
            at_least("German: ensemble's cost over big's", ratios[0], 3),
            close("German: ensemble's cost over base's", ratios[1], 23, 0.5),
            at_least("French: ensemble's cost over big's", ratios[2], 50),
            at_most("French: big's cost over the best single model's", fourth, 0.25),
            equal("models that base beats in French", below, []),
        ],
        {
            "gain": dict(zip(("german_big", "german_base", "french_big"), gains.tolist(), strict=True)),
            "ratio": dict(zip(("german_big", "german_base", "french_big"), ratios, strict=True)),
            "fourth": fourth,
            "best_before": {"german": german.model, "french": french.model, "single": single.model},
        },
    )


@claim(
    r"Heads cost no parameters: rows (A) of table 3 have $1, 4, 8, 16, 32$ heads and all the same size, "
    r"because $h \cdot d_k = d_\text{model}$ in each. One head loses $0.9$ BLEU against the best, $32$ lose "
    r"$0.4$.",
    answers=("s0.4.4",),
)
def heads_are_free() -> Evidence:
    """Build each row, count by hand, and subtract the printed scores."""
    rows = [BASE, *(row for row in TABLE_3 if row.row == "A")]
    by_hand = {
        sum(transformer_parameters(VOCAB_SIZE, n_head=row.n_head, d_k=row.d_k, d_v=row.d_v).values())
        for row in rows
    }
    scores = {row.n_head: row.bleu for row in rows}
    best = max(scores.values())
    return Evidence(
        [
            equal("built, sizes that differ", len({size(built(row)) for row in rows}), 1),
            equal("by hand, the one size", by_hand, {63_045_632}),
            close("one head, short of the best", best - scores[1], 0.9, 1e-9),
            close("32 heads, short of the best", best - scores[32], 0.4, 1e-9),
        ],
        {"scores": {str(heads): score for heads, score in scores.items()}},
    )
