"""`guide links --external`: whether the addresses that lead out of a site still lead to what is meant."""

from __future__ import annotations

import datetime
import json
import re
import socket
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx

from guide import files
from guide.findings import CannotRunError, Finding
from guide.site.links import outward
from guide.site.model import Site, address

SOURCES = "docs/includes/sources.md"
# Each class, the worst first, and what to do about it.
FIXES = {
    "broken": "look for where it went, or for another source",
    "moved": "read the new page, then use its address",
    "could not verify": "",
    "fine": "",
}
NOWHERE = "no such host"
ERRORS = {f"[Errno {socket.EAI_NONAME}]", f"[Errno {getattr(socket, 'EAI_NODATA', socket.EAI_NONAME)}]"}
LOCALE = re.compile(r"[a-z]{2}([-_][a-z]{2,5})?", re.IGNORECASE)
VERSION = re.compile(r"\d{1,2}(\.\d+)*")
HOMES = {"index.html", "index.htm", "index.php", "home", "welcome"}


@dataclass(frozen=True)
class Outcome:
    """What became of an address, since when, and the pages that name it; `path` and `line` say where to change it."""

    address: str
    kind: str
    why: str
    since: datetime.date
    pages: tuple[str, ...]
    path: str
    line: int

    def finding(self, day: datetime.date) -> Finding:
        since = f"since {self.since}; " if self.since != day else ""
        more = f" and {len(self.pages) - 3} more" if len(self.pages) > 3 else ""
        found = f"{self.kind}: {self.address}{f' ({self.why})' if self.why else ''}"
        on = f"{since}named on {', '.join(self.pages[:3])}{more}"
        return Finding(self.path, self.line, 0, "external", found, on, FIXES[self.kind])


@dataclass(frozen=True)
class Web:
    """Asks one address after another; `pause` is for each host, `each` and `limit` for an address and for all (s)."""

    agent: str
    pause: float = 1.0
    each: float = 10.0
    limit: float = 900.0
    transport: httpx.BaseTransport | None = None

    def ask(self, addresses: Iterable[str]) -> Iterator[tuple[str, str, str]]:
        """Yield each address with its class and the reason."""
        headers = {"User-Agent": self.agent, "Accept-Language": "en-US,en;q=0.9"}
        end, free = time.monotonic() + self.limit, dict[str, float]()
        with httpx.Client(
            headers=headers, timeout=self.each, follow_redirects=True, transport=self.transport
        ) as client:
            for each in addresses:
                host, now = urlsplit(each).netloc, time.monotonic()
                if max(now, free.get(host, now)) > end:
                    yield each, "could not verify", f"not asked within {self.limit:g} s"
                    continue
                time.sleep(max(0, free.get(host, now) - now))
                yield each, *_judge(client, each)
                free[host] = time.monotonic() + self.pause


def _judge(client: httpx.Client, asked: str) -> tuple[str, str]:
    try:
        with client.stream("GET", asked) as response:  # the body isn't read
            hops = [*response.history, response]
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        why = str(error) or type(error).__name__
        return ("broken", NOWHERE) if any(each in why for each in ERRORS) else ("could not verify", why)
    if response.status_code in {404, 410}:
        return "broken", f"{response.status_code} {response.reason_phrase}"
    if not response.is_success:
        return "could not verify", f"{response.status_code} {response.reason_phrase}"
    if not _segments(str(response.url)) and _segments(asked):
        return "broken", f"it redirects to the start page, {response.url}"
    permanent = len(list(takewhile(lambda hop: hop.status_code in {301, 308}, hops)))
    new = str(hops[permanent].url)
    return ("fine", "") if _same(asked, new) else ("moved", f"to {new}")


def _segments(url: str) -> list[str]:
    """Return the parts of an address's path and query that name an article: not the locale, a version or an index."""
    path = [part for part in urlsplit(url).path.split("/") if part and part.lower() not in HOMES]
    return [part for part in path if not LOCALE.fullmatch(part) and not VERSION.fullmatch(part)]


def _same(old: str, new: str) -> bool:
    """Whether two addresses are of one article; Apple's put its title before its number."""
    before, after = urlsplit(old), urlsplit(new)
    pairs = list(zip(_segments(old), _segments(new), strict=False))
    return (
        before[:2] == after[:2]
        and set(parse_qsl(before.query)) <= set(parse_qsl(after.query))
        and len(_segments(old)) == len(_segments(new))
        and all(there == here or there.endswith(f"-{here}") for here, there in pairs)
    )


def check(
    site: Site,
    answers: Iterable[tuple[str, str, str]],
    lines: Mapping[str, int],
    day: datetime.date,
    state: Path | None,
) -> list[Outcome]:
    """Return what became of the addresses that lead out of a site, the worst first.

    `answers` are those of `Web.ask`, `lines` says on which line of sources.md an address stands, and `state` is a file
    that remembers since when each address is what it is. Raises CannotRunError where nothing answers at all.
    """
    before, named, found = _read(state), outward(site), []
    for asked, kind, why in answers:
        was, since = before.get(asked, (kind, day))
        first = named[asked][0]
        path = SOURCES if asked in lines else (site.source(first) or site.root / first).as_posix()
        pages = tuple(address(file) or "the home page" for file in named[asked])
        found.append(Outcome(asked, kind, why, since if was == kind else day, pages, path, lines.get(asked, 0)))
    if found and all(each.why == NOWHERE or each.kind == "could not verify" for each in found):
        raise CannotRunError(f"none of {len(found)} addresses could be verified ({found[0].why}); check the network")
    if state:
        seen = {each.address: (each.kind, str(each.since)) for each in found}
        files.write(state, json.dumps(seen, indent=1).encode())
    return sorted(found, key=lambda each: ([*FIXES].index(each.kind), each.address))


def _read(state: Path | None) -> dict[str, tuple[str, datetime.date]]:
    try:
        data = json.loads(state.read_bytes()) if state and state.exists() else {}
        return {each: (kind, datetime.date.fromisoformat(since)) for each, (kind, since) in data.items()}
    except (ValueError, TypeError, AttributeError) as error:
        raise CannotRunError(f"{state}: this is not the state of an earlier run; remove it to start again") from error


def summary(found: list[Outcome]) -> str:
    counts = Counter(each.kind for each in found)
    return f"{len(found)} addresses: " + ", ".join(f"{counts[kind]} {kind}" for kind in reversed(FIXES) if counts[kind])


def as_markdown(found: list[Outcome], day: datetime.date) -> str:
    """Return an issue's body; what strangers wrote stands in code spans, where it links nowhere."""
    lines = [f"Checked on {day}: {summary(found)}."]
    for kind in [*FIXES][:-1]:
        group = [each.finding(day) for each in found if each.kind == kind]
        lines += ["", f"## {kind.capitalize()}", ""] if group else []
        for each in group:
            advice = "; ".join(filter(None, (each.expected, each.fix)))
            lines.append(f"- [ ] `{each.found.replace('`', '')}`  \n  `{each.place}`; {advice}")
    return "\n".join(lines)
