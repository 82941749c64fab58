"""Tables of what the machinery and the models' layers cost, from the records that ``make bench`` writes."""

from __future__ import annotations

from typing import Any

from workings.data.record import record
from workings.exhibits.exhibit import Table, exhibit

BUILDS = {"warm": "all fresh", "edited": "a page edited", "served": "the same, while serving"}
LAYERS = {
    "heads": "attention, heads",
    "heads_written_out": "the same, written out",
    "one_head": "attention, one head",
    "block": "transformer block",
    "lstm": "LSTM",
    "gru": "GRU",
    "rnn_loop": "RNN, a loop",
    "bag": "averaged words",
}


def measured(what: str) -> Any:
    """Give one part of the record."""
    return record("benchmarks").values[what]


def spread(samples: Any, scale: float = 1) -> list[float]:
    """Give the median, the least and the greatest."""
    return [samples[name] * scale for name in ("median", "least", "greatest")]


@exhibit(records=("benchmarks",))
def aims() -> Table:
    """What was aimed at and what was measured."""
    build, page = measured("build"), measured("page")
    rows = [
        ["warm build to plain MkDocs", 1.25, build["warm"]["to_plain"]["processor"]["median"]],
        ["first page, kB", 150, page["first"]["bytes"] / 1000],
        ["its problems page next, kB", 60, max(page["later"]["bytes"], page["instant"]["bytes"]) / 1000],
    ]
    met = sum(found <= most for _, most, found in rows)
    cells = [[name, f"{most:g}", f"{found:.3g}", found <= most] for name, most, found in rows]
    return Table(["aim", "at most", "measured", "met"], cells, values={"met": met, "count": len(rows)})


@exhibit(records=("benchmarks",))
def builds() -> Table:
    """Compare builds with plain MkDocs on the same pages, in seconds of processor time."""
    build = measured("build")
    cold, plain = build["cold"], build["warm"]["plain"]["processor"]["median"]
    ratio = cold["processor"]["median"] / plain
    rows: list[list[str | float]] = [["nothing kept", *spread(cold["processor"]), plain, ratio]]
    for name, words in BUILDS.items():
        ours, theirs, ratio = (build[name][part]["processor"] for part in ("workings", "plain", "to_plain"))
        rows.append([words, *spread(ours), theirs["median"], ratio["median"]])
    values = {
        "pages": build["pages"],
        "repeats": build["warm"]["workings"]["clock"]["repeats"],
        "load": measured("load")["build"],
        "clock": {
            "cold": cold["clock"]["median"],
            **{name: build[name]["workings"]["clock"]["median"] for name in BUILDS},
        },
        "clock_ratio": {name: build[name]["to_plain"]["clock"]["median"] for name in BUILDS},
    }
    columns = ["build", "s", "least", "greatest", "plain", "ratio"]
    return Table(columns, rows, ["", *[".2f"] * 5], values=values)


@exhibit(records=("benchmarks",))
def floor() -> Table:
    """Compare with MkDocs that is handed the finished HTML and reads no Markdown, in processor time."""
    build = measured("build")
    rows = []
    for name, words in BUILDS.items():
        ours, theirs, ratio = (build[name][part]["processor"] for part in ("workings", "floor", "to_floor"))
        rows.append([words, ours["median"], theirs["median"], ratio["median"]])
    values = {name: build[name]["to_floor"]["processor"]["median"] for name in BUILDS}
    return Table(["build", "s", "floor", "ratio"], rows, ["", ".2f", ".2f", ".2f"], values=values)


@exhibit(records=("benchmarks",))
def downloads() -> Table:
    """Count what a reader downloads, headers included."""
    page = measured("page")
    visits = [page[name] for name in ("first", "instant", "later")]
    kinds = sorted(visits[0]["by_kind"], key=visits[0]["by_kind"].get, reverse=True)
    rows: list[list[str | float]] = [
        [kind, *(visit["by_kind"].get(kind, 0) / 1000 for visit in visits)] for kind in kinds
    ]
    rows.append(["all", *(visit["bytes"] / 1000 for visit in visits)])
    values = {
        name: {"kilobytes": page[name]["bytes"] / 1000, "requests": page[name]["requests"]}
        for name in ("first", "instant", "later")
    }
    columns = ["kB", "first page", "by a link", "loaded whole"]
    return Table(columns, rows, ["", ".1f", ".1f", ".1f"], values=values)


