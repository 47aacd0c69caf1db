"""What is wrong with the pictures: out of date, unused, too heavy, marks that cannot be seen, words that do not fit."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image

from guide import lock
from guide.data import Picture
from guide.findings import Finding
from guide.pictures import annotate, captures, spec
from guide.pictures.annotate import READ_WIDTH, SMALLEST, Brush, marks, overlap
from guide.pictures.build import path_of, stale
from guide.pictures.captures import CAPTURES, SCHEMES, SCREENS, Box, Capture
from guide.pictures.spec import SHOTS, Specs

LARGEST, MEAN = 100_000, 60_000  # bytes; a third of what peers allow
WIDEST = 480  # CSS pixels; a wider picture has letters of 6 pixels on a phone
SEEN = 3.0  # contrast ratio, WCAG 1.4.11
UNSEEN = 0.2  # share of a mark that may fall short: a ring that crosses a small icon is still one
SHOWN = re.compile(r"!\[([^\]]*)\]\([^)\s]*assets/shots/([^)\s/]+)\.light\.webp\)")

# What is wrong with a picture: the keys that lead there in shots.yml, what was found, what was expected, how to fix it.
Faults = Iterator[tuple[tuple[Any, ...], str, str, str]]


def check(root: Path) -> list[Finding]:
    """Return everything that is wrong with the pictures and what they are made from."""
    specs, findings = spec.load(root)
    if findings:  # the rest needs boxes that fit
        return findings
    for name, picture in specs.pictures.items():
        capture = specs.captures[picture.screen]
        checks = (_captioned(picture), _cropped(picture, capture, root), _placed(picture, capture))
        for keys, *said in itertools.chain(*checks, _contrast(picture, capture, root)):
            findings.append(specs.finding((name, *keys), *said))
    for name, why in stale(specs, root).items():
        findings.append(specs.finding((name,), f'picture "{name}" {why}', "", "run guide shots build"))
    return [*findings, *_files(specs, root), *_unused(specs, root), *_pages(specs, root)]


def _captioned(picture: Picture) -> Faults:
    """The caption says something; `guide check` has rules for the alt text, as it stands in the page."""
    if not picture.caption.strip() or picture.caption.startswith("Illustration"):
        expected = "a few words on what to look at; the strip in the picture says what it is"
        yield ("caption",), f'caption "{picture.caption[:40]}"', expected, ""


def _cropped(picture: Picture, capture: Capture, root: Path) -> Faults:
    """The picture is narrow enough for a phone, wide enough for its strip, and its letters can be read there."""
    width = picture.crop[2]
    if width > WIDEST:
        yield ("crop",), f"{width:g} CSS pixels wide", f"at most {WIDEST}", "crop tighter"
    if not capture.real and width < annotate.strip_width(width, root) + 2 * SMALLEST:
        yield ("crop",), f"{width:g} CSS pixels wide", "room for the strip", "crop wider"
    for text in sorted((text for text in capture.texts if overlap(text.box, picture.crop)), key=lambda text: text.size)[
        :1
    ]:
        size = text.size * min(1, READ_WIDTH / width)
        if size < SMALLEST:
            found = f'"{text.words[:40]}" has letters of {size:.1f} pixels on a phone'
            yield ("crop",), found, f"at least {SMALLEST}", "crop tighter, or enlarge them in the screen"


def _placed(picture: Picture, capture: Capture) -> Faults:
    """Every mark lies within the picture, on no other mark, and no badge hides words."""
    left, top, width, height = picture.crop
    placed = list(enumerate(marks(picture, capture)))
    for number, mark in placed:
        on = mark.callout.target
        for kind, (x, y, w, h) in mark.areas.items():
            if x < 0 or y < 0 or x + w > width or y + h > height:
                found = f"the {kind} on {on} stands out of the picture"
                yield ("callouts", number), found, "", "widen the crop, or put the mark elsewhere"
            hidden = [text.words for text in capture.texts if _hides((x + left, y + top, w, h), text.box)]
            if hidden and kind == "badge":
                yield ("callouts", number), f'the badge on {on} hides "{hidden[0][:40]}"', "", "put it at another side"
    for (number, one), (_, other) in itertools.combinations(placed, 2):
        if any(overlap(a, b) for a in one.areas.values() for b in other.areas.values()):
            found = f"the marks on {one.callout.target} and {other.callout.target} overlap"
            yield ("callouts", number), found, "", "mark one of them, or put a badge at another side"


def _hides(mark: Box, text: Box) -> bool:
    """Whether a mark lies on letters; a line is higher than they are."""
    x, y, width, height = text
    return overlap(mark, (x, y + height * 0.2, width, height * 0.6))


def _contrast(picture: Picture, capture: Capture, root: Path) -> Faults:
    """A mark stands out from what is under it, by its own color or by its halo's."""
    for scheme in SCHEMES if picture.callouts else ():
        inks = [luminance(colors[scheme]) for colors in (annotate.ACCENT, annotate.EDGE)]
        with Image.open(root / captures.pixels_of(picture.screen, scheme)) as screen:
            under = annotate.ground(screen, picture, capture)
        for number, mark in enumerate(marks(picture, capture)):
            for kind, area in mark.areas.items():
                brush = Brush(area, capture.scale)
                brush.draw(kind, mark, 0)
                colors = brush.under(under)
                unseen = [n for n, color in colors if max(ratio(ink, luminance(color)) for ink in inks) < SEEN]
                if sum(unseen) > UNSEEN * sum(n for n, _ in colors):
                    found = f"the {kind} on {mark.callout.target} has less than {SEEN:g}:1 against what is under it"
                    yield ("callouts", number), f"{found} ({scheme})", "", "mark another place, or change the screen"


