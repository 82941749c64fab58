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

PACKAGE = "workings"
SRC = Path(__file__).resolve().parents[2]
ROOT = SRC.parent


class NotThereError(LookupError):
    """A module or a definition that the package does not have, or that cannot be read."""


@dataclass(frozen=True, eq=False)
class Module:
    """One parsed source file: definitions by name, imports by bound name, all other statements.

    Compared by identity: a file is parsed once, until it changes.
    """

    name: str
    path: Path
    source: str
    definitions: dict[str, list[ast.stmt]] = field(default_factory=dict)
    imports: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    loose: tuple[ast.stmt, ...] = ()

    @property
    def package(self) -> str:
        """The package that relative imports start from."""
        return self.name if self.path.name == "__init__.py" else self.name.rpartition(".")[0]

    @property
    def parts(self) -> list[str]:
        """The names of its definitions and statements, as closures have them."""
        return [*self.definitions, *(f"<statement {index}>" for index in range(len(self.loose)))]

    def without(self, name: str) -> NotThereError:
        """The error that says that a definition is not there, and what is."""
        have = ", ".join(sorted(self.definitions)) or "nothing"
        return NotThereError(f"no {name} in {self.name}; it has {have}")

    def segment(self, name: str) -> str:
        """The source of one definition, verbatim, its decorators included."""
        lines = self.source.split("\n")
        return "\n".join(
            "\n".join(lines[first_line(node) - 1 : node.end_lineno]) for node in _nodes(self, name)
        )


def first_line(node: ast.stmt) -> int:
    """Where a statement starts, its decorators included."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


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


def module_path(name: str) -> Path | None:
    """The file of a module of the package, if there is one."""
    base = SRC.joinpath(*name.split("."))
    for path in (base.with_suffix(".py"), base / "__init__.py"):
        if path.is_file():
            return path
    return None


def load(name: str) -> Module:
    """Parse a module of the package; kept until the file changes."""
    path = module_path(name)
    if path is None:
        raise NotThereError(f"no module {name} in {PACKAGE}")
    stat = path.stat()
    return _parse(name, path, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=512)
def _parse(name: str, path: Path, _mtime: int, _size: int) -> Module:
    source = path.read_text(encoding="utf-8")
    definitions: dict[str, list[ast.stmt]] = {}
    imports: dict[str, tuple[str, str | None]] = {}
    loose: list[ast.stmt] = []
    package = Module(name, path, source).package
    try:
        tree = ast.parse(source, str(path))
    except SyntaxError as error:
        place = f"{path.relative_to(ROOT).as_posix()}:{error.lineno}"
        raise NotThereError(f"{place} is not Python: {error.msg}") from error
    for node in tree.body:
        bound = _bound_names(node)
        if isinstance(node, ast.Import | ast.ImportFrom):
            imports.update(_imported(node, package))
        elif bound:
            for one in bound:
                definitions.setdefault(one, []).append(node)
        elif not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            loose.append(node)
            imports.update(_imports_within(node, package))
    return Module(name, path, source, definitions, imports, tuple(loose))


def _bound_names(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    targets: list[ast.expr] = []
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, ast.AnnAssign | ast.AugAssign):
        targets = [node.target]
    return [name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)]


def _imported(node: ast.Import | ast.ImportFrom, package: str) -> dict[str, tuple[str, str | None]]:
    if isinstance(node, ast.Import):
        return {
            alias.asname or alias.name.split(".")[0]: (
                alias.name if alias.asname else alias.name.split(".")[0],
                None,
            )
            for alias in node.names
        }
    origin = node.module or ""
    if node.level:
        base = package.split(".")[: len(package.split(".")) - node.level + 1]
        origin = ".".join([*base, *filter(None, [node.module])])
    if origin.split(".")[0] == PACKAGE and any(alias.name == "*" for alias in node.names):
        raise NotThereError(f"'from {origin} import *' hides what is used: import each name")
    return {alias.asname or alias.name: (origin, alias.name) for alias in node.names}


def _imports_within(node: ast.AST, package: str) -> dict[str, tuple[str, str | None]]:
    found: dict[str, tuple[str, str | None]] = {}
    for part in ast.walk(node):
        if isinstance(part, ast.Import | ast.ImportFrom):
            found.update(_imported(part, package))
    return found


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
    for node in _nodes(module, name):
        inner = _imports_within(node, module.package)
        found |= {(used, attributes, inner.get(used)): None for used, attributes in _names(node)}
    return tuple(found)


def _nodes(module: Module, name: str) -> list[ast.stmt]:
    if name.startswith("<statement "):
        return [module.loose[int(name.split()[1].rstrip(">"))]]
    return module.definitions[name]


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
        "__main__", Path("<code>"), code, imports=_imports_within(tree, ""), loose=tuple(tree.body)
    )
    walk = _Walk()
    for bound, (origin, attribute) in program.imports.items():
        if origin.split(".")[0] != PACKAGE or attribute:
            walk.imported(origin, attribute, bound=bound, attributes=())
    for index in range(len(program.loose)):
        walk.uses(program, f"<statement {index}>")
    return walk.closure(), tree


def resolve(dotted: str) -> tuple[Module, str]:
    """Find ``byhand.softmax.softmax`` (the package's own name may be left out)."""
    path = dotted.removeprefix(f"{PACKAGE}.").split(".")
    for end in range(len(path), 0, -1):
        name = ".".join([PACKAGE, *path[:end]])
        if module_path(name):
            module = load(name)
            rest = ".".join(path[end:])
            if rest and rest not in module.definitions:
                raise module.without(rest)
            return module, rest
    raise NotThereError(f"no module {PACKAGE}.{path[0]} with {dotted}")


@lru_cache(maxsize=16384)
def unparsed(module: Module, name: str) -> str:
    """One definition or statement of a closure without comments and layout: what a digest covers."""
    return "\n".join(map(ast.unparse, _nodes(module, name)))
