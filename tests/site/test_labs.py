"""Labs: run through the store, never stale, faults with file and line, downloads whole, nothing fetched."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from tests.conftest import Site
from tests.site.test_warm import BUILD

from workings.exhibits import notebook
from workings.site import lab

pytestmark = pytest.mark.xdist_group("labs")
WORK = "lab labs/small.py"
LAB = r"""# %% [markdown]
# # A small lab
#
# Half of $x$ is $\tfrac12 x$, as [the page](../small.md) says.

# %%
from workings.byhand.small import halve

print("half of three:", halve(3.0))  # a remark

# %% [markdown]
# ## What it shows

# %%
from workings.exhibits.drawing import SERIES, Figure, canvas
from workings.exhibits.exhibit import Table
from workings.exhibits.notebook import show

show(Table(["n", "half"], [[n, halve(n)] for n in (1, 3)], ["d", ".2f"], heat=["half"]))

# %%
figure, axes = canvas()
axes.plot([0, 1], [0, halve(1.0)], color=SERIES[0])
show(Figure(figure, alt="A line that rises to one half"))

# %%
halve(5.0)
"""


@pytest.fixture(scope="module")
def built(healthy: Site, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A copy of the small site with a lab, built."""
    root = tmp_path_factory.mktemp("labs") / "copy"
    shutil.copytree(healthy.root, root, symlinks=True, ignore=shutil.ignore_patterns("*.js.map", "lunr"))
    site = Site(root)
    script(site).parent.mkdir()
    script(site).write_text(LAB, encoding="utf-8")
    site.edit(root / "mkdocs.yml", "  - code.md\n", "  - code.md\n  - labs/small.py\n")
    done = site.build()
    assert done.code == 0, done.said
    assert "WARNING" not in done.said, done.said
    return site


@pytest.fixture
def site(built: Site, tmp_path: Path) -> Site:
    """The same to damage."""
    shutil.copytree(built.root, tmp_path / "copy", symlinks=True)
    return Site(tmp_path / "copy")


def script(site: Site) -> Path:
    return site.root / "docs" / "labs" / "small.py"


def add(site: Site, text: str) -> int:
    """Put text at the end of the lab; the line of its first line."""
    return site.plant(text, page="labs/small.py")


# What a page shows


def test_the_page_shows_what_the_cells_printed_and_drew(built: Site) -> None:
    html = built.html("labs/small")
    article = html[html.index("<article") : html.index("</article>")]
    assert "half of three: 1.5" in article
    assert re.search(r'class="number heat"[^>]*>1\.50<', article)
    assert '<div class="drawing"><svg' in article
    assert "var(--series-0,#0f6a73)" in article
    assert "<code>2.5</code>" in article
    assert 'class="katex"' in article
    assert 'href="../../small/"' in article
    assert article.count('<p class="code-title"') >= 4
    assert article.count("<h1") == 1
    assert re.search(r'href="#what-it-shows"', html), "the table of contents"
    assert '<span class="kn">' in article, "highlighted as elsewhere"


def test_nothing_comes_from_elsewhere(built: Site) -> None:
    html = built.html("labs/small")
    assert not re.search(r'<(?:script|img|iframe)[^>]*\ssrc="(?:https?:)?//', html)
    assert all("http://127.0.0.1:8000" in link for link in re.findall(r'<link[^>]*href="https?:[^>]*>', html))
    article = html[html.index("<article") : html.index("</article>")]
    assert not re.search(r"<script|<style|@import|mathjax|require\.js", article, re.IGNORECASE)


def test_it_weighs_less_than_half_of_what_the_plugin_alone_would_make(built: Site) -> None:
    program = "import sys; from mkdocs_jupyter.convert import nb2html; print(nb2html(sys.argv[1]))"
    notebook_there = built.root / "site/labs/small/small.ipynb"
    done = subprocess.run(
        [sys.executable, "-c", program, str(notebook_there)], capture_output=True, text=True, check=True
    )
    theirs = len(gzip.compress(done.stdout.encode()))  # what it would put on the page, without the page
    ours = len(gzip.compress(built.html("labs/small").encode()))
    assert ours < theirs / 2


