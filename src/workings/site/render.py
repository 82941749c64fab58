"""How results look on a page: element trees of claims, errata, tables, figures and code."""

from __future__ import annotations

import ast
import html
import posixpath
import re
import xml.etree.ElementTree as etree
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from markdown import Markdown
from markdown.util import AtomicString
from pygments import __version__ as pygments_version
from pygments import highlight
from pygments.filter import Filter
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Name, Operator, Punctuation, Text, Whitespace

from workings.site import lab
from workings.site.copying import standalone, standalone_session
from workings.site.module import SRC, Module, first_line
from workings.site.store import kept

UNSEARCHED = 'data-search-exclude="1"'  # on a tag that holds none of its kind; no page keeps it
SIGNS = {"holds": "✓", "refuted": "✗"}
_TEX = re.compile(r"(\$[^$]+\$)")


def element(
    tag: str, css: str = "", text: str = "", *children: etree.Element, **attributes: str
) -> etree.Element:
    """An element with a class, Markdown text and children."""
    made = etree.Element(
        tag,
        {**({"class": css} if css else {}), **{key.rstrip("_"): value for key, value in attributes.items()}},
    )
    made.text = text
    made.extend(children)
    return made


def verbatim(tag: str, css: str, text: str, **attributes: str) -> etree.Element:
    """An element whose text no Markdown rule touches."""
    made = element(tag, css, **attributes)
    made.text = AtomicString(text)
    return made


def raw(md: Markdown, markup: str, css: str = "raw", tag: str = "div") -> etree.Element:
    """An element around finished HTML."""
    return element(tag, css, md.htmlStash.store(markup))


def unsearched(made: etree.Element) -> etree.Element:
    """Keep an element out of the search index."""
    made.set("data-search-exclude", "1")
    return made


def relative(target: str, page: str) -> str:
    """A link target below ``docs`` as seen from a page; an anchor on the page itself stays one."""
    path, _, anchor = target.partition("#")
    return posixpath.relpath(path, posixpath.dirname(page) or ".") + (f"#{anchor}" if anchor else "")


def verdict(word: str) -> etree.Element:
    """A verdict as a sign and a word."""
    words = {"holds": "Holds", "refuted": "Refuted"}
    sign = verbatim("span", "sign", SIGNS[word], **{"aria-hidden": "true"})
    return unsearched(element("p", f"verdict {word}", "", sign, _tail("span", words[word])))


def _tail(tag: str, text: str) -> etree.Element:
    return verbatim(tag, "", text)


def witnesses(result: Mapping[str, Any], code: str) -> etree.Element:
    """The witnesses of a claim, folded: each with how far it is and how far it may be."""
    listed = element("ul")
    for witness in result["witnesses"]:
        item = element("li", "", "", verbatim("b", "", witness["name"]))
        item[0].tail = AtomicString(f" {distance(witness)}")
        listed.append(item)
    count = len(result["witnesses"])
    names = ", ".join(dict.fromkeys(witness["name"].partition(",")[0] for witness in result["witnesses"]))
    summary = element(
        "summary", "", "", verbatim("span", "", f"{count} witness{'es' if count != 1 else ''}: {names}")
    )
    foot = element("p", "", "", verbatim("a", "", "The code that decides it", href=code))
    foot[0].tail = AtomicString(f" · {provenance(result)}")
    return unsearched(element("details", "witnesses", "", summary, listed, foot))


def distance(witness: Mapping[str, Any]) -> str:
    """How far a witness is from the statement, in words."""
    far, allowed, unit = witness["distance"], witness["tolerance"], witness["unit"]
    if unit == "standard errors":
        return f"is {far:.2g} standard errors away; {allowed:g} are allowed"
    if unit:
        return "keeps the bound" if far == 0 else f"is {far:.3g} {unit}"
    if allowed == 0:
        return "agrees exactly" if far == 0 else "differs"
    if far == 0:
        return f"agrees to the last bit; {allowed:.0e} is allowed"
    return f"differs by {far:.2g}; {allowed:.0e} is allowed"


