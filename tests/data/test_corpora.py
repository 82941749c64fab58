"""Real files are found by name, from a folder, a cache or the network, and held against their digests."""

import errno
import hashlib
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from workings.data import corpora

NAME = "word_eval/EN-WS-353-ALL.txt"
TEXT = bytes(range(256)) * 2000


@dataclass
class Served:
    """A server that gives one text, whole or broken off, and remembers what it was asked."""

    body: bytes = TEXT
    break_after: int | None = None
    status: int = 200
    knows_ranges: bool = True
    ranges: list[str | None] = field(default_factory=list)


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    state = Served()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = self.headers["Range"]
            state.ranges.append(asked)
            partial = asked and state.knows_ranges
            start = int(asked.removeprefix("bytes=").removesuffix("-")) if partial else 0
            body = state.body[start:]
            self.send_response(206 if partial else state.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body if state.break_after is None else body[: state.break_after])

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    source = replace(corpora.sources()[NAME], sha256=hashlib.sha256(TEXT).hexdigest(), bytes=len(TEXT))
    monkeypatch.setattr(corpora, "sources", lambda: {NAME: source})
    monkeypatch.setattr(corpora, "HOST", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("WORKINGS_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("WORKINGS_DATA", raising=False)
    yield state
    server.shutdown()
    server.server_close()


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_every_file_of_the_manifest_is_described() -> None:
    for source in corpora.sources().values():
        assert re.fullmatch(r"[0-9a-f]{64}", source.sha256)
        assert source.bytes > 0
        assert source.licence
        assert re.search(r" @ [0-9a-f]{40}$", source.source)


def test_an_address_is_pinned_to_a_commit() -> None:
    assert corpora.sources()["tinyshakespeare/input.txt"].url == (
        "https://raw.githubusercontent.com/karpathy/char-rnn/6f9487a6fe5b420b7ca9afb0d7c078e37c1d1b4e/"
        "data/tinyshakespeare/input.txt"
    )
    derived = [path for path, source in corpora.sources().items() if not source.url]
    assert sorted(derived) == [
        "enwiki_excerpt/articles.tsv",
        "enwiki_excerpt/enwiki104.clean.txt",
        "glove_6b_50d_5k/glove.6B.50d.5k.txt",
        "mnist/train-images-idx3-ubyte.gz",
        "sacrebleu_tests/bleu_cases.json",
    ]


def test_ones_own_folder_comes_first(served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKINGS_DATA", str(tmp_path))
    (tmp_path / NAME).parent.mkdir()
    (tmp_path / NAME).write_bytes(TEXT)
    assert corpora.corpus(NAME) == tmp_path / NAME
    (tmp_path / NAME).write_bytes(TEXT[:-1])
    with pytest.raises(ValueError, match=f"{NAME} below WORKINGS_DATA should have the sha256 .*, got "):
        corpora.corpus(NAME)
    assert served.ranges == []


def test_a_file_is_downloaded_once(served: Served, tmp_path: Path) -> None:
    assert corpora.corpus(NAME).read_bytes() == TEXT
    assert corpora.corpus(NAME) == tmp_path / "cache" / NAME
    assert served.ranges == [None]
    assert left(tmp_path / "cache") == [Path(NAME).name]


def test_a_broken_download_goes_on(served: Served, tmp_path: Path) -> None:
    served.break_after = 200_000
    with pytest.raises(LookupError, match=r"cannot be downloaded from http.*Try again, or set WORKINGS_DATA"):
        corpora.corpus(NAME)
    assert not (tmp_path / "cache" / NAME).exists()
    served.break_after = None
    assert corpora.corpus(NAME).read_bytes() == TEXT
    assert served.ranges[0] is None
    start = int(str(served.ranges[1]).removeprefix("bytes=").removesuffix("-"))
    assert 0 < start <= 200_000
    assert left(tmp_path / "cache") == [Path(NAME).name]


def test_another_file_is_refused_and_not_kept(served: Served, tmp_path: Path) -> None:
    served.body = TEXT[::-1]
    with pytest.raises(ValueError, match=r"gave another file .*nothing of it was kept"):
        corpora.corpus(NAME)
    assert left(tmp_path) == []


def test_a_truncated_file_is_refused_and_not_kept(served: Served, tmp_path: Path) -> None:
    served.body = TEXT[:1000]  # and the server says that this is all
    with pytest.raises(ValueError, match=r"gave another file .*nothing of it was kept$") as caught:
        corpora.corpus(NAME)
    assert "\n" not in str(caught.value)
    assert left(tmp_path) == []


def test_a_server_that_cannot_go_on_begins_again(served: Served, tmp_path: Path) -> None:
    served.break_after = 200_000
    with pytest.raises(LookupError):
        corpora.corpus(NAME)
    served.break_after, served.knows_ranges = None, False
    assert corpora.corpus(NAME).read_bytes() == TEXT
    assert str(served.ranges[1]).startswith("bytes=")
    assert left(tmp_path / "cache") == [Path(NAME).name]


@pytest.mark.parametrize("status", [404, 500])
def test_a_server_without_the_file_is_one_sentence(served: Served, tmp_path: Path, status: int) -> None:
    served.status = status
    with pytest.raises(
        LookupError, match=r"cannot be downloaded from http.*: HTTPError\. Try again"
    ) as caught:
        corpora.corpus(NAME)
    assert "\n" not in str(caught.value)
    assert left(tmp_path) == []


def test_a_full_disk_is_one_sentence(served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(
        LookupError, match=r"cannot be kept in .*: No space left on device\. Set WORKINGS_CACHE"
    ):
        corpora.corpus(NAME)
    assert not (tmp_path / "cache" / NAME).exists()


def test_a_truncated_cache_is_mended(served: Served) -> None:
    corpora.corpus(NAME).write_bytes(TEXT[:100])
    assert corpora.corpus(NAME).read_bytes() == TEXT
    assert served.ranges == [None, None]


def test_no_network_is_one_sentence(served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpora, "HOST", "http://127.0.0.1:9")
    with pytest.raises(
        LookupError, match=r"cannot be downloaded from http://127\.0\.0\.1:9/.*ConnectionError"
    ):
        corpora.corpus(NAME)
    assert left(tmp_path) == []


def test_a_read_only_cache_is_one_sentence(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)  # the user root may write to any folder
    with pytest.raises(LookupError, match=r"cannot be kept in .*: Permission denied\. Set WORKINGS_CACHE"):
        corpora.corpus(NAME)


def test_a_cache_that_cannot_be_made_is_one_sentence(
    served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("WORKINGS_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.raises(LookupError, match=r"cannot be kept in .*Set WORKINGS_CACHE"):
        corpora.corpus(NAME)


def test_what_was_made_from_its_source_cannot_be_downloaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WORKINGS_DATA", raising=False)
    monkeypatch.setenv("WORKINGS_CACHE", "no-such-folder")
    with pytest.raises(LookupError, match=r"was made from github.* set WORKINGS_DATA to a folder"):
        corpora.corpus("glove_6b_50d_5k/glove.6B.50d.5k.txt")


def test_an_unknown_file_names_those_there_are(served: Served) -> None:
    with pytest.raises(LookupError, match=f"no file 'x'; it has {NAME}"):
        corpora.corpus("x")
