"""Each fault that an author may make, planted in a copy of the site: the build names page and line."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from conftest import Site


class Planted(NamedTuple):
    """The line on which the fault must be told, and words that must be said there."""

    line: int
    words: tuple[str, ...]
    page: str = "small.md"


PLANTS: list[Callable[[Site], Planted]] = []


def plant(function: Callable[[Site], Planted]) -> Callable[[Site], Planted]:
    PLANTS.append(function)
    return function


@pytest.mark.parametrize("planted", PLANTS, ids=lambda function: function.__name__)
def test_the_build_fails_and_names_page_and_line(site: Site, planted: Callable[[Site], Planted]) -> None:
    line, words, page = planted(site)
    site.fails(line, *words, page=page)


# Claims and numbers


@plant
def a_claim_that_no_longer_holds(site: Site) -> Planted:
    site.edit(site.byhand, "HALF = 0.5", "HALF = 0.6")
    words = ("/// claim | small.halving", "must hold, but is refuted", "by hand: 0.1 of 1e-12")
    return Planted(site.line("/// claim | small.halving"), words)


@plant
def a_claim_that_is_undecided(site: Site) -> Planted:
    site.edit(site.claims, 'close("by hand", half, 1 / 2, 1e-12)', "close('by hand', half, 0.515, 0.01)")
    return Planted(site.line("/// claim | small.halving"), ("must hold, but is undecided",))


@plant
def a_claim_with_one_witness(site: Site) -> Planted:
    site.edit(site.claims, ', equal("counting", len("ab"), 2)', "")
    return Planted(site.line("/// claim | small.doubling"), ("two independent witnesses or more",))


@plant
def a_claim_that_raises(site: Site) -> Planted:
    site.edit(site.claims, 'len("ab")', "[][1]")
    words = ("IndexError: list index out of range", "src/workings/claims/small.py:")
    return Planted(site.line("/// claim | small.doubling"), words)


@plant
def an_erratum_that_is_not_refuted(site: Site) -> Planted:
    site.edit(site.claims, "3 / 2, 1e-12", "1 / 2, 1e-12")
    return Planted(site.line("/// erratum | small.three_halves"), ("must be refuted, but is holds",))


@plant
def an_erratum_shown_as_a_claim(site: Site) -> Planted:
    line = site.plant("/// claim | small.three_halves\n///")
    return Planted(line, ("must be written as /// erratum",))


@plant
def a_claim_that_is_not_there(site: Site) -> Planted:
    line = site.plant("/// claim | small.tripling\n///")
    return Planted(line, ("no tripling in workings.claims.small", "halving"))


@plant
def a_claims_module_that_is_not_there(site: Site) -> Planted:
    line = site.plant("/// claim | large.halving\n///")
    return Planted(line, ("no module workings.claims.large",))


@plant
def a_helper_that_is_no_claim(site: Site) -> Planted:
    site.claims.write_text(site.claims.read_text() + "\n\ndef helper() -> int:\n    return 1\n")
    line = site.plant("/// claim | small.helper\n///")
    return Planted(line, ("not decorated as a claim, it is a function",))


@plant
def a_number_of_a_claim_that_is_gone(site: Site) -> Planted:
    for _ in range(2):
        text = site.claims.read_text().replace("halving", "halved")
        site.claims.write_text(text)
    return Planted(site.line("Half of one is"), ("{{ small.halving.half }}", "is named small.halving"))


@plant
def a_value_that_was_renamed(site: Site) -> Planted:
    site.edit(site.claims, '{"half": half}', '{"a_half": half}')
    return Planted(site.line("Half of one is"), ("no value 'half'", "a_half"))


@plant
def a_number_of_a_claim_that_is_shown_nowhere_and_fails(site: Site) -> Planted:
    text = site.claims.read_text() + (
        '\n\n@claim("One is two.")\ndef wrong() -> Evidence:\n    """Wrong."""\n'
        '    return Evidence([equal("a", 1, 2), equal("b", 1, 2)], {"one": 1})\n'
    )
    site.claims.write_text(text)
    return Planted(site.plant("It is {{ small.wrong.one }}."), ("must hold, but is refuted",))


@plant
def a_number_without_a_format(site: Site) -> Planted:
    return Planted(site.plant("It is {{ small.halving.half }}."), ("needs a format",))


@plant
def a_number_with_a_bad_format(site: Site) -> Planted:
    return Planted(site.plant("It is {{ small.halving.half:.2q }}."), ("{{ small.halving.half }}",))


@plant
def a_number_over_two_lines(site: Site) -> Planted:
    return Planted(site.plant("It is {{ small.halving\n.half:.2f }}."), ("on one line",))


@plant
def a_number_in_a_problems_title(site: Site) -> Planted:
    line = site.edit(site.page, "title: Half of a half", "title: Half of {{ small.halving.gone:.1f }}")
    return Planted(line, ("no value 'gone'",))


# Numbers typed by hand

HAND_TYPED = {
    "prose": "About 0.379 of it.",
    "formula": r"$p = 0.379$",
    "after_a_macro": r"$p \approx0.379$",
    "after_a_minus": "$x-0.379$",
    "display": "$$\np = 0.379\n$$",
    "between_signs": "$a < 0.379 < b > c$",
    "before_a_letter": "It is 0.379x as long.",
    "no_leading_zero": "It is .379 long.",
    "percentage": "It takes 37 % of it.",
    "tex_percentage": r"$37\,\%$",
    "per_cent": "It takes 37 per cent of it.",
    "power": "It is 1e-5 off.",
    "heading": "## The value 0.379",
    "cell": "| a | b |\n| --- | --- |\n| 1 | 0.379 |",
    "image": "![a weight of 0.379](assets/mark.svg)",
    "alt": '<img src="../assets/mark.svg" alt="a weight of 0.379">',
    "link_title": '[home](index.md "0.379 of it")',
    "code": "It is `0.379`.",
    "list_of_numbers": "It is `[0.379, 0.051]`.",
    "bold": "It is **0.379**.",
    "entity": "It is 0&#46;379.",
    "escaped": r"It is 0\.379.",
    "item": "- first\n- 0.379",
    "quotation": "> It is 0.379.",
}


@pytest.mark.parametrize("kind", HAND_TYPED)
def test_a_number_typed_by_hand(site: Site, kind: str) -> None:
    text = HAND_TYPED[kind]
    line = site.plant(text)
    marks = ("379", "37 ", "37\\", "1e-5")
    line += next(place for place, one in enumerate(text.split("\n")) if any(mark in one for mark in marks))
    site.fails(line, "typed by hand", "cited-numbers.toml")


@plant
def a_number_typed_into_a_caption(site: Site) -> Planted:
    line = site.edit(
        site.page, "Each row is half of the row above it.", "Each row is 0.5 of the row above it."
    )
    return Planted(line, ("the number 0.5 is typed by hand",))


@plant
def a_number_typed_into_the_front_matter(site: Site) -> Planted:
    return Planted(site.edit(site.page, "title: Small", "title: 0.379 of it"), ("0.379 is typed by hand",))


@plant
def a_number_typed_into_an_answer(site: Site) -> Planted:
    return Planted(site.edit(site.page, "{{ small.halves.last:.3f }}", "0.250"), ("0.250 is typed by hand",))


@plant
def a_number_typed_into_a_problems_title(site: Site) -> Planted:
    line = site.edit(site.page, "title: Half of a half", "title: Half of 0.5")
    return Planted(line, ("0.5 is typed by hand",))


# Programs, sessions, sources


@plant
def a_snippet_that_is_missing(site: Site) -> Planted:
    (site.root / "snippets" / "small" / "greet.py").unlink()
    return Planted(site.line("/// snippet"), ("no file small/greet.py in snippets/",))


@plant
def a_snippet_from_elsewhere(site: Site) -> Planted:
    return Planted(site.plant("/// snippet | ../src/workings/cli.py\n///"), ("in snippets/",))


@plant
def a_snippet_that_fails(site: Site) -> Planted:
    site.edit(site.root / "snippets" / "small" / "greet.py", "print(", "print(1 / 0, ")
    return Planted(site.line("/// snippet"), ("ZeroDivisionError", "(snippets/small/greet.py:3)"))


@plant
def a_snippet_that_is_not_python(site: Site) -> Planted:
    site.edit(site.root / "snippets" / "small" / "greet.py", "print(", "print((")
    return Planted(site.line("/// snippet"), ("is not Python", "(line 3)"))


@plant
def a_snippet_that_imports_the_package(site: Site) -> Planted:
    path = site.root / "snippets" / "small" / "greet.py"
    site.edit(path, "import numpy as np", "import numpy as np\nfrom workings.byhand.small import halve")
    return Planted(site.line("/// snippet"), ("on a reader's machine", "greet.py:2"))


@plant
def a_snippet_that_imports_what_a_reader_lacks(site: Site) -> Planted:
    site.edit(
        site.root / "snippets" / "small" / "greet.py", "import numpy as np", "import scipy, numpy as np"
    )
    return Planted(site.line("/// snippet"), ("['scipy']", "NumPy and Torch alone"))


@plant
def a_snippet_that_imports_within(site: Site) -> Planted:
    path = site.root / "snippets" / "small" / "greet.py"
    path.write_text(path.read_text() + 'import importlib\nimportlib.import_module("matplotlib")\n')
    return Planted(site.line("/// snippet"), ("matplotlib", "on a reader's machine"))


@plant
def a_session_whose_output_changed(site: Site) -> Planted:
    path = site.root / "src" / "workings" / "byhand" / "softmax.py"
    site.edit(path, "return weights.astype(scores.dtype)", "return 2 * weights.astype(scores.dtype)")
    words = ("printed '[1.0, 1.0]', but the page says '[0.5, 0.5]'",)
    return Planted(site.line(">>> print(softmax"), words)


@plant
def a_session_that_raises(site: Site) -> Planted:
    line = site.plant("```pycon\n>>> x = 1\n>>> print(x / 0)\n```")
    return Planted(line + 2, ("'print(x / 0)' raised ZeroDivisionError: division by zero",))


@plant
def a_session_with_words_that_nobody_checks(site: Site) -> Planted:
    line = site.plant("```pycon\n>>> print(1)\n1\n\n0.379 is typed\n```")
    return Planted(line + 4, ("'0.379 is typed' is not checked",))


@plant
def a_session_with_words_above_it(site: Site) -> Planted:
    return Planted(site.plant("```pycon\n0.379\n>>> print(1)\n1\n```") + 1, ("'0.379' is not checked",))


@plant
def a_session_that_skips(site: Site) -> Planted:
    line = site.plant("```pycon\n>>> x = 1\n>>> print(x)  # doctest: +SKIP\n2\n```")
    return Planted(line + 2, ("skips nothing",))


@plant
def a_session_of_a_renamed_function(site: Site) -> Planted:
    line = site.plant("```pycon\n>>> from workings.byhand.small import halved\n>>> print(1)\n1\n```")
    return Planted(line + 1, ("no halved in workings.byhand.small",))


@plant
def a_session_without_a_prompt(site: Site) -> Planted:
    return Planted(site.plant("```pycon\nprint(1)\n```") + 1, ("'print(1)' is not checked",))


@plant
def a_session_in_a_python_fence(site: Site) -> Planted:
    return Planted(site.plant("```python\n>>> print(1)\n2\n```") + 1, ("never run",))


@plant
def a_session_in_an_indented_block(site: Site) -> Planted:
    return Planted(site.plant("    >>> print(1)\n    2"), ("never run",))


@plant
def a_session_in_a_quotation(site: Site) -> Planted:
    return Planted(site.plant("> ```pycon\n> >>> print(1)\n> 2\n> ```") + 1, ("never run",))


@plant
def a_docstring_example_that_is_wrong(site: Site) -> Planted:
    site.edit(site.byhand, "    1.5\n", "    1.6\n")
    return Planted(site.line("/// source | byhand.small.halve"), ("printed '1.5', but the page says '1.6'",))


@plant
def a_function_that_was_renamed(site: Site) -> Planted:
    site.edit(site.byhand, "def double(", "def twice(")
    line = site.plant("/// source | byhand.small.double\n///")
    return Planted(line, ("no double in workings.byhand.small; it has HALF, halve, twice",))


@plant
def a_module_that_was_renamed(site: Site) -> Planted:
    line = site.plant("/// source | byhand.smaller.double\n///")
    return Planted(line, ("byhand.smaller.double",))


@plant
def a_function_without_a_standalone_form(site: Site) -> Planted:
    site.byhand.write_text(
        site.byhand.read_text()
        + "\n\ndef third(x: float) -> float:\n"
        + '    """Return a third."""\n    from workings.byhand import softmax\n\n'
        + "    return softmax.softmax([x])[0] / 3\n"
    )
    line = site.plant("/// source | byhand.small.third\n///")
    return Planted(line, ("byhand.small.third has no standalone form", "import each name from it by itself"))


@plant
def a_source_that_is_not_python(site: Site) -> Planted:
    line = site.edit(site.byhand, "    return x + x", "    return x +")
    return Planted(
        site.line("/// source | byhand.small.halve"), (f"src/workings/byhand/small.py:{line} is not Python",)
    )


# Exhibits


@plant
def an_exhibit_that_raises(site: Site) -> Planted:
    line = site.edit(site.exhibits, "    rows = [[0, 1.0]]", "    raise RuntimeError('no rows today')")
    words = ("RuntimeError: no rows today", f"(src/workings/exhibits/small.py:{line})")
    return Planted(site.line("/// exhibit | small.halves"), words)


@plant
def an_exhibit_that_exits(site: Site) -> Planted:
    site.edit(site.exhibits, "    rows = [[0, 1.0]]", "    raise SystemExit(0)")
    return Planted(site.line("/// exhibit | small.halves"), ("SystemExit: 0",))


@plant
def an_exhibit_that_hangs(site: Site) -> Planted:
    line = site.edit(site.exhibits, "    figure, axes = canvas()", "    while True:\n        pass")
    words = ("did not finish within its limit of 2 s", f"it was at src/workings/exhibits/small.py:{line}")
    return Planted(site.line("/// exhibit | small.rising"), words)


@plant
def an_exhibit_that_hangs_in_c_and_holds_the_lock(site: Site) -> Planted:
    site.edit(
        site.exhibits, "    figure, axes = canvas()", "    import re\n    re.match('(a+)+$', 'a' * 60 + 'b')"
    )
    return Planted(site.line("/// exhibit | small.rising"), ("did not finish within its limit of 2 s",))


@plant
def an_exhibit_whose_worker_exits(site: Site) -> Planted:
    site.edit(site.exhibits, "    figure, axes = canvas()", "    import os\n    os._exit(3)")
    return Planted(site.line("/// exhibit | small.rising"), ("its worker process died",))


@plant
def an_exhibit_whose_worker_is_killed(site: Site) -> Planted:
    site.edit(site.exhibits, "    figure, axes = canvas()", "    import os\n    os.kill(os.getpid(), 9)")
    return Planted(site.line("/// exhibit | small.rising"), ("its worker process died",))


@plant
def an_exhibit_without_rows(site: Site) -> Planted:
    site.edit(site.exhibits, '["step", "value"], rows,', '["step", "value"], [],')
    return Planted(site.line("/// exhibit | small.halves"), ("a table needs rows and columns, got 0 and 2",))


@plant
def an_exhibit_with_nothing_drawn(site: Site) -> Planted:
    site.edit(site.exhibits, "    axes.plot([0, 1], [0, double(1)], color=SERIES[0])\n", "")
    return Planted(site.line("/// exhibit | small.rising"), ("needs something drawn in it",))


@plant
def an_exhibit_of_the_wrong_type(site: Site) -> Planted:
    site.edit(
        site.exhibits, '    return Figure(figure, "a line that rises from zero to two")', "    return 3"
    )
    return Planted(site.line("/// exhibit | small.rising"), ("returns a Table or a Figure, got int",))


@plant
def an_exhibit_with_a_bad_format(site: Site) -> Planted:
    site.edit(site.exhibits, '["d", ".3f"]', '["d", ".3q"]')
    return Planted(site.line("/// exhibit | small.halves"), ("/// exhibit | small.halves: ValueError",))


@plant
def an_exhibit_with_an_argument_that_it_lacks(site: Site) -> Planted:
    site.edit(site.page, "arguments: {count: 3}", "arguments: {number: 3}")
    return Planted(site.line("/// exhibit | small.halves"), ("unexpected keyword argument 'number'",))


@plant
def an_exhibit_whose_argument_is_a_date(site: Site) -> Planted:
    site.edit(site.page, "arguments: {count: 3}", "arguments: {count: 2024-01-02}")
    return Planted(site.line("/// exhibit | small.halves"), ("numbers, strings, lists and maps of them",))


@plant
def an_exhibit_whose_code_no_page_shows(site: Site) -> Planted:
    site.edit(site.root / "docs" / "code.md", "/// source | exhibits.small\n///\n", "")
    return Planted(site.line("/// exhibit | small.rising"), ("no page shows its code",))


# TeX

BAD_TEX = {
    "inline": (r"Now $\frac{1$ is bad.", 0, "bad TeX"),
    "display": ("$$\n\\begin{matrix} 1\n$$", 1, "bad TeX"),
    "unknown_command": (r"Now $\halve x$.", 0, r"\halve"),
    "after_the_same_start": ("Here $\\sqrt{2}$ is good.\n\nHere $\\sqrt{2$ is bad.", 2, "bad TeX"),
    "unclosed": ("Here $x is unclosed.", 0, "$ opens or closes no formula"),
    "space_within": ("Here $ x $ is no formula.", 0, "$ opens or closes no formula"),
    "unclosed_display": ("$$\nx = 1", 0, "$ opens or closes no formula"),
}


@pytest.mark.parametrize("kind", BAD_TEX)
def test_bad_tex(site: Site, kind: str) -> None:
    text, offset, words = BAD_TEX[kind]
    site.fails(site.plant(text) + offset, words)


@plant
def bad_tex_in_a_statement(site: Site) -> Planted:
    site.edit(site.claims, '"Twice one is two."', 'r"Twice $\\twice 1$ is two."')
    return Planted(site.line("/// claim | small.doubling"), (r"\twice",))


# Directives

BAD_DIRECTIVES = {
    "unknown_option": ("/// claim | small.halving\n    colour: red\n///", 0, "unknown option 'colour'"),
    "option_of_another_type": (
        "/// exhibit | small.halves\n    arguments: 3\n///",
        0,
        "must be a dict, got 3",
    ),
    "options_that_are_not_yaml": ("/// exhibit | small.halves\n    arguments: {\n///", 0, "not YAML"),
    "option_hardly_indented": ("/// exhibit | small.halves\n  arguments: {count: 2}\n///", 0, "four spaces"),
    "option_after_a_gap": ("/// exhibit | small.halves\n\n    arguments: {count: 2}\n///", 0, "four spaces"),
    "unclosed": ("/// claim | small.halving", 0, "/// claim is never closed"),
    "unclosed_before_another": (
        "/// claim | small.halving\n\n/// claim | small.doubling\n///",
        2,
        "stands within /// claim",
    ),
    "closed_twice": ("/// claim | small.halving\n///\n\n///", 3, "closes no block"),
    "misspelt": ("/// clam | small.halving\n///", 0, "no block is named 'clam'"),
    "capital": ("/// Claim | small.halving\n///", 0, "no block is named 'Claim'"),
    "no_bar": ("/// claim small.halving\n///", 0, "is no block"),
    "no_argument": ("/// claim\n///", 0, "needs a claim after the bar"),
    "needless_argument": ("/// hint | x\n///", 0, "takes nothing after the bar"),
    "indented": ("    /// claim | small.halving\n    ///", 0, "indented"),
    "slightly_indented": (" /// claim | small.halving\n ///", 0, "indented"),
    "in_a_list": ("- /// claim | small.halving\n  ///", 0, "is no block"),
    "in_a_quotation": ("> /// claim | small.halving\n> ///", 0, "is no block"),
    "in_html": ("<div>\n/// claim | small.halving\n///\n</div>", 1, "is not shown"),
    "block_of_an_extension_that_is_off": (
        "/// details | More\nText.\n///",
        0,
        "/// opens no block",
    ),
    "unclosed_fence": ("```python\nx = 1", 0, "never closed"),
    "fence_that_is_code": ("```x``` and 0.379\n\nmore\n\n```python\ny\n```", 0, "first line"),
    "fence_closed_by_a_longer_one": ("```python\nx = 1\n````\n\nIt is 0.379.", 0, "never closed"),
    "unclosed_comment": ("<!-- a note\n\nIt is 0.379.", 0, "never closed"),
    "number_in_html": ("<p>{{ small.halving.half:.3f }}</p>", 0, "{{"),
    "hint_outside": ("/// hint\nHalve.\n///", 0, "belongs right within a problem"),
    "problem_without_an_answer": (
        "/// problem | x1.b\n    title: T\nText.\n\n//// hint\nH.\n////\n///",
        0,
        "needs exactly one answer, got 0",
    ),
    "problem_whose_answer_stands_outside": (
        "/// problem | x1.b\n    title: T\nText.\n\n//// hint\nH.\n////\n///\n\n/// answer\nA.\n///",
        0,
        "needs exactly one answer, got 0",
    ),
    "problem_without_a_title": (
        "/// problem | x1.b\nText.\n\n//// hint\nH.\n////\n\n//// answer\nA.\n////\n///",
        0,
        "needs the option title",
    ),
    "problem_that_stands_twice": (
        "/// problem | x1.a\n    title: T\nText.\n\n//// hint\nH.\n////\n\n//// answer\nA.\n////\n///",
        0,
        "also stands at docs/small.md:",
    ),
    "problem_with_an_unknown_claim": (
        "/// problem | x1.b\n    title: T\n    claims: [small.gone]\n\n"
        "//// hint\nH.\n////\n\n//// answer\nA.\n////\n///",
        0,
        "no gone in workings.claims.small",
    ),
    "questions_of_no_chapter": (
        "/// questions | chapter gone\n///",
        0,
        "no questions of chapter 'gone'; there are small",
    ),
    "questions_of_no_document": (
        "/// questions | document 007\n///",
        0,
        "no questions of document '007'; there are 001, 002",
    ),
    "errata_of_a_document_that_has_none": ("/// errata | document 002\n///", 0, "no page shows any"),
    "questions_asked_for_in_another_way": (
        "/// questions | title x\n///",
        0,
        "questions are asked for by document, kind or chapter, got 'title x'",
    ),
    "question_without_an_answer": (
        "/// questions | document 002\n///",
        0,
        "no page answers the question x2.a",
    ),
}


@pytest.mark.parametrize("kind", BAD_DIRECTIVES)
def test_a_directive_that_is_wrong(site: Site, kind: str) -> None:
    text, offset, words = BAD_DIRECTIVES[kind]
    site.fails(site.plant(text) + offset, words)


# Links


@plant
def a_link_to_no_page(site: Site) -> Planted:
    return Planted(site.plant("See [it](gone.md)."), ("gone.md leads to no file",))


@plant
def a_link_to_no_anchor(site: Site) -> Planted:
    return Planted(site.plant("See [it](index.md#gone)."), ("leads to no anchor #gone of docs/index.md",))


@plant
def a_link_to_no_anchor_of_its_page(site: Site) -> Planted:
    return Planted(site.plant("See [it](#gone)."), ("leads to no anchor #gone of docs/small.md",))


@plant
def a_link_with_a_reference_to_no_page(site: Site) -> Planted:
    return Planted(site.plant("See [it][there].\n\n[there]: gone.md") + 2, ("gone.md leads to no file",))


@plant
def a_link_in_html_to_no_page(site: Site) -> Planted:
    return Planted(site.plant('See <a href="../gone/">it</a>.'), ("../gone/",))


@plant
def a_reference_to_nothing(site: Site) -> Planted:
    return Planted(site.plant("See [it][there]."), ("[it][there]",))


@plant
def an_image_that_is_missing(site: Site) -> Planted:
    return Planted(site.plant("![a mark](assets/gone.svg)"), ("assets/gone.svg leads to no file",))


@plant
def an_image_in_html_that_is_missing(site: Site) -> Planted:
    return Planted(site.plant('<img src="../assets/gone.svg" alt="a mark">'), ("gone.svg",))


@plant
def a_link_to_a_heading_that_was_renamed(site: Site) -> Planted:
    site.edit(site.page, "## Two numbers", "## Three numbers")
    return Planted(site.line("read [", "index.md"), ("small.md#two-numbers",), "index.md")


# The files themselves


def test_lines_are_counted_in_a_file_with_crlf(site: Site) -> None:
    line = site.plant("About 0.379 of it.")
    text = site.page.read_text(encoding="utf-8").replace("\n", "\r\n")
    site.page.write_bytes(text.encode())
    site.fails(line, "0.379 is typed by hand")


def test_a_file_with_crlf_builds(site: Site) -> None:
    text = site.page.read_text(encoding="utf-8").replace("\n", "\r\n")
    site.page.write_bytes(b"\xef\xbb\xbf" + text.encode())
    built = site.build()
    assert built.code == 0, built.said


def test_lines_are_counted_where_there_is_no_front_matter(site: Site) -> None:
    text = site.page.read_text(encoding="utf-8").split("---\n", 2)[2].lstrip("\n")
    site.page.write_text(text, encoding="utf-8")
    site.fails(site.plant("About 0.379 of it."), "0.379 is typed by hand")


def test_odd_separators_do_not_move_the_lines(site: Site) -> None:
    line = site.plant("One\u2028two\x0cthree\x85four.\n\nAbout 0.379 of it.")
    site.fails(line + 2, "0.379 is typed by hand")


def test_words_that_look_like_metadata(site: Site) -> None:
    index = site.root / "docs" / "index.md"
    index.write_text("Summary: 0.379 of it\n\n" + index.read_text(encoding="utf-8"), encoding="utf-8")
    site.fails(1, "0.379 is typed by hand", page="index.md")


def test_every_fault_of_a_page_is_told_at_once(site: Site) -> None:
    first = site.plant("About 0.379 of it.")
    second = site.plant("See [it](gone.md).")
    assert f"docs/small.md:{second}: " in site.fails(first, "typed by hand").said


def test_two_pages_of_the_same_words(site: Site) -> None:
    (site.root / "docs" / "twin.md").write_text((site.root / "docs" / "index.md").read_text())
    site.edit(site.root / "mkdocs.yml", "  - small.md\n", "  - small.md\n  - twin.md\n")
    built = site.build()
    assert built.code == 0, built.said


def test_options_of_the_extension_are_refused(site: Site) -> None:
    settings = site.root / "mkdocs.yml"
    site.edit(settings, "  - workings.site.extension\n", "  - workings.site.extension: { colour: red }\n")
    built = site.build()
    assert built.code != 0
    assert "workings.site.extension takes no options, got colour" in built.said
    assert "Traceback" not in built.said


def test_a_damaged_list_of_cited_numbers(site: Site) -> None:
    (site.root / "docs" / "cited-numbers.toml").write_text("[[number]]\npage = \n")
    built = site.build()
    assert built.code != 0
    assert "docs/cited-numbers.toml lists [[number]] with page, text and cites" in built.said
    assert "Traceback" not in built.said


# What must pass


def test_a_cited_number_passes_and_one_without_its_source_does_not(site: Site) -> None:
    line = site.plant("The paper reports 28.4.")
    cited = site.root / "docs" / "cited-numbers.toml"
    cited.write_text('[[number]]\npage = "small.md"\ntext = "28.4"\ncites = ""\n')
    site.fails(line, "28.4 is typed by hand")
    cited.write_text('[[number]]\npage = "small.md"\ntext = "28.4"\ncites = "Vaswani et al. 2017, table 2"\n')
    built = site.build()
    assert built.code == 0, built.said


def test_what_is_commented_out_is_neither_run_nor_checked(site: Site) -> None:
    site.plant("<!--\n/// claim | small.gone\n\nIt is 0.379.\n\n```pycon\n>>> 1 / 0\n```\n-->")
    built = site.build()
    assert built.code == 0, built.said


def test_code_that_shows_how_to_write_a_page(site: Site) -> None:
    site.plant("````markdown\n/// claim | x.y\n///\n\n```pycon\n>>> print(0.379)\n```\n````")
    site.plant("Write `{{ x.y.z:.3f }}` and `$x$`; it costs &#36;5; GPT-3.5; section 3.2; $\\tfrac12$.")
    built = site.build()
    assert built.code == 0, built.said


def test_a_snippet_whose_output_changed_shows_the_new_output(site: Site) -> None:
    assert "three halves: 1.5" in site.html()
    site.edit(site.root / "snippets" / "small" / "greet.py", "np.full(3, 0.5)", "np.full(3, 0.75)")
    built = site.build()
    assert built.code == 0, built.said
    assert "three halves: 2.25" in site.html()
    assert "three halves: 1.5" not in site.html()


def test_a_number_whose_code_changed_shows_the_new_number(site: Site) -> None:
    site.edit(site.exhibits, "halve(rows[-1][1])]", "halve(rows[-1][1]) / 2]")
    built = site.build()
    assert built.code == 0, built.said
    assert "0.0625" not in site.html()
    assert ">0.062</span> after three rows" in site.html()
