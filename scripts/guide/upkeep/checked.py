"""Setting the day on which a page was compared with its sources."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from guide import files
from guide.findings import CannotRunError, lines
from guide.pages.book import Book
from guide.pages.check import check

DATE = re.compile(r"^(checked:[ \t]*)\S+", re.MULTILINE)


def require(paths: Sequence[Path], day: datetime.date, today: datetime.date, root: Path = Path()) -> None:
    """Refuse, by CannotRunError, a day to come, what is not a page, and pages with findings."""
    if day > today:
        raise CannotRunError(f"{day} is in the future; give the day on which the page was compared")
    book = Book(root, today)
    for path in paths:
        if book.docs.resolve() not in path.resolve().parents or not path.is_file() or not book.page(path).meta:
            raise CannotRunError(f"{path}: not a page of this guide; give a file in docs/ with front matter")
    # That the sources were read after the last comparison is what this very command mends.
    old = {(book.name(path), book.page(path).at("checked").line) for path in paths}
    findings = [one for one in check(paths, today, root) if one.rule != "fresh" or (one.path, one.line) not in old]
    if findings:
        raise CannotRunError(f"mend the page first: {lines(findings)[0]}")


def walk(path: Path, today: datetime.date, root: Path = Path()) -> Iterator[str]:
    """Yield what to go through: each section of a page, with the titles and addresses that it cites."""
    book = Book(root, today)
    page = book.page(path)
    yield f"{path}: {page.meta.title if page.meta else ''}"
    sections: dict[str, dict[str, None]] = {}
    for block in page.blocks:
        place = " › ".join(
            filter(None, [block.where.section, page.tabs[block.where.tab - 1].label if block.where.tab else ""])
        )
        cited = sections.setdefault(place or "The beginning", {})
        cited.update(dict.fromkeys(link.label for link in block.links if link.label in book.sources))
    for place, cited in sections.items():
        if cited:
            yield f"  {place}"
            yield from (f"    {book.sources[label].title}  {book.sources[label].address}" for label in cited)


def mark(path: Path, day: datetime.date) -> bool:
    """Write the day into the page's front matter, in place; return whether it has changed."""
    text = path.read_bytes().decode("utf-8")
    head, fence, body = text[3:].partition("\n---")
    new = "---" + DATE.sub(rf"\g<1>{day.isoformat()}", head, count=1) + fence + body
    return files.write(path, new.encode())
