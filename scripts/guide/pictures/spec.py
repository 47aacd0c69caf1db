"""What each picture shows: `shots.yml`, its schema, and whether the captures have what it names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from guide.data import SPEC, Picture, Pictures, Places, read
from guide.findings import CannotRunError, Finding, lines, nearest
from guide.pictures import captures
from guide.pictures.captures import Capture

SHOTS = Path("docs/assets/shots")


@dataclass(frozen=True)
class Specs:
    """All pictures, with the places of their words in shots.yml, and what is known of each captured screen."""

    pictures: dict[str, Picture]
    places: Places
    captures: dict[str, Capture]

    def finding(self, keys: tuple[Any, ...], found: str, expected: str = "", fix: str = "") -> Finding:
        """Return a finding at the place that `keys` lead to."""
        return self.places.of(*keys).finding(found, expected, fix, "shots")


def load(root: Path) -> tuple[Specs, list[Finding]]:
    """Read shots.yml; findings where it is wrong in itself, or names what the captures do not have."""
    screens = captures.drawn(root)
    pictures, places, findings = read(root, SPEC, Pictures, rule="shots")
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
    for number, callout in enumerate(picture.callouts):
        if callout.target not in capture.targets:
            expected = f"one of: {', '.join(sorted(capture.targets)) or 'none is named there'}"
            found = f'no target "{callout.target}" in {picture.screen}'
            yield ("callouts", number, "target"), found, expected, nearest(callout.target, capture.targets)
    x, y, width, height = picture.crop
    if not width or not height or x + width > capture.size[0] or y + height > capture.size[1]:
        yield ("crop",), "a box outside the screen", f"within {capture.size[0]}x{capture.size[1]}", ""
