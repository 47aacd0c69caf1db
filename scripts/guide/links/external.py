"""The addresses that lead out of a site: asked for, classed, remembered and reported."""

from __future__ import annotations

import datetime
import json
import os
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pydantic

from guide import files, findings
from guide.findings import CannotRunError, Finding
from guide.links.gate import outward
from guide.links.site import Site, address, source
from guide.links.verdict import FINDINGS, KINDS, Kind, Verdict, judge
from guide.links.web import Answer
from guide.pages.page import Source
from guide.yamlfile import Strict

SOURCES = "docs/includes/sources.md"


class Seen(Strict):
    """Since when an address has been what it is now."""

    kind: Kind
    since: datetime.date


STATE = pydantic.TypeAdapter(dict[str, Seen])


@dataclass(frozen=True)
class Outcome:
    """What became of an address and since when, its entry in sources.md if it has one, and where the site names it."""

    address: str
    verdict: Verdict
    since: datetime.date
    source: Source | None
    pages: tuple[str, ...]
    path: str

    @property
    def wrong(self) -> bool:
        """Whether it is a finding."""
        return self.verdict.kind in FINDINGS

    def finding(self, day: datetime.date | None = None) -> Finding:
        """Return it as a finding: the class and its reason; since when, unless that is `day`, and where; what to do."""
        now, entry = self.verdict, self.source
        reason = {"moved": f" → {now.new}", "changed": f' is called "{now.title}" now'}.get(now.kind, "")
        found = f"{now.kind}: {self.address}{reason}{f' ({now.why})' if now.why else ''}"
        since = f"since {self.since}; " if self.since != day else ""
        rest = f" and {len(self.pages) - 3} more" if len(self.pages) > 3 else ""
        named = f"{since}{f'{entry.label}, ' if entry else ''}named on {', '.join(self.pages[:3])}{rest}"
        mend = {
            "moved": "read the new page, then paste its address",
            "changed": "read it again, then mend the title and what rests on it",
            "broken": "look for where it went, or for another source",
        }.get(now.kind, "")
        if entry and now.kind == "changed":
            mend = f'sources.md calls it "{entry.title}"; {mend}'
        return Finding(self.path, entry.line if entry else 0, 0, "external", found, named, mend)


def check(
    site: Site,
    sources: Collection[Source],
    day: datetime.date,
    state: Path | None,
    ask: Callable[[Collection[str], str], list[Answer]],
) -> list[Outcome]:
    """Class every address that leads out of a site, the worst first; `ask` takes them and the user agent's name.

    `state` is a file that remembers since when each address is what it is. Raises CannotRunError where nothing answers
    at all, or where `state` is something else or cannot be written.
    """
    before = _read(state)
    named = outward(site)
    answers = ask(named, f"two-locks-link-check/1.0 (checks the links of {site.url or 'a site in the making'})")
    if answers and not any(answer.status for answer in answers):
        raise CannotRunError(f"none of {len(answers)} addresses answered ({answers[0].trouble}); look at the network")
    known = {entry.address.partition("#")[0]: entry for entry in sources}
    found = []
    for answer in answers:
        entry, on, seen = known.get(answer.address), named[answer.address], before.get(answer.address)
        described = entry is not None and entry.label.startswith("W-")
        verdict = judge(answer, entry.title if entry else "", exactly=not described)
        since = seen.since if seen and seen.kind == verdict.kind else day
        path = SOURCES if entry else (source(on[0], Path("docs")) or site.root / on[0]).as_posix()
        pages = tuple(address(file) or "the home page" for file in on)
        found.append(Outcome(answer.address, verdict, since, entry, pages, path))
    if state:
        after = {each.address: Seen(kind=each.verdict.kind, since=each.since) for each in found}
        files.write(state, STATE.dump_json(after, indent=1))
    return sorted(found, key=lambda each: (KINDS.index(each.verdict.kind), each.address))


def _read(state: Path | None) -> dict[str, Seen]:
    if state and not os.access(state.parent, os.W_OK):
        raise CannotRunError(f"{state}: there is no folder here that can be written to")
    try:
        return STATE.validate_json(state.read_bytes()) if state and state.exists() else {}
    except (OSError, ValueError) as error:
        raise CannotRunError(f"{state}: this is no state of an earlier run; remove it to begin anew") from error


def summary(found: list[Outcome]) -> str:
    """Return how many addresses are in each class."""
    counts = Counter(each.verdict.kind for each in found)
    return f"{len(found)} addresses: " + ", ".join(f"{counts[kind]} {kind}" for kind in reversed(KINDS) if counts[kind])


def written(found: list[Outcome], day: datetime.date, form: str) -> str:
    """Return all outcomes as text, CI annotations, JSON, or Markdown for an issue."""
    if form == "json":
        return json.dumps({"checked": f"{day}", "addresses": list(map(_data, found))}, indent=1, ensure_ascii=False)
    if form == "markdown":
        return _markdown(found, day)
    lines = [findings.FORMATS[form](each.finding(day)) for each in found if each.wrong]
    rest = [each.finding(day).message for each in found if not each.wrong]
    return "\n".join(lines + rest)


def _data(each: Outcome) -> dict[str, Any]:
    entry, now = each.source, each.verdict
    return {
        "address": each.address, "class": now.kind, "why": now.why, "new": now.new, "title": now.title,
        "since": f"{each.since}", "label": entry.label if entry else "", "called": entry.title if entry else "",
        "pages": each.pages,
    }  # fmt: skip


def _markdown(found: list[Outcome], day: datetime.date) -> str:
    """Return an issue's body; what strangers wrote stands in code spans, where it names nobody and links nowhere."""
    lines = [f"Checked on {day}: {summary(found)}."]
    for kind in KINDS[:-1]:
        group = [each.finding() for each in found if each.verdict.kind == kind]
        lines += ["", f"## {kind.capitalize()}", ""] if group else []
        for each in group:
            lines.append(f"- [ ] `{each.found.replace('`', '')}`  ")
            lines.append(f"  `{each.place}`; {'; '.join(filter(None, (each.expected, each.mend)))}")
    return "\n".join(lines)
