"""A Markdown extension that takes finished HTML as it is: what MkDocs costs when Markdown costs nothing."""

from __future__ import annotations

import re
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor

from benchmarks.plain import END

_FINISHED = re.compile(rf"^<div>.*?{END}$", re.DOTALL | re.MULTILINE)


class _Take(Preprocessor):
    """Put each finished piece aside until the page is put together."""

    def run(self, lines: list[str]) -> list[str]:
        text = "\n".join(lines)
        return _FINISHED.sub(lambda piece: self.md.htmlStash.store(piece[0]), text).split("\n")


class Finished(Extension):
    """Everything above, registered."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        # after whitespace is put in order (30), before fences (25) and HTML (20) are read
        md.preprocessors.register(_Take(md), "finished", 29)


def makeExtension(**_options: Any) -> Finished:  # noqa: N802
    """Python-Markdown's way in."""
    return Finished()
