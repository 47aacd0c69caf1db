"""The Markdown extension: what an editor leaves out, put in on either engine.

MkDocs and Zensical both run Python-Markdown, so this works on both. It makes the anchors of tabs known before links
are checked, figures of pictures, the list of sources, stable keys for steps, and puts the notice on top.
"""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as etree
from calendar import month_name
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markdown import Extension
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from pymdownx.tabbed import TabbedExtension, TabbedTreeprocessor

from guide import vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown import Markdown

SOURCE_LABEL = re.compile(r"[sgpw]-[a-z0-9]+")

# Opens the tab for this reader before anything is painted: by the address, else by the last choice, else by the device
# (an iPad that says it is a Mac has a touch screen; a Mac does not tell its version: the newest). guide.js keeps it.
CHOOSE = """<script>!function(d,n,h){var c,s=[].slice.call(d.currentScript.parentNode.children).filter(function(e){\
return e.type=="radio"}),u=n.userAgent,m=/OS (\\d+_?\\d*)/.exec(u),p=/iP(hone|ad|od)/.test(u)?"iphone":/Mac/.test(u)?\
n.maxTouchPoints?"iphone":"mac":"web",v=m&&p!="mac"?+m[1].replace("_","."):99;\
function f(g){c=c||s.filter(g)[0]}f(function(e){return e.id==h});\
try{JSON.parse(localStorage["guide:tabs"]).forEach(function(l){f(function(e){return e.dataset.tab==l})})}catch(x){}\
f(function(e){e=e.dataset.on.split(" ");return e[0]==p&&!(e[1]>v)});if(c)c.checked=!0}\
(document,navigator,location.hash.slice(1))</script>"""


class GuideExtension(Extension):
    """Options: `shots`, the lock file of the pictures; `includes`, the folder of shared text and closed lists."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - Python-Markdown's signature
        self.config = {
            "shots": ["docs/assets/shots/lock.json", "The lock file of the pictures"],
            "includes": [str(vocabulary.INCLUDES), "The folder of shared text and closed lists"],
        }
        super().__init__(**options)

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - Python-Markdown's name
        """Register; has to be listed after `toc` and `pymdownx.tabbed`."""
        includes = Path(self.getConfig("includes"))
        md.preprocessors.register(Notice(md, includes / "notice.md"), "guide_notice", 33)  # snippets run at 32
        tabbed = next((e for e in md.registeredExtensions if isinstance(e, TabbedExtension)), None)
        if tabbed and tabbed.getConfig("slugify"):
            # After `toc`, whose ids it joins, and before MkDocs collects anchors; both have priority 5 as well.
            md.treeprocessors.register(TabbedTreeprocessor(md, tabbed.getConfigs()), "tab_slugs", 5)
        tabs = {tab.label: tab for tab in vocabulary.load(includes)[0].tabs}
        pictures = _pictures(Path(self.getConfig("shots")))
        # Above 0, where MkDocs rewrites addresses of links and pictures.
        md.treeprocessors.register(Finish(md, tabs, pictures), "guide", 4)


def _pictures(lock: Path) -> dict[str, dict[str, Any]]:
    try:
        return dict(json.loads(lock.read_text("utf-8"))["pictures"])
    except FileNotFoundError:
        return {}


class Notice(Preprocessor):
    """Puts the site's notice, where there is one, on top of the page."""

    def __init__(self, md: Markdown, path: Path) -> None:
        super().__init__(md)
        self.path = path

    def run(self, lines: list[str]) -> list[str]:
        """Return the page's lines, with the notice before them."""
        text = self.path.read_text("utf-8").strip() if self.path.is_file() else ""
        if not text:
            return lines
        body = [f"    {line}".rstrip() for line in text.splitlines()]
        return ['!!! warning "Read this first"', "", *body, "", *lines]


