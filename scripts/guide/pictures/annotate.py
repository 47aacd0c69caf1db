"""Where everything stands in a picture, in CSS pixels, and how it is drawn: marks, redaction, and the drawn's strip."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from guide.data import Callout, Picture
from guide.pictures.captures import SCREENS, Box, Capture, Scheme

Point = tuple[float, float]

GAP = 4  # from a target to the middle of its ring
RADIUS = 11  # of a ring's corners
STROKE, HALO = 2.5, 1.5  # of the ring; what sets a mark off from what is under it
BADGE = 12  # radius
READ_WIDTH = 358  # what a picture has on a phone of 390
SMALLEST = 11  # the smallest letters there
COVERED = 150  # the least width, so that the length of what is covered cannot be told
SIDES = {
    "left": (-1, 0), "right": (1, 0), "top": (0, -1), "bottom": (0, 1),
    "top-left": (-1, -1), "top-right": (1, -1), "bottom-left": (-1, 1), "bottom-right": (1, 1),
}  # fmt: skip
# No single accent has 3:1 on light and on dark screens; the halo sets it off from buttons of any color.
ACCENT = {"light": "#c91a58", "dark": "#ff6a9a"}
EDGE = {"light": "#ffffff", "dark": "#101614"}
DIGIT = {"light": "#ffffff", "dark": "#2b0413"}
STRIP = {"light": ("#f1f5f3", "#d3dcd8", "#46544f"), "dark": ("#18211e", "#2e3a36", "#b0bdb8")}  # ground, line, ink
COVER = {"light": "#c3ccc8", "dark": "#4a5753"}
SHADOW = 0.22  # of a badge
WORDS = "Illustration, not a screen capture"
OVER = 4  # shapes are drawn this much larger and reduced, which smooths their edges


@dataclass(frozen=True)
class Mark:
    """A callout with its place in the picture: `ring` is the middle of its line, `badge` the middle of the digit's."""

    callout: Callout
    ring: Box
    badge: Point

    @property
    def areas(self) -> dict[str, Box]:
        """What is drawn, each with the box that it fills, its halo included."""
        x, y, width, height = self.ring
        edge, radius = STROKE / 2 + HALO, BADGE + HALO
        found = {"ring": (x - edge, y - edge, width + 2 * edge, height + 2 * edge)}
        if self.callout.badge:
            found["badge"] = (self.badge[0] - radius, self.badge[1] - radius, 2 * radius, 2 * radius)
        return found


def marks(picture: Picture, capture: Capture) -> list[Mark]:
    """Return where each callout's marks stand in the picture."""
    left, top, _, _ = picture.crop

    def sharp(value: float) -> float:
        """Return the nearest place on a whole pixel of the file: a line between two has a pale edge."""
        return round(value * capture.scale) / capture.scale

    found = []
    for callout in picture.callouts:
        x, y, width, height = capture.targets[callout.target]
        out, half = GAP + STROKE / 2, STROKE / 2  # from the target to the outer edge of the line, and to its middle
        west, east = sharp(x - left - out), sharp(x - left + width + out)
        north, south = sharp(y - top - out), sharp(y - top + height + out)
        ring = (west + half, north + half, east - west - STROKE, south - north - STROKE)
        dx, dy = SIDES[callout.at]
        badge = (ring[0] + (1 + dx) * ring[2] / 2, ring[1] + (1 + dy) * ring[3] / 2)
        found.append(Mark(callout, ring, badge))
    return found


def overlap(one: Sequence[float], other: Sequence[float]) -> bool:
    """Whether two boxes have a point in common."""
    return all(one[n] < other[n] + other[n + 2] and other[n] < one[n] + one[n + 2] for n in (0, 1))


def annotate(screen: Image.Image, picture: Picture, capture: Capture, scheme: Scheme, root: Path) -> Image.Image:
    """Return the finished picture of a captured screen: cropped, marked, with its strip if it is drawn."""
    image, scale = ground(screen, picture, capture), capture.scale
    digit = _font(600, round(15 * scale), root)
    for mark in marks(picture, capture):
        for kind, area in mark.areas.items():
            if kind == "badge":
                _shadow(image, mark.badge, scale)
            for color, grow in ((EDGE[scheme], HALO), (ACCENT[scheme], 0.0)):
                brush = Brush(area, scale)
                brush.draw(kind, mark, grow)
                brush.paint(image, color)
        if mark.callout.badge:
            middle = (mark.badge[0] * scale, mark.badge[1] * scale)
            _words(image, middle, str(mark.callout.badge), DIGIT[scheme], digit)
    return image if capture.real else _with_strip(image, scale, scheme, root)


def ground(screen: Image.Image, picture: Picture, capture: Capture) -> Image.Image:
    """Return what lies under the marks: the part of the screen that is shown."""
    left, top, width, height = (value * capture.scale for value in picture.crop)
    return screen.convert("RGB").crop((left, top, left + width, top + height))


