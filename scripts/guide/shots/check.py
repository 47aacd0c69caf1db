"""What is wrong with the pictures: out of date, too heavy, marks that cannot be seen, words that do not fit."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from guide.findings import Finding
from guide.shots import spec
from guide.shots.annotate import ACCENT, BADGE, DIM, HALO, Mark, marks
from guide.shots.build import read_lock, stale
from guide.shots.spec import SCHEMES, SCREENS, SHOTS, Box, Capture, Scheme, Specs, crop_box

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST, MEAN = 100_000, 60_000  # bytes; a third of what peers allow
ALT = (40, 150)  # characters
SEEN, READ = 3.0, 4.5  # contrast ratios: WCAG 1.4.11 for marks, 1.4.3 for text
UNSEEN = 0.02  # share of a mark's edge that may fall short


def check(root: Path = Path()) -> list[Finding]:
    """Return everything that is wrong with the pictures and what they are made from."""
    specs, findings = spec.load(root)
    findings = [*findings, *spec.unknown(specs, root)]
    if findings:
        return findings
    findings = [finding for name in specs.pictures for finding in _words(specs, name)]
    for name, picture in specs.pictures.items():
        capture = spec.capture_of(picture.screen, root)
        if capture:
            findings += _placed(specs, name, capture)
            findings += _contrast(specs, name, capture, root)
    findings += [
        specs.finding((name,), f'picture "{name}" is missing or out of date', "", "run guide shots build")
        for name in stale(specs, root)
    ]
    return [*findings, *_files(specs, root)]


def _words(specs: Specs, name: str) -> Iterator[Finding]:
    alt, (least, most) = specs.pictures[name].alt, ALT
    if not least <= len(alt) <= most:
        yield specs.finding((name, "alt"), f"{len(alt)} characters", f"{least} to {most} characters")
    if not alt.endswith("."):
        yield specs.finding((name, "alt"), f'"{alt[-20:]}"', "a sentence, with its full stop")
    for words in ("image of", "picture of", "screenshot"):
        if words in alt.lower():
            yield specs.finding((name, "alt"), f'"{words}"', "what the screen is and what is marked")


def _placed(specs: Specs, name: str, capture: Capture) -> Iterator[Finding]:
    """Every mark lies within the picture, and no badge on another mark."""
    _, _, width, height = crop_box(specs.pictures[name], capture)
    placed = marks(specs.pictures[name], capture)
    for number, mark in enumerate(placed):
        for what, (x, y, w, h) in _areas(mark):
            if x < 0 or y < 0 or x + w > width or y + h > height:
                found = f"the {what} on {mark.callout.target} stands out of the picture"
                yield specs.finding((name, "callouts", number), found, "", "widen the crop, or put the mark elsewhere")
    for (first, one), (_, other) in itertools.combinations(enumerate(placed), 2):
        if any(_overlap(a, b) for _, a in _areas(one) for _, b in _areas(other)):
            found = f"the marks on {one.callout.target} and {other.callout.target} overlap"
            yield specs.finding((name, "callouts", first), found, "", "put a badge at another corner")


def _areas(mark: Mark) -> Iterator[tuple[str, Box]]:
    if mark.callout.ring:
        yield "ring", mark.ring
    if mark.badge:
        x, y = mark.badge
        yield "badge", (x - BADGE, y - BADGE, 2 * BADGE, 2 * BADGE)


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[0] + b[2] and b[0] < a[0] + a[2] and a[1] < b[1] + b[3] and b[1] < a[1] + a[3]


def _contrast(specs: Specs, name: str, capture: Capture, root: Path) -> Iterator[Finding]:
    """Ring and badge stand out from what is under them, by their own colour or by their halo's; dimmed text is read."""
    picture = specs.pictures[name]
    left, top, _, _ = crop_box(picture, capture)
    for scheme in SCHEMES:
        inked = (luminance(_rgb(ACCENT[scheme])), luminance(_rgb(HALO[scheme])))
        with Image.open(root / SCREENS / "captures" / f"{picture.screen}.{scheme}.webp") as file:
            screen = file.convert("RGB")
        for number, mark in enumerate(marks(picture, capture)):
            under = [
                luminance(colour)
                for _, area in _areas(mark)
                for colour in _edge(screen, area, (left, top), capture.scale)
            ]
            unseen = sum(max(_ratio(ink, one) for ink in inked) < SEEN for one in under)
            if under and unseen / len(under) > UNSEEN:
                found = f"the mark on {mark.callout.target} has less than {SEEN}:1 against what is under it ({scheme})"
                yield specs.finding((name, "callouts", number), found, "", "mark another place, or change the screen")
        if any(callout.spotlight for callout in picture.callouts):
            yield from _dimmed(specs, name, capture, scheme)


