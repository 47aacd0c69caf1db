"""A page as its readers get it: blocks in order, each with its place in the file and what it stands in."""

from __future__ import annotations

import datetime
import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Literal, NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit

from pydantic import Field

from guide.data import Places, Sentence, Strict
from guide.findings import Finding, Place
from guide.reading.plan import Plan

# Stands in `prose` for what is not the page's own wording: a label, code, an address, the name of a source.
HIDDEN = "\ufffc"


def split(address: str) -> SplitResult:
    """Take an address apart; what is none has no parts."""
    try:
        return urlsplit(address.strip())
    except ValueError:
        return urlsplit("")


def outward(address: str) -> bool:
    """Return whether an address leads to another site."""
    return bool(split(address).netloc) or split(address).scheme in {"http", "https"}


def leads_on(address: str) -> bool:
    """Return whether an address leads to a place of this site."""
    return bool(address) and not split(address).scheme and not split(address).netloc


class Meta(Strict):
    """Front matter; `exit` offers a way to leave the page fast."""

    title: Annotated[str, Field(min_length=1)]
    description: Sentence
    kind: Literal["procedure", "explainer", "reference", "hub", "practice"]
    checked: datetime.date
    who: str = ""
    minutes: Annotated[int, Field(ge=1)] | None = None
    applies_to: list[str] = Field(default_factory=list)
    tags: list[str] = Field(default_factory=list)
    hide: list[Literal["toc", "navigation", "path"]] = Field(default_factory=list)
    template: str = ""
    exit: bool = False
    plan: Plan | None = None


class Span(NamedTuple):
    """A piece of a line: a label, a link or an image with its text or alternative text.

    `target` is the address; `label` the key of the source that a link names, as in `Guide.sources`.
    """

    text: str
    place: Place
    target: str = ""
    label: str = ""


class Source(NamedTuple):
    """A link definition, such as those in sources.md; `label` as it is written."""

    label: str
    address: str
    title: str
    place: Place

    @property
    def key(self) -> str:
        """Its label as links name it, in any case."""
        return " ".join(self.label.lower().split())


class Tag(NamedTuple):
    """An HTML element, whether it is written as Markdown or as HTML."""

    name: str
    place: Place
    attributes: dict[str, str | None]
    raw: bool  # or a block


class Where(NamedTuple):
    """What a block stands in; `tab` and `step` count from 1 in the page's lists, 0 is none."""

    section: str = ""
    symptom: str = ""
    tab: int = 0
    step: int = 0
    box: str = ""
    bullet: bool = False


class Block(NamedTuple):
    """A heading, a paragraph, a table's cell …; what is included stands at its place in its own file.

    `kind` is meta, heading, paragraph, title, cell, code or box. `text` is all that a reader sees or hears; `prose`
    has HIDDEN for labels, code, addresses and names of sources. A line break in either is one in the file.
    """

    kind: str
    place: Place
    where: Where = Where()
    text: str = ""
    prose: str = ""
    level: int = 0
    labels: tuple[Span, ...] = ()
    links: tuple[Span, ...] = ()
    images: tuple[Span, ...] = ()

    def find(self, pattern: re.Pattern[str], text: str | None = None) -> Iterator[tuple[re.Match[str], Place]]:
        """Yield each match in `prose`, or in the text given, with its place."""
        text = self.prose if text is None else text
        for match in pattern.finditer(text):
            yield match, self.place.down(text.count("\n", 0, match.start()))

    @property
    def title(self) -> str:
        """Its text on one line."""
        return " ".join(self.text.split())

    @property
    def cites(self) -> bool:
        """Whether this is the small print that names the sources, or the pages that cite one."""
        return self.kind == "paragraph" and self.text.startswith(("Source:", "Sources:", "Cited on "))


class PageTab(NamedTuple):
    """A content tab; tabs of one `group` stand side by side."""

    label: str
    place: Place
    group: int


class Step(NamedTuple):
    """An item of a list, with its marker as it is written: a step may have `-`, a bullet `1.`, where lists merge."""

    place: Place
    marker: str
    nested: bool
    tab: int


class Allowance(NamedTuple):
    """A comment that allows findings of a rule on its own line and on the `lines` of the block that it belongs to."""

    place: Place
    rule: str
    text: str
    reason: str
    lines: range


@dataclass
class Page:
    """A Markdown file. `home` is its place in docs/, where its links start; `shared` tells that it is an include."""

    path: str
    home: str
    shared: bool = False
    meta: Meta | None = None
    places: Places = field(default_factory=lambda: Places(""))
    blocks: list[Block] = field(default_factory=list)
    tabs: list[PageTab] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    bullets: list[Step] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    includes: list[str] = field(default_factory=list)
    allowances: list[Allowance] = field(default_factory=list)
    definitions: list[Source] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)  # what could not be read

    def at(self, *keys: str | int) -> Place:
        """Return the place of a key of the front matter; the first line where it is not there."""
        return Place(self.path, self.places.of(*keys).line if keys else 1)

    def home_of(self, address: str) -> str:
        """Return the place in docs/ to which a relative address leads."""
        path = unquote(split(address).path)
        return posixpath.normpath(posixpath.join(posixpath.dirname(self.home), path)) if path else self.home

    def homes_of(self, links: Iterable[Span]) -> list[str]:
        """Return those places for all links that lead to this site."""
        return [self.home_of(link.target) for link in links if leads_on(link.target)]

    @property
    def title(self) -> str:
        """Its title; empty where the front matter cannot be read."""
        return self.meta.title if self.meta else ""

    @property
    def kind(self) -> str:
        """What the front matter says that it is; empty where it cannot be read."""
        return self.meta.kind if self.meta else ""

    @cached_property
    def own(self) -> list[Block]:
        """The blocks that stand in this very file."""
        return [block for block in self.blocks if block.place.path == self.path]

    @cached_property
    def words(self) -> list[Block]:
        """Its own blocks that are read as words."""
        return [block for block in self.own if block.kind != "code"]

    def find(self, pattern: re.Pattern[str]) -> Iterator[tuple[re.Match[str], Place]]:
        """Yield each match in its own words, with its place."""
        for block in self.words:
            yield from block.find(pattern)

    @cached_property
    def links(self) -> list[Span]:
        """Its links, those of what it includes too."""
        return [link for block in self.blocks for link in block.links]

    @cached_property
    def cited(self) -> set[str]:
        """The keys of the sources that it cites."""
        return {link.label for link in self.links if link.label}

    def under(self, section: str) -> list[Block]:
        """Return the blocks of a section, its heading first."""
        return [block for block in self.blocks if block.where.section == section]

    @cached_property
    def step_blocks(self) -> list[list[Block]]:
        """The blocks of each step, in the order of `steps`."""
        found: list[list[Block]] = [[] for _ in self.steps]
        for block in self.blocks:
            if block.where.step:
                found[block.where.step - 1].append(block)
        return found
