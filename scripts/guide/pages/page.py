"""A page as the rules see it: its blocks in order, each with its place, section, tab and step."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from guide.yamlfile import Places, Strict

# Stands in `prose` for what is not the page's own wording: a label, code, an address, the name of a source.
HIDDEN = "\ufffc"


class Meta(Strict):
    """Front matter. `description` has 50 to 160 characters: what search engines show whole."""

    title: Annotated[str, Field(min_length=1)]
    description: Annotated[str, Field(min_length=50, max_length=160)]
    kind: Literal["procedure", "explainer", "reference", "hub"]
    checked: datetime.date
    who: str = ""
    minutes: Annotated[int, Field(ge=1)] | None = None
    applies_to: list[str] = Field(default_factory=list)
    tags: list[str] = Field(default_factory=list)
    hide: list[Literal["toc", "navigation", "path"]] = Field(default_factory=list)
    template: str = ""


class Place(NamedTuple):
    """A line of a file, from 1; 0 is the whole file."""

    path: str
    line: int

    def __str__(self) -> str:
        """Return it as findings name it."""
        return f"{self.path}:{self.line}"


class Fault(NamedTuple):
    """What a rule has found."""

    place: Place
    found: str
    expected: str = ""
    mend: str = ""


class Span(NamedTuple):
    """A piece of a line: a bold label, a comment, a link or an image with its text, or its alternative text.

    `target` is the address; `label` a link's reference label in the form in which labels are compared.
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
    line: int


class Tag(NamedTuple):
    """An HTML element that stands in the Markdown; without a name, a list of attributes in braces."""

    name: str
    place: Place
    attributes: dict[str, str]


class Where(NamedTuple):
    """What a block stands in; `tab` and `step` count from 1 in the page's lists, 0 is none."""

    section: str = ""
    symptom: str = ""
    tab: int = 0
    step: int = 0
    box: str = ""
    bullet: bool = False


class Block(NamedTuple):
    """The smallest block: a heading, a paragraph, a table's cell; what is included stands as blocks of its own file.

    `kind` is meta, heading, paragraph, title, cell, code, html, box or abbreviation. `text` is all that a reader sees
    or hears, `prose` the same without labels, code, addresses and names of sources; a line break in either is one in
    the file.
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
    tags: tuple[Tag, ...] = ()

    def find(self, pattern: re.Pattern[str], text: str | None = None) -> Iterator[tuple[re.Match[str], Place]]:
        """Yield each match in `prose`, or in the text given, with its place."""
        text = self.prose if text is None else text
        for match in pattern.finditer(text):
            yield match, Place(self.place.path, self.place.line + text.count("\n", 0, match.start()))

    @property
    def title(self) -> str:
        """Its text on one line."""
        return " ".join(self.text.split())

    @property
    def pictures(self) -> list[Span]:
        """Its images, those in HTML too."""
        tags = [tag for tag in self.tags if tag.name == "img"]
        return [*self.images, *(Span(t.attributes.get("alt", ""), t.place, t.attributes.get("src", "")) for t in tags)]

    @property
    def cites(self) -> bool:
        """Whether this is the small print that names the sources."""
        return self.kind == "paragraph" and self.text.startswith(("Source:", "Sources:"))


class PageTab(NamedTuple):
    """A content tab; tabs of one `group` stand side by side."""

    label: str
    place: Place
    group: int


class Step(NamedTuple):
    """An item of an ordered list, with its number as it is written."""

    place: Place
    number: str
    nested: bool
    tab: int


class Allowance(NamedTuple):
    """A comment that allows findings of a rule, on its own line and from `first` up to before `end`."""

    place: Place
    rule: str
    text: str
    reason: str
    first: int
    end: int


@dataclass
class Page:
    """A Markdown file. `home` is its place in docs/, in which its links start; `shared` tells that it is an include."""

    path: str
    home: str
    shared: bool = False
    meta: Meta | None = None
    places: Places = field(default_factory=lambda: Places(None, 1))
    blocks: list[Block] = field(default_factory=list)
    tabs: list[PageTab] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    includes: list[str] = field(default_factory=list)
    allowances: list[Allowance] = field(default_factory=list)
    definitions: list[Source] = field(default_factory=list)
    faults: list[tuple[str, Fault]] = field(default_factory=list)

    def at(self, *keys: str | int) -> Place:
        """Return the place of a key of the front matter; the first line where it is not there."""
        return Place(self.path, self.places.of(keys)[0] if keys else 1)

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
        return [block for block in self.own if block.kind not in {"code", "abbreviation"}]

    @cached_property
    def links(self) -> list[Span]:
        """Its links, those of what it includes too."""
        return [link for block in self.blocks for link in block.links]

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
