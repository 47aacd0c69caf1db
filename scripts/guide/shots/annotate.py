"""Marks on a picture: ring, badge, arrow, spotlight, redaction, and the strip that says that it is drawn."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from guide.shots.captures import SCREENS
from guide.shots.layout import BADGE, HALO, HEAD, RADIUS, READ_WIDTH, SMALLEST, STROKE, crop_box, marks

if TYPE_CHECKING:
    from collections.abc import Callable

    from guide.shots.captures import Box, Capture, Scheme
    from guide.shots.layout import Mark, Point
    from guide.shots.spec import Picture

    # Draws a shape on a mask; `unit` is how many of the mask's pixels make a CSS pixel, `at` turns places into its own.
    Shape = Callable[[ImageDraw.ImageDraw, float, Callable[[float, float], Point]], None]

# No single accent has 3:1 on light and on dark screens; the halo sets it off from buttons of any colour.
ACCENT = {"light": "#c91a58", "dark": "#ff6a9a"}
EDGE = {"light": "#ffffff", "dark": "#101614"}
DIGIT = {"light": "#ffffff", "dark": "#2b0413"}
STRIP = {"light": ("#f1f5f3", "#d3dcd8", "#46544f"), "dark": ("#18211e", "#2e3a36", "#b0bdb8")}  # ground, line, ink
COVER = {"light": "#c3ccc8", "dark": "#4a5753"}
DIM = {"light": 0.23, "dark": 0.20}  # more, and secondary text falls under 4.5:1
SHADOW = 0.22  # of a badge
COVERED = 150  # CSS pixels, the least width, so that the length of what is covered cannot be told
WORDS = "Illustration, not a screen capture"
OVER = 4  # shapes are drawn this much larger and reduced, which smooths their edges


def annotate(screen: Image.Image, picture: Picture, capture: Capture, scheme: Scheme, root: Path) -> Image.Image:
    """Return the finished picture of a captured screen: covered, cropped, marked, with its strip if it is drawn."""
    image = ground(screen, picture, capture, scheme)
    canvas = Canvas(image, capture.scale, scheme, root)
    for mark in marks(picture, capture):
        canvas.mark(mark)
    return image if capture.real else canvas.with_strip()


def ground(screen: Image.Image, picture: Picture, capture: Capture, scheme: Scheme) -> Image.Image:
    """Return what lies under the marks: the part of the screen that is shown, covered and dimmed where asked for."""
    image = screen.convert("RGB")
    for name in picture.redact:  # before anything else, so that nothing of it reaches the picture
        cover(image, capture.targets[name], capture.scale, scheme)
    scale = capture.scale
    left, top, width, height = (int(value) * scale for value in crop_box(picture, capture))
    image = image.crop((left, top, left + width, top + height))
    if picture.spotlight:
        mask = Image.new("L", image.size, round(255 * DIM[scheme]))
        for mark in marks(picture, capture):
            _paint(mask, scale, mark.ring, 0, _frame(mark.ring, 0))
        image.paste("#000000", (0, 0), mask)
    return image


def cover(image: Image.Image, box: Box, scale: int, scheme: Scheme) -> None:
    """Fill a box with one colour, corners included: nothing of what was there is left."""
    x, y, width, height = box
    left, top = math.floor(x * scale), math.floor(y * scale)
    right, bottom = math.ceil((x + max(width, COVERED)) * scale), math.ceil((y + height) * scale)
    image.paste(COVER[scheme], (max(left, 0), max(top, 0), min(right, image.width), min(bottom, image.height)))


class Canvas:
    """A picture that is being marked."""

    def __init__(self, image: Image.Image, scale: int, scheme: Scheme, root: Path) -> None:
        self.image, self.scale, self.scheme, self.root = image, scale, scheme, root

    def mark(self, mark: Mark) -> None:
        """Draw a callout's ring, then its arrow, then its badge, each on its halo."""
        accent, edge = ACCENT[self.scheme], EDGE[self.scheme]
        if mark.callout.ring:
            for colour, line in ((edge, STROKE + 2 * HALO), (accent, STROKE)):
                _paint(self.image, self.scale, mark.areas["ring"], colour, _frame(mark.ring, line))
        if mark.arrow:
            for colour, grow in ((edge, HALO), (accent, 0)):
                _paint(self.image, self.scale, mark.areas["arrow"], colour, _arrow(*mark.arrow, grow))
        if mark.badge:
            self._shadow(mark.badge)
            for colour, radius in ((edge, BADGE + HALO), (accent, BADGE)):
                _paint(self.image, self.scale, mark.areas["badge"], colour, _disc(mark.badge, radius))
            self.words(mark.badge, str(mark.callout.badge), DIGIT[self.scheme], 600, 15)

    def words(self, middle: Point, text: str, colour: str, weight: int, size: float) -> None:
        """Write words whose ink, not whose line, has its middle at a place (CSS pixels)."""
        font = _font(weight, round(size * self.scale), self.root)
        left, top, right, bottom = font.getbbox(text)
        place = (round(middle[0] * self.scale - (left + right) / 2), round(middle[1] * self.scale - (top + bottom) / 2))
        ImageDraw.Draw(self.image).text(place, text, colour, font)

    def _shadow(self, middle: Point) -> None:
        blur, radius = 2 * self.scale, round((BADGE + HALO) * self.scale)
        size = 2 * (radius + 3 * blur)
        mask = Image.new("L", (size, size))
        ImageDraw.Draw(mask).ellipse((3 * blur, 3 * blur, size - 3 * blur, size - 3 * blur), fill=round(255 * SHADOW))
        left, top = (round(value * self.scale) - size // 2 for value in middle)
        self.image.paste("#000000", (left, top + self.scale), mask.filter(ImageFilter.GaussianBlur(blur)))

    def with_strip(self) -> Image.Image:
        """Return the picture with the strip below, whose letters are read on a phone too."""
        size = strip_size(self.image.width / self.scale)
        height = round(size * 2.2) * self.scale
        fill, line, ink = STRIP[self.scheme]
        whole = Image.new("RGB", (self.image.width, self.image.height + height), fill)
        whole.paste(self.image, (0, 0))
        whole.paste(line, (0, self.image.height, whole.width, self.image.height + self.scale // 2))
        middle = (whole.width / self.scale / 2, (self.image.height + height / 2) / self.scale)
        Canvas(whole, self.scale, self.scheme, self.root).words(middle, WORDS, ink, 400, size)
        return whole


def strip_size(width: float) -> float:
    """Return the size of the strip's letters in a picture of this width, in CSS pixels."""
    return SMALLEST * max(1.0, width / READ_WIDTH)


def strip_width(width: float, root: Path) -> float:
    """Return how wide the strip's words are in a picture of this width, in CSS pixels."""
    return _font(400, round(strip_size(width) * 8), root).getlength(WORDS) / 8


def _frame(ring: Box, line: float) -> Shape:
    """A frame whose line has its middle on the ring; without a line, what lies within."""

    def draw(pen: ImageDraw.ImageDraw, unit: float, at: Callable[[float, float], Point]) -> None:
        x, y, width, height = ring
        (left, top), (right, bottom) = at(x - line / 2, y - line / 2), at(x + width + line / 2, y + height + line / 2)
        radius = (min(RADIUS, width / 2, height / 2) + line / 2) * unit
        if line:
            pen.rounded_rectangle((left, top, right - 1, bottom - 1), radius, outline=255, width=round(line * unit))
        else:
            pen.rounded_rectangle((left, top, right - 1, bottom - 1), radius, fill=255)

    return draw


def _disc(middle: Point, radius: float) -> Shape:
    def draw(pen: ImageDraw.ImageDraw, unit: float, at: Callable[[float, float], Point]) -> None:
        x, y = at(*middle)
        pen.ellipse((x - radius * unit, y - radius * unit, x + radius * unit - 1, y + radius * unit - 1), fill=255)

    return draw


def _arrow(tail: Point, tip: Point, grow: float) -> Shape:
    """A shaft and a head; `grow` makes both larger all around, with round corners."""

    def draw(pen: ImageDraw.ImageDraw, unit: float, at: Callable[[float, float], Point]) -> None:
        length = math.hypot(tip[0] - tail[0], tip[1] - tail[1])
        dx, dy = (tip[0] - tail[0]) / length, (tip[1] - tail[1]) / length

        def along(back: float, aside: float) -> Point:
            return at(tip[0] - dx * back - dy * aside, tip[1] - dy * back + dx * aside)

        head = [along(0, 0), along(HEAD[0], HEAD[1]), along(HEAD[0] * 0.8, 0), along(HEAD[0], -HEAD[1])]
        pen.line([along(HEAD[0] * 0.8, 0), at(*tail)], 255, round((STROKE + 2 * grow) * unit))
        pen.polygon(head, 255)
        round_end = (STROKE / 2 + grow) * unit
        x, y = at(*tail)
        pen.ellipse((x - round_end, y - round_end, x + round_end, y + round_end), 255)
        if grow:
            pen.line([*head, head[0], head[1]], 255, round(2 * grow * unit), joint="curve")

    return draw


def _paint(image: Image.Image, scale: int, area: Box, colour: str | int, shape: Shape) -> None:
    """Paint a shape through a smooth mask of its own bounds; `area` holds the shape (CSS pixels)."""
    left, top = (math.floor(value * scale) for value in area[:2])
    right, bottom = math.ceil((area[0] + area[2]) * scale), math.ceil((area[1] + area[3]) * scale)
    mask = Image.new("L", ((right - left) * OVER, (bottom - top) * OVER))
    unit = scale * OVER
    shape(ImageDraw.Draw(mask), unit, lambda x, y: (x * unit - left * OVER, y * unit - top * OVER))
    image.paste(colour, (left, top, right, bottom), mask.reduce(OVER))


@cache
def _font(weight: int, size: int, root: Path) -> ImageFont.FreeTypeFont:
    # Basic layout: the same letters whether or not the system has a library for complex scripts.
    path = root / SCREENS / "fonts" / f"inter-{weight}.woff2"
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)
