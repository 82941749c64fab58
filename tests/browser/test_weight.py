"""What a reader downloads, compressed as a host sends it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

FIRST = 150_000
LATER = 60_000


def test_the_chapter_and_every_later_page_are_light(
    reader: Callable[..., Any], server: Any, chapter: str, addresses: list[str]
) -> None:
    one = reader()
    start = len(server.sent)
    one.open(chapter)
    one.page.wait_for_load_state("networkidle")
    first = server.sent[start:]
    assert any("worker" in path for path, _ in first) and any("woff2" in path for path, _ in first)
    assert sum(count for _, count in first) <= FIRST, first
    for address in addresses:
        start = len(server.sent)
        one.open(address)
        one.page.wait_for_load_state("networkidle")
        later = server.sent[start:]
        assert sum(count for _, count in later) < LATER, (address, later)
