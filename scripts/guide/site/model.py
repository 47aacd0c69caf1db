"""A built site, read into memory once: its files, its pages, every address they name, and where each leads."""

from __future__ import annotations

import json
import posixpath
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as ET

from linkcheck.htmlutil.srcsetparse import parse_srcset
from selectolax.lexbor import LexborHTMLParser, LexborNode

from guide.findings import CannotRunError, Place

Files = dict[str, bytes]
# A link is followed by a reader; a part is fetched with the page; a canonical address must be a full one of this site.
Kind = Literal["link", "part", "canonical"]

NOT_FOUND = "404.html"  # served at any depth, so its own addresses have to be rooted
ADDRESSES = {"href", "src", "data-src", "xlink:href", "data", "poster", "background", "action", "formaction", "cite"}
STYLE = re.compile(
    r"""/\*.*?\*/|(?:url\(|@import\s*(?=["']))\s*(?:"([^"]*)"|'([^']*)'|([^'")\s]*))""", re.DOTALL | re.IGNORECASE
)
SHARED = re.compile(r"(og|twitter):(url|(image|video|audio)(:url|:secure_url|:src)?)")
REFRESH = re.compile(r"[\d.]+\s*[;,]\s*url\s*=\s*['\"]?([^'\"]*)", re.IGNORECASE)
WEB = {"http", "https", ""}
FULL = re.compile(r"[a-z][a-z+.-]*:|//", re.IGNORECASE)


@dataclass(frozen=True)
class Reference:
    """One address as it is written, and the file that names it."""

    file: str
    raw: str
    kind: Kind

    @property
    def folder(self) -> str:
        """The folder in which a relative address begins; for a search index that is the site's root."""
        return "" if self.file.endswith(".json") else self.file[: self.file.rfind("/") + 1]


@dataclass(frozen=True)
class Target:
    """Where an address leads: a path from the site's root, or None for another site, another program or a folder above.

    `form` is how the address is written: `../mac/` is relative, `/guide/mac/` rooted, `https://example.org/` full.
    """

    path: str | None
    fragment: str
    form: Literal["relative", "rooted", "full"]


@dataclass(frozen=True)
class Page:
    """A page; `ids` counts how often each id is there, `forwards` means that it only leads on to another page."""

    file: str
    tree: LexborHTMLParser
    ids: Counter[str]
    references: tuple[Reference, ...]
    forwards: bool

    @property
    def canonical(self) -> str:
        link = self.tree.css_first("link[rel=canonical]")
        return (link.attributes.get("href") or "") if link else ""


@dataclass(frozen=True)
class Site:
    """The files of a built site; `root` is the folder they were read from, `unreadable` says what is wrong in which."""

    root: Path
    files: Files
    pages: dict[str, Page]
    references: tuple[Reference, ...]
    unreadable: dict[str, str]

    @cached_property
    def url(self) -> str:
        """The full address the site is made for, as its start page says; empty where it doesn't."""
        url = self.pages["index.html"].canonical
        return url if url.endswith("/") else ""

    @cached_property
    def base(self) -> str:
        """The path under which the site is served: `/`, or such as `/guide/`."""
        return urlsplit(self.url).path or "/"

    def file(self, path: str | None) -> str | None:
        """Return the file that a path leads to: itself, or a folder's index.html."""
        if path is None:
            return None
        file = path + "index.html" if not path or path.endswith("/") else path
        return file if file in self.files else None

    def locate(self, reference: Reference) -> Target | None:
        """Return where an address leads; None if it isn't an address."""
        try:
            parts = urlsplit(reference.raw)
        except ValueError:
            return None
        path, fragment = parts.path, unquote(parts.fragment)
        full = bool(parts.scheme or parts.netloc)
        if full or path.startswith("/"):
            own = not full or (parts.scheme in WEB and parts.netloc == urlsplit(self.url).netloc)
            inside = own and path.startswith(self.base)
            return Target(_normal(path[len(self.base) :]) if inside else None, fragment, "full" if full else "rooted")
        path = _normal(reference.folder + path) if path else address(reference.file)
        return Target(None if path.startswith("../") else path, fragment, "relative")

    def source(self, file: str) -> Path | None:
        """Return the Markdown file that a page comes from; None if the site isn't one that was built here."""
        stem = address(file).removesuffix(".html").rstrip("/")
        paths = [Path("docs") / name.lstrip("/") for name in (f"{stem}.md", f"{stem}/index.md", f"{stem}/README.md")]
        here = self.root.resolve().is_relative_to(Path.cwd())
        return next((path for path in paths if here and path.is_file()), None)

    def link(self, page: str, file: str) -> str:
        """Return how a page names a file of the site."""
        return (self.base if page == NOT_FOUND else "../" * page.count("/")) + file

    def place(self, file: str, words: str = "") -> Place:
        """Return the first line of a file on which these words are, best as a whole attribute, as a place to open."""
        if file not in self.files:
            return Place(file)
        lines = self.files[file].decode("utf-8", "replace").splitlines()
        for written in (f'"{escape(words)}"', escape(words), words) if words else ():
            for number, line in enumerate(lines, 1):
                if written in line:
                    return Place((self.root / file).as_posix(), number)
        return Place((self.root / file).as_posix())


