"""What a reader downloads and how soon the text shows, in Chromium, from a local server that compresses."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from benchmarks.timing import spread
from benchmarks.tree import build, environment

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]
CHROMIUM = "/usr/bin/chromium"
CHAPTER, NEXT = "attention/scaled-attention/", "problems/scaled-attention/"
COMPRESSED = (".html", ".css", ".js", ".json", ".svg", ".xml")
# A phone of the middle class on a slow network, as Lighthouse defines both.
PHONE = {"latency": 150.0, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8, "offline": False}
SLOWER = 4

_PAINTS = """() => new Promise(done => {
    const found = {};
    for (const one of performance.getEntriesByType("paint")) found[one.name] = one.startTime;
    new PerformanceObserver((list, observer) => {
        for (const one of list.getEntries()) found["largest-contentful-paint"] = one.startTime;
        observer.disconnect();
        done(found);
    }).observe({type: "largest-contentful-paint", buffered: true});
})"""
# From the click until the frame after the one in which another heading stands.
_INSTANT = """selector => new Promise(done => {
    const before = document.querySelector("article h1").textContent, start = performance.now();
    const watch = new MutationObserver(() => {
        const heading = document.querySelector("article h1");
        if (!heading || heading.textContent === before) return;
        watch.disconnect();
        requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - start)));
    });
    watch.observe(document.body, {childList: true, subtree: true, characterData: true});
    document.querySelector(selector).click();
})"""


class Server(ThreadingHTTPServer):
    """Serves a site as a static host does, and knows what it has sent."""

    def __init__(self, site: Path) -> None:
        """Serve on a port that is free."""
        super().__init__(("127.0.0.1", 0), partial(_Compressing, directory=str(site)))
        self.address = f"http://127.0.0.1:{self.server_address[1]}/"
        self.compressed: dict[Path, bytes] = {}
        self.sent: list[tuple[str, int]] = []

    def taken(self) -> dict[str, Any]:
        """Sum up what was sent since the last time: requests and bytes with their headers, by kind."""
        sent, self.sent = self.sent, []
        by_kind: dict[str, int] = {}
        for path, size in sent:
            by_kind[kind(path)] = by_kind.get(kind(path), 0) + size
        return {"requests": len(sent), "bytes": sum(by_kind.values()), "by_kind": by_kind}


class _Compressing(SimpleHTTPRequestHandler):
    """Sends gzip where that helps, and lets the browser keep a file for ten minutes."""

    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            self.send_error(404)
            return
        small = path.suffix in COMPRESSED
        if path not in self.server.compressed:
            body = path.read_bytes()
            self.server.compressed[path] = gzip.compress(body, 6, mtime=0) if small else body
        body = self.server.compressed[path]
        headers = {
            "Content-Type": self.guess_type(path),
            "Content-Length": str(len(body)),
            "Cache-Control": "max-age=600",
            **({"Content-Encoding": "gzip"} if small else {}),
        }
        self.send_response(200)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        own = sum(len(name) + len(value) + len(": \r\n") for name, value in headers.items())
        self.server.sent.append((self.path, own + len(body)))

    def log_message(self, *_words: Any) -> None:
        """Say nothing."""


@contextmanager
def serving(site: Path) -> Iterator[Server]:
    """Serve a site for a while."""
    with Server(site) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def kind(url: str) -> str:
    """Sort what a page fetches.

    >>> print(kind("http://x/a/"), kind("http://x/search/search_index.json"), kind("http://x/a.woff2"))
    page search index font
    """
    name = url.partition("?")[0].rpartition("/")[2]
    end = name.rpartition(".")[2]
    if name == "search_index.json":
        return "search index"
    if "." not in name or end == "html":
        return "page"
    return {"css": "style", "js": "script", "woff2": "font", "svg": "image", "png": "image"}.get(end, "other")


def measure(tree: Path, site: Path, repeats: int) -> dict[str, Any]:
    """Visit the chapter cold, then its problems by instant navigation and by a full load, several times."""
    found: dict[str, Any] = {}
    with serving(site) as server, sync_playwright() as playwright:
        build(tree, site, environment(tree) | {"SITE_URL": server.address})  # instant navigation compares it
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            visits = [_visit(browser, server) for _ in range(repeats + 1)][
                1:
            ]  # the first warms the server up
            slow = [_on_a_phone(browser, server) for _ in range(repeats)]
            found["chromium"] = browser.version
        finally:
            browser.close()
    for name in ("first", "instant", "later"):
        found[name] = visits[-1][name]
    for name in ("first_paint", "largest_paint", "instant_shown"):
        found[name] = spread([visit[name] for visit in visits])
    return found | {"phone_first_paint": spread(slow)}


def _visit(browser: Browser, server: Server) -> dict[str, Any]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    server.taken()
    with page.expect_response("**/sitemap.xml"):  # links are instant when the theme has read this
        page.goto(server.address + CHAPTER, wait_until="networkidle")
    page.wait_for_timeout(1000)
    paints = page.evaluate(_PAINTS)
    visit = {
        "first": server.taken(),
        "first_paint": paints["first-contentful-paint"] / 1000,
        "largest_paint": paints["largest-contentful-paint"] / 1000,
        "instant_shown": page.evaluate(_INSTANT, f'a[href$="{NEXT}"]') / 1000,
    }
    page.wait_for_timeout(1000)
    visit["instant"] = server.taken()
    context.close()
    return visit | {"later": _later(browser, server)}


def _later(browser: Browser, server: Server) -> dict[str, Any]:
    """Load the second page whole, with the first in the browser's cache."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.new_page().goto(server.address + CHAPTER, wait_until="networkidle")
    server.taken()
    context.new_page().goto(server.address + NEXT, wait_until="networkidle")
    context.close()
    return server.taken()


def _on_a_phone(browser: Browser, server: Server) -> float:
    """Load the chapter on a slow phone: seconds until text shows."""
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", PHONE)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(server.address + CHAPTER, wait_until="load")
    found = page.evaluate(_PAINTS)["first-contentful-paint"] / 1000
    context.close()
    return float(found)
