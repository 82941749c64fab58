"""Real pairs from a tiny archive: tidied, split by what the English says, dealt in batches of like length."""

from __future__ import annotations

import zipfile
from itertools import pairwise
from pathlib import Path

import pytest

from workings.data.byte_pairs import BytePairs, cut, learn_merges
from workings.data.pairs import Pair
from workings.data.translation_pairs import (
    Buckets,
    read_english_french,
    split_english_french,
    tidy,
    with_references,
    words_of,
)

LINES = "Go.\tVa !\nGo!\tPars\u202f!\nI don’t know.\tJe ne sais pas.\nOne two three four.\tUn deux.\n"


def archive(folder: Path, text: str) -> Path:
    file = folder / "pairs.zip"
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("fra.txt", text)
    return file


def test_reads_and_tidies(tmp_path: Path) -> None:
    pairs = read_english_french(archive(tmp_path, LINES), longest=3)
    assert pairs[:2] == [Pair(("Go.",), ("Va !",), meaning="go"), Pair(("Go!",), ("Pars !",), meaning="go")]
    assert len(pairs) == 2  # don't counts as two words, so that the third has four
    assert words_of("I don't know.") == ("i", "don", "t", "know")


def test_refuses_a_line_without_a_tab(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"line 2 of fra\.txt must hold English, tab, French, got 'x'"):
        read_english_french(archive(tmp_path, "Go.\tVa !\nx\n"))


def test_no_english_words_on_two_sides() -> None:
    pairs = [Pair((f"{n}{mark}",), (str(n),), meaning=str(n)) for n in range(50) for mark in ".!"]
    parts = split_english_french(pairs, 5, 10, seed=2)
    assert [len(part) for part in parts] == [70, 10, 20]
    assert not {one.meaning for one in parts[0]} & {one.meaning for one in (*parts[1], *parts[2])}
    assert parts == split_english_french(pairs, 5, 10, seed=2)


def test_references_are_collected() -> None:
    pairs = [Pair(("a",), ("x",)), Pair(("b",), ("y",)), Pair(("a",), ("z",))]
    assert with_references(pairs) == [("a", ["x", "z"]), ("b", ["y"])]


def test_tidy() -> None:
    assert tidy("\u200bL‘été\u2009:\xa0oui ") == "L'été : oui"


def test_batches_are_drawn_by_seed_and_step_alone() -> None:
    lengths = [(n % 7, n % 5) for n in range(103)]
    batches = Buckets(lengths, 10, seed=4, pool=3)
    drawn = [batches.rows(step) for step in range(2 * batches.count)]
    again = Buckets(lengths, 10, seed=4, pool=3)
    assert [again.rows(step) for step in reversed(range(20))] == drawn[::-1]
    for epoch in (drawn[:10], drawn[10:]):
        assert len({row for rows in epoch for row in rows}) == 100
    assert drawn[:10] != drawn[10:]
    assert Buckets(lengths, 10, seed=5, pool=3).rows(0) != drawn[0]
    inside = [max(lengths[row][0] for row in rows) - min(lengths[row][0] for row in rows) for rows in drawn]
    assert sum(inside) / len(inside) < 4


def test_batches_refuse_a_size_that_no_epoch_fills() -> None:
    with pytest.raises(ValueError, match="size must be from 1 to 2, the number of pairs, got 3"):
        Buckets([(1, 1), (2, 2)], 3)


def test_pieces_joined_are_the_text() -> None:
    texts = ["J'ai peut-être 3 idées « ici » !", "été  x", "a_b"]
    pairs = BytePairs.learn(texts, 20)
    for text in texts:
        assert "".join(cut(text)) == text == "".join(pairs.pieces(text))


def test_merges_are_those_of_counting_anew_each_time() -> None:
    counts = {"banana": 3, "bandana": 2, "nab": 4, "aaaa": 5, "an": 1}
    words = {word: list(word) for word in counts}
    expected = []
    for _ in range(6):
        totals: dict[tuple[str, str], int] = {}
        for word, pieces in words.items():
            for pair in pairwise(pieces):
                totals[pair] = totals.get(pair, 0) + counts[word]
        best = min(totals, key=lambda pair: (-totals[pair], pair))
        expected.append(best)
        for word, pieces in words.items():
            merged, rest = [], list(pieces)
            while rest:
                size = 2 if tuple(rest[:2]) == best else 1
                merged.append("".join(rest[:size]))
                rest = rest[size:]
            words[word] = merged
    assert learn_merges(counts, 6) == expected


def test_merges_end_when_nothing_occurs_twice() -> None:
    assert learn_merges({"abc": 1}, 5) == []
