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
from guide.findings import CannotRunError, Finding, Place
from guide.site.links import outward
from guide.site.model import Site, address

SOURCES = "docs/includes/sources.md"
# Each class, and what to do about it.
FIXES = {
    "fine": "",
    "could not verify": "",
    "moved": "read the new page, then use its address",
    "broken": "look for where it went, or for another source",
}
NOWHERE = "no such host"
ERRORS = {f"[Errno {socket.EAI_NONAME}]", f"[Errno {getattr(socket, 'EAI_NODATA', socket.EAI_NONAME)}]"}
LOCALE = re.compile(r"[a-z]{2}([-_][a-z]{2,5})?", re.IGNORECASE)
VERSION = re.compile(r"\d{1,2}(\.\d+)*")
HOMES = {"index.html", "index.htm", "index.php", "home", "welcome"}


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
) -> tuple[list[Finding], str]:
    """Return what is wrong with the addresses that lead off a site, each with its class as its rule, and a summary.

    `answers` are those of `Web.ask`, `lines` says on which line of sources.md an address is, and `state` is a file that
    remembers since when each address is what it is. Raises CannotRunError if nothing answers at all.
    """
    before, named, verified = _read(state), outward(site), False
    seen: dict[str, tuple[str, str]] = {}
    found = []
    for asked, kind, why in answers:
        was, since = before.get(asked, (kind, str(day)))
        seen[asked] = kind, since if was == kind else str(day)
        verified = verified or (kind != "could not verify" and why != NOWHERE)
        if kind != "fine":
            since = f"since {seen[asked][1]}; " if seen[asked][1] != str(day) else ""
            place = Place(SOURCES, lines[asked]) if asked in lines else _place(site, named[asked][0], asked)
            on = f"{since}named on {_pages(named[asked])}"
            found.append(place.finding(f"{asked} ({why})", on, FIXES[kind], kind))
    if seen and not verified:
        raise CannotRunError(f"none of {len(seen)} addresses could be verified ({why}); check the network")
    if state:
        files.write(state, json.dumps(seen, indent=1).encode())
    counts = Counter(kind for kind, _ in seen.values())
    return found, f"{len(seen)} addresses: " + ", ".join(f"{counts[kind]} {kind}" for kind in FIXES if counts[kind])


def _place(site: Site, file: str, asked: str) -> Place:
    made_from = site.source(file)
    return Place(made_from.as_posix()) if made_from else site.place(file, asked)


def _pages(files: list[str]) -> str:
    more = f" and {len(files) - 3} more" if len(files) > 3 else ""
    return ", ".join(address(file) or "the home page" for file in files[:3]) + more


def _read(state: Path | None) -> dict[str, tuple[str, str]]:
    try:
        data = json.loads(state.read_bytes()) if state and state.exists() else {}
        return {each: (kind, str(datetime.date.fromisoformat(since))) for each, (kind, since) in data.items()}
    except (ValueError, TypeError, AttributeError) as error:
        raise CannotRunError(f"{state}: this is not the state of an earlier run; remove it to start again") from error
