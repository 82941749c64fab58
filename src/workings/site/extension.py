"""Register Workings with Python-Markdown: ``markdown_extensions: [workings.site.extension]``.

Everything here is a Python-Markdown extension, so it serves MkDocs and whatever else reads the same file.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.inlinepatterns import InlineProcessor
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from pymdownx.blocks import BlocksExtension, BlocksProcessor

from workings.site import bank, directives, lab, maths
from workings.site.faults import faults
from workings.site.finish import Finish, Headings
from workings.site.module import ROOT
from workings.site.page import Fault, Page, PageError
from workings.site.render import session_box
from workings.site.shown import Shown
from workings.site.survey import Survey, current
from workings.site.theme import trim_theme
from workings.site.vendor import vendor

_MATHS = re.compile(
    r'<(?P<tag>span|div) class="arithmatex">\s*\\[(\[](?P<tex>.*?)\\[)\]]\s*</(?P=tag)>', re.DOTALL
)
lab.defer("jupytext", "mkdocs_jupyter.convert")  # before MkDocs imports the plugin that wants them
_QUOTE = re.compile(r"\{\{\s*(?P<name>[^{}:]*?)\s*(?::(?P<format>[^{}]*?))?\s*\}\}")


class _Begin(Preprocessor):
    """Find out which page this is, and refuse it if anything on it is wrong."""

    def run(self, lines: list[str]) -> list[str]:
        survey = current()
        page = _page_of(survey, "\n".join(lines))
        self.md.workings = (survey, page)  # type: ignore[attr-defined]
        self.md.workings_shown = Shown(page)  # type: ignore[attr-defined]
        if wrong := faults(survey, page):
            raise page.error(wrong)
        return lines


def _page_of(survey: Survey, text: str) -> Page:
    wanted = text.strip()
    if page := survey.by_text.get(wanted):
        return page
    for page in survey.pages.values():
        if page.source.strip().endswith(wanted):
            raise page.error(
                [*faults(survey, page), Fault(1, "its first lines read as settings: begin with a heading")]
            )
    raise PageError(f"this text is no page of docs: {wanted[:60]!r}")


class _Number(InlineProcessor):
    """An inline number, with where it comes from for whoever hovers over it."""

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[str, int, int]:  # type: ignore[override]  # noqa: N802
        survey: Survey = self.md.workings[0]  # type: ignore[attr-defined]
        self.md.workings_shown.quote(m["name"], m["format"] or "")  # type: ignore[attr-defined]
        text = survey.quoted(m["name"], m["format"] or "")
        markup = f'<span class="computed" title="computed: {html.escape(m["name"])}">{text}</span>'
        return self.md.htmlStash.store(markup), m.start(0), m.end(0)


class _Maths(Postprocessor):
    """Replace what arithmatex marked by what KaTeX makes of it."""

    def run(self, text: str) -> str:
        return _MATHS.sub(self._rendered, text)

    def _rendered(self, found: re.Match[str]) -> str:
        survey, page = self.md.workings  # type: ignore[attr-defined]
        tex = html.unescape(found["tex"]).strip()
        for quote in _QUOTE.finditer(tex):
            self.md.workings_shown.quote(quote["name"], quote["format"] or "")  # type: ignore[attr-defined]
        full = _QUOTE.sub(lambda quote: survey.quoted(quote["name"], quote["format"] or "", tex=True), tex)
        display = found["tag"] == "div"
        try:
            markup = maths.rendered(full, display)
        except ValueError as error:
            raise page.error([Fault(survey.line_of_formula(page, tex), f"{error} in {tex!r}")]) from error
        if display:
            return f'<div class="formula" tabindex="0">{markup}</div>'
        # No line begins with the comma after a formula.
        return (
            f"{markup}&#8288;" if found.string[found.end() : found.end() + 1] in tuple(".,:;!?)") else markup
        )


class _Whole(Treeprocessor):
    """After all other work on the tree."""

    def run(self, root: Element) -> None:
        self.md.workings_shown.tree_is_whole = True  # type: ignore[attr-defined]


class _Check(Postprocessor):
    """Before the formulas are made: nothing that was meant for us is left in the text."""

    def run(self, text: str) -> str:
        self.md.workings_shown.check_text(text)  # type: ignore[attr-defined]
        return text


class _End(Postprocessor):
    """When all is made: everything that the page asks for was shown."""

    def run(self, text: str) -> str:
        self.md.workings_shown.check_all()  # type: ignore[attr-defined]
        return text


class WorkingsExtension(BlocksExtension):  # type: ignore[misc]
    """All of the machinery, in one extension without options."""

    def __init__(self, **options: Any) -> None:
        """Refuse options: there are none."""
        if options:
            raise ValueError(f"workings.site.extension takes no options, got {', '.join(sorted(options))}")
        super().__init__()

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        """Register everything; make sure that KaTeX is there."""
        vendor(ROOT)
        trim_theme(ROOT)
        super().extendMarkdown(md)
        md.preprocessors.register(_Begin(md), "workings-begin", 175)
        md.inlinePatterns.register(_Number(_QUOTE.pattern, md), "workings-number", 185)
        md.treeprocessors.register(Headings(md), "workings-headings", 6)  # toc is 5
        md.treeprocessors.register(Finish(md), "workings-finish", 1)
        md.treeprocessors.register(_Whole(md), "workings-whole", -1)
        md.postprocessors.register(_Check(md), "workings-check", 2)
        md.postprocessors.register(_Maths(md), "workings-maths", 1)
        md.postprocessors.register(_End(md), "workings-end", 0)

    def extendMarkdownBlocks(self, md: Markdown, block_mgr: BlocksProcessor) -> None:  # noqa: N802
        """Register the directives."""
        for block in (*directives.BLOCKS, *bank.BLOCKS):
            block_mgr.register(block, {})


def session_fence(
    source: str, language: str, css_class: str, options: Mapping[str, Any], md: Markdown, **_: Any
) -> str | Element:
    """Show a ``pycon`` fence so that its copy button gives what runs (for pymdownx.superfences)."""
    markup = _as_html(session_box(md, source + "\n", "A session, run as a test"), md)
    md.workings_shown.session(source, markup)  # type: ignore[attr-defined]
    return markup


def _as_html(box: Element, md: Markdown) -> str:
    from markdown.serializers import to_html_string

    markup = to_html_string(box)
    for number, stashed in enumerate(md.htmlStash.rawHtmlBlocks):
        if isinstance(stashed, str):
            markup = markup.replace(md.htmlStash.get_placeholder(number), stashed)
    return markup


def makeExtension(**options: Any) -> WorkingsExtension:  # noqa: N802
    """Python-Markdown's way in."""
    return WorkingsExtension(**options)
