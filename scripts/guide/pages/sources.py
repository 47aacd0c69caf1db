"""The rule `sources`: what is claimed is cited, what is cited is defined, what is defined is in order."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from guide.findings import nearest
from guide.pages.linking import leads_on, split
from guide.pages.page import Fault
from guide.pages.rules import of_book, of_files, of_pages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from guide.pages.book import Book
    from guide.pages.page import Block, Page

END = "a Source: line at its end"
UNDEFINED = re.compile(r"\]\s?\[(?P<full>[^\[\]\n]{1,80})\]|\[(?P<short>[SGPW]-[\w-]{1,40})\]")
READ = re.compile(r".*\S \(read (?P<year>20\d\d)-(?P<month>0[1-9]|1[0-2])\)")
APPLE = re.compile(r"https://support\.apple\.com/(?:\d{6}|HT\d{6}|guide/(?![a-z]{2}-[a-z]{2}/)[\w./-]+)")


@of_pages("sources")
def cited(page: Page, _: Book) -> Iterator[Fault]:
    """Each tab, claim and symptom cites; what is cited is defined in sources.md; what is defined is used and dated."""
    if page.kind not in {"procedure", "explainer", "reference"} or page.home.startswith("about/"):
        return  # a hub leads on; pages about this guide speak of nothing else
    citing = {block.where.tab for block in page.blocks if _cites(block)}
    for number, tab in enumerate(page.tabs, 1):
        if number not in citing:
            yield Fault(tab.line, f'tab "{tab.label}" cites nothing', END, "cite what it rests on", tab.path)
    parts: dict[tuple[str, str], list[Block]] = {}
    for block in page.blocks:
        if block.where.section not in {"", "Sources", "Related"} and block.kind != "meta":
            symptom = block.where.symptom if block.where.section == "If something goes wrong" else ""
            parts.setdefault((block.where.section, symptom), []).append(block)
    for (section, symptom), blocks in parts.items():
        on = [block for block in blocks if any(leads_on(link.target) for link in block.links)]
        claims = [block for block in blocks if block.kind in {"paragraph", "cell"} and block not in on]
        if claims and not (symptom and on) and not any(_cites(block) or block.where.tab for block in blocks):
            found = f'"{symptom or section}" cites nothing'
            yield Fault(blocks[0].line, found, END, "cite what it rests on", blocks[0].path)


def _cites(block: Block) -> bool:
    return any(link.label for link in block.links) or bool(block.cites and UNDEFINED.search(block.prose))


@of_files("sources")
def defined(page: Page, book: Book) -> Iterator[Fault]:
    """A citation's label is defined in sources.md, and nowhere else."""
    if page.home == "includes/sources.md":
        return
    for span in page.definitions:
        yield Fault(span.line, f"[{span.text}] is defined here", "definitions in docs/includes/sources.md", "move it")
    for block in page.own:
        for match, line in block.find(UNDEFINED) if "[" in block.prose else ():
            label = match["full"] or match["short"]
            mend = nearest(label, [source.label for source in book.sources.values()])
            yield Fault(line, f'label "{label}"', "one of docs/includes/sources.md", mend)


@of_book("sources")
def source_list(book: Book) -> Iterator[Fault]:
    """Each source in sources.md is used, has Apple's address without a locale, and a title that ends in its month."""
    path = book.name(book.shared / "sources.md")
    used = {use.source for uses in book.vocabulary.labels.values() for use in uses}
    for page in [*book.pages, *book.includes]:
        used |= {book.sources[link.label].label for b in page.own for link in b.links if link.label in book.sources}
    for label, address, title, line in book.sources.values():
        if label not in used:
            yield Fault(line, f"[{label}] is not cited", "each source is used", "cite it or remove it", path)
        host, month = split(address).netloc, read_month(title)
        if not host or not address.startswith("https://"):
            yield Fault(line, f"[{label}] {address}", "an https address", "", path)
        elif host == "support.apple.com" and not APPLE.fullmatch(address):
            expected = "support.apple.com/NNNNNN or support.apple.com/guide/…, without a locale"
            yield Fault(line, f"[{label}] {address}", expected, "", path)
        if month is None:
            yield Fault(line, f'[{label}] "{title}"', 'a title that ends in "(read YYYY-MM)"', "", path)
        elif month > (book.today.year, book.today.month):
            yield Fault(line, f"[{label}] was read {month[0]}-{month[1]:02}", "not in the future", "", path)


def read_month(title: str) -> tuple[int, int] | None:
    """Return the year and month in which a source was read, from its title."""
    match = READ.fullmatch(title)
    return (int(match["year"]), int(match["month"])) if match else None