def test_the_downloads_are_whole(built: Site) -> None:
    folder = built.root / "site/labs/small"
    html = built.html("labs/small")
    for suffix in (".py", ".ipynb"):
        assert f'<a href="small{suffix}" download>' in html
    assert (folder / "small.py").read_text(encoding="utf-8") == LAB
    executed = nbformat.read(folder / "small.ipynb", as_version=4)
    nbformat.validate(executed)
    code = [cell for cell in executed.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == [1, 2, 3, 4]
    assert code[0].outputs[0].text == "half of three: 1.5\n"
    assert {"text/html", "text/plain", notebook.TABLE} == set(code[1].outputs[0].data)
    assert code[2].outputs[0].data["image/svg+xml"].startswith("<svg")
    assert code[3].outputs[0].data["text/plain"] == "2.5"
    assert str(built.root) not in (folder / "small.ipynb").read_text(encoding="utf-8")


def test_the_downloaded_notebook_is_what_jupyter_reads_in_the_script(built: Site) -> None:
    import jupytext

    executed = nbformat.read(built.root / "site/labs/small/small.ipynb", as_version=4)
    read = jupytext.reads(LAB, fmt="py:percent")
    assert [(one.cell_type, one.source) for one in executed.cells] == [
        (one.cell_type, one.source) for one in read.cells
    ]


# Freshness


def test_nothing_runs_and_nothing_heavy_is_loaded_when_it_is_fresh(built: Site) -> None:
    assert built.run()["ran"] == []
    names = ("nbconvert", "nbclient", "nbformat", "jupyter_client", "zmq", "IPython", "mistune", "numpy")
    program = re.sub(r"for name in \(.*?\) if", f"for name in {names!r} if", BUILD)
    assert "nbconvert" in program
    done = subprocess.run(
        [sys.executable, "-c", program, str(built.root / "elsewhere")],
        cwd=built.root, env=built.environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == []


def test_a_change_in_what_it_stands_on_runs_it_again(site: Site) -> None:
    site.edit(site.root / "src/workings/byhand/small.py", "np.float64(x) * HALF", "np.float64(x) * HALF * 10")
    assert WORK in site.run()["ran"]
    kept = [entry.read_text(encoding="utf-8") for entry in site.entries]
    assert sum("half of three: 15.0" in entry for entry in kept) == 1


def test_words_and_remarks_run_nothing(site: Site) -> None:
    site.edit(script(site), "# Half of $x$ is", "# One half of $x$ is")
    site.edit(script(site), "  # a remark", "  # another remark")
    byhand = site.root / "src/workings/byhand/small.py"
    byhand.write_text("# A remark.\n" + byhand.read_text(encoding="utf-8"), encoding="utf-8")
    assert WORK not in site.run()["ran"]
    assert site.build().code == 0
    html = site.html("labs/small")
    assert "One half of" in html
    assert "another remark" in html


def test_code_of_the_lab_runs_it_again(site: Site) -> None:
    site.edit(script(site), "half of three:", "a half of three:")
    assert site.run()["ran"] == [WORK]


# Faults


@dataclass(frozen=True)
class Planted:
    line: int
    words: tuple[str, ...]


Plant = Callable[[Site], Planted]


def a_cell_that_raises(site: Site) -> Planted:
    line = add(site, "# %%\nx = 1\n\ny = x / 0\n")
    return Planted(line + 3, ("ZeroDivisionError: division by zero",))


def a_cell_that_raises_in_the_package(site: Site) -> Planted:
    line = add(site, "# %%\nfrom workings.byhand.softmax import softmax\n\nsoftmax([])\n")
    return Planted(line + 3, ("ValueError: ", "(src/workings/byhand/"))


def a_cell_that_is_not_python(site: Site) -> Planted:
    line = add(site, "# %%\nx = = 1\n")
    return Planted(line + 1, ("is not Python: invalid syntax",))


def a_package_function_that_is_gone(site: Site) -> Planted:
    line = add(site, "# %%\nfrom workings.byhand.small import third\n\nthird(1.0)\n")
    return Planted(line + 1, ("no third in workings.byhand.small; it has HALF, double, halve",))


def a_cell_that_warns(site: Site) -> Planted:
    line = add(site, "# %%\nimport warnings\n\nwarnings.warn('old ways')\n")
    return Planted(line, ("the cell writes to stderr", "old ways"))


def a_picture_that_does_not_follow_the_page(site: Site) -> Planted:
    line = add(
        site, "# %%\nfrom IPython.display import Image\n\nImage(data=b'\\x89PNG\\r\\n\\x1a\\n' + b'0' * 40)\n"
    )
    return Planted(line, ("the cell shows image/png: end it with show(Figure(...))",))


def a_cell_whose_process_dies(site: Site) -> Planted:
    line = add(site, "# %%\nimport os\n\nos._exit(1)\n")
    return Planted(line, ("the cell's process died",))


def a_number_typed_by_hand(site: Site) -> Planted:
    return Planted(add(site, "# %% [markdown]\n# About 0.379 of it.\n") + 1, ("0.379 is typed by hand",))


def a_bad_formula(site: Site) -> Planted:
    return Planted(add(site, "# %% [markdown]\n# It is $\\frac{1$ then.\n") + 1, ("bad TeX",))


def a_dead_link(site: Site) -> Planted:
    line = add(site, "# %% [markdown]\n# See [it](../gone.md).\n")
    return Planted(line + 1, ("leads to no file: docs/gone.md is not there",))


def a_block_that_no_notebook_knows(site: Site) -> Planted:
    line = add(site, "# %% [markdown]\n# /// claim | small.halving\n# ///\n")
    return Planted(line + 1, ("/// claim is not known in notebooks",))


def an_inline_number_that_no_notebook_knows(site: Site) -> Planted:
    line = add(site, "# %% [markdown]\n# It is {{ small.halving.half:.2f }}.\n")
    return Planted(line + 1, ("is not known in notebooks",))


def a_marker_with_more_words(site: Site) -> Planted:
    return Planted(add(site, "# %% Train\nx = 1\n"), ("'# %% Train' begins no cell",))


def code_among_words(site: Site) -> Planted:
    line = add(site, "# %% [markdown]\n# It is\nx = 1\n")
    return Planted(line + 2, ("'x = 1' stands among words",))


def an_empty_cell(site: Site) -> Planted:
    return Planted(add(site, "# %%\n"), ("the cell is empty",))


FAULTS: list[Plant] = [
    a_cell_that_raises, a_cell_that_raises_in_the_package, a_cell_that_is_not_python,
    a_package_function_that_is_gone, a_cell_that_warns, a_picture_that_does_not_follow_the_page,
    a_cell_whose_process_dies, a_number_typed_by_hand, a_bad_formula, a_dead_link,
    a_block_that_no_notebook_knows, an_inline_number_that_no_notebook_knows, a_marker_with_more_words,
    code_among_words, an_empty_cell,
]  # fmt: skip


@pytest.mark.parametrize("plant", FAULTS, ids=lambda plant: plant.__name__)
def test_a_fault_is_told_with_file_and_line(site: Site, plant: Plant) -> None:
    planted = plant(site)
    site.fails(planted.line, *planted.words, page="labs/small.py")
    assert not (site.root / "site/labs/small/index.html").exists(), "no page with a traceback is published"
    if plant is not a_bad_formula:  # formulas are made with the page
        told = site.run()["faults"]
        assert any((one["page"], one["line"]) == ("labs/small.py", planted.line) for one in told), told


@pytest.mark.parametrize(
    "hang", ["while True:\n    pass", "import ctypes\nctypes.PyDLL(None).sleep(100)"], ids=["Python", "C"]
)
def test_a_cell_that_hangs_is_stopped(site: Site, hang: str) -> None:
    site.edit(site.root / "src/workings/site/compute.py", "LIMIT = 120.0", "LIMIT = 3.0")
    script(site).write_text(f"# %% [markdown]\n# # A lab\n\n# %%\n{hang}\n", encoding="utf-8")
    site.fails(4, "the cell did not finish within the lab's limit of 3 s", page="labs/small.py")


def test_a_cell_block_belongs_in_a_lab(site: Site) -> None:
    line = site.plant("/// cell | 1\n///")
    site.fails(line, "/// cell belongs in a lab")


# Reading the script


def test_page_and_program_keep_the_scripts_lines() -> None:
    markdown, program = lab.as_markdown(LAB).split("\n"), lab.as_program(LAB).split("\n")
    assert len(markdown) == len(program) == len(LAB.split("\n"))
    for number, line in enumerate(LAB.split("\n")):
        if line.startswith("# ") and not line.startswith("# %%"):
            assert markdown[number] == line[2:]
            assert program[number] == ""
        elif line and not line.startswith("#"):
            assert program[number] == line
    assert [line for line in markdown if line.startswith("///")] == [
        text for number in range(1, 5) for text in (f"/// cell | {number}", "///")
    ]


def test_table_has_one_name_on_both_sides() -> None:
    assert lab.TABLE == notebook.TABLE
