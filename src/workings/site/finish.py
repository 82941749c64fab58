"""The last look at a page's tree: headings with maths get plain labels, tables scroll, an id stands once."""

from __future__ import annotations

import re
import unicodedata
import xml.etree.ElementTree as etree
from collections.abc import Iterator

from markdown.extensions.toc import slugify
from markdown.treeprocessors import Treeprocessor

from workings.site.render import element

_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}


class Headings(Treeprocessor):
    """A heading that holds a formula says it without markup in the contents and in its id."""

    def run(self, root: etree.Element) -> None:
        """Work before the ``toc`` extension, which takes the label."""
        for heading in root.iter():
            if heading.tag in _HEADINGS and heading.find(".//span[@class='arithmatex']") is not None:
                words = "".join(heading.itertext())
                label = re.sub(r"\\\((.*?)\\\)", lambda formula: plain(formula[1]), words)
                heading.attrib.setdefault("data-toc-label", label)
                heading.attrib.setdefault("id", slugify(words, "-"))


def plain(tex: str) -> str:
    r"""Write a small formula without markup.

    >>> print(plain(r"\sqrt{d_k}"), plain(r"\operatorname{Var}(q \cdot k) = \sigma^{4}"))
    √d_k Var(q · k) = σ^4
    """
    signs = {"sqrt": "√", "cdot": "·", "times": "×", "top": "ᵀ", "le": "≤", "ge": "≥", "to": "→"}

    def sign(command: re.Match[str]) -> str:
        name = command[1]
        try:
            size = "CAPITAL" if name[0].isupper() else "SMALL"
            return signs.get(name) or unicodedata.lookup(f"GREEK {size} LETTER {name}")
        except KeyError:
            return ""

    return " ".join(re.sub(r"[{}]|\\[^a-zA-Z]", "", re.sub(r"\\([a-zA-Z]+)", sign, tex)).split())


class Finish(Treeprocessor):
    """Tables of Markdown scroll inside themselves as exhibits do; the second of two equal ids goes."""

    def run(self, root: etree.Element) -> None:
        """Work when every other processor has done its part."""
        for parent, table in list(_bare_tables(root)):
            box = element("div", "table", tabindex="0", role="group")
            parent.insert(list(parent).index(table), box)
            heads = (re.sub("\x02[^\x03]*\x03", "", "".join(cell.itertext())) for cell in table.iter("th"))
            box.set("aria-label", ", ".join(filter(None, heads)) or "Table")  # no markup kept for later
            table.set("class", "words")
            box.tail, table.tail = table.tail, None
            parent.remove(table)
            box.append(table)
        seen: set[str] = set()
        for one in root.iter():
            if (name := one.get("id")) in seen:
                del one.attrib["id"]
            elif name:
                seen.add(name)


def _bare_tables(root: etree.Element) -> Iterator[tuple[etree.Element, etree.Element]]:
    for parent in root.iter():
        for child in parent:
            if child.tag == "table" and not child.get("class"):
                yield parent, child
