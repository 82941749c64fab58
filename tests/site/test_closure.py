"""Closures: what a definition stands on, found in the sources alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from workings.site import module as machinery
from workings.site.closure import closure_of, closure_of_code, unparsed
from workings.site.module import NotThereError, load, resolve


class Package:
    """A package in a folder of its own, whose modules a test writes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "workings"
        self.write("__init__", "")

    def write(self, module: str, source: str) -> None:
        path = self.folder.joinpath(*module.split(".")).with_suffix(".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)

    def reached(self, module: str, name: str) -> list[str]:
        found = closure_of(f"workings.{module}", name)
        return [f"{one.name.removeprefix('workings.')}.{what}" for one, what in found.definitions]


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Package:
    monkeypatch.setattr(machinery, "SRC", tmp_path)
    monkeypatch.setattr(machinery, "ROOT", tmp_path)
    return Package(tmp_path)


def test_a_definition_comes_after_what_it_uses(package: Package) -> None:
    package.write(
        "a",
        "ONE = 1\n\ndef low():\n    return ONE\n\ndef high():\n    return low()\n\ndef other():\n    pass\n",
    )
    assert package.reached("a", "high") == ["a.ONE", "a.low", "a.high"]


@pytest.mark.parametrize(
    "user",
    [
        "from workings.a import low\n\ndef high():\n    return low()\n",
        "from workings.a import low as deep\n\ndef high():\n    return deep()\n",
        "from workings import a\n\ndef high():\n    return a.low()\n",
        "import workings.a\n\ndef high():\n    return workings.a.low()\n",
        "import workings.a as b\n\ndef high():\n    return b.low()\n",
        "from . import a\n\ndef high():\n    return a.low()\n",
        "from .a import low\n\ndef high():\n    return low()\n",
        "def high():\n    from workings.a import low\n    return low()\n",
        "def high():\n    import workings.a\n    return workings.a.low()\n",
        "from workings.c import low\n\ndef high():\n    return low()\n",
        "from workings import c\n\ndef high():\n    return c.low()\n",
        "from workings import a\n\ndef high(which):\n    return getattr(a, which)()\n",
        "from workings.a import low\n\nclass high:\n    step = staticmethod(low)\n",
        "from workings.a import low\n\nhigh = low\n",
        "from workings.a import low\n\n@low\ndef high():\n    pass\n",
        "from workings.a import low\n\ndef high(x=low):\n    pass\n",
        "from workings.a import low\n\ndef high():\n    return [low() for _ in range(3)]\n",
        "from workings import a\na.ONE = 2\n\ndef high():\n    return a.low()\n",
        "try:\n    from workings.a import low\nexcept ImportError:\n    1\n\ndef high():\n    return low()\n",
    ],
)
def test_however_it_is_imported(package: Package, user: str) -> None:
    package.write("a", "ONE = 1\n\ndef low(x=None):\n    return ONE\n")
    package.write("c", "from workings.a import low\n")
    package.write("b", user)
    reached = package.reached("b", "high")
    assert {"a.ONE", "a.low"} <= set(reached)
    assert reached.index("a.ONE") < reached.index("a.low") < reached.index("b.high")


def test_functions_that_call_each_other(package: Package) -> None:
    package.write("a", "def one():\n    return two()\n\ndef two():\n    return one()\n")
    assert set(package.reached("a", "one")) == {"a.one", "a.two"}


def test_every_assignment_to_a_name_counts(package: Package) -> None:
    package.write(
        "a",
        "TABLE = {}\nTABLE['x'] = 1\nTABLE.update(y=2)\nTABLE |= {'z': 3}\n\ndef use():\n    return TABLE\n",
    )
    found = closure_of("workings.a", "use")
    source = "\n".join(unparsed(module, name) for module, name in found.definitions)
    for part in ("TABLE = {}", "TABLE['x'] = 1", "TABLE.update(y=2)", "TABLE |= {'z': 3}"):
        assert part in source


def test_statements_of_what_is_only_imported(package: Package) -> None:
    package.write("quiet", "import numpy as np\nnp.seterr(all='raise')\n")
    package.write("a", "from workings import quiet\n\ndef use():\n    return 1\n")
    assert package.reached("a", "use") == ["quiet.<statement 0>", "a.use"]


def test_star_imports_are_refused(package: Package) -> None:
    package.write("a", "def low():\n    pass\n")
    package.write("b", "from workings.a import *\n\ndef high():\n    return low()\n")
    with pytest.raises(
        NotThereError, match=r"'from workings\.a import \*' hides what is used: import each name"
    ):
        package.reached("b", "high")


def test_what_is_from_outside(package: Package) -> None:
    package.write(
        "a",
        "import json\nimport numpy as np\nfrom torch import nn\nimport sympy\ndef use(): np.e, nn, json\n",
    )
    found = closure_of("workings.a", "use")
    assert found.outside == {"np": ("numpy", None), "nn": ("torch", "nn"), "json": ("json", None)}
    assert found.distributions == {"numpy", "torch"}


def test_one_name_from_two_places(package: Package) -> None:
    package.write("a", "from math import sqrt\n\ndef low(x):\n    return sqrt(x)\n")
    package.write(
        "b", "from numpy import sqrt\nfrom workings.a import low\n\ndef high(x):\n    return low(sqrt(x))\n"
    )
    found = closure_of("workings.b", "high")
    assert len(found.clashes) == 1
    assert "sqrt is from math in one module and from numpy in another" in found.clashes[0]
    assert found.distributions == {"numpy"}


def test_a_source_that_is_not_python(package: Package) -> None:
    package.write("a", "ONE = 1\n\ndef broken(:\n")
    with pytest.raises(NotThereError, match=r"workings/a\.py:3 is not Python: "):
        load("workings.a")
    package.write("a", "ONE = 1\n")
    assert "ONE" in load("workings.a").definitions


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("byhand.softmax.gone", r"no gone in workings\.byhand\.softmax; it has softmax, softmax_jacobian"),
        ("byhand.gone.softmax", r"no gone\.softmax in workings\.byhand; it has nothing"),
        ("gone", r"no module workings\.gone"),
    ],
)
def test_names_that_are_not_there(name: str, words: str) -> None:
    with pytest.raises(NotThereError, match=words):
        resolve(name)


def test_names_that_are_there() -> None:
    for name in ("byhand.softmax.softmax", "workings.byhand.softmax.softmax"):
        module, definition = resolve(name)
        assert (module.name, definition) == ("workings.byhand.softmax", "softmax")
    assert resolve("byhand.softmax")[1] == ""


def test_comments_and_layout_are_not_in_the_digest(package: Package) -> None:
    package.write("a", "def use():\n    return (1 +\n            2)  # three\n")
    first = unparsed(load("workings.a"), "use")
    package.write("a", "# The sum\n\n\ndef use():\n\n    return 1 + 2\n")
    assert unparsed(load("workings.a"), "use") == first


def test_a_program_outside_the_package() -> None:
    found, _ = closure_of_code(
        "import numpy as np\nfrom workings.byhand.softmax import softmax\nprint(np.e)\n"
    )
    assert ("workings.byhand.softmax", "softmax") in [(one.name, what) for one, what in found.definitions]
    assert found.outside["np"] == ("numpy", None)
    with pytest.raises(SyntaxError):
        closure_of_code("print((")


def test_lines_of_a_definition_hold_its_decorators(package: Package) -> None:
    package.write("a", "def deco(f):\n    return f\n\n\n@deco\n@deco\ndef use():\n    return '\u2028'\n")
    assert load("workings.a").segment("use") == "@deco\n@deco\ndef use():\n    return '\u2028'"
