"""Averaging networks against naive Bayes on whole reviews, and with fewer of their words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from workings.data.record import record
from workings.exhibits.exhibit import Cell, Table, exhibit

CLASSIFIERS = (  # name in the record, words of the table
    ("bayes", "naive Bayes, all words"),
    ("bayes_often", "… the networks' words"),
    ("linear", "linear average"),
    ("deep", "average, hidden layer"),
)


def measured() -> Any:
    """Give the values of the record."""
    return record("deep_averaging").values["by_length"]


def against_bayes(found: Any, name: str, other: str = "bayes") -> dict[str, float]:
    """Compare with naive Bayes part by part: the mean, the difference and its standard error."""
    each, theirs = (np.array(found[one]["accuracy"]) for one in (name, other))
    above = each - theirs
    return {
        "mean": float(each.mean()),
        "above": float(above.mean()),
        "behind": -float(above.mean()),
        "error": float(above.std(ddof=1) / len(each) ** 0.5),
    }


def difference(one: Mapping[str, float]) -> str:
    """Write a difference in percent with its sign and its standard error."""
    return f"{one['above']:+.1%} ± {one['error']:.1%}".replace("-", "−")


@exhibit(records=("deep_averaging",))
def whole() -> Table:
    """Compare classifiers on parts of whole reviews."""
    found = measured()
    each = found["lengths"]["all"]
    rows: list[list[Cell]] = []
    values: dict[str, Any] = {}
    for name, words in CLASSIFIERS:
        one, right = against_bayes(each, name), each[name]["accuracy"]
        rows.append([words, one["mean"], "–" if name == "bayes" else difference(one)])
        values[name] = one | {key: each[name][key] for key in ("alone", "bayes_alone")}
        values[name] |= {"least": min(right), "most": max(right)}
        values[name]["same_words"] = against_bayes(each, name, "bayes_often")
    values |= {name: found[name] for name in ("reviews", "held", "parts", "words", "different")}
    values["test"] = found["held"] // found["parts"]
    values["train"] = found["reviews"] - values["test"]
    return Table(["classifier", "accuracy", "above Bayes"], rows, ["", ".1%", ""], values=values)


@exhibit(records=("deep_averaging",))
def lengths() -> Table:
    """Compare the same classifiers where only some words of each review are read."""
    found = measured()["lengths"]
    rows: list[list[Cell]] = []
    values: dict[str, Any] = {}
    for length in sorted(found, key=lambda one: (one == "all", len(one), one)):  # 20, 100, all
        each = found[length]
        compared = {name: against_bayes(each, name) for name, _ in CLASSIFIERS}
        shares: list[Cell] = [compared[name]["mean"] for name in ("bayes", "linear", "deep")]
        rows.append([length, *shares, difference(compared["deep"])])
        values["all" if length == "all" else f"n{length}"] = compared
    values["gain"] = {
        name: values["all"][name]["mean"] - values["n100"][name]["mean"] for name, _ in CLASSIFIERS
    }
    columns = ["words", "Bayes", "linear", "hidden", "above Bayes"]
    return Table(columns, rows, ["", ".1%", ".1%", ".1%", ""], values=values)
