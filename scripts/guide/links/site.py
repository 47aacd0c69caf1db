"""A built site as files and pages, every address that they name, and where each leads."""

from __future__ import annotations

import json
import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as ET

import tinycss2
from linkcheck.htmlutil.srcsetparse import parse_srcset
from selectolax.lexbor import LexborHTMLParser, LexborNode

from guide.findings import CannotRunError

# A reader follows a link; a part is fetched with the page; an own address has to be a full one of this very site.
Kind = Literal["link", "part", "own"]

NOT_FOUND = "404.html"  # served at any depth, so its own addresses have to be rooted
ADDRESSES = {"href", "src", "poster", "data", "action", "formaction", "cite", "longdesc", "background", "xlink:href"}
CANDIDATES = {"srcset", "imagesrcset"}
STYLE_CALLS = {"url", "src", "image-set", "-webkit-image-set"}
SHARED = re.compile(r"(og|twitter):(url|(image|video|audio)(:url|:secure_url|:src)?)")
REFRESH = re.compile(r"[\d.]+\s*[;,]\s*url\s*=\s*['\"]?(?P<address>[^'\"]*)", re.IGNORECASE)


@dataclass(frozen=True)
class Reference:
    """One address as it is written, and the file that names it."""

    file: str
    raw: str
    kind: Kind

    @property
    def folder(self) -> str:
        """The folder of the site in which a relative address begins; of a search index that is the root."""
        return "" if self.file.endswith(".json") else self.file[: self.file.rfind("/") + 1]


@dataclass(frozen=True)
class Page:
    """What one pass over a page's HTML tells; `ids` says how often each id stands, 0 where it is only a name."""

    file: str
    ids: Counter[str]
    references: tuple[Reference, ...]
    canonical: str
    forwards: bool


def of_page(file: str, html: bytes) -> Page:
    """Read a page's HTML once: its addresses, its ids, and whether it only forwards to another page."""
    tree = LexborHTMLParser(html)
    ids: Counter[str] = Counter()
    found: list[tuple[str, Kind]] = []
    canonical, forwards = "", False
    for node in tree.root.traverse() if tree.root else ():
        values = {name: value.strip() for name, value in node.attributes.items() if value is not None}
        if "id" in values:
            ids[values["id"]] += 1
        if node.tag == "a" and "name" in values:
            ids[values["name"]] += 0
        if node.tag == "meta":
            content = values.get("content", "")
            refresh = REFRESH.match(content)
            if refresh and values.get("http-equiv", "").lower() == "refresh":
                forwards = True
                found.append((refresh["address"], "link"))
            elif SHARED.fullmatch(values.get("property", values.get("name", ""))):
                found.append((content, "own"))
            continue
        relations = values.get("rel", "").lower().split() if node.tag == "link" else []
        if "canonical" in relations:
            canonical = values.get("href", "")
        found += _of_tag(node, values, relations)
    return Page(file, ids, tuple(Reference(file, raw, kind) for raw, kind in found), canonical, forwards)


def _of_tag(node: LexborNode, values: dict[str, str], relations: list[str]) -> Iterator[tuple[str, Kind]]:
    kind: Kind = "link" if node.tag in {"a", "area"} else "part"
    full = re.match(r"[a-z]+:|//", values.get("href", ""), re.IGNORECASE)
    if "canonical" in relations or ("alternate" in relations and full):
        kind = "own"
    elif "preconnect" in relations or "dns-prefetch" in relations:
        return
    for name in ADDRESSES & values.keys():
        if name != "data" or node.tag == "object":
            yield values[name], kind
    for name in CANDIDATES & values.keys():
        yield from ((raw, kind) for raw in parse_srcset(values[name]))
    style = node.text() if node.tag == "style" else values.get("style", "")
    if "(" in style or "@import" in style:
        yield from ((raw, kind) for raw in of_style(style))


def of_style(text: str) -> Iterator[str]:
    """Yield the addresses of a style sheet: `url()`, `src()`, `image-set()` and `@import`."""
    return _of_tokens(tinycss2.parse_component_value_list(text, skip_comments=True))


def _of_tokens(nodes: Iterable[Any], *, strings: bool = False) -> Iterator[str]:
    previous = ""
    for node in nodes:
        if node.type == "url" or (node.type == "string" and (strings or previous == "import")):
            yield node.value
        elif node.type == "function":
            yield from _of_tokens(node.arguments, strings=node.lower_name in STYLE_CALLS)
        elif node.type.endswith("block"):
            yield from _of_tokens(node.content)
        if node.type != "whitespace":
            previous = node.lower_value if node.type == "at-keyword" else ""


