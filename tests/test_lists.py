"""The lists in the pages equal the lists in the code, and one name goes through all folders."""

from __future__ import annotations

import ast
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

from workings.site import links
from workings.site.census import declared
from workings.site.decimals import CITED, cited, decimals, parts
from workings.site.module import PACKAGE, ROOT, SRC, load
from workings.site.page import DOCS, Page
from workings.site.questions import questions, selected
from workings.site.scan import pages
from workings.site.work import SNIPPETS

NO_CHAPTERS = {"about", "assets", "code", "errata", "labs", "problems", "records", "reference"}


@cache
def all_pages() -> dict[str, Page]:
    return {page.name: page for page in pages()}


def shown(directive_name: str, page: str | None = None) -> set[str]:
    """What the pages (or one page) show by a directive."""
    chosen = [all_pages()[page]] if page else all_pages().values()
    return {one.argument for each in chosen for one in each.directives if one.name == directive_name}


def quoted() -> set[str]:
    return {".".join(one.name.split(".")[:2]) for page in all_pages().values() for one in page.quotes}


def deciding() -> set[str]:
    """The claims that problems name."""
    found: set[str] = set()
    for page in all_pages().values():
        for one in page.directives:
            if one.name == "problem":
                found |= set(one.options.get("claims", []))
    return found


def chapters() -> set[str]:
    folders = (path for path in DOCS.iterdir() if path.is_dir() and path.name not in NO_CHAPTERS)
    return {page.stem for folder in folders for page in folder.glob("*.md") if page.stem != "index"}


def test_there_is_something_to_compare() -> None:
    for kind in ("claim", "erratum", "exhibit"):
        assert declared(kind)
    assert chapters()
    assert shown("problem")


def test_every_chapter_is_on_the_home_page() -> None:
    home = (DOCS / "index.md").read_text(encoding="utf-8")
    assert sorted(name for name in chapters() if f"/{name}.md)" not in home) == []


def test_every_claim_is_shown_or_decides_a_problem() -> None:
    assert sorted(set(declared("claim")) - shown("claim") - deciding()) == []


def test_every_erratum_is_on_the_page_of_its_document() -> None:
    pages = {name: shown("erratum", name) for name in all_pages() if name.startswith("errata/")}
    assert set().union(*pages.values()) == set(declared("erratum"))
    listed = {one.argument for one in all_pages()["errata.md"].directives if one.name == "errata"}
    assert {f"errata/{one.replace(' ', '-')}.md" for one in listed} == set(pages)


def test_every_exhibit_is_shown_or_quoted() -> None:
    assert sorted(set(declared("exhibit")) - shown("exhibit") - quoted()) == []


def test_every_snippet_is_shown() -> None:
    there = {path.relative_to(SNIPPETS).as_posix() for path in SNIPPETS.rglob("*.py")}
    assert sorted(there - shown("snippet")) == []


def test_every_module_of_claims_and_exhibits_has_its_code_on_a_page() -> None:
    modules = {f"claims.{name.partition('.')[0]}" for kind in ("claim", "erratum") for name in declared(kind)}
    modules |= {f"exhibits.{name.partition('.')[0]}" for name in declared("exhibit")}
    assert sorted(modules - shown("source")) == []


def test_every_module_of_functions_models_and_data_is_in_the_reference() -> None:
    modules = {
        f"{folder}.{path.stem}"
        for folder in ("byhand", "models", "data")
        for path in (SRC / PACKAGE / folder).glob("*.py")
        if path.stem != "__init__"
    }
    pages_of_reference = [name for name in all_pages() if name.startswith("reference/")]
    in_reference = set().union(*(shown("source", name) for name in pages_of_reference))
    assert modules
    assert sorted(modules - in_reference) == []


def test_what_is_public_says_what_it_is() -> None:
    silent = {
        f"{path.stem}.{name}"
        for folder in ("byhand", "models", "data", "claims", "exhibits")
        for path in (SRC / PACKAGE / folder).glob("*.py")
        for name, nodes in load(f"{PACKAGE}.{folder}.{path.stem}").definitions.items()
        if isinstance(nodes[-1], ast.FunctionDef | ast.ClassDef)
        and not name.startswith("_")
        and not ast.get_docstring(nodes[-1])
    }
    assert silent == set()


BYHAND = sorted(path.stem for path in (SRC / PACKAGE / "byhand").glob("*.py") if path.stem != "__init__")


@pytest.mark.parametrize("stem", BYHAND)
def test_every_by_hand_function_has_an_example_that_imports_it(stem: str) -> None:
    module = load(f"{PACKAGE}.byhand.{stem}")
    public = {
        name: nodes[-1]
        for name, nodes in module.definitions.items()
        if not name.startswith("_") and isinstance(nodes[-1], ast.FunctionDef | ast.ClassDef)
    }
    assert public, "a module of by-hand functions has a public one"
    lacking = {
        name
        for name, node in public.items()
        if isinstance(node, ast.FunctionDef)
        and f"from {module.name} import {name}" not in _joined(ast.get_docstring(node) or "")
    }
    assert lacking == set()


