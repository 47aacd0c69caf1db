"""What people type leads them to the right page: among the first three results of the real search, misspelled too."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import yaml
from conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

QUERIES = yaml.safe_load((ROOT / "tests/searches.yml").read_text("utf-8"))
# What happens to the letter in the middle of a word: left out, doubled, swapped with the next, another in its place.
SLIPS: dict[str, Callable[[str, str, str], str]] = {
    "left out": lambda before, _, after: before + after,
    "doubled": lambda before, letter, after: before + letter * 2 + after,
    "swapped": lambda before, letter, after: before + after[:1] + letter + after[1:],
    "another": lambda before, letter, after: before + ("r" if letter == "e" else "e") + after,
}
FIRST_THREE = """queries => {
  const box = document.querySelector(".search input")
  return queries.map((query) => {
    box.value = query
    box.dispatchEvent(new Event("input"))
    return Array.from(document.querySelectorAll(".search li a")).slice(0, 3).map((link) => link.href)
  })
}"""


def slip(query: str, kind: str) -> str:
    """Return the query with a slip in its longest word."""
    word = max(re.split(r"[\s-]", query), key=len)
    middle = len(word) // 2
    return query.replace(word, SLIPS[kind](word[:middle], word[middle], word[middle + 1 :]), 1)


@pytest.fixture(scope="module")
def missed(browser, site_url) -> Callable[[dict[str, str]], dict[str, list[str]]]:
    """Return the queries that miss their page, with what they found."""
    page = browser.new_page()
    page.goto(site_url)
    page.get_by_role("button", name="Search").click()
    page.locator(".search ul").wait_for(state="attached")

    def missed(expected: dict[str, str]) -> dict[str, list[str]]:
        found = page.evaluate(FIRST_THREE, list(expected))
        pages = [[link.partition("#")[0].removeprefix(site_url) for link in links] for links in found]
        rows = zip(expected.items(), pages, strict=True)
        return {query: answers for (query, right), answers in rows if right not in answers}

    yield missed
    page.close()


def test_the_right_page_is_among_the_first_three(missed):
    assert len(QUERIES) >= 40
    assert missed(QUERIES) == {}


@pytest.mark.parametrize("kind", SLIPS)
def test_a_slip_in_the_longest_word_rarely_hides_the_right_page(missed, kind: str):
    slipped = {slip(query, kind): page for query, page in QUERIES.items()}
    assert len(slipped) == len(QUERIES)
    assert len(missed(slipped)) <= 0.15 * len(QUERIES), missed(slipped)


def test_a_miss_is_seen(missed):
    assert set(missed({"recovery key": "turn-on/mac/", "zzzz": "turn-on/mac/"})) == {"recovery key", "zzzz"}


def test_the_library_is_the_one_that_the_makefile_names():
    named = re.search(r"^MINISEARCH \?= (\S+)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    library = (ROOT / "docs/assets/javascripts/minisearch.js").read_text("utf-8")
    assert named
    assert library.startswith(f"/*! MiniSearch {named[1]}, copyright 2022 Luca Ongaro, MIT license */\n")
    assert "Copyright 2022 Luca Ongaro" in (ROOT / "LICENSES/minisearch.txt").read_text("utf-8")
