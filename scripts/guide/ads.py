"""`guide check --ads`: what of a file ad blockers block or hide, what it loads from elsewhere, and script addresses."""

from __future__ import annotations

import gzip
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from adblock import Engine, FilterSet
from markdown import Markdown
from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from guide import files
from guide.findings import CannotRunError, Finding
from guide.site.model import of_element

FOLDER = Path(".made/adlists")
HEADER = re.compile(r"^! (Title|Last modified|Version):[ \t]*(\S.*?)(?: \d\d:\d\d.*)?\s*$", re.MULTILINE)
DOCUMENT = re.compile(r"\s*(<\?xml[^>]*>\s*|<!--.*?-->\s*)*<(!doctype|html|head|body)\b", re.IGNORECASE | re.DOTALL)
CODE = re.compile(r"^( *)(```+|~~~+).*?^\1\2|`[^`\n]+`", re.MULTILINE | re.DOTALL)
EXTENSIONS = ["extra", "admonition", "pymdownx.superfences", "pymdownx.tabbed"]
PAGE = "https://page.invalid/"  # where a file lies that doesn't name its own address

# Types of request (https://developer.mozilla.org/en-US/docs/Mozilla/Add-ons/WebExtensions/API/webRequest/ResourceType)
TYPES = {
    "a": "document", "area": "document", "audio": "media", "base": "document", "button": "document", "embed": "object",
    "form": "document", "frame": "sub_frame", "iframe": "sub_frame", "link": "stylesheet", "object": "object",
    "script": "script", "track": "media", "video": "media",
}  # fmt: skip
LINKED = {"canonical", "alternate", "next", "prev", "author", "license"}  # <link>s that load nothing
SCRIPT = re.compile(r"javascript:|vbscript:|data:text/html", re.IGNORECASE)
WEB = re.compile(r"(?:https?:)?//[\w-]+(?:\.[\w-]+)+[^\s\"'<>\\^`{|}]*", re.IGNORECASE)


@dataclass(frozen=True)
class FilterList:
    """EasyList or EasyPrivacy, which `make adlists` fetches; `date` is what its header says."""

    title: str
    date: str
    engine: Any

    def __str__(self) -> str:
        return f"{self.title} of {self.date}"

    def blocks(self, address: str, page: str, kind: str) -> bool:
        return bool(self.engine.check_network_urls(address, page, kind).matched)

    def hides(self, page: str, tree: LexborHTMLParser) -> list[LexborNode]:
        """Return the elements that the list hides on every page."""
        names = [
            (node.attributes.get("class") or "", node.attributes.get("id") or "") for node in tree.css("[class],[id]")
        ]
        classes, ids = {name for each, _ in names for name in each.split()}, {name for _, name in names}
        generic = self.engine.url_cosmetic_resources(page)
        by_name = self.engine.hidden_class_id_selectors(list(classes), list(ids), generic.exceptions)
        hidden = _select(tree, sorted({*generic.hide_selectors, *by_name}))
        return list({node.mem_id: node for node in hidden}.values())


def _select(tree: LexborHTMLParser, selectors: list[str]) -> list[LexborNode]:
    try:
        return tree.css(", ".join(selectors)) if selectors else []
    except (ValueError, SelectolaxError):  # one selector that the parser doesn't know spoils all others
        return [node for each in selectors for node in _select(tree, [each])] if len(selectors) > 1 else []


def load(folder: Path) -> list[FilterList]:
    """Read the filter lists in a folder, `*.txt` or `*.txt.gz`; without any, a check would find nothing."""
    paths = sorted([*folder.glob("*.txt"), *folder.glob("*.txt.gz")])
    if not paths:
        raise CannotRunError(f"{folder}: there are no ad lists; run make adlists, or name a folder with --lists")
    return list(map(_load, paths))


def _load(path: Path) -> FilterList:
    try:
        data = path.read_bytes()
        text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8", "replace")
    except (OSError, EOFError, zlib.error) as error:
        raise CannotRunError(f"{path}: cannot be read ({error}); fetch it again") from error
    header = dict(HEADER.findall(text[:4000]))
    if not header or not re.search(r"^[^!\[\s]", text, re.MULTILINE):
        raise CannotRunError(f"{path}: this is not a filter list; fetch it again")
    rules = FilterSet()
    rules.add_filter_list(text)
    date = header.get("Last modified") or header.get("Version") or "an unknown date"
    return FilterList(header.get("Title", path.name.partition(".")[0]), date, Engine(rules))


