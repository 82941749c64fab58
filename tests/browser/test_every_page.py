"""Each page, light and dark, on a phone and on a laptop, with and without script."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

from workings.site import theme

LOOKS = [(1280, "light"), (1280, "dark"), (360, "dark"), (360, "light")]
FOLD = "open => document.querySelectorAll('details').forEach(one => { one.open = open })"
# What a reader sees as prose: code keeps its dollars, MathML is for screen readers.
PROSE = """() => {
    const copy = document.querySelector("main article").cloneNode(true)
    copy.querySelectorAll("pre, code, svg, .katex-mathml").forEach(one => one.remove())
    return copy.textContent
}"""


def test_nothing_is_wrong(address: str, reader: Callable[..., Any], axe: Callable[..., list[str]]) -> None:
    one = reader()
    page = one.open(address)
    for width, scheme in LOOKS:
        look = f"{width} px, {scheme}"
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        expected = "slate" if scheme == "dark" else "default"
        page.wait_for_function("name => document.body.dataset.mdColorScheme === name", arg=expected)
        for unfolded in (False, True):
            page.evaluate(FOLD, unfolded)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (look, unfolded)
        assert axe(page, everything=scheme == "light") == [], look
    assert one.faults == []


def test_without_script_the_page_is_whole(address: str, reader: Callable[..., Any]) -> None:
    one = reader(360, script=False)
    page = one.open(address)
    prose = page.evaluate(PROSE)
    assert len(prose.strip()) > 10
    money = page.request.get(page.url).text().count("&#36;")  # a dollar is written so, and only so
    assert prose.count("$") <= money, "unrendered maths"
    assert not re.search(r"\\[(\[a-z]|\{\{|///", prose), "unrendered maths, number or block"
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
    uses = "[...document.querySelectorAll('article svg use')]"
    assert set(page.evaluate(f"{uses}.map(one => one.getAttribute('xlink:href').slice(1))")) <= set(ids)
    assert page.locator("article svg style").count() == 0, "a figure's style sheet would leak into the page"
    found = page.evaluate(
        """selectors => selectors.filter(one => {
            const states = /::?(hover|focus|active|before|after|placeholder|-[\\w-]+|target|marker)[\\w-]*/g
            const plain = one.replace(states, "").replace(/^>/, "*>")
            try { return document.querySelector(plain || "nothing") } catch { return true }
        })""",
        trimmed_selectors(),
    )
    assert found == [], "the page needs what workings.site.theme.UNUSED names"


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
    return sorted(every - kept - {":root>*"})  # which held variables of diagrams alone
