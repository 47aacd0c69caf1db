"""Rules on where a page leads and what it brings along: sources, links, pictures, and nothing from elsewhere."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

from guide.findings import nearest
from guide.pages.page import Fault
from guide.pages.rules import of_book, of_files, of_pages

if TYPE_CHECKING:
    from collections.abc import Iterator
    from urllib.parse import SplitResult

    from guide.pages.book import Book
    from guide.pages.page import Block, Link, Page

UNDEFINED = re.compile(r"\]\s?\[(?P<full>[^\[\]\n]{1,80})\]|\[(?P<short>[SGPW]-[\w-]{1,40})\]")
READ = re.compile(r".*\S \(read (?P<year>20\d\d)-(?P<month>0[1-9]|1[0-2])\)")
APPLE = re.compile(r"https://support\.apple\.com/(?:\d{6}|HT\d{6}|guide/(?![a-z]{2}-[a-z]{2}/)[\w./-]+)")
LOCALE = re.compile(r"/[a-z]{2}(?:-[a-z]{2,4})?(?=/|$)", re.IGNORECASE)
BARE = re.compile(r"(?:https?://|www\.)[^\s)]+", re.IGNORECASE)
IMAGE_OF = re.compile(r"(?:an? |the )?(?:image|picture|photo|screenshot|screen shot|illustration) of\b", re.IGNORECASE)
SHOTS = "assets/shots/"


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


def inside(page: Page, address: str) -> str:
    """Return the place in docs/ to which a relative address leads; empty for an anchor on the same page."""
    path = unquote(split(address).path)
    return posixpath.normpath(posixpath.join(posixpath.dirname(page.home), path)) if path else ""


@of_pages("sources")
def cited(page: Page, _: Book) -> Iterator[Fault]:
    """Each tab, each section that claims something and each symptom cites a source."""
    if page.kind not in {"procedure", "explainer", "reference"} or page.home.startswith("about/"):
        return
    tabs = {block.where.tab for block in page.blocks if any(link.label for link in block.links)}
    for number, tab in enumerate(page.tabs, 1):
        if number not in tabs:
            yield Fault(
                tab.path, tab.line, f'tab "{tab.label}" cites nothing', "a Source: line at its end", "cite its source"
            )
    parts: dict[tuple[str, str], list[Block]] = {}
    for block in page.blocks:
        if block.where.section not in {"", "Sources", "Related"} and block.kind != "meta":
            symptom = block.where.symptom if block.where.section == "If something goes wrong" else ""
            parts.setdefault((block.where.section, symptom), []).append(block)
    for (section, symptom), blocks in parts.items():
        links = [link for block in blocks for link in block.links]
        claims = [
            b for b in blocks if b.kind in {"paragraph", "cell"} and not any(_leads_on(link.target) for link in b.links)
        ]
        answered = bool(symptom) and any(_leads_on(link.target) for link in links)
        if claims and not answered and not any(link.label for link in links) and not any(b.where.tab for b in blocks):
            found = f'"{symptom or section}" cites nothing'
            yield Fault(blocks[0].path, blocks[0].line, found, "a Source: line at its end", "cite what it rests on")


def _leads_on(address: str) -> bool:
    return bool(address) and not split(address).scheme and not split(address).netloc


@of_files("sources")
def defined(page: Page, book: Book) -> Iterator[Fault]:
    """A citation's label is defined in sources.md, and nowhere else."""
    if page.path == book.name(book.shared / "sources.md"):
        return
    for label, line, target in page.definitions:
        found = f"[{label}] is defined here ({target})" if target else f"[{label}] is defined here"
        yield Fault(page.path, line, found, "definitions stand in docs/includes/sources.md", "move it there")
    known = [source.label for source in book.sources.values()]
    for block in page.own:
        if "[" in block.prose:
            for match in UNDEFINED.finditer(block.prose):
                label = match["full"] or match["short"]
                line = block.line_of(match.start())
                yield Fault(
                    page.path, line, f'label "{label}"', "one of docs/includes/sources.md", nearest(label, known)
                )


