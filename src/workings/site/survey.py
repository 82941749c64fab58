"""The whole site before it is built: what its pages ask for, what came of it, and what is wrong where."""

from __future__ import annotations

import ast
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from workings.site import census, decimals, lab, links, numbers, record
from workings.site.module import PACKAGE, SRC, NotThereError, resolve
from workings.site.page import DOCS, Directive, Page
from workings.site.questions import FILE as QUESTIONS
from workings.site.run import Outcome, results
from workings.site.scan import pages
from workings.site.work import SNIPPETS, Work, named


@dataclass
class Survey:
    """Every page, the outcome of every work, and where the anchors are."""

    pages: dict[str, Page]
    outcomes: dict[Work, Outcome] = field(default_factory=dict)
    anchors: dict[str, set[str]] = field(default_factory=dict)

    def result(self, work: Work) -> dict[str, Any]:
        """What a work yielded."""
        outcome = self.outcomes[work]
        if outcome.result is None:
            raise LookupError(outcome.error)
        return outcome.result

    def quoted(self, name: str, spec: str, *, tex: bool = False) -> str:
        """An inline number, written out."""
        owner, path = numbers.split(name)
        values = self.counts if owner == "site" else self.result(named(owner))["values"]
        return numbers.written(numbers.look_up(values, path, owner), spec, tex=tex)

    @cached_property
    def counts(self) -> dict[str, int]:
        """What a page may quote as ``site``."""
        return census.counts(self.pages.values())

    @cached_property
    def by_text(self) -> dict[str, Page]:
        """Pages by what Markdown is given of them."""
        pages = reversed(self.pages.values())
        return {"\n".join(page.lines[page.front_matter :]).strip(): page for page in pages}

    @cached_property
    def code_pages(self) -> dict[str, str]:
        """The page that shows a module of claims or exhibits, the first if there are several."""
        shown = [
            (one.argument, name)
            for name, page in self.pages.items()
            for one in page.directives
            if one.name == "source"
        ]
        return dict(reversed(shown))

    def code_page(self, work: Work) -> str:
        """The link target that shows the code of a claim or an exhibit: ``code/page.md#anchor``."""
        module = f"{work.kind}s.{work.name.rpartition('.')[0]}"
        if module in self.code_pages:
            return f"{self.code_pages[module]}#{work.kind}s.{work.name}"
        raise NotThereError(f"no page shows its code: add /// source | {module} to a page of docs/code")

    def line_of_formula(self, page: Page, tex: str) -> int:
        """Where a formula of a page comes from: its own line, or that of the directive that brought it."""
        if any(tex in text for text in (page.source, " ".join(page.source.split()))):
            return page.line_of_formula(tex)
        written = json.dumps(tex)[1:-1]
        for directive in page.directives:
            if any(written in json.dumps(self.outcomes[work].result) for work in works(directive)):
                return directive.line
        return page.line_of_formula(tex)

    def claim_page(self, name: str) -> str:
        """The page that shows a claim, with its anchor; empty if none does."""
        return self._place_of("claim", name)

    def problem_link(self, question: str) -> str:
        """The page that answers a question, with its anchor; empty if none does."""
        return self._place_of("problem", question)

    def errata_of(self, question: str) -> list[str]:
        """Where the errata of a question's published answer stand."""
        return [
            f"{name}#{one.argument}"
            for name, page in self.pages.items()
            for one in page.directives
            if one.name == "erratum" and self.result(Work("claim", one.argument))["question"] == question
        ]

    def _place_of(self, directive_name: str, argument: str) -> str:
        for name, page in self.pages.items():
            if any(one.name == directive_name and one.argument == argument for one in page.directives):
                return f"{name}#{argument}"
        return ""


def works(directive: Directive) -> Iterator[Work]:
    """What a directive needs done."""
    if directive.name in ("claim", "erratum"):
        yield Work("claim", directive.argument)
    elif directive.name == "exhibit":
        yield exhibit_work(directive.argument, directive.options)
    elif directive.name == "snippet":
        yield Work("snippet", directive.argument)
    elif directive.name == "problem":
        yield from (Work("claim", str(name)) for name in directive.options.get("claims", []))
    elif (
        directive.name == "source"
        and directive.options.get("example", True)
        and (session := example(directive.argument))
    ):
        yield Work("session", session)


