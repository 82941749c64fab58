"""The blocks of the problem bank: a problem with its hint and answer, tables of questions and of errata."""

from __future__ import annotations

import xml.etree.ElementTree as etree
from collections.abc import Mapping, Sequence
from typing import ClassVar

from workings.site import render
from workings.site.directives import Directive
from workings.site.questions import Question, selected
from workings.site.render import element, verbatim
from workings.site.work import Work


class ProblemBlock(Directive):
    """A worked exercise under its question's id."""

    NAME = "problem"

    def on_create(self, parent: etree.Element) -> etree.Element:
        """Show the heading; question, hint and answer are nested content."""
        box = etree.SubElement(parent, "section", {"class": "problem"})
        box.append(element("h2", "", f"{self.argument} · {self.options['title']}", id=self.argument))
        return box

    def on_end(self, block: etree.Element) -> None:
        """Say which claims decide the answer."""
        claims = self.options["claims"] or []
        if not claims:
            return
        foot = element("p", "decided", "Decided by ")
        for number, name in enumerate(claims):
            work = Work("claim", name)
            sign = render.SIGNS[self.survey.result(work)["verdict"]]
            place = self.survey.claim_page(name) or self.survey.code_page(work)
            link = verbatim(
                "a", "chip", f"{sign} {name.partition('.')[2].replace('_', ' ')}", href=self.link(place)
            )
            link.tail = " " if number < len(claims) - 1 else ""
            foot.append(link)
        block.append(foot)


class Hint(Directive):
    """A hint, folded."""

    NAME = "hint"
    WORDS = "Hint"

    def on_create(self, parent: etree.Element) -> etree.Element:
        """A summary that says what is inside."""
        box = etree.SubElement(parent, "details", {"class": self.NAME})
        box.append(verbatim("summary", "", self.WORDS))
        return box


class Answer(Hint):
    """An answer, folded."""

    NAME = "answer"
    WORDS = "Answer"


class Questions(Directive):
    """A table of questions, by document, kind or chapter: where each is answered, and what decides it."""

    NAME = "questions"
    COLUMNS: ClassVar[dict[str, str]] = {
        "Question": "",
        "Asks": "",
        "Kind": "aside",
        "Chapter": "aside",
        "Claims": "",
        "Errata": "",
    }

    def on_create(self, parent: etree.Element) -> etree.Element:
        """One row a question."""
        way = self.argument.partition(" ")[0]
        columns = {name: css for name, css in self.COLUMNS.items() if name.lower() != way}
        rows = [[self._cells(one)[name] for name in columns] for one in selected(self.argument)]
        return _table(parent, columns, rows)

    def _cells(self, question: Question) -> dict[str, etree.Element]:
        """What a row says, under the names of the columns."""
        place = self.survey.problem_link(question.id)  # the survey has refused a question without one
        page = place.partition("#")[0]
        problem = next(one for one in self.survey.pages[page].directives if one.argument == question.id)
        chapter = f"{question.chapter}.md"
        errata = self.survey.errata_of(question.id)
        return {
            "Question": verbatim("a", "", question.id, href=self.link(place)),
            "Asks": element("span", "", problem.options["title"]),
            "Kind": verbatim("span", "", question.kind),
            "Chapter": element("a", "", self.survey.pages[chapter].title, href=self.link(chapter)),
            "Claims": verbatim("span", "", str(len(problem.options.get("claims", [])))),
            "Errata": verbatim("a", "", str(len(errata)), href=self.link(errata[0]))
            if errata
            else verbatim("span", "", ""),
        }


class Errata(Directive):
    """A table of errata, by document, kind or chapter: what was published, and how sure we are."""

    NAME = "errata"

    def on_create(self, parent: etree.Element) -> etree.Element:
        """One row an erratum, linked to its run."""
        rows = [
            self._cells(question, place)
            for question in selected(self.argument)
            for place in self.survey.errata_of(question.id)
        ]
        return _table(parent, {"Question": "", "Published": ""}, rows)

    def _cells(self, question: Question, place: str) -> list[etree.Element]:
        result = self.survey.result(Work("claim", place.partition("#")[2]))
        asked = self.survey.problem_link(question.id)
        name = (
            verbatim("a", "", question.id, href=self.link(asked)) if asked else verbatim("b", "", question.id)
        )
        sure = verbatim("a", "", result["certainty"], href=self.link(place))
        return [element("span", "", "", name, element("br"), sure), element("span", "", result["statement"])]


def _table(
    parent: etree.Element, columns: Mapping[str, str], rows: Sequence[Sequence[etree.Element]]
) -> etree.Element:
    """A table under named columns, each with a class."""
    top = element("tr", "", "", *(element("th", css, name, scope="col") for name, css in columns.items()))
    body = element("tbody")
    for row in rows:
        cells = zip(columns.values(), row, strict=True)
        body.append(element("tr", "", "", *(element("td", css, "", cell) for css, cell in cells)))
    box = etree.SubElement(parent, "div", {"class": "questions"})
    box.append(element("table", "", "", element("thead", "", "", top), body))
    return box


BLOCKS = (ProblemBlock, Hint, Answer, Questions, Errata)
