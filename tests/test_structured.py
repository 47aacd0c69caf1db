"""What machines are told of a page is what the page shows; feedback opens prefilled, and asks for no secret."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from conftest import HOME, build, paths
from selectolax.lexbor import LexborHTMLParser

PAGES = [path for path in paths() if path]


def parsed(site: Path, path: str) -> LexborHTMLParser:
    return LexborHTMLParser((site / path / "index.html").read_text("utf-8"))


def text(page: LexborHTMLParser, selector: str) -> str:
    node = page.css_first(selector)
    return node.text(strip=True) if node else ""


@pytest.mark.parametrize("path", PAGES)
def test_linked_data_says_what_the_page_shows(site: Path, path: str):
    page = parsed(site, path)
    article = json.loads(text(page, 'script[type="application/ld+json"]'))
    assert article == {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": text(page, "h1"),
        "dateModified": page.css_first("time").attributes["datetime"],
    }


@pytest.mark.parametrize("path", PAGES)
def test_a_shared_link_names_the_page(site: Path, path: str):
    page = parsed(site, path)
    said = {node.attributes["property"]: node.attributes["content"] for node in page.css("meta[property^='og:']")}
    assert said["og:title"] == text(page, "h1")
    assert said["og:url"] == HOME + path
    assert said["og:description"] == page.css_first("meta[name=description]").attributes["content"]


@pytest.fixture(scope="module")
def asking(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site with a form, an e-mail address and a repository."""
    patch = pytest.MonkeyPatch()
    patch.setenv("ISSUES_URL", "https://example.org/issues/new")
    patch.setenv("REPORT_MAIL", "guide@example.org")
    patch.setenv("REPO_URL", "https://example.org/repository")
    patch.setenv("EDIT_URI", "edit/main/docs/")
    site = build(tmp_path_factory.mktemp("asking"))
    patch.undo()
    return site


@pytest.mark.parametrize("path", ["turn-on/mac/", "help/no-code/"])
def test_feedback_opens_prefilled_with_page_reason_and_day(asking: Path, path: str):
    page = parsed(asking, path)
    forms = [urlsplit(node.attributes["href"]) for node in page.css(".feedback a[href^=https]")]
    queries = [parse_qs(form.query) for form in forms if form.path.endswith("/new")]
    assert len(queries) == 4
    for query in queries:
        assert text(page, "h1") in query["page"][0]
        assert text(page, ".crumb") in query["page"][0]
        assert query["compared"] == [page.css_first("time").attributes["datetime"]]
    options = (Path(__file__).parents[1] / ".github/ISSUE_TEMPLATE/wrong-step.yml").read_text("utf-8")
    for query in queries:
        assert f"- {query['reason'][0]}\n" in options
    mails = [node.attributes["href"] for node in page.css(".feedback a[href^='mailto:']")]
    assert [parse_qs(urlsplit(mail).query)["body"][0].split("\n")[0] for mail in mails] == [
        "Page: " + queries[0]["page"][0]
    ]
    assert "Never send a password or a code" in text(page, ".feedback")


def test_each_page_leads_to_its_source_where_there_is_a_repository(asking: Path):
    links = [node.attributes["href"] for node in parsed(asking, "turn-on/mac/").css(".feedback a")]
    assert "https://example.org/repository/edit/main/docs/turn-on/mac.md" in links


@pytest.mark.parametrize("path", PAGES)
def test_without_an_address_nothing_asks(site: Path, path: str):
    assert not parsed(site, path).css(".feedback")


def test_without_an_address_the_page_for_reports_says_so_and_with_one_it_does_not(site: Path, asking: Path):
    said = "has no address for reports, so it can’t take any"
    assert said in text(parsed(site, "about/report/"), "article")
    assert said not in text(parsed(asking, "about/report/"), "article")
