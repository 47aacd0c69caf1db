"""The built site, parsed: what holds for every page, whoever opens it and whatever their browser can do."""

from __future__ import annotations

import datetime
import re
from functools import cache
from pathlib import Path
from urllib.parse import urljoin

import brotli
import html5lib
import pytest
import rcssmin
import yaml
from conftest import HOME, ROOT, paths
from guide.reading.guide import Guide
from selectolax.lexbor import LexborHTMLParser, LexborNode

STYLES = ROOT / "docs/assets/stylesheets/guide.css"
SCRIPT = ROOT / "docs/assets/javascripts/guide.js"


@cache
def parsed(path: Path) -> LexborHTMLParser:
    return LexborHTMLParser(path.read_text("utf-8"))


@pytest.fixture(scope="session")
def pages(site: Path) -> dict[str, LexborHTMLParser]:
    """Every page by its path; the start page is "", and 404.html stands among them."""
    return {path: parsed(site / path / "index.html") for path in paths()} | {"404.html": parsed(site / "404.html")}


@pytest.fixture(scope="session")
def guides(pages: dict[str, LexborHTMLParser]) -> dict[str, LexborHTMLParser]:
    """Every page but 404.html."""
    return {path: page for path, page in pages.items() if path != "404.html"}


def matter(path: str) -> dict[str, object]:
    folder = ROOT / "docs" / path
    source = folder / "index.md" if (folder / "index.md").exists() else folder.with_suffix(".md")
    return yaml.safe_load(source.read_text("utf-8").split("---")[1])


def text(node: LexborNode | None) -> str:
    return " ".join(node.text().split()) if node else ""


def attribute(page: LexborHTMLParser, selector: str, name: str) -> str:
    node = page.css_first(selector)
    return (node.attributes.get(name) or "") if node else ""


def test_the_sitemap_names_every_page(site: Path):
    named = re.findall(r"<loc>(.*?)</loc>", (site / "sitemap.xml").read_text("utf-8"))
    assert sorted(named) == sorted(HOME + path for path in paths())


def test_readers_get_the_steps_that_the_checks_read(guides):
    for page in Guide(ROOT, datetime.date.today()).pages:
        path = page.home.removesuffix(".md").removesuffix("index").rstrip("/")
        built = guides[f"{path}/" if path else ""].css("article ol:not(.boxes) > li")
        assert len(built) == len(page.steps), page.path


def test_every_page_has_one_title_and_it_is_that_of_its_front_matter(guides):
    shown = {path: [text(node) for node in page.css("h1")] for path, page in guides.items()}
    assert shown == {path: [matter(path)["title"]] for path in guides}


def test_the_page_that_is_not_there_has_one_title(pages):
    assert [text(node) for node in pages["404.html"].css("h1")] == ["This page isn’t here"]


def test_no_two_pages_share_a_window_title_or_a_description(pages, guides):
    titles = [text(page.css_first("title")) for page in pages.values()]
    descriptions = [attribute(page, "meta[name=description]", "content") for page in guides.values()]
    assert len(set(titles)) == len(titles)
    assert len(set(descriptions)) == len(descriptions)


def test_every_description_is_that_of_its_front_matter(guides):
    shown = {path: attribute(page, "meta[name=description]", "content") for path, page in guides.items()}
    assert shown == {path: matter(path)["description"] for path in guides}


def test_every_page_names_its_own_address(guides):
    assert {path: attribute(page, "link[rel=canonical]", "href") for path, page in guides.items()} == {
        path: HOME + path for path in guides
    }


def test_every_page_has_its_landmarks_once_and_named_apart(pages):
    for path, page in pages.items():
        counts = [len(page.css(tag)) for tag in ("body > header, body > * > header", "main", "footer")]
        names = [node.attributes.get("aria-label") for node in page.css("nav")]
        assert counts == [1, 1, 1], path
        assert all(names), path
        assert len(set(names)) == len(names), path


def test_every_page_says_that_it_asks_for_no_password(pages):
    for path, page in pages.items():
        footer = text(page.css_first("footer"))
        assert "never asks for your password or a code" in footer, path
        assert "not made, checked or endorsed by Apple" in footer, path


def test_the_facts_under_the_title_are_those_of_the_front_matter(guides):
    for path, page in guides.items():
        facts = {text(node.css_first("dt")): text(node.css_first("dd")) for node in page.css(".facts > div")}
        known = matter(path)
        if known["kind"] == "procedure":
            assert "Last checked" in facts, path
            assert facts["Time"].startswith(f"About {known['minutes']} minute"), path
        if facts:
            assert facts.get("For") == known.get("who"), path


def test_every_tab_set_is_complete_and_open_without_scripts(pages):
    sets = [(path, node) for path, page in pages.items() for node in page.css(".tabbed-set")]
    assert sets
    for path, node in sets:
        inputs = [child for child in node.iter() if child.tag == "input"]
        labels, blocks = node.css(".tabbed-labels > label"), node.css(".tabbed-content > .tabbed-block")
        assert 1 <= len(inputs) == len(labels) == len(blocks), path
        assert ["checked" in button.attributes for button in inputs] == [True] + [False] * (len(inputs) - 1), path
        assert [button.id for button in inputs] == [label.attributes["for"] for label in labels], path
        assert len({button.attributes["name"] for button in inputs}) == 1, path
        assert not [block for block in blocks if "hidden" in block.attributes or not text(block)], path


