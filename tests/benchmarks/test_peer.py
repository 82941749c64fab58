"""Each tool builds the page of blocks; nothing here depends on how long it takes."""

from pathlib import Path

import pytest
from benchmarks import peer


def test_every_tool_builds_its_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peer, "COUNT", 2)
    monkeypatch.setattr(peer, "_installed", lambda _: None)  # markdown-exec is fetched: no network in tests
    found = peer.measure(tmp_path, 1, 1)
    assert found["blocks"] == 2
    assert {"workings", "mkdocs_jupyter", "nothing_run"} <= set(found)
    for name in ("workings", "mkdocs_jupyter", "nothing_run"):
        assert found[name]["cold"]["median"] > 0
        assert found[name]["warm"]["repeats"] == 1
    page = (tmp_path / "workings/docs/index.md").read_text("utf-8")
    assert page.count("```pycon") == 2
