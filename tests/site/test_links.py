"""Links between pages: where they lead, and the anchors that pages have."""

from __future__ import annotations

import pytest

from workings.site.links import anchors, faults
from workings.site.page import DOCS
from workings.site.scan import scan

ANCHORS = {"index.md": {"top"}, "part/one.md": {"s3.6.b", "two-words"}, "part/index.md": set()}


def told(source: str, page: str = "part/one.md") -> list[str]:
    return [fault.message for fault in faults(scan(DOCS / page, source), ANCHORS)]


@pytest.mark.parametrize(
    "source",
    [
        "[a](../index.md#top)",
        "[a](#two-words)",
        "[a](one.md#s3.6.b)",
        '[a](../index.md "A title")',
        "[a][b]\n\n[b]: ../index.md#top",
        "[a](https://example.org/gone#x) <mailto:a@b.c> [m](mailto:a@b.c)",
        "`[a](gone.md)`",
        "![a](../assets/mark.svg)",
        '<img src="../../assets/mark.svg">',
        '<a href="../../">home</a> <a href="#two-words">here</a> <a href="https://x.y">there</a>',
        "```\n[a](gone.md)\n```",
    ],
)
def test_links_that_lead_somewhere(source: str) -> None:
    assert told(source) == []


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("[a](gone.md)", "the link gone.md leads to no file: docs/part/gone.md is not there"),
        ("[a](../gone/)", "the link ../gone/ leads to no file: docs/gone is not there"),
        ("[a](../index.md#gone)", "the link ../index.md#gone leads to no anchor #gone of docs/index.md"),
        ("[a](#gone)", "the link #gone leads to no anchor #gone of docs/part/one.md"),
        (
            "![a](../assets/gone.svg)",
            "the link ../assets/gone.svg leads to no file: docs/assets/gone.svg is not there",
        ),
        ("[a][b]\n\n[b]: gone.md", "the link gone.md leads to no file: docs/part/gone.md is not there"),
        ('<img alt="x" src="../assets/mark.svg">', "the link ../assets/mark.svg leads to nothing"),
        ('<a href="gone/">x</a>', "the link gone/ leads to nothing"),
    ],
)
def test_links_that_lead_nowhere(source: str, words: str) -> None:
    assert [one[: len(words)] for one in told(source)] == [words]


def test_anchors_of_a_page() -> None:
    source = (
        "# Two words\n\n## Two words\n\n## The `code` and [a link](x.md)\n\n## Own {#s1.2}\n\n"
        '<p id="raw"></p>\n\n/// claim | a.b\n///\n\n/// problem | s3.6.b\n    title: T\n///\n'
    )
    found = anchors(scan(DOCS / "p.md", source))
    assert {"two-words", "two-words_1", "the-code-and-a-link", "s1.2", "raw", "a.b", "s3.6.b"} <= found
