"""The second engine builds the same guide from the same sources; what differs is listed, each line with a test."""

from __future__ import annotations

import datetime
import os
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urljoin

import pytest
import yaml
from guide.publish import steps
from guide.site import links
from guide.site.model import load
from guide.site.server import serve
from selectolax.lexbor import LexborHTMLParser
from test_browser_pages import problems

ROOT = Path(__file__).parents[1]
DIFFERENCES = yaml.safe_load((ROOT / "tests" / "engines.yml").read_text("utf-8"))
KINDS = ["", "turn-on/mac/", "app-passwords/mail-settings/", "help/", "understand/two-factor/"]


def build(folder: Path, *, strict: bool = False) -> subprocess.CompletedProcess[str]:
    command = [Path(sys.executable).parent / "zensical", "build", "--clean", *(["--strict"] if strict else [])]
    environment = {**os.environ, "SITE_URL": "https://example.org/guide/"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site as the second engine builds it."""
    folder = tmp_path_factory.mktemp("second")
    for name in ("docs", "overrides"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "mkdocs.yml", folder)
    done = build(folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / ".made/built"


def pages(site: Path) -> dict[str, LexborHTMLParser]:
    found = sorted(site.rglob("*.html"))
    return {path.relative_to(site).as_posix(): LexborHTMLParser(path.read_text("utf-8")) for path in found}


def content(page: LexborHTMLParser, selector: str) -> list[str]:
    return [" ".join(node.text().split()) for node in page.css(f"article {selector}")]


def test_it_has_the_same_addresses(site: Path, second: Path):
    assert set(pages(second)) == set(pages(site))


@pytest.mark.parametrize(
    "selector",
    [
        "h1",
        "h2",
        "h3",
        "ol > li",
        ".tabbed-labels label",
        ".admonition",
        "td",
        "figcaption",
        ".sources li",
        ".facts dd",
    ],
)
def test_it_says_the_same(site: Path, second: Path, selector: str):
    one, other = pages(site), pages(second)
    assert {name: content(page, selector) for name, page in one.items()} == {
        name: content(page, selector) for name, page in other.items()
    }


@pytest.mark.parametrize(
    ("selector", "attribute"),
    [
        ("ol > li", "id"),
        (".tabbed-set > input", "id"),
        ("figure img", "src"),
        ("h2", "id"),
        ("h3", "id"),
    ],
)
def test_it_gives_the_same_names(site: Path, second: Path, selector: str, attribute: str):
    def names(page: LexborHTMLParser) -> list[str | None]:
        return [node.attributes.get(attribute) for node in page.css(selector)]

    one, other = pages(site), pages(second)
    assert {name: names(page) for name, page in one.items()} == {name: names(page) for name, page in other.items()}


def test_its_links_lead_to_the_same_pages(site: Path, second: Path):
    def targets(name: str, page: LexborHTMLParser) -> list[str]:
        start = f"https://example.org/guide/{name}"
        return [urljoin(start, node.attributes["href"] or "") for node in page.css("article a[href]")]

    one, other = pages(site), pages(second)
    assert {name: targets(name, page) for name, page in one.items()} == {
        name: targets(name, page) for name, page in other.items()
    }


def test_its_links_are_right(second: Path):
    assert links.check(load(second)) == []


@pytest.mark.parametrize("path", KINDS, ids=lambda path: path or "home")
def test_it_is_accessible(browser, second: Path, path: str):
    with serve(second, "/guide/") as address:
        page = browser.new_page(viewport={"width": 390, "height": 844})
        page.goto(address + path)
        found = problems(page)
        page.close()
    assert found == []


def test_published_its_search_has_the_same_index(shipped: Path, second: Path, tmp_path: Path):
    assert steps.run(second, tmp_path / "out", datetime.date.today(), cache=ROOT / steps.CACHE) == []
    one, other = (next(folder.glob("search.*.json")).read_text("utf-8") for folder in (shipped, tmp_path / "out"))
    assert one == other


def difference_section_name(site: Path, second: Path, tmp_path: Path) -> bool:
    name = "turn-on/mac/index.html"
    return "Turn it on" in content(pages(site)[name], ".crumb") and "Turn it on" not in content(
        pages(second)[name], ".crumb"
    )


def difference_missing_picture(site: Path, second: Path, tmp_path: Path) -> bool:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text("# A\n\n![A picture that is not there.](nothing.webp)\n", "utf-8")
    (tmp_path / "mkdocs.yml").write_text("site_name: A\n", "utf-8")
    return build(tmp_path, strict=True).returncode == 0


def difference_search_file(site: Path, second: Path, tmp_path: Path) -> bool:
    return (site / "search" / "search_index.json").is_file() and not (second / "search").exists()


@pytest.mark.parametrize("name", DIFFERENCES)
def test_the_difference_is_still_there(name: str, site: Path, second: Path, tmp_path: Path):
    assert DIFFERENCES[name]
    assert globals()[f"difference_{name.replace('-', '_')}"](site, second, tmp_path)


def test_every_difference_is_listed():
    tested = {
        name.removeprefix("difference_").replace("_", "-") for name in globals() if name.startswith("difference_")
    }
    assert tested == set(DIFFERENCES)
