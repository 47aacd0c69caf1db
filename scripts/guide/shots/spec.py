"""What each picture shows: `shots.yml`, its schema, and what can be wrong in it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from guide.findings import CannotRunError, Finding, lines, nearest
from guide.yamlfile import Places, Strict, parse

SCREENS = Path("docs/assets/screens")
SHOTS = Path("docs/assets/shots")
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
Box = tuple[float, float, float, float]  # x, y, width, height in CSS pixels of the screen
Side = Literal["left", "right", "top", "bottom"]
Corner = Literal["top-left", "top-right", "bottom-left", "bottom-right", "left", "right"]


class Crop(Strict):
    """The part of the screen that is shown, in CSS pixels: a `box`, or what holds all `targets` with a `margin`."""

    targets: list[str] = Field(default_factory=list)
    margin: Annotated[int, Field(ge=0)] = 16
    box: Annotated[list[int], Field(min_length=4, max_length=4)] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Crop:
        if bool(self.targets) == bool(self.box):
            raise ValueError("either targets or a box")
        return self


class Callout(Strict):
    """A mark on a target: a `ring`, a `badge` with a digit, an `arrow` from a side, a `spotlight`, or `redact`."""

    target: str
    ring: bool = True
    badge: Annotated[int, Field(ge=1, le=9)] | None = None
    at: Corner = "top-left"
    arrow: Side | None = None
    spotlight: bool = False
    redact: bool = False


class Picture(Strict):
    """A picture: a screen, the part of it, the marks on it, and the words that go with it."""

    screen: str
    crop: Crop
    callouts: list[Callout] = Field(default_factory=list)
    alt: str
    caption: str


@dataclass(frozen=True)
class Capture:
    """What a screen's capture has beside its pixels: see `captures/NAME.json`.

    `size` is in CSS pixels, `scale` is pixels per CSS pixel, boxes are in CSS pixels. `real` tells a capture of a
    device from a drawing. `inks` are the colours of text, of what lies under it, and the target it is in, by scheme.
    """

    size: tuple[int, int]
    scale: int
    source: str
    real: bool
    targets: dict[str, Box]
    private: dict[str, list[Box]]
    inks: dict[str, list[tuple[str, str, str]]]


@dataclass(frozen=True)
class Specs:
    """All pictures, with the places of their words in shots.yml."""

    pictures: dict[str, Picture]
    places: Places
    path: str

    def finding(self, keys: tuple[Any, ...], found: str, expected: str = "", mend: str = "") -> Finding:
        """Return a finding at the place that `keys` lead to."""
        line, column = self.places.of(keys)
        return Finding(self.path, line, column, "shots", found, expected, mend)


def load(root: Path = Path()) -> tuple[Specs, list[Finding]]:
    """Read shots.yml; findings where it is wrong."""
    path = root / SCREENS / "shots.yml"
    try:
        source = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CannotRunError(f"{path}: cannot be read ({error})") from error
    name = (SCREENS / "shots.yml").as_posix()
    pictures, places, findings = parse(source, name, dict[str, Picture], rule="shots")
    return Specs(pictures or {}, places, name), findings


def require(root: Path = Path()) -> Specs:
    """Return the pictures, or raise CannotRunError with the first thing that is wrong in shots.yml."""
    specs, findings = load(root)
    if findings:
        raise CannotRunError(lines(findings)[0])
    return specs


def capture_of(screen: str, root: Path = Path()) -> Capture | None:
    """Return what is known of a screen's capture; None where there is none."""
    path = root / SCREENS / "captures" / f"{screen}.json"
    try:
        data = json.loads(path.read_text("utf-8"))
        return Capture(
            size=(int(data["size"][0]), int(data["size"][1])),
            scale=int(data["scale"]),
            source=str(data["source"]),
            real=bool(data["real"]),
            targets={name: _box(box) for name, box in data["targets"].items()},
            private={kind: [_box(box) for box in boxes] for kind, boxes in data["private"].items()},
            inks={scheme: [(str(a), str(b), str(c)) for a, b, c in pairs] for scheme, pairs in data["inks"].items()},
        )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise CannotRunError(
            f"{path}: cannot be read; make it anew: guide shots capture --force --only {screen}"
        ) from error


def _box(values: Any) -> Box:  # noqa: ANN401 - whatever JSON holds
    x, y, width, height = (float(value) for value in values)
    return x, y, width, height


def unknown(specs: Specs, root: Path = Path()) -> list[Finding]:
    """Return a finding for every screen and target that shots.yml names and that is not there."""
    screens = {path.stem for path in (root / SCREENS).glob("*.html")}
    findings = []
    for name, picture in specs.pictures.items():
        if picture.screen not in screens:
            mend = nearest(picture.screen, screens) or "draw it"
            findings.append(
                specs.finding((name, "screen"), f'no screen "{picture.screen}"', "a file beside this one", mend)
            )
            continue
        capture = capture_of(picture.screen, root)
        if capture is None:
            findings.append(
                specs.finding(
                    (name, "screen"), f'screen "{picture.screen}" is not captured', "", "run guide shots capture"
                )
            )
            continue
        named: list[tuple[tuple[object, ...], str]] = [
            (("crop", "targets", i), target) for i, target in enumerate(picture.crop.targets)
        ]
        named += [(("callouts", i, "target"), callout.target) for i, callout in enumerate(picture.callouts)]
        for keys, target in named:
            if target not in capture.targets:
                known = ", ".join(sorted(capture.targets))
                findings.append(
                    specs.finding(
                        (name, *keys),
                        f'no target "{target}" in {picture.screen}',
                        f"one of: {known}",
                        nearest(target, capture.targets),
                    )
                )
    return findings


def crop_box(picture: Picture, capture: Capture) -> Box:
    """Return the part of the screen that is shown, in whole CSS pixels and within the screen."""
    if picture.crop.box:
        x, y, width, height = picture.crop.box
        return max(0, x), max(0, y), min(capture.size[0] - x, width), min(capture.size[1] - y, height)
    boxes, margin = [capture.targets[name] for name in picture.crop.targets], picture.crop.margin
    left, top = max(0, int(min(b[0] for b in boxes) - margin)), max(0, int(min(b[1] for b in boxes) - margin))
    right = min(capture.size[0], round(max(b[0] + b[2] for b in boxes) + margin))
    bottom = min(capture.size[1], round(max(b[1] + b[3] for b in boxes) + margin))
    return left, top, right - left, bottom - top


def digest(*parts: bytes) -> str:
    """Return one hash of several byte strings, whose borders count."""
    total = hashlib.sha256()
    for part in parts:
        total.update(len(part).to_bytes(8, "big") + part)
    return total.hexdigest()[:32]
