"""What is due for a new comparison with Apple's documents, the riskiest first."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from guide.citation import read_month
from guide.findings import CannotRunError, Finding, lines
from guide.pages.book import Book, contents
from guide.pages.labels import shown, unstated
from guide.pages.page import Page
from guide.vocabulary import INCLUDES, Platform, Range, versions
from guide.yamlfile import Strict, require

# Days until a page has to be compared again, by how badly a wrong step would strand a reader.
TERMS = {"procedure": 90, "explainer": 180, "reference": 180, "hub": 365}
RISK = {kind: rank for rank, kind in enumerate(TERMS)}
RELEASES = INCLUDES / "releases.yml"
READING = {"file", "front-matter"}  # the rules on what cannot be read


class Release(Strict):
    """A system of Apple's; `out` is the day on which it was out at the latest."""

    platform: Platform
    name: str
    version: Annotated[Range, Field(min_length=1)]
    out: datetime.date
    source: str


def due(book: Book) -> list[tuple[int, Finding]]:
    """Return everything that is due on the book's day with its risk, of which 0 is the worst; the riskiest first.

    Raises CannotRunError with the first thing that cannot be read: it would never be due.
    """
    wrong = [(rule, fault) for page in [*book.pages, *book.includes] for rule, fault in page.faults if rule in READING]
    wrong += [("file", fault) for path in book.screens if (fault := contents(path, book.name(path))[1])]
    findings = [*book.findings, *(Finding(*fault.place, 0, rule, *fault[1:]) for rule, fault in wrong)]
    if findings:
        raise CannotRunError(lines(findings)[0])
    out = [release for release in require(book.root / RELEASES, list[Release]) if release.out <= book.today]
    found = [(RISK[page.kind], item) for page in book.pages if page.kind for item in _page(page, book, out)]
    return sorted([*found, *((len(RISK), item) for item in _screens(book))])


def _page(page: Page, book: Book, out: list[Release]) -> Iterator[Finding]:
    def finding(why: str, todo: str, line: int = page.at("checked").line) -> Finding:
        return Finding(page.path, line, 0, "due", why, "", todo)

    assert page.meta  # noqa: S101 - for the type checker: it has a kind
    checked, todo = page.meta.checked, f"compare it, then: guide checked {page.path}"
    late = checked + datetime.timedelta(days=TERMS[page.kind])
    if late <= book.today:
        yield finding(f"checked on {checked}, due since {late}", todo)
    for label in sorted({link.label for link in page.links if link.label in book.sources}):
        month = read_month(book.sources[label].title)
        if month and month > (checked.year, checked.month):
            yield finding(f"its source [{book.sources[label].label}] was read again in {month[0]}-{month[1]:02}", todo)
    tabs = [(book.vocabulary.tabs[tab.label], tab.place.line) for tab in page.tabs if tab.label in book.vocabulary.tabs]
    for release in out:
        newest, line = max(
            ((tab.last, line) for tab, line in tabs if tab.platform == release.platform), default=((), 1)
        )
        if newest and newest < versions(release.version)[0]:
            why = f"{release.name} is out, the newest version named here is {'.'.join(map(str, newest))}"
            yield finding(why, f"read what Apple says about {release.name}, then mend the tabs", line)
    unsure: dict[str, int] = {}
    for block in (block for blocks in page.step_blocks for block in blocks):
        for text, place, *_ in block.labels:
            if unstated(text, book.tab(page, block), book):
                unsure.setdefault(text, place.line if place.path == page.path else 1)
    if unsure:
        why = f"rests on what Apple does not state: {_quoted(unsure)}"
        yield finding(why, "look for a source of Apple's", min(unsure.values()))


def _screens(book: Book) -> Iterator[Finding]:
    """Pictures: a drawn screen with a label that Apple does not state."""
    for path in book.screens:
        texts = [(text.removesuffix("…").rstrip(), line) for text, line in shown(path.read_text("utf-8"))]
        unsure = {text: line for text, line in texts if unstated(text, None, book)}
        if unsure:
            why, todo = f"shows what Apple does not state: {_quoted(unsure)}", "look for a source, or import a capture"
            yield Finding(book.name(path), min(unsure.values()), 0, "due", why, "", todo)


def _quoted(names: dict[str, int]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def as_markdown(items: list[Finding]) -> str:
    """Return what is due as the body of an issue: a list to tick off, the riskiest first."""
    if not items:
        return "Nothing is due.\n"
    rows = [f"- [ ] `{item.place}` {item.message}" for item in items]
    return "\n".join([f"{len(items)} to look at, the riskiest first.", "", *rows, ""])
