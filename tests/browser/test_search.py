"""Search finds the chapter, and costs nothing to whoever does not search."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

INDEX = "search/search_index.json"


def test_search_finds_the_chapter(reader: Callable[..., Any], chapter: str) -> None:
    one = reader()
    page = one.open("")
    field = page.get_by_label("Search", exact=True).locator("input")
    field.click()
    field.press_sequentially("scaled attention")
    result = page.locator(f".md-search-result__link[href*='{chapter}']").first
    expect(result).to_be_visible()
    result.click()
    page.wait_for_url(f"**/{chapter}**")
    expect(page.locator("main article h1")).to_contain_text("attention")
    assert one.faults == []


def test_search_works_on_a_phone_and_from_the_keyboard(reader: Callable[..., Any], chapter: str) -> None:
    page = reader(360).open("errata/")
    page.locator("label.md-header__button[for=__search]").click()
    page.keyboard.type("softmax")
    expect(page.locator(f".md-search-result__link[href*='{chapter}']").first).to_be_visible()
    page = reader().open("errata/")
    page.keyboard.press("/")
    page.keyboard.type("softmax")
    expect(page.locator(".md-search-result__link").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/errata/" not in url)


def test_the_index_loads_when_someone_turns_to_the_search(reader: Callable[..., Any], chapter: str) -> None:
    page = reader().open(chapter)
    page.wait_for_load_state("networkidle")
    loaded = f"performance.getEntriesByType('resource').filter(one => one.name.endsWith('{INDEX}')).length"
    assert page.evaluate(loaded) == 0
    page.locator("input.md-search__input").focus()
    page.wait_for_function(f"{loaded} === 1")


def test_a_shared_search_opens_with_its_results(reader: Callable[..., Any]) -> None:
    page = reader().open("?q=softmax")
    expect(page.locator(".md-search-result__link").first).to_be_visible()


def test_the_index_holds_prose_and_no_markup_of_formulas(index: dict[str, Any]) -> None:
    texts = [entry["text"] for entry in index["docs"]]
    assert len(texts) > 20
    assert not [text for text in texts if "katex" in text or "class=" in text]
    assert not [text for text in texts if "real_array(" in text], "code is on the page, not in the index"
