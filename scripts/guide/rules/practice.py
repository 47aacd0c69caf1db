"""The rule `practice`, and the pages of rehearsals, which `guide practice` writes from practice.yml."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from guide import files
from guide.data import PRACTICE, SPEC, Pictures, Places, Rehearsal, Screen, read
from guide.findings import CannotRunError, Finding, Place, lines, nearest
from guide.reading.guide import Guide
from guide.reading.page import Block

THUMB, LEAST = 44, 24  # CSS pixels on a phone; WCAG 2.2, 2.5.5 and 2.5.8
READ_WIDTH = 358  # what a picture has on a phone of 390
MARKER = re.compile(r"\s*1\.\s+")
LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")  # to places of the procedure: there the reader is rehearsing
Box = tuple[float, float, float, float]  # x, y, width, height in CSS pixels

HEAD = """---
title: {title}
description: {description}
kind: practice
template: practice.html
hide: [toc]
minutes: {minutes}
checked: {checked}
tags: {tags}
---

<!-- Written by `guide practice` from practice.yml, the steps and the pictures. -->

{description}
"""
SCREEN = """
<section class="screen" id="screen-{number}" markdown>

## *Screen {number} of {count}:* {heading}

{say}

<details markdown>
<summary>Show me</summary>

Look for {name}.

</details>

![{alt}]({picture})

{links}

{back}</section>
"""
BACK = "[Back to screen {0}](#screen-{0})\n\n"
ANSWER = """
<section class="answer" id="{id}" markdown>

{said}