def of_data(file: str, data: bytes) -> list[Reference]:
    """Return the addresses of a search index, a sitemap or an Atom feed; none for other XML.

    Raises ValueError where the file cannot be read as what its name says.
    """
    try:
        if file.endswith(".json"):
            index = json.loads(data)  # MkDocs keeps its entries under `docs`, Zensical under `items`
            return [Reference(file, str(entry["location"]), "link") for entry in index.get("docs") or index["items"]]
        tree = ET.fromstring(data)  # noqa: S314 - from our own build; expat since 2.4.1 stops entity bombs by itself
    except (ET.ParseError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(str(error)) from error
    if not tree.tag.endswith(("}urlset", "}feed")):
        return []
    named = (part.text if part.tag.endswith("}loc") else part.get("href") for part in tree.iter())
    return [Reference(file, raw.strip(), "own") for raw in named if raw]


@dataclass(frozen=True)
class Target:
    """Where an address leads.

    `path` is relative to the site's root, or None where it leads elsewhere: to another site, scheme or program.
    `form` is how it is written; `climbs` says that it leaves the site by its path.
    """

    path: str | None
    fragment: str
    form: Literal["relative", "rooted", "full"]
    climbs: bool = False


@dataclass(frozen=True)
class Site:
    """A folder of files; `url` is the full address it is made for, as its start page says, or empty."""

    root: Path
    files: frozenset[str]
    pages: dict[str, Page]
    others: tuple[Reference, ...]
    unreadable: dict[str, str]
    url: str

    @property
    def base(self) -> str:
        """The path under which the site is served, `/` or such as `/guide/`."""
        return urlsplit(self.url).path or "/"

    @property
    def references(self) -> list[Reference]:
        """Every address on the site."""
        return [reference for page in self.pages.values() for reference in page.references] + list(self.others)

    def file(self, path: str) -> str | None:
        """Return the file that a path leads to: itself, or a folder's index.html."""
        file = path + "index.html" if not path or path.endswith("/") else path
        return file if file in self.files else None

    def locate(self, reference: Reference) -> Target | None:
        """Return where an address leads, or None where it is not an address."""
        try:
            parts = urlsplit(reference.raw)
        except ValueError:
            return None
        path, fragment = parts.path, unquote(parts.fragment)
        if parts.scheme or parts.netloc:
            own = parts.scheme in {"http", "https", ""} and bool(self.url) and parts.netloc == urlsplit(self.url).netloc
            inside = own and path.startswith(self.base)
            return Target(_normal(path[len(self.base) :]) if inside else None, fragment, "full")
        if not path:
            return Target(address(reference.file), fragment, "relative")
        rooted = path.startswith("/")
        if rooted and not path.startswith(self.base):
            return Target(None, fragment, "rooted", climbs=True)
        path = _normal(path[len(self.base) :] if rooted else reference.folder + path)
        climbs = path.startswith("../")
        return Target(None if climbs else path, fragment, "rooted" if rooted else "relative", climbs)


def _normal(path: str) -> str:
    folder = path.rpartition("/")[2] in {"", ".", ".."}
    path = unquote(posixpath.normpath(path)) + "/" * folder
    return path.removeprefix("./")


def address(file: str) -> str:
    """Return the path at which a file is served: a folder for its index.html."""
    return file.removesuffix("index.html") if posixpath.basename(file) == "index.html" else file


def source(file: str, docs: Path) -> Path | None:
    """Return the Markdown file that a built page comes from, by its path."""
    stem = file.removesuffix(".html")
    folder = stem.removesuffix("index").rstrip("/")
    names = [stem] if folder == stem else [folder, f"{folder}/index", f"{folder}/README"]
    return next((path for name in names if (path := docs / f"{name.lstrip('/')}.md").is_file()), None)


def load(root: Path) -> Site:
    """Read a built site once; raises CannotRunError where the folder is not one."""
    if not root.is_dir():
        raise CannotRunError(f"{root}: no such folder; build the site first, with make build")
    if not (root / "index.html").is_file():
        raise CannotRunError(f"{root}: there is no index.html in it; name the folder of a built site")
    pages: dict[str, Page] = {}
    others: list[Reference] = []
    unreadable: dict[str, str] = {}
    try:
        files = sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())
        for file in files:
            if file.endswith(".html"):
                pages[file] = of_page(file, (root / file).read_bytes())
            elif file.endswith(".css"):
                text = (root / file).read_text("utf-8", "replace")
                others += [Reference(file, raw.strip(), "part") for raw in of_style(text)]
            elif file.endswith(".xml") or (file.endswith(".json") and "search" in file):
                try:
                    others += of_data(file, (root / file).read_bytes())
                except ValueError as error:
                    unreadable[file] = str(error)
    except (OSError, RecursionError) as error:
        raise CannotRunError(f"{root}: cannot read it ({error})") from error
    url = pages["index.html"].canonical
    return Site(root, frozenset(files), pages, tuple(others), unreadable, url if url.endswith("/") else "")
