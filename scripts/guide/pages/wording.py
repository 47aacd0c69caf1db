"""Rules on words: labels, terms, filler, and what must stay private."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from guide.findings import nearest
from guide.pages.linking import inside
from guide.pages.page import Fault
from guide.pages.rules import of_book, of_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from guide.pages.book import Book
    from guide.pages.page import Block, Page, Span
    from guide.vocabulary import Tab, Use

UNSURE = {"T", "I"}  # not Apple's word: a step must not strand the reader whose screen says something else
RENAMED = {"mac": (15,), "iphone": (18,)}  # the first versions that say Apple Account (facts: September 2024)
TOUCHED = {"iphone", "vision", "watch"}
CLICKED = {"mac", "web", "windows"}
APPLE_ID = re.compile(r"\bApple ID\b")
WITH_AND, WITH_SIGN = re.compile(r"\bSign-In and Security\b"), re.compile(r"\bSign-In & Security\b")
CLICK, TAP = re.compile(r"\bclick(?:s|ed|ing)?\b", re.IGNORECASE), re.compile(r"\btap(?:s|ped|ping)?\b", re.IGNORECASE)
APP_PASSWORD = re.compile(r"\b(?!(?:xxxx-){3})[a-z]{4}(?:-[a-z]{4}){3}\b", re.IGNORECASE)
RECOVERY_KEY = re.compile(r"\b(?!(?:X{4}-){3})(?=[\w-]*\d)[A-Z0-9]{4}(?:-[A-Z0-9]{4}){3,}\b")
PASSWORD = re.compile(r"(?<!\S)(?=\S*[a-z])(?=\S*[A-Z])(?=\S*\d)(?=\S*[!#$%^&*?@])[^\s/]{8,64}(?!\S)")
PHONE = re.compile(r"(?<![\w.,/-])(?:\+\d{1,3}[ .-]?)?(?:\(\d{2,4}\)|\d{2,4})[ .-]\d{3,4}[ .-]?\d{3,4}(?![\w-]|\.\d)")
SHORT_PHONE = re.compile(r"(?<![\w.,/-])\d{3}-\d{4}(?![\w-]|\.\d)")
INVENTED_PHONE = re.compile(r"555[ .-]?01\d\d$")
MAIL = re.compile(r"[\w.+-]{1,64}@(?P<domain>[\w-]+(?:\.[\w-]+)+)")
INVENTED_DOMAIN = re.compile(r"(?:.+\.)?(?:example|example\.(?:com|net|org)|test|invalid)", re.IGNORECASE)


@of_files("labels")
def labels(page: Page, book: Book) -> Iterator[Fault]:
    """Bold is an Apple label that is known for the systems of its tab; a step on a label that Apple does not state hedges."""
    vocabulary = book.vocabulary
    for block in page.blocks:
        if not block.labels and not (block.tags and block.path == page.path):
            continue
        tab = _tab(page, block, book)
        for label in block.labels:
            uses = vocabulary.known(label.text, tab)
            if not uses:
                yield _unknown(block, label, tab, book)
            elif block.kind == "heading" and all(use.code == "T" for use in uses):
                found = f'label "{label.text}" in a heading'
                yield Fault(block.path, label.line, found, "labels that Apple states", "say it in the reader's words")
        for tag in block.tags:
            if tag.name in {"b", "strong"} and block.path == page.path:
                yield Fault(
                    block.path, tag.line, f"<{tag.name}>", "**label**, which can be checked", "write it in Markdown"
                )
    yield from _hedges(page, book)


def _hedges(page: Page, book: Book) -> Iterator[Fault]:
    for blocks in page.step_blocks:
        marked = [(block, label) for block in blocks for label in block.labels]
        if not marked:
            continue
        said = " ".join(block.text.casefold() for block in blocks)
        if any(hedge in said for hedge in book.words.hedges):
            continue
        for block, label in marked:
            uses: tuple[Use, ...] = book.vocabulary.known(label.text, _tab(page, block, book))
            if uses and all(use.code in UNSURE for use in uses):
                found = f'a step rests on "{label.text}", which Apple does not state'
                mend = 'such as "look for …", "may be called …", "if asked"'
                yield Fault(block.path, label.line, found, "a hedge in the same step", mend)


def _unknown(block: Block, label: Span, tab: Tab | None, book: Book) -> Fault:
    known = book.vocabulary.labels
    near = tab and nearest(label.text, [name for name in known if book.vocabulary.known(name, tab)])
    mend = near or nearest(label.text, known) or "add it to docs/includes/labels.yml, or do not make it bold"
    if tab and label.text in known:
        return Fault(block.path, label.line, f'label "{label.text}" is not known for "{tab.label}"', "", near or mend)
    return Fault(block.path, label.line, f'label "{label.text}"', "a label of docs/includes/labels.yml", mend)


def _tab(page: Page, block: Block, book: Book) -> Tab | None:
    return book.tabs.get(page.tabs[block.where.tab - 1].label) if block.where.tab else None


@of_book("labels")
def label_sources(book: Book) -> Iterator[Fault]:
    """Every source that labels.yml names is defined in sources.md."""
    path = book.shared / "labels.yml"
    known = {source.label for source in book.sources.values()}
    for name, uses in book.vocabulary.labels.items():
        for use in uses:
            if use.source not in known:
                line, mend = book.vocabulary.label_lines[name], nearest(use.source, known)
                yield Fault(book.name(path), line, f'"{name}" has source "{use.source}"', "one of sources.md", mend)


@lru_cache(maxsize=8)
def _phrases(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """Return one pattern for whole words or phrases, the longest first; not inside an address or a longer word."""
    choice = "|".join(re.escape(phrase) for phrase in sorted(phrases, key=len, reverse=True)).replace(r"\ ", r"\s+")
    return re.compile(rf"(?<![\w.@/&-])(?:{choice})(?![\w@/-]|\.\w)", re.IGNORECASE)


def _found(block: Block, phrases: Iterable[str]) -> Iterator[tuple[str, int]]:
    for match in _phrases(tuple(phrases)).finditer(block.prose.replace("’", "'")):
        yield " ".join(match[0].split()), block.line_of(match.start())


@of_files("words")
def words(page: Page, book: Book) -> Iterator[Fault]:
    """No filler, no "we", no marketing: simply, just, easy, please …"""
    for block in page.own:
        if block.kind in {"code", "abbreviation"}:
            continue
        for found, line in _found(block, book.words.banned):
            if found != "US":
                yield Fault(block.path, line, f'"{found}"', "plain words", book.words.banned[found.casefold()])


@of_files("terms")
def terms(page: Page, book: Book) -> Iterator[Fault]:
    """Each thing has one name: Apple Account, two-factor authentication, Sign-In & Security; tap or click by device."""
    right = {term.casefold(): mend for term, mend in book.words.terms.items()}
    names = {name.casefold(): name for name in book.words.names}
    for block in page.own:
        if block.kind in {"code", "abbreviation"}:
            continue
        for found, line in _found(block, right):
            yield Fault(block.path, line, f'"{found}"', f'"{right[found.casefold()]}"')
        for found, line in _found(block, names):
            if found != names[found.casefold()]:
                yield Fault(block.path, line, f'"{found}"', f'"{names[found.casefold()]}"')
    for block in page.blocks:
        if not page.shared and block.kind != "code":
            yield from (f for f in _by_system(block, _tab(page, block, book)) if not _is_title(f, block, page, book))
        for link in block.links:
            if "appleid.apple.com" in link.target and block.path == page.path:
                yield Fault(
                    block.path, link.line, "a link to appleid.apple.com", "account.apple.com, typed by the reader"
                )


def _is_title(fault: Fault, block: Block, page: Page, book: Book) -> bool:
    """Return whether the words found are in a link that is named by the title of its page, where they are judged."""
    near = [link for link in block.links if link.line == fault.line and fault.found.strip('"') in link.text]
    return any(link.text == book.title(inside(page, link.target)) for link in near)


def _by_system(block: Block, tab: Tab | None) -> Iterator[Fault]:
    wrong = []
    if not (tab and tab.versions and tab.platform in RENAMED and tab.last < RENAMED[tab.platform]):
        wrong.append((APPLE_ID, '"Apple Account"'))
    if tab and tab.platform in TOUCHED:
        wrong.append((CLICK, f'"tap" in "{tab.label}"'))
    if tab and tab.platform in CLICKED:
        wrong.append((TAP, f'"click" in "{tab.label}"'))
    if tab and tab.platform == "web":
        wrong.append((WITH_SIGN, f'"Sign-In and Security" in "{tab.label}"'))
    elif tab:
        wrong.append((WITH_AND, f'"Sign-In & Security" in "{tab.label}"'))
    for pattern, expected in wrong:
        for match in pattern.finditer(block.prose):
            yield Fault(block.path, block.line_of(match.start()), f'"{match[0]}"', expected)


@of_files("secrets")
def secrets(page: Page, book: Book) -> Iterator[Fault]:
    """No real-looking password, phone number or e-mail address: invented ones are recognizable."""
    for block in page.own:
        text = " ".join([block.text, *(link.target for link in block.links if link.target.startswith("mailto:"))])
        for pattern in (APP_PASSWORD, RECOVERY_KEY, PASSWORD):
            for match in pattern.finditer(text):
                expected = "a literal xxxx-xxxx-xxxx-xxxx"
                yield Fault(
                    block.path, block.line_of(match.start(), text), f'"{match[0]}" looks like a password', expected
                )
        for pattern in (PHONE, SHORT_PHONE):
            for match in pattern.finditer(text):
                if not INVENTED_PHONE.search(match[0]):
                    line = block.line_of(match.start(), text)
                    yield Fault(block.path, line, f'"{match[0]}" looks like a phone number', "one with 555-01xx")
        for match in MAIL.finditer(text):
            if match[0] not in book.words.mailboxes and not INVENTED_DOMAIN.fullmatch(match["domain"]):
                line = block.line_of(match.start(), text)
                yield Fault(block.path, line, f'"{match[0]}" may be somebody\'s address', "alex@example.com")
