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
APPLE_ID = re.compile(r"\bApple ID\b")
CLICK, TAP = re.compile(r"\bclick(?:s|ed|ing)?\b", re.IGNORECASE), re.compile(r"\btap(?:s|ped|ping)?\b", re.IGNORECASE)
WITH_AND, WITH_SIGN = re.compile(r"\bSign-In and Security\b"), re.compile(r"\bSign-In & Security\b")
# What is wrong on a platform, and what to say there.
ON_DEVICE = {WITH_AND: "Sign-In & Security"}
SAY_TAP, SAY_CLICK = {CLICK: "tap", **ON_DEVICE}, {TAP: "click", **ON_DEVICE}
BY_PLATFORM = {
    "iphone": SAY_TAP, "vision": SAY_TAP, "watch": SAY_TAP, "mac": SAY_CLICK, "windows": SAY_CLICK,
    "apple-tv": ON_DEVICE, "any": ON_DEVICE, "web": {TAP: "click", WITH_SIGN: "Sign-In and Security"},
}  # fmt: skip

PASSWORD = re.compile(
    r"(?i:\b(?!(?:xxxx-){3})[a-z]{4}(?:-[a-z]{4}){3}\b)"  # app-specific
    r"|\b(?=(?:[A-Z-]{0,19})\d)[A-Z0-9]{4}(?:-[A-Z0-9]{4}){3,6}\b"  # a recovery key
    r"|(?<!\S)(?=\S*[a-z])(?=\S*[A-Z])(?=\S*\d)(?=\S*[!#$%^&*?@]\w)[^\s/]{8,64}(?!\S)"
)
PHONE = re.compile(
    r"(?<![\w.,/-])(?:(?:\+\d{1,3}[ .-]?)?(?:\(\d{2,4}\)|\d{2,4})[ .-]\d{3,4}[ .-]?\d{3,4}|\d{3}-\d{4})(?![\w-]|\.\d)"
)
MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")
INVENTED = re.compile(r".*555[ .-]?01\d\d|.*[@.](?:example|example\.(?:com|net|org)|test|invalid)", re.IGNORECASE)
SECRETS = {
    PASSWORD: ("looks like a password", "literally xxxx-xxxx-xxxx-xxxx"),
    PHONE: ("looks like a phone number", "one with 555-01xx"),
    MAIL: ("may be somebody's address", "one at example.com"),
}

READING = {"procedure": 7.0, "explainer": 9.0}  # automated readability index; about the school year
SENTENCE = re.compile(r"(?=\S)(?:[^.!?]|[.!?](?=\w))+[.!?]*")
SENTENCE_WORDS = 25
WORD, QUOTATION = re.compile(rf"\S*[\w{HIDDEN}]\S*"), re.compile(r"\u201c[^\u201d]*\u201d")
ABBREVIATION = re.compile(r"^\*\[([^\]]+)\]:", re.MULTILINE)
DUPLICATE_WORDS = 6  # shorter steps, such as "Click Continue.", may stand on two pages


