"""Records: shown with their provenance, part of a key, refused when stale unless the page says so."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import Site

from workings.data import record as data
from workings.data.record import Record

COVERS = ["src/workings/byhand/small.py"]
EXHIBIT = '''

@exhibit(records=("long_run",))
def long_run() -> Table:
    """What took long."""
    from workings.data.record import record

    value = record("long_run").values["best"]
    return Table(["best"], [[value]], [".2f"], head=0, values={"best": value})
'''
SHOWN = """## A record

/// exhibit | small.long_run
It took long.
///

The best is {{ small.long_run.best:.2f }}.
"""


def plant_record(site: Site, best: float = 0.25) -> None:
    """Write a record that covers the by-hand module of the small pages, as it stands."""
    program = f"from workings.site.record import code_key; print(code_key({COVERS}))"
    said = subprocess.run(
        [sys.executable, "-c", program],
        cwd=site.root,
        env=site.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    path = site.root / "docs" / "records" / "long_run.json"
    path.parent.mkdir(exist_ok=True)
    parts = {
        "name": "long_run",
        "made": "2031-02-03",
        "again": "make record",
        "covers": COVERS,
        "key": said.stdout.strip(),
        "machine": {"cores": 4, "processor": "A Processor"},
        "versions": {"python": "3.11.7", "numpy": "2.4.6"},
        "seconds": 321.0,
        "values": {"best": best},
    }
    path.write_text(json.dumps(parts), encoding="utf-8")
    return path


@pytest.fixture
def recorded(site: Site) -> Site:
    with site.exhibits.open("a", encoding="utf-8") as stream:
        stream.write(EXHIBIT)
    plant_record(site)
    site.plant(SHOWN)
    return site


def test_a_record_is_shown_with_its_provenance(recorded: Site) -> None:
    assert recorded.build().code == 0
    page = recorded.html()
    assert (
        "Measured on 2031-02-03 in 321 s on 4 cores of A Processor with Python 3.11.7, NumPy 2.4.6." in page
    )
    assert "Measure again: make record" in page
    assert ">0.25</span>" in page


def test_another_record_is_another_number(recorded: Site) -> None:
    assert recorded.build().code == 0
    plant_record(recorded, best=0.5)
    assert recorded.run()["ran"] == ["exhibit small.long_run"]
    assert recorded.build().code == 0
    assert ">0.50</span>" in recorded.html()


def test_a_comment_in_the_covered_code_changes_nothing(recorded: Site) -> None:
    with recorded.byhand.open("a", encoding="utf-8") as stream:
        stream.write("\n# a comment\n")
    assert recorded.build().code == 0


def test_a_stale_record_is_refused_with_page_and_line(recorded: Site) -> None:
    with recorded.byhand.open("a", encoding="utf-8") as stream:
        stream.write("\nEXTRA = 1\n")
    words = (
        "the record long_run is stale (src/workings/byhand/small.py changed since 2031-02-03)",
        "make it again with make record",
    )
    recorded.fails(recorded.line("/// exhibit | small.long_run"), *words)
    recorded.fails(recorded.line("{{ small.long_run.best"), *words)


def test_a_stale_record_may_be_shown_as_stale(recorded: Site) -> None:
    with recorded.byhand.open("a", encoding="utf-8") as stream:
        stream.write("\nEXTRA = 1\n")
    recorded.edit(recorded.page, "small.long_run\n", "small.long_run\n    stale: true\n")
    built = recorded.build()
    assert built.code == 0, built.said
    assert "Stale: the code that measured this has changed since." in recorded.html()


def test_a_fresh_record_is_not_called_stale(recorded: Site) -> None:
    recorded.edit(recorded.page, "small.long_run\n", "small.long_run\n    stale: true\n")
    recorded.fails(recorded.line("/// exhibit | small.long_run"), "shows no stale record")


def test_a_missing_record_fails_the_exhibit(recorded: Site) -> None:
    (recorded.root / "docs" / "records" / "long_run.json").unlink()
    recorded.fails(recorded.line("/// exhibit | small.long_run"), "no record docs/records/long_run.json")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "docs/records/odd.json is damaged: Expecting property name"),
        ("{}", "docs/records/odd.json is damaged: 'covers'"),
    ],
)
def test_a_damaged_record_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, words: str
) -> None:
    monkeypatch.setattr(data, "FOLDER", tmp_path)
    (tmp_path / "odd.json").write_text(text, encoding="utf-8")
    with pytest.raises(LookupError) as caught:
        data.record("odd")
    assert words in str(caught.value)


def test_a_record_under_another_name_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "FOLDER", tmp_path)
    made = Record("one", "2031-02-03", "make record", ("a.py",), "k", {}, {}, 1.0, {"x": 1})
    (tmp_path / "two.json").write_text(made.text(), encoding="utf-8")
    with pytest.raises(LookupError, match=r"two\.json is the record of 'one'"):
        data.record("two")


def test_a_record_covers_code_and_holds_values() -> None:
    with pytest.raises(ValueError, match="a record covers code and holds values"):
        Record("one", "2031-02-03", "make record", (), "k", {}, {}, 1.0, {})
