"""What is due for a new comparison with Apple's documents, the riskiest first."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from guide.findings import CannotRunError, Finding, lines
from guide.pages.labels import UNSURE, Screen, tab_of
from guide.pages.sources import read_month
from guide.vocabulary import INCLUDES, Platform, Range, Version, versions
from guide.yamlfile import Strict, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from guide.pages.book import Book
    from guide.pages.page import Page

# Days until a page has to be compared again, by how badly a wrong step would strand a reader.
TERMS = {"procedure": 90, "explainer": 180, "reference": 180, "hub": 365}
RISK = {kind: rank for rank, kind in enumerate(TERMS)}
RELEASES = INCLUDES / "releases.yml"


class Release(Strict):
    """A system of Apple's; `out` is the day on which it was out at the latest."""

    platform: Platform
    name: str
    version: Range
    out: datetime.date
    source: str


@dataclass(frozen=True, order=True)
class Due:
    """A reason why a page or picture has to be looked at; `risk` 0 is the worst."""

    risk: int
    path: str
    line: int
    why: str
    todo: str


def releases(path: Path) -> list[Release]:
    """Read the list of Apple's newest systems.

    Raises CannotRunError with the first thing that is wrong in it.
    """
    try:
        source = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CannotRunError(f"{path}: cannot be read ({error})") from error
    found, _, findings = parse(source, path.as_posix(), list[Release], rule="releases")
    if found is None:
        raise CannotRunError(lines(findings)[0])
    return found


def due(book: Book) -> list[Due]:
    """Return everything that is due on the book's day, the riskiest first."""
    out = [release for release in releases(book.root / RELEASES) if release.out <= book.today]
    found = [item for page in book.pages if page.meta for item in _page(page, book, out)]
    return sorted([*found, *_screens(book)])


def _page(page: Page, book: Book, out: list[Release]) -> Iterator[Due]:
    assert page.meta  # noqa: S101 - for the type checker: `due` leaves out pages without
    risk, checked = RISK[page.meta.kind], page.meta.checked
    late = checked + datetime.timedelta(days=TERMS[page.meta.kind])
    todo = f"compare it, then: guide checked {page.path}"
    if late <= book.today:
        yield Due(risk, page.path, page.at("checked"), f"checked on {checked}, due since {late}", todo)
    for source in _cited(page, book):
        month = read_month(book.sources[source].title)
        if month and month > (checked.year, checked.month):
            why = f"its source [{book.sources[source].label}] was read again in {month[0]}-{month[1]:02}"
            yield Due(risk, page.path, page.at("checked"), why, todo)
    for release in out:
        newest, place = _newest(page, book, release.platform)
        if newest and newest < versions(release.version)[0]:
            why = f"{release.name} is out, the newest version named here is {'.'.join(map(str, newest))}"
            yield Due(risk, page.path, place, why, f"read what Apple says about {release.name}, then mend the tabs")
    unsure = _unsure(page, book)
    if unsure:
        names = ", ".join(f'"{name}"' for name in unsure)
        yield Due(
            risk,
            page.path,
            min(unsure.values()),
            f"rests on what Apple does not state: {names}",
            "look for a source of Apple's",
        )


def _cited(page: Page, book: Book) -> list[str]:
    return sorted({link.label for block in page.blocks for link in block.links if link.label in book.sources})


def _newest(page: Page, book: Book, platform: str) -> tuple[Version, int]:
    """Return the newest version of a system that a tab of the page is for, and the tab's line."""
    tabs = [(book.tabs[tab.label], tab.line) for tab in page.tabs if tab.label in book.tabs]
    ends = [(versions(tab.versions)[1], line) for tab, line in tabs if tab.platform == platform and tab.versions]
    return max(ends, default=((), 1))


def _unsure(page: Page, book: Book) -> dict[str, int]:
    """Return the labels of the page's steps that Apple does not state, with their lines."""
    found: dict[str, int] = {}
    for block in (block for blocks in page.step_blocks for block in blocks):
        for label in block.labels:
            uses = book.vocabulary.known(label.text, tab_of(page, block, book))
            if uses and all(use.code in UNSURE for use in uses):
                found.setdefault(label.text, label.line if block.path == page.path else 1)
    return found


def _screens(book: Book) -> Iterator[Due]:
    """Pictures: a drawn screen with a label that Apple does not state."""
    for path in sorted((book.docs / "assets" / "screens").glob("*.html")):
        known = book.vocabulary.labels
        shown = [(text.removesuffix("…").rstrip(), line) for text, line in Screen(path.read_text("utf-8")).shown]
        unsure = {
            text: line for text, line in shown if text in known and all(use.code in UNSURE for use in known[text])
        }
        if unsure:
            names = ", ".join(f'"{name}"' for name in unsure)
            why = f"shows what Apple does not state: {names}"
            yield Due(
                RISK["hub"] + 1, book.name(path), min(unsure.values()), why, "look for a source, or import a capture"
            )


def as_findings(items: list[Due]) -> list[Finding]:
    """Return what is due as findings, for their formats."""
    return [Finding(item.path, item.line, 0, "due", item.why, "", item.todo) for item in items]


def as_markdown(items: list[Due]) -> str:
    """Return what is due as the body of an issue: a list to tick off, the riskiest first."""
    if not items:
        return "Nothing is due.\n"
    rows = [f"- [ ] `{item.path}:{item.line}` {item.why}; {item.todo}" for item in items]
    return "\n".join([f"{len(items)} to look at, the riskiest first.", "", *rows, ""])
