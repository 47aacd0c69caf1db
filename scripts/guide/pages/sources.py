"""The rule `sources`, and the page of all sources, which `guide sources` writes from what the pages cite."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from guide import files
from guide.citation import STATUSES, read_month, statuses, told
from guide.findings import CannotRunError, nearest
from guide.pages.book import Book
from guide.pages.linking import leads_on, split
from guide.pages.page import Block, Fault, Page, Place

HOME = "about/sources.md"
BEGIN, END = "<!-- Written by `guide sources`. -->", "<!-- End of what `guide sources` writes. -->"
ALONE = "    Cited on no page. It says what a button or menu is called.\n\n"
AT_END = "a Source: line at its end"
UNDEFINED = re.compile(r"\]\s?\[(?P<full>[^\[\]\n]{1,80})\]|\[(?P<short>[SGPW]-[\w-]{1,40})\]")
SPECIAL, BACKSLASHED = re.compile(r"[][<*_`\\]"), r"\\\g<0>"  # in Markdown
APPLE = re.compile(r"https://support\.apple\.com/(?:\d{6}|HT\d{6}|guide/(?![a-z]{2}-[a-z]{2}/)[\w./-]+)")


def sources(page: Page, book: Book) -> Iterator[Fault]:
    """Each tab, claim and symptom cites; what is cited is defined in sources.md; what is defined is used and dated."""
    if page is book.source_page:
        return
    for label, _, _, line in page.definitions:
        place, expected = Place(page.path, line), "definitions in docs/includes/sources.md"
        yield Fault(place, f"[{label}] is defined here", expected, "move it")
    for block in page.own:
        for match, place in block.find(UNDEFINED) if "[" in block.prose else ():
            label = match["full"] or match["short"]
            mend = nearest(label, [source.label for source in book.source_page.definitions])
            yield Fault(place, f'label "{label}"', "one of docs/includes/sources.md", mend)
    if page.kind in {"", "hub"} or page.home.startswith("about/"):
        return  # a hub leads on; pages about this guide speak of nothing else
    citing = {block.where.tab for block in page.blocks if _cites(block)}
    for number, tab in enumerate(page.tabs, 1):
        if number not in citing:
            yield Fault(tab.place, f'tab "{tab.label}" cites nothing', AT_END, "cite what it rests on")
    parts: dict[tuple[str, str], list[Block]] = {}
    for block in page.blocks:
        if block.where.section not in {"", "Sources", "Related"}:
            symptom = block.where.symptom if block.where.section == "If something goes wrong" else ""
            parts.setdefault((block.where.section, symptom), []).append(block)
    for (section, symptom), blocks in parts.items():
        on = [block for block in blocks if any(leads_on(link.target) for link in block.links)]
        claims = [block for block in blocks if block.kind in {"paragraph", "cell"} and block not in on]
        if claims and not (symptom and on) and not any(_cites(block) or block.where.tab for block in blocks):
            yield Fault(blocks[0].place, f'"{symptom or section}" cites nothing', AT_END, "cite what it rests on")


def _cites(block: Block) -> bool:
    return any(link.label for link in block.links) or bool(block.cites and UNDEFINED.search(block.prose))


def source_list(book: Book) -> Iterator[Fault]:
    """Each source is used, has Apple's address without a locale, says when and how it was read; its page lists all."""
    for block in book.source_page.blocks:
        yield Fault(block.place, f'"{block.text[:60]}"', '[S-1]: address "Title (read 2026-11)"', "mend the line")
    used = {use.source for uses in book.vocabulary.labels.values() for use in uses}
    for page in [*book.pages, *book.includes]:
        used |= {book.sources[link.label].label for link in page.links if link.label in book.sources}
    addresses: dict[str, str] = {}
    for source in book.source_page.definitions:
        label, address, title, line = source
        place, host = Place(book.source_page.path, line), split(address).netloc
        if source not in book.sources.values():
            yield Fault(place, f"[{label}] stands twice", "each label once", "mend the line")
            continue
        if (first := addresses.setdefault(address, label)) != label:
            yield Fault(place, f"[{label}] {address}", f"each address once, and [{first}] has it", "cite that one")
            continue
        if label not in used:
            yield Fault(place, f"[{label}] is not cited", "each source is used", "cite it or remove it")
        if not host or not address.startswith("https://"):
            yield Fault(place, f"[{label}] {address}", "an https address")
        elif host == "support.apple.com" and not APPLE.fullmatch(address):
            expected = "support.apple.com/NNNNNN or support.apple.com/guide/…, without a locale"
            yield Fault(place, f"[{label}] {address}", expected)
        yield from _when_and_how(label, title, place, book)
    every = book.docs / HOME
    if every.is_file() and all(page.meta for page in book.pages):
        text = every.read_text("utf-8", errors="replace")
        if renewed(text, book) != text:
            yield Fault(Place(book.name(every), 1), "the list of sources is out of date", "", "run guide sources")


def _when_and_how(label: str, title: str, place: Place, book: Book) -> Iterator[Fault]:
    month = read_month(title)
    if month is None:
        yield Fault(place, f'[{label}] "{title}"', 'a title that ends in "(read YYYY-MM)" or "(not read YYYY-MM)"')
    elif month > (book.today.year, book.today.month):
        yield Fault(place, f"[{label}] was read {month[0]}-{month[1]:02}", "not in the future")
    for status in set(statuses(title)) - set(STATUSES):
        found = f'[{label}] status "{status}"'
        yield Fault(place, found, "one that CONTRIBUTING.md lists", nearest(status, STATUSES))


def linked(title: str, target: str) -> str:
    """Return a link to a page in Markdown, whatever its title."""
    return f"[{SPECIAL.sub(BACKSLASHED, title)}]({target})"


def renewed(text: str, book: Book) -> str:
    """Return the text of the page of all sources as it has to be; empty where it has no place for the list.

    Each source stands with its month, how it was read and the pages that cite it, in the order of sources.md.
    """
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    citing: dict[str, list[str]] = {label: [] for label in book.sources}
    for page in (page for page in book.pages if page.home != HOME):
        link = posixpath.relpath(page.home, posixpath.dirname(HOME))
        for label in {link.label for link in page.links} & set(citing):
            citing[label].append(linked(book.title(page.home), link))
    items = ""
    for label, pages in citing.items():
        name, when = told(book.sources[label].title)
        items += f"- [{name}][{book.sources[label].label}]{when}\n\n"
        items += f"    Cited on {', '.join(pages)}.\n\n" if pages else ALONE
    return f"{before}{begin}\n\n{items}{end}{after}" if end else ""


def write(book: Book) -> bool:
    """Write the page of all sources anew where it has changed; return whether it has.

    Raises CannotRunError where the page has no place for the list, or cannot name a page that cites.
    """
    for page in (page for page in book.pages if not page.meta):
        if not page.blocks or any(link.label for link in page.links):
            fault = page.faults[0][1]
            raise CannotRunError(f"{fault.place}: {fault.found}; mend it first, see guide check")
    path = book.docs / HOME
    text = renewed(files.read(path), book)
    if not text:
        raise CannotRunError(
            f"docs/{HOME}: no place for the list; put these two lines where it goes: {BEGIN} and {END}"
        )
    return files.write(path, text.encode())
