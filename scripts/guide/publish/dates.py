"""What tells machines when a page changed: the feed of corrections, the sitemap's dates, and where the sitemap is."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin
from xml.etree import ElementTree as ET

from guide.findings import CannotRunError, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

    from guide.publish.pages import Page

CHANGES = "about/changes/index.html"
FEED = "feed.xml"
ATOM = "http://www.w3.org/2005/Atom"
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"


@dataclass(frozen=True)
class Change:
    """One correction: `anchor` is its id on the page of changes, `link` the address of the page that was changed."""

    day: str
    anchor: str
    title: str
    link: str
    html: str


def changes(page: Page, url: str) -> tuple[list[Change], list[Finding]]:
    """Read the page of changes: a day as `##`, below it a linked `###` for each change, and what was corrected."""
    home = urljoin(url, page.file.removesuffix("index.html"))
    found: list[Change] = []
    wrong: list[Finding] = []
    day = ""
    for node in page.tree.css("main h2, main h3"):
        title = node.text().strip()
        if node.tag == "h2":
            day = title if _is_day(title) else ""
        elif day:
            link = node.css_first("a[href]")
            if link is None or not node.id:
                found_, mend = f'the change "{title}" leads to no page', "make its heading a link"
                wrong.append(Finding(page.file, 0, 0, "feed", found_, "a linked ### below its day", mend))
                continue
            address = urljoin(home, link.attributes["href"] or "")
            found.append(Change(day, node.id, title, address, "".join(_body(node, home))))
    if not found and not wrong:
        mend = "write ## YYYY-MM-DD, below it ### and what was corrected"
        wrong.append(Finding(page.file, 0, 0, "feed", "there is no change on it", "", mend))
    return found, wrong


def _is_day(text: str) -> bool:
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _body(heading: LexborNode, home: str) -> Iterator[str]:
    """Yield what stands below a heading, with full addresses."""
    node = heading.next
    while node and node.tag not in {"h2", "h3"}:
        for link in node.css("[href]") if node.is_element_node else ():
            link.attrs["href"] = urljoin(home, link.attributes["href"] or "")
        yield (node.html or "") if node.is_element_node else ""
        node = node.next


def feed(found: list[Change], page: Page, url: str) -> bytes:
    """Return the Atom feed (RFC 4287) of the changes, newest first."""
    ET.register_namespace("", ATOM)
    home = urljoin(url, page.file.removesuffix("index.html"))
    heading = page.tree.css_first("title")
    title = heading.text().strip() if heading else url
    root = ET.Element(f"{{{ATOM}}}feed")

    def add(parent: ET.Element, name: str, text: str = "", **attributes: str) -> ET.Element:
        element = ET.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
        element.text = text or None
        return element

    found = sorted(found, key=lambda change: change.day, reverse=True)
    add(root, "id", url + FEED)
    add(root, "title", title)
    add(root, "updated", f"{found[0].day}T00:00:00Z")
    add(root, "link", rel="self", type="application/atom+xml", href=url + FEED)
    add(root, "link", rel="alternate", type="text/html", href=home)
    add(add(root, "author"), "name", title.rpartition(" · ")[2])
    for change in found:
        entry = add(root, "entry")
        add(entry, "id", f"{home}#{change.anchor}")
        add(entry, "title", change.title)
        add(entry, "updated", f"{change.day}T00:00:00Z")
        add(entry, "link", rel="alternate", type="text/html", href=change.link)
        add(entry, "content", change.html, type="html")
    return _document(root)


def sitemap(data: bytes, url: str, checked: dict[str, str]) -> bytes:
    """Return a sitemap with each page's day of comparison (`checked`, by file) in place of the day of the build."""
    ET.register_namespace("", SITEMAP)
    try:
        root = ET.fromstring(data)  # noqa: S314 - from our own build
    except ET.ParseError as error:
        raise CannotRunError(f"sitemap.xml: cannot read it ({error}); build the site again") from error
    for entry in root.iter(f"{{{SITEMAP}}}url"):
        for old in entry.findall(f"{{{SITEMAP}}}lastmod"):
            entry.remove(old)
        path = (entry.findtext(f"{{{SITEMAP}}}loc") or "").removeprefix(url)
        day = checked.get(f"{path}index.html" if not path or path.endswith("/") else path)
        if day:
            ET.SubElement(entry, f"{{{SITEMAP}}}lastmod").text = day
    return _document(root)


def _document(root: ET.Element) -> bytes:
    ET.indent(root)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root) + b"\n"


def robots(url: str) -> bytes:
    """Return robots.txt: everything may be read, and where the sitemap is."""
    return f"User-agent: *\nAllow: /\n\nSitemap: {url}sitemap.xml\n".encode()