def test_the_style_sheet_shows_which_tab_is_chosen_in_the_largest_set(pages):
    most = max(len(node.css(".tabbed-labels > label")) for page in pages.values() for node in page.css(".tabbed-set"))
    assert f":nth-child({most}):checked ~ * > :nth-child({most})" in STYLES.read_text("utf-8")


def test_every_step_has_an_address_and_every_step_list_says_that_it_is_one(pages):
    lists = [(path, node) for path, page in pages.items() for node in page.css("article ol:not(.boxes)")]
    assert lists
    for path, node in lists:
        assert node.attributes.get("role") == "list", path
        assert all((item.id or "").startswith("s-") for item in node.iter() if item.tag == "li"), path


def test_a_page_lists_every_source_that_it_cites(guides):
    for path, page in guides.items():
        cited = {link.attributes["href"] for link in page.css(".cite a[href^=http]")}
        listed = [link.attributes["href"] for link in page.css(".sources a")]
        assert cited <= set(listed), path
        assert len(listed) == len(set(listed)), path


def test_every_page_is_in_the_menu_of_every_page(pages):
    for path, page in pages.items():
        assert len(page.css(".menu-panel a")) == len(paths()), path


def test_our_styles_and_script_stay_small():
    styles = rcssmin.cssmin(STYLES.read_text("utf-8"))
    script = re.sub(r"^\s*(//.*\n)?", "", SCRIPT.read_text("utf-8"), flags=re.MULTILINE)
    assert len(brotli.compress(styles.encode())) <= 3800
    assert len(brotli.compress(script.encode())) <= 3072


def test_the_first_script_of_a_tab_set_stays_small(pages):
    scripts = {text(node) for page in pages.values() for node in page.css(".tabbed-set > script")}
    assert len(scripts) == 1
    assert len(scripts.pop().encode()) <= 660


def errors(html: str) -> list[tuple[int, str]]:
    """Return the line and the name of each parse error of the HTML standard."""
    parser = html5lib.HTMLParser()
    parser.parse(html)
    return [(place[0], code) for place, code, _ in parser.errors]


def test_every_uploaded_page_parses_without_an_error(shipped: Path):
    pages = sorted(shipped.rglob("*.html"))
    assert pages
    assert {page: found for page in pages if (found := errors(page.read_text("utf-8")))} == {}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("<p>One</b>", "unexpected-end-tag"),
        ("<p><div>Two</div></p>", "unexpected-end-tag"),
        ("<a href='x' href='y'>Three</a>", "duplicate-attribute"),
        ("<table><p>Four</p></table>", "unexpected-start-tag-implies-table-voodoo"),
    ],
)
def test_a_fault_is_an_error_with_its_line(body: str, code: str):
    assert (3, code) in errors(f"<!doctype html>\n<title>Fault</title>\n{body}")


RECOVERY = f"{HOME}help/locked-out/#start-account-recovery"
LIST = "You still have"  # the head of the table in docs/includes/still-have.md


def links(html: str, address: str) -> tuple[list[str], list[str]]:
    """Return the words of the links to account recovery: above the page's list, or without one; and below it."""
    above, below, listed = list[str](), list[str](), False
    for node in LexborHTMLParser(html).css("article th, article a[href]"):
        words = node.text(strip=True)
        if node.tag == "th":
            listed = listed or words == LIST
        elif urljoin(address, node.attributes["href"]) == RECOVERY:
            (below if listed else above).append(words)
    return above, below


def on_page(site: Path, path: str) -> tuple[list[str], list[str]]:
    return links((site / path / "index.html").read_text("utf-8"), HOME + path)


@pytest.mark.parametrize("path", paths())
def test_every_link_to_account_recovery_stands_below_the_list(site: Path, path: str) -> None:
    assert on_page(site, path)[0] == []


def test_pages_that_end_in_account_recovery_have_the_list(site: Path) -> None:
    ends = {path for path in paths() if on_page(site, path)[1]}
    assert ends >= {"help/locked-out/", "help/no-code/", "help/lost-device/", "afterwards/change-number/"}


@pytest.mark.parametrize(
    ("body", "above"),
    [
        ("{link}", 1),
        ("<a href='../locked-out/#what-do-you-still-have'>What do you still have?</a>{link}", 1),
        ("{link}{table}", 1),
        ("<table><tr><th>The message</th></tr></table>{link}", 1),
        ("{table}{link}", 0),
    ],
)
def test_a_link_above_the_list_is_found(body: str, above: int) -> None:
    link = "<a href='../locked-out/#start-account-recovery'>Account recovery</a>"
    article = body.format(link=link, table=f"<table><tr><th>{LIST}</th><th>What to do</th></tr></table>")
    assert len(links(f"<article>{article}</article>", f"{HOME}help/lost-device/")[0]) == above
