"""Rules on sources and on systems' versions, and the page of all sources, which `guide sources` writes."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from guide import files
from guide.citation import STATUSES, read_month, statuses, told
from guide.data import Version, versions
from guide.findings import CannotRunError, Finding, Place, nearest
from guide.reading.guide import Guide
from guide.reading.page import Block, Page, leads_on, outward, split
from guide.rules import lists
from guide.rules.wording import SENTENCE

HOME = "about/sources.md"
BEGIN, END = "<!-- Written by `guide sources`. -->", "<!-- End of what `guide sources` writes. -->"
ALONE = "    Cited on no page. It says what a button or menu is called.\n\n"
AT_END = "a Source: line at its end"
UNDEFINED = re.compile(r"\]\s?\[(?P<full>[^\[\]\n]{1,80})\]|\[(?P<short>[SGPW]-[\w-]{1,40})\]")
SPECIAL, BACKSLASHED = re.compile(r"[][<*_`\\]"), r"\\\g<0>"  # in Markdown
PLATFORMS = {"macOS": "mac", "iOS": "iphone", "iPadOS": "iphone", "visionOS": "vision", "watchOS": "watch"}
NUMBER = r"\d{1,3}(?:\.\d{1,3})*"
SYSTEM = re.compile(rf"\b(?P<system>{'|'.join(PLATFORMS)})(?P<numbers>(?:(?: or | to | and |, |\u2013|-| )?{NUMBER})+)")
APPLE = re.compile(r"https://support\.apple\.com/(?:\d{6}|HT\d{6}|guide/(?![a-z]{2}-[a-z]{2}/)[\w./-]+)")


def sources(guide: Guide) -> Iterator[Finding]:
    """Each tab, claim and symptom cites; a source stands in sources.md, is used, and says when and how it was read."""
    for page in guide.files:
        if page is not guide.source_page:
            yield from _labels(page, guide)
        if page.kind not in {"", "hub", "practice"} and not page.home.startswith("about/"):
            yield from _uncited(page)  # a hub leads on; pages about this guide speak of nothing else
    yield from _list(guide)
    every = guide.docs / HOME
    if every.is_file() and all(page.meta for page in guide.pages):
        text = guide.text(every)
        if renewed(text, guide) != text:
            yield Place(guide.name(every), 1).finding("the list of sources is out of date", "", "run guide sources")


def _labels(page: Page, guide: Guide) -> Iterator[Finding]:
    for label, _, _, place in page.definitions:
        yield place.finding(f"[{label}] is defined here", "definitions in docs/includes/sources.md", "move it")
    for match, place in page.find(UNDEFINED):
        label = match["full"] or match["short"]
        yield place.finding(
            f'label "{label}"',
            "one of docs/includes/sources.md",
            nearest(label, [source.label for source in guide.sources.values()]),
        )


def _uncited(page: Page) -> Iterator[Finding]:
    citing = {block.where.tab for block in page.blocks if _cites(block)}
    for number, tab in enumerate(page.tabs, 1):
        if number not in citing:
            yield tab.place.finding(f'tab "{tab.label}" cites nothing', AT_END, "cite what it rests on")
    parts: dict[tuple[str, str], list[Block]] = {}
    for block in page.blocks:
        if block.where.section not in {"", "Sources", "Related"}:
            symptom = block.where.symptom if block.where.section == "If something goes wrong" else ""
            parts.setdefault((block.where.section, symptom), []).append(block)
    for (section, symptom), blocks in parts.items():
        on = [block for block in blocks if any(leads_on(link.target) for link in block.links)]
        claims = [block for block in blocks if block.kind in {"paragraph", "cell"} and block not in on]
        if claims and not (symptom and on) and not any(_cites(block) or block.where.tab for block in blocks):
            yield blocks[0].place.finding(f'"{symptom or section}" cites nothing', AT_END, "cite what it rests on")


def _cites(block: Block) -> bool:
    return any(link.label for link in block.links) or bool(block.cites and UNDEFINED.search(block.prose))


def _list(guide: Guide) -> Iterator[Finding]:
    for block in guide.source_page.blocks:
        yield block.place.finding(f'"{block.text[:60]}"', '[S-1]: address "Title (read 2026-11)"', "fix the line")
    used = {use.source for uses in guide.labels.values() for use in uses}
    used |= {guide.sources[key].label for page in guide.files for key in page.cited}
    addresses: dict[str, str] = {}
    for source in guide.source_page.definitions:
        label, address, title, place = source
        if source not in guide.sources.values():
            yield place.finding(f"[{label}] stands twice", "each label once", "remove one")
            continue
        if (first := addresses.setdefault(address, label)) != label:
            yield place.finding(f"[{label}] {address}", f"each address once, and [{first}] has it", "cite that one")
            continue
        if label not in used:
            yield place.finding(f"[{label}] is not cited", "each source is used", "cite it or remove it")
        if not outward(address) or not address.startswith("https://"):
            yield place.finding(f"[{label}] {address}", "an https address")
        elif split(address).netloc == "support.apple.com" and not APPLE.fullmatch(address):
            yield place.finding(
                f"[{label}] {address}", "support.apple.com/NNNNNN or support.apple.com/guide/…, without a locale"
            )
        yield from _when_and_how(label, title, place, guide)


def _when_and_how(label: str, title: str, place: Place, guide: Guide) -> Iterator[Finding]:
    month = read_month(title)
    if month is None:
        yield place.finding(f'[{label}] "{title}"', 'a title that ends in "(read YYYY-MM)" or "(not read YYYY-MM)"')
    elif month > (guide.today.year, guide.today.month):
        yield place.finding(f"[{label}] was read {month[0]}-{month[1]:02}", "not in the future")
    for status in set(statuses(title)) - set(STATUSES):
        yield place.finding(f'[{label}] status "{status}"', "one that CONTRIBUTING.md lists", nearest(status, STATUSES))


def fresh(guide: Guide) -> Iterator[Finding]:
    """No system version is claimed that no source knows, and `checked` is not older than the newest source cited."""
    newest: dict[str, Version] = {}
    for use in (use for uses in guide.labels.values() for use in uses if use.versions):
        newest[use.platform] = max(newest.get(use.platform, ()), versions(use.versions)[1])
    # One label of a newer system does not make it known: its tab does.
    newest |= {tab.platform: tab.last for tab in sorted(guide.tabs.values(), key=lambda tab: tab.last) if tab.last}
    for page in guide.files:
        for block in page.words:
            yield from _claimed(block, newest)
        months = [(read_month(guide.sources[label].title) or (0, 0), label) for label in page.cited]
        month, label = max(months, default=((0, 0), ""))
        if page.meta and (page.meta.checked.year, page.meta.checked.month) < month:
            yield page.at("checked").finding(
                f"checked on {page.meta.checked}, [{guide.sources[label].label}] read {month[0]}-{month[1]:02}",
                "checked after its sources were read",
                "compare the page again",
            )


def _claimed(block: Block, newest: dict[str, Version]) -> Iterator[Finding]:
    """Yield the versions that no source knows, unless the sentence says just that."""
    for match, place in block.find(SYSTEM):
        last = newest.get(PLATFORMS[match["system"]])
        numbers = [tuple(map(int, number.split("."))) for number in re.findall(NUMBER, match["numbers"])]
        if last and any(number[: len(last)] > last for number in numbers):
            sentence = next((each[0] for each in SENTENCE.finditer(block.prose) if each.end() > match.start()), "")
            said = f" {' '.join(sentence.casefold().split())} "
            if not any(f" {denial} " in said for denial in lists().denials):
                known = f"known up to {'.'.join(map(str, last))}"
                yield place.finding(f'"{match[0]}"', known, "no source describes it")


def linked(title: str, target: str) -> str:
    """Return a link to a page in Markdown, whatever its title."""
    return f"[{SPECIAL.sub(BACKSLASHED, title)}]({target})"


def renewed(text: str, guide: Guide) -> str:
    """Return the text of the page of all sources as it has to be; empty where it has no place for the list.

    Each source stands with its month, how it was read and the pages that cite it, in the order of sources.md.
    """
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    citing: dict[str, list[str]] = {key: [] for key in guide.sources}
    for page in (page for page in guide.pages if page.home != HOME):
        for key in page.cited:
            citing[key].append(linked(guide.title(page.home), posixpath.relpath(page.home, posixpath.dirname(HOME))))
    items = ""
    for key, pages in citing.items():
        name, when = told(guide.sources[key].title)
        items += f"- [{name}][{guide.sources[key].label}]{when}\n\n"
        items += f"    Cited on {', '.join(pages)}.\n\n" if pages else ALONE
    return f"{before}{begin}\n\n{items}{end}{after}" if end else ""


def write(guide: Guide) -> bool:
    """Write the page of all sources anew where it has changed; return whether it has.

    Raises CannotRunError where the page has no place for the list, or cannot name a page that cites.
    """
    for page in (page for page in guide.pages if not page.meta):
        if not page.blocks or page.cited:
            first = page.findings[0]
            raise CannotRunError(f"{first.place}: {first.found}; fix it first, see guide check")
    path = guide.docs / HOME
    text = renewed(files.read(path), guide)
    if not text:
        found = "no place for the list; put these two lines where it goes"
        raise CannotRunError(f"docs/{HOME}: {found}: {BEGIN} and {END}")
    return files.write(path, text.encode())
