"""`guide check`: which files, which rules, and what of it is a finding."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from guide.findings import CannotRunError, Finding
from guide.pages import across, linking, screens, structure, wording  # noqa: F401 - each registers its rules
from guide.pages.book import Book
from guide.pages.rules import SENTENCES, allow, check_book, check_page

if TYPE_CHECKING:
    import datetime
    from collections.abc import Sequence

    from guide.pages.page import Fault, Page


def sentences() -> dict[str, str]:
    """Return every rule's name with what it says, in alphabetical order."""
    return dict(sorted(SENTENCES.items()))


def check(paths: Sequence[Path], today: datetime.date, root: Path = Path()) -> list[Finding]:
    """Hold files, or with none given all of docs/, against the rules.

    Raises CannotRunError for a path that is not there, or where `root` is not the guide's.
    """
    book = Book(root, today)
    whole = not paths or any(path.resolve() == book.docs.resolve() for path in paths)
    files = [] if whole else sorted(_files(paths))
    named = {book.name(path) for path in files}
    pages = [*book.pages, *book.includes] if whole else [book.page(path) for path in files if path.suffix == ".md"]
    found = list(book.faults) if whole or any(path.parent == book.shared for path in files) else []
    for page in pages:
        found += check_page(page, book)
    if whole:
        found += check_book(book)
    else:
        found += [
            ("labels", fault) for path in files if path.suffix == ".html" for fault in screens.check_screen(path, book)
        ]
        found += _in_use(pages, named, book)
    findings = [
        Finding(f.path, f.line, 0, rule, f.found, f.expected, f.mend) for rule, f in allow(found, pages, whole=whole)
    ]
    return [*book.findings, *findings]


def _files(paths: Sequence[Path]) -> set[Path]:
    files: set[Path] = set()
    for path in paths:
        if not path.exists():
            raise CannotRunError(f"{path}: there is no such file or folder")
        files |= {*path.rglob("*.md"), *path.rglob("*.html")} if path.is_dir() else {path}
    return files


def _in_use(pages: Sequence[Page], named: set[str], book: Book) -> list[tuple[str, Fault]]:
    """Check the includes among the files where they are used: only there are their tabs known."""
    shared = {page.path for page in pages if page.shared}
    users = [page for page in book.pages if page.path not in named and shared & {block.path for block in page.blocks}]
    return [(rule, fault) for page in users for rule, fault in check_page(page, book) if fault.path in shared]
