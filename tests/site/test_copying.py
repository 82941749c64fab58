"""What is copied runs where only NumPy is (and Torch, where it says so), and prints what the page prints."""

from __future__ import annotations

import ast
import doctest
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from workings.site.closure import closure_of_code
from workings.site.copying import run_alone, standalone, standalone_session
from workings.site.module import PACKAGE, SRC, load
from workings.site.survey import example
from workings.site.work import SNIPPETS


def public(folder: str) -> Iterator[str]:
    for path in sorted((SRC / PACKAGE / folder).glob("*.py")):
        if path.stem != "__init__":
            for name, nodes in load(f"{PACKAGE}.{folder}.{path.stem}").definitions.items():
                if not name.startswith("_") and isinstance(nodes[-1], ast.FunctionDef | ast.ClassDef):
                    yield f"{folder}.{path.stem}.{name}"


BYHAND, MODELS = list(public("byhand")), list(public("models"))
MODULES = sorted({name.rpartition(".")[0] for name in [*BYHAND, *MODELS]})
SNIPPET_NAMES = [path.relative_to(SNIPPETS).as_posix() for path in sorted(SNIPPETS.rglob("*.py"))]

# Runs programs one after another, each in a namespace of its own, and prints what each printed.
EACH_ALONE = """
import contextlib, io, json
{torch}
said = {{}}
for name, code in json.loads({programs!r}).items():
    with contextlib.redirect_stdout(io.StringIO()) as stream:
        exec(compile(code, name, "exec"), {{"__name__": "__main__"}})
    said[name] = stream.getvalue()
print(json.dumps(said))
"""


def test_there_is_something_to_copy() -> None:
    assert len(BYHAND) > 5
    assert len(MODELS) > 0
    assert len(SNIPPET_NAMES) > 0
    assert sum(bool(example(name)) for name in BYHAND) > 5


@pytest.mark.parametrize("module", MODULES)
def test_standalone_forms_and_examples_of_a_module(module: str) -> None:
    """Each form defines its name; each copied example prints what the page shows."""
    programs, wanted = {}, {}
    for name in (one for one in [*BYHAND, *MODELS] if one.rpartition(".")[0] == module):
        last = name.rpartition(".")[2]
        form = standalone(name)
        assert not imports_the_package(form)
        assert closure_of_code(form)[0].distributions <= {"numpy", "torch"}
        programs[name], wanted[name] = f"{form}\nprint({last}.__name__)\n", f"{last}\n"
        if session := example(name):
            code = standalone_session(session)
            assert not imports_the_package(code)
            examples = doctest.DocTestParser().get_examples(session)
            assert not any(one.exc_msg for one in examples[:-1]), "an example that raises ends a session"
            if examples[-1].exc_msg:
                code = code.removesuffix(examples[-1].source)
            programs[f"example of {name}"] = code
            wanted[f"example of {name}"] = "".join(one.want for one in examples if not one.exc_msg)
    torch = (
        "import torch"
        if any("import torch" in code or "from torch" in code for code in programs.values())
        else ""
    )
    assert not (torch and module.startswith("byhand"))
    said = run_alone(EACH_ALONE.format(torch=torch, programs=json.dumps(programs)), limit=120)
    assert json.loads(said) == wanted


