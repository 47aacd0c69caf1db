"""The rule `labels` on drawn screens: what is not marked as invented is a label."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guide.findings import nearest
from guide.pages.book import contents
from guide.pages.html import Html
from guide.pages.page import Fault
from guide.pages.rules import of_book

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from guide.pages.book import Book

SILENT = {"style", "script", "title"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
SEEN_ATTRIBUTES = ("placeholder", "value", "alt", "aria-label", "title")


class Screen(Html):
    """The texts of a drawn screen that have to be labels, with their lines."""

    def __init__(self, source: str) -> None:
        self.labels: list[tuple[str, int]] = []
        self._free: list[tuple[str, bool]] = []  # each open element, and whether its text is free
        super().__init__(source)

    @property
    def _is_free(self) -> bool:
        return bool(self._free) and self._free[-1][1]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element; an attribute that is seen or read aloud counts as text."""
        given = dict(attrs)
        free = self._is_free or tag in SILENT or "data-free" in given
        if not free:
            self.labels += [(given[name] or "", self.here) for name in SEEN_ATTRIBUTES if given.get(name)]
        if tag not in VOID:
            self._free.append((tag, free))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take `<path/>` of a drawing as an element without contents."""
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close an element, and what was left open in it."""
        for depth in range(len(self._free) - 1, -1, -1):
            if self._free[depth][0] == tag:
                del self._free[depth:]
                break

    def handle_data(self, data: str) -> None:
        """Keep text that is not free."""
        if data.strip() and not self._is_free:
            line = self.here + data[: len(data) - len(data.lstrip())].count("\n")
            self.labels.append((" ".join(data.split()), line))


def check_screen(path: Path, book: Book) -> Iterator[Fault]:
    """Yield what a screen shows that is no label and is not marked as invented."""
    source, fault = contents(path, book.name(path))
    if fault:
        yield fault
        return
    known = book.vocabulary.labels
    for text, line in Screen(source).labels:
        label = text.removesuffix("…").rstrip()
        if label not in known:
            mend = nearest(label, known) or "mark what is invented with data-free, or draw a grey bar"
            yield Fault(
                book.name(path), line, f'"{text[:80]}" in a screen', "a label of docs/includes/labels.yml", mend
            )


@of_book("labels")
def screens(book: Book) -> Iterator[Fault]:
    """What a drawn screen shows is a known label, or stands in an element with data-free."""
    for path in sorted((book.docs / "assets" / "screens").glob("*.html")):
        yield from check_screen(path, book)
