"""Matplotlib's SVG for a page: a third of the bytes, no id that nothing refers to, no style that leaks."""

from __future__ import annotations

import hashlib
import re
import xml.etree.ElementTree as etree
from collections.abc import Mapping

_SVG = "{http://www.w3.org/2000/svg}"
_LINK = "{http://www.w3.org/1999/xlink}href"
_REFERENCE = re.compile(r"(?<=url\(#)[\w.-]+|(?<=^#)[\w.-]+")
# What an element has when nothing is said, or inherits from the page.
_DEFAULT = {"", "font-family: inherit", "text-anchor: start", "stroke-miterlimit: 100000", "opacity: 1"}


def for_page(svg: str, alt: str, paint: Mapping[str, str]) -> str:
    """Return the drawing with ``alt`` as its words and each colour of ``paint`` replaced.

    ``paint`` maps colours such as ``#010203`` to CSS such as ``currentColor``. Matplotlib's own white (the
    ground of a legend) becomes the page's ground. Ids that something refers to get a prefix of this figure.
    """
    root = etree.fromstring(svg[svg.index("<svg") :])
    size = re.fullmatch(r"0 0 ([\d.]+) ([\d.]+)", root.get("viewBox", ""))
    if size is None:
        raise ValueError("Matplotlib wrote an SVG without a viewBox")
    prefix = "f" + hashlib.sha256(svg.encode()).hexdigest()[:6]
    values = (value for one in root.iter() for value in one.attrib.values())
    used = dict.fromkeys(name for value in values for name in _REFERENCE.findall(value))
    names = {old: f"{prefix}{number}" for number, old in enumerate(used)}
    paint = {**paint, "#ffffff": "var(--md-default-bg-color)", "#cccccc": "var(--line)"}
    for one in root.iter():
        one.tag = one.tag.removeprefix(_SVG)
        _slim(one, names, paint)
    _prune(root)
    width, height = size.groups()
    root.attrib.clear()
    root.attrib |= {"role": "img", "aria-label": alt, "data-search-exclude": "1"}
    root.set("viewBox", f"0 0 {_short(width)} {_short(height)}")
    root.set("style", f"--width:{float(width):.0f}px;stroke-linejoin:round;stroke-linecap:butt")
    root.set("xmlns", "http://www.w3.org/2000/svg")
    return etree.tostring(root, encoding="unicode")


def _slim(one: etree.Element, names: Mapping[str, str], paint: Mapping[str, str]) -> None:
    """Rename or drop the id, round numbers, paint, and drop what goes without saying."""
    attributes = dict(one.attrib)
    one.attrib.clear()
    for name, original in attributes.items():
        value = _REFERENCE.sub(lambda found: names[found[0]], original)
        if name == "id":
            if value in names:
                one.set("id", names[value])
        elif name == "style":
            if style := _style(value, paint):
                one.set("style", style)
        elif value != original:
            one.set("xlink:href" if name == _LINK else name, value)  # Material would assign to a plain href
        elif short := " ".join(re.sub(r"-?\d+\.\d+", lambda found: _short(found[0]), value).split()):
            if name == "d":
                short = re.sub(r" ?([A-Za-z]) ?", r"\1", short)
            if name != "transform" or (short := re.sub(r"rotate\(-?0 [^)]*\)", "", short).strip()):
                one.set(name, short)
    if one.text is not None and not one.text.strip() and one.tag not in ("text", "tspan"):
        one.text = None
    if one.tail is not None and not one.tail.strip():
        one.tail = None


def _style(value: str, paint: Mapping[str, str]) -> str:
    value = re.sub(r"font: ([\d.]+px) [^;]*", r"font-size: \1", value)
    value = re.sub(r"font-family: ?[^;]*", "font-family: inherit", value)
    parts = (part.strip() for part in value.split(";"))
    kept = ";".join(part.replace(": ", ":") for part in parts if part not in _DEFAULT)
    for colour, css in paint.items():
        kept = kept.replace(colour, css)
    return kept


def _short(number: str) -> str:
    """Two decimals are a hundredth of a pixel: ``12.3400001`` is ``12.34``."""
    return f"{round(float(number), 2) + 0.0:.2f}".rstrip("0").rstrip(".")


def _prune(parent: etree.Element) -> None:
    """Drop metadata, style sheets and shapes that nobody sees; open groups that say nothing."""
    kept: list[etree.Element] = []
    for child in parent:
        _prune(child)
        unseen = child.tag in ("metadata", "style") or child.get("style") == "fill:none"
        if unseen or (child.tag in ("g", "defs") and not len(child)):
            continue
        kept += list(child) if child.tag == "g" and not child.attrib else [child]
    parent[:] = kept
