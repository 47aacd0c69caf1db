"""The whole guide on paper: one document of the articles of a built site, in the order of its menu, printed once."""

from __future__ import annotations

import datetime
from html import escape
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from guide import browser
from guide.files import write
from guide.findings import CannotRunError
from guide.publish.pages import code
from guide.site.model import Reference, Site, address, load
from guide.site.server import serve

ABOUT = "about/index.html"
STYLE = Path(__file__).with_name("paper.css")
FOOTER = """<div style="display:flex;justify-content:space-between;width:100%;margin:0 18mm;font:8pt system-ui">
<span class="title"></span><span><span class="pageNumber"></span> / <span class="totalPages"></span></span></div>"""
# What only a screen can use, and what says on every page the same that the cover says once.
SCREEN_ONLY = (
    ".jump, .feedback, .hint, .copy, .cells, .next, .exit, .leave, .compared, .dark, script, .tabbed-labels, "
    ".tabbed-set > input, fieldset, fieldset ~ .phone, .total, .on-screen, "
    '.press, .answer, .screen details, .screen figure + ul, .screen > p > a[href^="#"], article > .crumb:first-child'
)
LEVELS = {"h3": "h4", "h2": "h3", "h1": "h2"}


class Chapter(NamedTuple):
    """A page of the guide: its file in the site, the name that the menu gives it, and its section's."""

    file: str
    name: str
    section: str

    @property
    def key(self) -> str:
        """What its anchors begin with in the document."""
        return address(self.file).strip("/").replace("/", "-") or "home"


