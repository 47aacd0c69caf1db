"""What people type leads them to the right page: among the first three results of the real search."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

QUERIES = yaml.safe_load((Path(__file__).parent / "searches.yml").read_text("utf-8"))


@pytest.fixture(scope="module")
def results(browser, site_url):
    """Type a query into the start page's search; return the first three results' addresses within the site."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(site_url)
    box = page.locator("input.md-search__input")
    box.click()
    page.set_default_timeout(5000)
    page.wait_for_function("() => document.querySelector('.md-search-result__meta').textContent.includes('Type')")

    def retype(words: str) -> None:
        box.fill(words)
        box.press("Shift")  # the search answers a key, and so the whole query at once

    def search(query: str) -> list[str]:
        # A word that is nowhere empties the list, so that what stands there afterwards answers this query.
        retype("zzzz")
        page.wait_for_function("() => /No match/.test(document.querySelector('.md-search-result__meta').textContent)")
        retype(query)
        page.wait_for_function("() => !/No match/.test(document.querySelector('.md-search-result__meta').textContent)")
        links = page.locator(".md-search-result__item > a.md-search-result__link")
        links.first.wait_for(state="attached")
        found = [links.nth(n).get_attribute("href") or "" for n in range(min(3, links.count()))]
        return [address.split("?")[0].split("#")[0].removeprefix(site_url) for address in found]

    yield search
    page.close()


def test_there_are_enough_queries():
    assert len(QUERIES) >= 40


@pytest.mark.parametrize(("query", "page"), QUERIES.items(), ids=list(QUERIES))
def test_the_right_page_is_among_the_first_three(results, query: str, page: str):
    assert page in results(query)
