"""What browser tests share: the built site, a Chromium, and pages served on localhost."""

from __future__ import annotations

import functools
import http.server
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from playwright.sync_api import Browser, Page, sync_playwright

from tools import build_book

ROOT = Path(__file__).parents[1]
CHROMIUM_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
]
PageAt = Callable[..., Page]
# Files of many minutes: begun last, one of them would keep a single process busy at the end.
BEGUN_FIRST = ("test_demo.py", "test_attacks.py", "test_site.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first; all else keeps its order."""
    rank = {name: position for position, name in enumerate(BEGUN_FIRST)}
    items.sort(key=lambda item: rank.get(item.path.name, len(rank)))


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serve files without a line of log for each."""

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def site() -> Path:
    """The published site, built once for all tests (and not at all where it is up to date)."""
    folders = build_book.Folders(ROOT / "book", ROOT / "_build")
    (ROOT / "_build").mkdir(exist_ok=True)
    # Whichever test process comes first builds it.
    with FileLock(ROOT / "_build" / "site.lock"):
        problems = build_book.build(folders, list(build_book.LANGUAGES))
    assert not problems, "the book does not build:\n" + "\n".join(problems)
    return folders.site


@pytest.fixture(scope="session")
def site_url(site: Path) -> Iterator[str]:
    """The address of the site, served on localhost."""
    handler = functools.partial(QuietHandler, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests: the system's where there is one, else Playwright's own."""
    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page_at(browser: Browser, site_url: str) -> Iterator[PageAt]:
    """Open a page of the site in a fresh context.

    ``page_at("zh/index.html", theme="dark", width=360)`` returns Playwright's page once it is
    loaded and its formulas are drawn; ``page.problems`` lists what its console reported.
    """
    contexts = []

    def open_page(
        path: str,
        *,
        theme: str = "light",
        width: int = 1280,
        height: int = 900,
        base: str = site_url,
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=theme, locale="en-GB"
        )
        contexts.append(context)
        context.add_init_script(
            f"localStorage.setItem('mode', '{theme}'); localStorage.setItem('theme', '{theme}')"
        )
        page = context.new_page()
        page.problems = []
        page.requested = []
        page.on("console", functools.partial(_note_console, page.problems))
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.on("requestfailed", lambda request: page.problems.append(f"failed: {request.url}"))
        page.on("request", lambda request: page.requested.append(request.url))
        page.goto(f"{base}/{path}", wait_until="load")
        page.wait_for_function(
            "window.MathJax?.startup ? MathJax.startup.promise.then(() => true) : true"
        )
        return page

    yield open_page
    for context in contexts:
        context.close()


def _note_console(problems: list[str], message: object) -> None:
    if message.type in ("error", "warning"):
        problems.append(f"{message.type}: {message.text}")
