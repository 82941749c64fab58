"""What there is: the claims, errata and exhibits that the sources declare, and how many of each kind."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from workings.site.module import PACKAGE, SRC, load
from workings.site.page import Page
from workings.site.questions import questions
from workings.site.work import SNIPPETS


def declared(kind: str) -> list[str]:
    """Dotted names of the claims, errata or exhibits in the package, from the decorators in its sources."""
    folder = "exhibits" if kind == "exhibit" else "claims"
    found = []
    for path in sorted((SRC / PACKAGE / folder).glob("*.py")):
        module = (
            load(f"{PACKAGE}.{folder}.{path.stem}")
            if path.stem != "__init__"
            else load(f"{PACKAGE}.{folder}")
        )
        for name, nodes in module.definitions.items():
            for decorator in getattr(nodes[-1], "decorator_list", []):
                called = decorator.func if isinstance(decorator, ast.Call) else decorator
                if isinstance(called, ast.Name) and called.id == kind:
                    found.append(f"{path.stem}.{name}")
    return found


def counts(pages: Iterable[Page]) -> dict[str, int]:
    """How many claims, errata, exhibits, snippets, problems and questions there are."""
    directives = [directive for page in pages for directive in page.directives]
    return {
        "claims": len(declared("claim")),
        "errata": len(declared("erratum")),
        "exhibits": len(declared("exhibit")),
        "snippets": len(list(SNIPPETS.rglob("*.py"))),
        "questions": len(questions()),
        "problems": sum(directive.name == "problem" for directive in directives),
    }
