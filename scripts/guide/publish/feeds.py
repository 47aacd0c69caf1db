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
from guide.site.model import Files, Site, address

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


def feed(site: Site) -> tuple[Files, list[Finding]]:
    """Return the Atom feed (RFC 4287) of the page of changes, and what is wrong with that page."""
    changes, wrong = _changes(site)
    page_title = site.pages[CHANGES].tree.css_first("title")
    title = page_title.text().strip() if page_title else site.url
    home, url = escape(site.url + address(CHANGES)), escape(site.url)
    entries = "".join(
        f"""
  <entry>
    <id>{home}#{change.anchor}</id>
    <title>{escape(change.title, quote=False)}</title>
    <updated>{change.day}T00:00:00Z</updated>
    <link rel="alternate" type="text/html" href="{escape(change.link)}" />
    <content type="html">{escape(change.html, quote=False)}</content>
  </entry>"""
        for change in changes
    )
    if not changes:
        return {}, wrong
    whole = f"""{DECLARED}<feed xmlns="http://www.w3.org/2005/Atom">
  <id>{url}{FEED}</id>
  <title>{escape(title, quote=False)}</title>
  <updated>{changes[0].day}T00:00:00Z</updated>
  <link rel="self" type="application/atom+xml" href="{url}{FEED}" />
  <link rel="alternate" type="text/html" href="{home}" />
  <author>
    <name>{escape(title.rpartition(" · ")[2], quote=False)}</name>
  </author>{entries}
</feed>
"""
    return {FEED: whole.encode("ascii", "xmlcharrefreplace")}, wrong


def _changes(site: Site) -> tuple[list[Change], list[Finding]]:
    """Read the page of changes: a day as `##`, below it a linked `###` for each change, and what was corrected.

    The newest change comes first.
    """
    found: list[Change] = []
    wrong: list[Finding] = []
    day, home = "", site.url + address(CHANGES)
    for node in site.pages[CHANGES].tree.clone().css("main h2, main h3"):  # whose links become full addresses
        title, link = node.text().strip(), node.css_first("a[href]")
        if node.tag == "h2":
            day = title if _is_day(title) else ""
        elif day and link and node.id:
            to = urljoin(home, link.attributes["href"] or "")
            found.append(Change(day, node.id, title, to, "".join(_body(node, home))))
        elif day:
            said = f'the change "{title}" leads to no page', "a linked ### below its day", "make its heading a link"
            wrong.append(site.place(CHANGES, title).finding(*said, "feed"))
    if not found and not wrong:
        fix = "write ## YYYY-MM-DD, below it ### and what was corrected"
        wrong.append(site.place(CHANGES).finding("there is no change on it", "", fix, "feed"))
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


def sitemap(site: Site, checked: dict[str, str]) -> bytes:
    """Return the sitemap with each page's day of comparison (`checked`, by path) in place of the day of the build."""
    ET.register_namespace("", SITEMAP[1:-1])
    try:
        root = ET.fromstring(site.files["sitemap.xml"])  # noqa: S314 - from our own build
    except ET.ParseError as error:
        raise CannotRunError(f"sitemap.xml: cannot read it ({error}); build the site again") from error
    for entry in root.iter(f"{SITEMAP}url"):
        for old in entry.findall(f"{SITEMAP}lastmod"):
            entry.remove(old)
        day = checked.get((entry.findtext(f"{SITEMAP}loc") or "").removeprefix(site.url))
        if day:
            ET.SubElement(entry, f"{SITEMAP}lastmod").text = day
    ET.indent(root)
    return f"{DECLARED}{ET.tostring(root, 'unicode')}\n".encode("ascii", "xmlcharrefreplace")
