"""TeX to HTML while the site is built: KaTeX in an embedded JavaScript engine, no script on the page."""

from __future__ import annotations

import re
from functools import lru_cache

import quickjs

from workings.site.closure import ROOT

KATEX = ROOT / "node_modules" / "katex" / "dist" / "katex.min.js"

_RENDER = r"""(tex, display) => katex.renderToString(tex, {
    displayMode: display, throwOnError: true, strict: "error", output: "htmlAndMathml",
    macros: Object.fromEntries(
        ["E", "Var", "Cov", "softmax"].map(name => ["\\" + name, "\\operatorname{" + name + "}"])),
}).split("").join("")"""  # the engine hands back flat strings only


@lru_cache(maxsize=1)
def _katex() -> quickjs.Function:
    context = quickjs.Context()
    context.eval(KATEX.read_text(encoding="utf-8"))
    return context.eval(_RENDER)


@lru_cache(maxsize=4096)
def rendered(tex: str, display: bool) -> str:
    """HTML and MathML of a formula; ValueError says what is wrong with the TeX."""
    try:
        markup: str = _katex()(tex, display)
    except quickjs.JSException as error:
        reason = str(error).splitlines()[0].removeprefix("ParseError: KaTeX parse error: ")
        raise ValueError(f"bad TeX: {reason.removeprefix('Error: ')}") from error
    # On screen readers the MathML speaks, search needs neither.
    return re.sub(r">\s+<", "><", markup).replace("<span", "<span data-search-exclude", 1)