def _joined(words: str) -> str:
    """A docstring in which an import of several names stands once for each."""
    found = [words]
    for line in words.splitlines():
        if line.startswith(">>> from ") and "," in line:
            head, _, names = line.removeprefix(">>> ").partition(" import ")
            found += [f"{head} import {name.strip()}" for name in names.split(",")]
    return "\n".join(found)


@pytest.mark.parametrize("stem", BYHAND)
def test_a_module_that_is_shown_says_where_it_is_from_or_what_it_is(stem: str) -> None:
    """The first line stands alone on the page: a sentence, not a heading."""
    module = load(f"{PACKAGE}.byhand.{stem}")
    for name, nodes in module.definitions.items():
        if isinstance(nodes[-1], ast.FunctionDef | ast.ClassDef) and not name.startswith("_"):
            first = (ast.get_docstring(nodes[-1]) or "").partition("\n")[0]
            assert first.endswith((".", "?")), f"{name}: {first!r}"


# Problems


def test_every_question_has_an_id_of_its_own() -> None:
    ids = [one.id for one in questions()]
    assert len(set(ids)) == len(ids) == 102


@pytest.mark.parametrize("page", ["problems/coverage.md", "problems/kinds.md"])
def test_a_page_of_all_questions_shows_each_once(page: str) -> None:
    directives = [one for one in all_pages()[page].directives if one.name == "questions"]
    ids = [one.id for directive in directives for one in selected(directive.argument)]
    assert sorted(ids) == sorted(one.id for one in questions())


def test_every_question_of_a_chapter_is_a_problem() -> None:
    wanted = {one.id for one in questions() if (DOCS / f"{one.chapter}.md").is_file()}
    assert wanted
    assert sorted(wanted - shown("problem")) == []


def test_every_problem_is_a_question_of_the_list() -> None:
    assert sorted(shown("problem") - {one.id for one in questions()}) == []


def test_every_problem_stands_in_its_chapters_page() -> None:
    chapter_of = {one.id: Path(one.chapter).name for one in questions()}
    astray = {
        (one.argument, page.name)
        for page in all_pages().values()
        for one in page.directives
        if one.name == "problem" and page.path.stem != chapter_of.get(one.argument)
    }
    assert astray == set()


def test_questions_that_claims_and_errata_name_are_in_the_list() -> None:
    ids = {one.id for one in questions()}
    named = set()
    for path in (SRC / PACKAGE / "claims").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg in ("answers", "question"):
                named |= set(_strings(node.value))
    assert named
    assert sorted(named - ids) == []


def _strings(node: ast.AST) -> list[str]:
    return [
        one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)
    ]


# Names


def test_folders_of_a_chapter_bear_its_name() -> None:
    assert {path.name for path in SNIPPETS.iterdir() if path.is_dir()} <= chapters()
    for folder in ("problems", "code"):
        there = {path.stem for path in (DOCS / folder).glob("*.md")} - {"index", "coverage", "kinds"}
        assert there <= chapters(), folder


def test_every_page_is_in_the_navigation() -> None:
    settings = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    assert [name for name in all_pages() if name not in settings] == []


def test_chapters_link_to_their_problems() -> None:
    for page in all_pages().values():
        is_chapter = page.path.stem in chapters() and page.path.parent.name not in NO_CHAPTERS
        if is_chapter and (DOCS / "problems" / page.path.name).is_file():
            targets = {
                link["target"].partition("#")[0]
                for _, text in page.prose
                for link in links._LINK.finditer(text)
            }
            assert f"../problems/{page.path.name}" in targets, page.name


# Numbers


def test_every_cited_number_stands_on_its_page() -> None:
    for entry in cited():
        page = all_pages()[entry.page]
        typed = {number for _, text, is_tex in parts(page) for number in decimals(text, is_tex)}
        assert entry.text in typed, f"{entry.page} no longer says {entry.text}"
        assert len(entry.cites.split()) >= 3, f"{entry.text} on {entry.page} needs a source and a place in it"


def test_the_list_of_cited_numbers_is_short() -> None:
    if CITED.is_file():
        assert set(tomllib.loads(CITED.read_text(encoding="utf-8"))) == {"number"}


def test_names_of_the_notation_are_names_in_the_code() -> None:
    names: set[str] = set()
    for path in [one for part in ("byhand", "models") for one in (SRC / PACKAGE / part).glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names |= {
                str(getattr(node, field)) for field in ("arg", "id", "attr", "name") if hasattr(node, field)
            }
    rows = [row.split("|") for row in all_pages()["notation.md"].lines if row.startswith("|")]
    listed = {name for row in rows for name in re.findall(r"`(\w+)`", row[2])}
    assert len(listed) > 40
    assert sorted(listed - names) == []
