"""Rules on how a page is built: front matter, headings, sections, tabs, steps, includes."""

from __future__ import annotations

from collections.abc import Iterator

from guide.findings import nearest
from guide.pages.book import Book
from guide.pages.page import Fault, Page, Place
from guide.vocabulary import Version

PROCEDURE = ["Before you start", "Steps", "Check that it worked", "If something goes wrong", "Sources", "Related"]
LAST = ["Sources", "Related"]
BOXES = ("note", "warning", "success")
APPENDED = ("abbreviations.md", "sources.md", "notice.md")  # used by mkdocs.yml and by the theme, not by a page
STEP_WORDS = 40


def front_matter(page: Page, book: Book) -> Iterator[Fault]:
    """A page begins with front matter that keeps the schema; a procedure says its minutes; no date is in the future."""
    if page.meta and page.meta.checked > book.today:
        found = f"checked on {page.meta.checked}"
        yield Fault(page.at("checked"), found, f"not after {book.today}", "set the day of comparing")
    if page.meta and page.kind == "procedure" and page.meta.minutes is None:
        yield Fault(page.at("kind"), "a procedure without minutes", "", "add minutes:")


def headings(page: Page, _: Book) -> Iterator[Fault]:
    """The title stands in the front matter alone; no heading skips a level; no two are alike."""
    level, seen = 1, set[str]()
    for block in (block for block in page.blocks if block.kind == "heading"):
        words = block.title
        if block.level == 1:
            yield Fault(block.place, f'a second title, "{words}"', "title: in the front matter alone", "use ##")
        elif block.level > level + 1 and not page.shared:
            yield Fault(block.place, f'"{words}" has level {block.level}', f"level {level + 1} at most")
        if words.casefold() in seen:
            yield Fault(block.place, f'a second heading "{words}"', "no two alike", "say what differs")
        seen.add(words.casefold())
        level = block.level


def sections(page: Page, _: Book) -> Iterator[Fault]:
    """A page has the sections of its kind in their order; Sources is left empty; no box is folded."""
    found = [block for block in page.blocks if block.kind == "heading" and block.level == 2]
    cites = any(link.label for link in page.links)
    procedure = page.kind == "procedure"
    order = PROCEDURE if procedure else LAST
    needed = PROCEDURE if procedure else LAST[not cites :] if page.kind in {"explainer", "reference"} else []
    for name in needed:
        if name not in [block.title for block in found]:
            yield Fault(page.at(), f'there is no section "{name}"', f"{page.kind}s have it", f"add ## {name}")
    last = ""
    for block in found:
        name = block.title
        if procedure and name not in order:
            mend = nearest(name, order) or "make it a ### heading"
            yield Fault(block.place, f'section "{name}"', " · ".join(order), mend)
        elif name == "Sources" and not cites:
            yield Fault(block.place, "Sources on a page that cites nothing", "", "cite, or remove the section")
        elif last and (name not in order or order.index(name) < order.index(last)):
            yield Fault(block.place, f'"{name}" comes after "{last}"', " · ".join(order), "move it")
        elif name in order:
            last = name
    filled = next((block for block in page.under("Sources") if block.kind != "heading"), None)
    if filled:
        yield Fault(filled.place, "text under Sources", "nothing: the list is made from the citations")
    wrong = page.under("If something goes wrong")
    if procedure and wrong and not any(block.where.symptom for block in wrong):
        yield Fault(wrong[0].place, "no symptom", "a ### heading for each, in the reader's words")
    for block in page.blocks:
        if block.kind == "box" and block.where.box not in BOXES:
            yield Fault(block.place, f'a box "{block.where.box}"', f"!!! and one of: {', '.join(BOXES)}")


def tabs(page: Page, book: Book) -> Iterator[Fault]:
    """Tabs are of the closed list, in its order, the newest system first; each tab of a procedure has steps."""
    order, last = list(book.vocabulary.tabs), {tab.group: -1 for tab in page.tabs}
    newest: dict[tuple[int, str], Version] = {}
    with_steps = {step.tab for step in page.steps}
    for number, tab in enumerate(page.tabs, 1):
        found = f'tab "{tab.label}"'
        if tab.label not in order:
            mend = nearest(tab.label, order) or "or add it there"
            yield Fault(tab.place, found, "one of docs/includes/tabs.yml", mend)
            continue
        number_in_list, before = order.index(tab.label), last[tab.group]
        if number_in_list <= before:
            yield Fault(tab.place, found, f'not after "{order[before]}"', "see docs/includes/tabs.yml")
        last[tab.group] = max(number_in_list, before)
        its = book.vocabulary.tabs[tab.label]
        if its.last > newest.setdefault((tab.group, its.platform), its.last):
            yield Fault(tab.place, found, "the newest system first, which is opened", "move it up")
        if page.kind == "procedure" and number not in with_steps:
            yield Fault(tab.place, f"{found} has no steps", "each tab is complete", "add a list")


def steps(page: Page, book: Book) -> Iterator[Fault]:
    """A step is numbered 1., begins with an imperative, Optional: or If …, and has at most 40 words."""
    verbs = {verb.casefold() for verb in book.words.verbs}
    printed = {fault.place for rule, fault in page.faults if rule == "includes"}
    for step, blocks in zip(page.steps, page.step_blocks, strict=True):
        if step.number != "1.":
            yield Fault(step.place, f'a step numbered "{step.number}"', '"1." for every step')
        if step.nested:
            yield Fault(step.place, "steps inside a step", "one list", "make them steps, or bullets")
        lead = next((b for b in blocks if b.kind == "paragraph" and not b.where.box and not b.where.bullet), None)
        words = lead.text.split() if lead else []
        if not lead or not words:
            if step.place not in printed:
                yield Fault(step.place, "a step without words", "a sentence that says what to do")
            continue
        first = words[0].rstrip(",.:;")
        conditional = lead.text.startswith("Optional:") or (first == "If" and "," in lead.text)
        if not conditional and first.casefold() not in verbs:
            mend = "begin with what to do (verbs: scripts/guide/pages/words.yml)"
            yield Fault(lead.place, f'a step begins with "{first}"', "an imperative, Optional: or If …,", mend)
        if len(words) > STEP_WORDS:
            mend = "make two of it, or a paragraph below"
            yield Fault(lead.place, f"a step of {len(words)} words", f"at most {STEP_WORDS}", mend)


def included(book: Book) -> Iterator[Fault]:
    """An include stands alone on its line and names a file that is there; every file in includes/ is used."""
    used = {name for page in [*book.pages, *book.includes] for name in page.includes}
    for name, path in book.include_names.items():
        if name not in used and name not in APPENDED:
            yield Fault(Place(book.name(path), 0), "an include that no page includes", "", "include it or remove it")
