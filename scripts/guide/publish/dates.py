"""What tells machines when a page changed: the feed of corrections, and the sitemap's dates."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from html import escape
from typing import NamedTuple
from urllib.parse import urljoin
from xml.etree import ElementTree as ET

from selectolax.lexbor import LexborHTMLParser, LexborNode

from guide.findings import CannotRunError, Finding
from guide.publish.pages import Page

CHANGES = "about/changes/index.html"
FEED = "feed.xml"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
DECLARED = '<?xml version="1.0" encoding="utf-8"?>\n'


class Change(NamedTuple):
    """One correction: `anchor` is its id on the page of changes, `link` the address of the page that was changed."""

    day: str
    anchor: str
    title: str
    link: str
    html: str


def changes(page: Page, home: str) -> tuple[list[Change], list[Finding]]:
    """Read the page of changes: a day as `##`, below it a linked `###` for each change, and what was corrected.

    `home` is the page's address. The newest change comes first.
    """
    found: list[Change] = []
    wrong: list[Finding] = []
    day = ""
    for node in page.tree.css("main h2, main h3"):
        title, link = node.text().strip(), node.css_first("a[href]")
        if node.tag == "h2":
            day = title if _is_day(title) else ""
        elif day and link and node.id:
            address = urljoin(home, link.attributes["href"] or "")
            found.append(Change(day, node.id, title, address, "".join(_body(node, home))))
        elif day:
            said, mend = f'the change "{title}" leads to no page', "make its heading a link"
            wrong.append(Finding(page.file, 0, 0, "feed", said, "a linked ### below its day", mend))
    if not found and not wrong:
        mend = "write ## YYYY-MM-DD, below it ### and what was corrected"
        wrong.append(Finding(page.file, 0, 0, "feed", "there is no change on it", "", mend))
    return sorted(found, key=lambda change: change.day, reverse=True), wrong


def _is_day(text: str) -> bool:
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _body(heading: LexborNode, home: str) -> Iterator[str]:
    """Yield what stands below a heading, with full addresses."""
    node = heading.next
    while node and node.tag not in {"h2", "h3"}:
        if node.is_element_node:
            copy = LexborHTMLParser(node.html or "").css("body > *")  # the page keeps its own addresses
            for link in (link for each in copy for link in each.css("[href]")):
                link.attrs["href"] = urljoin(home, link.attributes["href"] or "")
            yield from (each.html or "" for each in copy)
        node = node.next


def feed(found: list[Change], title: str, home: str, url: str) -> bytes:
    """Return the Atom feed (RFC 4287) of the changes; `home` is the address of their page, `title` its title."""
    home, url = escape(home), escape(url)
    entries = "".join(
        f"""
  <entry>
    <id>{home}#{change.anchor}</id>
    <title>{escape(change.title, quote=False)}</title>
    <updated>{change.day}T00:00:00Z</updated>
    <link rel="alternate" type="text/html" href="{escape(change.link)}" />
    <content type="html">{escape(change.html, quote=False)}</content>
  </entry>"""
        for change in found
    )
    whole = f"""{DECLARED}<feed xmlns="http://www.w3.org/2005/Atom">
  <id>{url}{FEED}</id>
  <title>{escape(title, quote=False)}</title>
  <updated>{found[0].day}T00:00:00Z</updated>
  <link rel="self" type="application/atom+xml" href="{url}{FEED}" />
  <link rel="alternate" type="text/html" href="{home}" />
  <author>
    <name>{escape(title.rpartition(" · ")[2], quote=False)}</name>
  </author>{entries}
</feed>
"""
    return whole.encode("ascii", "xmlcharrefreplace")


def sitemap(data: bytes, url: str, checked: dict[str, str]) -> bytes:
    """Return a sitemap with each page's day of comparison (`checked`, by path) in place of the day of the build."""
    ET.register_namespace("", SITEMAP[1:-1])
    try:
        root = ET.fromstring(data)  # noqa: S314 - from our own build
    except ET.ParseError as error:
        raise CannotRunError(f"sitemap.xml: cannot read it ({error}); build the site again") from error
    for entry in root.iter(f"{SITEMAP}url"):
        for old in entry.findall(f"{SITEMAP}lastmod"):
            entry.remove(old)
        day = checked.get((entry.findtext(f"{SITEMAP}loc") or "").removeprefix(url))
        if day:
            ET.SubElement(entry, f"{SITEMAP}lastmod").text = day
    ET.indent(root)
    return f"{DECLARED}{ET.tostring(root, 'unicode')}\n".encode("ascii", "xmlcharrefreplace")
