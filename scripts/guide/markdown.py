"""The Markdown extension: what an editor leaves out, put in on either engine.

MkDocs and Zensical both run Python-Markdown, so this works on both. It puts the notice on top, makes the anchors of
tabs known before links are checked, and finishes tabs, tables, steps, pictures and sources.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, SubElement

import rjsmin
from markdown import Extension, Markdown
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from pymdownx.tabbed import TabbedExtension, TabbedTreeprocessor

from guide import lock
from guide.citation import told

NOTICE = Path("docs/includes/notice.md")
SOURCE_LABEL = re.compile(r"[sgpw]-[a-z0-9]+")
SMALL_PRINT = ("Source:", "Sources:", "Cited on ", "This guide hasn’t been checked")  # how it begins
CHOOSE = rjsmin.jsmin(Path(__file__).with_name("choose.js").read_text("utf-8"))


class GuideExtension(Extension):
    """Reads the notice and the lock file of the pictures where `mkdocs.yml` stands."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - Python-Markdown's name
        """Register; has to be listed after `toc` and `pymdownx.tabbed`."""
        md.preprocessors.register(Notice(md), "guide_notice", 33)  # snippets run at 32
        register_tab_ids(md)
        md.treeprocessors.register(Finish(md), "guide", 4)  # above 0, where MkDocs rewrites addresses


def register_tab_ids(md: Markdown) -> None:
    """Name tabs after `toc`, whose ids they join, and before MkDocs collects anchors; both have priority 5 as well."""
    tabbed = next((e for e in md.registeredExtensions if isinstance(e, TabbedExtension)), None)
    if tabbed and tabbed.getConfig("slugify"):
        md.treeprocessors.register(TabbedTreeprocessor(md, tabbed.getConfigs()), "tab_slugs", 5)


class Notice(Preprocessor):
    """Puts the site's notice, where there is one, on top of the page."""

    def run(self, lines: list[str]) -> list[str]:
        """Return the page's lines, with the notice before them."""
        text = NOTICE.read_text("utf-8").strip() if NOTICE.is_file() else ""
        body = [f"    {line}".rstrip() for line in text.splitlines()]
        return ['!!! warning "Read this first"', "", *body, "", *lines] if text else lines


class Finish(Treeprocessor):
    """Finishes the parsed page: tabs, tables, steps, pictures, sources."""

    def __init__(self, md: Markdown) -> None:
        super().__init__(md)
        self.pictures = _pictures(lock.LOCK.resolve(), lock.LOCK.stat().st_mtime_ns if lock.LOCK.is_file() else 0)

    def run(self, root: Element) -> None:
        """Change the tree in place."""
        for box in root.iter("div"):
            if box.get("class") in ("rows", "cards"):
                _list(box.iter("ul"))
            elif box.get("class") == "admonition warning":
                _warning(box[0])
        _list(root.iter("ol"))
        used: dict[str, int] = {}
        for box in (box for box in root.iter("div") if "tabbed-set" in box.get("class", "")):
            bar, *blocks = (div for div in box.iter("div") if div.get("class") in {"tabbed-labels", "tabbed-block"})
            bar.tail = self.md.htmlStash.store(f"<script>{CHOOSE}</script>")
            for label, block in zip(bar, blocks, strict=True):
                _steps(block, label.get("for", ""), used)
                # Text browsers show neither styles nor which tab a block belongs to, and know no `hidden`.
                name = Element("p", {"hidden": "hidden"})
                name.text = "".join(label.itertext())
                block.insert(0, name)
        _steps(root, "", used)
        for parent in list(root.iter()):
            for place, child in enumerate(list(parent)):
                made = self._figure(child) if child.tag == "p" else _table(child) if child.tag == "table" else None
                if made is not None and made.tag == "figure" and place + 1 < len(parent):
                    _press(made, parent[place + 1])
                if made is not None:
                    made.tail = child.tail
                    parent[place] = made
        self._sources(root)

    def _figure(self, paragraph: Element) -> Element | None:
        """Return the picture that a paragraph consists of, with its dark twin (style sheets show one) and caption."""
        image = paragraph[0] if len(paragraph) == 1 else paragraph
        if image.tag != "img" or (paragraph.text or image.tail or "").strip():
            return None
        light = image.get("src", "")
        picture = self.pictures.get(light.rpartition("/")[2].removesuffix(".light.webp"))
        if not picture:
            return None
        figure = Element("figure")
        size = {"width": str(picture["width"]), "height": str(picture["height"])}
        for scheme in ("light", "dark"):
            source = light.replace(".light.", f".{scheme}.")
            link = SubElement(figure, "a", {"href": source, "class": scheme})
            SubElement(link, "img", {"src": source, "alt": image.get("alt", ""), "loading": "lazy", **size})
        SubElement(figure, "figcaption").text = picture["caption"]
        return figure

    def _sources(self, root: Element) -> None:
        """Give small print its class, and fill the section *Sources* with what the page cites."""
        known = {url: title for label, (url, title) in self.md.references.items() if SOURCE_LABEL.fullmatch(label)}
        cited = dict.fromkeys(link.get("href", "") for link in root.iter("a") if link.get("href") in known)
        for paragraph in root.iter("p"):
            if (paragraph.text or "").startswith(SMALL_PRINT):
                paragraph.set("class", "cite")
        place = next((n for n, child in enumerate(root) if child.tag == "h2" and child.get("id") == "sources"), None)
        if place is None or not cited:
            return
        items = Element("ul", {"class": "sources"})
        for url in cited:
            link = SubElement(SubElement(items, "li"), "a", href=url)
            link.text, link.tail = told(known[url] or url)
        root.insert(place + 1, items)


