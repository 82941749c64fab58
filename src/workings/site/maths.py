"""TeX to HTML while the site is built: KaTeX in an embedded JavaScript engine, no script on the page."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from importlib.metadata import version
from typing import TYPE_CHECKING

from workings.site.module import ROOT
from workings.site.store import kept

if TYPE_CHECKING:
    import quickjs

KATEX = ROOT / "node_modules" / "katex" / "dist" / "katex.min.js"

_RENDER = r"""(tex, display) => katex.renderToString(tex, {
    displayMode: display, throwOnError: true, strict: "error", output: "htmlAndMathml",
    macros: Object.fromEntries(
        ["E", "Var", "Cov", "softmax"].map(name => ["\\" + name, "\\operatorname{" + name + "}"])),
}).split("").join("")"""  # the engine hands back flat strings only


@lru_cache(maxsize=1)
def _katex() -> quickjs.Function:
    import quickjs

    context = quickjs.Context()
    context.eval(KATEX.read_text(encoding="utf-8"))
    return context.eval(_RENDER)


@lru_cache(maxsize=1)
def _engine() -> str:
    """A digest of KaTeX and the version of the engine that runs it."""
    return hashlib.sha256(KATEX.read_bytes() + version("quickjs-ng").encode()).hexdigest()


@lru_cache(maxsize=4096)
def rendered(tex: str, display: bool) -> str:
    """HTML and MathML of a formula, kept between builds; ValueError says what is wrong with the TeX."""
    return kept("formulas", ["var", _engine(), tex, str(display)], lambda: render(tex, display))


def render(tex: str, display: bool) -> str:
    """HTML and MathML of a formula, made by KaTeX now."""
    import quickjs

    try:
        markup: str = _katex()(tex, display)
    except quickjs.JSException as error:
        reason = str(error).splitlines()[0].removeprefix("ParseError: KaTeX parse error: ")
        raise ValueError(f"bad TeX: {reason.removeprefix('Error: ')}") from error
    # To screen readers the MathML speaks; it needs neither a namespace in HTML nor the TeX once more.
    markup = re.sub(r"</?semantics>|<annotation.*?</annotation>", "", markup, flags=re.DOTALL)
    markup = re.sub(r">\s+<", "><", markup.replace(' xmlns="http://www.w3.org/1998/Math/MathML"', ""))
    # Search needs neither form; its parser ends an exclusion at the first end tag of that name: hence var.
    return f'<var data-search-exclude="1">{markup}</var>'
