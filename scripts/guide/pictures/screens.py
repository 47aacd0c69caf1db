"""From a drawn screen to its pixels: headless Chromium, the same bytes at every launch."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

from guide import browser
from guide.data import NAME
from guide.findings import CannotRunError, Finding, nearest
from guide.pictures import captures
from guide.pictures.captures import SCHEMES, SCREENS, Capture, Scheme, Text

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SCALE = 2  # pixels per CSS pixel, as they are served: resampling a drawing makes it larger and blurred
SIZE = "1040x720"  # CSS pixels, where a screen does not say
READ = Path(__file__).with_name("read.js")


def waiting(root: Path, only: str | None = None, *, force: bool = False) -> list[Path]:
    """Return the drawn screens that have to be captured; a real capture is left, unless named and forced.

    Raises CannotRunError where there is no screen called `only`.
    """
    screens = captures.drawn(root)
    if only and only not in screens:
        raise CannotRunError(f'no screen "{only}" in {SCREENS}; {nearest(only, screens) or "draw it"}')
    found = []
    for name in [only] if only else screens:
        known = captures.read(name, root) if not (only and force) else None
        if not (known and known.real) and (force or captures.outdated(name, known, root)):
            found.append(screens[name])
    return found


def capture(screens: list[Path], root: Path) -> Iterator[tuple[str, list[Finding]]]:
    """Capture screens in both schemes; yield each one's name, and what is wrong in it: then nothing is written.

    Raises CannotRunError where there is no browser, or it fails.
    """
    if not screens:
        return
    with browser.started() as chromium:
        pages = {scheme: _page(chromium, scheme) for scheme in SCHEMES}
        for path in screens:
            yield path.stem, _capture(pages, path, root)


def _page(chromium: Browser, scheme: Scheme) -> Page:
    return chromium.new_page(
        color_scheme=scheme,
        device_scale_factor=SCALE,
        locale="en-US",
        offline=True,  # a screen that names something of the web looks the same to everybody
        reduced_motion="reduce",
        timezone_id="UTC",
    )


def _capture(pages: dict[Scheme, Page], path: Path, root: Path) -> list[Finding]:
    html = path.read_text("utf-8", errors="replace")
    given = re.search(r'<body[^>]*\sdata-size="([^"]*)"', html)
    size = re.fullmatch(r"(\d{2,4})x(\d{2,4})", given[1] if given else SIZE)
    if not size:
        return [
            _finding(path, html, "data-size", "a size that is none", 'write data-size="WIDTHxHEIGHT", in CSS pixels')
        ]
    width, height = int(size[1]), int(size[2])
    seen: dict[Scheme, dict[str, Any]] = {}
    images: dict[Scheme, Image.Image] = {}
    for scheme, page in pages.items():
        page.set_viewport_size({"width": width, "height": height})
        page.goto(path.resolve().as_uri())
        page.evaluate("() => Promise.allSettled([...document.fonts].map((font) => font.load()))")
        seen[scheme] = page.evaluate(READ.read_text("utf-8"))
        images[scheme] = Image.open(io.BytesIO(page.screenshot()))
    light, dark = seen["light"], seen["dark"]
    faults = [_finding(path, html, *fault) for fault in _faults(light, dark, (width, height))]
    if faults:
        return faults
    about = Capture(
        size=(width, height),
        scale=SCALE,
        real=False,
        source=captures.source(path.stem, root),
        targets={one["name"]: tuple(one["box"]) for one in light["targets"]},
        private=[(one["name"], tuple(one["box"])) for one in light["private"]],
        texts=[Text(words=one["words"], box=tuple(one["box"]), size=one["size"]) for one in light["texts"]],
    )
    captures.write(path.stem, about, images, root)
    return []


def _finding(path: Path, html: str, near: str, found: str, fix: str) -> Finding:
    """Return a finding at the last line in which `near` stands: of a name that stands twice, at the second."""
    line = html.count("\n", 0, max(html.rfind(near), 0)) + 1
    return Finding((SCREENS / path.name).as_posix(), line, 0, "shots", found, "", fix)


def _faults(light: dict[str, Any], dark: dict[str, Any], size: tuple[int, int]) -> Iterator[tuple[str, str, str]]:
    """Yield what stands in the source near each fault, what is wrong, and how to fix it."""
    failed = [name for name, status in light["fonts"] if status != "loaded"]
    if failed or not light["fonts"]:
        yield "<head", f"font not loaded: {', '.join(failed) or 'no font at all'}", "check @font-face"
    names = [one["name"] for one in light["targets"]]
    for one in light["targets"]:
        name, near = one["name"], f'data-target="{one["name"]}"'
        if not re.fullmatch(NAME, name):
            yield near, f'target "{name}"', "write it as in turn-on"
        elif names.count(name) > 1:
            yield near, f'target "{name}" stands twice', "each name once"
        elif not one["shown"] or not all(one["box"][2:]):
            yield near, f'target "{name}" is hidden', "show it, or remove its data-target"
        elif any(part < whole - 0.5 for part, whole in zip(one["seen"], one["box"][2:], strict=True)):
            yield near, f'target "{name}" is clipped', f"the screen is {size[0]}x{size[1]}: enlarge data-size"
    if _boxes(light) != _boxes(dark):
        yield "<body", "something has another place in the dark", "only colors may depend on the scheme"


def _boxes(seen: dict[str, Any]) -> list[Any]:
    return [(one.get("name"), one["box"]) for part in ("targets", "private", "texts") for one in seen[part]]
