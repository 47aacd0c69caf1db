"""A Chromium to drive: found, started; `python -m guide.browser` installs one where it may."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from guide.findings import CannotRunError

if TYPE_CHECKING:
    from playwright.sync_api import Browser

TOOLS = ("--require-hashes", "-r", "requirements-test.txt")

# The shell first: it is Chromium without windows, and opens a page in a third of the time.
NAMES = [
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
]
PLACES = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
]
GET = "apt-get install -y -qq --no-install-recommends chromium"
APT = f"apt-get update -qq; {GET}-headless-shell || {GET}"

# Quiet: nothing of the browser's own reaches for the network. Steady: the same pixels at every launch.
FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-gpu",
    "--disable-lcd-text",
    "--disable-sync",
    "--font-render-hinting=none",
    "--force-color-profile=srgb",
    "--hide-scrollbars",
    "--no-first-run",
)


def need_playwright() -> None:
    """Install Playwright where it is missing, with all that the tests need: few commands use it."""
    try:
        import playwright.sync_api  # noqa: F401, PLC0415
    except ImportError as error:
        command = [sys.executable, "-m", "uv", "pip", "install", "--system-certs", "--python", sys.executable, *TOOLS]
        if subprocess.run(command, stdout=sys.stderr, stderr=subprocess.DEVNULL, check=False).returncode:
            raise CannotRunError(
                f"playwright is not installed; run in this folder: pip install {' '.join(TOOLS)}"
            ) from error


def find() -> str | None:
    """Return the path of a Chromium or Chrome: `CHROME` where it is set, else `PATH`, usual places, Playwright's."""
    named = os.environ.get("CHROME")
    if named and not shutil.which(named):
        raise CannotRunError(f"CHROME={named}: no such program; give the path of a Chromium or Chrome")
    candidates = [named and shutil.which(named), *map(shutil.which, NAMES), *PLACES]
    found = next((path for path in candidates if path and Path(path).is_file()), None)
    if found:
        return found
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    with sync_playwright() as library:
        bundled = library.chromium.executable_path
    return bundled if Path(bundled).is_file() else None


def path() -> str:
    """Return the path of a browser; raises CannotRunError, with what to do, where there is none."""
    found = find()
    if not found:
        raise CannotRunError("no Chromium or Chrome found; install one, or name it: CHROME=/path/to/chrome")
    return found


def flags() -> list[str]:
    """Return the flags for a launch without Playwright; as root Chromium refuses to start with its sandbox."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    return [*FLAGS, *(["--no-sandbox"] if root else [])]


@contextmanager
def started() -> Iterator[Browser]:
    """Start a browser, which ends with the block; it sees our own pages alone, and Playwright starts it unsandboxed.

    With `chromium_sandbox` it would not start on Ubuntu 24.04: https://github.com/actions/runner-images/issues/12096.
    Raises CannotRunError where there is none, or it fails in the block.
    """
    need_playwright()
    from playwright.sync_api import Error, sync_playwright  # noqa: PLC0415

    with sync_playwright() as library:
        try:
            with library.chromium.launch(executable_path=path(), args=FLAGS) as browser:
                yield browser
        except Error as error:
            raise CannotRunError(f"the browser failed: {error.message.splitlines()[0]}") from error


def install() -> None:
    """Install Chromium: by apt where there is one and the user may, elsewhere Playwright's own."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    if shutil.which("apt-get") and (root or shutil.which("sudo")):
        command = [*([] if root else ["sudo", "-n"]), "sh", "-c", APT]
    subprocess.run(command, stdout=sys.stderr, check=False)


if __name__ == "__main__":
    try:
        if not find():
            install()
        sys.stdout.write(f"browser: {path()}\n")
    except CannotRunError as problem:
        sys.exit(str(problem))
