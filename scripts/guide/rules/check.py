"""`guide check`: every rule, and what of what they find is allowed."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from guide.findings import CannotRunError, Finding, nearest
from guide.reading.guide import Guide
from guide.reading.page import Allowance
from guide.rules import Rule, labels, linking, sources, structure, wording
from guide.yamlfile import read


def data(guide: Guide) -> Iterator[Finding]:
    """A data file, such as shots.yml or redirects.yml, keeps its schema."""
    for path, schema in data_files(guide).items():
        if path.name not in {"labels.yml", "tabs.yml"}:  # the guide has read those
            yield from (replace(one, path=guide.name(path)) for one in read(path, schema, rule="data")[2])


def data_files(guide: Guide) -> dict[Path, Any]:
    """Return the data files that are there, with their schemas."""
    from guide.upkeep.schema import FILES  # noqa: PLC0415 - it imports what reads pages, and so this

    return {guide.root / path: schema for path, schema in FILES.items() if (guide.root / path).is_file()}


RULES: tuple[Rule, ...] = (
    data, labels.labels, linking.alt, linking.links, linking.outside, linking.pictures, linking.related, sources.fresh,
    sources.sources, structure.front_matter, structure.headings, structure.includes, structure.leftover,
    structure.sections, structure.steps, structure.tabs, structure.tags, wording.duplicate, wording.reading,
    wording.secrets, wording.terms, wording.words,
)  # fmt: skip
OTHERS = {
    "allow": "An allowance names a rule, quotes what was found, gives a reason, and allows something.",
    "file": "A file can be read, and is UTF-8 text.",
}
LISTED = {"allow", "fresh", "labels", "sources", "tabs", "terms"}  # rules that rest on the closed lists


def name_of(rule: Rule) -> str:
    """Return a rule's name, as findings and allowances have it."""
    return rule.__name__.replace("_", "-")


def sentences() -> dict[str, str]:
    """Return every rule's name with what it says, in alphabetical order."""
    return dict(sorted({**OTHERS, **{name_of(rule): rule.__doc__ or "" for rule in RULES}}.items()))


def check(paths: Sequence[Path], today: datetime.date, root: Path = Path()) -> list[Finding]:
    """Return what the rules find in all of docs/; with paths, what of it is found in them.

    Raises CannotRunError for a path for which there are no rules, or where `root` is not the guide's.
    """
    guide = Guide(root, today)
    named = {_named(path, guide) for path in paths}
    found = [finding for page in guide.files for finding in page.findings]
    found += [replace(finding, rule=name_of(rule)) for rule in RULES for finding in rule(guide)]
    # What would rest on a closed list that cannot be read is noise.
    found = [one for one in _allowed(found, guide) if not (guide.findings and one.rule in LISTED)]
    return [*guide.findings, *(one for one in found if not named or named & {*_around(root / one.path)})]


def _around(path: Path) -> list[Path]:
    return [path.resolve(), *path.resolve().parents]


def _named(path: Path, guide: Guide) -> Path:
    if not path.exists():
        raise CannotRunError(f"{path}: there is no such file or folder")
    ruled = path.is_dir() or path.suffix in {".md", ".html"} or path.resolve() in map(Path.resolve, data_files(guide))
    if guide.docs.resolve() not in _around(path) or not ruled:
        raise CannotRunError(f"{path}: there are no rules for such a file; give pages or screens")
    return path.resolve()


def _allowed(found: Iterable[Finding], guide: Guide) -> Iterator[Finding]:
    """Leave out what an allowance in its own file allows; an allowance that allows nothing is a finding itself."""
    allowances = {page.path: page.allowances for page in guide.files}
    used: set[Allowance] = set()
    for one in found:
        matching = [allowance for allowance in allowances.get(one.path, ()) if _allows(allowance, one)]
        used.update(matching)
        if not matching:
            yield one
    for allowance in (allowance for each in allowances.values() for allowance in each):
        if allowance not in used:
            yield _idle(allowance)


def _allows(allowance: Allowance, one: Finding) -> bool:
    near = one.line == allowance.place.line or one.line in allowance.lines
    meant = allowance.rule == one.rule and allowance.text and allowance.text in one.found
    return bool(near and meant and allowance.reason)


def _idle(allowance: Allowance) -> Finding:
    place, rule, text, reason, _ = allowance
    fix = 'write <!-- allow: RULE "text that was found" reason -->'
    if rule not in sentences():
        fix = nearest(rule, sentences()) or fix
        return place.finding(f'there is no rule "{rule}"', "", fix, "allow")
    if not text or not reason:
        return place.finding(f"an allowance without {'a reason' if text else 'a quotation'}", "", fix, "allow")
    return place.finding(f'an allowance of "{text}" that allows nothing', "", "remove it", "allow")
