"""The rule `labels`: bold in pages, and the text of drawn screens, are names that stand in labels.yml."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from selectolax.lexbor import LexborHTMLParser

from guide.findings import nearest
from guide.pages.book import Book, contents
from guide.pages.page import Fault, Page, Place, Span
from guide.tree import line_of, locate, marked, value
from guide.vocabulary import Platform, Tab

UNSURE = {"T", "I"}  # not Apple's word: a step must not strand the reader whose screen says something else
PLATFORMS = set(get_args(Platform)) - {"any"}
SILENT = "style, script, title, [data-free]"
SEEN_ATTRIBUTES = ("placeholder", "value")


def labels(page: Page, book: Book) -> Iterator[Fault]:
    """Bold, and the text of a drawn screen, is an Apple label known for its systems; a doubtful one is hedged."""
    for block in page.blocks:
        tab = book.tab(page, block) if block.labels else None
        for label in block.labels:
            uses = book.vocabulary.known(label.text, tab)
            if not uses:
                yield _unknown(label, tab, book)
            elif block.kind == "heading" and all(use.code == "T" for use in uses):
                found = f'label "{label.text}" in a heading'
                yield Fault(label.place, found, "labels that Apple states", "use the reader's words")
    for block in page.own:
        for tag in block.tags:
            if tag.name in {"b", "strong"}:
                yield Fault(tag.place, f"<{tag.name}>", "**label**, which can be checked", "write it in Markdown")
    for blocks in page.step_blocks:
        unsure = [label for b in blocks for label in b.labels if unstated(label.text, book.tab(page, b), book)]
        said = " ".join(block.text.casefold() for block in blocks) if unsure else ""
        if not any(hedge in said for hedge in book.words.hedges):
            for label in unsure:
                found = f'a step rests on "{label.text}", which Apple does not state'
                mend = 'such as "look for …", "may be called …", "if asked"'
                yield Fault(label.place, found, "a hedge in the same step", mend)


def _unknown(label: Span, tab: Tab | None, book: Book) -> Fault:
    known = book.vocabulary.labels
    here = [name for name in known if book.vocabulary.known(name, tab)]
    mend = nearest(label.text, here) or nearest(label.text, known)
    if tab and label.text in known:
        uses = ", ".join(f"{use.platform} {use.versions}".strip() for use in known[label.text])
        found = f'label "{label.text}" in tab "{tab.label}"'
        return Fault(label.place, found, f"it is known for {uses}", mend)
    mend = mend or "add it there, or do not make it bold"
    return Fault(label.place, f'label "{label.text}"', "one of docs/includes/labels.yml", mend)


def unstated(label: str, tab: Tab | None, book: Book) -> bool:
    """Return whether a label is known, and Apple does not state it for a tab's systems."""
    uses = book.vocabulary.known(label, tab)
    return bool(uses) and all(use.code in UNSURE for use in uses)


def screens_and_sources(book: Book) -> Iterator[Fault]:
    """What a drawn screen shows is a known label or marked data-free; every source of labels.yml is in sources.md."""
    path, known = book.name(book.shared / "labels.yml"), {source.label for source in book.sources.values()}
    for name, uses in book.vocabulary.labels.items():
        for use in (use for use in uses if use.source not in known):
            place, mend = Place(path, book.vocabulary.places.of((name,))[0]), nearest(use.source, known)
            yield Fault(place, f'"{name}" has source "{use.source}"', "one of sources.md", mend)
    for screen in book.screens:
        yield from _screen(screen, book)


def _screen(path: Path, book: Book) -> Iterator[Fault]:
    """Yield what one screen shows that is no label; a name such as mac-settings.html says for which platform."""
    platforms = {path.stem.partition("-")[0], "any"}
    labels = book.vocabulary.labels
    known = {name for name, uses in labels.items() if platforms & {use.platform for use in uses}}
    known = known if platforms & PLATFORMS else set(labels)
    source, fault = contents(path, book.name(path))
    if fault:
        yield fault
    for text, line in shown(source):
        if text.removesuffix("…").rstrip() not in known:
            mend = nearest(text, known) or "mark what is invented with data-free, or draw a grey bar"
            place, expected = Place(book.name(path), line), "a label that labels.yml knows for it"
            yield Fault(place, f'"{text[:80]}" in a screen', expected, mend)


def shown(source: str) -> Iterator[tuple[str, int]]:
    """Yield the texts of a drawn screen that have to be labels, with their lines; fields show an attribute."""
    tree, lines = LexborHTMLParser(marked(source)), source.split("\n")
    for silent in tree.css(SILENT):
        silent.decompose()
    for node in tree.root.traverse(include_text=True) if tree.root else ():
        texts = [node.text_content or ""] if node.tag == "-text" else [value(node, name) for name in SEEN_ATTRIBUTES]
        for text in filter(str.strip, texts):
            yield " ".join(text.split()), locate(text, lines, line_of(node))
