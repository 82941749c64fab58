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

from workings.site import census, decimals, links, numbers, record
from workings.site.module import PACKAGE, SRC, NotThereError, resolve
from workings.site.page import DOCS, Directive, Fault, Page
from workings.site.questions import FILE as QUESTIONS
from workings.site.questions import selected
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

    def faults(self, page: Page) -> list[Fault]:
        """Everything that is wrong with a page, in the order of its lines."""
        found = [
            *page.faults,
            *decimals.faults(page),
            *links.faults(page, self.anchors),
            *record.faults(page),
        ]
        for directive in page.directives:
            found += self._directive_faults(page, directive)
        for session in page.sessions:
            outcome = self.outcomes[Work("session", session.code)]
            if outcome.error:
                found.append(Fault(session.line + outcome.line, outcome.error))
        for quote in page.quotes:
            try:
                self.quoted(quote.name, quote.format)
            except (LookupError, ValueError, TypeError) as error:
                found.append(Fault(quote.line, f"{{{{ {quote.name} }}}}: {error.args[0]}"))
        return sorted(set(found))

    def _directive_faults(self, page: Page, directive: Directive) -> Iterator[Fault]:
        head = f"/// {directive.name} | {directive.argument}"
        for work in _works(directive):
            error = self.outcomes[work].error
            if not error and directive.name in ("claim", "erratum"):
                is_a = "erratum" if self.result(work)["expected"] == "refuted" else "claim"
                error = "" if is_a == directive.name else f"must be written as /// {is_a}"
            if error:
                asked = "" if work.name == directive.argument else f"{work.label}: "
                yield Fault(directive.line, f"{head}: {asked}{error}")
        try:
            if directive.name == "source":
                resolve(directive.argument)
            elif directive.name in ("claim", "erratum", "exhibit"):
                self.code_page(
                    Work("exhibit" if directive.name == "exhibit" else "claim", directive.argument)
                )
            elif directive.name == "problems" and f"{directive.argument}.md" not in self.pages:
                raise NotThereError(f"no page docs/{directive.argument}.md")
            elif directive.name == "questions":
                self._answered(directive.argument)
        except LookupError as error:
            yield Fault(directive.line, f"{head}: {error.args[0]}")
        if directive.name == "problem":
            words = [*_problem_faults(page, directive), *self._twins(page, directive)]
            yield from (Fault(directive.line, f"{head}: {one}") for one in words)
        elif directive.name in ("hint", "answer") and not _in_problem(page, directive):
            yield Fault(directive.line, f"/// {directive.name} belongs right within a problem")

    def _answered(self, asked: str) -> None:
        """Refuse questions that no page answers, or whose chapter is not there."""
        for one in selected(asked):
            if not self.problem_link(one.id):
                raise NotThereError(f"no page answers the question {one.id}")
            if f"{one.chapter}.md" not in self.pages:
                raise NotThereError(f"no page docs/{one.chapter}.md, the chapter of {one.id}")

    def _twins(self, page: Page, problem: Directive) -> Iterator[str]:
        """Where else a problem stands: links could mean either."""
        for other in self.pages.values():
            for one in other.directives:
                if (one.name, one.argument) == ("problem", problem.argument) and (other, one) != (
                    page,
                    problem,
                ):
                    yield f"also stands at docs/{other.name}:{one.line}"

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
            if any(written in json.dumps(self.outcomes[work].result) for work in _works(directive)):
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


def _problem_faults(page: Page, directive: Directive) -> Iterator[str]:
    if not directive.options.get("title"):
        yield "needs the option title"
    within = [one.name for one in page.directives if one.inside == directive.line]
    for part in ("hint", "answer"):
        if within.count(part) != 1:
            yield f"needs exactly one {part}, got {within.count(part)}"


def _in_problem(page: Page, directive: Directive) -> bool:
    return any(one.name == "problem" and one.line == directive.inside for one in page.directives)


def _works(directive: Directive) -> Iterator[Work]:
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
    wanted: list[Work] = []
    for page in survey.pages.values():
        for directive in page.directives:
            wanted += _works(directive)
        wanted += [Work("session", session.code) for session in page.sessions]
        wanted += list(_quoted_works(page))
    survey.outcomes = results(wanted, jobs=jobs, force=force, bar=bar)
    return survey


def _quoted_works(page: Page) -> Iterator[Work]:
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
    found = {*_below(DOCS, ".md"), *_below(SRC / PACKAGE, ".py"), *_below(SNIPPETS, ".py")}
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