def imports_the_package(code: str) -> bool:
    nodes = list(ast.walk(ast.parse(code)))
    named = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    named += [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    return any(name.split(".")[0] == PACKAGE for name in named)


@pytest.mark.parametrize("name", SNIPPET_NAMES)
def test_a_snippet_asks_for_numpy_and_torch_alone(name: str) -> None:
    outside = closure_of_code((SNIPPETS / name).read_text(encoding="utf-8"))[0].outside
    tops = {module.split(".")[0] for module, _ in outside.values()}
    assert tops <= {"numpy", "torch", "__future__"} | set(sys.stdlib_module_names)


# How it is put together


def test_a_session_loses_prompts_and_outputs_and_keeps_its_code() -> None:
    session = (
        ">>> import numpy as np\n>>> from workings.byhand.arguments import positive\n"
        ">>> for n in (1, 2):\n...     print(positive(n, 'n'))\n1.0\n2.0\n>>> print(np.e > 2)\nTrue\n"
    )
    code = standalone_session(session)
    assert ">>>" not in code
    assert "1.0" not in code
    assert "workings" not in code
    assert code.index("import numpy as np") < code.index("def positive") < code.index("for n in")
    assert run_alone(code) == "1.0\n2.0\nTrue\n"


@pytest.mark.parametrize(
    "imported",
    [
        "from workings.byhand import arguments\n>>> print(arguments.positive(1, 'n'))",
        "import workings.byhand.arguments\n>>> print(workings.byhand.arguments.positive(1, 'n'))",
    ],
)
def test_what_cannot_be_written_out_says_so(imported: str) -> None:
    with pytest.raises(ValueError, match="import each name from it by itself"):
        standalone_session(f">>> {imported}\n1.0\n")


def test_a_name_imported_under_another() -> None:
    session = ">>> from workings.byhand.arguments import positive as above\n>>> print(above(1, 'n'))\n1.0\n"
    assert "above = positive" in standalone_session(session)
    assert run_alone(standalone_session(session)) == "1.0\n"


def test_a_module_has_no_standalone_form() -> None:
    with pytest.raises(LookupError, match=r"byhand\.softmax is a module; name a function or a class in it"):
        standalone("byhand.softmax")


def planted(folder: Path, patch: pytest.MonkeyPatch, source: str) -> None:
    """A package with one module, ``a``."""
    from workings.site import module

    patch.setattr(module, "SRC", folder)
    (folder / "workings").mkdir()
    (folder / "workings" / "__init__.py").touch()
    (folder / "workings" / "a.py").write_text(source)


def test_names_that_are_assigned_together_are_written_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted(tmp_path, monkeypatch, "A, B = 1, 2\n\n\ndef use():\n    return A + B\n")
    assert standalone("a.use").count("A, B = 1, 2") == 1


def test_a_class_that_names_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = "class Use:\n    def again(self) -> Use:\n        return self\n"
    planted(tmp_path, monkeypatch, f"from __future__ import annotations\n\n\n{source}")
    assert standalone("a.Use") == f"from __future__ import annotations\n\n\n{source}"


def test_a_statement_without_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = "TABLE = {}\n\n\nTABLE.update(x=1)\n\n\ndef use():\n    return TABLE\n"
    planted(tmp_path, monkeypatch, source)
    assert standalone("a.use") == source


DOCSTRINGS = {
    "plain": ('"""Say it.\n\n    More.\n    """', '"""Say it."""'),
    "raw": ('r"""Say $\\alpha$.\n\n    More.\n    """', 'r"""Say $\\alpha$."""'),
    "escaped": ('"""Say $\\\\sigma$.\n\n    More.\n    """', 'r"""Say $\\sigma$."""'),
    "quote": ('"""Say "it"\n\n    More.\n    """', "'Say \"it\"'"),
    "late": ('"""\n    Say it.\n\n    More.\n    """', '"""Say it."""'),
    "single": ("'''Say it.\n\n    More.\n    '''", '"""Say it."""'),
    "short": ('"""Say it."""', '"""Say it."""'),
    "odd": ("'Say it.'", "'Say it.'"),
}


@pytest.mark.parametrize("kind", DOCSTRINGS)
def test_docstrings_keep_their_first_line(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written, kept = DOCSTRINGS[kind]
    planted(tmp_path, monkeypatch, f"def use():\n    {written}\n    return 1\n")
    assert standalone("a.use") == f"def use():\n    {kept}\n    return 1\n"


# An interpreter as a reader has it


def test_the_package_is_not_there() -> None:
    with pytest.raises(subprocess.CalledProcessError) as raised:
        run_alone("from workings.byhand.softmax import softmax\n")
    assert "No module named 'workings' on a reader's machine" in raised.value.stderr


@pytest.mark.parametrize("module", ["scipy", "matplotlib", "sympy", "sklearn.base"])
def test_nothing_but_numpy_and_torch_is_there(module: str) -> None:
    top = module.partition(".")[0]
    with pytest.raises(
        ValueError, match=rf"copied code imports \['{top}'\]; a reader is asked for NumPy and Torch"
    ):
        run_alone(f"import {module}\n")
    with pytest.raises(subprocess.CalledProcessError):
        run_alone(f"__import__({module!r})\n")


def test_torch_is_there_only_for_who_imports_it() -> None:
    assert run_alone("import torch\nprint(torch.ones(1).item())\n") == "1.0\n"
    with pytest.raises(subprocess.CalledProcessError):
        run_alone("__import__('torch')\n")


def test_it_runs_in_an_empty_folder() -> None:
    assert run_alone("import os\nprint(os.listdir())\n", name="snippets/x/own.py") == "['own.py']\n"


def test_it_has_a_time_limit() -> None:
    with pytest.raises(TimeoutError, match=r"snippets/x/own\.py did not finish within its limit of 0\.5 s"):
        run_alone("while True:\n    pass\n", name="snippets/x/own.py", limit=0.5)