def _files(specs: Specs, root: Path) -> Iterator[Finding]:
    """No finished file is too heavy."""
    paths = [path_of(name, scheme) for name in specs.pictures for scheme in SCHEMES]
    weights = {path: (root / path).stat().st_size for path in paths if (root / path).is_file()}
    for path, weight in weights.items():
        if weight > LARGEST:
            yield Finding(path.as_posix(), 0, 0, "shots", f"{weight} bytes", f"at most {LARGEST}", "crop tighter")
    if sum(weights.values()) > MEAN * len(weights):
        found = f"{sum(weights.values()) // len(weights)} bytes on average"
        yield Finding(SHOTS.as_posix(), 0, 0, "shots", found, f"at most {MEAN}", "crop tighter")


def _unused(specs: Specs, root: Path) -> Iterator[Finding]:
    """No finished file without a picture, no capture without a screen, no screen without a picture."""
    screens = captures.drawn(root)
    for folder, names, what in ((SHOTS, specs.pictures, "picture in shots.yml"), (CAPTURES, screens, "screen")):
        for path in sorted((root / folder).glob("[!.]*")):
            if path.name != lock.LOCK.name and path.name.partition(".")[0] not in names:
                shown = (folder / path.name).as_posix()
                yield Finding(shown, 0, 0, "shots", f"there is no such {what}", "", "remove it")
    for name in sorted(screens.keys() - {picture.screen for picture in specs.pictures.values()}):
        shown = (SCREENS / f"{name}.html").as_posix()
        yield Finding(shown, 1, 0, "shots", "no picture shows this screen", "", "add one to shots.yml, or remove it")
    for name in sorted(lock.read(root / lock.LOCK).keys() - specs.pictures.keys()):
        yield specs.finding((), f'the lock names "{name}", which is not in shots.yml', "", "run guide shots build")


def _pages(specs: Specs, root: Path) -> Iterator[Finding]:
    """Every picture stands in a page, with the alt text of shots.yml."""
    seen = set()
    for path in sorted((root / "docs").rglob("*.md")):
        source = path.read_text("utf-8", errors="replace")  # `guide check` reports what is not UTF-8
        for image in SHOWN.finditer(source):
            seen.add(image[2])
            picture, alt = specs.pictures.get(image[2]), " ".join(image[1].split())
            if picture and alt != picture.alt:
                line = source.count("\n", 0, image.start()) + 1
                found, expected = f'alt text "{alt[:40]}"', f'as in shots.yml: "{picture.alt}"'
                yield Finding(path.relative_to(root).as_posix(), line, 0, "shots", found, expected, "")
    for name in specs.pictures.keys() - seen:
        fix = "put it after its step, or remove it"
        yield specs.finding((name,), f'no page shows the picture "{name}"', "", fix)


def luminance(color: str) -> float:
    """Return the relative luminance of `rrggbb` (WCAG 2, relative luminance)."""
    parts = [value / 255 for value in bytes.fromhex(color.removeprefix("#"))]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def ratio(one: float, other: float) -> float:
    """Return the contrast of two luminances (WCAG 2, contrast ratio)."""
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)
