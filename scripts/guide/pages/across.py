"""Rules that weigh a page as a whole, and hold it against the others: related, tags, fresh, reading, duplicate."""

from __future__ import annotations

import re
from collections.abc import Iterator

from guide.citation import read_month
from guide.pages.book import Book
from guide.pages.linking import inside, leads_on
from guide.pages.page import HIDDEN, Block, Fault, Page

RELATED = (2, 5)
READING = {"procedure": 7.0, "explainer": 9.0}  # automated readability index; about the school year
DUPLICATE_WORDS = 6  # shorter steps, such as "Click Continue.", may stand on two pages
PLATFORMS = {"macOS": "mac", "iOS": "iphone", "iPadOS": "iphone", "visionOS": "vision", "watchOS": "watch"}
NUMBER = r"\d{1,3}(?:\.\d{1,3})*"
SYSTEM = re.compile(rf"\b(?P<system>{'|'.join(PLATFORMS)})(?P<numbers>(?:(?: or | to | and |, |\u2013|-| )?{NUMBER})+)")
SENTENCE = re.compile(r"(?:[^.!?]|[.!?](?=\w))+[.!?]*")


def related(page: Page, _: Book) -> Iterator[Fault]:
    """Under Related stand 2 to 5 other pages, each once; every page leads on and is reached."""
    blocks = page.under("Related")
    found = [link for block in blocks for link in block.links if leads_on(link.target)]
    targets = [inside(page, link.target) for link in found]
    least, most = RELATED
    if blocks and not least <= len(targets) <= most:
        yield Fault(blocks[0].place, f"{len(targets)} under Related", f"{least} to {most} pages")
        return
    for link, target in zip(found, targets, strict=True):
        if target in {page.home, ""} or targets.count(target) > 1:
            yield Fault(link.place, f'"{link.target}" under Related', "other pages, each once")


def reached(book: Book) -> Iterator[Fault]:
    """Every page leads on to another and is reached from another."""
    leads = {
        page.home: {inside(page, link.target) for link in page.links if leads_on(link.target)} for page in book.pages
    }
    for page in (page for page in book.pages if page.meta):
        others = {home for home in leads if home != page.home}
        if not leads[page.home] & others:
            yield Fault(page.at(), "no link to another page", "every page leads on", "link the next one")
        if page.home != "index.md" and not any(page.home in leads[home] for home in others):
            yield Fault(page.at(), "no page links here", "every page is reached from another", "link it where it helps")


def tags(book: Book) -> Iterator[Fault]:
    """Every page but those about this guide has tags, the words that readers type, and no two share one."""
    first: dict[str, str] = {}
    for page in book.pages:
        if page.meta and not page.meta.tags and not page.home.startswith("about/"):
            yield Fault(page.at("kind"), "no tags", "the words that readers type", "add tags:")
        for tag in page.meta.tags if page.meta else ():
            owner = first.setdefault(tag.casefold(), page.path)
            if owner != page.path:
                found = f'tag "{tag}" stands in {owner} too'
                yield Fault(page.at("tags"), found, "on one page", "keep it where it helps most")


def fresh(page: Page, book: Book) -> Iterator[Fault]:
    """No system version is claimed that no source knows, and `checked` is not older than the newest source cited."""
    for block in page.words:
        for match, place in block.find(SYSTEM):
            last = book.newest.get(PLATFORMS[match["system"]])
            numbers = [tuple(map(int, number.split("."))) for number in re.findall(NUMBER, match["numbers"])]
            newer = last and any(number[: len(last)] > last for number in numbers)
            if last and newer and not _denied(block, match.start(), book):
                yield Fault(place, f'"{match[0]}"', f"known up to {'.'.join(map(str, last))}", "no source describes it")
    cited = {link.label for link in page.links if link.label in book.sources}
    months = [(read_month(book.sources[label].title) or (0, 0), label) for label in cited]
    if page.meta and months:
        month, label = max(months)
        if (page.meta.checked.year, page.meta.checked.month) < month:
            found = f"checked on {page.meta.checked}, [{book.sources[label].label}] read {month[0]}-{month[1]:02}"
            yield Fault(page.at("checked"), found, "checked after its sources were read", "compare the page again")


def _denied(block: Block, position: int, book: Book) -> bool:
    """Return whether the sentence says that something is not known of the version."""
    here = next((match[0] for match in SENTENCE.finditer(block.prose) if match.end() > position), "")
    said = f" {' '.join(here.casefold().split())} "
    return any(f" {denial} " in said for denial in book.words.denials)


def reading(page: Page, book: Book) -> Iterator[Fault]:
    """A procedure reads at most at index 7, an explainer at 9 (automated readability index)."""
    limit = READING.get(page.kind)
    if limit is None:
        return
    from textstat import automated_readability_index as index  # noqa: PLC0415 - a quarter of a second to load

    blocks = [block for block in page.blocks if block.kind == "paragraph" and not block.cites]
    texts = [(block, book.plain.sub("name", " ".join(block.prose.replace(HIDDEN, "name").split()))) for block in blocks]
    whole = " ".join(text if text.endswith((".", "!", "?")) else f"{text}." for _, text in texts if text)
    found = index(whole) if whole else 0
    if found > limit:
        sentences = [(index(part), part, block) for block, text in texts for part in SENTENCE.findall(text)]
        worst = sorted((one for one in sentences if one[0] > limit), key=lambda one: -one[0])[:3]
        named = "; ".join(f"{block.place} {score:.0f} “{part.strip()[:60]}…”" for score, part, block in worst)
        yield Fault(page.at(), f"index {found:.1f}", f"at most {limit:.0f} for {page.kind}s", f"shorten {named}")


def duplicate(book: Book) -> Iterator[Fault]:
    """No step and no paragraph stands in two files: it is an include."""
    first: dict[str, Block] = {}
    for page in [*book.includes, *book.pages]:
        for block in page.own:
            words = block.text.casefold().split()
            plain = block.kind == "paragraph" and not block.cites and not block.images and not block.where.bullet
            if plain and not block.text.endswith(":") and len(words) >= DUPLICATE_WORDS:
                other = first.setdefault(" ".join(words), block)
                path = other.place.path
                if path != page.path:
                    found = f'"{" ".join(block.text.split()[:8])} …" stands in {other.place} too'
                    mend = f"include {path}" if "/includes/" in path else "make it an include"
                    yield Fault(block.place, found, "in one file", mend)
