"""Where everything stands in a picture, in CSS pixels: decided here, drawn by annotate, measured by check."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from guide.shots.captures import Box, Capture
    from guide.shots.spec import Callout, Picture

GAP = 4  # from a target to the middle of its ring
RADIUS = 11  # of a ring's corners
STROKE, HALO = 2.5, 1.5  # of ring and arrow; what sets them off from what is under them
BADGE = 12  # radius
ARROW = 44  # from the tip to the middle of the badge, or to the end of the tail
HEAD = (11, 5.5)  # length of an arrow's head, half its width
READ_WIDTH = 358  # what a picture has on a phone of 390
SMALLEST = 11  # the smallest letters there

SIDES = {
    "left": (-1, 0),
    "right": (1, 0),
    "top": (0, -1),
    "bottom": (0, 1),
    "top-left": (-1, -1),
    "top-right": (1, -1),
    "bottom-left": (-1, 1),
    "bottom-right": (1, 1),
}
Point = tuple[float, float]


@dataclass(frozen=True)
class Mark:
    """A callout with its place in the picture: `ring` is the middle of its line, `arrow` goes from tail to tip."""

    callout: Callout
    ring: Box
    badge: Point | None
    arrow: tuple[Point, Point] | None

    @property
    def areas(self) -> dict[str, Box]:
        """What is drawn, each with the box that it fills, its halo included."""
        found = {}
        if self.callout.ring:
            x, y, width, height = self.ring
            edge = STROKE / 2 + HALO
            found["ring"] = (x - edge, y - edge, width + 2 * edge, height + 2 * edge)
        if self.arrow:
            (x1, y1), (x2, y2) = self.arrow
            edge = HEAD[1] + HALO
            found["arrow"] = (min(x1, x2) - edge, min(y1, y2) - edge, abs(x1 - x2) + 2 * edge, abs(y1 - y2) + 2 * edge)
        if self.badge:
            edge = BADGE + HALO
            found["badge"] = (self.badge[0] - edge, self.badge[1] - edge, 2 * edge, 2 * edge)
        return found


def crop_box(picture: Picture, capture: Capture) -> Box:
    """Return the part of the screen that is shown: whole CSS pixels, within the screen."""
    width, height = capture.size
    if picture.crop is None:
        return 0, 0, width, height
    if picture.crop.box:
        x, y, wide, high = picture.crop.box
        return x, y, wide, high
    boxes, margin = [capture.targets[name] for name in picture.crop.targets], picture.crop.margin
    left, top = (max(0, math.floor(min(box[axis] for box in boxes) - margin)) for axis in (0, 1))
    right, bottom = (
        min((width, height)[axis], math.ceil(max(box[axis] + box[axis + 2] for box in boxes) + margin))
        for axis in (0, 1)
    )
    return left, top, right - left, bottom - top


def marks(picture: Picture, capture: Capture) -> list[Mark]:
    """Return where each callout's marks stand in the picture."""
    left, top, _, _ = crop_box(picture, capture)
    found = []
    for callout in picture.callouts:
        x, y, width, height = capture.targets[callout.target]
        reach, half = GAP + STROKE / 2, STROKE / 2
        # The line's outer edge stands on whole pixels of the file: else it has a pale pixel on either side.
        outer = (x - left - reach, y - top - reach, x - left + width + reach, y - top + height + reach)
        edges = [round(value * capture.scale) / capture.scale for value in outer]
        ring = (edges[0] + half, edges[1] + half, edges[2] - edges[0] - STROKE, edges[3] - edges[1] - STROKE)
        found.append(_mark(callout, ring))
    return found


def _mark(callout: Callout, ring: Box) -> Mark:
    if not callout.arrow:
        x, y, width, height = ring
        dx, dy = SIDES[callout.at or "top-left"]
        corner = (x + (1 + dx) * width / 2, y + (1 + dy) * height / 2)
        return Mark(callout, ring, corner if callout.badge else None, None)
    dx, dy = SIDES[callout.arrow]
    tip = _before(ring, (dx, dy), STROKE / 2 + HALO + 1 if callout.ring else 0)
    length = ARROW / math.hypot(dx, dy)
    tail = (tip[0] + dx * length, tip[1] + dy * length)
    return Mark(callout, ring, tail if callout.badge else None, (tail, tip))


def _before(ring: Box, side: tuple[int, int], away: float) -> Point:
    """Return the point before the middle of a ring's side, or before a corner's curve, some pixels away from it."""
    x, y, width, height = ring
    dx, dy = side
    inset = (
        min(RADIUS, width / 2, height / 2) * (1 - math.sqrt(0.5)) if dx and dy else 0
    )  # the diagonal meets the curve
    reach = away / math.hypot(dx, dy) - inset
    return x + width / 2 + dx * (width / 2 + reach), y + height / 2 + dy * (height / 2 + reach)


def overlap(one: Box, other: Box) -> bool:
    """Whether two boxes have a point in common."""
    return (
        one[0] < other[0] + other[2]
        and other[0] < one[0] + one[2]
        and one[1] < other[1] + other[3]
        and other[1] < one[1] + one[3]
    )
