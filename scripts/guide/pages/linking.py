"""Rules on where a page leads and what it brings along: links, pictures, and nothing from elsewhere."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from guide.findings import nearest
from guide.pages.book import Book
from guide.pages.page import Fault, Page, Place, Tag

BARE = re.compile(r"(?:https?://|www\.)[^\s)]+", re.IGNORECASE)
IMAGE_OF = re.compile(r"^(?:an? |the )?(?:image|picture|photo|illustration) of\b|\bscreen ?shot", re.IGNORECASE)
SHOTS, LIGHT = "assets/shots/", ".light.webp"
FETCHED = {"src", "srcset", "poster", "xlink:href"}
BY_LABEL = ("a label of sources.md", "[words][S-…]")


def split(address: str) -> SplitResult:
    """Take an address apart; what is none has no parts."""
    try:
        return urlsplit(address.strip())
    except ValueError:
        return urlsplit("")


def outward(address: str) -> bool:
    """Return whether an address leads to another site."""
    parts = split(address)
    return bool(parts.netloc) or parts.scheme in {"http", "https"}


def leads_on(address: str) -> bool:
    """Return whether an address leads to a place of this site."""
    return bool(address) and not split(address).scheme and not split(address).netloc


def inside(page: Page, address: str) -> str:
    """Return the place in docs/ to which a relative address leads; empty for an anchor on the same page."""
    path = unquote(split(address).path)
    return posixpath.normpath(posixpath.join(posixpath.dirname(page.home), path)) if path else ""


def links(page: Page, book: Book) -> Iterator[Fault]:
    """A link says where it leads; outward ones go by source label, inward ones to a file that is there."""
    for block in page.own:
        for link in block.links:
            words = " ".join(link.text.split())
            if words.casefold().strip(" .…") in {"", *book.words.empty_links}:
                yield Fault(link.place, f'a link named "{words}"', "words that say where it leads")
            if outward(link.target) and not link.label:
                yield Fault(link.place, f'"{link.target[:80]}" in the page', *BY_LABEL)
        for tag in block.tags:
            target = tag.attributes.get("href", "")
            if tag.name == "a" and outward(target):
                yield Fault(tag.place, f'"{target[:80]}" in HTML', *BY_LABEL)
    for block in page.words:
        for match, place in block.find(BARE):
            yield Fault(place, f'bare address "{match[0][:80]}"', "a link with words", "[words][S-…]")
    # An include's links start in the pages that include it.
    for link in (link for link in page.links if leads_on(link.target) and not page.shared):
        target, found = inside(page, link.target), f'"{link.target[:80]}"'
        if link.target.startswith("/"):
            yield Fault(link.place, f"{found} is absolute", "a relative address")
        elif target and target not in book.homes:
            mend = nearest(target, [page.home for page in book.pages])
            yield Fault(link.place, f"{found} leads nowhere", "a file in docs", mend)


def alt(page: Page, _: Book) -> Iterator[Fault]:
    """A picture's text has 40 to 150 characters, ends with a full stop, and does not say "image of"."""
    for picture in (picture for block in page.own for picture in block.pictures):
        text = " ".join(picture.text.split())
        found = f'"{text[:60]}"'
        if not 40 <= len(text) <= 150:
            yield Fault(
                picture.place, f"{found} has {len(text)} characters", "40 to 150", "say what is seen and marked"
            )
        elif not text.endswith("."):
            yield Fault(picture.place, f"{found} is no sentence", "a full stop at its end")
        elif IMAGE_OF.search(text):
            yield Fault(picture.place, f"{found} says that it is a picture", "what is seen", "leave that out")


def pictures(page: Page, book: Book) -> Iterator[Fault]:
    """A picture is there: a finished one stands in the lock and is named by its light file."""
    images = [image for block in page.blocks for image in block.pictures if leads_on(image.target)]
    for image in images if not page.shared else ():
        target = inside(page, image.target)
        name = target.removeprefix(SHOTS).removesuffix(LIGHT)
        found = f'picture "{image.target[:80]}"'
        if not target.startswith(SHOTS):
            if target not in book.homes:
                yield Fault(image.place, found, "a file in docs", nearest(target, book.homes))
        elif not target.endswith(LIGHT):
            yield Fault(image.place, found, f"NAME{LIGHT}", "the dark one comes by itself")
        elif name not in book.pictures:
            mend = nearest(name, book.pictures) or "make it: guide shots build"
            yield Fault(image.place, found, "one of docs/assets/shots/lock.json", mend)


def outside(page: Page, book: Book) -> Iterator[Fault]:
    """A page brings nothing from elsewhere: no script, frame, style, foreign picture, tracker or paid link."""
    for block in page.own:
        for image in block.pictures:
            if not leads_on(image.target):
                yield Fault(image.place, f'picture "{image.target[:80]}"', "a picture in docs/assets")
        for link in block.links:
            yield from _address(link.target, link.place, book)
        for tag in block.tags:
            yield from _element(tag, book)
    if page.home == "includes/sources.md":
        for source in book.sources.values():
            yield from _address(source.address, Place(page.path, source.line), book)


def _element(tag: Tag, book: Book) -> Iterator[Fault]:
    if tag.name in book.words.elements:
        yield Fault(tag.place, f"<{tag.name}>", "words and pictures alone", "remove it")
    for name, value in tag.attributes.items():
        if name == "style" or (tag.name and name.startswith("on")):
            yield Fault(tag.place, f"attribute {name}", "none: the policy refuses it", "use a class")
        elif name in FETCHED and outward(value) and (name, tag.name) != ("src", "img"):
            yield Fault(tag.place, f'{name}="{value[:80]}"', "nothing from elsewhere", "keep a copy in docs/assets")
        elif name == "href":
            yield from _address(value, tag.place, book)


def _address(address: str, place: Place, book: Book) -> Iterator[Fault]:
    parts = split(address)
    if parts.scheme in {"javascript", "data", "vbscript"}:
        yield Fault(place, f'a link to "{parts.scheme}:"', "an address", "remove it")
    host = parts.netloc.casefold().removeprefix("www.")
    if host in book.words.shorteners:
        yield Fault(place, f'"{host}" hides where it leads', "the address itself")
    for key, _ in parse_qsl(parts.query, keep_blank_values=True):
        if any(fnmatchcase(key.casefold(), tracker) for tracker in book.words.trackers):
            yield Fault(place, f'"{key}=" in an address', "nothing that follows or pays", "leave it out")
