"""Everything that is wrong with a page, once the whole site is surveyed: each with its line."""

from __future__ import annotations

from collections.abc import Iterator

from workings.site import decimals, links, record
from workings.site.module import NotThereError, resolve
from workings.site.page import Directive, Fault, Page
from workings.site.questions import selected
from workings.site.survey import Survey, works
from workings.site.work import Work


def faults(survey: Survey, page: Page) -> list[Fault]:
    """Everything that is wrong with a page, in the order of its lines."""
    found = [
        *page.faults,
        *decimals.faults(page),
        *links.faults(page, survey.anchors),
        *record.faults(page),
    ]
    for directive in page.directives:
        found += _failed(survey, directive)
        found += _misplaced(survey, page, directive)
    if page.script:
        found += _unrun(survey, page)
    for session in page.sessions:
        outcome = survey.outcomes[Work("session", session.code)]
        if outcome.error:
            found.append(Fault(session.line + outcome.line, outcome.error))
    for quote in page.quotes:
        try:
            survey.quoted(quote.name, quote.format)
        except (LookupError, ValueError, TypeError) as error:
            found.append(Fault(quote.line, f"{{{{ {quote.name} }}}}: {error.args[0]}"))
    return sorted(set(found))


def _failed(survey: Survey, directive: Directive) -> Iterator[Fault]:
    """What a directive asks for and does not get."""
    head = f"/// {directive.name} | {directive.argument}"
    for work in works(directive):
        error = survey.outcomes[work].error
        if not error and directive.name in ("claim", "erratum"):
            is_a = "erratum" if survey.result(work)["expected"] == "refuted" else "claim"
            error = "" if is_a == directive.name else f"must be written as /// {is_a}"
        if error:
            asked = "" if work.name == directive.argument else f"{work.label}: "
            yield Fault(directive.line, f"{head}: {asked}{error}")
    try:
        if directive.name == "source":
            resolve(directive.argument)
        elif directive.name in ("claim", "erratum", "exhibit"):
            survey.code_page(Work("exhibit" if directive.name == "exhibit" else "claim", directive.argument))
        elif directive.name == "questions":
            _answered(survey, directive.argument)
        elif directive.name == "errata" and not any(
            survey.errata_of(one.id) for one in selected(directive.argument)
        ):
            raise NotThereError("no page shows any")
    except LookupError as error:
        yield Fault(directive.line, f"{head}: {error.args[0]}")


def _unrun(survey: Survey, page: Page) -> Iterator[Fault]:
    """What a lab does not do, or what a notebook could not show."""
    outcome = survey.outcomes[Work("lab", page.name)]
    if outcome.error:
        yield Fault(max(outcome.line, 1), outcome.error)
    words = "is not known in notebooks, and a lab is one: let a cell show it"
    for one in page.directives:
        if one.name != "cell":
            yield Fault(one.line, f"/// {one.name} {words}")
    yield from (Fault(one.line, f"{{{{ {one.name} }}}} {words}") for one in page.quotes)


def _answered(survey: Survey, asked: str) -> None:
    """Refuse questions that no page answers, or whose chapter is not there."""
    for one in selected(asked):
        if not survey.problem_link(one.id):
            raise NotThereError(f"no page answers the question {one.id}")
        if f"{one.chapter}.md" not in survey.pages:
            raise NotThereError(f"no page docs/{one.chapter}.md, the chapter of {one.id}")


def _misplaced(survey: Survey, page: Page, directive: Directive) -> Iterator[Fault]:
    """A problem that is not whole or stands twice, a hint or an answer outside of one."""
    head = f"/// {directive.name} | {directive.argument}"
    if directive.name == "problem":
        words = [*_incomplete(page, directive), *_twins(survey, page, directive)]
        yield from (Fault(directive.line, f"{head}: {one}") for one in words)
    elif directive.name == "cell" and not page.script:
        yield Fault(directive.line, "/// cell belongs in a lab, where # %% writes it")
    elif directive.name in ("hint", "answer") and not _in_problem(page, directive):
        yield Fault(directive.line, f"/// {directive.name} belongs right within a problem")


def _incomplete(page: Page, problem: Directive) -> Iterator[str]:
    if not problem.options.get("title"):
        yield "needs the option title"
    within = [one.name for one in page.directives if one.inside == problem.line]
    for part in ("hint", "answer"):
        if within.count(part) != 1:
            yield f"needs exactly one {part}, got {within.count(part)}"


def _twins(survey: Survey, page: Page, problem: Directive) -> Iterator[str]:
    """Where else a problem stands: links could mean either."""
    for other in survey.pages.values():
        for one in other.directives:
            same = (one.name, one.argument) == ("problem", problem.argument)
            if same and (other, one) != (page, problem):
                yield f"also stands at docs/{other.name}:{one.line}"


def _in_problem(page: Page, directive: Directive) -> bool:
    return any(one.name == "problem" and one.line == directive.inside for one in page.directives)
