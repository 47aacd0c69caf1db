"""Rules on where a page leads and what it brings along: links, related pages, pictures, nothing from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote

import yaml

from guide.data import SafeLoader
from guide.findings import Finding, Place, nearest
from guide.reading.guide import CONFIG, Guide
from guide.reading.page import Page, Span, Tag, leads_on, outward, split
from guide.rules import lists, on_each_page

BARE = re.compile(r"(?:https?://|www\.)[^\s)]+", re.IGNORECASE)
RELATED = (2, 5)
IMAGE_OF = re.compile(r"^(?:an? |the )?(?:image|picture|photo|illustration) of\b|\bscreen ?shot", re.IGNORECASE)
SHOTS, LIGHT = "assets/shots/", ".light.webp"
FETCHED = {"src", "srcset", "poster", "xlink:href"}


@on_each_page
def links(page: Page, guide: Guide) -> Iterator[Finding]:
    """A link says where it leads; outward ones go by source label, inward ones to a file and a place that are there."""
    for link in (link for block in page.own for link in block.links):
        words = " ".join(link.text.split())
        if words.casefold().strip(" .…") in {"", *lists().empty_links}:
            yield link.place.finding(f'a link named "{words}"', "words that say where it leads")
        if outward(link.target) and not link.label:
            yield link.place.finding(f'"{link.target[:80]}" in the page', "a label of sources.md", "[words][S-…]")
    for match, place in page.find(BARE):
        yield place.finding(f'bare address "{match[0][:80]}"', "a link with words", "[words][S-…]")
    if not page.shared:  # an include's links start in the pages that include it
        for link in page.links:
            yield from _inward(link, page, guide)


def _inward(link: Span, page: Page, guide: Guide) -> Iterator[Finding]:
    home, anchor = page.home_of(link.target), unquote(split(link.target).fragment)
    found = f'"{link.target[:80]}"'
    if not leads_on(link.target):
        return
    if link.target.startswith("/"):
        yield link.place.finding(f"{found} is absolute", "a relative address")
    elif home not in guide.homes:
        yield link.place.finding(
            f"{found} leads nowhere", "a file in docs", nearest(home, [page.home for page in guide.pages])
        )
    elif anchor and home.endswith(".md") and anchor not in guide.page(guide.docs / home).ids:
        yield link.place.finding(
            f"{found} leads to no place on that page",
            "a heading or tab",
            nearest(anchor, guide.page(guide.docs / home).ids),
        )


def related(guide: Guide) -> Iterator[Finding]:
    """Under Related stand 2 to 5 other pages, each once; every page leads on and is reached."""
    leads = {page.home: set(page.homes_of(page.links)) for page in guide.pages}
    least, most = RELATED
    for page in guide.pages:
        blocks = page.under("Related")
        found = [link for block in blocks for link in block.links if leads_on(link.target)]
        targets = page.homes_of(found)
        if blocks and not least <= len(targets) <= most:
            yield blocks[0].place.finding(f"{len(targets)} under Related", f"{least} to {most} pages")
        else:
            for link, target in zip(found, targets, strict=True):
                if target == page.home or targets.count(target) > 1:
                    yield link.place.finding(f'"{link.target}" under Related', "other pages, each once")
        others = leads.keys() - {page.home}
        if page.meta and not leads[page.home] & others:
            yield page.at().finding("no link to another page", "every page leads on", "link the next one")
        if page.meta and page.home != "index.md" and not any(page.home in leads[home] for home in others):
            yield page.at().finding(
                "no page links here", "every page is reached from another", "link it where it helps"
            )


def path(guide: Guide) -> Iterator[Finding]:
    """The path in mkdocs.yml leads from page to page, each of which is there and on it once."""
    homes, seen = [page.home for page in guide.pages], set[str]()
    node: Any = yaml.compose(guide.text(guide.root / CONFIG), Loader=SafeLoader)
    for key in ("extra", "path"):
        node = next((value for name, value in node.value if name.value == key), None) if node else None
    for each in _values(node) if node else ():
        place, found = Place(CONFIG, each.start_mark.line + 1), f'"{each.value}" on the path'
        if each.value not in homes:
            yield place.finding(found, "a page in docs", nearest(each.value, homes) or "correct it or remove the line")
        elif each.value in seen:
            yield place.finding(f"{found} again", "each page once", "remove one")
        seen.add(each.value)


def _values(node: yaml.Node) -> Iterator[yaml.Node]:
    """Yield what the lists and mappings in each other hold at last."""
    for each in node.value:
        value = each[1] if isinstance(node, yaml.MappingNode) else each
        yield from [value] if isinstance(value, yaml.ScalarNode) else _values(value)


@on_each_page
def alt(page: Page, _: Guide) -> Iterator[Finding]:
    """A picture's text has 40 to 150 characters, ends with a full stop, and does not say "image of"."""
    for image in (image for block in page.own for image in block.images):
        text = " ".join(image.text.split())
        found = f'"{text[:60]}"'
        if not 40 <= len(text) <= 150:
            expected, fix = "40 to 150", "say what is seen and marked"
            yield image.place.finding(f"{found} has {len(text)} characters", expected, fix)
        elif not text.endswith("."):
            yield image.place.finding(f"{found} is no sentence", "a full stop at its end")
        elif IMAGE_OF.search(text):
            yield image.place.finding(f"{found} says that it is a picture", "what is seen", "leave that out")


