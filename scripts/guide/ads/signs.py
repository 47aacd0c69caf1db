"""The signs of an ad that no filter list knows, from `ads.yml`, and the words of pages' own rules."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Annotated
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import BeforeValidator

from guide.ads.document import host
from guide.pages.book import WORDS, Words
from guide.yamlfile import Strict, require

SIGNS = Path(__file__).with_name("ads.yml")


def _pattern(choices: str) -> re.Pattern[str]:
    """Return one pattern for a choice on each line; a space in them stands for any white space."""
    choice = "|".join(f"(?:{one})" for one in choices.splitlines()).replace(" ?", r"\s*").replace(" ", r"\s+")
    return re.compile(choice, re.IGNORECASE)


Choices = Annotated[re.Pattern[str], BeforeValidator(_pattern)]


class Signs(Strict):
    """The lists of `ads.yml`."""

    parameters: list[str]
    only_with: dict[str, Choices]
    redirectors: list[str]
    leads_on: Choices
    attributes: list[str]
    containers: Choices
    farms: Choices
    disclaimers: Choices
    labels: Choices

    def paid(self, address: str) -> tuple[str, str] | None:
        """Return of which kind an address that pays or follows is, and why; None for any other."""
        parts, its = urlsplit(address), host(address)
        if any(its == name or its.endswith("." + name) for name in self.redirectors):
            return "redirector", f"{its} hides where it leads"
        for key, value in parse_qsl(parts.query, keep_blank_values=True):
            name = key.casefold()
            if host(value) not in {"", its} and self.leads_on.search(unquote(parts.path)):
                return "redirector", f"{key}= leads on to {host(value)}"
            listed = any(fnmatchcase(name, one) for one in self.parameters)
            if listed and (name not in self.only_with or self.only_with[name].fullmatch(value)):
                return "affiliate parameter", f"{key}= pays somebody, or follows the reader"
        return None


@cache
def signs() -> Signs:
    """Read the lists once, with those of words.yml that are about addresses."""
    signs, words = require(SIGNS, Signs), require(WORDS, Words)
    parameters = [name.casefold() for name in [*words.trackers, *signs.parameters]]
    return signs.model_copy(update={"parameters": parameters, "redirectors": [*words.shorteners, *signs.redirectors]})
