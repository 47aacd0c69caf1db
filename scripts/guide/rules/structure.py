"""Rules on how a page is built: front matter, headings, sections, tabs, steps, includes, and Markdown that is left."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from guide.data import Version
from guide.findings import Finding, Place, nearest
from guide.reading.guide import Guide
from guide.reading.page import Block, Page
from guide.rules import lists, on_each_page

PROCEDURE = ["Before you start", "Steps", "Check that it worked", "If something goes wrong", "Sources", "Related"]
LAST = ["Sources", "Related"]
BOXES = ("note", "warning", "success")
APPENDED = ("abbreviations.md", "sources.md", "notice.md")  # used by mkdocs.yml and by the theme, not by a page
STEP_WORDS = 40
TWO_LISTS = "put a sentence between them: MkDocs makes one list of them"
PRINTED_INCLUDE = re.compile(r"-+8<-+.*")
# What MkDocs prints as it is written, and how it is written so that MkDocs reads it.
LEFTOVERS = {
    re.compile(pattern, re.MULTILINE): fix
    for pattern, fix in {
        r"\*\*": "begin and end a label with two stars: **label**",
        r"^[ \t]*!!!": 'write !!! note "Title" with both quotation marks, after an empty line',
        r"^[ \t]*===": 'write === "Tab" with both quotation marks, after an empty line',
        r"^[ \t]*\?\?\?": 'use !!! note "Title": a box is never folded',
        r"`+": "begin and end code with as many backticks",
        r"\]\s?\(": "write [words](address), without a space between",
        r"<!--|-->": "end the comment with -->",
        r"(?<=\n)[ \t]*(?:[-*+]|\d+\.) ": "leave an empty line above the list",
        r"(?<=\n)[ \t]*#+ ": "leave an empty line above the heading",
    }.items()
}


@on_each_page
def front_matter(page: Page, guide: Guide) -> Iterator[Finding]:
    """A page begins with front matter that keeps the schema; a procedure says its minutes; no date is in the future."""
    if page.meta and page.meta.checked > guide.today:
        yield page.at("checked").finding(
            f"checked on {page.meta.checked}", f"not after {guide.today}", "set the day of comparing"
        )
    if page.kind == "procedure" and page.meta and page.meta.minutes is None:
        yield page.at("kind").finding("a procedure without minutes", "", "add minutes:")


def tags(guide: Guide) -> Iterator[Finding]:
    """Every page but those about this guide has tags, the words that readers type, and no two share one."""
    first: dict[str, str] = {}
    for page in guide.pages:
        if page.meta and not page.meta.tags and not page.home.startswith("about/"):
            yield page.at("kind").finding("no tags", "the words that readers type", "add tags:")
        for tag in page.meta.tags if page.meta else ():
            owner = first.setdefault(tag.casefold(), page.path)
            if owner != page.path:
                yield page.at("tags").finding(
                    f'tag "{tag}" stands in {owner} too', "on one page", "keep it where it helps most"
                )


@on_each_page
def headings(page: Page, _: Guide) -> Iterator[Finding]:
    """The title stands in the front matter alone; no heading skips a level; no two are alike."""
    level, seen = 1, set[str]()
    for block in (block for block in page.blocks if block.kind == "heading"):
        title = block.title
        if block.level == 1:
            yield block.place.finding(f'a second title, "{title}"', "title: in the front matter alone", "use ##")
        elif block.level > level + 1 and not page.shared:
            yield block.place.finding(f'"{title}" has level {block.level}', f"level {level + 1} at most")
        if title.casefold() in seen:
            yield block.place.finding(f'a second heading "{title}"', "no two alike", "say what differs")
        seen.add(title.casefold())
        level = block.level


@on_each_page
def sections(page: Page, _: Guide) -> Iterator[Finding]:
    """A page has the sections of its kind in their order; Sources is empty; a box is a note, warning or success."""
    titles = [block for block in page.blocks if block.kind == "heading" and block.level == 2]
    cites = any(link.label for link in page.links)
    if page.kind == "procedure":
        needed = PROCEDURE
    else:
        needed = LAST[not cites :] if page.kind in {"explainer", "reference"} else []
    for name in needed:
        if name not in [block.title for block in titles]:
            yield page.at().finding(f'there is no section "{name}"', f"{page.kind}s have it", f"add ## {name}")
    yield from _order(titles, PROCEDURE if page.kind == "procedure" else LAST, page.kind, cites=cites)
    for block in [block for block in page.under("Sources") if block.kind != "heading"][:1]:
        yield block.place.finding("text under Sources", "nothing: the list is made from the citations")
    wrong = page.under("If something goes wrong")
    if page.kind == "procedure" and wrong and not any(block.where.symptom for block in wrong):
        yield wrong[0].place.finding("no symptom", "a ### heading for each, in the reader's words")
    for block in page.blocks:
        if block.kind == "box" and block.where.box not in BOXES:
            yield block.place.finding(f'a box "{block.where.box}"', f"!!! and one of: {', '.join(BOXES)}")


def _order(titles: list[Block], order: list[str], kind: str, *, cites: bool) -> Iterator[Finding]:
    last = ""
    for block in titles:
        title, all_in_order = block.title, " · ".join(order)
        if kind == "procedure" and title not in order:
            yield block.place.finding(
                f'section "{title}"', all_in_order, nearest(title, order) or "make it a ### heading"
            )
        elif title == "Sources" and not cites:
            yield block.place.finding("Sources on a page that cites nothing", "", "cite, or remove the section")
        elif last and (title not in order or order.index(title) < order.index(last)):
            yield block.place.finding(f'"{title}" comes after "{last}"', all_in_order, "move it")
        elif title in order:
            last = title


@on_each_page
def tabs(page: Page, guide: Guide) -> Iterator[Finding]:
    """Tabs are of the closed list, in its order, the newest system first; each tab of a procedure has steps."""
    known = guide.tabs
    order, last = list(known), {tab.group: -1 for tab in page.tabs}
    newest: dict[tuple[int, str], Version] = {}
    with_steps = {step.tab for step in page.steps}
    for number, tab in enumerate(page.tabs, 1):
        found = f'tab "{tab.label}"'
        if tab.label not in known:
            yield tab.place.finding(
                found, "one of docs/includes/tabs.yml", nearest(tab.label, order) or "or add it there"
            )
            continue
        rank, before = order.index(tab.label), last[tab.group]
        if rank <= before:
            yield tab.place.finding(found, f'not after "{order[before]}"', "see docs/includes/tabs.yml")
        last[tab.group] = max(rank, before)
        version, platform = known[tab.label].last, known[tab.label].platform
        if version > newest.setdefault((tab.group, platform), version):
            yield tab.place.finding(found, "the newest system first, which is opened", "move it up")
        if page.kind == "procedure" and number not in with_steps:
            yield tab.place.finding(f"{found} has no steps", "each tab is complete", "add a list")


@on_each_page
def steps(page: Page, _: Guide) -> Iterator[Finding]:
    """A step is numbered 1., begins with an imperative, Optional: or If …, and has at most 40 words."""
    verbs = {verb.casefold() for verb in lists().verbs}
    for items, numbered in ((page.steps, True), (page.bullets, False)):
        for above, item in pairwise(items):
            if above.marker[:1].isdigit() is numbered and item.marker[:1].isdigit() is not numbered:
                yield item.place.finding("two lists, one right after the other", "one list", TWO_LISTS)
    for step, blocks in zip(page.steps, page.step_blocks, strict=True):
        if not step.marker[:1].isdigit():
            continue  # of the other list
        if step.marker != "1.":
            yield step.place.finding(f'a step numbered "{step.marker}"', '"1." for every step')
        if step.nested:
            yield step.place.finding("steps inside a step", "one list", "make them steps, or bullets")
        lead = next((b for b in blocks if b.kind == "paragraph" and not b.where.box and not b.where.bullet), None)
        words = lead.text.split() if lead else []
        if not lead or not words:
            yield step.place.finding("a step without words", "a sentence that says what to do")
            continue
        first = words[0].rstrip(",.:;")
        conditional = lead.text.startswith("Optional:") or (first == "If" and "," in lead.text)
        if not conditional and first.casefold() not in verbs:
            yield lead.place.finding(
                f'a step begins with "{first}"',
                'an imperative, "Optional:", or "If" with a comma',
                "begin with what to do (verbs: scripts/guide/rules/words.yml)",
            )
        if len(words) > STEP_WORDS:
            yield lead.place.finding(
                f"a step of {len(words)} words", f"at most {STEP_WORDS}", "make two of it, or a paragraph below"
            )


def includes(guide: Guide) -> Iterator[Finding]:
    """An include stands alone on its line and names a file that is there; every file in includes/ is used."""
    for page in guide.files:
        for match, place in page.find(PRINTED_INCLUDE):
            yield place.finding(f"MkDocs prints this as it is: {match[0]}", '--8<-- "name.md" alone on its line')
    used = {name for page in guide.files for name in page.includes}
    for name, path in guide.include_names.items():
        if name not in used and name not in APPENDED:
            yield Place(guide.name(path)).finding("an include that no page includes", "", "include it or remove it")


@on_each_page
def leftover(page: Page, _: Guide) -> Iterator[Finding]:
    """No Markdown is left in what readers see: a lost quotation mark, star or empty line; a box has a text."""
    for pattern, fix in LEFTOVERS.items():
        for match, place in page.find(pattern):
            yield place.finding(f"MkDocs prints this as it is: {match[0].strip()}", "", fix)
    for number, block in enumerate(page.blocks):
        first = page.blocks[number + 1 : number + 3]  # below its title
        empty = not any(each.where.box and each.kind not in {"box", "title"} for each in first)
        if block.kind == "box" and empty and block in page.own:
            yield block.place.finding("a box without text", "", "indent its text by four spaces")
