"""`guide check`: every rule, and what of what they find is allowed."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from guide.data import FILES, LABELS, TABS, read
from guide.findings import CannotRunError, Finding, nearest
from guide.reading.guide import Guide
from guide.reading.page import Allowance
from guide.rules import Rule, labels, linking, plan, practice, sources, structure, wording


def data(guide: Guide) -> Iterator[Finding]:
    """A data file, such as shots.yml or redirects.yml, keeps its schema."""
    for path in _data_files(guide):
        if path not in {LABELS, TABS}:  # the guide has read those
            yield from read(guide.root, path, FILES[path], rule="data")[2]


def _data_files(guide: Guide) -> list[Path]:
    return [path for path in FILES if (guide.root / path).is_file()]


RULES: tuple[Rule, ...] = (
    data, labels.labels, linking.alt, linking.links, linking.outside, linking.path, linking.pictures, linking.related,
    plan.plan, practice.practice, sources.fresh, sources.sources, structure.front_matter, structure.headings,
    structure.includes, structure.leftover, structure.sections, structure.steps, structure.tabs, structure.tags,
    wording.duplicate, wording.reading, wording.secrets, wording.terms, wording.words,
)  # fmt: skip
OTHERS = {
    "allow": "An allowance names a rule, quotes what was found, gives a reason, and allows something.",
    "file": "A file can be read, and is UTF-8 text.",
}
LISTED = {"allow", "fresh", "labels", "practice", "sources", "tabs", "terms"}  # rules that rest on the closed lists


def name_of(rule: Rule) -> str:
    """Return a rule's name, as findings and allowances have it."""
    return rule.__name__.replace("_", "-")


def sentences() -> dict[str, str]:
    """Return every rule's name with what it says, in alphabetical order."""
    return dict(sorted({**OTHERS, **{name_of(rule): rule.__doc__ or "" for rule in RULES}}.items()))


def check(paths: Sequence[Path], today: datetime.date, root: Path = Path()) -> list[Finding]:
    """Return what the rules find in all of docs/; with paths, what of it is found in them."""
    guide = Guide(root, today)
    ruled = [page.path for page in guide.files] + [guide.name(path) for path in guide.screens] + _data_files(guide)
    for path in paths:
        if not any(_within(root / file, [path]) for file in ruled):
            raise CannotRunError(f"{path}: this is no page, screen or data file, and no folder with any")
    found = [finding for page in guide.files for finding in page.findings]
    found += [replace(finding, rule=name_of(rule)) for rule in RULES for finding in rule(guide)]
    # What would rest on a closed list that cannot be read is noise.
    found = [one for one in _not_allowed(found, guide) if not (guide.findings and one.rule in LISTED)]
    return [*guide.findings, *(one for one in found if not paths or _within(root / one.path, paths))]


def _within(file: Path, paths: Iterable[Path]) -> bool:
    file = file.resolve()
    return any(path.resolve() in (file, *file.parents) for path in paths)


def _not_allowed(found: Iterable[Finding], guide: Guide) -> Iterator[Finding]:
    """Leave out what an allowance in its own file allows; an allowance that allows nothing is a finding itself."""
    allowances = [allowance for page in guide.files for allowance in page.allowances]
    used: set[Allowance] = set()
    for one in found:
        matching = [allowance for allowance in allowances if _allows(allowance, one)]
        used.update(matching)
        if not matching:
            yield one
    for allowance in allowances:
        if allowance not in used:
            yield _unused(allowance)


def _allows(allowance: Allowance, one: Finding) -> bool:
    near = one.line == allowance.place.line or one.line in allowance.lines
    meant = allowance.rule == one.rule and allowance.text and allowance.text in one.found
    return bool(one.path == allowance.place.path and near and meant and allowance.reason)


def _unused(allowance: Allowance) -> Finding:
    place, rule, text, reason, _ = allowance
    fix = 'write <!-- allow: RULE "text that was found" reason -->'
    if rule not in sentences():
        return place.finding(f'there is no rule "{rule}"', "", nearest(rule, sentences()) or fix, "allow")
    if not text or not reason:
        return place.finding(f"an allowance without {'a reason' if text else 'a quotation'}", "", fix, "allow")
    return place.finding(f'an allowance of "{text}" that allows nothing', "", "remove it", "allow")