@exhibit(records=("benchmarks",))
def shown() -> Table:
    """Time until text shows, in milliseconds."""
    page = measured("page")
    names = {
        "first_paint": "first page: first text",
        "largest_paint": "first page: largest block",
        "instant_shown": "by a link: other page",
        "phone_first_paint": "slow phone: first text",
    }
    spreads = {name: spread(page[name], 1000) for name in names}
    rows: list[list[str | float]] = [[names[name], *times] for name, times in spreads.items()]
    values = {name: times[0] for name, times in spreads.items()} | {"load": measured("load")["page"]}
    return Table(["ms", "median", "least", "greatest"], rows, ["", ".0f", ".0f", ".0f"], values=values)


@exhibit(records=("benchmarks",))
def parts() -> Table:
    """Time the machinery's parts, in milliseconds each."""
    part = measured("parts")
    spreads = {
        "a formula, by KaTeX": part["formulas"]["made"],
        "a formula, from the store": part["formulas"]["kept"],
        "a key": part["keys"]["each"],
        "a standalone form": part["standalone"]["each"],
    }
    rows = [[name, one["repeats"], *spread(one)] for name, one in spreads.items()]
    values = {
        "formulas": part["formulas"]["count"],
        "engine": part["formulas"]["engine"],
        "import": part["import"],
        "heavy": len(part["loaded"]),
        "doctests": measured("doctests")["count"],
        "doctest_seconds": measured("doctests")["clock"]["median"],
    }
    columns = ["ms", "count", "median", "least", "greatest"]
    return Table(columns, rows, ["", "d", ".2f", ".2f", ".2f"], values=values)


@exhibit(records=("benchmarks",))
def peers() -> Table:
    """Compare tools that run small computations at build: seconds a build, milliseconds a block."""
    peer = measured("peer")
    names = {"workings": "Workings", "markdown_exec": "markdown-exec", "mkdocs_jupyter": "mkdocs-jupyter"}
    still = peer["nothing_run"]["warm"]["median"]
    rows: list[list[str | float]] = []
    for name, words in names.items():
        if name in peer:
            cold, warm = (peer[name][kind]["median"] for kind in ("cold", "warm"))
            each = [1000 * (one - still) / peer["blocks"] for one in (cold, warm)]
            rows.append([words, cold, warm, *each])
    rows.append(["nothing run", peer["nothing_run"]["cold"]["median"], still, 0.0, 0.0])
    values = {"blocks": peer["blocks"], **peer["versions"]}
    columns = ["tool", "cold s", "warm s", "cold ms a block", "warm ms a block"]
    return Table(columns, rows, ["", ".2f", ".2f", ".0f", ".0f"], values=values)


@exhibit(records=("layers",))
def layers() -> Table:
    """Compare the models' layers with Torch's own: milliseconds forward, and ratios of the times."""
    found = record("layers").values
    rows: list[list[str | float]] = [
        [
            words,
            *(found["layers"][name]["forward"][side]["median"] for side in ("ours", "theirs")),
            *(found["layers"][name][kind]["ratio"]["median"] for kind in ("forward", "training")),
            found["layers"][name]["apart"],
        ]
        for name, words in LAYERS.items()
    ]
    fit = found["logistic_regression"]
    times = [fit["fit"][one]["median"] for one in ("ours", "theirs", "ratio")]
    rows.append(["logistic regression", *times, "", fit["apart"]])
    ratios = {
        kind: {name: found["layers"][name][kind]["ratio"]["median"] for name in LAYERS}
        for kind in ("forward", "training")
    }
    values = {
        **ratios,
        "logistic_regression": times[2],
        "sizes": found["sizes"],
        "threads": found["threads"],
        "repeats": fit["fit"]["ours"]["repeats"],
        "load": found["load"],
    }
    columns = ["layer", "ms", "Torch's", "ratio", "training", "apart"]
    return Table(columns, rows, ["", ".2f", ".2f", ".2f", ".2f", ".0e"], values=values)


@exhibit(records=("layers",))
def compiled() -> Table:
    """Compare a training step with and without ``torch.compile``, and what compiling takes."""
    found = record("layers").values["compiled"]
    rows: list[list[str | float]] = [
        [
            name,
            *(one[kind]["median"] for kind in ("without", "compiled", "ratio")),
            one["first_step"],
            "never" if one["pays_after"] is None else one["pays_after"],
        ]
        for name, one in found.items()
    ]
    columns = ["numbers", "ms a step", "compiled", "ratio", "s to compile", "pays after steps"]
    values = {name: {"ratio": one["ratio"]["median"]} for name, one in found.items()}
    return Table(columns, rows, ["", ".1f", ".1f", ".2f", ".0f", ",.0f"], values=values)