@on_each_page
def pictures(page: Page, guide: Guide) -> Iterator[Finding]:
    """A picture is there: a finished one stands in the lock and is named by its light file."""
    images = [image for block in page.blocks for image in block.images if leads_on(image.target)]
    for image in images if not page.shared else ():
        target = page.home_of(image.target)
        name = target.removeprefix(SHOTS).removesuffix(LIGHT)
        found = f'picture "{image.target[:80]}"'
        if not target.startswith(SHOTS):
            if target not in guide.homes:
                alike = [home for home in guide.homes if Path(home).suffix == Path(target).suffix]
                yield image.place.finding(found, "a file in docs", nearest(target, alike))
        elif not target.endswith(LIGHT):
            yield image.place.finding(found, f"NAME{LIGHT}", "the dark one comes by itself")
        elif name not in guide.pictures:
            yield image.place.finding(
                found,
                "one of docs/assets/shots/lock.json",
                nearest(name, guide.pictures) or "make it: guide shots build",
            )


@on_each_page
def outside(page: Page, guide: Guide) -> Iterator[Finding]:
    """A page brings nothing from elsewhere: no script, frame, style, foreign picture, tracker or paid link."""
    for image in (image for block in page.own for image in block.images):
        if not leads_on(image.target):
            yield image.place.finding(f'picture "{image.target[:80]}"', "a picture in docs/assets")
    for tag in page.tags:
        if tag.place.path == page.path:
            yield from _element(tag)
    if page is guide.source_page:
        for source in guide.sources.values():
            yield from _address(source.address, source.place)


def _element(tag: Tag) -> Iterator[Finding]:
    if tag.name == "img" and tag.raw:
        yield tag.place.finding(
            "<img>", "a picture in Markdown, which has its dark twin and its size", "write ![What is seen.](address)"
        )
        return
    if tag.name in lists().elements:
        yield tag.place.finding(f"<{tag.name}>", "words and pictures alone", "remove it")
    for name, value in tag.attributes.items():
        if name == "style" and tag.name == "td":
            continue  # its column has a heading
        if name == "style" and tag.name == "th":
            yield tag.place.finding("an aligned table", "no style attribute: the policy refuses it", "write |---|")
        elif name == "style" or name.startswith("on"):
            yield tag.place.finding(f"attribute {name}", "none: the policy refuses it", "use a class")
        elif name in FETCHED and outward(value or "") and tag.name != "img":
            yield tag.place.finding(f'{name}="{value}"'[:90], "nothing from elsewhere", "keep a copy in docs/assets")
        elif name == "href":
            yield from _address(value or "", tag.place)


def _address(address: str, place: Place) -> Iterator[Finding]:
    parts = split(address)
    if parts.scheme in {"javascript", "data", "vbscript"}:
        yield place.finding(f'a link to "{parts.scheme}:"', "an address", "remove it")
    host = parts.netloc.casefold().removeprefix("www.")
    if host in lists().shorteners:
        yield place.finding(f'"{host}" hides where it leads', "the address itself")
    for key, _ in parse_qsl(parts.query, keep_blank_values=True):
        if any(fnmatchcase(key.casefold(), tracker) for tracker in lists().trackers):
            yield place.finding(f'"{key}=" in an address', "nothing that follows or pays", "leave it out")