class Finish(Treeprocessor):
    """Finishes the parsed page: tabs, pictures, steps, sources."""

    def __init__(self, md: Markdown, tabs: dict[str, vocabulary.Tab], pictures: dict[str, dict[str, Any]]) -> None:
        super().__init__(md)
        self.tabs = tabs
        self.pictures = pictures

    def run(self, root: etree.Element) -> None:
        """Change the tree in place."""
        for element in root.iter("div"):
            if "tabbed-set" in element.get("class", ""):
                self._tab_set(element)
            elif element.get("class") in ("rows", "cards"):
                _list(element.iter("ul"))
        _list(root.iter("ol"))
        _steps(root)
        _tables(root)
        self._figures(root)
        self._sources(root)

    def _tab_set(self, element: etree.Element) -> None:
        """Name each tab's systems on its radio button, and put the script that chooses after the last one."""
        inputs = element.findall("input")
        for button, label in zip(inputs, element.iter("label"), strict=True):
            text = "".join(label.itertext())
            tab = self.tabs.get(text)
            first = (tab.versions.partition("-")[0] if tab else "") or "0"
            button.set("data-tab", text)
            button.set("data-on", f"{tab.platform} {first}" if tab else "")
        inputs[-1].tail = self.md.htmlStash.store(CHOOSE)

    def _figures(self, root: etree.Element) -> None:
        for parent in list(root.iter()):
            for place, child in enumerate(list(parent)):
                image = child if child.tag == "img" else child[0] if _holds_one_image(child) else None
                name = Path(image.get("src", "")).name.removesuffix(".light.webp") if image is not None else ""
                if image is not None and name in self.pictures:
                    figure = _figure(image, self.pictures[name])
                    figure.tail = child.tail
                    if child.tag == "img":
                        parent.tag = "div" if parent.tag == "p" else parent.tag
                    parent[place] = figure

    def _sources(self, root: etree.Element) -> None:
        """Give small print its class, and fill the section *Sources* with what the page cites."""
        known = {url: title for label, (url, title) in self.md.references.items() if SOURCE_LABEL.fullmatch(label)}
        cited = dict.fromkeys(link.get("href", "") for link in root.iter("a") if link.get("href") in known)
        for paragraph in root.iter("p"):
            if (paragraph.text or "").startswith(("Source:", "Sources:")):
                paragraph.set("class", "cite")
        for place, heading in enumerate(list(root)):
            if heading.tag == "h2" and heading.get("id") == "sources" and cited:
                items = etree.Element("ul", {"class": "sources"})
                for url in cited:
                    link = etree.SubElement(etree.SubElement(items, "li"), "a", href=url)
                    link.text, _, read = (known[url] or url).rstrip(")").partition(" (read ")
                    year, _, month = read.partition("-")
                    link.tail = f", read in {month_name[int(month)]} {year}" if month.isdecimal() else ""
                root.insert(place + 1, items)
                return


def _holds_one_image(element: etree.Element) -> bool:
    return element.tag == "p" and len(element) == 1 and element[0].tag == "img" and not (element.text or "").strip()


def _figure(image: etree.Element, picture: dict[str, Any]) -> etree.Element:
    """Return the picture twice, light and dark (style sheets show one), linked to its full size, with its caption."""
    light = image.get("src", "")
    figure = etree.Element("figure")
    for scheme in ("light", "dark"):
        source = light.replace(".light.", f".{scheme}.")
        link = etree.SubElement(figure, "a", {"href": source, "class": scheme})
        size = {"width": str(picture["width"]), "height": str(picture["height"])}
        etree.SubElement(link, "img", {"src": source, "alt": image.get("alt", ""), "loading": "lazy", **size})
    etree.SubElement(figure, "figcaption").text = picture["caption"]
    return figure


def _tables(root: etree.Element) -> None:
    """Let a wide table scroll in a box of its own, and name its columns and rows for a screen reader."""
    for parent in list(root.iter()):
        for place, table in enumerate(list(parent)):
            if table.tag == "table":
                table.set("class", "table")  # the theme's script wraps those that have no class
                for heading in table.iter("th"):
                    heading.set("scope", "col")
                for first in (row[0] for row in table.iterfind("tbody/tr")):
                    first.tag = "th"
                    first.set("scope", "row")
                box = etree.Element("div", {"class": "grid"})
                box.append(table)
                parent[place] = box


def _list(lists: Iterator[etree.Element]) -> None:
    """Say that a list is one: Safari forgets it where style sheets take the markers away."""
    for element in lists:
        element.set("role", "list")


def _steps(root: etree.Element) -> None:
    """Count each list's steps above it, and give each step an address that stays when steps are added.

    It is made of the step's tab and its labels, or its first words; what the reader ticks is kept under it.
    """
    used: dict[str, int] = {}
    for tab, block in _blocks(root):
        for parent in list(block.iter()):
            for place, steps in [(n, child) for n, child in enumerate(parent) if child.tag == "ol"][::-1]:
                items = steps.findall("li")
                if items[0].get("id"):
                    continue
                for item in items:
                    labels = " ".join("".join(bold.itertext()) for bold in item.iter("strong"))
                    words = labels or " ".join("".join(item.itertext()).split()[:5])
                    key = "-".join(filter(None, ["step", tab, re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")]))
                    used[key] = used.get(key, 0) + 1
                    item.set("id", key if used[key] == 1 else f"{key}-{used[key]}")
                if len(items) > 1:
                    hint = etree.Element("p", {"class": "hint"})
                    hint.text = f"{len(items)} steps"
                    parent.insert(place, hint)


def _blocks(root: etree.Element) -> Iterator[tuple[str, etree.Element]]:
    for element in root.iter("div"):
        if "tabbed-set" in element.get("class", ""):
            inputs = element.findall("input")
            blocks = [block for block in element.iter("div") if block.get("class") == "tabbed-block"]
            yield from ((button.get("id", ""), block) for button, block in zip(inputs, blocks, strict=True))
    yield "", root


def makeExtension(**options: Any) -> GuideExtension:  # noqa: ANN401, N802 - Python-Markdown's name and signature
    """Return the extension for Python-Markdown."""
    return GuideExtension(**options)