@of_book("sources")
def source_list(book: Book) -> Iterator[Fault]:
    """sources.md has each source once, all used, Apple's addresses without a locale, titles with the month read."""
    path = book.name(book.shared / "sources.md")
    used = {use.source for uses in book.vocabulary.labels.values() for use in uses}
    used |= {book.sources[link.label].label for page in [*book.pages, *book.includes] for link in _citations(page)}
    for source in book.sources.values():
        found = f"[{source.label}] {source.address}"
        if source.label not in used:
            yield Fault(
                path, source.line, f"[{source.label}] is not cited", "each source is used", "cite it or remove it"
            )
        host = split(source.address).netloc
        if not host or not source.address.startswith("https://"):
            yield Fault(path, source.line, found, "an https address")
        elif host == "support.apple.com" and not APPLE.fullmatch(source.address):
            mend = "leave the language out" if LOCALE.match(split(source.address).path) else ""
            yield Fault(path, source.line, found, "support.apple.com/NNNNNN or support.apple.com/guide/…", mend)
        month = read_month(source.title)
        if month is None:
            yield Fault(
                path, source.line, f'[{source.label}] "{source.title}"', 'a title that ends in "(read YYYY-MM)"'
            )
        elif month > (book.today.year, book.today.month):
            yield Fault(path, source.line, f"[{source.label}] was read {month[0]}-{month[1]:02}", "not in the future")


def _citations(page: Page) -> list[Link]:
    return [link for block in page.blocks for link in block.links if link.label]


def read_month(title: str) -> tuple[int, int] | None:
    """Return the year and month in which a source was read, from its title."""
    match = READ.fullmatch(title)
    return (int(match["year"]), int(match["month"])) if match else None


@of_files("links")
def links(page: Page, book: Book) -> Iterator[Fault]:
    """A link says where it leads; outward links go by source label; inward ones are relative, to a file that is there."""
    empty = frozenset(book.words.empty_links)
    for block in page.own:
        for link in block.links:
            words = " ".join(link.text.split())
            if words.casefold().strip(" .…›»") in empty or not words:
                yield Fault(page.path, link.line, f'a link named "{words}"', "words that say where it leads")
            if outward(link.target) and not link.label:
                found = f'"{link.target}" stands in the page'
                yield Fault(page.path, link.line, found, "outward links go by a label of sources.md", "[words][S-…]")
            elif link.target.startswith("/"):
                yield Fault(
                    page.path, link.line, f'"{link.target}" is absolute', "a relative address", "begin with the file"
                )
        for tag in block.tags:
            if tag.name == "a" and outward(tag.attributes.get("href", "")):
                yield Fault(
                    page.path, tag.line, f'"{tag.attributes["href"]}" in HTML', "a label of sources.md", "[words][S-…]"
                )
        if block.kind not in {"code", "meta", "abbreviation"}:
            for match in BARE.finditer(block.prose):
                line = block.line_of(match.start())
                yield Fault(page.path, line, f'bare address "{match[0][:80]}"', "a link with words", "[words][S-…]")
    if page.shared:
        return
    for block in page.blocks:
        for link in block.links:
            target = inside(page, link.target) if _leads_on(link.target) and not link.target.startswith("/") else ""
            if target and target not in book.homes:
                mend = nearest(target, book.homes)
                yield Fault(block.path, link.line, f'"{link.target}" leads nowhere', "a file in docs", mend)


