"""Setting the day on which a page was compared with its sources."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from guide import files
from guide.citation import read_month
from guide.findings import CannotRunError, lines
from guide.pages.book import Book
from guide.pages.check import check
from guide.pages.page import Page

DATE = re.compile(r"^(checked:[ \t]*)\S+", re.MULTILINE)


def walk(paths: Sequence[Path], day: datetime.date, today: datetime.date, root: Path = Path()) -> list[str]:
    """Return what to go through: each section of the pages, with the titles and addresses that it cites.

    Raises CannotRunError for a day to come or before the sources were read, for what is not a page, and for pages
    with findings.
    """
    if day > today:
        raise CannotRunError(f"{day} is in the future; give the day on which the page was compared")
    book = Book(root, today)
    known = {path.resolve(): path for path in book.docs.rglob("*.md") if book.shared not in path.parents}
    for path in paths:
        if path.resolve() not in known:
            raise CannotRunError(f"{path}: not a page of this guide; give a file in docs/ with front matter")
    pages = [book.page(known[path.resolve()]) for path in paths]
    # That the sources were read after the last comparison is what this very command mends.
    old = {(page.path, page.at("checked").line) for page in pages}
    findings = [one for one in check(paths, today, root) if one.rule != "fresh" or (one.path, one.line) not in old]
    if findings:
        raise CannotRunError(f"mend the page first: {lines(findings)[0]}")
    for page in pages:
        titles = {book.sources[link.label].title for link in page.links if link.label in book.sources}
        month, title = max(((read_month(title) or (0, 0), title) for title in titles), default=((0, 0), ""))
        if month > (day.year, day.month):
            raise CannotRunError(
                f"{page.at('checked')}: {day} is before its source was read, {title}; give a day from then on"
            )
    return [line for page in pages for line in _cited(page, book)]


def _cited(page: Page, book: Book) -> Iterator[str]:
    yield f"{page.path}: {page.meta.title if page.meta else ''}"
    sections: dict[str, dict[str, None]] = {}
    for block in page.blocks:
        tab = page.tabs[block.where.tab - 1].label if block.where.tab else ""
        place = " › ".join(filter(None, [block.where.section, tab])) or "The beginning"
        cited = [link.label for link in block.links if link.label in book.sources]
        sections.setdefault(place, {}).update(dict.fromkeys(cited))
    for place, labels in sections.items():
        if labels:
            yield f"  {place}"
            yield from (f"    {book.sources[label].title}  {book.sources[label].address}" for label in labels)


def mark(path: Path, day: datetime.date) -> bool:
    """Write the day into the page's front matter, in place; return whether it has changed."""
    text = path.read_bytes().decode("utf-8")
    head, fence, body = text[3:].partition("\n---")
    new = "---" + DATE.sub(rf"\g<1>{day.isoformat()}", head, count=1) + fence + body
    return files.write(path, new.encode())
