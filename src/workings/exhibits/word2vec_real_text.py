"""word2vec on real text: speed and quality beside gensim's, from the record; which tokens stay."""

from __future__ import annotations

from typing import Any

import numpy as np

from workings.byhand.subsampling import kept, kept_in_the_paper
from workings.data.record import record
from workings.exhibits.drawing import FAINT, INK, SERIES, Figure, canvas
from workings.exhibits.exhibit import Cell, Table, exhibit

NAMES = {"blocks": "by blocks", "gensim": "gensim"}


def measured() -> Any:
    """Give the values of the record."""
    return record("word2vec_real_text").values


@exhibit(records=("word2vec_real_text",))
def comparison() -> Table:
    """Compare speed and WordSim-353 for each number of epochs, over the seeds."""
    found = measured()
    rows: list[list[Cell]] = []
    values: dict[str, Any] = {}
    for epochs in sorted({one["epochs"] for one in found["runs"]}):
        for key, name in NAMES.items():
            runs = [one for one in found["runs"] if (one["epochs"], one["model"]) == (epochs, key)]
            speed, worked, score = (
                np.array([one[what] for one in runs])
                for what in ("words_a_second", "words_a_cpu_second", "similarity")
            )
            spread = float(score.std(ddof=1)) if len(score) > 1 else 0.0
            values[f"{key}_{epochs}"] = {
                "speed": float(speed.mean()),
                "worked": float(worked.mean()),
                "score": float(score.mean()),
                "spread": spread,
                "least": float(score.min()),
                "most": float(score.max()),
            }
            one = values[f"{key}_{epochs}"]
            rows.append([epochs, name, one["speed"] / 1000, one["worked"] / 1000, one["score"], spread])
        blocks, gensim = values[f"blocks_{epochs}"], values[f"gensim_{epochs}"]
        values[f"ratio_{epochs}"] = {
            "clock": blocks["speed"] / gensim["speed"],
            "worked": blocks["worked"] / gensim["worked"],
            "score": blocks["score"] - gensim["score"],
        }
    values |= {key: found[key] for key in ("words", "known", "vocab_size", "pairs", "gensim", "settings")}
    values["seeds"] = len({one["seed"] for one in found["runs"]})
    values["numbering"] = found["numbering_seconds"]
    columns = ["epochs", "", "1000 words/s", "1000 words/CPU s", "WordSim", "±"]
    return Table(columns, rows, ["d", "", ",.0f", ",.0f", ".3f", ".3f"], head=2, values=values)


@exhibit(records=("word2vec_real_text",))
def scores() -> Figure:
    """Draw the cosine of every pair against people's score."""
    found = measured()
    figure, axes = canvas(columns=2, sharey=True)
    for place, (key, name) in enumerate(NAMES.items()):
        axes[place].plot(
            found["human"],
            found["cosines"][key],
            color=SERIES[place],
            marker="o",
            markersize=2.5,
            linestyle="none",
        )
        axes[place].set_title(name)
        axes[place].set_xlabel("people, 0 to 10")
    axes[0].set_ylabel("cosine")
    correlation = float(np.corrcoef(found["cosines"]["blocks"], found["cosines"]["gensim"])[0, 1])
    return Figure(
        figure,
        f"Two clouds of {found['pairs']} pairs, cosine against people's score, for vectors by blocks and for "
        "gensim's. Both rise, and both are wide.",
        {"correlation": correlation},
    )


@exhibit(records=("word2vec_real_text",))
def curve() -> Figure:
    """Draw the mean loss of a pair against the epochs."""
    found = measured()["curve"]
    figure, axes = canvas()
    start = float((1 + measured()["settings"]["negatives"]) * np.log(2))
    axes.axhline(start, color=FAINT, linewidth=1)
    axes.text(max(found["reads"]), start - 0.12, "at first", color=INK, ha="right")
    axes.plot(found["reads"], found["losses"], color=SERIES[0])
    axes.set_xlabel("epochs")
    axes.set_ylabel("loss of a pair")
    last = float(np.mean(found["losses"][-5:]))
    return Figure(
        figure,
        f"The loss of a pair falls from {start:.2f} to {last:.2f}, steeply in the first epoch, then slowly.",
        {"start": start, "last": last, "first_epoch": float(np.interp(1.0, found["reads"], found["losses"]))},
    )


@exhibit(records=("word2vec_real_text",))
def nearest_words() -> Table:
    """List the nearest words of some words, by both."""
    found = measured()["neighbours"]
    rows = [[word, *(", ".join(found[key][word][:3]) for key in NAMES)] for word in found["blocks"]]
    shared = [
        len(set(found["blocks"][word]) & set(found["gensim"][word])) / len(found["blocks"][word])
        for word in found["blocks"]
    ]
    return Table(["word", *NAMES.values()], rows, values={"shared": float(np.mean(shared))})


@exhibit(records=("word2vec_real_text",))
def analogies() -> Table:
    """Count right answers by section, for sections of which a hundred questions are known."""
    found = measured()["analogies"]
    rows: list[list[Cell]] = []
    for name, (right, known) in found["blocks"].items():
        if known >= 100:
            rows.append([name, known, right / known, found["gensim"][name][0] / known])
    totals = {key: [sum(one[place] for one in found[key].values()) for place in (0, 1)] for key in NAMES}
    values = {key: right / max(known, 1) for key, (right, known) in totals.items()}
    columns = ["section", "questions", *NAMES.values()]
    return Table(columns, rows, ["", "d", ".1%", ".1%"], values={**values, "known": totals["blocks"][1]})


@exhibit
def who_stays() -> Table:
    """Compare both formulas at some frequencies, in units of the threshold."""
    t = 1e-3
    ratios = (0.5, 1.0, 2.0, 4.0, 16.0, 64.0)
    rows: list[list[Cell]] = []
    for ratio in ratios:
        counts = [ratio * t, 1 - ratio * t]
        rows.append([ratio, float(kept_in_the_paper(counts, t)[0]), float(kept(counts, t)[0])])
    return Table(["f / t", "paper", "program"], rows, ["g", ".3f", ".3f"])
