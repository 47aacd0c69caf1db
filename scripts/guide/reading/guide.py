"""The guide: its pages and includes, and the closed lists, sources and pictures that they name."""

from __future__ import annotations

import datetime
import posixpath
import re
from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

from guide import files, lock
from guide.data import LABELS, TABS, Tab, Use, parse, read
from guide.findings import CannotRunError, Place, nearest
from guide.reading.blocks import take_apart
from guide.reading.markdown import Parser
from guide.reading.page import Block, Meta, Page, Source, Span

Line = tuple[str, Place]
CONFIG = "mkdocs.yml"
FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?\n)(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
INCLUDE = re.compile(r"""(?P<indent>[ \t]*)-+8<-+[ \t]+(["'])(?P<name>[^"'\n]+)\2[ \t]*""")
DEFINITION = re.compile(r'\s*\[(?P<label>[^]^]+)\]:\s*<?(?P<address>\S+?)>?(?:\s+"(?P<title>.*)")?\s*')


class Guide:
    """The guide under `root`, read when it is asked for."""

    def __init__(self, root: Path, today: datetime.date) -> None:
        self.root, self.today = root, today
        self.docs, self.shared = root / "docs", root / "docs" / "includes"
        if not (self.docs.is_dir() and (root / CONFIG).is_file()):
            raise CannotRunError("there is no guide here; run this where mkdocs.yml stands")
        tabs, _, wrong_tabs = read(root, TABS, list[Tab], rule="labels")
        labels, self.label_places, wrong_labels = read(root, LABELS, dict[str, list[Use]], rule="labels")
        self.tabs = {tab.label: tab for tab in tabs or ()}
        self.labels, self.findings = labels or {}, wrong_tabs + wrong_labels
        self._parser = Parser(root / CONFIG)
        self._pages: dict[Path, Page] = {}
        self.sources: dict[str, Source] = {}
        self.source_page = self.page(self.shared / "sources.md")
        for finding in self.source_page.findings:
            raise CannotRunError(f"{finding.place}: {finding.message}")
        for source in self.source_page.definitions:
            self.sources.setdefault(source.key, source)  # the first of two counts

    def name(self, path: Path) -> str:
        """Return a path as it is shown: from `root`."""
        return path.relative_to(self.root).as_posix()

    def tab(self, page: Page, block: Block) -> Tab | None:
        """Return the tab that a block of a page stands in, if it is of the closed list."""
        return self.tabs.get(page.tabs[block.where.tab - 1].label) if block.where.tab else None

    def uses(self, label: str, tab: Tab | None) -> list[Use]:
        """Return the uses of a label that cover a tab's systems; with no tab, all of its uses."""
        return [use for use in self.labels.get(label, ()) if tab is None or use.covers(tab)]

    @cached_property
    def pictures(self) -> dict[str, dict[str, Any]]:
        """The finished pictures by their names; none before there is a lock file."""
        return lock.read(self.root / lock.LOCK)

    @cached_property
    def homes(self) -> frozenset[str]:
        """Every file in docs/, as links name it."""
        return frozenset(path.relative_to(self.docs).as_posix() for path in self.docs.rglob("*") if path.is_file())

    @cached_property
    def pages(self) -> list[Page]:
        """Every page, in order of path."""
        return [self.page(path) for path in sorted(self.docs.rglob("*.md")) if self.shared not in path.parents]

    @cached_property
    def include_names(self) -> dict[str, Path]:
        """Every include's path, by the name that a page gives it."""
        return {path.relative_to(self.shared).as_posix(): path for path in sorted(self.shared.rglob("*.md"))}

    @cached_property
    def includes(self) -> list[Page]:
        """Every include, in order of path."""
        return [self.page(path) for path in self.include_names.values()]

    @property
    def files(self) -> list[Page]:
        """Every page and every include."""
        return [*self.pages, *self.includes]

    @property
    def screens(self) -> list[Path]:
        """Every drawn screen, in order of path."""
        return sorted((self.docs / "assets" / "screens").glob("*.html"))

    def title(self, home: str) -> str:
        """Return the title of the page at a place in docs/; empty where there is none."""
        return self.page(self.docs / home).title if home.endswith(".md") and home in self.homes else ""

    def page(self, path: Path) -> Page:
        """Return a file in docs/ as a page, read once."""
        if path not in self._pages:
            home, shared = path.relative_to(self.docs).as_posix(), path.is_relative_to(self.shared)
            page = self._pages[path] = Page(self.name(path), home, shared)
            try:
                self._read(page, path)
            except files.UnreadableError as error:
                page.findings.append(error.finding)
        return self._pages[path]

    def text(self, path: Path) -> str:
        """Return a text file's contents, each line ended by a line feed."""
        return files.read(path, self.name(path)).removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")

    def _read(self, page: Page, path: Path) -> None:
        _front_matter(page, self.text(path))
        lines = list(self._lines(page, path))
        for line, place in lines:
            if place.path == page.path and (match := DEFINITION.fullmatch(line)):
                page.definitions.append(Source(match["label"], match["address"], match["title"] or "", place))
        take_apart(page, self._parser.parse([line for line, _ in lines], self.sources), lines, self.sources)

    def _lines(self, page: Page, path: Path, around: tuple[Path, ...] = ()) -> Iterator[Line]:
        """Yield each line below the front matter, with its place; for an include, the lines of its file, indented."""
        text = self.text(path)
        front = FRONT_MATTER.match(text)
        lines = enumerate(text.split("\n"), 1)
        for number, line in islice(lines, front[0].count("\n") if front else 0, None):
            place, match = Place(self.name(path), number), INCLUDE.fullmatch(line)
            if not match:
                yield line, place
                continue
            name, indent = match["name"], match["indent"]
            page.includes.append(name)
            included = self.include_names.get(name)
            if included is None:
                expected, fix = "a file in docs/includes", nearest(name, self.include_names)
                page.findings.append(place.finding(f'no include "{name}"', expected, fix, "includes"))
            elif included in (*around, path):
                page.findings.append(place.finding(f'"{name}" includes itself', "", "remove the line", "includes"))
            else:
                inner = self._lines(page, included, (*around, path))
                yield from ((indent + text if text else "", where) for text, where in inner)


def _front_matter(page: Page, text: str) -> None:
    match = FRONT_MATTER.match(text)
    if page.shared:
        if match:
            page.findings.append(page.at().finding("front matter in an include", "", "remove it", "front-matter"))
    elif not match:
        page.findings.append(page.at().finding("there is no front matter", "a page begins with it", "", "front-matter"))
    else:
        page.meta, page.places, findings = parse(match[1], page.path, Meta, rule="front-matter", first_line=2)
        page.findings += findings
    for key in ("title", "description", "who", "applies_to") if page.meta else ():
        value = getattr(page.meta, key)
        for number, words in enumerate([value] if isinstance(value, str) else value):
            page.blocks.append(Block("meta", page.at(key, number), text=words, prose=words))
    for keys, words, pages in page.meta.plan.said if page.meta and page.meta.plan else ():
        place, here = page.at(*keys), posixpath.dirname(page.home)
        links = tuple(Span(words, place, posixpath.relpath(to, here)) for to in pages)
        page.blocks.append(Block("meta", place, text=words, prose=words, links=links))
