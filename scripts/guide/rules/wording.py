"""Rules on words: filler, terms, how hard a page is to read, what stands twice, and what must stay private."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from guide.data import Tab
from guide.findings import Finding, Place
from guide.reading.guide import Guide
from guide.reading.page import HIDDEN, Block, Page
from guide.rules import lists, on_each_page

RENAMED = {"mac": (15,), "iphone": (18,)}  # the first versions that say Apple Account (facts: September 2024)
TOUCHED, CLICKED = {"iphone", "vision", "watch"}, {"mac", "web", "windows"}
CLICK, TAP = re.compile(r"\bclick(?:s|ed|ing)?\b", re.IGNORECASE), re.compile(r"\btap(?:s|ped|ping)?\b", re.IGNORECASE)
APPLE_ID = re.compile(r"\bApple ID\b")
WITH_AND, WITH_SIGN = re.compile(r"\bSign-In and Security\b"), re.compile(r"\bSign-In & Security\b")
BY_SYSTEM = re.compile(r"click|tap|Apple ID|Sign-In", re.IGNORECASE)  # what any of these has

APP_PASSWORD = re.compile(r"\b(?!(?:xxxx-){3})[a-z]{4}(?:-[a-z]{4}){3}\b", re.IGNORECASE)
RECOVERY_KEY = re.compile(r"\b(?=(?:[A-Z-]{0,19})\d)[A-Z0-9]{4}(?:-[A-Z0-9]{4}){3,6}\b")
MIXED = re.compile(r"(?<!\S)(?=\S*[a-z])(?=\S*[A-Z])(?=\S*\d)(?=\S*[!#$%^&*?@]\w)[^\s/]{8,64}(?!\S)")
PHONE = re.compile(
    r"(?<![\w.,/-])(?:(?:\+\d{1,3}[ .-]?)?(?:\(\d{2,4}\)|\d{2,4})[ .-]\d{3,4}[ .-]?\d{3,4}|\d{3}-\d{4})(?![\w-]|\.\d)"
)
INVENTED_PHONE = re.compile(r".*555[ .-]?01\d\d")
MAIL = re.compile(r"[\w.+-]{1,64}@(?P<domain>[\w-]+(?:\.[\w-]+)+)")
INVENTED_DOMAIN = re.compile(r"(?:.+\.)?(?:example|example\.(?:com|net|org)|test|invalid)", re.IGNORECASE)


READING = {"procedure": 7.0, "explainer": 9.0}  # automated readability index; about the school year
SENTENCE = re.compile(r"(?:[^.!?]|[.!?](?=\w))+[.!?]*")
ABBREVIATION = re.compile(r"^\*\[([^\]]+)\]:", re.MULTILINE)
DUPLICATE_WORDS = 6  # shorter steps, such as "Click Continue.", may stand on two pages


@lru_cache(maxsize=8)
def _phrases(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """Return one pattern for whole words or phrases, the longest first; not inside an address or a longer word."""
    choice = "|".join(re.escape(phrase) for phrase in sorted(phrases, key=len, reverse=True)).replace(r"\ ", r"\s+")
    return re.compile(rf"(?<![\w.@/&-])(?:{choice})(?![\w@/-]|\.\w)", re.IGNORECASE)


def _said(page: Page, phrases: Iterable[str]) -> Iterator[tuple[str, str, Place]]:
    """Yield each phrase as it is said, as it stands in the list, and its place."""
    known = {phrase.casefold(): phrase for phrase in phrases}
    pattern = _phrases(tuple(known.values()))
    for block in page.words:
        for match, place in block.find(pattern, block.prose.replace("\u2019", "'")):
            said = " ".join(block.prose[match.start() : match.end()].split())
            yield said, known[" ".join(match[0].split()).casefold()], place


@on_each_page
def words(page: Page, _: Guide) -> Iterator[Finding]:
    """No filler, no "we", no marketing: simply, just, easy, please …"""
    for said, listed, place in _said(page, lists().banned):
        if said != "US":
            yield place.finding(f'"{said}"', "", lists().banned[listed])


@on_each_page
def terms(page: Page, guide: Guide) -> Iterator[Finding]:
    """Each thing has one name, that of its system: Apple Account or Apple ID, Sign-In & Security, tap or click."""
    for said, listed, place in _said(page, lists().terms):
        yield place.finding(f'"{said}"', f'say "{lists().terms[listed]}"')
    for said, listed, place in _said(page, lists().names):
        if said != listed:
            yield place.finding(f'"{said}"', f'say "{listed}"')
    for link in page.links:
        if "appleid.apple.com" in link.target:
            yield link.place.finding("a link to appleid.apple.com", "account.apple.com, typed by the reader")
    for block in page.blocks if not page.shared else ():
        for pattern, expected in _wrong_for(guide.tab(page, block)) if BY_SYSTEM.search(block.prose) else ():
            for match, place in block.find(pattern):
                # A link may be named by the title of its page: there the title is judged.
                near = [link for link in block.links if link.place == place and match[0] in link.text]
                if not any(link.text == guide.title(page.home_of(link.target)) for link in near):
                    yield place.finding(f'"{match[0]}"', expected)


def _wrong_for(tab: Tab | None) -> Iterator[tuple[re.Pattern[str], str]]:
    if not (tab and tab.last and tab.last < RENAMED.get(tab.platform, ())):
        yield APPLE_ID, 'say "Apple Account"'
    if tab and tab.platform in TOUCHED:
        yield CLICK, f'say "tap" in "{tab.label}"'
    if tab and tab.platform in CLICKED:
        yield TAP, f'say "click" in "{tab.label}"'
    if tab and tab.platform == "web":
        yield WITH_SIGN, f'say "Sign-In and Security" in "{tab.label}"'
    elif tab:
        yield WITH_AND, f'say "Sign-In & Security" in "{tab.label}"'


@on_each_page
def secrets(page: Page, _: Guide) -> Iterator[Finding]:
    """No real-looking password, phone number or e-mail address: what is invented shows it."""
    for block in page.own:
        text = " ".join([block.text, *(link.target for link in block.links if link.target.startswith("mailto:"))])
        for pattern in (APP_PASSWORD, RECOVERY_KEY, MIXED):
            for match, place in block.find(pattern, text):
                yield place.finding(f'"{match[0]}" looks like a password', "literally xxxx-xxxx-xxxx-xxxx")
        for match, place in block.find(PHONE, text):
            if not INVENTED_PHONE.fullmatch(match[0]):
                yield place.finding(f'"{match[0]}" looks like a phone number', "one with 555-01xx")
        for match, place in block.find(MAIL, text):
            if match[0] not in lists().mailboxes and not INVENTED_DOMAIN.fullmatch(match["domain"]):
                yield place.finding(f'"{match[0]}" may be somebody\'s address', "one at example.com")


@on_each_page
def reading(page: Page, guide: Guide) -> Iterator[Finding]:
    """A procedure reads at most at index 7, an explainer at 9 (automated readability index)."""
    limit = READING.get(page.kind)
    if limit is None:
        return
    from textstat import automated_readability_index as index  # noqa: PLC0415 - a quarter of a second to load

    blocks = [block for block in page.blocks if block.kind == "paragraph" and not block.cites]
    short = _abbreviations(guide)
    texts = [(block, short.sub("name", " ".join(block.prose.replace(HIDDEN, "name").split()))) for block in blocks]
    whole = " ".join(text if text.endswith((".", "!", "?")) else f"{text}." for _, text in texts if text)
    found = index(whole) if whole else 0
    if found > limit:
        sentences = [(index(part), part, block) for block, text in texts for part in SENTENCE.findall(text)]
        worst = sorted((one for one in sentences if one[0] > limit), key=lambda one: -one[0])[:3]
        named = "; ".join(f"{block.place} {score:.0f} “{part.strip()[:60]}…”" for score, part, block in worst)
        yield page.at().finding(f"index {found:.1f}", f"at most {limit:.0f} for {page.kind}s", f"shorten {named}")


@lru_cache(maxsize=1)
def _abbreviations(guide: Guide) -> re.Pattern[str]:
    """Return the terms that are explained on every page, which count as one plain word."""
    terms = [
        re.escape(term) for path in guide.include_names.values() for term in ABBREVIATION.findall(guide.text(path))
    ]
    return re.compile(rf"\b(?:{'|'.join(terms) or '(?!)'})\b")


def duplicate(guide: Guide) -> Iterator[Finding]:
    """No step and no paragraph stands in two files: it is an include."""
    first: dict[str, Place] = {}
    for page in [*guide.includes, *guide.pages]:
        for block in (block for block in page.own if _whole(block)):
            other = first.setdefault(block.title.casefold(), block.place)
            if other.path != page.path:
                found = f'"{" ".join(block.text.split()[:8])} …" stands in {other} too'
                fix = f"include {other.path}" if "/includes/" in other.path else "make it an include"
                yield block.place.finding(found, "in one file", fix)


def _whole(block: Block) -> bool:
    """Return whether a block is a paragraph that means something by itself."""
    plain = block.kind == "paragraph" and not (block.cites or block.images or block.where.bullet)
    return plain and not block.text.endswith(":") and len(block.text.split()) >= DUPLICATE_WORDS
