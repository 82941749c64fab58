"""Links between pages: each leads to a file that is there and to an anchor on it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from posixpath import dirname, join, normpath

from markdown.extensions.toc import slugify

from workings.site.page import DOCS, Fault, Page, without_code

_LINK = re.compile(r"\]\((?P<target>[^)\s]+)(?:\s+\"[^\"]*\")?\)")
_REFERENCE = re.compile(r"^ {0,3}\[[^\]^][^\]]*\]:\s*<?(?P<target>[^\s>]+)>?")
_HTML = re.compile(r"<[a-zA-Z][^<>]*?\s(?:href|src)=[\"'](?P<target>[^\"']*)[\"']")
_ELSEWHERE = re.compile(r"^[a-z][a-z0-9+.-]*:|^//")
_ID = re.compile(r"\{[^{}]*#(?P<id>[\w.:-]+)[^{}]*\}|\bid=\"(?P<html>[^\"]+)\"")


def faults(page: Page, anchors: Mapping[str, set[str]]) -> Iterator[Fault]:
    """Each link of a page that leads nowhere. ``anchors`` holds every page's."""
    for line, text in page.prose:
        words = without_code(text)
        for link in _HTML.finditer(words):
            target, _, anchor = link["target"].partition("#")
            if not _ELSEWHERE.match(link["target"]) and not _is_built(_address(page, target), anchors):
                yield Fault(line, f"the link {link['target']} leads to nothing; Markdown's links name files")
        for link in (*_LINK.finditer(words), *_REFERENCE.finditer(words)):
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


def _address(page: Page, target: str) -> str:
    """Where a link written in HTML leads: it starts from the page's own folder, as the browser sees it."""
    folder = page.name.removesuffix("index.md").removesuffix(".md")
    return normpath(join(folder, target)) if target else folder.rstrip("/") or "."


def _is_built(address: str, anchors: Mapping[str, set[str]]) -> bool:
    pages = {name.removesuffix("index.md").removesuffix(".md").rstrip("/") or "." for name in anchors}
    return address in pages or (DOCS / address).is_file()


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
