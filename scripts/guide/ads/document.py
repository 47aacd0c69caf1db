"""Any text file as one HTML tree whose elements know their lines: HTML as it is, all else as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from typing import Any
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from guide.pages.reader import parser
from guide.tree import LINE, line_of, locate, marked, up, value

DOCUMENT = re.compile(r"\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*<(?:!doctype|html|head|body)\b", re.IGNORECASE | re.DOTALL)
CONTAINER = re.compile(
    r"<(/?)(?:html|head|body|div|section|article|aside|center|table|figure|ul|ol|main|nav|iframe|ins)\b", re.IGNORECASE
)
BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "center", "dd", "div", "dl", "dt", "figcaption", "figure",
    "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "li", "main", "nav", "ol", "p", "pre", "section", "table",
    "td", "th", "tr", "ul",
}  # fmt: skip
QUOTED = {"code", "pre", "q", "blockquote", "script", "style", "template", "textarea", "kbd", "samp"}
NOWHERE = "https://page.invalid/"  # where a file lies that does not say it
DEEPEST = 2000  # browsers stop at 512; the parser takes quadratic time
NESTED = re.compile(r"<(/?)([a-z][^\s/<>]*)[^<>]*?(/?)>", re.IGNORECASE)
UNNESTED = {
    "area", "base", "br", "col", "dd", "dt", "embed", "hr", "img", "input", "li", "link", "meta", "option", "p",
    "source", "td", "th", "tr", "track", "wbr",
}  # fmt: skip
PARSER = parser(includes=False)
SENTENCE = re.compile(r"[.!?…:]\W*$")  # or a label
SHOWN = 200  # characters of an address
LIMITS = {"HTML": 32 << 20, "Markdown": 512 << 10}  # bytes; markdown-it takes up to 20 s for half a megabyte


class UnreadableError(Exception):
    """The file's content cannot be read for ads; the message says why."""


class Document:
    """A file's content as an HTML tree; `url` is the address that it gives itself."""

    def __init__(self, data: bytes) -> None:
        if len(data) > LIMITS["HTML"]:
            raise UnreadableError(f"{len(data)} bytes, at most {LIMITS['HTML']} are read")
        text = _decode(data)
        self.source = text.split("\n")
        self.plain = not DOCUMENT.match(text)
        if self.plain and len(data) > LIMITS["Markdown"]:
            raise UnreadableError(f"{len(data)} bytes of Markdown, at most {LIMITS['Markdown']} are read")
        html = self._rendered(text) if self.plain else marked(text)
        if _deep(html):
            raise UnreadableError(f"more than {DEEPEST} elements in each other")
        self.tree = LexborHTMLParser(html)
        self._nodes = list(self.tree.root.traverse(include_text=True)) if self.tree.root else []
        self.elements = [node for node in self._nodes if not str(node.tag).startswith(("-", "!"))]
        canonical = self.tree.css_first("link[rel=canonical][href]")
        own = value(canonical, "href") if canonical else ""
        self.url = own if host(own) else NOWHERE
        base = self.tree.css_first("base[href]")
        self.base = self.resolve(value(base, "href"), self.url) if base else self.url

    def resolve(self, raw: str, base: str = "") -> str:
        """Return the full address, as a browser reads it; empty where it is none."""
        try:
            parts = urlsplit(urljoin(base or self.base, re.sub(r"[\t\n\r]", "", raw).strip().replace("\\", "/")))
        except ValueError:
            return ""
        return parts._replace(netloc=parts.netloc.lower()).geturl()

    def foreign(self, address: str) -> bool:
        """Return whether a full address is one of the web and not of the file's own site."""
        own, its = host(self.url), host(address)
        return address[:4].lower() == "http" and bool(its) and its != own and not its.endswith("." + own)

    def line(self, node: LexborNode, words: str) -> int:
        """Return the line of an element; in a paragraph of Markdown, that of its words."""
        own = value(node, LINE)
        return int(own) if own.isdecimal() else self.locate(words, line_of(node))

    def locate(self, words: str, line: int) -> int:
        """Return the first line from `line` on in which these words stand; `line` where they stand in none."""
        return locate(words, self.source, line)

    def runs(self) -> Iterator[tuple[LexborNode, str, int]]:
        """Yield each run of text in one block, with the block and the line; not code, and not what is quoted."""
        block: LexborNode | None = None
        parts: list[str] = []
        line = 1
        for node in self._nodes:
            around = list(up(node.parent)) if node.tag == "-text" else []
            if not around or any(each.tag in QUOTED or _mentioned(each) for each in around):
                continue
            here = next((each for each in around if each.tag in BLOCKS), around[-1])
            if block and here.mem_id != block.mem_id:
                yield block, "".join(parts), line
                parts = []
            block, line = here, line if parts else line_of(around[0])
            parts.append(node.text_content or "")
        if block:
            yield block, "".join(parts), line

    def _rendered(self, text: str) -> str:
        """Return Markdown as HTML; inside open HTML Python-Markdown takes indented lines for HTML, not for code."""
        env: dict[str, Any] = {}
        tokens = PARSER.parse(marked(text), env)
        inside = 0
        for token in tokens:
            if token.type == "html_block" or (token.type == "code_block" and inside):
                token.type = "html_block"
                inside = max(0, inside + sum(-1 if end else 1 for end in CONTAINER.findall(token.content)))
            elif token.nesting == 1 and token.map:
                token.attrSet(LINE, str(token.map[0] + 1))
        # A definition that no link uses is an address all the same: it may be included elsewhere.
        definitions = [*env.get("references", {}).values(), *env.get("duplicate_refs", [])]
        unused = (f'<a {LINE}="{each["map"][0] + 1}" href="{escape(each["href"])}"></a>' for each in definitions)
        return str(PARSER.renderer.render(tokens, PARSER.options, env)) + "".join(unused)


def _decode(data: bytes) -> str:
    """Return the text of a file; what is no UTF-8 is lost, but addresses are ASCII anyway."""
    if not data.strip():
        raise UnreadableError("the file is empty")
    if b"\0" in data:
        raise UnreadableError("this is not text")
    return data.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")


def _mentioned(node: LexborNode) -> bool:
    """Return whether words stand in italics in the midst of others, and are no sentence: they are spoken of."""
    if node.tag not in {"em", "i"} or SENTENCE.search(node.text()):
        return False
    beside = (each.text_content or "" for each in (node.prev, node.next) if each and each.tag == "-text")
    return any(re.search(r"\w", text) for text in beside)


def _deep(html: str) -> bool:
    """Return whether elements stand in each other without end, before a parser has to find out."""
    depth = 0
    for end, name, alone in NESTED.findall(html):
        if not alone and name.lower() not in UNNESTED:
            depth = max(0, depth - 1) if end else depth + 1
            if depth > DEEPEST:
                return True
    return False


def short(text: str) -> str:
    """Return a text on one line, and of a long one the beginning."""
    flat = " ".join(text.split())
    return flat if len(flat) <= SHOWN else flat[:SHOWN] + "…"


def host(address: str) -> str:
    """Return the host of an address without www; empty where there is none."""
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
