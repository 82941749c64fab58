"""Links between pages: each leads to a file that is there and to an anchor on it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from posixpath import dirname, join, normpath

from markdown.extensions.toc import slugify

from workings.site.page import DOCS, Fault, Page, without_code

_LINK = re.compile(r"\]\((?P<target>[^)\s]+)(?:\s+\"[^\"]*\")?\)")
_ELSEWHERE = re.compile(r"^[a-z][a-z0-9+.-]*:|^//")
_ID = re.compile(r"\{[^{}]*#(?P<id>[\w.:-]+)[^{}]*\}|\bid=\"(?P<html>[^\"]+)\"")


def faults(page: Page, anchors: Mapping[str, set[str]]) -> Iterator[Fault]:
    """Each link of a page that leads nowhere. ``anchors`` holds every page's."""
    for line, text in page.prose:
        for link in _LINK.finditer(without_code(text)):
            target, _, anchor = link["target"].partition("#")
            if _ELSEWHERE.match(link["target"]):
                continue
            path = normpath(join(dirname(page.name), target)) if target else page.name
            if path in anchors:
                if anchor and anchor not in anchors[path]:
                    yield Fault(
                        line, f"the link {link['target']} leads to no anchor #{anchor} of docs/{path}"
                    )
            elif not (DOCS / path).is_file():
                yield Fault(line, f"the link {link['target']} leads to no file: docs/{path} is not there")


def anchors(page: Page) -> set[str]:
    """The ids that a page's headings and directives have."""
    found: set[str] = set()
    for _, text in page.prose:
        found |= {match["id"] or match["html"] for match in _ID.finditer(text)}
        if text.startswith("#"):
            words = re.sub(r"\{[^{}]*\}\s*$", "", text.lstrip("#")).strip()
            slug = base = slugify(re.sub(r"[`*]|\]\([^)]*\)|\[", "", words), "-")
            count = 0
            while slug in found:
                count += 1
                slug = f"{base}_{count}"
            found.add(slug)
    for directive in page.directives:
        if directive.name in ("claim", "erratum", "problem", "source", "exhibit"):
            found.add(directive.argument)
    return found
