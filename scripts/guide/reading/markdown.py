"""Markdown as MkDocs reads it: Python-Markdown with the site's own extensions, which here tells the line of each block.

Before Python-Markdown turns to what stands inside a block, every block's text is still as it is in the file, and in
the same order: a search that only goes forward finds its line, and an attribute carries it into the finished HTML.
This rests on the priorities of Python-Markdown's processors and on how it stashes raw HTML; `tests/test_reading.py`
compares every page with what MkDocs builds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from html import unescape
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Extension, Markdown
from markdown.treeprocessors import Treeprocessor
from mkdocs.exceptions import ConfigurationError
from mkdocs.utils.yaml import yaml_load
from selectolax.lexbor import LexborHTMLParser, LexborNode

from guide import files
from guide.findings import CannotRunError
from guide.markdown import register_tab_ids

LINE = "data-guide-line"
TAG = re.compile(r"<[a-zA-Z][\w-]*(?=[\s/>]|$)")
BUILT_IN: dict[str, Any] = {"toc": {}, "tables": {}, "fenced_code": {}}  # MkDocs adds them to those in mkdocs.yml
LEFT_OUT = {"pymdownx.snippets", "guide.markdown"}  # includes are in their places; the page is not to be finished
STASHED = re.compile("\x02wzxhzdk:(\\d+)\x03")  # Python-Markdown's sign for the raw HTML of that number
CODE, TAGS = '<div class="highlight', re.compile(r"<[^>]*>")
SOURCE = "source:"  # the address of a link that names a source: so its label is known


def marked(html: str, first: int = 1) -> str:
    """Return HTML with the number of its line in every element's LINE."""
    lines = enumerate(html.split("\n"), first)
    return "\n".join(TAG.sub(rf"\g<0> {LINE}={number} ", line) for number, line in lines)


def value(node: LexborNode, name: str) -> str:
    """Return an attribute; empty where there is none."""
    return node.attributes.get(name) or ""


class Parser(Extension):
    """Reads one page after another."""

    def __init__(self, config: Path) -> None:
        super().__init__()
        self.lines: list[str] = []
        extensions = dict(BUILT_IN)
        try:
            settings = yaml_load(files.read(config))
        except ConfigurationError as error:
            raise CannotRunError(f"{config}: {' '.join(str(error).split())}") from error
        for one in settings.get("markdown_extensions", ()):
            extensions |= one if isinstance(one, dict) else {one: {}}
        configs = {name: options or {} for name, options in extensions.items() if name not in LEFT_OUT}
        self.md = Markdown(extensions=[*configs, self], extension_configs=configs)

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - Python-Markdown's name
        """Register what tells the lines, before and after Python-Markdown reads what stands inside of blocks, at 20."""
        md.treeprocessors.register(_Before(md, self._locate), "guide_locate", 21)
        md.treeprocessors.register(_Before(md, self._mark_inline), "guide_inline", 19)
        register_tab_ids(md)

    def parse(self, lines: list[str], sources: Iterable[str]) -> LexborNode:
        """Return a page's body; LINE of an element is the number of its line, from 0, as far as it is known.

        Elements that are written as HTML have the attribute even where the line is not known: there it is empty.
        """
        self.lines = [line.expandtabs() for line in lines]
        self.md.reset()
        self.md.references.update({key: (SOURCE + key, "") for key in sources})
        body = LexborHTMLParser("<body>" + self.md.convert("\n".join(lines))).body
        assert body  # noqa: S101 - for the type checker
        return body

    def _locate(self, root: Element) -> None:
        """Give each block the number of its line, and to raw HTML the numbers of its own."""
        at, stash = 0, self.md.htmlStash.rawHtmlBlocks
        for element, text in _blocks(root):
            stashed = STASHED.search(text)
            html = str(stash[int(stashed[1])]) if stashed else ""
            wanted = (unescape(TAGS.sub("", html)) if html.startswith(CODE) else html or text).strip("\n")
            first = next(filter(None, map(str.strip, wanted.split("\n"))), "")
            line = next((n for n in range(at, len(self.lines)) if first in self.lines[n]), None) if first else None
            if line is None:
                continue
            element.set(LINE, str(line))
            at = line + 1 + wanted.count("\n")
            if stashed:
                stash[int(stashed[1])] = marked(html, line)

    def _mark_inline(self, _: Element) -> None:
        """Mark the HTML inside of blocks, too, as written."""
        stash = self.md.htmlStash.rawHtmlBlocks
        stash[:] = [html if LINE in str(html) else TAG.sub(rf"\g<0> {LINE} ", str(html)) for html in stash]


class _Before(Treeprocessor):
    """Calls a function that does not change how the tree is built."""

    def __init__(self, md: Markdown, call: Callable[[Element], None]) -> None:
        super().__init__(md)
        self.call = call

    def run(self, root: Element) -> None:
        """Call it."""
        self.call(root)


def _blocks(element: Element) -> Iterator[tuple[Element, str]]:
    """Yield the elements that begin a line, with the text that stands there, in the order of the file."""
    kind, children = element.get("class") or "", list(element)
    if "tabbed-set" in kind:  # all labels stand before all blocks
        labels, blocks = element.find("div[@class='tabbed-labels']"), element.find("div[@class='tabbed-content']")
        children = [each for pair in zip(labels or (), blocks or (), strict=True) for each in pair]
    elif kind.startswith("admonition "):
        yield element, "!!!"
        children = children[element[0].get("class") == "admonition-title" :]
    elif element.tag == "tr":
        yield element, next((cell.text for cell in element if cell.text), "")
        return
    elif element.text and element.text.strip():
        yield element, element.text
    for child in children:
        yield from _blocks(child)
