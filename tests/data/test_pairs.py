"""Generated and read pairs, vocabularies, and splits that do not leak."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from num2words import num2words

from workings.data.numbers_and_dates import date_pair, generated_pairs, german_parts, number_pair
from workings.data.pairs import UNKNOWN, Pair, Vocabulary, leaked_share, read_pairs, split_pairs


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 999_999))
def test_numbers_are_num2words_own(number: int) -> None:
    pair = number_pair(number)
    assert "".join(pair.target) == num2words(number, lang="de")
    assert all(0 <= t < len(pair.target) and 0 <= s < len(pair.source) for t, s in pair.links)
    joints = sum(word in ("and", ",") for word in pair.source)
    assert len(pair.links) == len(pair.source) - joints


@settings(max_examples=100, deadline=None)
@given(st.dates(datetime.date(1950, 1, 1), datetime.date(2049, 12, 31)), st.sampled_from(["full", "long"]))
def test_dates_link_every_part(day: datetime.date, style: str) -> None:
    pair = date_pair(day, style)
    assert len(pair.links) == (6 if style == "full" else 4)
    figures = [(pair.target[t], pair.source[s]) for t, s in pair.links if pair.source[s].isdigit()]
    assert all(left == right for left, right in figures)
    assert len(figures) == 3


def test_split_keeps_meanings_together() -> None:
    pairs = generated_pairs(200)
    parts = split_pairs(pairs, 0.2, 0.1, seed=3)
    assert sum(map(len, parts)) == 200
    assert (
        leaked_share(parts[0], parts[1])
        == leaked_share(parts[0], parts[2])
        == leaked_share(parts[1], parts[2])
        == 0
    )
    assert split_pairs(list(reversed(pairs)), 0.2, 0.1, seed=3)[1] == list(reversed(parts[1]))


def test_vocabulary_round_trip() -> None:
    words = Vocabulary([("b", "a"), ("a",)], size=1)
    assert words.encode(("a", "b")) == [4, UNKNOWN]
    assert words.decode([1, 4, 0, 2, 4]) == ("a",)


def test_reads_real_pairs(tmp_path: Path) -> None:
    path = tmp_path / "pairs.txt"
    path.write_text("Go.\tVa !\tCC-BY\nGo.\tMarche.\nI am not so very sure\tx\n", encoding="utf-8")
    pairs = read_pairs(path, max_len=5)
    assert [pair.target for pair in pairs] == [("va", "!"), ("marche", ".")]
    assert {pair.group for pair in pairs} == {"go ."}
    assert len(read_pairs(path, limit=1)) == 1
    path.write_text("no tab\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"line 1 of pairs\.txt must hold source, tab, target"):
        read_pairs(path)


def test_refuses() -> None:
    for call, words in (
        (
            lambda: split_pairs([Pair(("a",), ("b",))]),
            "each part needs a group, got 1 groups for the shares 0.1 and 0.1",
        ),
        (lambda: number_pair(0), "number must be a whole number of 1 or more, got 0"),
        (lambda: number_pair(10**6), "number must be below a million, got 1000000"),
        (lambda: german_parts("million"), "word must be a German number below a million, got 'million'"),
        (
            lambda: date_pair(datetime.date(2000, 1, 1), "short"),
            "style must be 'full' or 'long', got 'short'",
        ),
        (lambda: generated_pairs(4), "count must be a whole number of 5 or more, got 4"),
    ):
        with pytest.raises(ValueError) as caught:
            call()
        assert str(caught.value) == words
