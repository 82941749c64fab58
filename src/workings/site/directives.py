"""The blocks of a page (source, claim, exhibit, ...): each draws what the survey found."""

from __future__ import annotations

import xml.etree.ElementTree as etree
from collections.abc import Callable
from functools import wraps
from typing import Any, ClassVar

from pymdownx.blocks.block import Block, type_any, type_integer

from workings.site import lab, render
from workings.site.module import resolve
from workings.site.page import DIRECTIVES, Fault, Page
from workings.site.render import element, verbatim
from workings.site.survey import Survey, example, exhibit_work
from workings.site.work import Work


def _placed(step: Callable[..., Any]) -> Callable[..., Any]:
    """Name page and line in what a step raises; the first step says that the directive is shown."""

    @wraps(step)
    def placed(block: Directive, parent: etree.Element) -> Any:
        if step.__name__ == "on_create":
            block.line = block.md.workings_shown.directive(block.NAME, block.argument or "")
        try:
            return step(block, parent)
        except (LookupError, ValueError, TypeError, AttributeError) as error:
            words = f"{block.header}: {type(error).__name__}: {error}"
            raise block.page.error([Fault(block.line, words)]) from error

    return placed


class Directive(Block):  # type: ignore[misc]
    """A block that knows its page, the survey, and the line that it stands on."""

    ARGUMENT: ClassVar[bool | None] = True
    OPTIONS: ClassVar[dict[str, list[Any]]] = {"line": [0, type_integer]}

    def __init_subclass__(cls) -> None:
        """Take the options' names from the one list of them; the scan has checked their types."""
        takes, options = DIRECTIVES[cls.NAME]
        cls.ARGUMENT = bool(takes)
        for step in ("on_create", "on_end"):
            if step in vars(cls):
                setattr(cls, step, _placed(vars(cls)[step]))
        cls.OPTIONS = {"line": [0, type_integer], **{name: [None, type_any] for name in options}}

    @property
    def header(self) -> str:
        """The directive as the page writes it."""
        return f"/// {self.NAME} | {self.argument}" if self.argument else f"/// {self.NAME}"

    @property
    def survey(self) -> Survey:
        """What is known of the whole site."""
        return self.md.workings[0]  # type: ignore[no-any-return]

    @property
    def page(self) -> Page:
        """The page that is being converted."""
        return self.md.workings[1]  # type: ignore[no-any-return]

    def link(self, target: str) -> str:
        """A link from this page to a place below ``docs``."""
        return render.relative(target, self.page.name)

    def on_markdown(self) -> str:
        """What a block holds is Markdown."""
        return "block"


class Source(Directive):
    """One definition, or all of a module's, each with an anchor."""

    NAME = "source"

    def on_create(self, parent: etree.Element) -> etree.Element:
        """Show the definition and, under it, its example."""
        box = etree.SubElement(parent, "div", {"class": "source"})
        module, name = resolve(self.argument)
        if name:
            box.append(self._anchored(render.definition_box(self.md, module, name), self.argument))
            session = example(self.argument) if self.options["example"] is not False else ""
            if session:
                box.append(render.session_box(self.md, session, "Its example, run as a test"))
            return box
        box.append(element("span", id=self.argument))
        for name in module.definitions:
            shown = render.definition_box(self.md, module, name)
            box.append(element("div", "source", "", self._anchored(shown, f"{self.argument}.{name}")))
        return box

    @staticmethod
    def _anchored(box: etree.Element, name: str) -> etree.Element:
        """Give the title the id: Material derives a copy button's target from an id around the code."""
        box[0].set("id", name)
        return box


class Snippet(Directive):
    """A program of ``snippets`` and what it printed."""

    NAME = "snippet"

    def on_create(self, parent: etree.Element) -> etree.Element:
        """Show the program over its output."""
        box = etree.SubElement(parent, "div", {"class": "snippet"})
        work = Work("snippet", self.argument)
        box.append(
            render.code_box(self.md, work.code.rstrip(), "python", work.code, f"snippets/{self.argument}")
        )
        box.append(render.output_box(self.md, self.survey.result(work)["output"]))
        return box


