"""Marks on a picture: ring, badge, arrow, spotlight, redaction, and the strip that says that it is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

from guide.shots.spec import SCREENS, Box, Callout, Capture, Picture, Scheme, crop_box

if TYPE_CHECKING:
    from collections.abc import Callable

# No single accent has 3:1 on light and on dark screens; the halo sets it off from buttons of any colour.
ACCENT = {"light": "#c91a58", "dark": "#ff6a9a"}
HALO = {"light": "#ffffff", "dark": "#101614"}
DIGIT = {"light": "#ffffff", "dark": "#2b0413"}
STRIP = {"light": ("#eef3f1", "#46544f"), "dark": ("#18211e", "#b0bdb8")}
REDACTION = {"light": "#c3ccc8", "dark": "#4a5753"}
DIM = {"light": 0.23, "dark": 0.20}  # more, and secondary text falls under 4.5:1
WORDS = "Illustration, not a screen capture"

GAP, STROKE, EDGE, RADIUS = 4, 2.5, 1.5, 9  # CSS pixels: ring from target, its line, the halo, its corners
BADGE = 12  # CSS pixels, radius
REDACTED = 150  # CSS pixels, the least width, so that the length of what is covered cannot be told
READ_WIDTH = 358  # CSS pixels, what a picture has on a phone of 390
SMALLEST = 11  # CSS pixels, the smallest letters there
OVER = 4  # shapes are drawn this much larger and reduced, which smooths their edges


@dataclass(frozen=True)
class Mark:
    """A callout with its place: boxes in CSS pixels of the picture, the badge by its centre."""

    callout: Callout
    ring: Box
    badge: tuple[float, float] | None


def marks(picture: Picture, capture: Capture) -> list[Mark]:
    """Return where each callout's marks stand in the picture."""
    left, top, _, _ = crop_box(picture, capture)
    found = []
    for callout in picture.callouts:
        x, y, width, height = capture.targets[callout.target]
        ring = (x - left - GAP, y - top - GAP, width + 2 * GAP, height + 2 * GAP)
        found.append(Mark(callout, ring, _badge(callout, ring) if callout.badge else None))
    return found


def _badge(callout: Callout, ring: Box) -> tuple[float, float]:
    x, y, width, height = ring
    if callout.arrow:  # at the arrow's tail
        return {
            "left": (x - 46, y + height / 2),
            "right": (x + width + 46, y + height / 2),
            "top": (x + width / 2, y - 46),
            "bottom": (x + width / 2, y + height + 46),
        }[callout.arrow]
    horizontal = x if "left" in callout.at else x + width
    vertical = y if "top" in callout.at else y + height if "bottom" in callout.at else y + height / 2
    return horizontal, vertical


def annotate(
    screen: Image.Image, picture: Picture, capture: Capture, scheme: Scheme, root: Path = Path()
) -> Image.Image:
    """Return the finished picture of a captured screen: redacted, cropped, marked, with its strip if drawn."""
    scale = capture.scale
    image = screen.convert("RGB")
    for callout in picture.callouts:
        if callout.redact:  # before anything else, so that nothing of it reaches the picture
            x, y, width, height = capture.targets[callout.target]
            area = [round(v * scale) for v in (x, y, x + max(width, REDACTED), y + height)]
            ImageDraw.Draw(image).rectangle((area[0], area[1], area[2] - 1, area[3] - 1), fill=REDACTION[scheme])
    left, top, width, height = crop_box(picture, capture)
    image = image.crop([round(v * scale) for v in (left, top, left + width, top + height)])  # type: ignore[arg-type]
    placed = marks(picture, capture)
    lit = [mark.ring for mark in placed]
    if any(mark.callout.spotlight for mark in placed):
        _dim(image, lit, scale, scheme)
    for mark in placed:
        if not mark.callout.redact:
            _mark(image, mark, scale, scheme, root)
    return image if capture.real else _strip(image, scale, scheme, root)


def _mark(image: Image.Image, mark: Mark, scale: int, scheme: Scheme, root: Path) -> None:
    x, y, width, height = mark.ring
    accent, halo = ACCENT[scheme], HALO[scheme]
    if mark.callout.ring:
        half = STROKE / 2
        for colour, line in ((halo, STROKE + 2 * EDGE), (accent, STROKE)):
            grow = line / 2
            outer = (x - grow + half, y - grow + half, width + 2 * grow - STROKE, height + 2 * grow - STROKE)
            _paint(image, outer, scale, colour, _outline(line))
    if mark.callout.arrow and mark.badge:
        _arrow(image, mark, scale, scheme)
    if mark.badge:
        cx, cy = mark.badge
        for colour, radius in ((halo, BADGE + EDGE), (accent, BADGE)):
            _paint(image, (cx - radius, cy - radius, 2 * radius, 2 * radius), scale, colour, _ellipse)
        text = str(mark.callout.badge)
        ImageDraw.Draw(image).text(
            (round(cx * scale), round(cy * scale)), text, DIGIT[scheme], _font(600, 14 * scale, root), anchor="mm"
        )


