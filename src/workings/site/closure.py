"""What a piece of the package stands on: the definitions that it reaches by name, without importing any.

Freshness digests a closure; copying prints one. Both read the sources alone (``ast``), so the
process that builds the site never imports what it shows and sees each edit at once.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from workings.site.module import PACKAGE, Module, NotThereError, imports_within, load, module_path, nodes_of


@dataclass(frozen=True)
class Closure:
    """Definitions in an order in which each comes after what it uses, and the imports from outside.

    ``outside`` maps a bound name to (module, attribute or None): ``np`` to ``("numpy", None)``.
    """

    definitions: tuple[tuple[Module, str], ...]
    outside: dict[str, tuple[str, str | None]]
    clashes: tuple[str, ...] = ()  # why the definitions cannot stand in one file as they are
    aliases: dict[str, str] = field(default_factory=dict)  # other names under which definitions are imported

    @property
    def distributions(self) -> set[str]:
        """Top-level names of the third-party packages that the closure imports."""
        tops = {module.split(".")[0] for module, _ in self.outside.values()}
        return tops - set(sys.stdlib_module_names) - {"__future__"}


def _names(node: ast.AST) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each name that a node uses, and what is taken from it: ``a.b.c`` gives ``("a", ("b", "c"))``."""
    if isinstance(node, ast.Attribute):
        chain: list[str] = []
        inner: ast.expr = node
        while isinstance(inner, ast.Attribute):
            chain.append(inner.attr)
            inner = inner.value
        if isinstance(inner, ast.Name):
            yield inner.id, tuple(reversed(chain))
            return
    if isinstance(node, ast.Name):
        yield node.id, ()
    for child in ast.iter_child_nodes(node):
        yield from _names(child)


Use = tuple[str, tuple[str, ...], tuple[str, str | None] | None]


@lru_cache(maxsize=16384)
def _uses(module: Module, name: str) -> tuple[Use, ...]:
    """Each name that a definition or a statement uses, its attributes, and its origin if imported within."""
    found: dict[Use, None] = {}
    for node in nodes_of(module, name):
        inner = imports_within(node, module.package)
        found |= {(used, attributes, inner.get(used)): None for used, attributes in _names(node)}
    return tuple(found)


@contextmanager
def at_once() -> Iterator[None]:
    """Within, each module is looked up once: for many closures in a row, of sources that stand still."""
    _at_once.append({})
    try:
        yield
    finally:
        _at_once.pop()


_at_once: list[dict[str, Module | None]] = []


class _Walk:
    """A depth-first walk over definitions; ``order`` ends with what was asked for."""

    def __init__(self) -> None:
        self.order: dict[tuple[str, str], Module] = {}
        self.outside: dict[str, tuple[str, str | None]] = {}
        self._seen: set[tuple[str, str]] = set()
        self._modules: set[str] = set()
        self._met: set[tuple[str, str | None, str, tuple[str, ...]]] = set()
        self._clashes: dict[str, None] = {}
        self._aliases: dict[str, str] = {}
        self._found = _at_once[-1] if _at_once else {}

    def find(self, name: str) -> Module | None:
        """A module, if it is there; a walk looks each file up once."""
        if name not in self._found:
            self._found[name] = load(name) if module_path(name) else None
        return self._found[name]

    def definition(self, module: Module, name: str) -> None:
        if (module.name, name) in self._seen:
            return
        self._seen.add((module.name, name))
        if name not in module.definitions:
            if name not in module.imports:
                raise module.without(name)
            self.imported(*module.imports[name], bound=name, attributes=())
            return
        self.statements(module)
        self.uses(module, name)
        self.order[module.name, name] = module

    def uses(self, module: Module, user: str) -> None:
        for name, attributes, origin in _uses(module, user):
            if origin:
                self.imported(*origin, bound=name, attributes=attributes)
                continue
            if name in module.definitions:
                self.definition(module, name)
            if name in module.imports:
                self.imported(*module.imports[name], bound=name, attributes=attributes)

    def statements(self, module: Module) -> None:
        """A module's statements that define nothing still run when it is imported."""
        if module.name in self._modules:
            return
        self._modules.add(module.name)
        if parent := self.find(module.name.rpartition(".")[0]):
            self.statements(parent)
        for origin, attribute in module.imports.values():  # an import runs what it imports, used or not
            for name in (origin, f"{origin}.{attribute}"):
                if origin.split(".")[0] == PACKAGE and (imported := self.find(name)):
                    self.statements(imported)
        for index in range(len(module.loose)):
            self.uses(module, f"<statement {index}>")
            self.order[module.name, f"<statement {index}>"] = module

    def imported(self, origin: str, attribute: str | None, bound: str, attributes: tuple[str, ...]) -> None:
        if origin.split(".")[0] != PACKAGE:
            if (there := self.outside.setdefault(bound, (origin, attribute))) != (origin, attribute):
                self._clashes[f"{bound} is from {there[0]} in one module and from {origin} in another"] = None
                self.outside[f"{bound} from {origin}"] = (origin, attribute)
            return
        if (origin, attribute, bound, attributes) in self._met:
            return
        self._met.add((origin, attribute, bound, attributes))
        whole = ".".join(filter(None, (origin, attribute)))
        if attribute is None or self.find(whole):
            self._clashes[f"{whole} is used as {bound}: import each name from it by itself"] = None
        elif bound != attribute and self._aliases.setdefault(bound, attribute) != attribute:
            self._clashes[f"{bound} is {self._aliases[bound]} in one module and {attribute} in another"] = (
                None
            )
        path = [*origin.split("."), *filter(None, [attribute]), *attributes]
        for end in range(len(path), 0, -1):  # the longest prefix that is a module
            if module := self.find(".".join(path[:end])):
                break
        else:
            raise NotThereError(f"no module {origin} in {PACKAGE}")
        if end < len(path):
            self.definition(module, path[end])
        else:  # the module itself is used as a value: all of it counts
            for name in module.definitions:
                self.definition(module, name)

    def closure(self) -> Closure:
        definitions = tuple((module, name) for (_, name), module in self.order.items())
        return Closure(definitions, self.outside, tuple(self._clashes), self._aliases)


def closure_of(module_name: str, *names: str) -> Closure:
    """What these definitions of a module stand on, themselves included."""
    walk = _Walk()
    module = load(module_name)
    for name in names:
        walk.definition(module, name)
    return walk.closure()


def closure_of_code(code: str) -> tuple[Closure, ast.Module]:
    """What a program outside the package (a session, a snippet) stands on, and its parsed form."""
    tree = ast.parse(code)
    program = Module(
        "__main__", Path("<code>"), code, imports=imports_within(tree, ""), loose=tuple(tree.body)
    )
    walk = _Walk()
    for bound, (origin, attribute) in program.imports.items():
        if origin.split(".")[0] != PACKAGE or attribute:
            walk.imported(origin, attribute, bound=bound, attributes=())
    for index in range(len(program.loose)):
        walk.uses(program, f"<statement {index}>")
    return walk.closure(), tree


@lru_cache(maxsize=16384)
def unparsed(module: Module, name: str) -> str:
    """One definition or statement of a closure without comments and layout: what a digest covers."""
    return "\n".join(map(ast.unparse, nodes_of(module, name)))