@lru_cache(maxsize=8)
def _phrases(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """Return one pattern for whole words or phrases, the longest first; not inside an address or a longer word."""
    choice = "|".join(re.escape(phrase) for phrase in sorted(phrases, key=len, reverse=True))
    choice = choice.replace(r"\ ", r"\s+").replace("'", "['\u2019]")
    return re.compile(rf"(?<![\w.@/&-])(?:{choice})(?![\w@/-]|\.\w)", re.IGNORECASE)


def _said(page: Page, phrases: Iterable[str]) -> Iterator[tuple[str, str, Place]]:
    """Yield each phrase that is said and not quoted: as it is said, as the list has it, and its place."""
    known = {phrase.casefold(): phrase for phrase in phrases}
    for match, place in page.find(_phrases(tuple(known.values()))):
        before = match.string[: match.start()]
        if before.rfind("\u201c") <= before.rfind("\u201d"):
            said = " ".join(match[0].split())
            yield said, known[said.replace("\u2019", "'").casefold()], place


@on_each_page
def words(page: Page, _: Guide) -> Iterator[Finding]:
    """No filler, marketing or "we", nothing that sounds translated or official; a sentence has at most 25 words."""
    for said, listed, place in _said(page, lists().banned):
        if said != "US":
            yield place.finding(f'"{said}"', "", lists().banned[listed])
    for block in (block for block in page.words if not block.cites):
        for match, place in block.find(SENTENCE):
            number = len(WORD.findall(QUOTATION.sub(HIDDEN, match[0])))
            if number > SENTENCE_WORDS:
                found = f'a sentence of {number} words, "{" ".join(match[0].split()[:6])} …"'
                yield place.finding(found, f"at most {SENTENCE_WORDS}", "make two of it")


@on_each_page
def terms(page: Page, guide: Guide) -> Iterator[Finding]:
    """Each thing has one name, that of its system: Apple Account or Apple ID, Sign-In & Security, tap or click."""
    names = {name: name for name in lists().names}
    for said, listed, place in [*_said(page, lists().terms), *_said(page, names)]:
        say = {**names, **lists().terms}[listed]
        if said != say:
            yield place.finding(f'"{said}"', f'say "{say}"')
    for link in page.links:
        if "appleid.apple.com" in link.target:
            yield link.place.finding("a link to appleid.apple.com", "account.apple.com, typed by the reader")
    for block in page.blocks if not page.shared else ():
        for pattern, say in _wrong_in(guide.tab(page, block)):
            for match, place in block.find(pattern):
                # A link may be named by the title of its page: there the title is judged.
                near = [link for link in block.links if link.place == place and match[0] in link.text]
                if not any(link.text == guide.title(page.home_of(link.target)) for link in near):
                    yield place.finding(f'"{match[0]}"', say)


def _wrong_in(tab: Tab | None) -> Iterator[tuple[re.Pattern[str], str]]:
    if not (tab and tab.last and tab.last < RENAMED.get(tab.platform, ())):
        yield APPLE_ID, 'say "Apple Account"'
    if tab:
        yield from ((pattern, f'say "{say}" in "{tab.label}"') for pattern, say in BY_PLATFORM[tab.platform].items())


@on_each_page
def secrets(page: Page, _: Guide) -> Iterator[Finding]:
    """No real-looking password, phone number or e-mail address: what is invented shows it."""
    for block in page.own:
        text = " ".join([block.text, *(link.target for link in block.links if link.target.startswith("mailto:"))])
        for pattern, (what, expected) in SECRETS.items():
            for match, place in block.find(pattern, text):
                if not INVENTED.fullmatch(match[0]) and match[0] not in lists().mailboxes:
                    yield place.finding(f'"{match[0]}" {what}', expected)


@on_each_page
def reading(page: Page, guide: Guide) -> Iterator[Finding]:
    """A procedure reads at most at index 7, an explainer at 9 (automated readability index)."""
    limit = READING.get(page.kind)
    if limit is None:
        return
    from textstat import automated_readability_index as index  # noqa: PLC0415 - a quarter of a second to load

    blocks = [block for block in page.blocks if block.kind == "paragraph" and not block.cites and block.prose]
    plain = [_abbreviations(guide).sub("name", block.prose.replace(HIDDEN, "name")) for block in blocks]
    texts = [" ".join(text.split()) for text in plain]
    found = index(" ".join(text if text.endswith((".", "!", "?")) else f"{text}." for text in texts))
    if found > limit:
        sentences = [
            (index(part), part, block)
            for block, text in zip(blocks, texts, strict=True)
            for part in SENTENCE.findall(text)
        ]
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
    for page in [*guide.includes, *(page for page in guide.pages if page.kind != "practice")]:  # it's written from both
        for block in (block for block in page.own if _whole(block)):
            other = first.setdefault(block.title.casefold(), block.place)
            if other.path != page.path:
                yield block.place.finding(
                    f'"{" ".join(block.text.split()[:8])} …" stands in {other} too',
                    "in one file",
                    f"include {other.path}" if "/includes/" in other.path else "make it an include",
                )


def _whole(block: Block) -> bool:
    """Return whether a block is a paragraph that means something by itself."""
    plain = block.kind == "paragraph" and not (block.cites or block.images or block.where.bullet)
    return plain and not block.text.endswith(":") and len(block.text.split()) >= DUPLICATE_WORDS
