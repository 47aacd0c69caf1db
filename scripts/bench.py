"""`make bench`: what the guide costs its readers and its editors, beside stock Material, Zensical and hugo-book.

One run, the candidates in turn, the best of ROUNDS; the ratios are what holds on another machine. Everything is done in
a temporary folder. Prints a Markdown table; progress goes to stderr. With a folder as its argument, that of hugo-book,
which no registry has (https://github.com/alex-shpak/hugo-book), readers' pages are compared with that theme's too.
"""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import NamedTuple

import brotli
import hugo_book
from guide import browser as chromium
from guide.site.server import serve
from playwright.sync_api import Browser, Error, Request

ROOT = Path(__file__).parents[1]
ROUNDS, LOOKS, LARGE = 3, 5, 400  # runs, runs of Lighthouse, which differ more, and pages
BIN = Path(sys.executable).parent
GUIDE, NOTHING = str(BIN / "guide"), subprocess.DEVNULL
MAC, MAKE = "turn-on/mac/", "app-passwords/make/"
TEN = (
    *("", "start/is-it-on/", "start/before-you-start/", MAC, "app-passwords/do-i-need-one/", MAKE),
    *("app-passwords/put-into-app/", "app-passwords/mail-settings/", "afterwards/check/", "afterwards/get-a-code/"),
)
VIEWS = {"home": ("",), "a procedure": (MAC,), "three pages in a row": ("", MAC, MAKE), "ten pages in a row": TEN}
SAVED = "turn-on/mac"
OURS, STOCK, ZENSICAL, BOOK = "this guide", "stock Material", "this guide, Zensical", "hugo-book"
HUGO = "hugo@0.168.0"
TEXT = (".html", ".css", ".js", ".mjs", ".json", ".svg", ".xml")
LIGHTHOUSE = "lighthouse@12.8"  # the last that runs on Node 20
AUDITS = ("largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift")
# What makes of this guide's configuration that of stock Material with its search: the look and what goes with it go.
DROPPED = r"^(strict: |extra_css: |extra_javascript: |  - guide\.markdown).*\n"


class Cost(NamedTuple):
    """Wall seconds, and the peak memory of the largest process in MB."""

    seconds: float
    megabytes: float

    def __str__(self) -> str:
        """As a cell of the table."""
        return f"{self.seconds:.2f} s" + (f" · {self.megabytes:.0f} MB" if self.megabytes else "")


def run(*command: str | Path, cwd: Path) -> Cost:
    """Run a command; of `guide`, 1 is as good as 0: generated pages repeat each other, which is a finding."""
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "SITE_URL": "https://example.org/"}
    begin = time.monotonic()
    process = subprocess.Popen(command, cwd=cwd, env=environment, stdout=NOTHING)
    _, status, usage = os.wait4(process.pid, 0)
    seconds, process.returncode = time.monotonic() - begin, os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, command[0] == GUIDE):
        raise SystemExit(f"{command}: exit code {process.returncode}")
    cost = Cost(seconds, usage.ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024))
    sys.stderr.write(f"{cost}  {' '.join(map(str, command))}\n")
    return cost


def generated(folder: Path, count: int) -> int:
    """Make a guide of `count` pages, or of the real ones where that is 0; return how many there are."""
    shutil.copytree(ROOT / "docs", folder / "docs")
    shutil.copytree(ROOT / "overrides", folder / "overrides")
    config, start, pages = (ROOT / "mkdocs.yml").read_text("utf-8").partition("\nnav:\n")
    homes = re.findall(r"^      - .*: (\S+\.md)$", pages, re.MULTILINE)
    copied = [home for home in homes if not home.endswith("index.md") and not home.startswith("about/")]
    for number in range(max(0, count - len(homes))):
        home = copied[number % len(copied)]
        copy = home.replace(".md", f"-{number // len(copied) + 2}.md")
        shutil.copy(folder / "docs" / home, folder / "docs" / copy)
        pages = pages.replace(f": {home}\n", f": {home}\n      - Copy {number}: {copy}\n", 1)
    config += start + pages
    (folder / "mkdocs.yml").write_text(config, "utf-8")
    (folder / "stock").mkdir()
    for template in {path.name for path in (folder / "overrides").glob("*.html")} - {"main.html", "404.html"}:
        (folder / "stock" / template).write_text('{% extends "main.html" %}', "utf-8")
    stock = re.sub(DROPPED, "", config, flags=re.MULTILINE).replace("custom_dir: overrides", "custom_dir: stock")
    (folder / "stock.yml").write_text(stock, "utf-8")
    return max(count, len(homes))


