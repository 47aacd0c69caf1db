"""The rule on a page's plan: where its answers lead."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from guide.findings import Finding, nearest
from guide.reading.guide import Guide
from guide.reading.page import Page, split
from guide.reading.plan import Keys, Plan
from guide.rules import on_each_page


@on_each_page
def plan(page: Page, guide: Guide) -> Iterator[Finding]:
    """A plan's conditions name answers and can be met; any answers leave pages, whose minutes are not more there."""
    plan = page.meta.plan if page.meta else None
    if plan:
        yield from [*_conditions(page, plan)] or _ends(page, plan)
        for i, part in enumerate(plan.parts):
            for j, each in enumerate(part.pages):
                meta = guide.page(guide.docs / home).meta if (home := split(each.to).path) in guide.homes else None
                if meta and meta.minutes and meta.minutes > each.minutes:
                    place = page.at("plan", "parts", i, "pages", j, "minutes")
                    yield place.finding(f"minutes: {each.minutes}", f"{meta.minutes}, as on docs/{home}, or more")


def _conditions(page: Page, plan: Plan) -> Iterator[Finding]:
    questions = [[answer.key for answer in question.answers] for question in plan.questions]
    known = [key for keys in questions for key in keys]
    conditions: list[tuple[Keys, list[str], set[str]]] = []
    for i, part in enumerate(plan.parts):
        conditions.append((("plan", "parts", i, "when"), part.when, plan.hides(part.when)))
        for j, each in enumerate(part.pages):
            both = plan.hides(part.when) | plan.hides(each.when)
            conditions.append((("plan", "parts", i, "pages", j, "when"), each.when, both))
    for where, when, hidden in conditions:
        for key in when:
            if key not in known:
                yield page.at(*where).finding(f'a condition "{key}"', "the key of an answer", nearest(key, known))
        if any(hidden >= {*keys} for keys in questions):
            yield page.at(*where).finding("a condition that no answer can meet", "", "let the part's allow it")


def _ends(page: Page, plan: Plan) -> Iterator[Finding]:
    """Find the fewest answers that leave no part, or a part without a page."""
    parts = [(part, plan.hides(part.when), [plan.hides(each.when) for each in part.pages]) for part in plan.parts]
    choices = [[None, *question.answers] for question in plan.questions]
    found: list[set[str]] = []
    for chosen in sorted(([a for a in answers if a] for answers in product(*choices)), key=len):
        keys = {answer.key for answer in chosen}
        left = [(part, pages) for part, hidden, pages in parts if hidden.isdisjoint(keys)]
        empty = [part.part for part, pages in left if not any(hidden.isdisjoint(keys) for hidden in pages)]
        if (not left or empty) and not any(keys >= fewer for fewer in found):
            found.append(keys)
            said = " and ".join(f'"{answer.answer}"' for answer in chosen)
            what = f'no page of "{empty[0]}"' if empty else "nothing"
            yield page.at("plan").finding(f"{said} leave{'s' * (len(chosen) == 1)} {what}", "at least one", "")
