"""What is due for a new comparison with Apple's documents, the riskiest first."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from guide import files
from guide.citation import read_month
from guide.data import RELEASES, Release, require, versions
from guide.findings import CannotRunError, Finding, Place, lines
from guide.reading.guide import Guide
from guide.reading.page import Page
from guide.rules.labels import shown, unstated

# Days until a page has to be compared again, by how badly a wrong step would strand a reader.
TERMS = {"procedure": 90, "explainer": 180, "reference": 180, "practice": 180, "hub": 365}
RISK = {kind: rank for rank, kind in enumerate(TERMS)}
READING = {"file", "front-matter"}  # the rules on what cannot be read


def due(guide: Guide) -> list[tuple[int, Finding]]:
    """Return everything that is due on the guide's day with its risk, of which 0 is the worst; the riskiest first.

    What nobody can do before Apple or a reader with the device says more is no "due" but "waiting".
    Raises CannotRunError with the first thing that cannot be read: it would never be due.
    """
    unread = [finding for page in guide.files for finding in page.findings if finding.rule in READING]
    if guide.findings or unread:
        raise CannotRunError(lines([*guide.findings, *unread])[0])
    out = [release for release in require(guide.root, RELEASES, list[Release]) if release.out <= guide.today]
    found = [(RISK[page.kind], item) for page in guide.pages for item in _page(page, guide, out)]
    return sorted([*found, *((len(RISK), item) for item in _screens(guide))])


def _page(page: Page, guide: Guide, out: list[Release]) -> Iterator[Finding]:
    assert page.meta  # noqa: S101 - for the type checker: its front matter was read
    checked, place = page.meta.checked, page.at("checked")
    fix = f"compare it, then: guide checked {page.path} --on {guide.today}"
    late = checked + datetime.timedelta(days=TERMS[page.kind])
    if late <= guide.today:
        yield place.finding(f"checked on {checked}, due since {late}", "", fix, "due")
    for source in (guide.sources[key] for key in sorted(page.cited)):
        month = read_month(source.title)
        if month and month > (checked.year, checked.month):
            yield place.finding(
                f"its source [{source.label}] was read again in {month[0]}-{month[1]:02}", "", fix, "due"
            )
    known = guide.tabs
    tabs = [(known[tab.label], tab.place) for tab in page.tabs if tab.label in known]
    for release in out:
        versions_here = [(tab.last, where) for tab, where in tabs if tab.platform == release.platform]
        newest, where = max(versions_here, default=((), place))
        if newest and newest < versions(release.version)[0]:
            yield where.finding(
                f"{release.name} is out, the newest version named here is {'.'.join(map(str, newest))}",
                "",
                f"read what Apple says about {release.name}, then change the tabs",
                "due",
            )
    unsure: dict[str, int] = {}
    for block in (block for blocks in page.step_blocks for block in blocks):
        for label in block.labels:
            if unstated(label.text, guide.tab(page, block), guide):
                unsure.setdefault(label.text, label.place.line if label.place.path == page.path else 1)
    yield from _unstated("rests on", unsure, page.path, "look for a source of Apple's")


def _screens(guide: Guide) -> Iterator[Finding]:
    """Pictures: a drawn screen with a label that Apple does not state."""
    for path in guide.screens:
        name = guide.name(path)
        texts = [(text.removesuffix("…").rstrip(), line) for text, line in shown(files.read(path, name))]
        unsure = {text: line for text, line in texts if unstated(text, None, guide)}
        yield from _unstated("shows", unsure, name, "look for a source, or import a capture")


def _unstated(verb: str, labels: dict[str, int], path: str, fix: str) -> Iterator[Finding]:
    if labels:
        names = ", ".join(f'"{name}"' for name in labels)
        yield Place(path, min(labels.values())).finding(
            f"{verb} what Apple does not state: {names}", "", fix, "waiting"
        )
