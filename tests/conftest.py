"""Shared by the tests of the built site: the real site, a local server of it, and a real browser.

The site is built, printed and published once for all workers, below a path of its domain: what holds there holds at the
root, for which `make build` checks every link again.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from guide import browser as chromium
from guide.site.server import serve
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[1]
HOME = "https://example.org/guide/"
DAY = "2026-11-24"  # on which the PDF is printed


def build(target: Path, site_url: str = HOME, folder: Path = ROOT) -> Path:
    """Build the site with the real engine, as strictly as `make build` does."""
    environment = {**os.environ, "SITE_URL": site_url, "NO_MKDOCS_2_WARNING": "1"}
    command = [sys.executable, "-m", "mkdocs", "build", "--site-dir", str(target)]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return target


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[Path], object]], Path]:
    """Return a function that makes a folder once for all workers: the first makes it, the others wait for it."""
    root = tmp_path_factory.getbasetemp()
    root = root.parent if "PYTEST_XDIST_WORKER" in os.environ else root

    def made(name: str, make: Callable[[Path], object]) -> Path:
        draft = root / f"{name}.draft"
        try:
            (root / f"{name}.claim").mkdir()  # stays, so a worker that comes late doesn't make it again
        except FileExistsError:
            end = time.monotonic() + 120
            while not (root / name).exists():
                assert time.monotonic() < end, f"another worker has not made {name}"
                time.sleep(0.05)
        else:
            draft.mkdir()
            make(draft)
            draft.rename(root / name)
        return root / name

    return made


def small_guide(folder: Path) -> Path:
    """Copy tests/small_guide to a folder, with what its Markdown needs of mkdocs.yml, and a path of its own."""
    shutil.copytree(ROOT / "tests/small_guide/docs", folder / "docs")
    config = (ROOT / "mkdocs.yml").read_text("utf-8").partition("markdown_extensions:")
    extensions = config[2].partition("\n# pages")[0]
    way = "extra:\n  path:\n    - What it is: what.md\n    - Steps:\n        - - On a Mac: turn-on/mac.md\n"
    (folder / "mkdocs.yml").write_text(f"{way}{config[1]}{extensions}\n", "utf-8")
    return folder


def guide(*words: object, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own."""
    command = [sys.executable, "-m", "guide.cli", *map(str, words)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


@pytest.fixture(scope="session")
def site(once: Callable[..., Path]) -> Path:
    """The folder of the built site, for reading only; its addresses begin with HOME."""
    return once("site", build)


def program(name: str, package: str, *others: str) -> str:
    """Return where a program is, or one of the others that do; fails the test where there is none."""
    found = next(filter(None, map(shutil.which, (name, *others))), None)
    if not found:
        pytest.fail(f"{name} is missing: apt-get install {package}", pytrace=False)
    return found


def paths() -> list[str]:
    """Every page's path below the site's address, told from its source; "" is the start page.

    The names of tests are needed before anything is built; `test_site.py` holds this against the sitemap.
    """
    docs = ROOT / "docs"
    pages = [page.relative_to(docs).with_suffix("") for page in docs.rglob("*.md")]
    return sorted(f"{page.as_posix()}/".removesuffix("index/") for page in pages if page.parts[0] != "includes")


@pytest.fixture(scope="session")
def printed(site: Path, once: Callable[..., Path]) -> Path:
    """The folder of the built site with its PDF."""

    def make(draft: Path) -> None:
        shutil.copytree(site, draft, dirs_exist_ok=True)
        done = guide("pdf", draft, "--on", DAY)
        assert done.returncode == 0, done.stdout + done.stderr

    return once("printed", make)


@pytest.fixture(scope="session")
def shipped(printed: Path, once: Callable[..., Path]) -> Path:
    """The folder of the site as it is uploaded: after `guide publish`, its policy in force."""

    def make(draft: Path) -> None:
        done = guide("publish", printed, draft)
        assert done.returncode == 0, done.stdout + done.stderr

    return once("shipped", make)


@pytest.fixture(scope="session")
def site_url(shipped: Path) -> Iterator[str]:
    """The address at which the site is served as it is uploaded, such as http://127.0.0.1:1234/guide/."""
    with serve(shipped, "/guide/") as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real Chromium or Chrome, started once for each worker."""
    with chromium.started() as started:
        yield started


class Watched:
    """A page together with everything that went wrong in it: console messages, exceptions, requests elsewhere."""

    def __init__(self, page: Page, home: str) -> None:
        self.wrong: list[str] = []
        page.on("console", self._message)
        page.on("pageerror", lambda error: self.wrong.append(f"exception: {error}"))
        page.on("request", lambda request: self._request(request, home))
        page.on("requestfailed", self._failed)

    def _failed(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # the page was left while a picture was on its way
            self.wrong.append(f"failed: {request.url} {request.failure}")

    def _message(self, message: ConsoleMessage) -> None:
        self.wrong.append(f"console: {message.text}")

    def _request(self, request: Request, home: str) -> None:
        if not request.url.startswith((home, "data:", "blob:")):
            self.wrong.append(f"request elsewhere: {request.url}")


@pytest.fixture
def open_page(browser: Browser, site_url: str) -> Iterator[Callable[..., Page]]:
    """Open a path of the site in a fresh context: `open_page("turn-on/mac/", width=390, color_scheme="dark")`.

    Further options are those of Playwright's `new_context`. Fails the test afterwards where a page said something
    to the console, threw, or asked for anything outside the site.
    """
    contexts: list[BrowserContext] = []
    watched: list[Watched] = []

    def opened(path: str = "", *, width: int = 390, height: int = 844, before: str = "", **options: object) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        context.set_default_timeout(8000)
        if before:
            context.add_init_script(before)
        page = context.new_page()
        watched.append(Watched(page, site_url))
        page.goto(site_url + path)
        if options.get("java_script_enabled", True):  # the site's script comes after the page is painted
            page.locator(".find").wait_for(state="attached")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [wrong for page in watched for wrong in page.wrong] == []


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """The start page on a phone, light."""
    return open_page()