def builds(folder: Path) -> dict[str, Cost]:
    """Build with each candidate in turn; the sites stay in `folder`."""
    mkdocs = [str(BIN / "mkdocs"), "build", "-q", "--no-strict"]
    candidates = {
        STOCK: [*mkdocs, "-f", "stock.yml", "-d", str(folder / "site-stock")],
        OURS: [*mkdocs, "-d", str(folder / "site-guide")],
        ZENSICAL: [str(BIN / "zensical"), "build", "--clean"],
    }
    costs: dict[str, list[Cost]] = {name: [] for name in candidates}
    for _ in range(ROUNDS):
        for name, command in candidates.items():
            costs[name].append(run(*command, cwd=folder))
    return {name: min(each) for name, each in costs.items()}


def commands(folder: Path) -> dict[str, Cost]:
    """Run the guide's own commands on what was built, those that take long once."""
    costs: dict[str, Cost] = {}
    for name in ("check", "publish", "publish, cards kept", "links", "crawl"):
        paths = ("site-guide", "site") if name.startswith("publish") else ()
        costs[name] = run(GUIDE, *name.partition(",")[0].split(), *paths, cwd=folder)
    return costs


def pictures(folder: Path) -> dict[str, Cost]:
    """Make all pictures, none, and one."""
    spec = folder / "docs/assets/screens/shots.yml"
    shutil.rmtree(folder / "docs/assets/shots")
    costs = {name: run(GUIDE, "shots", "build", cwd=folder) for name in ("all", "nothing to do")}
    spec.write_text(re.sub(r"(\n  caption: \"?)", r"\1Changed. ", spec.read_text("utf-8"), count=1), "utf-8")
    costs["one changed"] = run(GUIDE, "shots", "build", cwd=folder)
    return {f"shots build, {name}": cost for name, cost in costs.items()}


def saved(folder: Path, browser: Browser, command: list[str]) -> Cost:
    """Return the time from saving a page until an open browser shows it, the best of ROUNDS."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{free.getsockname()[1]}"
    source, page, times = folder / f"docs/{SAVED}.md", browser.new_page(), []
    server, seen = subprocess.Popen([*command, "-a", place], cwd=folder, stdout=NOTHING, stderr=NOTHING), None
    try:
        while not (seen and seen.ok) and server.poll() is None:
            time.sleep(0.5)
            with suppress(Error):  # not up yet
                seen = page.goto(f"http://{place}/{SAVED}/")
        for _ in range(ROUNDS):
            time.sleep(2)
            begin, words = time.monotonic(), f"Saved at {time.time_ns()}."  # never seen before
            text = source.read_text("utf-8").replace("\n## Before", f"\n{words}\n\n## Before", 1)
            source.write_text(text, "utf-8")
            page.get_by_text(words).wait_for(timeout=60_000)
            times.append(Cost(time.monotonic() - begin, 0))
    finally:
        server.terminate()
        server.wait()
    page.close()
    return min(times)


def book(folder: Path, theme: Path) -> Path:
    """Build the pages with hugo-book; return the folder of the site."""
    hugo_book.convert(folder, theme, folder / "hugo")
    run(
        BIN / "uv",
        "tool",
        "run",
        "--quiet",
        HUGO,
        "--minify",
        "--destination",
        folder / "site-hugo",
        cwd=folder / "hugo",
    )
    return folder / "site-hugo"


@contextmanager
def compressed(site: Path) -> Iterator[str]:
    """Serve a site with Brotli, as a good host does, and let browsers keep what they got for ten minutes."""
    root = Path(shutil.copytree(site, site.with_suffix(".br")))
    for path in root.rglob("*"):
        if path.suffix in TEXT:
            path.write_bytes(brotli.compress(path.read_bytes()))

    def headers(path: str) -> dict[str, str]:
        encoding = {"Content-Encoding": "br"} if path.partition("?")[0].endswith(("/", *TEXT)) else {}
        return {"Cache-Control": "max-age=600", **encoding}

    with serve(root, "/", headers) as home:
        yield home


def read(browser: Browser, home: str, paths: tuple[str, ...]) -> tuple[float, int]:
    """Read pages one after the other on a phone.

    Return the KiB of what came but pictures, which are the same for all, and headers, which are the host's; and the
    number of all requests.
    """
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page, came = context.new_page(), dict[str, Request]()
    page.on("requestfinished", lambda request: came.setdefault(request.url, request))
    for path in paths:
        page.goto(home + path, wait_until="networkidle")
    sizes = (each.sizes()["responseBodySize"] for each in list(came.values()) if each.resource_type != "image")
    total = sum(sizes) / 1024
    context.close()
    return total, len(came)


def lighthouse(home: str, path: str) -> tuple[str, str]:
    """Return what Lighthouse says of a page on its own slow phone, the medians of LOOKS runs.

    The scores: performance, accessibility, best practices, search engines. The times, simulated: the largest contentful
    paint and the blocking time in ms, with the layout shift.
    """
    if not shutil.which("npx"):
        return "no npm here", ""
    flags = f"--chrome-flags=--headless=new {' '.join(chromium.flags())}"
    command = ["npx", "--yes", LIGHTHOUSE, home + path, "--quiet", "--output=json", flags]
    environment = {**os.environ, "CHROME_PATH": chromium.path()}
    scores, times = [], []
    for _ in range(LOOKS):
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        try:
            said = json.loads(done.stdout)
            scores.append([100 * (each["score"] or 0) for each in said["categories"].values()])
            times.append([said["audits"][name]["numericValue"] for name in AUDITS])
        except (ValueError, KeyError):
            return "did not run", ""
    paint, blocked, shift = (median(each) for each in zip(*times, strict=True))
    return (
        " · ".join(f"{median(each):.0f}" for each in zip(*scores, strict=True)),
        f"{paint:.0f} ms · {blocked:.0f} ms · {shift:.2g}",
    )


def readers(browser: Browser, sites: Iterable[Path]) -> Iterator[list[str]]:
    """Yield rows on what a reader gets of each site; the ratio is that of its weight to the first one's."""
    with ExitStack() as stack:
        homes = [stack.enter_context(compressed(site)) for site in sites]
        for name, paths in VIEWS.items():
            found = [read(browser, home, paths) for home in homes]
            cells = [f"{size:.1f} KiB · {count} · {size / found[0][0]:.2f}" for size, count in found]
            yield [f"{name}: Brotli · requests · ratio", *cells]
        for name, (path, *_) in list(VIEWS.items())[:2]:
            scores, times = zip(*(lighthouse(home, path) for home in homes), strict=True)
            yield [f"{name}: Lighthouse", *scores]
            yield [f"{name}: largest paint · blocked · shift", *times]


