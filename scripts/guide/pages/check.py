"""`guide check`: every rule, what it is held against, and what of it is a finding."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from guide.findings import CannotRunError, Finding, nearest
from guide.pages import across, labels, linking, sources, structure, wording
from guide.pages.book import Book
from guide.pages.page import Allowance, Fault
from guide.yamlfile import read

ON_FILES = (
    across.fresh, across.reading, across.related, labels.labels, linking.alt, linking.links, linking.outside,
    linking.pictures, sources.sources, structure.front_matter, structure.headings, structure.sections, structure.steps,
    structure.tabs, wording.secrets, wording.terms, wording.words,
)  # fmt: skip
RULES = {rule.__name__.replace("_", "-"): rule for rule in ON_FILES}
ON_ALL = {
    "duplicate": across.duplicate, "includes": structure.included, "labels": labels.screens_and_sources,
    "related": across.reached, "sources": sources.source_list, "tags": across.tags,
}  # fmt: skip
OTHERS = {
    "allow": "An allowance names a rule, quotes what was found, gives a reason, and allows something.",
    "data": "A data file, such as shots.yml or redirects.yml, keeps its schema.",
    "file": "A file is UTF-8 text of a bearable size.",
}
LISTED = {"allow", "fresh", "labels", "sources", "tabs", "terms"}


def sentences() -> dict[str, str]:
    """Return every rule's name with what it says, in alphabetical order."""
    said = {name: rule.__doc__ or "" for name, rule in {**ON_ALL, **RULES}.items()}
    return dict(sorted({**said, **OTHERS}.items()))


def check(paths: Sequence[Path], today: datetime.date, root: Path = Path()) -> list[Finding]:
    """Hold all of docs/ against the rules; of the findings return those in the paths given, with none given all.

    Raises CannotRunError for a path for which there are no rules, or where `root` is not the guide's.
    """
    book = Book(root, today)
    named = {_named(path, book) for path in paths}
    # What would rest on a closed list that cannot be read is noise.
    found = [one for one in _allowed(_found(book), book) if book.complete or one.rule not in LISTED]
    return [*book.findings, *(one for one in found if not named or named & {*_around(root / one.path)})]


def _around(path: Path) -> list[Path]:
    return [path.resolve(), *path.resolve().parents]


def _named(path: Path, book: Book) -> Path:
    if not path.exists():
        raise CannotRunError(f"{path}: there is no such file or folder")
    ruled = path.is_dir() or path.suffix in {".md", ".html"} or path.resolve() in map(Path.resolve, _data(book))
    if book.docs.resolve() not in _around(path) or not ruled:
        raise CannotRunError(f"{path}: there are no rules for such a file; give pages or screens")
    return path.resolve()


def _data(book: Book) -> dict[Path, Any]:
    """Return the data files that are there, with their schemas."""
    from guide.upkeep.schema import FILES  # noqa: PLC0415 - it imports what reads pages, and so this

    return {book.root / path: schema for path, schema in FILES.items() if (book.root / path).is_file()}


def _found(book: Book) -> Iterator[Finding]:
    for path, schema in _data(book).items():
        wrong = read(path, schema, rule="data")[2] if path.name not in {"labels.yml", "tabs.yml"} else []
        yield from (replace(one, path=book.name(path)) for one in wrong)  # those two are the book's
    for page in [*book.pages, *book.includes]:
        faults = [*page.faults, *((name, fault) for name, rule in RULES.items() for fault in rule(page, book))]
        yield from (_finding(name, fault) for name, fault in faults)
    yield from (_finding(name, fault) for name, rule in ON_ALL.items() for fault in rule(book))


def _finding(rule: str, fault: Fault) -> Finding:
    return Finding(*fault.place, 0, rule, fault.found, fault.expected, fault.mend)


def _allowed(found: Iterator[Finding], book: Book) -> Iterator[Finding]:
    """Leave out what an allowance in its own file allows; an allowance that allows nothing is a finding itself."""
    allowances = {page.path: page.allowances for page in [*book.pages, *book.includes]}
    used: set[Allowance] = set()
    for one in found:
        matching = [allowance for allowance in allowances.get(one.path, ()) if _allows(allowance, one)]
        used.update(matching)
        if not matching:
            yield one
    for allowance in (allowance for each in allowances.values() for allowance in each):
        if allowance not in used:
            yield _finding("allow", _idle(allowance))


def _allows(allowance: Allowance, one: Finding) -> bool:
    near = one.line == allowance.place.line or allowance.first <= one.line < allowance.end
    meant = allowance.rule == one.rule and allowance.text and allowance.text in one.found
    return bool(near and meant and allowance.reason)


def _idle(allowance: Allowance) -> Fault:
    place, rule, text, reason, *_ = allowance
    mend = 'write <!-- allow: RULE "text that was found" reason -->'
    if rule not in sentences():
        return Fault(place, f'there is no rule "{rule}"', "", nearest(rule, sentences()) or mend)
    if not text or not reason:
        return Fault(place, f"an allowance without {'a reason' if text else 'a quotation'}", "", mend)
    return Fault(place, f'an allowance of "{text}" that allows nothing', "", "remove it")
