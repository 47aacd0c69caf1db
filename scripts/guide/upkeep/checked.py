"""Setting the day on which a page was compared with its sources."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from guide import files
from guide.citation import read_month
from guide.findings import CannotRunError, lines
from guide.reading.guide import Guide
from guide.reading.page import Page
from guide.rules.check import check

DATE = re.compile(r"^(checked:[ \t]*)\S+", re.MULTILINE)


def walk(paths: Sequence[Path], day: datetime.date, today: datetime.date, root: Path = Path()) -> list[str]:
    """Return what to go through: each section of the pages, with the titles and addresses that it cites.

    Raises CannotRunError for a day to come or before the sources were read, for what is not a page, and for pages
    with findings.
    """
    if day > today:
        raise CannotRunError(f"{day} is in the future; give the day on which the page was compared")
    guide = Guide(root, today)
    known = {path.resolve(): path for path in guide.docs.rglob("*.md") if guide.shared not in path.parents}
    for path in paths:
        if path.resolve() not in known:
            raise CannotRunError(f"{path}: not a page of this guide; give a file in docs/ with front matter")
    pages = [guide.page(known[path.resolve()]) for path in paths]
    # That the sources were read after the last comparison is why this command is run.
    old = {(page.path, page.at("checked").line) for page in pages}
    findings = [one for one in check(paths, today, root) if one.rule != "fresh" or (one.path, one.line) not in old]
    if findings:
        raise CannotRunError(f"fix the page first: {lines(findings)[0]}")
    for page in pages:
        titles = {guide.sources[key].title for key in page.cited}
        month, title = max(((read_month(title) or (0, 0), title) for title in titles), default=((0, 0), ""))
        if month > (day.year, day.month):
            raise CannotRunError(
                f"{page.at('checked')}: {day} is before its source was read, {title}; give a day from then on"
            )
    return [line for page in pages for line in _cited(page, guide)]


def _cited(page: Page, guide: Guide) -> Iterator[str]:
    yield f"{page.path}: {page.meta.title if page.meta else ''}"
    sections: dict[str, dict[str, None]] = {}
    for block in page.blocks:
        tab = page.tabs[block.where.tab - 1].label if block.where.tab else ""
        place = " › ".join(filter(None, [block.where.section, tab])) or "The beginning"
        cited = [link.label for link in block.links if link.label]
        sections.setdefault(place, {}).update(dict.fromkeys(cited))
    for place, labels in sections.items():
        if labels:
            yield f"  {place}"
            yield from (f"    {guide.sources[label].title}  {guide.sources[label].address}" for label in labels)


def mark(path: Path, day: datetime.date) -> bool:
    """Write the day into the page's front matter, in place; return whether it has changed."""
    text = files.read(path)
    head, fence, body = text[3:].partition("\n---")
    new = "---" + DATE.sub(rf"\g<1>{day.isoformat()}", head, count=1) + fence + body
    return files.write(path, new.encode())
