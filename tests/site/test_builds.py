"""Builds that are killed, that meet, and that never end: whoever reads the site sees it whole."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Site


def digest(folder: Path) -> dict[str, str]:
    """Every file of the site; the sitemap holds the day, and archives the moment, of the build."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith("sitemap")
    }


@pytest.fixture
def whole(site: Site) -> Site:
    """A copy whose site was put in its place by ``workings build``."""
    shutil.rmtree(site.root / "site", ignore_errors=True)
    built = site.workings("build")
    assert built.code == 0, built.said
    return site


def start(site: Site) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "workings.cli", "build"],
        cwd=site.root,
        env=site.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def test_builds_give_the_same_bytes(whole: Site) -> None:
    before = digest(whole.root / "site")
    assert len(before) > 20
    assert whole.workings("build").code == 0
    assert digest(whole.root / "site") == before


def test_a_build_killed_half_way_leaves_the_site_of_before(whole: Site) -> None:
    site = whole.root / "site"
    before = digest(site)
    whole.edit(whole.page, "Half of one is", "One half is")
    began = time.monotonic()
    killed = 0
    for delay in (0.2, 0.6, 1.0, 1.4, 1.8):
        building = start(whole)
        with contextlib.suppress(subprocess.TimeoutExpired):
            building.wait(delay)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(building.pid, signal.SIGKILL)
        if building.wait(10) == -signal.SIGKILL:
            killed += 1
            assert digest(site) == before, f"killed after {delay} s"
    assert killed, f"every build was done after {time.monotonic() - began} s"
    assert whole.workings("build").code == 0
    assert "One half is" in whole.html()
    assert set(digest(site)) == set(before)


def test_a_build_killed_while_it_puts_the_site_in_place(whole: Site) -> None:
    """Wherever the swap is cut short, there is a site, and the next build works."""
    before = digest(whole.root / "site")
    code = (
        "import os, signal\nfrom pathlib import Path\nfrom workings.site import build\n"
        "count = {count}\n"
        "def dying(step):\n"
        "    def step_or_die(*words, **more):\n"
        "        global count\n        count -= 1\n"
        "        if count < 0: os.kill(os.getpid(), signal.SIGKILL)\n"
        "        return step(*words, **more)\n"
        "    return step_or_die\n"
        "build.exchange = dying(build.exchange)\nPath.rename = dying(Path.rename)\n"
        "new = build.HOLD / 'site-new'\nnew.mkdir()\n(new / 'index.html').write_text('new')\n"
        "build.put_in_place(new)\n"
    )
    for count in range(3):
        program = whole.root / "die.py"
        program.write_text(code.format(count=count))
        subprocess.run([sys.executable, program], cwd=whole.root, env=whole.environment, check=False)
        there = digest(whole.root / "site")
        assert there == before or set(there) == {"index.html"}
        assert whole.workings("build").code == 0
        assert set(digest(whole.root / "site")) == set(before)
        shutil.rmtree(whole.root / ".workings" / "site-new", ignore_errors=True)


def test_a_build_that_fails_leaves_the_site_of_before(whole: Site) -> None:
    before = digest(whole.root / "site")
    line = whole.plant("About 0.379 of it.")
    built = whole.workings("build")
    assert built.code == 1
    assert f"docs/small.md:{line}: the number 0.379 is typed by hand" in built.said
    assert "site/ is as it was" in built.said
    assert "Traceback" not in built.said
    assert digest(whole.root / "site") == before
    assert not list((whole.root / ".workings").glob("site-*"))


def test_two_builds_at_once(whole: Site) -> None:
    shutil.rmtree(whole.root / ".workings" / "results")
    before = set(digest(whole.root / "site"))
    builds = [start(whole), start(whole)]
    while any(build.poll() is None for build in builds):
        assert (whole.root / "site" / "index.html").exists()
        time.sleep(0.005)
    assert [build.returncode for build in builds] == [0, 0]
    assert set(digest(whole.root / "site")) == before
    assert not list((whole.root / ".workings").glob("site-*"))
    assert whole.run()["ran"] == []


def test_what_killed_builds_left_is_swept(whole: Site) -> None:
    hold = whole.root / ".workings"
    old, new = hold / "site-old-one", hold / "site-new-one"
    for folder in (old, new):
        folder.mkdir()
    long_ago = time.time() - 7200
    os.utime(old, (long_ago, long_ago))
    assert whole.workings("build").code == 0
    assert not old.exists()
    assert new.exists()


# Serving


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def page_with(address: str, words: str, serving: subprocess.Popen[str], seconds: float = 100) -> str:
    """Read a page until it says these words."""
    text, deadline = "", time.monotonic() + seconds
    while time.monotonic() < deadline:
        assert serving.poll() is None, serving.stdout.read() if serving.stdout else ""
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=10) as answer:
            text = re.sub(r"\s+", " ", answer.read().decode())
            if words in text:
                return text
        time.sleep(0.1)
    raise AssertionError(f"{words!r} did not come; the page says {text[:3000]}")


def test_serving_sees_each_edit_and_lives_through_a_fault(site: Site) -> None:
    port = free_port()
    command = [sys.executable, "-m", "mkdocs", "serve", "--strict", "--dev-addr", f"127.0.0.1:{port}"]
    log = site.root / "serve.log"
    with (
        log.open("w") as stream,
        subprocess.Popen(
            command, cwd=site.root, env=site.environment, stdout=stream, stderr=subprocess.STDOUT, text=True
        ) as serving,
    ):
        try:
            address = f"http://127.0.0.1:{port}/small/"
            page_with(address, "three halves: 1.5", serving)
            site.edit(site.claims, r"Half of one is $\tfrac12$", r"One half is $\tfrac12$")
            page_with(address, "One half is", serving)
            site.edit(site.exhibits, "halve(rows[-1][1])]", "halve(rows[-1][1]) / 2]")
            page_with(address, ">0.062</span> after three rows", serving)
            site.edit(site.root / "snippets" / "small" / "greet.py", "three halves", "3 halves")
            page_with(address, "3 halves: 1.5", serving)
            line = site.plant("About 0.379 of it.")
            deadline = time.monotonic() + 100
            while f"docs/small.md:{line}: the number 0.379" not in log.read_text():
                assert time.monotonic() < deadline
                time.sleep(0.1)
            site.edit(site.page, "About 0.379 of it.", "About a third of it.")
            page_with(address, "About a third of it.", serving)
        finally:
            serving.terminate()
    assert "Traceback" not in log.read_text(), log.read_text()
