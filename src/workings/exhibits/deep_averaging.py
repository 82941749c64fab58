"""Averaging networks: accuracy, errors with each word's effect as a heat strip, tests of their causes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.patches import Rectangle

from workings.claims.deep_averaging import HIDDEN, network, vocabulary
from workings.data.record import record
from workings.data.small_reviews import small_reviews
from workings.exhibits.drawing import FAINT, INK, SERIES, Figure, canvas
from workings.exhibits.exhibit import Cell, Table, exhibit
from workings.models.deep_averaging import scores_of
from workings.models.review_measures import anatomy

SIDE = {True: "positive", False: "negative"}
SHOWN = ("not half bad", "stunning", "a great idea", "the critics", "a perfect example")


def measured() -> Any:
    """Give the values of the record."""
    return record("deep_averaging").values


CLASSIFIERS = (  # name in the record, words of the table, naive Bayes on the same tokens
    ("bayes", "naive Bayes, words", "bayes"),
    ("linear", "linear, random vectors", "bayes"),
    ("random", "hidden layer, random vectors", "bayes"),
    ("glove", "… GloVe's vectors", "bayes"),
    ("learnt", "… vectors from reviews", "bayes"),
    ("start", "… starts as naive Bayes", "bayes"),
    ("bayes_pairs", "naive Bayes, words and pairs", "bayes_pairs"),
    ("pairs", "vectors from reviews, pairs", "bayes_pairs"),
    ("pairs_together", "… three networks", "bayes_pairs"),
    ("pairs_and_bayes", "… and naive Bayes", "bayes_pairs"),
)


@exhibit(records=("deep_averaging",))
def accuracy() -> Table:
    """Compare classifiers on five parts of real reviews, each with naive Bayes on the same tokens."""
    found = measured()["accuracy"]
    rows: list[list[Cell]] = []
    values: dict[str, Any] = {}
    for name, words, other in CLASSIFIERS:
        each = np.array(found[name])
        above = each - np.array(found[other])
        mean, error = float(above.mean()), float(above.std(ddof=1) / len(each) ** 0.5)
        counted: list[Cell] = ["–", ""] if name == other else [_signed(mean), f"{error:.1%}"]
        rows.append([words, float(each.mean()), float(each.min()), float(each.max()), *counted])
        values[name] = {"mean": float(each.mean()), "above": mean, "behind": -mean, "error": error}
    values |= {
        name: measured()[name]
        for name in ("reviews", "held", "test", "vocab_size", "splits", "networks", "learnt_width")
    }
    values["bayes_wrong_too"] = measured()["bayes_wrong_too"]
    values["whole_words"] = measured()["whole_words"]
    same = measured()["same_split"]
    values["same_split"] = {"least": min(same), "most": max(same)}
    columns = ["classifier", "accuracy", "least", "most", "above Bayes", "± error"]
    return Table(columns, rows, ["", ".1%", ".1%", ".1%", "", ""], values=values)


def _signed(share: float) -> str:
    return f"{share:+.1%}".replace("-", "−")


def strips(found: Sequence[Mapping[str, Any]], width: int = 40) -> Any:
    """Draw reviews word by word, each word on a ground that says what deleting it takes from the score."""
    lines: list[list[tuple[str, float]] | str] = []
    for one in found:
        lines.append(f"{SIDE[one['label']]}, score {one['score']:+.2f}".replace("-", "−"))
        line: list[tuple[str, float]] = []
        for word, effect in zip(one["words"], one["effects"], strict=True):
            if sum(len(other) + 1 for other, _ in line) + len(word) > width:
                lines.append(line)
                line = []
            line.append((word, effect))
        lines.append(line)
    most = max(abs(effect) for one in found for effect in one["effects"])
    figure, axes = canvas(5.0, 0.25 * len(lines) + 0.1)
    for row, shown in enumerate(lines):
        if isinstance(shown, str):
            axes.text(0, row + 0.75, shown, fontsize=10, color=INK, style="italic")
            continue
        left = 1
        for word, effect in shown:
            axes.add_patch(
                Rectangle(
                    (left - 0.3, row + 0.06), len(word) + 0.6, 0.86, linewidth=0,
                    color=SERIES[0] if effect > 0 else SERIES[1], alpha=round(0.65 * abs(effect) / most, 2),
                )
            )  # fmt: skip
            centre = left + len(word) / 2
            axes.text(centre, row + 0.7, word, fontsize=10, color=INK, ha="center")
            if effect < -0.15 * most:  # a stroke below, so that colour is not all that tells
                axes.plot([left, left + len(word)], [row + 0.9] * 2, color=SERIES[1], linewidth=1.2)
            left += len(word) + 1
    axes.set_xlim(0, width + 4)
    axes.set_ylim(len(lines), 0)
    axes.set_axis_off()
    axes.axhline(len(lines), color=FAINT, linewidth=0.1)
    return figure


def _figure(found: Sequence[Mapping[str, Any]]) -> Figure:
    parts, values = [], {}
    for number, one in enumerate(found):
        order = np.argsort(one["effects"])
        up, down = one["words"][order[-1]], one["words"][order[0]]
        parts.append(f"{' '.join(one['words'])} ({SIDE[one['label']]}): most up {up}, most down {down}")
        values[f"n{number}"] = {
            "score": one["score"],
            "up": up,
            "down": down,
            "up_effect": float(one["effects"][order[-1]]),
            "down_effect": float(one["effects"][order[0]]),
            "without_up": one["score"] - float(one["effects"][order[-1]]),
            "without_down": one["score"] - float(one["effects"][order[0]]),
            "turned_by": one["turned_by"],
        }
    alt = "Five reviews that the network got wrong, each word shaded by its effect. " + "; ".join(parts) + "."
    return Figure(strips(found), alt, values)


@exhibit(records=("deep_averaging",))
def five() -> Figure:
    """Draw five errors on real reviews, word by word."""
    figure = _figure(measured()["five"])
    return Figure(figure.drawing, figure.alt, {**figure.values, "longest": measured()["longest"]})


def small_five() -> list[dict[str, Any]]:
    """Take five errors of the network trained on small reviews apart."""
    model, symbols = network(HIDDEN), vocabulary()
    chosen = [one for start in SHOWN for one in small_reviews()[1] if one[0].startswith(start)]
    return [anatomy(model, text.split(), symbols.encode(text.split()), label) for text, label in chosen]


@exhibit
def small_strips() -> Figure:
    """Draw five errors on the small reviews, word by word, at build."""
    return _figure(small_five())


def _tests(found: Sequence[Mapping[str, Any]]) -> Table:
    rows: list[list[Cell]] = []
    for one in found:
        turned = one["turned_by"]
        quiet = f"{one['without_negators']:+.1f}".replace("-", "−") if one["negated"] else "–"
        cells = [
            " ".join(one["words"][:4]) + " …",
            SIDE[one["label"]],
            one["score"],
            f"{one['shuffled']:.0e}",
        ]
        rows.append([*cells, f"{turned}" if turned < 6 else "more than 5", quiet])
    columns = ["review", "truth", "score", "shuffled", "deletions", "no negators"]
    return Table(columns, rows, ["", "", "+.2f", "", "", ""])


@exhibit(records=("deep_averaging",))
def tests() -> Table:
    """Test five real errors: shuffle, delete until the decision turns, take the negators out."""
    return _tests(measured()["five"])


@exhibit
def small_tests() -> Table:
    """Test five small errors in the same way, at build."""
    return _tests(small_five())


@exhibit(records=("deep_averaging",))
def groups() -> Table:
    """Compare all errors with all right decisions, by what is said to cause errors."""
    found = measured()["groups"]
    names = (
        ("words", "length", ".1f"),
        ("has a negator", "negated", ".0%"),
        ("has but, though, yet …", "turns", ".0%"),
        ("unknown words", "unknown", ".1%"),
        ("mixed, from 0 to 1", "mixed", ".2f"),
        ("distance of the score from 0", "score", ".2f"),
        ("turned by one deletion", "turned_by_one", ".0%"),
        ("turned by three", "turned_by_three", ".0%"),
        ("moved by shuffling, at most", "shuffled", ".0e"),
    )
    rows: list[list[Cell]] = [
        [words, *(format(found[group][name], how) for group in ("wrong", "right"))]
        for words, name, how in names
    ]
    values = {**found, "by_kind": measured()["by_kind"], "errors": measured()["errors"]}
    return Table(["mean or share", "wrong", "right"], rows, values=values)


@exhibit(records=("deep_averaging",))
def negations() -> Table:
    """Show the mean score of six words and of their negations over the five networks."""
    found = measured()["negations"]
    rows: list[list[Cell]] = []
    for word in ("great", "good", "funny", "bad", "dull", "boring"):
        plain, negated = found[word], found[f"not {word}"]
        rows.append([word, plain["mean"], negated["mean"], negated["mean"] - plain["mean"], negated["error"]])
    values = {name.replace(" ", "_"): one["mean"] for name, one in found.items()}
    columns = ["the film is …", "score", "with not", "moved by", "± error"]
    return Table(columns, rows, ["", "+.2f", "+.2f", "+.2f", ".2f"], values=values)


@exhibit
def small_accuracy() -> Table:
    """Count what the small networks get right, on what they were trained on and on the hard reviews."""
    train, test = small_reviews()
    symbols = vocabulary()
    rows: list[list[Cell]] = []
    values = {}
    for words, hidden in (("linear", 0), ("one hidden layer", HIDDEN)):
        right = []
        for part in (train, test):
            scores = scores_of(network(hidden), [symbols.encode(text.split()) for text, _ in part])
            right.append(float(np.mean((scores > 0) == np.array([label for _, label in part]))))
        rows.append([words, *right])
        values["linear" if hidden == 0 else "deep"] = {"train": right[0], "test": right[1]}
    return Table(["averaging network", "72 reviews", "24 hard ones"], rows, ["", ".0%", ".0%"], values=values)