def pdf(site: Path, out: Path, today: datetime.date) -> int:
    """Print a built site as one PDF, tagged and with an outline; return its size in bytes.

    Where it lies in the site, the page about the guide links to it, so the site must not be published yet.
    Raises CannotRunError for a folder that is no site, a published one, or a browser that does not print.
    """
    inside = out.resolve().is_relative_to(site.resolve())
    loaded = load(site)
    if inside and "_headers" in loaded.files:
        raise CannotRunError(f"{site}: it is published; print before that, with make pdf, or name a file outside")
    html = document(loaded, today)
    with serve(site, "/") as home, browser.started() as chromium:
        page = chromium.new_page(color_scheme="light", java_script_enabled=False)
        page.route(home, lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
        page.goto(home, wait_until="load")
        data = page.pdf(
            format="A4",
            tagged=True,
            outline=True,
            display_header_footer=True,
            header_template="<span></span>",
            footer_template=FOOTER,
            prefer_css_page_size=True,
        )
    write(out, data)
    if inside and ABOUT in loaded.pages:
        _tell(loaded, f"../{out.resolve().relative_to(site.resolve()).as_posix()}", len(data), today)
    return len(data)


def _tell(site: Site, link: str, size: int, today: datetime.date) -> None:
    """Name the PDF on the page about the guide, with its date; what an earlier run wrote there goes."""
    about, tree = site.root / ABOUT, _tree(site, ABOUT)
    for old in tree.css("#offline-edition"):
        old.decompose()
    place = tree.css_first("article #related") or tree.css_first("article .compared")
    if place is None:
        raise CannotRunError(f"{about}: there is neither a list of related pages nor a date to put the link before")
    html = f"""<div id="offline-edition"><h2>Offline edition</h2>
<p><a href="{escape(link)}">The whole guide as one PDF</a> ({size / 1e6:.1f} MB), made on
{_day(today)}. It doesn’t update with the site, so check the date.</p></div>"""
    place.insert_before(LexborHTMLParser(html).css("#offline-edition")[0])
    write(about, (tree.html or "").encode())


def _day(day: datetime.date) -> str:
    return f"{day:%B} {day.day}, {day.year}"


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
    brand, described = home.css_first(".brand"), home.css_first("meta[name=description]")
    name = escape(brand.text(strip=True) if brand else site.url)
    said = escape((described.attributes["content"] or "") if described else "")
    footer = "".join(node.html or "" for node in home.css(".foot p"))
    contents = articles = ""
    for section, chapters_of_it in groupby(listed, lambda chapter: escape(chapter.section)):
        inside = list(chapters_of_it)
        links = (f'<li><a href="#{chapter.key}">{escape(chapter.name)}</a></li>' for chapter in inside)
        contents += f"<div><p>{section}</p><ul>{''.join(links)}</ul></div>"
        headings = [f'<h1 class="section">{section}</h1>', *[f'<p class="section">{section}</p>'] * (len(inside) - 1)]
        articles += "".join(
            f'<article id="{chapter.key}">{heading}{_article(site, chapter, keys)}</article>\n'
            for chapter, heading in zip(inside, headings, strict=True)
        )
    return f"""<!doctype html>
<html lang="{home.css("html")[0].attributes.get("lang") or "en"}"><head><meta charset="utf-8"><title>{name}</title>
<style>{STYLE.read_text("utf-8")}</style></head><body>
<header><p class="name">{name}</p><p class="said">{said}</p>
<p>Offline edition of <time datetime="{today}">{_day(today)}</time>.
The pages as they are now: <a href="{site.url}">{site.url}</a></p>
<div class="small">{footer}</div></header>
<nav aria-label="Contents"><p class="name">Contents</p>{contents}</nav>
{articles}
</body></html>"""


def _article(site: Site, chapter: Chapter, keys: dict[str, str]) -> str:
    """Return what is in a page's article, with a heading for each of its tabs."""
    article = _tree(site, chapter.file).css_first("article")
    if article is None:
        raise CannotRunError(f"{site.root / chapter.file}: there is no article in it")
    for tabs in article.css(".tabbed-set"):
        _untab(tabs)
    for node in article.css(SCREEN_ONLY):
        node.decompose()
    for old, new in LEVELS.items():  # above the headings of a page stand the sections
        for node in article.css(f"{old}:not(.tab)"):
            anchor = f' id="{escape(node.attributes["id"] or "")}"' if "id" in node.attributes else ""
            node.insert_before(LexborHTMLParser(f"<{new}{anchor}>{node.inner_html}</{new}>").css(new)[0])
            node.decompose()
    for node in article.css("*"):
        _address(site, chapter, keys, node)
    for place in article.css(".phone"):
        html = f'<p class="phone">{code(site.url).decode()}{place.inner_html}'
        place.insert_before(LexborHTMLParser(html).css("p")[0])
        place.decompose()
    return "".join(child.html or "" for child in article.iter(include_text=True))


def _untab(tabs: LexborNode) -> None:
    """Put each tab's name above its steps, as a heading that has the tab's anchor."""
    labels, blocks = tabs.css(".tabbed-labels > label"), tabs.css(".tabbed-content > .tabbed-block")
    for choice, label, block in zip(tabs.css("input"), labels, blocks, strict=True):
        anchor = escape(choice.attributes.get("id") or "")
        heading = LexborHTMLParser(f'<h4 class="tab" id="{anchor}">{escape(label.text(strip=True))}</h4>').css("h4")[0]
        if block.first_child:
            block.first_child.insert_before(heading)


def _address(site: Site, chapter: Chapter, keys: dict[str, str], node: LexborNode) -> None:
    """Make an element's anchor and addresses those of the one document."""
    for name in ("id", "aria-labelledby", "aria-describedby"):
        if node.attributes.get(name):
            node.attrs[name] = f"{chapter.key}--{node.attributes[name]}"
    if node.tag == "img":
        node.attrs["src"] = _target(site, chapter.file, node.attributes["src"] or "")[0]
        del node.attrs["loading"]
    elif node.tag == "a" and node.attributes.get("href"):
        file, fragment = _target(site, chapter.file, node.attributes["href"] or "")
        if file in keys:
            node.attrs["href"] = f"#{keys[file]}--{fragment}" if fragment else f"#{keys[file]}"
        elif file:
            node.attrs["href"] = site.url + address(file)


def _target(site: Site, file: str, raw: str) -> tuple[str, str]:
    """Return the site's file and the anchor in it that an address leads to; no file where it leads elsewhere."""
    target = site.locate(Reference(file, raw, "link"))
    if target is None or target.path is None:
        return "", ""
    return site.file(target.path) or "", target.fragment


def _tree(site: Site, file: str) -> LexborHTMLParser:
    return LexborHTMLParser(site.files[file])
