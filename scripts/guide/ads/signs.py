"""The signs of an ad that no filter list knows, from `ads.yml`, and the words of pages' own rules."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from guide.ads.document import host
from guide.pages.book import WORDS, Words
from guide.yamlfile import Strict, require

SIGNS = Path(__file__).with_name("ads.yml")


class Lists(Strict):
    """The lists of `ads.yml`."""

    parameters: list[str]
    only_with: dict[str, str]
    redirectors: list[str]
    leads_on: str
    containers: str
    farms: str
    disclaimers: str
    labels: str


class Signs:
    """The lists, ready to use."""

    def __init__(self) -> None:
        lists, words = require(SIGNS, Lists), require(WORDS, Words)
        names = [name.casefold() for name in [*words.trackers, *lists.parameters]]
        self._parameters = {name for name in names if not name.endswith("*")}
        self._stems = tuple(name.rstrip("*") for name in names if name.endswith("*"))
        self._only_with = {name: _pattern(value) for name, value in lists.only_with.items()}
        self._redirectors = frozenset([*words.shorteners, *lists.redirectors])
        self._leads_on = _pattern(lists.leads_on)
        self.containers = _pattern(lists.containers)
        self.farms, self.disclaimers, self.labels = map(_pattern, (lists.farms, lists.disclaimers, lists.labels))

    def paid(self, address: str) -> tuple[str, str] | None:
        """Return of which kind an address that pays or follows is, and why; None for any other."""
        parts, its = urlsplit(address), host(address)
        if any(its == name or its.endswith("." + name) for name in self._redirectors):
            return "redirector", f"{its} hides where it leads"
        for key, value in parse_qsl(parts.query, keep_blank_values=True):
            name = key.casefold()
            if host(value) not in {"", its} and self._leads_on.search(unquote(parts.path)):
                return "redirector", f"{key}= leads on to {host(value)}"
            listed = name in self._parameters or name.startswith(self._stems)
            if listed and (name not in self._only_with or self._only_with[name].fullmatch(value)):
                return "affiliate parameter", f"{key}= pays somebody, or follows the reader"
        return None


def _pattern(choices: str) -> re.Pattern[str]:
    """Return one pattern for a choice on each line; a space in them stands for any white space."""
    choice = "|".join(f"(?:{one})" for one in choices.splitlines()).replace(" ?", r"\s*").replace(" ", r"\s+")
    return re.compile(choice, re.IGNORECASE)


@cache
def signs() -> Signs:
    """Read the lists once."""
    return Signs()