class ClaimBlock(Directive):
    """A claim with its verdict and witnesses."""

    NAME = "claim"

    def on_create(self, parent: etree.Element) -> etree.Element:
        """Show the statement, the verdict, and who says so."""
        work = Work("claim", self.argument)
        result = self.survey.result(work)
        box = etree.SubElement(parent, "div", {"class": "claim", "id": self.argument})
        box.append(render.verdict(result["verdict"]))
        box.append(element("p", "statement", result["statement"]))
        box.append(render.witnesses(result, self.link(self.survey.code_page(work))))
        return box


class ErratumBlock(Directive):
    """A published answer, the run that refutes it, and what is true."""

    NAME = "erratum"

    def on_create(self, parent: etree.Element) -> etree.Element:
        """Show what was published, the verdict, and the correction."""
        work = Work("claim", self.argument)
        result = self.survey.result(work)
        box = etree.SubElement(parent, "div", {"class": "claim erratum", "id": self.argument})
        box.append(render.verdict(result["verdict"]))
        question = self.survey.problem_link(result["question"])
        head = render.unsearched(element("p", "erratum-head"))
        label = f"Question {result['question']}"
        head.append(
            verbatim("a", "", label, href=self.link(question)) if question else verbatim("span", "", label)
        )
        head.append(verbatim("span", "certainty", result["certainty"]))
        box.append(head)
        box.append(
            element(
                "p",
                "",
                "",
                verbatim("b", "", "Published: "),
                element("span", "published", result["statement"]),
            )
        )
        box.append(
            element("p", "", "", verbatim("b", "", "True: "), element("span", "truth", result["truth"]))
        )
        if result["reading"]:
            box.append(
                element(
                    "p", "", "", verbatim("b", "", "It holds if: "), element("span", "", result["reading"])
                )
            )
        box.append(render.witnesses(result, self.link(self.survey.code_page(work))))
        corrected = result["corrected"]["name"]
        if place := self.survey.claim_page(corrected):
            box.append(
                element(
                    "p",
                    "corrected",
                    "",
                    verbatim("a", "", "The claim that corrects it", href=self.link(place)),
                )
            )
        return box


class ExhibitBlock(Directive):
    """A table or a figure, its caption, and where it comes from."""

    NAME = "exhibit"

    def on_create(self, parent: etree.Element) -> etree.Element:
        """Show the exhibit; what the block holds becomes the caption."""
        work = exhibit_work(self.argument, {"arguments": self.options["arguments"] or {}})
        result = self.survey.result(work)
        box = etree.SubElement(parent, "figure", {"class": "exhibit", "id": self.argument})
        if "table" in result:
            shown = render.table(result)
            shown.set("aria-label", f"Table {self.argument}")
            box.append(shown)
        else:
            box.append(render.raw(self.md, result["figure"]["svg"], "drawing"))
        caption = etree.SubElement(box, "figcaption")
        self.source = render.unsearched(element("p", "provenance", ""))
        name = f"exhibits/{self.argument.replace('.', '.py: ')}"
        self.source.append(
            verbatim("a", "", name, href=self.link(self.survey.code_page(Work("exhibit", self.argument))))
        )
        self.source[0].tail = f" · {render.provenance(result, stale=bool(self.options['stale']))}"
        self.caption = caption
        return box

    def on_add(self, block: etree.Element) -> etree.Element:
        """Nested content goes to the caption."""
        return self.caption

    def on_end(self, block: etree.Element) -> None:
        """The provenance line closes the caption."""
        self.caption.append(self.source)


class CellBlock(Directive):
    """A cell of a lab and what it printed and showed."""

    NAME = "cell"

    def on_create(self, parent: etree.Element) -> etree.Element:
        """Show the code over its outputs."""
        number = int(self.argument)
        code = lab.code_cells(self.page.script)[number - 1].source
        outputs = self.survey.result(Work("lab", self.page.name))["outputs"][number - 1]
        box = etree.SubElement(parent, "div", {"class": "snippet cell"})
        box.append(render.code_box(self.md, code, "python", code, f"Cell {number}"))
        box.extend(render.cell_output(self.md, one, number) for one in outputs)
        return box


BLOCKS = (Source, Snippet, ClaimBlock, ErratumBlock, ExhibitBlock, CellBlock)