def check(paths: Sequence[Path], lists: Sequence[FilterList]) -> tuple[int, list[Finding]]:
    """Return how many files were read, and what is found in them; of a folder its Markdown and HTML is read."""
    found: list[Finding] = []
    read = list(dict.fromkeys(file for path in paths for file in _files(path)))
    for path in read:
        text = files.read(path)
        lines = Lines(text)
        for shown, written, why in _look(text, lists):
            found.append(Finding(path.as_posix(), lines.of(written), 0, "ads", shown, why, ""))
    return len(read), found


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = sorted(file for end in ("md", "html") for file in path.rglob(f"*.{end}"))
    if not found:
        raise CannotRunError(f"{path}: there is no Markdown and no HTML in it")
    return found


class Lines:
    """Finds lines by what is written in them: of the same words that are asked for again, the next line."""

    def __init__(self, text: str) -> None:
        plain = text if DOCUMENT.match(text) else CODE.sub(lambda code: "\n" * code[0].count("\n"), text)
        self.lines, self.asked = plain.splitlines(), Counter[str]()

    def of(self, words: str) -> int:
        """Return the line of words, counted from 1; 0 where they are written otherwise."""
        words = words.strip().rpartition("\n")[2]
        found = [n for n, line in enumerate(self.lines, 1) if words in line or escape(words) in line]
        self.asked[words] += 1
        return found[min(self.asked[words], len(found)) - 1] if found else 0


def _look(text: str, lists: Sequence[FilterList]) -> Iterator[tuple[str, str, str]]:
    """Yield what is found, what is written where it stands, and why it is one."""
    tree = LexborHTMLParser(text if DOCUMENT.match(text) else _render(text))
    canonical, base = tree.css_first("link[rel=canonical][href]"), tree.css_first("base[href]")
    page = (canonical and canonical.attributes["href"]) or PAGE
    home = _full(page, (base and base.attributes["href"]) or "") or page
    for node in tree.css("*"):
        for raw, kind in _references(node):
            shown, address = f"<{node.tag}> {' '.join(raw.split())[:200]}", _full(home, raw)
            blocking = [str(each) for each in lists if each.blocks(address, page, kind or "script")]
            if SCRIPT.match(re.sub(r"[\x00-\x20]", "", raw)):
                yield f"script address: {shown}", raw, "an address leads somewhere"
            elif blocking:
                yield f"list hit: {shown}", raw, f"blocked by {' and '.join(blocking)}"
            elif kind not in {"", "document"} and _host(address) not in {"", _host(page)}:
                yield f"third-party subresource: {shown}", raw, f"it is loaded from {_host(address)}"
    for each in lists:
        for node in each.hides(page, tree):
            name = node.attributes.get("class") or node.attributes.get("id") or str(node.tag)
            yield f'hidden element: <{node.tag}> "{name}"', name, f"hidden by {each}"


def _render(text: str) -> str:
    reader = Markdown(extensions=EXTENSIONS)
    html = reader.convert(text)
    # A definition that no link uses is an address all the same: another page may include it.
    defined = {address for address, _ in reader.references.values()}
    return html + "".join(f'<a href="{escape(each)}"></a>' for each in sorted(defined) if escape(each) not in html)


def _references(node: LexborNode) -> Iterator[tuple[str, str]]:
    """Yield every address of an element as it is written, with its type of request; none in a script's text."""
    kind = TYPES.get(str(node.tag), "image")
    if LINKED & set((node.attributes.get("rel") or "").lower().split()):
        kind = "document"
    for name, raw in of_element(node):
        yield raw, "image" if name == "style" or name.endswith("srcset") else kind
    if node.tag == "script":
        yield from ((raw, "") for raw in WEB.findall(node.text()))


def _full(home: str, raw: str) -> str:
    try:
        return urljoin(home, re.sub(r"[\t\n\r]", "", raw).strip()).replace("\\", "/")
    except ValueError:
        return ""


def _host(address: str) -> str:
    parts = urlsplit(address)
    return (parts.hostname or "").removeprefix("www.") if parts.scheme in {"http", "https"} else ""
