"""Moving about: instant navigation, anchors, the phone's menu, colours, paper."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect


def works(page: Page) -> None:
    """Check that copying, maths and folding work on a page that holds all three."""
    page.locator("main article .md-code__button").first.wait_for()
    page.evaluate("navigator.clipboard.writeText('')")
    page.locator("main article .md-code__button").first.click()
    page.wait_for_function("navigator.clipboard.readText().then(text => text.includes('def '))")
    expect(page.locator("main article .katex-html").first).to_be_visible()
    details = page.locator("main article details.witnesses").first
    details.locator("summary").click()
    expect(details.locator("li").first).to_be_visible()


def test_instant_navigation_keeps_everything_working(reader: Callable[..., Any], chapter: str) -> None:
    one = reader()
    page = one.open("errata/")
    page.evaluate("window.sameDocument = true")
    page.locator(f".md-nav--primary a[href*='{chapter}']").first.click()
    page.wait_for_url(f"**/{chapter}")
    expect(page.locator("main article h1")).to_contain_text("attention")
    works(page)
    problem = page.locator("main article a[href*='problems/'][href*='#']").first
    anchor = problem.get_attribute("href").partition("#")[2]
    problem.click()
    page.wait_for_url(f"**/problems/**#{anchor}")
    expect(page.locator(f"[id='{anchor}']")).to_be_in_viewport()
    page.go_back()
    page.wait_for_url(re.compile(f"/{chapter}(#.*)?$"))
    expect(page.locator("main article h1")).to_contain_text("Scaled")
    works(page)
    page.go_back()
    page.wait_for_url(re.compile("/errata/(#.*)?$"))
    expect(page.locator("main article h1")).to_contain_text("Errata")
    assert page.evaluate("window.sameDocument === true"), "a page was loaded in full"
    assert one.faults == []


@pytest.mark.parametrize("width", [360, 1280])
def test_every_anchor_scrolls_to_its_place(width: int, reader: Callable[..., Any], chapter: str) -> None:
    one = reader(width)
    problems = f"problems/{chapter.rstrip('/').rpartition('/')[2]}/"
    for address, css in ((chapter, ".claim[id], figure[id], .code-title[id]"), (problems, ".problem h2[id]")):
        page = one.open(address)
        ids = page.locator(f"main article :is({css})").evaluate_all("all => all.map(one => one.id)")
        assert len(ids) > 2
        for name in ids:
            page.evaluate("name => { location.hash = '#' + name }", name)
            page.wait_for_function(
                """name => {
                    const top = document.getElementById(name).getBoundingClientRect().top
                    const header = document.querySelector(".md-header").getBoundingClientRect().bottom
                    const atEnd = scrollY + innerHeight >= document.documentElement.scrollHeight - 2
                    return top >= header - 1 && (top < header + 120 || atEnd && top < innerHeight)
                }""",
                arg=name,
            )
    assert one.faults == []


def test_a_link_from_outside_lands_on_its_anchor(reader: Callable[..., Any], chapter: str) -> None:
    one = reader(360)
    page = one.open(chapter)
    name = page.locator("main article .claim[id]").last.get_attribute("id")
    page = reader(360).open(f"{chapter}#{name}")
    expect(page.locator(f"[id='{name}']")).to_be_in_viewport()


def test_the_menu_of_a_phone_leads_to_the_chapter(reader: Callable[..., Any], chapter: str) -> None:
    one = reader(360)
    page = one.open("")  # elsewhere the drawer opens at the page's own part
    page.locator("label.md-header__button[for=__drawer]").click()
    page.locator(".md-nav--primary > ul > li > label", has_text="Attention").click()
    page.locator(f".md-nav--primary a[href*='{chapter}']").first.click()
    page.wait_for_url(f"**/{chapter}")
    assert one.faults == []


def test_the_palette_changes_and_is_remembered(reader: Callable[..., Any]) -> None:
    one = reader()
    page = one.open("errata/")
    scheme = "document.body.dataset.mdColorScheme"
    toggle = page.locator("form[data-md-component=palette] label:not([hidden])")
    seen = [page.evaluate(scheme)]
    for _ in range(2):
        toggle.click()
        seen.append(page.evaluate(scheme))
    assert seen == ["default", "default", "slate"]  # as the system has it, light, dark
    page.reload()
    assert page.evaluate(scheme) == "slate"
    assert one.faults == []


def test_the_dark_page_never_flashes_white(reader: Callable[..., Any]) -> None:
    one = reader(scheme="dark")
    one.page.route("**/bundle.*.js", lambda route: route.abort())
    one.page.goto(f"{one.url}/errata/")
    assert one.page.evaluate("document.body.dataset.mdColorScheme") == "slate"


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_on_paper_nothing_is_folded(script: bool, reader: Callable[..., Any], chapter: str) -> None:
    page = reader(script=script).open(f"problems/{chapter.rstrip('/').rpartition('/')[2]}/")
    assert page.locator("main article details.answer").count() > 2
    page.emulate_media(media="print")
    within = "[...document.querySelectorAll('article details > :not(summary)')]"
    folded = f"{within}.filter(one => !one.checkVisibility()).map(one => one.outerHTML.slice(0, 100))"
    if script:
        page.wait_for_function(f"{folded}.length === 0")
    assert page.evaluate(folded) == []
    assert not page.locator(".md-header").is_visible()


def test_a_page_that_is_not_there_says_so(reader: Callable[..., Any]) -> None:
    page = reader().open("attention/no-such-page/")
    expect(page.locator("main article h1")).to_contain_text("404")
