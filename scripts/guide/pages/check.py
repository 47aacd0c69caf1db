"""`guide check`: which files, which rules, and what of it is a finding."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from guide.findings import CannotRunError, Finding
from guide.pages import (  # noqa: F401 - they register their rules
    across,
    bibliography,
    labels,
    linking,
    sources,
    structure,
    wording,
)
from guide.pages.book import Book
from guide.pages.rules import SENTENCES, allow, check_book, check_page, finding

if TYPE_CHECKING:
    import datetime
    from collections.abc import Sequence

    from guide.pages.page import Page

LISTED = {"labels", "tabs", "sources", "terms"}


def sentences() -> dict[str, str]:
    """Return every rule's name with what it says, in alphabetical order."""
    return dict(sorted(SENTENCES.items()))


def check(paths: Sequence[Path], today: datetime.date, root: Path = Path()) -> list[Finding]:
    """Hold files, or with none given all of docs/, against the rules.

    Raises CannotRunError for a path that is not there, or where `root` is not the guide's.
    """
    book = Book(root, today)
    files = sorted({file for path in paths for file in _files(path)})
    if not paths or any(path.resolve() == book.docs.resolve() for path in paths):
        pages = [*book.pages, *book.includes]
        found = [one for page in pages for one in check_page(page, book)]
        return _all(book, [*found, *check_book(book)], pages)
    pages = [book.page(path) for path in files if path.suffix == ".md"]
    found = [one for page in pages for one in check_page(page, book)]
    found += [
        finding("labels", fault)
        for path in files
        if path.suffix == ".html"
        for fault in labels.check_screen(path, book)
    ]
    # An include is checked where it is used as well: only there are its tabs known.
    named, shared = {page.path for page in pages}, {page.path for page in pages if page.shared}
    users = [page for page in book.pages if page.path not in named and shared & {block.path for block in page.blocks}]
    found += [one for page in users for one in check_page(page, book) if one.path in shared]
    # An include's allowance may be for the rules that need all pages: only the whole guide shows that it is idle.
    return _all(book, found, [page for page in pages if not page.shared])


def _all(book: Book, found: Sequence[Finding], named: Sequence[Page]) -> list[Finding]:
    """Return the findings that stand; what would rest on a closed list that cannot be read is noise, and left out."""
    stand = allow(found, book.read, named)
    return [*book.findings, *(one for one in stand if book.complete or one.rule not in LISTED)]


def _files(path: Path) -> list[Path]:
    if not path.exists():
        raise CannotRunError(f"{path}: there is no such file or folder")
    if path.is_dir():
        return [*path.rglob("*.md"), *path.rglob("*.html")]
    if path.suffix not in {".md", ".html", ".yml"}:
        raise CannotRunError(f"{path}: there are no rules for such a file; give pages or screens")
    return [path]
