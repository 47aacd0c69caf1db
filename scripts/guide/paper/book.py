"""One HTML document from the articles of a built site, in the order of its menu."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser

from guide.findings import CannotRunError
from guide.links.site import Reference

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

    from guide.links.site import Site

# What only a screen can use, and what says on every page the same that the cover says once.
SCREEN_ONLY = ".jump, .feedback, .hint, .copy, .cells, .cards svg, .compared, a.dark, script, input, .tabbed-labels"
LEVELS = {"h3": "h4", "h2": "h3", "h1": "h2"}
STYLE = Path(__file__).with_name("paper.css")


@dataclass(frozen=True)
class Chapter:
    """A page of the guide: its file in the site, the name that the menu gives it, and its section's."""

    file: str
    name: str
    section: str

    @property
    def key(self) -> str:
        """What its anchors begin with in the document."""
        return self.file.removesuffix("index.html").strip("/").replace("/", "-") or "home"


def chapters(site: Site) -> list[Chapter]:
    """Return the pages in the order of the start page's menu; raises CannotRunError where it has none."""
    found = []
    for group in _tree(site, "index.html").css(".menu .groups > details"):
        title = group.css_first("summary")
        for link in group.css("a[href]"):
            file, _ = _target(site, "index.html", link.attributes["href"] or "")
            if title and file in site.pages:
                found.append(Chapter(file, link.text(strip=True), title.text(strip=True)))
    if not found:
        raise CannotRunError(f"{site.root}: its start page has no menu of guides; build the site with make build")
    return found


def document(site: Site, today: datetime.date) -> str:
    """Return the guide as one page, whose addresses begin at the site's root."""
    listed = chapters(site)
    keys = {chapter.file: chapter.key for chapter in listed}
    home = _tree(site, "index.html")
    brand = home.css_first(".brand")
    name = brand.text(strip=True) if brand else site.url
    described = home.css_first("meta[name=description]")
    said = (described.attributes["content"] or "") if described else ""
    footer = "".join(node.html or "" for node in home.css(".foot p"))
    day = f"{today.day} {today:%B} {today.year}"
    return f"""<!doctype html>
<html lang="{escape(_language(home))}"><head><meta charset="utf-8"><title>{escape(name)}</title>
<style>{STYLE.read_text("utf-8")}</style></head><body>
<header><p class="name">{escape(name)}</p><p class="said">{escape(said)}</p>
<p>Offline edition of <time datetime="{today}">{day}</time>.
The pages as they are now: <a href="{site.url}">{site.url}</a></p>
<div class="small">{footer}</div></header>
{_contents(listed)}
{"".join(_article(site, chapter, keys, first) for chapter, first in _firsts(listed))}
</body></html>"""


def _firsts(listed: list[Chapter]) -> Iterator[tuple[Chapter, bool]]:
    before = ""
    for chapter in listed:
        yield chapter, chapter.section != before
        before = chapter.section


def _contents(listed: list[Chapter]) -> str:
    sections: dict[str, list[Chapter]] = {}
    for chapter in listed:
        sections.setdefault(chapter.section, []).append(chapter)
    groups = (
        f"<p>{escape(section)}</p><ul>"
        + "".join(f'<li><a href="#{each.key}">{escape(each.name)}</a></li>' for each in inside)
        + "</ul>"
        for section, inside in sections.items()
    )
    return f'<nav aria-label="Contents"><p class="name">Contents</p><div>{"</div><div>".join(groups)}</div></nav>'


def _article(site: Site, chapter: Chapter, keys: dict[str, str], first: bool) -> str:
    """Return a page's article: the section's name above its title, and a heading for each of its tabs."""
    tree = _tree(site, chapter.file)
    article = tree.css_first("article")
    if article is None:
        raise CannotRunError(f"{site.root / chapter.file}: there is no article in it")
    for tabs in article.css(".tabbed-set"):
        _untab(tabs)
    crumb = article.css_first("p.crumb:first-child")
    for node in [*article.css(SCREEN_ONLY), *([crumb] if crumb else [])]:
        node.decompose()
    for note in article.css("[data-due][hidden]"):
        note.decompose()
    for old, new in LEVELS.items():
        for node in article.css(f"{old}:not(.tab)"):
            _rename(node, new)
    for node in article.css("*"):
        _address(site, chapter, keys, node)
    heading = (
        f'<h1 class="section">{escape(chapter.section)}</h1>'
        if first
        else f'<p class="section">{escape(chapter.section)}</p>'
    )
    inside = "".join(child.html or "" for child in article.iter(include_text=True))
    return f'<article id="{chapter.key}">{heading}{inside}</article>\n'


def _untab(tabs: LexborNode) -> None:
    """Put each tab's name above its steps, as a heading that has the tab's anchor."""
    inputs = tabs.css("input")
    blocks = tabs.css(".tabbed-content > .tabbed-block")
    for choice, label, block in zip(inputs, tabs.css(".tabbed-labels > label"), blocks, strict=True):
        anchor = escape(choice.attributes.get("id") or "")
        heading = LexborHTMLParser(f'<h4 class="tab" id="{anchor}">{escape(label.text(strip=True))}</h4>').css("h4")[0]
        first = block.first_child
        if first:
            first.insert_before(heading)
        choice.attrs["id"] = ""


def _rename(node: LexborNode, tag: str) -> None:
    """Lower a heading by a level: above it stand the sections."""
    anchor = f' id="{escape(node.attributes["id"] or "")}"' if "id" in node.attributes else ""
    node.insert_before(LexborHTMLParser(f"<{tag}{anchor}>{node.inner_html}</{tag}>").css(tag)[0])
    node.decompose()


def _address(site: Site, chapter: Chapter, keys: dict[str, str], node: LexborNode) -> None:
    """Make an element's anchor and addresses those of the one document."""
    for name in ("id", "aria-labelledby", "aria-describedby"):
        if node.attributes.get(name):
            node.attrs[name] = f"{chapter.key}--{node.attributes[name]}"
    if node.tag == "img":
        node.attrs["src"] = _target(site, chapter.file, node.attributes["src"] or "")[0]
        del node.attrs["loading"]
    elif node.tag == "a" and node.attributes.get("href"):
        raw = node.attributes["href"] or ""
        file, fragment = _target(site, chapter.file, raw)
        if file in keys:
            node.attrs["href"] = f"#{keys[file]}--{fragment}" if fragment else f"#{keys[file]}"
        elif file:
            node.attrs["href"] = site.url + file.removesuffix("index.html")


def _target(site: Site, file: str, raw: str) -> tuple[str, str]:
    """Return the site's file and the anchor in it that an address leads to; no file where it leads elsewhere."""
    target = site.locate(Reference(file, raw, "link"))
    return (
        (site.file(target.path) or "") if target and target.path is not None else "",
        target.fragment if target else "",
    )


def _tree(site: Site, file: str) -> LexborHTMLParser:
    return LexborHTMLParser((site.root / file).read_bytes())


def _language(tree: LexborHTMLParser) -> str:
    root = tree.css_first("html")
    return (root.attributes.get("lang") or "en") if root else "en"