@of_files("alt")
def alt(page: Page, _: Book) -> Iterator[Fault]:
    """A picture's text has 40 to 150 characters, ends with a full stop, and does not say "image of"."""
    for block in page.own:
        images = [(image.text, image.line) for image in block.images]
        images += [(tag.attributes.get("alt", ""), tag.line) for tag in block.tags if tag.name == "img"]
        for written, line in images:
            text = " ".join(written.split())
            found = f'"{text[:60]}…"' if len(text) > 60 else f'"{text}"'
            if not 40 <= len(text) <= 150:
                yield Fault(
                    page.path, line, f"{found} has {len(text)} characters", "40 to 150", "say what is seen and marked"
                )
            elif not text.endswith("."):
                yield Fault(page.path, line, f"{found} ends without a full stop", "a full stop", "it is a sentence")
            elif IMAGE_OF.match(text):
                yield Fault(page.path, line, f"{found} says that it is a picture", "what is seen", "leave that out")


@of_files("pictures")
def pictures(page: Page, book: Book) -> Iterator[Fault]:
    """A picture is there: a finished one by its light file, which stands in the lock."""
    for block in page.blocks:
        for image in block.images:
            if page.shared or outward(image.target) or split(image.target).scheme:
                continue
            place = inside(page, image.target)
            if place.startswith(SHOTS):
                name = place.removeprefix(SHOTS).removesuffix(".light.webp")
                if not place.endswith(".light.webp"):
                    found = f'picture "{image.target}"'
                    yield Fault(block.path, image.line, found, "NAME.light.webp", "the dark one is added by itself")
                elif name not in book.pictures:
                    mend = nearest(name, book.pictures) or "make it with: guide shots build"
                    yield Fault(block.path, image.line, f'picture "{name}"', "one in docs/assets/shots/lock.json", mend)
            elif place not in book.homes:
                mend = nearest(place, book.homes)
                yield Fault(block.path, image.line, f'picture "{image.target}"', "a file in docs", mend)


@of_files("outside")
def outside(page: Page, book: Book) -> Iterator[Fault]:
    """A page brings nothing from elsewhere: no script, frame, style, foreign picture, tracker or paid link."""
    for block in page.own:
        if block.aligned:
            yield Fault(
                page.path, block.line, "an aligned table", "no style attribute, which the policy refuses", "write |---|"
            )
        for link in block.links:
            yield from _address(page, link.target, link.line, book)
        for image in block.images:
            if outward(image.target) or split(image.target).scheme:
                yield Fault(page.path, image.line, f'picture "{image.target[:80]}"', "pictures from docs/assets alone")
        for tag in block.tags:
            if tag.name in book.words.elements:
                yield Fault(page.path, tag.line, f"<{tag.name}>", "a page is words and pictures", "remove it")
            for name, value in tag.attributes.items():
                if name == "style" or (name.startswith("on") and tag.name):
                    yield Fault(
                        page.path, tag.line, f"attribute {name}", "none, which the policy refuses", "use a class"
                    )
                elif name in {"src", "srcset", "poster", "xlink:href"} and outward(value.split(",")[0]):
                    yield Fault(page.path, tag.line, f'<{tag.name} {name}="{value[:80]}">', "nothing from elsewhere")
                elif name == "href":
                    yield from _address(page, value, tag.line, book)
    if page.path.endswith("includes/sources.md"):
        for source in book.sources.values():
            yield from _address(page, source.address, source.line, book)


def _address(page: Page, address: str, line: int, book: Book) -> Iterator[Fault]:
    parts = split(address)
    if parts.scheme in {"javascript", "data", "vbscript"}:
        yield Fault(page.path, line, f'a link to "{parts.scheme}:"', "an address", "remove it")
    host = (parts.netloc.rpartition("@")[2].partition(":")[0]).casefold().removeprefix("www.")
    if host in book.words.shorteners:
        yield Fault(page.path, line, f'"{host}" hides where it leads', "the address itself", "name it")
    names = frozenset(book.words.trackers)
    prefixes = tuple(name[:-1] for name in names if name.endswith("*"))
    for key, _ in parse_qsl(parts.query, keep_blank_values=True, max_num_fields=None):
        if key.casefold() in names or key.casefold().startswith(prefixes):
            yield Fault(page.path, line, f'"{key}=" in an address', "no tracking, nothing paid", "leave it out")
