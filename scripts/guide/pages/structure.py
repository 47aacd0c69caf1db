"""Rules on how a page is built: front matter, headings, sections, tabs, steps, includes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guide.findings import nearest
from guide.pages.page import Fault
from guide.pages.rules import of_book, of_files, of_pages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from guide.pages.book import Book
    from guide.pages.page import Page

PROCEDURE = ["Before you start", "Steps", "Check that it worked", "If something goes wrong", "Sources", "Related"]
LAST = ["Sources", "Related"]
BOXES = ("note", "warning", "success")
APPENDED = ("abbreviations.md", "sources.md", "notice.md")  # used by mkdocs.yml and by the theme, not by a page
STEP_WORDS = 40


@of_pages("front-matter")
def front_matter(page: Page, book: Book) -> Iterator[Fault]:
    """A page begins with front matter that keeps the schema; a procedure says its minutes; no date is in the future."""
    if page.meta and page.meta.checked > book.today:
        yield Fault(
            page.at("checked"), f"checked on {page.meta.checked}", f"not after {book.today}", "set the day of comparing"
        )
    if page.meta and page.kind == "procedure" and page.meta.minutes is None:
        yield Fault(page.at("kind"), "a procedure without minutes", "", "add minutes:")


@of_files("headings")
def headings(page: Page, _: Book) -> Iterator[Fault]:
    """The title stands in the front matter alone; no heading skips a level; no two are alike."""
    level, seen = 1, set[str]()
    for block in page.blocks:
        if block.kind != "heading":
            continue
        words, path = " ".join(block.text.split()), block.path
        if block.level == 1:
            yield Fault(block.line, f'a second title, "{words}"', "title: in the front matter alone", "use ##", path)
        elif block.level > level + 1 and not page.shared:
            yield Fault(block.line, f'"{words}" has level {block.level}', f"level {level + 1} at most", "", path)
        if words.casefold() in seen:
            yield Fault(block.line, f'a second heading "{words}"', "no two alike", "say what differs", path)
        seen.add(words.casefold())
        level = block.level


@of_pages("sections")
def sections(page: Page, _: Book) -> Iterator[Fault]:
    """A page has the sections of its kind in their order; Sources is left empty; no box is folded."""
    found = [block for block in page.blocks if block.kind == "heading" and block.level == 2]
    names = [block.where.section for block in found]
    cites = any(link.label for block in page.blocks for link in block.links)
    procedure = page.kind == "procedure"
    needed = {"procedure": PROCEDURE, "explainer": LAST[not cites :], "reference": LAST[not cites :]}
    for name in needed.get(page.kind, []):
        if name not in names:
            yield Fault(1, f'there is no section "{name}"', f"{page.kind}s have it", f"add ## {name}")
    order = PROCEDURE if procedure else LAST
    last = ""
    for block, name in zip(found, names, strict=True):
        if procedure and name not in order:
            mend = nearest(name, order) or "make it a ### heading"
            yield Fault(block.line, f'section "{name}"', " · ".join(order), mend, block.path)
        elif name == "Sources" and not cites:
            yield Fault(
                block.line, "Sources on a page that cites nothing", "", "cite, or remove the section", block.path
            )
        elif last and (name not in order or order.index(name) < order.index(last)):
            yield Fault(block.line, f'"{name}" comes after "{last}"', " · ".join(order), "move it", block.path)
        last = name if name in order and order.index(name) >= order.index(last or name) else last
    filled = next((b for b in page.blocks if b.where.section == "Sources" and b.kind != "heading"), None)
    if filled:
        yield Fault(filled.line, "text under Sources", "nothing: the list is made from the citations", "", filled.path)
    wrong = [block for block in page.blocks if block.where.section == "If something goes wrong"]
    if procedure and wrong and not any(block.where.symptom for block in wrong):
        yield Fault(wrong[0].line, "no symptom", "a ### heading for each, in the reader's words", "", wrong[0].path)


@of_files("sections")
def boxes(page: Page, _: Book) -> Iterator[Fault]:
    """A box is a note, a warning or a success, and is never folded."""
    for block in page.own:
        if block.kind == "box" and block.where.box not in BOXES:
            yield Fault(block.line, f'a box "{block.where.box}"', f"!!! and one of: {', '.join(BOXES)}")


@of_pages("tabs")
def tabs(page: Page, book: Book) -> Iterator[Fault]:
    """Tabs are of the closed list, in its order; each tab of a procedure has steps."""
    order, last = list(book.tabs), {tab.group: -1 for tab in page.tabs}
    with_steps = {step.tab for step in page.steps}
    for number, tab in enumerate(page.tabs, 1):
        if tab.label not in order:
            mend = nearest(tab.label, order) or "or add it there"
            yield Fault(tab.line, f'tab "{tab.label}"', "one of docs/includes/tabs.yml", mend, tab.path)
            continue
        place = order.index(tab.label)
        if place <= last[tab.group]:
            expected = f'not after "{order[last[tab.group]]}"'
            yield Fault(tab.line, f'tab "{tab.label}"', expected, "see docs/includes/tabs.yml", tab.path)
        last[tab.group] = max(place, last[tab.group])
        if page.kind == "procedure" and number not in with_steps:
            yield Fault(tab.line, f'tab "{tab.label}" has no steps', "each tab is complete", "add a list", tab.path)


@of_files("steps")
def steps(page: Page, book: Book) -> Iterator[Fault]:
    """A step is numbered 1., begins with an imperative, Optional: or If …, and has at most 40 words."""
    verbs = frozenset(verb.casefold() for verb in book.words.verbs)
    printed = {include.line for include in page.includes if not include.proper}
    for step, blocks in zip(page.steps, page.step_blocks, strict=True):
        if step.number != "1.":
            yield Fault(step.line, f'a step numbered "{step.number}"', '"1." for every step', "", step.path)
        if step.nested:
            yield Fault(step.line, "steps inside a step", "one list", "make them steps, or bullets", step.path)
        lead = next((b for b in blocks if b.kind == "paragraph" and not b.where.box and not b.where.bullet), None)
        words = lead.text.split() if lead else []
        if not lead or not words:
            if step.line not in printed:
                yield Fault(step.line, "a step without words", "a sentence that says what to do", "", step.path)
            continue
        first = words[0].rstrip(",.:;")
        conditional = lead.text.startswith("Optional:") or (first == "If" and "," in lead.text)
        if not conditional and first.casefold() not in verbs:
            mend = "begin with what to do (verbs: scripts/guide/pages/words.yml)"
            yield Fault(
                lead.line, f'a step begins with "{first}"', "an imperative, Optional: or If …,", mend, lead.path
            )
        if len(words) > STEP_WORDS:
            mend = "make two of it, or a paragraph below"
            yield Fault(lead.line, f"a step of {len(words)} words", f"at most {STEP_WORDS}", mend, lead.path)


@of_files("includes")
def includes(page: Page, book: Book) -> Iterator[Fault]:
    """An include stands alone on its line and names a file that is there; every file in includes/ is used."""
    expected = '--8<-- "name.md" alone on its line'
    for include in page.includes:
        if not include.proper:
            yield Fault(include.line, f"MkDocs prints this as it is: --8<-- {include.name[:60]}", expected)
        elif not include.found and include.name in book.include_names:
            yield Fault(include.line, f'"{include.name}" includes itself', "", "remove the line")
        elif not include.found:
            mend = nearest(include.name, book.include_names)
            yield Fault(include.line, f'no include "{include.name}"', "a file in docs/includes", mend)
    for block in page.own:
        if "-8<-" in block.prose and block.kind != "code":
            yield Fault(block.line, "MkDocs prints this as it is: -8<-", expected)


@of_book("includes")
def included(book: Book) -> Iterator[Fault]:
    """Every file in includes/ is included by a page."""
    used = {include.name for page in [*book.pages, *book.includes] for include in page.includes}
    for name, path in book.include_names.items():
        if name not in used and name not in APPENDED:
            yield Fault(0, "an include that no page includes", "", "include it or remove it", book.name(path))