def exhibit_work(name: str, options: Any) -> Work:
    """The work of an exhibit directive."""
    return Work("exhibit", name, json.dumps(options.get("arguments", {}), sort_keys=True))


def example(name: str) -> str:
    """The ``>>>`` lines of a definition's docstring, empty if it has none or is not there."""
    try:
        module, definition = resolve(name)
    except NotThereError:
        return ""
    if not definition:
        return ""
    node = module.definitions[definition][-1]
    words = ast.get_docstring(node) if isinstance(node, ast.FunctionDef | ast.ClassDef) else None
    lines = (words or "").splitlines()
    if not any(line.startswith(">>> ") for line in lines):
        return ""
    start = next(number for number, line in enumerate(lines) if line.startswith(">>> "))
    end = next((number for number in range(start, len(lines)) if _ends_example(lines, number)), len(lines))
    return "\n".join(lines[start:end]).rstrip() + "\n"


def _ends_example(lines: list[str], number: int) -> bool:
    """A blank line ends an example unless another prompt follows it."""
    return not lines[number].strip() and not (
        number + 1 < len(lines) and lines[number + 1].startswith(">>> ")
    )


def take(*, jobs: int | None = None, force: bool = False, bar: bool = True) -> Survey:
    """Scan every page and bring everything that they ask for up to date."""
    survey = Survey({page.name: page for page in pages()})
    survey.anchors = {
        name: links.anchors(page) | _definition_anchors(page) for name, page in survey.pages.items()
    }
    wanted = [Work("lab", page.name) for page in survey.pages.values() if page.script]  # the longest first
    for page in survey.pages.values():
        for directive in page.directives:
            wanted += works(directive)
        wanted += [Work("session", session.code) for session in page.sessions]
        wanted += list(_quotedworks(page))
    survey.outcomes = results(wanted, jobs=jobs, force=force, bar=bar)
    return survey


def _quotedworks(page: Page) -> Iterator[Work]:
    for quote in page.quotes:
        try:
            owner, _ = numbers.split(quote.name)
            if owner != "site":
                yield named(owner)
        except LookupError:
            continue  # the page's faults will say so, with its line


def _definition_anchors(page: Page) -> set[str]:
    """A source directive of a whole module gives every definition an anchor."""
    found: set[str] = set()
    for directive in page.directives:
        if directive.name == "source":
            try:
                module, definition = resolve(directive.argument)
            except NotThereError:
                continue
            if not definition:
                found |= {f"{directive.argument}.{name}" for name in module.definitions}
    return found


def current() -> Survey:
    """The survey of the sources as they stand; taken again when any of them changes."""
    return _taken(_fingerprint())


@lru_cache(maxsize=1)
def _taken(_fingerprint: tuple[tuple[str, int, int], ...]) -> Survey:
    jobs = os.environ.get("WORKINGS_JOBS")
    return take(jobs=int(jobs) if jobs else None)


def _fingerprint() -> tuple[tuple[str, int, int], ...]:
    found = {
        *_below(DOCS, ".md"),
        *_below(SRC / PACKAGE, ".py"),
        *_below(SRC / PACKAGE, ".toml"),
        *_below(SNIPPETS, ".py"),
        *_below(lab.FOLDER, ".py"),
    }
    stats = [(path, path.stat()) for path in [decimals.CITED, QUESTIONS, *record.files()] if path.is_file()]
    return tuple(sorted(found | {(str(path), stat.st_mtime_ns, stat.st_size) for path, stat in stats}))


def _below(folder: Path, suffix: str) -> Iterator[tuple[str, int, int]]:
    """Files below a folder with their times and sizes: asked once a page, so by the quickest way."""
    if not folder.is_dir():
        return
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                yield from _below(Path(entry), suffix)
            elif entry.name.endswith(suffix):
                stat = entry.stat()
                yield entry.path, stat.st_mtime_ns, stat.st_size
