"""Whether a record still fits the code that made it; where a page shows one that does not, a fault."""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from workings.data.record import FOLDER, record
from workings.site.closure import closure_of, unparsed
from workings.site.module import ROOT, NotThereError, resolve
from workings.site.numbers import split
from workings.site.page import Fault, Page
from workings.site.store import kept
from workings.site.work import Work, named


def code_key(covers: Iterable[str]) -> str:
    """Digest the code that decides a record, without comments and layout."""
    sources: list[tuple[str, str]] = []
    for what in covers:
        if what.endswith(".py"):
            files = covered(what)
            if not files:
                raise NotThereError(f"no file {what}")
            sources += [(file.relative_to(ROOT).as_posix(), _without_layout(file)) for file in files]
        else:
            module, name = resolve(what)
            closure = closure_of(module.name, *([name] if name else module.definitions))
            sources += [(f"{one.name}.{part}", unparsed(one, part)) for one, part in closure.definitions]
    return hashlib.sha256(json.dumps(sorted(sources)).encode()).hexdigest()


def covered(pattern: str) -> list[Path]:
    """The files below the project that a pattern means."""
    return sorted(ROOT.glob(pattern))


def _without_layout(file: Path) -> str:
    text = file.read_text(encoding="utf-8")
    return kept("sources", [text], lambda: ast.unparse(ast.parse(text)))


def wrong(name: str) -> str:
    """Why a record is stale; empty if it is not."""
    found = record(name)
    try:
        if code_key(found.covers) == found.key:
            return ""
        changed = f"{', '.join(found.covers)} changed since {found.made}"
    except (LookupError, SyntaxError) as error:
        changed = str(error.args[0])
    return f"the record {name} is stale ({changed}): make it again with {found.again}"


def faults(page: Page) -> Iterator[Fault]:
    """Each place of a page that shows a stale record and does not say so, or says so of one that is not."""
    exhibits = [one for one in page.directives if one.name == "exhibit"]
    shown = [(one, _records(Work("exhibit", one.argument))) for one in exhibits]
    quoted = [(one, _records(_quoted(one.name))) for one in page.quotes]
    reasons = {name: _reason(name) for name in {name for _, names in [*shown, *quoted] for name in names}}
    admitted = {name for one, names in shown if one.options.get("stale") for name in names}
    for directive, names in shown:
        head, admits = f"/// exhibit | {directive.argument}", directive.options.get("stale")
        stale = [reasons[name] for name in names if reasons[name]]
        if admits and not stale:
            yield Fault(directive.line, f"{head}: shows no stale record; leave out the option 'stale'")
        elif stale and not admits:
            yield Fault(directive.line, f"{head}: {stale[0]}, or say 'stale: true'")
    for quote, names in quoted:
        for name in names:
            if reasons[name] and name not in admitted:
                words = f"{reasons[name]}, or show an exhibit of it with 'stale: true'"
                yield Fault(quote.line, f"{{{{ {quote.name} }}}}: {words}")


def _quoted(name: str) -> Work | None:
    try:
        owner, _ = split(name)
        return None if owner == "site" else named(owner)
    except LookupError:
        return None


def _records(work: Work | None) -> tuple[str, ...]:
    try:
        return work.declared("records") if work else ()
    except (LookupError, SyntaxError):
        return ()  # another fault says what is wrong with it


def _reason(name: str) -> str:
    try:
        return wrong(name)
    except LookupError:
        return ""  # the exhibit that reads it has failed and says so


def files() -> Iterator[Path]:
    """All records and the files that they cover: when one changes, the site is looked at anew."""
    for file in sorted(FOLDER.glob("*.json")):
        yield file
        try:
            patterns = record(file.stem).covers
        except LookupError:
            continue
        yield from (one for pattern in patterns if pattern.endswith(".py") for one in covered(pattern))