def _outline(line: float) -> Callable[[ImageDraw.ImageDraw, list[float], float], None]:
    def draw(pen: ImageDraw.ImageDraw, area: list[float], unit: float) -> None:
        pen.rounded_rectangle(area, radius=RADIUS * unit, outline=255, width=max(1, round(line * unit)))

    return draw


def _ellipse(pen: ImageDraw.ImageDraw, area: list[float], _: float) -> None:
    pen.ellipse(area, fill=255)


def _arrow(image: Image.Image, mark: Mark, scale: int, scheme: Scheme) -> None:
    """Draw a line with a head, from the badge to the ring."""
    assert mark.badge  # noqa: S101 - for the type checker: only arrows with a badge come here
    x, y, width, height = mark.ring
    (cx, cy), side = mark.badge, mark.callout.arrow
    tip = {
        "left": (x - 3, cy),
        "right": (x + width + 3, cy),
        "top": (cx, y - 3),
        "bottom": (cx, y + height + 3),
    }[side or "left"]
    dx, dy = (tip[0] > cx) - (tip[0] < cx), (tip[1] > cy) - (tip[1] < cy)
    area = (min(cx, tip[0]) - 10, min(cy, tip[1]) - 10, abs(tip[0] - cx) + 20, abs(tip[1] - cy) + 20)

    def shape(grow: float) -> Callable[[ImageDraw.ImageDraw, list[float], float], None]:
        def draw(pen: ImageDraw.ImageDraw, bounds: list[float], unit: float) -> None:
            def place(px: float, py: float) -> tuple[float, float]:
                return bounds[0] + (px - area[0]) * unit, bounds[1] + (py - area[1]) * unit

            end = (tip[0] - 8 * dx, tip[1] - 8 * dy)
            pen.line([place(cx, cy), place(*end)], fill=255, width=round((STROKE + 2 * grow) * unit))
            head, spread = 10 + 2 * grow, 6 + 2 * grow
            point = (tip[0] + grow * dx, tip[1] + grow * dy)
            back = (point[0] - head * dx, point[1] - head * dy)
            wings = [(back[0] + spread * dy, back[1] + spread * dx), (back[0] - spread * dy, back[1] - spread * dx)]
            pen.polygon([place(*point), place(*wings[0]), place(*wings[1])], fill=255)

        return draw

    _paint(image, area, scale, HALO[scheme], shape(EDGE))
    _paint(image, area, scale, ACCENT[scheme], shape(0))


def _paint(
    image: Image.Image,
    area: Box,
    scale: int,
    colour: str,
    draw: Callable[[ImageDraw.ImageDraw, list[float], float], None],
) -> None:
    """Paint a shape through a smooth mask of its own bounds (CSS pixels)."""
    x, y, width, height = (value * scale for value in area)
    left, top = int(x) - 1, int(y) - 1
    mask = Image.new("L", ((int(width) + 4) * OVER, (int(height) + 4) * OVER))
    bounds = [(x - left) * OVER, (y - top) * OVER, (x - left + width) * OVER, (y - top + height) * OVER]
    draw(ImageDraw.Draw(mask), bounds, scale * OVER)
    mask = mask.reduce(OVER)
    image.paste(colour, (left, top, left + mask.width, top + mask.height), mask)


def _dim(image: Image.Image, lit: list[Box], scale: int, scheme: Scheme) -> None:
    """Darken everything but what is marked."""
    mask = Image.new("L", image.size, round(255 * DIM[scheme]))
    pen = ImageDraw.Draw(mask)
    for x, y, width, height in lit:
        pen.rounded_rectangle([v * scale for v in (x, y, x + width, y + height)], radius=RADIUS * scale, fill=0)
    image.paste("#000000", (0, 0), mask)


def _strip(image: Image.Image, scale: int, scheme: Scheme, root: Path) -> Image.Image:
    """Add the strip below; its letters are large enough on a phone, where the picture is made to fit."""
    width = image.width / scale
    size = SMALLEST * max(1.0, width / READ_WIDTH) * scale
    height = round(size * 2)
    ground, ink = STRIP[scheme]
    whole = Image.new("RGB", (image.width, image.height + height + height % 2), ground)
    whole.paste(image, (0, 0))
    middle = (whole.width // 2, image.height + height // 2)
    ImageDraw.Draw(whole).text(middle, WORDS, ink, _font(400, round(size), root), anchor="mm")
    return whole


@cache
def _font(weight: int, size: int, root: Path) -> ImageFont.FreeTypeFont:
    path = root / SCREENS / "fonts" / f"inter-{weight}.woff2"
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)