def _normal(path: str) -> str:
    folder = path.rpartition("/")[2] in {"", ".", ".."}
    return (unquote(posixpath.normpath(path)) + "/" * folder).removeprefix("./")


def address(file: str) -> str:
    """Return the path at which a file is served: a folder for its index.html."""
    return file.removesuffix("index.html") if posixpath.basename(file) == "index.html" else file


def load(root: Path) -> Site:
    """Read a built site; raises CannotRunError if the folder isn't one."""
    if not root.is_dir():
        raise CannotRunError(f"{root}: no such folder; build the site first, with make build")
    if not (root / "index.html").is_file():
        raise CannotRunError(f"{root}: there is no index.html in it; name the folder of a built site")
    paths = sorted(path for path in root.rglob("*") if path.is_file())
    return parse(root, {path.relative_to(root).as_posix(): path.read_bytes() for path in paths})


def parse(root: Path, files: Files) -> Site:
    """Return the site that consists of these files."""
    pages = {file: _page(file, data) for file, data in files.items() if file.endswith(".html")}
    found = [reference for page in pages.values() for reference in page.references]
    unreadable: dict[str, str] = {}
    for file, data in files.items():
        if file.endswith(".css"):
            found += [Reference(file, raw, "part") for raw in of_style(data.decode("utf-8", "replace"))]
        elif file.endswith(".xml") or (file.endswith(".json") and "search" in file):
            try:
                found += _of_index(file, data) if file.endswith(".json") else _of_feed(file, data)
            except (ValueError, LookupError, TypeError, AttributeError, RecursionError, ET.ParseError) as error:
                unreadable[file] = str(error)
    return Site(root, files, pages, tuple(found), unreadable)


def _page(file: str, html: bytes) -> Page:
    tree = LexborHTMLParser(html)
    ids: Counter[str] = Counter()
    found: list[tuple[str, Kind]] = []
    forwards = False
    for node in tree.root.traverse() if tree.root else ():
        values = {name: (value or "").strip() for name, value in node.attributes.items()}
        if "id" in values:
            ids[values["id"]] += 1
        if node.tag == "a" and "name" in values:
            ids[values["name"]] += 0  # leads there, but may be an id too
        if node.tag == "meta":
            refresh = REFRESH.match(values.get("content", ""))
            if refresh and values.get("http-equiv", "").lower() == "refresh":
                forwards = True
                found.append((refresh[1], "link"))
            elif SHARED.fullmatch(values.get("property", values.get("name", ""))):
                found.append((values.get("content", ""), "canonical"))
            continue
        relations = values.get("rel", "").lower().split() if node.tag == "link" else []
        kind: Kind = "link" if node.tag in {"a", "area"} else "part"
        if "canonical" in relations or ("alternate" in relations and FULL.match(values.get("href", ""))):
            kind = "canonical"
        if not {"preconnect", "dns-prefetch"} & set(relations):
            found += [(raw, kind) for _, raw in of_element(node)]
    return Page(file, tree, ids, tuple(Reference(file, raw, kind) for raw, kind in found), forwards)


def of_element(node: LexborNode) -> Iterator[tuple[str, str]]:
    """Yield every address in the attributes of an element and in its style, with the attribute's name."""
    for name, value in node.attributes.items():
        if name in ADDRESSES and (name != "data" or node.tag == "object"):
            yield name, (value or "").strip()
        elif name.endswith("srcset"):
            yield from ((name, raw) for raw in parse_srcset(value or ""))
    style = node.text() if node.tag == "style" else node.attributes.get("style") or ""
    yield from (("style", raw) for raw in of_style(style))


def of_style(text: str) -> Iterator[str]:
    """Yield the addresses in a style sheet, those of `url()` and `@import`."""
    for found in STYLE.finditer(text):
        if not found[0].startswith("/*"):
            yield (found[1] or found[2] or found[3] or "").strip()


def _of_index(file: str, data: bytes) -> list[Reference]:
    index = json.loads(data)  # MkDocs keeps its entries under `docs`, Zensical under `items`
    return [Reference(file, str(entry["location"]), "link") for entry in index.get("docs") or index["items"]]


def _of_feed(file: str, data: bytes) -> list[Reference]:
    """Return the addresses in a sitemap or an Atom feed; other XML has none that are known."""
    tree = ET.fromstring(data)  # noqa: S314 - from our own build; expat since 2.4.1 stops entity bombs by itself
    known = tree.tag.endswith(("}urlset", "}feed"))
    named = (part.text if part.tag.endswith("}loc") else part.get("href") for part in tree.iter() if known)
    return [Reference(file, raw.strip(), "canonical") for raw in named if raw]
