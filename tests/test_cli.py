"""The command: what it prints, as JSON with stable keys too, and how it ends."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Built, Site

COMMANDS = ("run", "claims", "problems", "errata", "standalone", "record", "build")


def as_json(built: Built) -> Any:
    assert built.code == 0, built.said
    return json.loads(built.said)


def test_help_tells_a_newcomer_what_there_is(healthy: Site) -> None:
    told = healthy.workings("--help")
    assert told.code == 0
    for command in COMMANDS:
        assert f" {command} " in told.said
    assert "Workings: a site whose every number is computed when it is built" in told.said


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_each_command(healthy: Site, command: str) -> None:
    told = healthy.workings(command, "--help")
    assert told.code == 0
    assert f"Usage: workings {command}" in told.said.replace("python -m workings.cli", "workings")
    assert "--json" in told.said
    assert len(told.said.split("\n\n")[1].strip()) > 30, "a sentence says what it does"


def test_run_says_what_ran(site: Site) -> None:
    assert site.workings("run").said.strip() == "0 computed, 9 fresh, 0 faults"
    assert set(as_json(site.workings("run", "--json"))) == {"ran", "fresh", "faults"}
    assert site.workings("run", "--force", "--jobs", "1").said.strip() == "9 computed, 0 fresh, 0 faults"


def test_run_tells_every_fault_of_every_page(site: Site) -> None:
    line = site.plant("About 0.379 of it.")
    other = site.plant("See [it](gone.md).", "index.md")
    told = site.workings("run")
    assert told.code == 1
    assert f"docs/small.md:{line}: the number 0.379 is typed by hand" in told.said
    assert f"docs/index.md:{other}: the link gone.md leads to no file" in told.said
    assert "2 faults" in told.said
    faults = site.run()["faults"]
    assert [set(fault) for fault in faults] == [{"page", "line", "message"}] * 2
    assert {(fault["page"], fault["line"]) for fault in faults} == {("small.md", line), ("index.md", other)}


def test_run_keeps_what_an_exhibit_prints_out_of_its_json(site: Site) -> None:
    site.edit(site.exhibits, "    rows = [[0, 1.0]]", "    print('loud')\n    rows = [[0, 1.0]]")
    assert set(site.run()["ran"]) == {"exhibit small.halves"}


def test_claims(site: Site) -> None:
    told = site.workings("claims")
    assert told.code == 0
    assert "✓" in told.said
    assert "3 of 3 come out as they must" in told.said
    rows = as_json(site.workings("claims", "--json"))
    assert {row["name"]: row["verdict"] for row in rows} == {
        "small.halving": "holds",
        "small.doubling": "holds",
        "small.three_halves": "refuted",
    }
    always = {"name", "ok", "verdict", "statement", "witnesses", "values", "error"}
    extra = {"question", "certainty", "reading", "truth", "corrected"}
    assert [set(row) for row in rows] == [always, always, always | extra]
    assert set(rows[0]["witnesses"][0]) == {"name", "distance", "tolerance", "unit"}
    assert rows[0]["values"] == {"half": 0.5}


def test_claims_that_do_not_hold(site: Site) -> None:
    site.edit(site.byhand, "return x + x", "raise ValueError('no [/b] today')")
    told = site.workings("claims")
    assert told.code == 1
    assert "✗" in told.said
    assert "no [/b] today" in " ".join(told.said.split())
    assert "2 of 3 come out as they must" in told.said
    done = site.workings("claims", "--json")
    assert done.code == 1
    (row,) = (row for row in json.loads(done.said) if not row["ok"])
    assert (row["name"], row["verdict"]) == ("small.doubling", "failed")
    assert "no [/b] today" in row["error"]


def test_errata(site: Site) -> None:
    told = site.workings("errata")
    assert told.code == 0
    assert "x1.a  small.three_halves  (certain)" in told.said
    assert r"published: Half of one is $\tfrac32$." in told.said
    assert r"true:      It is $\tfrac12$." in told.said
    (row,) = as_json(site.workings("errata", "--json"))
    assert row["corrected"] == {"name": "small.halving", "verdict": "holds"}


def test_an_erratum_that_is_no_longer_refuted(site: Site) -> None:
    site.edit(site.claims, "3 / 2, 1e-12", "1 / 2, 1e-12")
    assert site.workings("errata").code == 1


def test_problems(site: Site) -> None:
    line = site.line("/// problem | x1.a")
    assert f"small.md:{line}" in site.workings("problems").said
    assert as_json(site.workings("problems", "--json")) == [
        {
            "id": "x1.a",
            "title": "Half of a half",
            "page": "small.md",
            "line": line,
            "claims": ["small.halving"],
        }
    ]


def test_standalone(site: Site) -> None:
    told = site.workings("standalone", "byhand.small.halve")
    assert told.code == 0
    assert told.said.startswith("import numpy as np\n")
    assert "HALF = 0.5" in told.said
    assert as_json(site.workings("standalone", "byhand.small.halve", "--json")) == {
        "name": "byhand.small.halve",
        "code": told.said,
    }


def test_build(site: Site) -> None:
    assert as_json(site.workings("build", "--json")) == {"site": str(site.root / "site")}
    assert "Half of one is" in site.html()
    assert f"The site is in {site.root / 'site'}" in " ".join(site.workings("build").said.split())


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (
            ["standalone", "byhand.small.gone"],
            1,
            "no gone in workings.byhand.small; it has HALF, double, halve",
        ),
        (["standalone", "byhand.gone.halve"], 1, "no gone.halve in workings.byhand"),
        (["standalone", "byhand.small"], 1, "byhand.small is a module; name a function or a class in it"),
        (["standalone", "claims.small.doubling"], 1, "has no standalone form"),
        (["standalone"], 2, "Missing argument"),
        (["run", "--device", "tpu"], 1, "--device must be cpu, cuda or auto, got 'tpu'"),
        (["run", "--jobs", "0"], 2, "Invalid value for '--jobs'"),
        (["run", "--colour"], 2, "No such option: --colour"),
        (["gone"], 2, "No such command 'gone'"),
    ],
)
def test_what_is_wrong_gets_one_sentence(healthy: Site, words: list[str], code: int, told: str) -> None:
    done = healthy.workings(*words)
    assert done.code == code
    assert told in done.said
    assert "Traceback" not in done.said


def test_a_device_that_is_not_there(healthy: Site) -> None:
    done = healthy.workings("run", "--device", "cuda", CUDA_VISIBLE_DEVICES="")
    assert done.code == 1
    assert "--device is cuda, but this Torch sees no CUDA device" in done.said


def test_a_source_that_is_not_python(site: Site) -> None:
    line = site.edit(site.claims, 'len("ab")', "len(")
    for command in ("run", "claims", "errata"):
        done = site.workings(command)
        assert done.code == 1
        assert f"src/workings/claims/small.py:{line}" in done.said
        assert "is not Python" in done.said
        assert "Traceback" not in done.said
