"""A table of questions links each to its answer, and counts what decides it."""

import re

from tests.conftest import Site

from workings.site.page import ROOT
from workings.site.questions import questions, selected


def test_a_question_is_linked_to_its_answer(site: Site) -> None:
    site.plant("## Asked\n\n/// questions | kind numeric\n///")
    built = site.build()
    assert built.code == 0, built.said
    table = re.search(r'<div class="questions.*?</table>', site.html(), re.DOTALL)
    assert table
    assert re.search(r'<a href="[^"]*#x1\.a">x1\.a</a>', table[0])
    cells = re.findall(r"<td[^>]*>(.*?)</td>", table[0], re.DOTALL)
    words = [re.sub(r"<.*?>", "", cell).strip() for cell in cells]
    assert words == ["x1.a", "Half of a half", "A small page", "1", "1"]
    assert "<th" in table[0]
    assert ">Kind<" not in table[0]


def test_errata_are_listed_with_their_certainty(site: Site) -> None:
    site.plant("## Wrong\n\n/// errata | document 001\n///")
    built = site.build()
    assert built.code == 0, built.said
    table = re.search(r'<div class="questions.*?</table>', site.html(), re.DOTALL)
    assert table
    assert re.search(r"<td>.*?x1\.a.*?</td>", table[0], re.DOTALL)
    assert re.search(r'<a href="[^"]*#small\.three_halves">certain</a>', table[0])
    assert "Half of one is" in table[0]


def test_documents_kinds_and_chapters_part_the_questions() -> None:
    everything = questions()
    assert (ROOT / "docs" / "problems" / "questions.tsv").is_file()
    for way in ("document", "kind", "chapter"):
        names = {getattr(one, way) for one in everything}
        parts = [one for name in sorted(names) for one in selected(f"{way} {name}")]
        assert sorted(parts, key=everything.index) == everything
