"""One source file of the package as it is written: its definitions, its imports, and where they are found.

Read by ``ast`` alone: the process that builds the site never imports what it shows.
"""

from __future__ import annotations

import ast
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
            "\n".join(lines[first_line(node) - 1 : node.end_lineno]) for node in nodes_of(self, name)
        )


def first_line(node: ast.stmt) -> int:
    """Where a statement starts, its decorators included."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


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
            imports.update(imports_within(node, package))
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


def imports_within(node: ast.AST, package: str) -> dict[str, tuple[str, str | None]]:
    """What the import statements within a node bind, wherever in it they stand."""
    found: dict[str, tuple[str, str | None]] = {}
    for part in ast.walk(node):
        if isinstance(part, ast.Import | ast.ImportFrom):
            found.update(_imported(part, package))
    return found


def nodes_of(module: Module, name: str) -> list[ast.stmt]:
    """The statements of a definition, or a loose statement by its number."""
    if name.startswith("<statement "):
        return [module.loose[int(name.split()[1].rstrip(">"))]]
    return module.definitions[name]


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
