"""The register of rules, and what holds for all of them: names, sentences, allowances."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from guide.findings import Finding, nearest
from guide.pages.page import Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from guide.pages.book import Book
    from guide.pages.page import Allowance, Page

Check = TypeVar("Check", bound="Callable[..., Iterator[Fault]]")

SENTENCES: dict[str, str] = {
    "allow": "An allowance names a rule, quotes what was found, gives a reason, and allows something.",
    "file": "A file is UTF-8 text of a bearable size.",
}
FILES: list[tuple[str, Callable[[Page, Book], Iterator[Fault]]]] = []
PAGES: list[tuple[str, Callable[[Page, Book], Iterator[Fault]]]] = []
BOOK: list[tuple[str, Callable[[Book], Iterator[Fault]]]] = []


def _register(name: str, register: list[tuple[str, Any]]) -> Callable[[Check], Check]:
    def keep(check: Check) -> Check:
        SENTENCES.setdefault(name, check.__doc__ or "")
        register.append((name, check))
        return check

    return keep


def of_files(name: str) -> Callable[[Check], Check]:
    """Register a rule on pages and includes; the first docstring of a name is its sentence."""
    return _register(name, FILES)


def of_pages(name: str) -> Callable[[Check], Check]:
    """Register a rule on pages, not on includes."""
    return _register(name, PAGES)


def of_book(name: str) -> Callable[[Check], Check]:
    """Register a rule that needs all of docs/ and names the path itself."""
    return _register(name, BOOK)


def check_page(page: Page, book: Book) -> Iterator[Finding]:
    """Run every rule on one file."""
    for rule, fault in page.faults:
        yield finding(rule, fault, page.path)
    for rule, check in [*FILES, *([] if page.shared else PAGES)]:
        for fault in check(page, book):
            yield finding(rule, fault, page.path)


def check_book(book: Book) -> Iterator[Finding]:
    """Run every rule that needs all of docs/."""
    for rule, check in BOOK:
        for fault in check(book):
            yield finding(rule, fault)


def finding(rule: str, fault: Fault, path: str = "") -> Finding:
    """Return a fault as a finding of a rule, in the file at `path` where it does not name one."""
    return Finding(fault.path or path, fault.line, 0, rule, fault.found, fault.expected, fault.mend)


def allow(found: Iterable[Finding], read: Iterable[Page], named: Iterable[Page]) -> Iterator[Finding]:
    """Leave out what an allowance in its own file allows; an allowance that allows nothing is a finding itself.

    `read` are all files whose allowances count; `named` those whose idle allowances are reported.
    """
    idle = {page.path: set(page.allowances) for page in read if page.allowances}
    kept = {path: list(allowances) for path, allowances in idle.items()}
    for one in found:
        matching = [allowance for allowance in kept.get(one.path, ()) if _allows(allowance, one)]
        if matching:
            idle[one.path].difference_update(matching)
        else:
            yield one
    for page in named:
        for allowance in page.allowances:
            if allowance in idle[page.path]:
                yield finding("allow", _idle(allowance), page.path)


def _allows(allowance: Allowance, one: Finding) -> bool:
    near = one.line == allowance.line or allowance.first <= one.line < allowance.end
    meant = allowance.rule == one.rule and allowance.text and allowance.text in one.found
    return bool(near and meant and allowance.reason)


def _idle(allowance: Allowance) -> Fault:
    mend = 'write <!-- allow: RULE "text that was found" reason -->'
    if allowance.rule not in SENTENCES:
        hint = nearest(allowance.rule, SENTENCES) or mend
        return Fault(allowance.line, f'there is no rule "{allowance.rule}"', "", hint)
    if not allowance.text or not allowance.reason:
        lacking = "a reason" if allowance.text else "a quotation"
        return Fault(allowance.line, f"an allowance without {lacking}", "", mend)
    return Fault(allowance.line, f'an allowance of "{allowance.text}" that allows nothing', "", "remove it")
