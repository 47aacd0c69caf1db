"""What each picture shows: `shots.yml`, its schema, and whether the captures have what it names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, model_validator

from guide.findings import CannotRunError, Finding, lines, nearest
from guide.pictures import captures
from guide.pictures.captures import SCREENS, Capture
from guide.yamlfile import Places, Strict, read

SPEC = SCREENS / "shots.yml"
SHOTS = Path("docs/assets/shots")
Side = Literal["left", "right", "top", "bottom", "top-left", "top-right", "bottom-left", "bottom-right"]
Length = Annotated[int, Field(ge=0)]  # CSS pixels
NAME = "^[a-z0-9]+(-[a-z0-9]+)*$"  # of a picture, whose files have it, and of a target


class Crop(Strict):
    """The part of the screen that is shown, in CSS pixels: a `box`, or what holds all `targets` with a `margin`."""

    targets: list[str] = Field(default_factory=list)
    margin: Length = 16
    box: Annotated[list[Length], Field(min_length=4, max_length=4)] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Crop:
        if bool(self.targets) == bool(self.box) or (self.box and "margin" in self.model_fields_set):
            raise ValueError("either targets, with a margin, or a box")
        return self


class Callout(Strict):
    """A mark on a target: a `ring`, a `badge` with a digit `at` a side of it, an `arrow` that comes from a side."""

    target: str
    ring: bool = True
    badge: Annotated[int, Field(ge=1, le=9)] | None = None
    at: Side | None = None
    arrow: Side | None = None

    @model_validator(mode="after")
    def _used(self) -> Callout:
        if self.at and (self.arrow or not self.badge):
            raise ValueError("at only with a badge, and not with an arrow, whose tail bears the badge")
        return self


class Picture(Strict):
    """A picture: a screen, the part of it, the marks on it, and the words that go with it.

    With `spotlight` all but the callouts' targets is darker. What is in `redact` is covered for good.
    """

    screen: str
    crop: Crop | None = None
    callouts: list[Callout] = Field(default_factory=list)
    spotlight: bool = False
    redact: list[str] = Field(default_factory=list)
    alt: str
    caption: str

    @property
    def named(self) -> Iterator[tuple[tuple[Any, ...], str]]:
        """Every target that is named, with the keys that lead to it."""
        crop = self.crop.targets if self.crop else []
        yield from ((("crop", "targets", i), name) for i, name in enumerate(crop))
        yield from ((("callouts", i, "target"), callout.target) for i, callout in enumerate(self.callouts))
        yield from ((("redact", i), name) for i, name in enumerate(self.redact))


Pictures = dict[Annotated[str, StringConstraints(pattern=NAME)], Picture]


@dataclass(frozen=True)
class Specs:
    """All pictures, with the places of their words in shots.yml, and what is known of each captured screen."""

    pictures: dict[str, Picture]
    places: Places
    captures: dict[str, Capture]

    def finding(self, keys: tuple[Any, ...], found: str, expected: str = "", fix: str = "") -> Finding:
        """Return a finding at the place that `keys` lead to."""
        return Finding(SPEC.as_posix(), *self.places.of(keys), "shots", found, expected, fix)


def load(root: Path) -> tuple[Specs, list[Finding]]:
    """Read shots.yml; findings where it is wrong in itself, or names what the captures do not have."""
    pictures, places, findings = read(root / SPEC, Pictures, rule="shots")
    screens = captures.drawn(root)
    known = {screen: capture for screen in screens if (capture := captures.read(screen, root))}
    specs = Specs(pictures or {}, places, known)
    for name, picture in specs.pictures.items():
        wrong = _not_captured(picture, screens, known, root) or list(_misnamed(picture, known[picture.screen]))
        findings += [specs.finding((name, *keys), *said) for keys, *said in wrong]
    return specs, findings


def require(root: Path) -> Specs:
    """Return the pictures, or raise CannotRunError with the first thing that is wrong in shots.yml."""
    specs, findings = load(root)
    if findings:
        raise CannotRunError(lines(findings)[0])
    return specs


def _not_captured(
    picture: Picture, screens: dict[str, Path], known: dict[str, Capture], root: Path
) -> list[tuple[tuple[Any, ...], str, str, str]]:
    name, capture = picture.screen, known.get(picture.screen)
    if name not in screens:
        return [(("screen",), f'no screen "{name}"', "a file beside this one", nearest(name, screens) or "draw it")]
    why = captures.outdated(name, capture, root)
    fix = "import it again" if capture and capture.real else "run guide shots capture"
    return [(("screen",), f'screen "{name}" {why}', "", fix)] if why else []


def _misnamed(picture: Picture, capture: Capture) -> Iterator[tuple[tuple[Any, ...], str, str, str]]:
    for keys, target in picture.named:
        if target not in capture.targets:
            expected = f"one of: {', '.join(sorted(capture.targets)) or 'none is named there'}"
            fix = nearest(target, capture.targets)
            yield keys, f'no target "{target}" in {picture.screen}', expected, fix
    x, y, width, height = (picture.crop and picture.crop.box) or (0, 0, 1, 1)
    if not width or not height or x + width > capture.size[0] or y + height > capture.size[1]:
        yield ("crop", "box"), "a box outside the screen", f"within {capture.size[0]}x{capture.size[1]}", ""
