"""Every address that a page, a style sheet or a machine-read file of a site names."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal
from xml.etree import ElementTree as ET

import tinycss2
from linkcheck.htmlutil.srcsetparse import parse_srcset
from selectolax.lexbor import LexborHTMLParser, LexborNode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# A reader follows a link; a part is fetched with the page; an own address has to be a full one of this very site.
Kind = Literal["link", "part", "own"]

ADDRESSES = {"href", "src", "poster", "data", "action", "formaction", "cite", "longdesc", "background", "xlink:href"}
CANDIDATES = {"srcset", "imagesrcset"}
STYLE_CALLS = {"url", "src", "image-set", "-webkit-image-set"}
SHARED = re.compile(r"(og|twitter):(url|(image|video|audio)(:url|:secure_url|:src)?)")
REFRESH = re.compile(r"[\d.]+\s*[;,]\s*url\s*=\s*['\"]?(?P<address>[^'\"]*)", re.IGNORECASE)


@dataclass(frozen=True)
class Reference:
    """One address as it is written: in which file, and in which folder of the site a relative one begins."""

    file: str
    raw: str
    kind: Kind
    folder: str


@dataclass(frozen=True)
class Page:
    """What one pass over a page's HTML tells."""

    file: str
    ids: frozenset[str]
    twice: tuple[str, ...]
    references: tuple[Reference, ...]
    canonical: str
    forwards: bool


def of_page(file: str, html: bytes) -> Page:
    """Read a page's HTML once: its addresses, its ids, and whether it only forwards to another page."""
    tree = LexborHTMLParser(html)
    folder = file[: file.rfind("/") + 1]
    ids: Counter[str] = Counter()
    names: set[str] = set()
    found: list[tuple[str, Kind]] = []
    canonical, forwards = "", False
    for node in tree.root.traverse() if tree.root else ():
        values = {name: value.strip() for name, value in node.attributes.items() if value is not None}
        if "id" in values:
            ids[values["id"]] += 1
        if node.tag == "a" and "name" in values:
            names.add(values["name"])
        if node.tag == "meta":
            content = values.get("content", "")
            refresh = REFRESH.match(content)
            if refresh and values.get("http-equiv", "").lower() == "refresh":
                forwards = True
                found.append((refresh["address"], "link"))
            elif SHARED.fullmatch(values.get("property", values.get("name", ""))):
                found.append((content, "own"))
        else:
            found += _of_tag(node, values)
        if node.tag == "link" and "canonical" in _relations(values):
            canonical = values.get("href", "")
    references = tuple(Reference(file, raw, kind, folder) for raw, kind in found)
    twice = tuple(sorted(name for name, count in ids.items() if count > 1))
    return Page(file, frozenset(ids) | names, twice, references, canonical, forwards)


def _relations(values: dict[str, str]) -> list[str]:
    return values.get("rel", "").lower().split()


def _of_tag(node: LexborNode, values: dict[str, str]) -> Iterator[tuple[str, Kind]]:
    kind: Kind = "link" if node.tag in {"a", "area"} else "part"
    if node.tag == "link":
        relations = _relations(values)
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
    """Return the addresses of a sitemap, a feed or a search index; none for other files.

    Raises ValueError where the file cannot be read as what its name says.
    """
    if file.endswith(".json"):
        return [Reference(file, raw, "link", "") for raw in _of_index(json.loads(data))]
    try:
        tree = ET.fromstring(data)  # noqa: S314 - from our own build; expat since 2.4.1 stops entity bombs by itself
    except (ET.ParseError, LookupError) as error:
        raise ValueError(str(error)) from error
    if _name(tree) not in {"urlset", "sitemapindex", "rss", "feed", "RDF"}:
        return []
    return [Reference(file, raw.strip(), "own", "") for raw in _of_document(tree)]


def _of_index(index: object) -> Iterator[str]:
    """Yield the addresses of a search index: MkDocs keeps them under `docs`, Zensical under `items`."""
    entries = (index.get("docs") or index.get("items")) if isinstance(index, dict) else None
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict) and isinstance(entry.get("location"), str):
            yield entry["location"]


def _name(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _of_document(tree: ET.Element) -> Iterator[str]:
    for element in tree.iter():
        name = _name(element)
        if name in {"link", "enclosure", "content", "thumbnail"}:
            yield from (element.attrib[key] for key in ("href", "url", "src") if key in element.attrib)
        if name in {"loc", "link", "url"} and (element.text or "").strip():
            yield element.text or ""
