"""The rule `labels`: bold in pages, and the text of drawn screens, are names that stand in labels.yml."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import get_args

from selectolax.lexbor import LexborHTMLParser

from guide import files
from guide.data import PRACTICE, SPEC, Platform, Tab
from guide.findings import Finding, Place, nearest
from guide.reading.guide import Guide
from guide.reading.markdown import LINE, marked, value
from guide.reading.page import Block, Page, Span
from guide.rules import lists

UNSURE = {"T", "I"}  # not Apple's word: a step must not strand the reader whose screen says something else
PLATFORMS = set(get_args(Platform)) - {"any"}
SILENT = "style, script, title, [data-free]"
SEEN_ATTRIBUTES = ("placeholder", "value")


def labels(guide: Guide) -> Iterator[Finding]:
    """Bold, and the text of a drawn screen, is an Apple label known for its systems; a doubtful one is hedged."""
    for page in guide.files:
        for block in page.blocks:
            yield from _in_block(block, guide.tab(page, block), guide)
        for blocks in page.step_blocks:
            yield from _hedged(page, blocks, guide)
    path, known = guide.name(guide.shared / "labels.yml"), {source.label for source in guide.sources.values()}
    for name, uses in guide.labels.items():
        for use in (use for use in uses if use.source not in known):
            place, fix = Place(path, guide.label_places.of(name).line), nearest(use.source, known)
            yield place.finding(f'"{name}" has source "{use.source}"', "one of sources.md", fix)
    for screen in guide.screens:
        yield from _in_screen(screen, guide)
    yield from _gone(guide)


def _gone(guide: Guide) -> Iterator[Finding]:
    """Yield each line with a name that labels.yml keeps without a use: alt texts, captions and titles have no bold."""
    gone = [name for name, uses in guide.labels.items() if not uses]
    data = [path for path in (guide.root / SPEC, guide.root / PRACTICE) if path.is_file()]
    for path in [*sorted(guide.docs.rglob("*.md")), *guide.screens, *data] if gone else ():
        for number, line in enumerate(guide.text(path).split("\n"), 1):
            for name in (name for name in gone if re.search(rf"\b{re.escape(name)}(?!\w)", unescape(line))):
                found = f'"{name}", which labels.yml lists without a system'
                yield Place(guide.name(path), number).finding(found, "the name that took its place")


def _in_block(block: Block, tab: Tab | None, guide: Guide) -> Iterator[Finding]:
    for label in block.labels:
        uses = guide.uses(label.text, tab)
        if not uses:
            yield _unknown(label, tab, guide)
        elif block.kind == "heading" and all(use.code == "T" for use in uses):
            yield label.place.finding(
                f'label "{label.text}" in a heading', "labels that Apple states", "use the reader's words"
            )


def _unknown(label: Span, tab: Tab | None, guide: Guide) -> Finding:
    known = guide.labels
    here = [name for name in known if guide.uses(name, tab)]
    fix = nearest(label.text, here)
    if tab and label.text in known:
        uses = ", ".join(f"{use.platform} {use.versions}".strip() for use in known[label.text])
        found = f'label "{label.text}" in tab "{tab.label}"'
        return label.place.finding(found, f"it is known for {uses}", fix)
    fix = fix or nearest(label.text, known) or "add it there, or do not make it bold"
    return label.place.finding(f'label "{label.text}"', "one of docs/includes/labels.yml", fix)


def _hedged(page: Page, blocks: list[Block], guide: Guide) -> Iterator[Finding]:
    unsure = [
        label for block in blocks for label in block.labels if unstated(label.text, guide.tab(page, block), guide)
    ]
    said = " ".join(block.text.casefold() for block in blocks) if unsure else ""
    if not any(hedge in said for hedge in lists().hedges):
        for label in unsure:
            yield label.place.finding(
                f'a step rests on "{label.text}", which Apple does not state',
                "a hedge in the same step",
                'such as "look for …", "may be called …", "if asked"',
            )


def unstated(label: str, tab: Tab | None, guide: Guide) -> bool:
    """Return whether a label is known, and Apple does not state it for a tab's systems."""
    uses = guide.uses(label, tab)
    return bool(uses) and all(use.code in UNSURE for use in uses)


def _in_screen(path: Path, guide: Guide) -> Iterator[Finding]:
    """Yield what one screen shows that is no label; a name such as mac-settings.html says for which platform."""
    platforms = {path.stem.partition("-")[0], "any"}
    labels = guide.labels
    known = {name for name, uses in labels.items() if platforms & {use.platform for use in uses}}
    known = known if platforms & PLATFORMS else set(labels)
    try:
        texts = list(shown(files.read(path, guide.name(path))))
    except files.UnreadableError as error:
        yield error.finding
        return
    for text, line in texts:
        if text.removesuffix("…").rstrip() not in known:
            yield Place(guide.name(path), line).finding(
                f'"{text[:80]}" in a screen',
                "a label that labels.yml knows for it",
                nearest(text, known) or "mark what is invented with data-free, or draw a grey bar",
            )


def shown(source: str) -> Iterator[tuple[str, int]]:
    """Yield the texts of a drawn screen that have to be labels, with their lines; fields show an attribute."""
    tree = LexborHTMLParser(marked(source))
    for silent in tree.css(SILENT):
        silent.decompose()
    line = 1
    for node in tree.root.traverse(include_text=True) if tree.root else ():
        line = int(value(node, LINE) or line)
        texts = [node.text_content or ""] if node.tag == "-text" else [value(node, name) for name in SEEN_ATTRIBUTES]
        for text in texts:
            words = text.lstrip()
            if words:
                yield " ".join(words.split()), line + text[: -len(words)].count("\n")
            line += text.count("\n")
