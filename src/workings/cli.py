"""The command ``workings``: bring exhibits up to date, list claims and errata, print standalone code."""

from __future__ import annotations

import json
import os
from typing import Annotated, Any

import typer
from click import ClickException
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from workings.site import survey as site
from workings.site.build import build_site
from workings.site.census import declared
from workings.site.copying import standalone as standalone_form
from workings.site.faults import faults
from workings.site.module import NotThereError
from workings.site.recording import Order, experiments, record_all, stale, unfit
from workings.site.run import Outcome, results
from workings.site.scan import pages
from workings.site.work import Work

app = typer.Typer(
    help="Workings: a site whose every number is computed when it is built.",
    no_args_is_help=True,
    rich_markup_mode=None,
    add_completion=False,
    pretty_exceptions_enable=False,
)
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON with stable keys instead of text.")]
Jobs = Annotated[int | None, typer.Option(min=1, help="How many worker processes; by default one a core.")]
Force = Annotated[bool, typer.Option(help="Compute everything again, fresh or not.")]
Device = Annotated[str, typer.Option(help="Where Torch runs: cpu, cuda or auto.", envvar="WORKINGS_DEVICE")]
Scheduler = Annotated[
    str, typer.Option(help="A Dask scheduler whose workers do the work.", envvar="WORKINGS_SCHEDULER")
]

out = Console(soft_wrap=True, highlight=False)


@app.command()
def run(
    jobs: Jobs = None,
    force: Force = False,
    device: Device = "cpu",
    scheduler: Scheduler = "",
    as_json: AsJson = False,
) -> None:
    """Compute whatever the pages need and is stale; say what is wrong, page by page and line by line."""
    _choose(device, scheduler)
    survey = site.take(jobs=jobs, force=force, bar=not as_json)
    wrong = [(page, fault) for page in survey.pages.values() for fault in faults(survey, page)]
    ran = [work.label for work, outcome in survey.outcomes.items() if outcome.ran]
    fresh = [work.label for work, outcome in survey.outcomes.items() if not outcome.ran]
    if as_json:
        rows = [{"page": page.name, "line": fault.line, "message": fault.message} for page, fault in wrong]
        _print_json({"ran": ran, "fresh": fresh, "faults": rows})
    else:
        for page, fault in wrong:
            out.print(f"{page.error([fault]).message}", style="red", markup=False)
        out.print(f"{len(ran)} computed, {len(fresh)} fresh, {len(wrong)} faults", markup=False)
    if wrong:
        raise typer.Exit(1)


@app.command()
def claims(
    jobs: Jobs = None,
    force: Force = False,
    device: Device = "cpu",
    scheduler: Scheduler = "",
    as_json: AsJson = False,
) -> None:
    """Decide every claim and every erratum; exit with 1 if one does not come out as it must."""
    _choose(device, scheduler)
    rows = _decided("claim", jobs, force, not as_json) + _decided("erratum", jobs, force, not as_json)
    if as_json:
        _print_json(rows)
    else:
        table = Table("", "claim", "verdict", "witnesses", box=None)
        for row in rows:
            sign = "[green]✓[/]" if row["ok"] else "[red]✗[/]"
            table.add_row(
                sign,
                row["name"],
                row["verdict"],
                escape(", ".join(one["name"] for one in row["witnesses"]) or row["error"]),
            )
        out.print(table)
        out.print(f"{sum(row['ok'] for row in rows)} of {len(rows)} come out as they must")
    if not all(row["ok"] for row in rows):
        raise typer.Exit(1)


@app.command()
def errata(jobs: Jobs = None, as_json: AsJson = False) -> None:
    """List the published answers that a run refutes, with what is true."""
    rows = _decided("erratum", jobs, force=False, bar=not as_json)
    if as_json:
        _print_json(rows)
    else:
        for row in rows:
            out.print(f"{row['question']}  {row['name']}  ({row['certainty']})", style="bold", markup=False)
            out.print(f"  published: {row['statement']}\n  true:      {row['truth']}", markup=False)
    if not all(row["ok"] for row in rows):
        raise typer.Exit(1)


@app.command()
def problems(as_json: AsJson = False) -> None:
    """List the problems, with the page and the line of each and the claims that decide it."""
    rows = [
        {
            "id": directive.argument,
            "title": directive.options.get("title", ""),
            "page": page.name,
            "line": directive.line,
            "claims": directive.options.get("claims", []),
        }
        for page in pages()
        for directive in page.directives
        if directive.name == "problem"
    ]
    if as_json:
        _print_json(rows)
        return
    table = Table("question", "title", "page", "claims", box=None)
    for row in rows:
        table.add_row(
            row["id"], escape(row["title"]), f"{row['page']}:{row['line']}", str(len(row["claims"]))
        )
    out.print(table)


