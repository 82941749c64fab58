"""What the copy button gives: code that runs when it is pasted into an empty file.

The standalone form of a function is its imports, whatever else of the package it calls, and the
function; of a session, the same for what it imports, and then its code without prompts and outputs.
"""

from __future__ import annotations

import ast
import doctest
import subprocess
import sys
import tempfile
from functools import lru_cache
from pathlib import Path

from workings.site.closure import Closure, closure_of, closure_of_code
from workings.site.module import PACKAGE, resolve

_FUTURE = "from __future__ import annotations"

# A reader has NumPy, and Torch where the program says so, but not this package.
_ALONE = """
import importlib.abc, runpy, sys

class Reader(importlib.abc.MetaPathFinder):
    missing, there = (set(names.split(",")) for names in sys.argv[2:4])
    def find_spec(self, name, path=None, target=None):
        top = name.split(".")[0]
        if top in self.missing or not self.there & {top, "torch"} and top not in sys.stdlib_module_names:
            raise ModuleNotFoundError(f"No module named {name!r} on a reader's machine", name=name)

sys.meta_path.insert(0, Reader())
del sys.argv[2:4]
sys.argv.pop(0)
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def standalone(name: str) -> str:
    """The standalone form of a function, a class or a constant of the package."""
    module, definition = resolve(name)
    if not definition:
        raise LookupError(f"{name} is a module; name a function or a class in it")
    try:
        return _program(closure_of(module.name, definition), "")
    except ValueError as error:
        raise ValueError(f"{name} has no standalone form: {error}") from error


def standalone_session(session: str) -> str:
    """A session's code without prompts and outputs, with what it imports from the package written out."""
    code = "".join(example.source for example in doctest.DocTestParser().get_examples(session))
    closure, tree = closure_of_code(code)
    own = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    lines = code.splitlines()
    for node in own:
        for line in range(node.lineno - 1, node.end_lineno or node.lineno):
            lines[line] = ""
    return _program(closure, "\n".join(line for line in lines if line.strip()))


def _program(closure: Closure, code: str) -> str:
    if closure.clashes:
        raise ValueError("; ".join(closure.clashes))
    names = [*(name for _, name in closure.definitions), *closure.aliases]
    if twice := {name for name in names if names.count(name) > 1 and not name.startswith("<")}:
        raise ValueError(
            f"a standalone form needs names that differ, but these stand in two modules: {sorted(twice)}"
        )
    imports = sorted(
        {_import_line(bound.split()[0], *origin) for bound, origin in closure.outside.items()},
        key=_import_order,
    )
    head = [_FUTURE, ""] if _looks_ahead(closure) else []
    parts = ["\n".join([*head, *(line for line in imports if line != _FUTURE)]).strip()]
    for module, name in closure.definitions:
        parts.append(_brief(module.segment(name)))
        parts += [f"{bound} = {name}" for bound, meant in closure.aliases.items() if meant == name]
    return "\n\n\n".join(dict.fromkeys(part for part in [*parts, code] if part)) + "\n"


def _looks_ahead(closure: Closure) -> bool:
    """Whether an annotation names what is defined here, perhaps further down: a class in its own methods."""
    names = {name for _, name in closure.definitions}
    return any(names & _annotations(module.segment(name)) for module, name in closure.definitions)


@lru_cache(maxsize=4096)
def _annotations(definition: str) -> frozenset[str]:
    """The names in a definition's annotations."""
    nodes = list(ast.walk(ast.parse(definition)))
    said = [getattr(node, part, None) for node in nodes for part in ("annotation", "returns")]
    found = (one for part in said if part for one in ast.walk(part))
    return frozenset(one.id for one in found if isinstance(one, ast.Name))


@lru_cache(maxsize=4096)
def _brief(definition: str) -> str:
    """A definition whose docstrings keep their first line: their examples import the package."""
    lines = definition.split("\n")
    for node in ast.walk(ast.parse(definition)):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and (words := ast.get_docstring(node)):
            place = node.body[0]
            if place.lineno == place.end_lineno or lines[place.lineno - 1][: place.col_offset].strip():
                continue
            lines[place.lineno - 1] = " " * place.col_offset + _quoted(words.splitlines()[0])
            for line in range(place.lineno, place.end_lineno or place.lineno):
                lines[line] = "\0"
    return "\n".join(line for line in lines if line != "\0")


def _quoted(words: str) -> str:
    """A docstring of one line, raw where it must be."""
    if words.endswith(('"', "\\")) or '"""' in words:
        return repr(words)
    prefix = "r" if "\\" in words else ""
    return f'{prefix}"""{words}"""'


def _import_line(bound: str, module: str, attribute: str | None) -> str:
    target = attribute or module
    alias = "" if bound == target else f" as {bound}"
    return f"from {module} import {attribute}{alias}" if attribute else f"import {module}{alias}"


def _import_order(line: str) -> tuple[bool, bool, str]:
    top = line.split()[1].split(".")[0]
    return top not in sys.stdlib_module_names, line.startswith("from"), line


def run_alone(code: str, name: str = "copied code", limit: float = 60.0) -> str:
    """Run a program as a reader would, in an empty folder without this package; return what it printed.

    Torch is there if the program imports it; nothing else but NumPy and the standard library is.
    """
    tops = {module.split(".")[0] for module, _ in closure_of_code(code)[0].outside.values()}
    allowed = {"numpy", "torch", "__future__"} | set(sys.stdlib_module_names)
    if strange := tops - allowed:
        raise ValueError(f"{name} imports {sorted(strange)}; a reader is asked for NumPy and Torch alone")
    there = "numpy,torch" if "torch" in tops else "numpy"  # Torch brings packages of its own
    missing = f"{PACKAGE},matplotlib,joblib"
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / Path(name).with_suffix(".py").name
        program.write_text(code, encoding="utf-8")
        command = [sys.executable, "-I", "-c", _ALONE, str(program), missing, there]
        try:
            done = subprocess.run(
                command, cwd=folder, capture_output=True, encoding="utf-8", timeout=limit, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise TimeoutError(f"{name} did not finish within its limit of {limit:g} s") from error
    if done.returncode:
        trace = done.stderr.replace(f"{folder}/", "")
        raise subprocess.CalledProcessError(done.returncode, name, done.stdout, trace)
    return done.stdout
