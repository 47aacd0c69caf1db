"""No page sends a reader to account recovery, which takes days, before it has asked what they still have."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urldefrag, urljoin

import pytest
from conftest import HOME, paths
from selectolax.lexbor import LexborHTMLParser

LOCKED_OUT, START = "help/locked-out/", "start-account-recovery"
LIST = "You still have"  # the head of the table in docs/includes/still-have.md
BESIDE = "<a href='../no-code/'>No code</a><a href='../locked-out/#what-do-you-still-have'>What you still have</a>"
TABLE = f"<table><tr><th>{LIST}</th><th>What to do</th></tr></table>"
TOO_EARLY = "<a href='../locked-out/#start-account-recovery'>Account recovery</a>"


def recovery(locked_out: str) -> set[str]:
    """Return the addresses that lead into account recovery: its heading, and every id below it on the same page."""
    ids = [node.id for node in LexborHTMLParser(locked_out).css("article [id]")]
    return {f"{HOME}{LOCKED_OUT}#{name}" for name in ids[ids.index(START) :]} - {f"{HOME}{LOCKED_OUT}#related"}


def too_early(html: str, address: str, leads: set[str]) -> list[str]:
    """Return the words of each link into account recovery that stands above the list, or on a page without one."""
    early = []
    for node in LexborHTMLParser(html).css("article th, article a[href]"):
        if node.tag == "th" and node.text(strip=True) == LIST:
            return early
        target = urljoin(address, node.attributes.get("href") or "")
        if node.tag == "a" and target in leads and urldefrag(target).fragment:
            early.append(node.text(strip=True))
    return early


def read(site: Path, path: str) -> str:
    return (site / path / "index.html").read_text("utf-8")


@pytest.mark.parametrize("path", paths())
def test_every_link_to_account_recovery_stands_below_the_list(site: Path, path: str) -> None:
    found = too_early(read(site, path), HOME + path, recovery(read(site, LOCKED_OUT)))
    # The page's own list of headings comes first, and may name what is below the list.
    assert [words for words in found if path != LOCKED_OUT or words == "Start account recovery"] == []


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (TOO_EARLY, ["Account recovery"]),
        (BESIDE + TOO_EARLY, ["Account recovery"]),
        (TOO_EARLY + TABLE, ["Account recovery"]),
        (TABLE + TOO_EARLY, []),
        (BESIDE, []),
    ],
)
def test_a_link_above_the_list_is_found(body: str, found: list[str]) -> None:
    leads = {f"{HOME}{LOCKED_OUT}#{START}"}
    assert too_early(f"<nav>{TOO_EARLY}</nav><article>{body}</article>", f"{HOME}help/lost-device/", leads) == found


def test_the_list_leads_to_account_recovery_and_stands_on_the_pages_that_end_in_it(site: Path) -> None:
    start = f"{HOME}{LOCKED_OUT}#{START}"
    ends = set()
    for path in paths():
        links = LexborHTMLParser(read(site, path)).css("article a[href]")
        if start in {urljoin(HOME + path, link.attributes.get("href") or "") for link in links}:
            ends.add(path)
    assert ends >= {LOCKED_OUT, "help/no-code/", "help/lost-device/", "afterwards/change-number/"}
