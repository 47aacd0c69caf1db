"""Rules on how a page is built: front matter, headings, sections, tabs, steps, includes."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from guide.findings import nearest
from guide.pages.book import APPENDED
from guide.pages.page import Fault
from guide.pages.rules import of_book, of_files, of_pages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from guide.pages.book import Book
    from guide.pages.page import Block, Page

PROCEDURE = ["Before you start", "Steps", "Check that it worked", "If something goes wrong", "Sources", "Related"]
LAST = ["Sources", "Related"]
BOXES = ("note", "warning", "success")
STEP_WORDS = 40


@of_pages("front-matter")
def front_matter(page: Page, book: Book) -> Iterator[Fault]:
    """A page begins with front matter that keeps the schema, and its dates are not in the future."""
    if not page.meta:
        return
    if page.meta.checked > book.today:
        yield Fault(
            page.path, 1, f"checked on {page.meta.checked}", f"not after {book.today}", "set the day of comparing"
        )
    if page.kind == "procedure" and page.meta.minutes is None:
        yield Fault(page.path, 1, "a procedure without minutes", "", "add minutes:")


@of_files("headings")
def headings(page: Page, _: Book) -> Iterator[Fault]:
    """The title stands in the front matter alone; no heading skips a level, no two are alike."""
    level, seen = 1, set[str]()
    for block in page.blocks:
        if block.kind != "heading":
            continue
        words = " ".join(block.text.split())
        if block.level == 1:
            yield Fault(
                block.path, block.line, f'a second title, "{words}"', "title: in the front matter alone", "use ##"
            )
        elif block.level > level + 1 and not page.shared:
            expected = f"level {level + 1} at most"
            yield Fault(block.path, block.line, f'"{words}" has level {block.level}', expected, "do not skip a level")
        if words.casefold() in seen:
            yield Fault(block.path, block.line, f'a second heading "{words}"', "no two alike", "say what differs")
        seen.add(words.casefold())
        level = block.level


@of_pages("sections")
def sections(page: Page, _: Book) -> Iterator[Fault]:
    """A page has the sections of its kind, in their order; Sources is left empty, and no box is folded."""
    found = [block for block in page.blocks if block.kind == "heading" and block.level == 2]
    names = [" ".join(block.text.split()) for block in found]
    cites = any(link.label for block in page.blocks for link in block.links)
    wanted = PROCEDURE if page.kind == "procedure" else LAST
    if page.kind in {"explainer", "reference"}:
        yield from _missing(page, ["Sources", "Related"] if cites else ["Related"], names)
    elif page.kind == "procedure":
        yield from _missing(page, PROCEDURE, names)
    order = [name for name in names if name in wanted]
    for block, name in zip(found, names, strict=True):
        if page.kind == "procedure" and name not in wanted:
            expected = f"one of: {', '.join(wanted)}"
            yield Fault(block.path, block.line, f'section "{name}"', expected, nearest(name, wanted) or "use ###")
        elif name == "Sources" and not cites:
            yield Fault(
                block.path, block.line, "Sources on a page that cites nothing", "", "cite, or remove the section"
            )
        elif name in wanted and order.index(name) != sorted(order, key=wanted.index).index(name):
            yield Fault(block.path, block.line, f'"{name}" is out of order', " · ".join(wanted), "move it")
        elif (
            page.kind != "procedure" and name in LAST and any(later not in LAST for later in names[names.index(name) :])
        ):
            yield Fault(block.path, block.line, f'"{name}" is not last', "Sources · Related at the end", "move it")
    for block in page.blocks:
        if block.where.section == "Sources" and block.kind != "heading":
            yield Fault(block.path, block.line, "text under Sources", "nothing: the list is made from the citations")
        if block.kind == "box" and block.where.box not in BOXES:
            found_box = "a folded box" if block.where.box == "???" else f'a box "{block.where.box}"'
            yield Fault(block.path, block.line, found_box, f"one of: {', '.join(BOXES)}, with !!!")
    wrong = [block for block in page.blocks if block.where.section == "If something goes wrong"]
    if wrong and not any(block.where.symptom for block in wrong):
        yield Fault(wrong[0].path, wrong[0].line, "no symptom", "a ### heading for each, in the reader's words")


def _missing(page: Page, wanted: list[str], names: list[str]) -> Iterator[Fault]:
    for name in wanted:
        if name not in names:
            yield Fault(page.path, 1, f'there is no section "{name}"', f"a {page.kind} has it", f"add ## {name}")


@of_pages("tabs")
def tabs(page: Page, book: Book) -> Iterator[Fault]:
    """Tabs are of the closed list, in its order; each tab of a procedure has steps."""
    order = list(book.tabs)
    for _, group in groupby(page.tabs, key=lambda tab: tab.group):
        last = -1
        for tab in group:
            if tab.label not in book.tabs:
                mend = nearest(tab.label, order) or "add it to docs/includes/tabs.yml"
                yield Fault(tab.path, tab.line, f'tab "{tab.label}"', "a tab of docs/includes/tabs.yml", mend)
                continue
            place = order.index(tab.label)
            if place <= last:
                expected = f'before "{order[last]}"' if place < last else "each tab once"
                yield Fault(
                    tab.path, tab.line, f'tab "{tab.label}" is out of order', expected, "see docs/includes/tabs.yml"
                )
            last = max(place, last)
    if page.kind == "procedure":
        with_steps = {step.tab for step in page.steps}
        for number, tab in enumerate(page.tabs, 1):
            if number not in with_steps:
                yield Fault(
                    tab.path, tab.line, f'tab "{tab.label}" has no steps', "each tab is complete", "add a list with 1."
                )


@of_files("steps")
def steps(page: Page, book: Book) -> Iterator[Fault]:
    """A step is numbered 1., begins with an imperative, Optional: or If …, and has at most 40 words."""
    verbs = frozenset(verb.casefold() for verb in book.words.verbs)
    for step, blocks in zip(page.steps, page.step_blocks, strict=True):
        if step.number != "1.":
            yield Fault(step.path, step.line, f'step numbered "{step.number}"', '"1." for every step', "write 1.")
        if step.nested:
            yield Fault(step.path, step.line, "steps inside a step", "one list", "make them steps, or bullets")
        lead = next((b for b in blocks if b.kind == "paragraph" and not b.where.box and not b.where.bullet), None)
        if lead is None:
            yield Fault(step.path, step.line, "a step without words", "a sentence that begins with an imperative")
            continue
        yield from _lead(lead, verbs)


def _lead(lead: Block, verbs: frozenset[str]) -> Iterator[Fault]:
    words = lead.text.split()
    first = words[0].rstrip(",.:;") if words else ""
    condition = first == "If" and "," in lead.text
    if not condition and not lead.text.startswith("Optional:") and first.casefold() not in verbs:
        mend = "begin with what to do (the verbs are in scripts/guide/pages/words.yml)"
        yield Fault(lead.path, lead.line, f'a step begins with "{first}"', "an imperative, Optional: or If …,", mend)
    if len(words) > STEP_WORDS:
        expected = f"at most {STEP_WORDS}"
        yield Fault(
            lead.path, lead.line, f"a step of {len(words)} words", expected, "make two of it, or a paragraph below"
        )


@of_files("includes")
def includes(page: Page, book: Book) -> Iterator[Fault]:
    """An include stands alone on its line and names a file that is there."""
    for include in page.includes:
        if not include.proper:
            mend = "put the number into the included file" if include.name else "name the file"
            expected = '--8<-- "name.md" alone on its line'
            yield Fault(page.path, include.line, f"MkDocs prints this line as it is: {include.name}", expected, mend)
        elif not include.found:
            mend = nearest(include.name, book.include_names)
            yield Fault(page.path, include.line, f'no include "{include.name}"', "a file in docs/includes", mend)
    for block in page.own:
        if "-8<-" in block.prose:
            line = block.line_of(block.prose.index("-8<-"))
            yield Fault(
                page.path, line, "-8<- inside a line", '--8<-- "name.md" alone on its line', "begin a line with it"
            )


@of_book("includes")
def included(book: Book) -> Iterator[Fault]:
    """Every file in includes/ is included by a page."""
    used = {include.name for page in [*book.pages, *book.includes] for include in page.includes}
    for name, path in book.include_names.items():
        if name not in used and name not in APPENDED:
            yield Fault(book.name(path), 0, "an include that no page includes", "", "include it or remove it")
