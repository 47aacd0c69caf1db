"""No page sends a reader to account recovery, which takes days, before it has asked what they still have."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urljoin

import pytest
from conftest import HOME, paths
from selectolax.lexbor import LexborHTMLParser

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
