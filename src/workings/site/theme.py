"""Material's style sheets in one file without the parts that no page uses: half their bytes.

What goes is named here (:data:`UNUSED`), so that whoever begins to use a part takes its name from the list; a
browser test fails as soon as an element of a page would have had a rule that went.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

UNUSED = (
    ".admonition",
    ".arithmatex",
    ".critic",
    ".emojione",
    ".footnote",
    ".gemojione",
    ".giscus",
    ".grid",
    ".highlighttable",
    ".hll",
    ".inlinehilite",
    ".keys",
    ".lg-",
    ".linenodiv",
    ".linenos",
    ".md-alternate",
    ".md-annotation",
    ".md-author",
    ".md-banner",
    ".md-consent",
    ".md-content--post",
    ".md-content__button",
    ".md-feedback",
    ".md-hero",
    ".md-meta",
    ".md-pagination",
    ".md-path",
    ".md-post",
    ".md-profile",
    ".md-progress",
    ".md-search__suggest",
    ".md-select",
    ".md-sidebar--post",
    ".md-social",
    ".md-source",
    ".md-status",
    ".md-tabs",
    ".md-tag",
    ".md-tooltip",
    ".md-version",
    ".mermaid",
    ".tabbed-",
    ".task-list",
    ".twemoji",
    "[align=",
    "[data-linenos]",
    "[dir=rtl]",
    "details.abstract",
    "details.bug",
    "details.danger",
    "details.example",
    "details.failure",
    "details.info",
    "details.note",
    "details.question",
    "details.quote",
    "details.success",
    "details.tip",
    "details.warning",
)
_OTHER_COLOURS = re.compile(r"\[data-md-color-(primary|accent)=(?!custom)")
_ICONS = re.compile(
    r"--md-(admonition|annotation|footnotes|mermaid|source|status|tabbed|tag|tasklist|version)-"
)
_COMMENT = re.compile(r"/\*.*?\*/|@charset [^;]*;", re.DOTALL)


def trim_theme(root: Path) -> Path:
    """Make sure that ``docs/assets/vendor/material.css`` is there and of this Material; return its path."""
    sheet = root / "docs/assets/vendor/material.css"
    heading = f"/* Material for MkDocs (MIT), what Workings uses of it, {_digest()} */\n"
    try:
        with sheet.open(encoding="utf-8") as old:
            if old.readline() == heading:
                return sheet
    except OSError:
        pass
    kept = "".join(trimmed(path.read_text(encoding="utf-8")) for path in sheets())
    sheet.parent.mkdir(parents=True, exist_ok=True)
    new = sheet.with_suffix(f".{hashlib.sha256(kept.encode()).hexdigest()[:8]}")
    new.write_text(heading + kept, encoding="utf-8")
    new.replace(sheet)
    return sheet


def sheets() -> list[Path]:
    """Material's own style sheets, in the order in which a page loads them."""
    found = find_spec("material")
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError("mkdocs-material is not installed: make sets it up")
    folder = Path(found.submodule_search_locations[0]) / "templates/assets/stylesheets"
    return [next(folder.glob(f"{stem}.*.min.css")) for stem in ("main", "palette")]


@cache
def _digest() -> str:
    names = "".join(path.name for path in sheets())
    return hashlib.sha256(names.encode() + Path(__file__).read_bytes()).hexdigest()[:16]


def trimmed(css: str) -> str:
    """A style sheet without the selectors of unused parts, and without rules that have none left."""
    out = []
    for head, body in rules(_COMMENT.sub("", css)):
        if head.startswith(("@media", "@supports")):
            if inner := trimmed(body):
                out.append(f"{head}{{{inner}}}")
        elif head.startswith("@"):
            out.append(f"{head}{{{body}}}" if body else f"{head};")
        elif (kept := [selector for selector in selectors(head) if not unused(selector)]) and (
            declarations := _declarations(body)
        ):
            out.append(f"{','.join(kept)}{{{declarations}}}")
    return "".join(out)


def unused(selector: str) -> bool:
    """Say whether a selector can only match an element of an unused part."""
    outside = re.sub(r":not\((?:[^()]|\([^()]*\))*\)", "", selector)
    return any(part in outside for part in UNUSED) or bool(_OTHER_COLOURS.search(outside))


def rules(css: str) -> Iterator[tuple[str, str]]:
    """Each rule's head and body, for media queries too; an at-rule without a body has an empty one."""
    place = 0
    for found in re.finditer(r"[{};]", css):
        if found.start() < place:
            continue
        head = css[place : found.start()].strip()
        if found[0] == "{":
            end = _closing(css, found.start())
            yield head, css[found.end() : end]
            place = end + 1
        else:
            place = found.end()
            if head:
                yield head, ""


def _closing(css: str, opening: int) -> int:
    depth = 0
    for found in re.compile(r"""[{}]|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'""").finditer(css, opening):
        depth += {"{": 1, "}": -1}.get(found[0], 0)
        if depth == 0:
            return found.start()
    raise ValueError("a style sheet of Material ends inside a rule")


def selectors(head: str) -> list[str]:
    """Split a head at its commas, those in brackets excepted."""
    return re.findall(r"(?:[^,()]|\((?:[^()]|\([^()]*\))*\))+", head)


def _declarations(body: str) -> str:
    """Drop the icons of unused parts: as data addresses they are the longest lines of all."""
    lines = re.findall(r"(?:[^;\"(]|\"[^\"]*\"|\((?:[^()\"]|\"[^\"]*\"|\([^()]*\))*\))+", body)
    return ";".join(line for line in lines if not _ICONS.match(line))
