"""The rule `labels`: bold in pages, and the text of drawn screens, are names that stand in labels.yml."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from guide.findings import nearest
from guide.pages.book import contents
from guide.pages.html import Html
from guide.pages.page import Fault
from guide.pages.rules import of_book, of_files
from guide.vocabulary import Platform

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from guide.pages.book import Book
    from guide.pages.page import Block, Page, Span
    from guide.vocabulary import Tab

UNSURE = {"T", "I"}  # not Apple's word: a step must not strand the reader whose screen says something else
PLATFORMS = set(get_args(Platform)) - {"any"}
SILENT = {"style", "script", "title"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
SEEN_ATTRIBUTES = ("placeholder", "value")


def tab_of(page: Page, block: Block, book: Book) -> Tab | None:
    """Return the tab that a block stands in, if it is of the closed list."""
    return book.tabs.get(page.tabs[block.where.tab - 1].label) if block.where.tab else None


@of_files("labels")
def labels(page: Page, book: Book) -> Iterator[Fault]:
    """Bold, and the text of a drawn screen, is an Apple label known for its systems; a doubtful one is hedged."""
    for block in page.blocks:
        tab = tab_of(page, block, book) if block.labels else None
        for label in block.labels:
            uses = book.vocabulary.known(label.text, tab)
            if not uses:
                yield _unknown(block, label, tab, book)
            elif block.kind == "heading" and all(use.code == "T" for use in uses):
                found = f'label "{label.text}" in a heading'
                yield Fault(label.line, found, "labels that Apple states", "use the reader's words", block.path)
    for block in page.own:
        for tag in block.tags:
            if tag.name in {"b", "strong"}:
                yield Fault(tag.line, f"<{tag.name}>", "**label**, which can be checked", "write it in Markdown")


def _unknown(block: Block, label: Span, tab: Tab | None, book: Book) -> Fault:
    known = book.vocabulary.labels
    here = [name for name in known if book.vocabulary.known(name, tab)]
    mend = nearest(label.text, here) or nearest(label.text, known)
    if tab and label.text in known:
        uses = ", ".join(f"{use.platform} {use.versions}".strip() for use in known[label.text])
        found = f'label "{label.text}" in tab "{tab.label}"'
        return Fault(label.line, found, f"it is known for {uses}", mend, block.path)
    mend = mend or "add it there, or do not make it bold"
    return Fault(label.line, f'label "{label.text}"', "one of docs/includes/labels.yml", mend, block.path)


@of_files("labels")
def hedges(page: Page, book: Book) -> Iterator[Fault]:
    """A step that rests on a label which Apple does not state says so: "look for …", "may be called …"."""
    for blocks in page.step_blocks:
        if not any(block.labels for block in blocks):
            continue
        said = " ".join(block.text.casefold() for block in blocks)
        if any(hedge in said for hedge in book.words.hedges):
            continue
        for block in blocks:
            for label in block.labels:
                uses = book.vocabulary.known(label.text, tab_of(page, block, book))
                if uses and all(use.code in UNSURE for use in uses):
                    found = f'a step rests on "{label.text}", which Apple does not state'
                    mend = 'such as "look for …", "may be called …", "if asked"'
                    yield Fault(label.line, found, "a hedge in the same step", mend, block.path)


@of_book("labels")
def label_sources(book: Book) -> Iterator[Fault]:
    """Every source that labels.yml names is defined in sources.md."""
    path, known = book.name(book.shared / "labels.yml"), {source.label for source in book.sources.values()}
    for name, uses in book.vocabulary.labels.items():
        for use in uses:
            if use.source not in known:
                line, mend = book.vocabulary.label_lines[name], nearest(use.source, known)
                yield Fault(line, f'"{name}" has source "{use.source}"', "one of sources.md", mend, path)


@of_book("labels")
def screens(book: Book) -> Iterator[Fault]:
    """What a drawn screen shows is a known label, or stands in an element with data-free."""
    for path in sorted((book.docs / "assets" / "screens").glob("*.html")):
        yield from check_screen(path, book)


def check_screen(path: Path, book: Book) -> Iterator[Fault]:
    """Yield what one screen shows that is neither; a name such as mac-settings.html says for which platform."""
    source, fault = contents(path)
    if fault:
        yield fault._replace(path=book.name(path))
    platforms = {path.stem.partition("-")[0], "any"}
    labels = book.vocabulary.labels
    known = {name for name, uses in labels.items() if platforms & {use.platform for use in uses}}
    known = known if platforms & PLATFORMS else set(labels)
    for text, line in Screen(source).shown:
        label = text.removesuffix("…").rstrip()
        if label not in known:
            mend = nearest(label, known) or "mark what is invented with data-free, or draw a grey bar"
            yield Fault(
                line, f'"{text[:80]}" in a screen', "a label that labels.yml knows for it", mend, book.name(path)
            )


class Screen(Html):
    """A drawn screen; `shown` are the texts that have to be labels, with their lines."""

    def __init__(self, source: str) -> None:
        self.shown: list[tuple[str, int]] = []
        self._open: list[tuple[str, bool]] = []  # each open element, and whether its text is free
        super().__init__(source)

    @property
    def _free(self) -> bool:
        return bool(self._open) and self._open[-1][1]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element; an attribute that is seen counts as text."""
        given = dict(attrs)
        free = self._free or tag in SILENT or "data-free" in given
        if not free:
            self.shown += [(given[name] or "", self.here) for name in SEEN_ATTRIBUTES if given.get(name)]
        if tag not in VOID:
            self._open.append((tag, free))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take `<path/>` of a drawing as an element without contents."""
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close an element, and what was left open in it."""
        for depth in range(len(self._open) - 1, -1, -1):
            if self._open[depth][0] == tag:
                del self._open[depth:]
                break

    def handle_data(self, data: str) -> None:
        """Keep text that is not free."""
        if data.strip() and not self._free:
            line = self.here + data[: len(data) - len(data.lstrip())].count("\n")
            self.shown.append((" ".join(data.split()), line))
