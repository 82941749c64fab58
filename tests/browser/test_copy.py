"""The copy button of each code box on the chapter gives what runs, and it prints what the page shows."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from subprocess import CalledProcessError
from typing import Any

from workings.site.copying import run_alone

# For each box with a button: its title, and what the page shows that its program prints.
SHOWN = """button => {
    const box = button.closest(".code")
    const output = box.parentElement.matches(".snippet") ? box.nextElementSibling.querySelector("code") : null
    const lines = [...box.querySelectorAll(".go")].map(one => one.textContent)
    return [box.querySelector(".code-title").textContent, output ? output.textContent : lines.join("\\n")]
}"""


def test_what_is_copied_runs_and_prints_what_the_page_shows(reader: Callable[..., Any], chapter: str) -> None:
    one = reader()
    page = one.open(chapter)
    copied: list[tuple[str, str, str]] = []
    page.evaluate("document.querySelectorAll('article details').forEach(one => { one.open = true })")
    for button in page.locator("article .md-code__button").all():
        title, shown = button.evaluate(SHOWN)
        page.evaluate("navigator.clipboard.writeText('')")
        button.click()
        page.wait_for_function("navigator.clipboard.readText().then(text => text.length > 0)")
        copied.append((title, shown, page.evaluate("navigator.clipboard.readText()")))
    assert one.faults == []
    assert len(copied) == page.locator("article .code:not(.output)").count() > 8
    assert sum(bool(shown) for _, shown, _ in copied) > 4
    with ThreadPoolExecutor(2) as pool:
        faults = list(pool.map(lambda box: _fault(*box), copied))
    assert [fault for fault in faults if fault] == []


def _fault(title: str, shown: str, code: str) -> str:
    try:
        printed = run_alone(code)
    except (CalledProcessError, ValueError) as error:
        return f"{title}: {error} {getattr(error, 'stderr', '')}\n{code}"
    return "" if printed.split() == shown.split() else f"{title}: shown\n{shown}\nprinted\n{printed}"
