"""Real files are found by name and held against their digests."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from workings.data import corpora

NAME = "word_eval/EN-WS-353-ALL.txt"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    source = replace(corpora.sources()[NAME], sha256=hashlib.sha256(b"three").hexdigest())
    monkeypatch.setattr(corpora, "sources", lambda: {NAME: source})
    monkeypatch.setenv("WORKINGS_DATA", str(tmp_path))
    (tmp_path / NAME).parent.mkdir()
    (tmp_path / NAME).write_bytes(b"three")
    return tmp_path


def test_every_file_of_the_manifest_is_described() -> None:
    for source in corpora.sources().values():
        assert len(source.sha256) == 64
        assert source.bytes > 0
        assert source.licence
        assert " @ " in source.source


def test_a_file_is_found(folder: Path) -> None:
    assert corpora.corpus(NAME) == folder / NAME


def test_a_damaged_file_is_refused(folder: Path) -> None:
    (folder / NAME).write_bytes(b"thre")
    with pytest.raises(ValueError, match=f"{NAME} should have the sha256 .*, got "):
        corpora.corpus(NAME)


def test_a_missing_file_says_where_it_comes_from(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / NAME).unlink()
    with pytest.raises(LookupError, match=r"it comes from github\.com/mfaruqui/eval-word-vectors"):
        corpora.corpus(NAME)
    monkeypatch.delenv("WORKINGS_DATA")
    with pytest.raises(LookupError, match="set WORKINGS_DATA"):
        corpora.corpus(NAME)


def test_an_unknown_file_names_those_there_are(folder: Path) -> None:
    with pytest.raises(LookupError, match=f"no file 'x'; it has {NAME}"):
        corpora.corpus("x")
