"""The register of rules, and what holds for all of them: names, sentences, allowances."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guide.findings import nearest
from guide.pages.page import Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from guide.pages.book import Book
    from guide.pages.page import Allowance, Page

    PageRule = Callable[[Page, Book], Iterator[Fault]]
    BookRule = Callable[[Book], Iterator[Fault]]

SENTENCES: dict[str, str] = {
    "allow": "An allowance names a rule, quotes what was found, gives a reason, and allows something.",
    "file": "A file is UTF-8 text of a bearable size.",
}
PAGES: list[tuple[str, PageRule]] = []
FILES: list[tuple[str, PageRule]] = []
BOOK: list[tuple[str, BookRule]] = []


def _register(name: str, check: PageRule | BookRule) -> None:
    sentence = (check.__doc__ or "").strip()
    SENTENCES[name] = f"{SENTENCES[name]} {sentence}" if name in SENTENCES else sentence


def of_pages(name: str) -> Callable[[PageRule], PageRule]:
    """Register a rule that looks at pages, not at includes; its docstring is its sentence."""

    def register(check: PageRule) -> PageRule:
        _register(name, check)
        PAGES.append((name, check))
        return check

    return register


def of_files(name: str) -> Callable[[PageRule], PageRule]:
    """Register a rule that looks at pages and at includes; its docstring is its sentence."""

    def register(check: PageRule) -> PageRule:
        _register(name, check)
        FILES.append((name, check))
        return check

    return register


def of_book(name: str) -> Callable[[BookRule], BookRule]:
    """Register a rule that needs all of docs/; its docstring is its sentence."""

    def register(check: BookRule) -> BookRule:
        _register(name, check)
        BOOK.append((name, check))
        return check

    return register


def check_page(page: Page, book: Book) -> Iterator[tuple[str, Fault]]:
    """Run every rule on one file."""
    yield from page.faults
    for name, check in [*FILES, *([] if page.shared else PAGES)]:
        for fault in check(page, book):
            yield name, fault


def check_book(book: Book) -> Iterator[tuple[str, Fault]]:
    """Run every rule that needs all of docs/."""
    for name, check in BOOK:
        for fault in check(book):
            yield name, fault


def allow(found: Iterable[tuple[str, Fault]], pages: Iterable[Page], *, whole: bool) -> Iterator[tuple[str, Fault]]:
    """Leave out what an allowance in its own file allows; an allowance that allows nothing is a fault itself.

    An include's allowance may be for the pages that include it: only the whole guide shows that it is idle.
    """
    allowances = {page.path: page.allowances for page in pages if page.allowances}
    used: set[tuple[str, Allowance]] = set()
    for rule, fault in found:
        matching = [
            allowance
            for allowance in allowances.get(fault.path, ())
            if allowance.rule == rule
            and allowance.reason
            and allowance.text
            and allowance.text in fault.found
            and (fault.line == allowance.line or allowance.first <= fault.line < allowance.end)
        ]
        used |= {(fault.path, allowance) for allowance in matching}
        if not matching:
            yield rule, fault
    for page in pages:
        for allowance in page.allowances:
            mend = 'write <!-- allow: RULE "text that was found" reason -->'
            if allowance.rule not in SENTENCES:
                hint = nearest(allowance.rule, SENTENCES) or mend
                yield "allow", Fault(page.path, allowance.line, f'there is no rule "{allowance.rule}"', "", hint)
            elif not allowance.text:
                yield "allow", Fault(page.path, allowance.line, "an allowance that quotes nothing", "", mend)
            elif not allowance.reason:
                yield "allow", Fault(page.path, allowance.line, "an allowance without a reason", "", mend)
            elif (page.path, allowance) not in used and (whole or not page.shared):
                found_nothing = f'an allowance of "{allowance.text}" that allows nothing'
                yield "allow", Fault(page.path, allowance.line, found_nothing, "", "remove it")