def _dimmed(specs: Specs, name: str, capture: Capture, scheme: Scheme) -> Iterator[Finding]:
    lit = {callout.target for callout in specs.pictures[name].callouts}
    for ink, ground, target in capture.inks[scheme]:
        if target in lit:
            continue
        tones = [luminance(tuple(round(v * (1 - DIM[scheme])) for v in _css(colour))) for colour in (ink, ground)]
        if _ratio(*tones) < READ:
            found = f"{ink} on {ground} has {_ratio(*tones):.2f}:1 outside the spotlight ({scheme})"
            yield specs.finding((name, "callouts"), found, f"at least {READ}:1", "take the spotlight away")
            return


def _edge(screen: Image.Image, area: Box, origin: tuple[float, float], scale: int) -> Iterator[tuple[int, ...]]:
    """Yield the screen's colours under the edge of a mark, a pixel every two."""
    x, y, width, height = (round(value * scale) for value in (area[0] + origin[0], area[1] + origin[1], *area[2:]))
    points = [(x + i, edge) for i in range(0, width, 2) for edge in (y, y + height)]
    points += [(edge, y + i) for i in range(0, height, 2) for edge in (x, x + width)]
    for px, py in points:
        if 0 <= px < screen.width and 0 <= py < screen.height:
            colour = screen.getpixel((px, py))
            if isinstance(colour, tuple):
                yield colour


def _files(specs: Specs, root: Path) -> Iterator[Finding]:
    """The finished files: none unused, none too heavy, light and dark alike, nothing in them but pixels."""
    named = {f"{name}.{scheme}.webp": name for name in specs.pictures for scheme in SCHEMES}
    sizes: dict[str, list[tuple[int, int]]] = {}
    weights = []
    for path in sorted((root / SHOTS).glob("*.webp")):
        shown = (SHOTS / path.name).as_posix()
        if path.name not in named:
            yield Finding(shown, 0, 0, "shots", "no picture of shots.yml", "", "remove the file")
            continue
        data = path.read_bytes()
        weights.append(len(data))
        if len(data) > LARGEST:
            yield Finding(shown, 0, 0, "shots", f"{len(data)} bytes", f"at most {LARGEST}", "crop tighter")
        for chunk in (b"EXIF", b"XMP ", b"ICCP"):
            if chunk in data[:64] or chunk in data[-65536:]:
                yield Finding(shown, 0, 0, "shots", f"a chunk {chunk.decode()}", "pixels only", "run guide shots build")
        with Image.open(path) as image:
            sizes.setdefault(named[path.name], []).append(image.size)
    for name, found in sizes.items():
        if len(set(found)) > 1:
            yield specs.finding((name,), "light and dark differ in size", "", "run guide shots build --force")
    if weights and sum(weights) / len(weights) > MEAN:
        found_mean = f"{sum(weights) // len(weights)} bytes on average"
        yield Finding(SHOTS.as_posix(), 0, 0, "shots", found_mean, f"at most {MEAN}", "crop tighter")
    for name in sorted(set(read_lock(root)) - set(specs.pictures)):
        yield specs.finding((), f'the lock names "{name}", which is not in shots.yml', "", "run guide shots build")


def _rgb(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour.removeprefix("#")))


def _css(colour: str) -> tuple[int, ...]:
    """Return the parts of `rgb(1, 2, 3)`; an alpha is left out."""
    return tuple(int(float(part)) for part in colour[colour.index("(") + 1 : -1].split(",")[:3])


def luminance(colour: tuple[int, ...]) -> float:
    """Return the relative luminance of an sRGB colour (WCAG 2, definition of relative luminance)."""
    parts = [value / 255 for value in colour[:3]]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _ratio(one: float, other: float) -> float:
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)
