"""The store: damage is noticed and mended, and nothing half-written is ever there."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workings.site import store

if TYPE_CHECKING:
    from conftest import Site


def _truncated(content: bytes) -> bytes:
    return content[: len(content) // 2]


def _flipped(content: bytes) -> bytes:
    place = len(content) // 2
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


def _no_json(_content: bytes) -> bytes:
    return hashlib.sha256(b"{").hexdigest().encode() + b"\n{"


DAMAGE = {"truncated": _truncated, "flipped": _flipped, "empty": lambda _: b"", "no_json": _no_json}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_entry_is_computed_again_with_a_warning(site: Site, damage: str) -> None:
    before = {entry.name: entry.read_bytes() for entry in site.entries}
    damaged = next(entry for entry in site.entries if b'"step"' in entry.read_bytes())
    damaged.write_bytes(DAMAGE[damage](before[damaged.name]))
    built = site.build()
    assert built.code == 0, built.said
    assert f"{damaged} is damaged and will be computed again" in built.said
    assert "0.250</span> after three rows" in site.html()
    assert {entry.name: _result(entry.read_bytes()) for entry in site.entries} == {
        name: _result(entry) for name, entry in before.items()
    }


def _result(entry: bytes) -> dict[str, Any]:
    """What an entry holds, save how long it took."""
    return {**json.loads(entry.partition(b"\n")[2]), "seconds": 0}


def test_every_flipped_byte_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("WORKINGS_STORE", str(tmp_path))
    store.write("entry", {"half": 0.5})
    path = tmp_path / "entry.json"
    whole = path.read_bytes()
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x10]) + whole[place + 1 :])
        assert store.read("entry") is None
        assert caplog.messages == [f"{path} is damaged and will be computed again"]
        caplog.clear()
    path.write_bytes(whole)
    assert store.read("entry") == {"half": 0.5}


RESULTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(RESULTS)
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, result: Any) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKINGS_STORE", str(tmp_path_factory.getbasetemp() / "one-store"))
        store.write("entry", result)
        assert store.read("entry") == result


def test_nothing_is_stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKINGS_STORE", str(tmp_path / "not" / "there"))
    assert store.read("entry") is None


@pytest.mark.parametrize("step", ["fdopen", "replace"])
def test_a_full_disk_leaves_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    monkeypatch.setenv("WORKINGS_STORE", str(tmp_path))
    store.write("entry", "old")

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os if step == "fdopen" else Path, step, full)
        with pytest.raises(store.StoreError, match=r"cannot be kept in .*No space left on device.*make room"):
            store.write("entry", "new")
    assert [path.name for path in tmp_path.iterdir()] == ["entry.json"]
    assert store.read("entry") == "old"


def test_a_store_that_cannot_be_written_gets_one_sentence(site: Site) -> None:
    blocked = site.root / "mkdocs.yml" / "results"
    for built in (
        site.build(WORKINGS_STORE=str(blocked)),
        site.workings("run", WORKINGS_STORE=str(blocked)),
        site.workings("claims", WORKINGS_STORE=str(blocked)),
    ):
        assert built.code != 0
        assert f"results cannot be kept in {blocked}" in built.said
        assert "set WORKINGS_STORE to a folder that can be written" in built.said
        assert "Traceback" not in built.said
