"""What an answer of the web means for an address that the guide names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import takewhile
from typing import Literal
from urllib.parse import SplitResult, parse_qsl, urlsplit, urlunsplit

from httpx import codes

from guide.citation import told
from guide.links.web import Answer

Kind = Literal["broken", "changed", "moved", "could not verify", "fine"]
KINDS: tuple[Kind, ...] = ("broken", "changed", "moved", "could not verify", "fine")
FINDINGS = frozenset(KINDS[:3])

LOCALE = re.compile(r"[a-z]{2}([-_][a-z]{2,5})?", re.IGNORECASE)
VERSION = re.compile(r"\d{1,2}(\.\d+)*")
# Where sites send a reader whose page is gone, or who is not signed in: a path segment or a value of the query.
HOMES = {"index", "index.html", "index.htm", "home", "default.aspx", "welcome"}
LOST = {"search", "searchresults", "search-results", "find", "404", "404.html", "not-found", "notfound", "error"}
GATES = {"login", "log-in", "signin", "sign-in", "auth", "accounts", "checkpoint", "captcha", "consent"}
NOT_FOUND = re.compile(
    r"\b(404|not[ -]found|(can.?t|can ?not|could ?n.?t|could not) (be found|find)"
    r"|(does ?n.?t|does not|no longer) exists?|(is ?n.?t|is not|no longer|not) available"
    r"|unavailable|page (is )?missing|has been removed)\b",
    re.IGNORECASE,
)
FILLING = {
    "a", "an", "and", "are", "as", "at", "by", "can", "do", "for", "how", "if", "in", "into", "is", "it", "of", "on",
    "or", "s", "t", "the", "to", "what", "with", "you", "your",
}  # fmt: skip
NUMBERS = {"1": "one", "2": "two", "3": "three"}


@dataclass(frozen=True)
class Verdict:
    """The class of an address and why; `new` is where it moved to, `title` how it is called now."""

    kind: Kind
    why: str = ""
    new: str = ""
    title: str = ""


def judge(answer: Answer, called: str = "", *, exactly: bool = True) -> Verdict:
    """Class an answer; `called` is the title in sources.md, which only describes the page where not `exactly`."""
    called, _ = told(called)
    why = answer.trouble or f"{answer.status} {codes.get_reason_phrase(answer.status)}".rstrip()
    if answer.nowhere or answer.status in {404, 410}:
        return Verdict("broken", why)
    if answer.trouble or not answer.good:
        return Verdict("could not verify", why)
    old, end = urlsplit(answer.address), urlsplit(answer.final)
    if not _same(old, end):
        words = _words_of(end) - _words_of(old)
        if words & LOST or (_article(old) and not _article(end)):
            return Verdict("broken", f"a soft 404: it redirects to {answer.final}")
        if words & GATES:
            return Verdict("could not verify", f"it redirects to {answer.final}")
    if NOT_FOUND.search(answer.title) and not NOT_FOUND.search(called):
        return Verdict("broken", f'a soft 404: it answers {answer.status}, with the title "{answer.title}"')
    new = _moved(answer)
    if new:
        return Verdict("moved", "", new, answer.title)
    if called and answer.html and not fits(called, answer.title, exactly=exactly):
        return Verdict("changed", "" if answer.title else "it has no title now", "", answer.title)
    return Verdict("fine", "", "", answer.title)


def fits(called: str, title: str, *, exactly: bool) -> bool:
    """Tell whether a page's title fits what sources.md calls it.

    Every word that matters has to be in it, half of them where the source is only described. What follows the last
    comma is the name of a book or a site, and may be missing.
    """
    there = _tokens(title)
    parts = [called, called.rpartition(",")[0]]
    shares = [len(words & there) / len(words) for part in parts if (words := _tokens(part))]
    return max(shares, default=1.0) >= (1.0 if exactly else 0.5)


def _tokens(text: str) -> set[str]:
    return {NUMBERS.get(word, word) for word in re.findall(r"\w+", text.casefold())} - FILLING


def _moved(answer: Answer) -> str:
    """Return where an address has moved to for good; nothing where that is the same article, in a locale for one."""
    for_good = takewhile(lambda hop: hop[0] in {301, 308}, answer.hops)
    new = urlsplit([answer.address, *(there for _, there in for_good)][-1])
    if _same(urlsplit(answer.address), new):
        return ""
    if new.hostname == "support.apple.com":  # its addresses work without a locale, and sources.md has none
        new = new._replace(path="/" + "/".join(_segments(new, LOCALE)))
    return urlunsplit(new._replace(fragment=""))


def _segments(parts: SplitResult, *without: re.Pattern[str]) -> list[str]:
    segments = [segment for segment in parts.path.split("/") if segment]
    return [segment for segment in segments if not any(pattern.fullmatch(segment) for pattern in without)]


def _article(parts: SplitResult) -> bool:
    """Tell whether an address is more than a site's front page."""
    return bool({segment.lower() for segment in _segments(parts, LOCALE)} - HOMES or parts.query)


def _words_of(parts: SplitResult) -> set[str]:
    return {word.lower() for word in [*_segments(parts), *(value for _, value in parse_qsl(parts.query))]}


def _same(old: SplitResult, new: SplitResult) -> bool:
    """Tell whether two addresses are of one article: locale, version and a title before its number do not count."""
    before, after = _segments(old, LOCALE, VERSION), _segments(new, LOCALE, VERSION)
    return (
        old[:2] == new[:2]
        and set(parse_qsl(old.query)) <= set(parse_qsl(new.query))
        and len(before) == len(after)
        and all(b == a or a.endswith(f"-{b}") for b, a in zip(before, after, strict=True))
    )