[Back to screen {number}](#screen-{number})

</section>
"""
DONE = """
<section class="screen" id="screen-{count}" markdown>

## *Screen {count} of {count}:* Done

{done}

This was practice. Nothing has changed on your device or in your account.

{procedure}{back}</section>
"""


class Step(NamedTuple):
    """A step of a procedure: its first sentence as it is written, and the labels that it names."""

    text: str
    labels: set[str]


def practice(guide: Guide) -> Iterator[Finding]:
    """A rehearsal follows its procedure step by step, presses what is there, and its page is as it has to be."""
    for home, text, findings in pages(guide):
        yield from findings
        path = guide.docs / home
        if not findings and not (path.is_file() and guide.text(path) == text):
            yield Place(guide.name(path), 1).finding("this rehearsal is out of date", "", "run guide practice")


def write(guide: Guide) -> list[str]:
    """Write the pages of all rehearsals; return those that have changed.

    Raises CannotRunError with the first thing that is wrong in the data file.
    """
    _, _, wrong = read(guide.root, PRACTICE, list[Rehearsal], rule="data")
    written = list(pages(guide))
    wrong = wrong or [finding for _, _, findings in written for finding in findings]
    if wrong:
        raise CannotRunError(lines(wrong)[0])
    return [home for home, text, _ in written if files.write(guide.docs / home, text.encode())]


def pages(guide: Guide) -> Iterator[tuple[str, str, list[Finding]]]:
    """Yield each rehearsal's place in docs/, its text, and what is wrong with it in the data file."""
    if not (guide.root / PRACTICE).is_file():
        return
    rehearsals, places, _ = read(guide.root, PRACTICE, list[Rehearsal], rule="data")
    pictures, _, _ = read(guide.root, SPEC, Pictures, rule="data")
    if rehearsals is None or pictures is None:
        return  # the rule `data` says what is wrong
    plain = {picture.screen: (name, picture.alt) for name, picture in pictures.items() if not picture.callouts}
    for number, rehearsal in enumerate(rehearsals):
        writer = _Writer(guide, rehearsal, plain, places, number)
        yield rehearsal.page, writer.text(), writer.findings


class _Writer:
    """Writes a rehearsal's page; `findings` are what is wrong with it."""

    def __init__(
        self, guide: Guide, rehearsal: Rehearsal, plain: dict[str, tuple[str, str]], places: Places, number: int
    ) -> None:
        self.guide, self.rehearsal, self.plain, self.places, self.number = guide, rehearsal, plain, places, number
        self.count = len(rehearsal.screens) + 1
        self.findings: list[Finding] = []

    def wrong(self, keys: tuple[str | int, ...], found: str, expected: str = "", fix: str = "") -> None:
        self.findings.append(self.places.of(self.number, *keys).finding(found, expected, fix, "practice"))

    def text(self) -> str:
        """Return the page's text; it counts only where there are no findings."""
        steps = self._steps()
        said = [screen.step for screen in self.rehearsal.screens if screen.step]
        if self.findings:
            return ""
        if sorted({*said, *self.rehearsal.skip}) != [*range(1, len(steps) + 1)] or said != sorted(said):
            expected, fix = f"all {len(steps)} of the procedure, in order", "add or move one, or name it in skip"
            self.wrong(("screens",), f"steps {', '.join(map(str, said))}", expected, fix)
            return ""
        parts = [HEAD.format(**self.rehearsal.model_dump())]
        for at, screen in enumerate(self.rehearsal.screens):
            parts += self._screen(screen, at, steps)
        home = posixpath.relpath(self.rehearsal.procedure, posixpath.dirname(self.rehearsal.page))
        title = self.guide.title(self.rehearsal.procedure.partition("#")[0])
        parts.append(DONE.format(
            count=self.count,
            done="\n".join(f"- {sentence}" for sentence in self.rehearsal.done),
            procedure=f"[{'Now the real steps' if self.rehearsal.under else 'Read more'}: {title}]({home})\n\n",
            back=BACK.format(self.count - 1),
        ))  # fmt: skip
        return "".join(parts)

    def _steps(self) -> list[Step]:
        """Return the steps of the procedure that stand below the rehearsal's tab or heading."""
        name, under = self.rehearsal.procedure.partition("#")[0], self.rehearsal.under
        if name not in self.guide.homes:
            self.wrong(("procedure",), f'no page "{name}"', "a procedure in docs", nearest(name, self.guide.homes))
            return []
        if not under:
            return []
        page = self.guide.page(self.guide.docs / name)
        found: dict[str, list[Step]] = {}
        for step, blocks in zip(page.steps, page.step_blocks, strict=True):
            title = page.tabs[step.tab - 1].label if step.tab else blocks[0].where.symptom or blocks[0].where.section
            found.setdefault(title, []).append(self._step(step.place, blocks))
        if under not in found:
            self.wrong(("under",), f'no steps under "{under}"', f"one of: {', '.join(found)}", nearest(under, found))
        return found.get(under, [])

    def _step(self, place: Place, blocks: list[Block]) -> Step:
        leads = [b.place for b in blocks if b.kind == "paragraph" and not b.where.box and not b.where.bullet]
        path, line, _ = (leads or [place])[0]
        written = self.guide.text(self.guide.root / path).split("\n")[line - 1]
        text = LINK.sub(r"\1", MARKER.sub("", written, count=1)).strip()
        return Step(text, {label.text for block in blocks for label in block.labels})

    def _screen(self, screen: Screen, at: int, steps: list[Step]) -> Iterator[str]:
        keys, number = ("screens", at), at + 1
        step = steps[screen.step - 1] if screen.step else None
        name, alt = self.plain.get(screen.screen, ("", ""))
        picture = self.guide.pictures.get(name, {})
        if "targets" not in picture:
            expected = "a picture of it without callouts in shots.yml, made by guide shots build"
            self.wrong((*keys, "screen"), f'screen "{screen.screen}"', expected, nearest(screen.screen, self.plain))
            return
        boxes, names = self._places(screen, keys, picture)
        pressed = names.get(screen.press, "")
        if step and step.labels and pressed.startswith("**") and pressed.strip("*") not in step.labels:
            self.wrong((*keys, "press"), f'"{pressed}" is pressed', f"what the step names: {step.text}")
        whole = f"screen-{number}-else"
        links = [
            f"- [{names[target]}](#{self._to(screen, target, number)}){{ {'rel=next ' * (target == screen.press)}"
            f'data-at="{" ".join(f"{value:.0f}" for value in boxes[target])}" }}'
            for target in sorted(boxes, key=lambda target: (boxes[target][1], boxes[target][0]))
        ]
        links.append(f'- [Something else](#{whole}){{ data-at="0 0 {picture["width"]} {picture["height"]}" }}')
        yield SCREEN.format(
            number=number, count=self.count, heading=screen.heading, say=step.text if step else screen.say,
            alt=alt, picture=f"../assets/shots/{name}.light.webp", links="\n".join(links),
            name=pressed, back=BACK.format(at) if at else "",
        )  # fmt: skip
        for target, said in screen.others.items():
            yield ANSWER.format(id=self._to(screen, target, number), said=said, number=number)
        yield ANSWER.format(id=whole, said=screen.other, number=number)

    @staticmethod
    def _to(screen: Screen, target: str, number: int) -> str:
        return f"screen-{number + 1}" if target == screen.press else f"screen-{number}-{target}"

    def _places(
        self, screen: Screen, keys: tuple[str | int, ...], picture: dict[str, Any]
    ) -> tuple[dict[str, Box], dict[str, str]]:
        """Return the box and the name, bold where it is a label, of each target that can be pressed."""
        known, named = picture["targets"], {screen.press: "press"} | dict.fromkeys(screen.others, "others")
        for target in [target for target in named if target not in known]:
            key = (named[target], target) if named[target] == "others" else (named[target],)
            expected = f"one of: {', '.join(sorted(known))}"
            self.wrong((*keys, *key), f'no target "{target}" in {screen.screen}', expected, nearest(target, known))
        words = {target: known[target][0].removesuffix("…") for target in named if target in known}
        names = {target: screen.names.get(target) or said for target, said in words.items()}
        boxes: dict[str, Box] = {target: tuple(known[target][1:]) for target in names}
        scale = min(1, READ_WIDTH / picture["width"])
        for target, name in names.items():
            boxes[target] = grown(boxes[target], [boxes[other] for other in boxes if other != target], THUMB / scale)
            if not name:
                self.wrong(keys, f'target "{target}" has no words', "a name", f"add names: {{{target}: …}}")
            if min(boxes[target][2:]) * scale < LEAST:
                found = f'target "{target}" is {min(boxes[target][2:]) * scale:.0f} pixels on a phone'
                self.wrong(keys, found, f"at least {LEAST}", "crop tighter, or leave it out")
        return boxes, {target: f"**{name}**" if name in self.guide.labels else name for target, name in names.items()}


def grown(box: Box, others: list[Box], size: float) -> Box:
    """Return a box of at least `size` a side, as far as others leave room: it takes half of what is between them."""
    start, length = list(box[:2]), list(box[2:])
    for axis in (0, 1):
        want, first, last = max(0, (size - length[axis]) / 2), start[axis], start[axis] + length[axis]
        before = [first - other[axis] - other[axis + 2] for other in others]
        after = [other[axis] - last for other in others]
        start[axis] -= (low := min([want, first, *(gap / 2 for gap in before if gap >= 0)]))
        length[axis] += low + min([want, *(gap / 2 for gap in after if gap >= 0)])
    return start[0], start[1], length[0], length[1]
