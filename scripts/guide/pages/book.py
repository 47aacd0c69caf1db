"""All that a page is held against: the closed lists, the sources, the words, the pictures, and the other pages."""

from __future__ import annotations

import datetime
import re
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from markdown_it.common.utils import normalizeReference

from guide import lock, vocabulary
from guide.findings import CannotRunError, nearest
from guide.pages import reader
from guide.pages.page import Block, Fault, Page, Place, Source
from guide.yamlfile import Strict, require

WORDS = Path(__file__).with_name("words.yml")
TERM = re.compile(r"\*\[([^\]]+)\]:")
LIMIT = 64 * 1024  # bytes; the longest page is a fifth of it


class Words(Strict):
    """The lists of `words.yml`."""

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


class Book:
    """The guide under `root`, read when it is asked for."""

    def __init__(self, root: Path, today: datetime.date) -> None:
        self.root, self.today = root, today
        self.docs, self.shared = root / "docs", root / "docs" / "includes"
        if not self.docs.is_dir():
            raise CannotRunError("there is no folder docs here; run this where mkdocs.yml stands")
        self.vocabulary, wrong = vocabulary.load(self.shared)
        self.complete = not wrong
        self.findings = [replace(one, path=self.name(Path(one.path))) for one in wrong]
        self._pages: dict[Path, Page] = {}
        self._reading: list[Path] = []
        self._references: dict[str, Any] = {}
        self.source_page = self.page(self.shared / "sources.md")
        if self.source_page.faults:
            raise CannotRunError(f"{self.source_page.path}: {self.source_page.faults[0][1].found}")
        self.sources: dict[str, Source] = {}
        for source in self.source_page.definitions:
            key, lines = normalizeReference(source.label), [source.line - 1, source.line]
            self.sources.setdefault(key, source)  # the first of two counts
            self._references.setdefault(key, {"title": source.title, "href": source.address, "map": lines})

    def name(self, path: Path) -> str:
        """Return a path as it is shown: from `root`."""
        return path.relative_to(self.root).as_posix()

    @cached_property
    def words(self) -> Words:
        """The words that the rules look for."""
        return require(WORDS, Words)

    @cached_property
    def plain(self) -> re.Pattern[str]:
        """The glossary terms, which count as one plain word where reading is measured."""
        blocks = (block for page in self.includes for block in page.own if block.kind == "abbreviation")
        terms = [re.escape(term) for block in blocks for term in TERM.findall(block.text)]
        return re.compile(rf"\b(?:{'|'.join(terms) or '(?!)'})\b")

    @cached_property
    def pictures(self) -> frozenset[str]:
        """The names of the finished pictures; none before there is a lock file."""
        return frozenset(lock.read(self.docs.parent / lock.LOCK))

    def tab(self, page: Page, block: Block) -> vocabulary.Tab | None:
        """Return the tab that a block of a page stands in, if it is of the closed list."""
        return self.vocabulary.tabs.get(page.tabs[block.where.tab - 1].label) if block.where.tab else None

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
    def screens(self) -> list[Path]:
        """Every drawn screen, in order of path."""
        return sorted((self.docs / "assets" / "screens").glob("*.html"))

    @cached_property
    def newest(self) -> dict[str, tuple[int, ...]]:
        """The newest version that a source knows, by platform."""
        newest: dict[str, tuple[int, ...]] = {}
        for use in (use for uses in self.vocabulary.labels.values() for use in uses if use.versions):
            newest[use.platform] = max(newest.get(use.platform, ()), vocabulary.versions(use.versions)[1])
        return newest

    def title(self, home: str) -> str:
        """Return the title of the page at a place in docs/; empty where there is none."""
        page = self.page(self.docs / home) if home.endswith(".md") and home in self.homes else None
        return page.meta.title if page and page.meta else ""

    def include(self, name: str) -> Page | tuple[str, ...]:
        """Return an included file, or what is wrong with its name and how to mend it."""
        path = self.include_names.get(name)
        if path is None:
            return f'no include "{name}"', "a file in docs/includes", nearest(name, self.include_names)
        return (f'"{name}" includes itself', "", "remove the line") if path in self._reading else self.page(path)

    def page(self, path: Path) -> Page:
        """Return a file in docs/ as a page, read once."""
        if path not in self._pages:
            text, fault = contents(path, self.name(path))
            home = path.relative_to(self.docs).as_posix()
            page = self._pages[path] = Page(self.name(path), home, path.is_relative_to(self.shared))
            self._reading.append(path)
            if fault:
                page.faults.append(("file", fault))
            else:
                reader.read(page, text, self._references, self.include)
            self._reading.pop()
        return self._pages[path]


def contents(path: Path, name: str) -> tuple[str, Fault | None]:
    """Return a text file's contents with line ends as `\\n`, or nothing and what is wrong with it; `name` is shown."""
    try:
        data = path.read_bytes()
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return "", Fault(Place(name, line), "this is not UTF-8 text", "", "save the file as UTF-8")
    except OSError as error:
        return "", Fault(Place(name, 0), f"this cannot be read ({error.strerror})")
    if len(data) > LIMIT:
        return "", Fault(Place(name, 0), f"{len(data)} bytes", f"at most {LIMIT} bytes", "make two pages of it")
    if "\0" in text or text.startswith("\ufeff"):
        found = "a zero byte" if "\0" in text else "a byte-order mark"
        return "", Fault(Place(name, 1), found, "plain UTF-8 text", "save the file without it")
    return text.replace("\r\n", "\n").replace("\r", "\n"), None
