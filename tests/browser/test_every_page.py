"""Each page, light and dark, on a phone and on a laptop, with and without script."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from workings.site import theme

LOOKS = [(360, "light"), (360, "dark"), (1280, "light"), (1280, "dark")]
# What a reader sees as prose: code keeps its dollars, MathML is for screen readers.
PROSE = """() => {
    const copy = document.querySelector("article").cloneNode(true)
    copy.querySelectorAll("pre, code, svg, .katex-mathml").forEach(one => one.remove())
    return copy.textContent
}"""


@pytest.mark.parametrize(("width", "scheme"), LOOKS, ids=[f"{width}-{scheme}" for width, scheme in LOOKS])
def test_nothing_is_wrong(
    address: str, width: int, scheme: str, reader: Callable[..., Any], axe: Callable[..., list[str]]
) -> None:
    one = reader(width, scheme)
    page = one.open(address)
    expected = "slate" if scheme == "dark" else "default"
    assert page.evaluate("document.body.dataset.mdColorScheme") == expected
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "with everything unfolded"
    assert axe(page) == []
    assert one.faults == []


def test_without_script_the_page_is_whole(address: str, reader: Callable[..., Any]) -> None:
    one = reader(360, script=False)
    page = one.open(address)
    prose = page.evaluate(PROSE)
    assert len(prose) > 100
    assert not re.search(r"\$|\\[(\[a-z]|\{\{|///", prose), "unrendered maths, number or block"
    formulas = page.locator("article .katex-html")
    heights = formulas.evaluate_all("all => all.map(one => one.parentElement.clientHeight || 1)")
    assert all(height > 0 for height in heights)
    assert page.locator("nav.md-nav--primary a").count() > 3
    details = page.locator("article details")
    if details.count():
        details.first.locator("summary").first.click()
        assert details.first.evaluate("one => one.open")
    assert one.faults == []


def test_the_markup_is_sound(address: str, reader: Callable[..., Any]) -> None:
    page = reader().open(address)
    ids = Counter(page.evaluate("[...document.querySelectorAll('[id]')].map(one => one.id)"))
    assert [name for name, count in ids.items() if count > 1] == []
    headings = page.evaluate("[...document.querySelectorAll('article h1')].map(one => one.textContent)")
    assert len(headings) == 1
    figures = page.locator("article svg[role=img]")
    assert all(figures.evaluate_all("all => all.map(one => one.getAttribute('aria-label').length > 20)"))
    references = page.evaluate(
        "[...document.querySelectorAll('article svg use')].map(one => one.getAttribute('href').slice(1))"
    )
    assert set(references) <= set(ids)
    assert page.locator("article svg style").count() == 0, "a figure's style sheet would leak into the page"


def test_no_rule_that_the_page_needs_was_trimmed(address: str, reader: Callable[..., Any]) -> None:
    page = reader().open(address)
    found = page.evaluate(
        """selectors => selectors.filter(one => {
            const plain = one.replace(/::?(hover|focus|active|before|after|placeholder|-[\\w-]+|target|marker)[\\w-]*/g, "")
            try { return document.querySelector(plain || "nothing") } catch { return true }
        })""",
        trimmed_selectors(),
    )
    assert found == [], "remove the name from workings.site.theme.UNUSED"


def trimmed_selectors() -> list[str]:
    def heads(css: str) -> list[str]:
        found = []
        for head, body in theme.rules(css):
            found += heads(body) if head.startswith(("@media", "@supports")) else [head]
        return [head for head in found if not head.startswith("@")]

    css = "".join(re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8")) for sheet in theme.sheets())
    every = {selector for head in heads(css) for selector in theme.selectors(head)}
    kept = {name for head in heads(theme.trimmed(css)) for name in theme.selectors(head)}
    assert len(kept) > 500
    return sorted(selector for selector in every - kept if "mermaid" not in selector or "." in selector)