def _press(figure: Element, below: Element) -> None:
    """Lay the places to press over a rehearsal's picture: the links below it that say where in it they are."""
    links = [link for link in below.iter("a") if link.get("data-at")]
    if not links:
        return
    _list(iter([below]))
    for number, zoom in enumerate(figure[:2]):
        zoom[0].set("class", zoom.get("class", ""))
        figure[number] = zoom[0]
    size = {name: figure[0].get(name, "") for name in ("width", "height")}
    shape = {"viewBox": f"0 0 {size['width']} {size['height']}", "fill": "none", "pointer-events": "all", **size}
    svg = Element("svg", {"class": "press", "role": "group", "aria-label": "In the picture", **shape})
    for link in links[-1:] + links[:-1]:  # the rest of the picture lies below all others
        x, y, width, height = link.attrib.pop("data-at").split()
        place = SubElement(svg, "a", {**link.attrib, "aria-label": "".join(link.itertext())})
        SubElement(place, "rect", x=x, y=y, width=width, height=height, rx="8")
    svg[0].set("tabindex", "-1")  # the keyboard has it in the list
    svg[0].set("aria-hidden", "true")
    figure.insert(2, svg)
    figure[-1].text = f"{figure[-1].text}. An illustration, for practice only."


@lru_cache(maxsize=1)
def _pictures(path: Path, changed: int) -> dict[str, dict[str, Any]]:  # noqa: ARG001
    """Return the lock's pictures, kept until the file changes, since each page has a parser of its own."""
    return lock.read(path)


def _table(table: Element) -> Element | None:
    """Return a box in which a wide table scrolls by itself; name its columns and rows for a screen reader."""
    if table.get("class"):
        return None
    table.set("class", "table")  # the theme's script wraps those that have no class
    for heading in table.iter("th"):
        heading.set("scope", "col")
    for row in table.iterfind("tbody/tr"):
        row[0].tag = "th"
        row[0].set("scope", "row")
    box = Element("div", {"class": "grid"})
    box.append(table)
    return box


def _list(lists: Iterator[Element]) -> None:
    """Say that a list is one: Safari forgets it where style sheets take the markers away."""
    for element in lists:
        element.set("role", "list")


def _warning(title: Element) -> None:
    """Say to the ear what the icon says to the eye."""
    said = Element("span", {"role": "img", "aria-label": "Warning"})
    said.tail, title.text = title.text, ""
    title.insert(0, said)


def _steps(block: Element, tab: str, used: dict[str, int]) -> None:
    """Count each list's steps above it, and give each step an address that stays when steps are added.

    It is made of the step's tab and its labels, or its first words, shortened; what the reader ticks is kept under it.
    """
    for parent in list(block.iter()):
        for steps in [child for child in parent if child.tag == "ol" and child[0].get("id") is None]:
            for item in steps:
                labels = " ".join("".join(bold.itertext()) for bold in item.iter("strong"))
                words = labels or " ".join("".join(item.itertext()).split()[:5])
                key = f"s-{sha256(f'{tab} {words}'.encode()).hexdigest()[:3]}"
                used[key] = used.get(key, 0) + 1
                item.set("id", key if used[key] == 1 else f"{key}-{used[key]}")
            if len(steps) > 1:
                hint = Element("p", {"class": "hint"})
                hint.text = f"{len(steps)} steps"
                parent.insert(list(parent).index(steps), hint)


def makeExtension(**options: Any) -> GuideExtension:  # noqa: ANN401, N802 - Python-Markdown's name and signature
    """Return the extension for Python-Markdown."""
    return GuideExtension(**options)