def table(head: list[str], rows: Iterable[list[str]]) -> str:
    """Return a Markdown table."""
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, ["---"] * len(head), *rows]) + "\n"


def measure(browser: Browser, small: Path, large: Path, theme: Path | None) -> Iterator[str]:
    """Measure everything, hugo-book too where its folder is known; yield the tables."""
    few, many = generated(small, 0), generated(large, LARGE)
    built, cost = ([each(folder) for folder in (small, large)] for each in (builds, commands))
    ratios = (
        [f"{count} pages", *(f"{cost.seconds / costs[STOCK].seconds:.2f} ({cost})" for cost in costs.values())]
        for count, costs in zip((few, many), built, strict=True)
    )
    yield table(["Build, ratio to stock Material with search", *built[0]], ratios)
    sites = {OURS: small / "site", STOCK: small / "site-stock"}
    if theme:
        sites[BOOK] = book(small, theme)
    else:
        yield "hugo-book is not compared: its folder is not named (make bench HUGO_BOOK=…).\n"
    yield table(["A reader gets", *sites], readers(browser, sites.values()))
    more = (f"{(cost[1][name][0] - each[0]) / (many - few) * 1000:.1f} ms" for name, each in cost[0].items())
    rows = ([f"`guide {name}`", str(each), str(cost[1][name]), next(more)] for name, each in cost[0].items())
    yield table(["Command", f"{few} pages", f"{many} pages", "more for each page"], rows)
    found = {f"`guide {name}`": each for name, each in pictures(small).items()}
    mkdocs = [str(BIN / "mkdocs"), "serve", "--no-strict"]
    servers = {OURS: mkdocs, STOCK: [*mkdocs, "-f", "stock.yml"], ZENSICAL: [str(BIN / "zensical"), "serve"]}
    for name, command in servers.items():
        found[f"saved until seen, {name}"] = saved(small, browser, command)
    yield table([f"With {few} pages", "takes"], ([name, str(each)] for name, each in found.items()))


def main(theme: Path | None = None) -> None:
    """Print the machine, the versions, and each table as it is measured."""
    names = ("mkdocs", "mkdocs-material", "zensical", "linkchecker", "pillow")
    with tempfile.TemporaryDirectory() as folder, chromium.started() as browser:
        made = ", ".join([*(f"{name} {version(name)}" for name in names), f"Chromium {browser.version}"])
        load = f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start"
        sys.stdout.write(
            f"{platform.system()} {platform.machine()}, {load}; Python {platform.python_version()}, {made}.\n"
        )
        for each in measure(browser, Path(folder) / "small", Path(folder) / "large", theme):
            sys.stdout.write(f"\n{each}")
            sys.stdout.flush()


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