def cover(image: Image.Image, box: Box, scale: int, scheme: Scheme) -> None:
    """Fill a box with one color, corners included: nothing of what was there is left."""
    x, y, width, height = box
    left, top = math.floor(x * scale), math.floor(y * scale)
    right, bottom = math.ceil((x + max(width, COVERED)) * scale), math.ceil((y + height) * scale)
    image.paste(COVER[scheme], (max(left, 0), max(top, 0), min(right, image.width), min(bottom, image.height)))


def _shadow(image: Image.Image, middle: Point, scale: int) -> None:
    blur, radius = 2 * scale, round((BADGE + HALO) * scale)
    size = 2 * (radius + 3 * blur)
    mask = Image.new("L", (size, size))
    ImageDraw.Draw(mask).ellipse((3 * blur, 3 * blur, size - 3 * blur, size - 3 * blur), fill=round(255 * SHADOW))
    left, top = (round(value * scale) - size // 2 for value in middle)
    image.paste("#000000", (left, top + scale), mask.filter(ImageFilter.GaussianBlur(blur)))


def _words(image: Image.Image, middle: Point, text: str, color: str, font: ImageFont.FreeTypeFont) -> None:
    """Write words whose ink, not whose line, has its middle at a place (pixels)."""
    left, top, right, bottom = font.getbbox(text)
    place = (round(middle[0] - (left + right) / 2), round(middle[1] - (top + bottom) / 2))
    ImageDraw.Draw(image).text(place, text, color, font)


def _with_strip(image: Image.Image, scale: int, scheme: Scheme, root: Path) -> Image.Image:
    """Return the picture with the strip below, whose letters are read on a phone too."""
    size = strip_size(image.width / scale)
    height = round(size * 2.2) * scale
    fill, line, ink = STRIP[scheme]
    whole = Image.new("RGB", (image.width, image.height + height), fill)
    whole.paste(image, (0, 0))
    whole.paste(line, (0, image.height, whole.width, image.height + scale // 2))
    _words(whole, (whole.width / 2, image.height + height / 2), WORDS, ink, _font(400, round(size * scale), root))
    return whole


def strip_size(width: float) -> float:
    """Return the size of the strip's letters in a picture of this width, in CSS pixels."""
    return SMALLEST * max(1.0, width / READ_WIDTH)


def strip_width(width: float, root: Path) -> float:
    """Return how wide the strip's words are in a picture of this width, in CSS pixels."""
    return _font(400, round(strip_size(width) * 8), root).getlength(WORDS) / 8


class Brush:
    """Draws a shape, given in CSS pixels, within an area, and paints it smoothly with one color."""

    def __init__(self, area: Box, scale: int) -> None:
        x, y, width, height = area
        self.left, self.top = math.floor(x * scale), math.floor(y * scale)
        self.unit = scale * OVER
        size = (math.ceil((x + width) * scale) - self.left, math.ceil((y + height) * scale) - self.top)
        self.mask = Image.new("L", (size[0] * OVER, size[1] * OVER))
        self.pen = ImageDraw.Draw(self.mask)

    def at(self, x: float, y: float) -> Point:
        """Return a place in the mask's own pixels."""
        return x * self.unit - self.left * OVER, y * self.unit - self.top * OVER

    def draw(self, kind: str, mark: Mark, grow: float) -> None:
        """Draw the ring or the badge of a mark; `grow` makes it larger all around."""
        if kind == "badge":
            (x, y), radius = mark.badge, BADGE + grow
            (left, top), (right, bottom) = self.at(x - radius, y - radius), self.at(x + radius, y + radius)
            self.pen.ellipse((left, top, right - 1, bottom - 1), 255)
            return
        (x, y, width, height), line = mark.ring, STROKE + 2 * grow
        left, top = self.at(x - line / 2, y - line / 2)
        right, bottom = self.at(x + width + line / 2, y + height + line / 2)
        radius = (min(RADIUS, width / 2, height / 2) + line / 2) * self.unit
        box = (left, top, right - 1, bottom - 1)
        self.pen.rounded_rectangle(box, radius, None, 255, width=round(line * self.unit))

    def under(self, image: Image.Image) -> list[tuple[int, str]]:
        """Return the colors of an image where something was drawn, each with the number of its pixels."""
        mask = self.mask.reduce(OVER).point(lambda value: 255 * (value > 127))
        part = image.crop((self.left, self.top, self.left + mask.width, self.top + mask.height))
        part.putalpha(mask)
        colors: Any = part.getcolors(mask.width * mask.height)
        return [(count, bytes(color[:3]).hex()) for count, color in colors if color[3]]

    def paint(self, image: Image.Image, color: str) -> None:
        """Paint what was drawn."""
        image.paste(color, (self.left, self.top), self.mask.reduce(OVER))


@cache
def _font(weight: int, size: int, root: Path) -> ImageFont.FreeTypeFont:
    # Basic layout: the same letters whether or not the system has a library for complex scripts.
    path = root / SCREENS / "fonts" / f"inter-{weight}.woff2"
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)