def provenance(result: Mapping[str, Any], *, stale: bool = False) -> str:
    """When nobody asks, one quiet line; who asks sees where a result comes from."""
    if records := result.get("records"):
        return "; ".join(_record_provenance(record, stale) for record in records)
    return f"{result['seconds']:.2f} s on {result['device'].upper()} with {_versions(result)}"


def _record_provenance(record: Mapping[str, Any], stale: bool) -> str:
    machine = record["machine"]
    age = "Stale: the code that measured this has changed since. Measured" if stale else "Measured"
    where = f"{machine['cores']} cores of {machine['processor']}"
    if machine.get("device", "CPU") != "CPU":
        where = f"one {machine['device']}"
    if "processes" in machine:
        where = f"{where} in {machine['processes']} processes"
    return (
        f"{age} on {record['made']} in {record['seconds']:.0f} s on {where} with {_versions(record)}. "
        f"Measure again: {record['again']}"
    )


def _versions(result: Mapping[str, Any]) -> str:
    names = {"python": "Python", "numpy": "NumPy", "torch": "Torch"}  # in this order, kept or just computed
    found = result["versions"]
    return ", ".join(
        f"{shown} {found[name].partition('+')[0]}" for name, shown in names.items() if name in found
    )


def table(result: Mapping[str, Any]) -> etree.Element:
    """A table with numbers in their formats, cells shaded where it asks for heat."""
    spec = result["table"]
    columns, rows, head = spec["columns"], spec["rows"], spec["head"]
    formats = spec["formats"] or [""] * len(columns)
    hot = [columns.index(name) for name in spec["heat"]]
    span = _span([row[column] for row in rows for column in hot])
    numeric = [all(_is_number(row[place]) for row in rows) for place in range(len(columns))]
    top = element("tr")
    for name, is_number in zip(columns, numeric, strict=True):
        top.append(element("th", "number" * is_number, name, scope="col"))
    body = element("tbody")
    for row in rows:
        line = element("tr")
        for place, value in enumerate(row):
            is_number = _is_number(value)
            names_row = place < head and value != ""
            tag, css = "th" if names_row else "td", "number" * is_number
            cell = element(tag, css, _cell(value, formats[place]))
            if names_row:
                cell.set("scope", "row")
            if place in hot and is_number:
                cell.set("class", "number heat")
                cell.set("style", f"--heat:{_share(value, span):.0f}%")
            line.append(cell)
        body.append(line)
    return element(
        "div",
        "table",
        "",
        unsearched(element("table", "data", "", element("thead", "", "", top), body)),
        tabindex="0",
        role="group",
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _cell(value: Any, spec: str) -> str:
    if isinstance(value, bool):
        return "✓ yes" if value else "✗ no"
    if isinstance(value, str):  # no HTML: <unknown> is a word
        parts = _TEX.split(value)
        return "".join(part if place % 2 else part.replace("<", "&lt;") for place, part in enumerate(parts))
    text = format(value, spec)
    if "e" in text and any(digit.isdigit() for digit in text):
        mantissa, exponent = text.split("e")
        return f"${mantissa}\\times 10^{{{int(exponent)}}}$"
    return text.replace("-", "−")


def _span(values: Sequence[Any]) -> tuple[float, float]:
    numbers = [float(value) for value in values if isinstance(value, (int, float))]
    return (min(numbers), max(numbers)) if numbers else (0.0, 1.0)


def _share(value: float, span: tuple[float, float]) -> float:
    least, greatest = min(0.0, span[0]), span[1]
    return 100 * (value - least) / (greatest - least) if greatest > least else 0.0


class _Quiet(Filter):
    """Names, operators and punctuation stay in the colour of ink: half the markup, a calmer page."""

    ink = frozenset({Name, Name.Namespace, Operator, Punctuation, Whitespace})

    def filter(self, lexer: Lexer | None, stream: Iterable[tuple[Any, str]]) -> Iterator[tuple[Any, str]]:
        """Make those tokens plain text."""
        return ((Text if kind in self.ink else kind, text) for kind, text in stream)


def highlighted(code: str, language: str) -> str:
    """Code as HTML, in the classes that the theme colours; kept between builds."""

    def body() -> str:
        lexer = get_lexer_by_name(language, filters=[_Quiet()])
        return highlight(code, lexer, HtmlFormatter(nowrap=True)).rstrip("\n")

    markup = kept("highlights", ["quiet", pygments_version, language, code], body)
    return f"<pre {UNSEARCHED}><code>{markup}</code></pre>"


def _title(text: str) -> etree.Element:
    return unsearched(verbatim("p", "code-title", text))


def code_box(md: Markdown, code: str, language: str, copied: str, title: str) -> etree.Element:
    """A code block under a title; the copy button gives ``copied``."""
    markup = f'<div class="language-{language} highlight">{highlighted(code, language)}</div>'
    box = element("div", "code", "", _title(title), raw(md, markup))
    if copied.rstrip() != code.rstrip():
        box.set("data-copy", copied)
    return box


def output_box(md: Markdown, output: str) -> etree.Element:
    """What a program printed."""
    code = f"<pre {UNSEARCHED}><code>{html.escape(output.rstrip())}</code></pre>"
    markup = f'<div class="highlight no-copy">{code}</div>'
    return element("div", "code output", "", _title("It prints"), raw(md, markup))


def cell_output(md: Markdown, output: Mapping[str, Any], number: int) -> etree.Element:
    """What a cell of a lab printed or showed: in the richest form that follows the page's colours."""
    if output["output_type"] == "stream":
        return output_box(md, output["text"])
    data = output["data"]
    if lab.TABLE in data:
        shown = table({"table": data[lab.TABLE]})
        shown.set("aria-label", f"Table of cell {number}")
    elif "image/svg+xml" in data:
        shown = raw(md, data["image/svg+xml"], "drawing")
    else:
        return output_box(md, data["text/plain"])
    return element("figure", "exhibit", "", shown)


def definition_box(md: Markdown, module: Module, name: str) -> etree.Element:
    """A definition verbatim, its docstring folded to the first line."""
    markup = _folded(module, name)
    path = module.path.relative_to(SRC).as_posix()
    box = element("div", "code", "", _title(path), raw(md, markup))
    whole = module.segment(name)
    copied = (
        standalone(f"{module.name}.{name}") if module.name.split(".")[1] in ("byhand", "models") else whole
    )
    if copied.rstrip() != whole or "<details" in markup:  # a folded box shows the button only its first piece
        box.set("data-copy", copied)
    return box


def session_box(md: Markdown, session: str, title: str) -> etree.Element:
    """A ``>>>`` session; the copy button gives a program that runs alone."""
    return code_box(md, session.rstrip(), "pycon", standalone_session(session), title)


def _folded(module: Module, name: str) -> str:
    """Three pieces of one box: the signature, the docstring (folded), the body."""
    node = module.definitions[name][-1]
    lines = module.segment(name).splitlines()
    words = ast.get_docstring(node, clean=False) if isinstance(node, ast.FunctionDef | ast.ClassDef) else None
    if words is None or "\n" not in words or not isinstance(node, ast.FunctionDef | ast.ClassDef):
        return f'<div class="highlight">{highlighted(chr(10).join(lines), "python")}</div>'
    start = node.body[0].lineno - first_line(node)
    end = (node.body[0].end_lineno or node.body[0].lineno) - first_line(node) + 1
    before, doc, after = lines[:start], lines[start:end], lines[end:]
    pieces = [highlighted("\n".join(before), "python")]
    pieces.append(
        f'<details class="docstring no-copy" {UNSEARCHED}>'
        f"<summary><code>{html.escape(doc[0])}</code></summary>"
        f"<pre><code>{html.escape(chr(10).join(doc[1:]))}</code></pre></details>"
    )
    if after:
        pieces.append(f'<div class="no-copy">{highlighted(chr(10).join(after), "python")}</div>')
    return f'<div class="highlight folded">{"".join(pieces)}</div>'
