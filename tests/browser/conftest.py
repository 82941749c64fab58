"""The built site, a server that counts what it sends, and the system's Chromium."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from mimetypes import guess_type
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import axe_core_python
import pytest
from benchmarks.pages import FLAGS as MEASURED_WITH
from filelock import FileLock
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

ROOT = Path(__file__).parents[2]
ADDRESS = "http://127.0.0.1:8000"  # where the build believes that it is published
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [*MEASURED_WITH, "--force-prefers-reduced-motion"]
CHAPTER = "attention/scaled-attention/"
COMPRESSED = {".html", ".css", ".js", ".json", ".svg", ".xml", ".txt"}


def pages() -> list[str]:
    """Every page's address below the site's, from the Markdown files and the labs."""
    docs = ROOT / "docs"
    files = [*docs.rglob("*.md"), *docs.glob("labs/*.py")]
    names = [path.relative_to(docs).with_suffix("").as_posix() for path in files]
    return sorted("" if name == "index" else name.removesuffix("/index") + "/" for name in names)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that asks for ``address`` runs once for every page."""
    if "address" in metafunc.fixturenames:
        metafunc.parametrize("address", pages(), ids=lambda address: address.strip("/") or "home")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real site, built once for all workers."""
    shared = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        shared = shared.parent
    folder, failed = shared / "site", shared / "site-failed"
    with FileLock(shared / "site.lock"):
        if not folder.exists() and not failed.exists():
            done = subprocess.run(
                [sys.executable, "-m", "mkdocs", "build", "--strict", "-q", "-d", str(folder)],
                cwd=ROOT,
                env={**os.environ, "NO_MKDOCS_2_WARNING": "1", "SITE_URL": f"{ADDRESS}/"},
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                failed.write_text(done.stdout + done.stderr, encoding="utf-8")
    if failed.exists():
        pytest.fail(f"the site was not built:\n{failed.read_text(encoding='utf-8')}", pytrace=False)
    return folder


@dataclass
class Served:
    """The site over HTTP as a host sends it: compressed, cacheable. ``sent`` lists path and bytes."""

    url: str = ""
    sent: list[tuple[str, int]] = field(default_factory=list)


@cache
def _body(path: Path, address: str) -> bytes:
    body = path.read_bytes()
    if path.suffix == ".xml":  # instant navigation looks the pages up here
        body = body.replace(ADDRESS.encode(), address.encode())
    return gzip.compress(body, 6, mtime=0) if path.suffix in COMPRESSED else body


@pytest.fixture(scope="session")
def server(site: Path) -> Iterator[Served]:
    served = Served()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = site / unquote(urlsplit(self.path).path).lstrip("/")
            path = path / "index.html" if path.is_dir() else path
            found = path.is_file()
            path = path if found else site / "404.html"
            body = _body(path, served.url)
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", guess_type(path.name)[0] or "application/octet-stream")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "max-age=600")
            if path.suffix in COMPRESSED:
                self.send_header("Content-Encoding", "gzip")
            self.end_headers()
            self.wfile.write(body)
            served.sent.append((self.path, len(body)))

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:  # a browser that leaves early is no fault
            pass

    with Server(("127.0.0.1", 0), Handler) as http:
        served.url = f"http://127.0.0.1:{http.server_address[1]}"
        threading.Thread(target=http.serve_forever, daemon=True).start()
        yield served
        http.shutdown()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.fail("the browser tests need Chromium (on Debian: apt-get install chromium)", pytrace=False)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@dataclass
class Reader:
    """A reader with a fresh browser profile, and what went wrong before them."""

    context: BrowserContext
    url: str
    faults: list[str] = field(default_factory=list)
    page: Page = field(init=False)

    def __post_init__(self) -> None:
        self.context.on("console", self._console)
        self.context.on("weberror", lambda error: self.faults.append(f"uncaught: {error.error}"))
        self.context.on("request", self._request)
        self.context.on("response", self._response)
        self.page = self.context.new_page()

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.faults.append(f"console {message.type}: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.url, "data:", "blob:")):
            self.faults.append(f"request to another host: {request.url}")

    def _response(self, response: object) -> None:
        if response.status >= 400:  # type: ignore[attr-defined]
            self.faults.append(f"{response.status}: {response.url}")  # type: ignore[attr-defined]

    def open(self, address: str) -> Page:
        """Go to a page and wait until it is ready: scripts have run, copy buttons are there."""
        self.page.goto(f"{self.url}/{address}", wait_until="load")
        self.ready()
        return self.page

    def ready(self) -> None:
        """Wait for Material's script, which adds a button to each code box, and for the fonts."""
        self.page.wait_for_function(
            """() => !document.documentElement.classList.contains("js") ||
               [...document.querySelectorAll("pre > code")].every(code =>
                   code.closest(".no-copy") || code.parentElement.querySelector(".md-code__button"))"""
        )
        self.page.evaluate("document.fonts.ready.then(() => true)")


@pytest.fixture
def reader(browser: Browser, server: Served) -> Iterator[Callable[..., Reader]]:
    """Make readers: ``reader(width=360, scheme="dark", script=False)``."""
    made: list[BrowserContext] = []

    def make(width: int = 1280, scheme: str = "light", script: bool = True) -> Reader:
        context = browser.new_context(
            viewport={"width": width, "height": 800},
            color_scheme="dark" if scheme == "dark" else "light",
            java_script_enabled=script,
            permissions=["clipboard-read", "clipboard-write"],
        )
        context.set_default_timeout(15_000)
        made.append(context)
        return Reader(context, server.url)

    yield make
    for context in made:
        context.close()


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], list[str]]:
    """Run axe-core on a page: one line for each element that violates a rule.

    What screen readers pass over is left out: the boxes of formulas, thousands in the colour of the text.
    Dark differs from light in colours alone: there ``everything`` is not needed.
    """
    source = (Path(axe_core_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")

    def run(page: Page, everything: bool) -> list[str]:
        page.evaluate(source)
        page.wait_for_function("document.getAnimations().every(one => one.playState !== 'running')")
        options = {"resultTypes": ["violations"]} | ({} if everything else {"runOnly": ["color-contrast"]})
        found = page.evaluate("options => axe.run({exclude: ['.katex-html']}, options)", options)
        return [
            f"{violation['id']}: {node['target']} {node.get('failureSummary', '')} {node['html'][:160]}"
            for violation in found["violations"]
            for node in violation["nodes"]
        ]

    return run


@pytest.fixture
def chapter() -> str:
    """The address of the chapter that has everything on it."""
    return CHAPTER


@pytest.fixture
def addresses() -> list[str]:
    return pages()


@pytest.fixture(scope="session")
def index(site: Path) -> dict[str, Any]:
    return json.loads((site / "search/search_index.json").read_text(encoding="utf-8"))
