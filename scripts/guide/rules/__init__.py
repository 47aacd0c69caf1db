"""The content rules. A rule is a function: its name, its sentence, and from the guide what is wrong in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, wraps
from pathlib import Path

from guide.data import Strict, require
from guide.findings import Finding
from guide.reading.guide import Guide
from guide.reading.page import Page

Rule = Callable[[Guide], Iterator[Finding]]


def on_each_page(rule: Callable[[Page, Guide], Iterator[Finding]]) -> Rule:
    """Make a rule of one that takes a page or an include."""

    @wraps(rule)
    def on_all(guide: Guide) -> Iterator[Finding]:
        for page in guide.files:
            yield from rule(page, guide)

    return on_all


class Lists(Strict):
    """What `words.yml` lists."""

    verbs: list[str]
    hedges: list[str]
    banned: dict[str, str]
    terms: dict[str, str]
    names: list[str]
    empty_links: list[str]
    trackers: list[str]
    shorteners: list[str]
    elements: list[str]
    mailboxes: list[str]
    denials: list[str]


@cache
def lists() -> Lists:
    """Return the lists of words that the rules look for."""
    return require(Path(__file__).parent, Path("words.yml"), Lists)