@app.command()
def standalone(
    name: Annotated[str, typer.Argument(help="A function or class, such as byhand.softmax.softmax.")],
    as_json: AsJson = False,
) -> None:
    """Print a function with all that it needs, so that it runs when pasted into an empty file."""
    try:
        code = standalone_form(name)
    except (LookupError, ValueError) as error:
        raise ClickException(str(error.args[0])) from error
    if as_json:
        _print_json({"name": name, "code": code})
    else:
        typer.echo(code, nl=False)


@app.command()
def record(
    name: Annotated[str, typer.Argument(help="An experiment: a file of src/workings/experiments.")] = "",
    every: Annotated[bool, typer.Option("--all", help="Run each experiment whose record is stale.")] = False,
    preset: Annotated[str, typer.Option(help="full: what pages show; quick: a trial of seconds.")] = "full",
    seed: Annotated[int | None, typer.Option(help="Another seed than the preset's own.")] = None,
    device: Device = "cpu",
    scheduler: Scheduler = "",
    as_json: AsJson = False,
) -> None:
    """Run long experiments and keep their results, with where they come from.

    Full runs go to docs/records, where pages read them; runs by another preset or seed to .workings/records.
    """
    if bool(name) == every:
        raise ClickException(f"name an experiment, or say --all; there are {', '.join(experiments())}")
    _choose(device, scheduler)
    wanted = stale() if every else [Order(name)]
    orders = [Order(one.name, preset, seed) for one in wanted]
    passed_over = [words for one in orders if every and (words := unfit(one))]
    written = []
    try:
        for path in record_all([one for one in orders if not (every and unfit(one))]):
            written.append(str(path))
            if not as_json:
                out.print(f"wrote {path}", markup=False)
    except (LookupError, ValueError) as error:
        raise ClickException(str(error.args[0])) from error
    if as_json:
        _print_json({"written": written, "passed_over": passed_over})
    else:
        for words in passed_over:
            out.print(f"passed over: {words}", markup=False)
        if not orders:
            out.print("every record is of the code as it stands")


@app.command()
def build(
    jobs: Jobs = None, device: Device = "cpu", scheduler: Scheduler = "", as_json: AsJson = False
) -> None:
    """Build the site strictly beside the old one, and put it in its place when it is whole."""
    _choose(device, scheduler)
    place = build_site(jobs=jobs, quiet=as_json)
    if as_json:
        _print_json({"site": str(place)})
    else:
        out.print(f"The site is in {place}", markup=False)


def _choose(device: str, scheduler: str) -> None:
    if device not in ("cpu", "cuda", "auto"):
        raise ClickException(f"--device must be cpu, cuda or auto, got {device!r}")
    if device != "cpu":
        import torch

        present = torch.cuda.is_available()
        if device == "cuda" and not present:
            raise ClickException("--device is cuda, but this Torch sees no CUDA device")
        device = "cuda" if present else "cpu"
    os.environ["WORKINGS_DEVICE"] = device
    os.environ["WORKINGS_SCHEDULER"] = scheduler


def _decided(kind: str, jobs: int | None, force: bool, bar: bool) -> list[dict[str, Any]]:
    works = [Work("claim", name) for name in declared(kind)]
    outcomes = results(works, jobs=jobs, force=force, bar=bar)
    return [_row(work, outcomes[work]) for work in works]


def _row(work: Work, outcome: Outcome) -> dict[str, Any]:
    result = outcome.result or {}
    row = {
        "name": work.name,
        "ok": outcome.result is not None,
        "verdict": result.get("verdict", "failed"),
        "statement": result.get("statement", ""),
        "witnesses": result.get("witnesses", []),
        "values": result.get("values", {}),
        "error": outcome.error,
    }
    extra = ("question", "certainty", "reading", "truth", "corrected")
    return row | {name: result[name] for name in extra if name in result}


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))


def main() -> None:
    """Run the command; an error that we foresaw is one sentence, no traceback."""
    try:
        app()
    except ClickException as error:
        error.show()
        raise SystemExit(error.exit_code) from None
    except NotThereError as error:
        ClickException(str(error.args[0])).show()
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
