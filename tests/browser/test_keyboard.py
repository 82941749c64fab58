"""Whoever has no mouse reaches everything and sees where they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

WATCH = """() => {
    window.reached = new Set()
    window.unseen = []
    document.addEventListener("focusin", event => {
        const one = event.target
        window.reached.add(one)
        const shown = one.matches(".md-option") ? one.nextElementSibling : one
        const style = getComputedStyle(shown)
        const marked = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1
        if (!marked && !one.matches(".md-search *, .md-skip")) window.unseen.push(one.outerHTML.slice(0, 120))
    })
}"""
# Links, summaries, copy buttons, and whatever scrolls inside itself, where a reader can see it.
WANTED = """() => {
    const inside = "a[href]:not(.headerlink), summary, button, .table, .formula, pre > code"
    return [...document.querySelectorAll(`article :is(${inside}), :is(.md-footer, .md-sidebar) a[href]`)]
        .filter(one => one.checkVisibility({visibilityProperty: true}))
        .filter(one => {
            const box = one.getBoundingClientRect()
            return box.width > 0 && box.right > 0 && box.left < innerWidth
        })
        .filter(one => !one.matches(".table, .formula, code") || one.scrollWidth > one.clientWidth)
}"""


@pytest.mark.parametrize("width", [1280, 360])
def test_tab_reaches_everything(address: str, width: int, reader: Callable[..., Any]) -> None:
    page = reader(width).open(address)
    page.evaluate(WATCH)
    stops = page.locator("a[href], button, summary, input, [tabindex]").count()
    for _ in range(stops + 10):
        page.keyboard.press("Tab")
    missed = f"({WANTED})().filter(one => !reached.has(one)).map(one => one.outerHTML.slice(0, 120))"
    assert page.evaluate(missed) == []
    assert page.evaluate("unseen") == []


def test_enter_opens_a_summary_and_presses_a_copy_button(reader: Callable[..., Any], chapter: str) -> None:
    page = reader().open(chapter)
    details = page.locator("article details.witnesses").first
    details.locator("summary").focus()
    page.keyboard.press("Enter")
    assert details.evaluate("one => one.open")
    page.locator("article .md-code__button").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("navigator.clipboard.readText().then(text => text.includes('def '))")


def test_the_first_stop_skips_to_the_text(reader: Callable[..., Any], chapter: str) -> None:
    page = reader().open(chapter)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('.md-skip')")
    page.keyboard.press("Enter")
    page.wait_for_function("location.hash.length > 1")
