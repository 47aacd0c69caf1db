"""The page of all sources, written from what the pages cite."""

from __future__ import annotations

import posixpath
from pathlib import Path
from typing import TYPE_CHECKING

from guide import files
from guide.findings import CannotRunError
from guide.pages.page import Fault
from guide.pages.rules import of_book

if TYPE_CHECKING:
    from collections.abc import Iterator

    from guide.pages.book import Book

HOME = "about/sources.md"
BEGIN, END = "<!-- Written by `guide sources`. -->", "<!-- End of what `guide sources` writes. -->"


def listing(book: Book) -> str:
    """Return the list as Markdown: each source, its month and the pages that cite it, in the order of sources.md."""
    citing: dict[str, list[str]] = {label: [] for label in book.sources}
    for page in book.pages:
        labels = {link.label for block in page.blocks for link in block.links} if page.home != HOME else set()
        for label in sorted(labels & set(citing)):
            link = posixpath.relpath(page.home, posixpath.dirname(HOME))
            citing[label].append(f"[{book.title(page.home)}]({link})")
    items = []
    for label, pages in citing.items():
        name, _, read = book.sources[label].title.partition(" (read ")
        items.append(f"- [{name}][{book.sources[label].label}], read {read.rstrip(')')}. Cited on {', '.join(pages)}.")
    return "\n".join(items)


def renewed(text: str, book: Book) -> str:
    """Return the page's text with the list as it has to be.

    Raises CannotRunError where the page has no place for it.
    """
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise CannotRunError(
            f"docs/{HOME}: no place for the list; put these two lines where it goes: {BEGIN} and {END}"
        )
    return f"{before}{begin}\n\n{listing(book)}\n\n{end}{after}"


def write(book: Book) -> bool:
    """Write the page anew where it has changed; return whether it has."""
    path = book.docs / HOME
    return files.write(path, renewed(path.read_text("utf-8"), book).encode())


@of_book("sources")
def check_bibliography(book: Book) -> Iterator[Fault]:
    """The page of all sources is as `guide sources` writes it."""
    path = book.docs / HOME
    if path.is_file():
        text = path.read_text("utf-8", errors="replace")
        if BEGIN not in text or END not in text or renewed(text, book) != text:
            yield Fault(1, "the list of sources is out of date", "", "run guide sources", book.name(Path(path)))
