"""What a reader downloads, compressed as a host sends it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

FIRST = 150_000
LATER = 60_000
USED = "performance.getEntriesByType('resource').map(one => one.name)"


def test_the_chapter_and_every_later_page_are_light(
    reader: Callable[..., Any], server: Any, chapter: str, addresses: list[str]
) -> None:
    one = reader()
    start = len(server.sent)
    with one.page.expect_event("worker"), one.page.expect_response("**/sitemap.xml"):
        one.open(chapter)
    one.page.wait_for_load_state("networkidle")
    first = server.sent[start:]
    assert any("worker" in path for path, _ in first)
    assert any("woff2" in path for path, _ in first)
    assert sum(count for _, count in first) <= FIRST, first

    at_hand = {path for path, _ in first}
    for address in addresses:
        one = reader()  # who has seen only the chapter: a tab that has seen more lists its fonts as well
        one.open(address)
        one.page.wait_for_load_state("networkidle")
        size = dict(server.sent)
        needs = {urlsplit(url).path for url in one.page.evaluate(USED)} | {f"/{address}"}
        new = {path: size[path] for path in needs - at_hand}
        assert sum(new.values()) < LATER, (address, new)
