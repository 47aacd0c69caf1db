"""The closed lists: platforms, tabs, and every Apple label that a page may tell a reader to look for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from guide.findings import Finding
from guide.yamlfile import Places, Strict, read

INCLUDES = Path("docs/includes")
Platform = Literal["mac", "iphone", "vision", "web", "watch", "windows", "apple-tv", "any"]
Version = tuple[int, ...]


RANGE = r"^([0-9]+(\.[0-9]+)*(-[0-9]+(\.[0-9]+)*)?)?$"


@cache
def versions(text: str) -> tuple[Version, Version]:
    """Return the first and last version of a range such as `10.15-12`, `13` or `17-26`."""
    ends = [tuple(int(part) for part in end.split(".")) for end in text.split("-")]
    return ends[0], ends[-1]


def _range(text: str) -> str:
    if text and (not re.search(RANGE, text) or versions(text)[0] > versions(text)[1]):
        raise ValueError('a range of versions, such as "10.15-12" or "13"')
    return text


Range = Annotated[str, AfterValidator(_range), Field(json_schema_extra={"pattern": RANGE})]  # for editors


class Tab(Strict):
    """A content tab's label, and the systems that its steps are for; `versions` empty: all of them."""

    label: str
    platform: Platform
    versions: Range = ""

    @property
    def last(self) -> Version:
        """The newest version that the tab is for; empty where it is for all."""
        return versions(self.versions)[1] if self.versions else ()


class Use(Strict):
    """Where a label is known to stand.

    `code` is the certainty: A stated by Apple; A-m by Apple, read through a mirror or another language; A-old by
    Apple in an older version; T by a third party only; I inferred. What is less certain cannot be entered.
    `source` is a label of sources.md.
    """

    platform: Platform
    versions: Range = ""
    code: Literal["A", "A-m", "A-old", "T", "I"]
    source: str


@dataclass(frozen=True)
class Vocabulary:
    """Everything closed that pages and drawn screens are held against: tabs by label, in order, and labels."""

    tabs: dict[str, Tab]
    labels: dict[str, list[Use]]
    places: Places  # of the labels

    def known(self, label: str, tab: Tab | None) -> list[Use]:
        """Return the uses of a label that cover a tab's systems; with no tab, all of its uses."""
        return [use for use in self.labels.get(label, ()) if tab is None or _covers(use, tab)]


def _covers(use: Use, tab: Tab) -> bool:
    if use.platform not in (tab.platform, "any"):
        return False
    if not use.versions or not tab.versions:
        return True
    (first, last), (low, high) = versions(use.versions), versions(tab.versions)
    return first <= low and high <= last


def load(folder: Path = INCLUDES) -> tuple[Vocabulary, list[Finding]]:
    """Read `tabs.yml` and `labels.yml`; findings where they are wrong."""
    tabs, _, wrong_tabs = read(folder / "tabs.yml", list[Tab], rule="labels")
    labels, places, wrong_labels = read(folder / "labels.yml", dict[str, list[Use]], rule="labels")
    return Vocabulary({tab.label: tab for tab in tabs or ()}, labels or {}, places), wrong_tabs + wrong_labels
