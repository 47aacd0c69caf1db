"""From a drawn screen to its pixels: headless Chromium, the same bytes at every launch."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args
from urllib.parse import urlsplit
from urllib.request import url2pathname

from PIL import Image

from guide import browser
from guide.findings import CannotRunError, Finding, nearest
from guide.shots import captures
from guide.shots.captures import SCHEMES, SCREENS, Capture, Kind, Scheme, Text
from guide.shots.spec import NAME

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

SCALE = 2  # pixels per CSS pixel, as they are served: resampling a drawing makes it larger and blurred
SIZE = "1040x720"  # CSS pixels, where a screen does not say
READ = Path(__file__).with_name("read.js")


def waiting(root: Path, only: str | None = None, *, force: bool = False) -> list[Path]:
    """Return the drawn screens that have to be captured; a real capture is left, unless named and forced.

    Raises CannotRunError where there is no screen of that name.
    """
    screens = {path.stem: path for path in sorted((root / SCREENS).glob("*.html"))}
    if only and only not in screens:
        raise CannotRunError(f'no screen "{only}" in {SCREENS}; {nearest(only, screens) or "draw it"}')
    if only and force:
        return [screens[only]]
    named = {only: screens[only]} if only else screens
    known = {name: captures.read(name, root) for name in named}
    drawn = {name: capture for name, capture in known.items() if not (capture and capture.real)}
    return [screens[name] for name, capture in drawn.items() if force or captures.outdated(name, capture, root)]


def capture(screens: list[Path], root: Path) -> Iterator[tuple[str, list[Finding]]]:
    """Capture screens in both schemes; yield each one's name, and what is wrong in it: then nothing is written.

    Raises CannotRunError where there is no browser, or it fails.
    """
    if not screens:
        return
    with browser.started() as chromium:
        files: set[str] = set()
        pages = {scheme: _page(chromium, scheme, (root / SCREENS).resolve(), files) for scheme in SCHEMES}
        for path in screens:
            files.clear()
            yield path.stem, _capture(pages, path, files, root)


def _page(chromium: Browser, scheme: Scheme, folder: Path, files: set[str]) -> Page:
    """Return a page that reads nothing but the screens' folder, and notes what."""

    def local_only(route: Route) -> None:
        place = Path(url2pathname(urlsplit(route.request.url).path))
        if route.request.url.startswith("file:") and place.is_relative_to(folder):
            files.add(place.relative_to(folder).as_posix())
            route.continue_()
        else:
            route.abort()

    context = chromium.new_context(
        color_scheme=scheme, device_scale_factor=SCALE, locale="en-US", reduced_motion="reduce", timezone_id="UTC"
    )
    context.route("**/*", local_only)
    return context.new_page()


def _capture(pages: dict[Scheme, Page], path: Path, files: set[str], root: Path) -> list[Finding]:
    html = path.read_text("utf-8", errors="replace")
    given = re.search(r'<body[^>]*\sdata-size="([^"]*)"', html)
    size = re.fullmatch(r"(\d{2,4})x(\d{2,4})", given[1] if given else SIZE)
    shown = (SCREENS / path.name).as_posix()
    if not size:
        expected = 'data-size="WIDTHxHEIGHT", in CSS pixels'
        return [Finding(shown, _line(html, "data-size"), 0, "shots", "a size that is none", expected, "")]
    width, height = int(size[1]), int(size[2])
    seen: dict[Scheme, dict[str, Any]] = {}
    pixels: dict[Scheme, bytes] = {}
    for scheme, page in pages.items():
        page.set_viewport_size({"width": width, "height": height})
        page.goto(path.resolve().as_uri())
        # A font that cannot be loaded is told by its status, below.
        page.evaluate("() => Promise.allSettled([...document.fonts].map((font) => font.load()))")
        seen[scheme] = page.evaluate(READ.read_text("utf-8"))
        with Image.open(io.BytesIO(page.screenshot())) as image:
            pixels[scheme] = captures.encode(image.convert("RGB"))
    light, dark = seen["light"], seen["dark"]
    faults = list(_faults(light, dark, (width, height)))
    if faults:
        return [Finding(shown, _line(html, near), 0, "shots", found, "", mend) for near, found, mend in faults]
    read = sorted(files - {path.name})
    about = Capture(
        size=(width, height),
        scale=SCALE,
        real=False,
        files=read,
        source=captures.source(path.stem, read, root),
        targets={one["name"]: tuple(one["box"]) for one in light["targets"]},
        private=[(one["name"], tuple(one["box"])) for one in light["private"]],
        texts=list(map(_text, light["texts"], dark["texts"])),
    )
    captures.write(path.stem, about, pixels, root)
    return []


def _text(light: dict[str, Any], dark: dict[str, Any]) -> Text:
    return Text(
        words=light["words"],
        box=tuple(light["box"]),
        size=light["size"],
        ink={"light": light["ink"], "dark": dark["ink"]},
        ground={"light": light["ground"], "dark": dark["ground"]},
    )


def _faults(light: dict[str, Any], dark: dict[str, Any], size: tuple[int, int]) -> Iterator[tuple[str, str, str]]:
    """Yield what stands in the source near each fault, what is wrong, and how to mend it."""
    failed = [name for name, status in light["fonts"] if status != "loaded"]
    if failed or not light["fonts"]:
        yield "<head", f"font not loaded: {', '.join(failed) or 'no font at all'}", "check @font-face"
    names: set[str] = set()
    for one in light["targets"]:
        name, near = one["name"], f'data-target="{one["name"]}"'
        if not re.fullmatch(NAME, name):
            yield near, f'target "{name}"', "write it as in turn-on"
        elif name in names:
            yield near, f'target "{name}" stands twice', "each name once"
        elif not one["shown"] or not all(one["box"][2:]):
            yield near, f'target "{name}" is hidden', "show it, or take its data-target away"
        elif any(part < whole - 0.5 for part, whole in zip(one["seen"], one["box"][2:], strict=True)):
            yield near, f'target "{name}" is clipped', f"the screen is {size[0]}x{size[1]}: enlarge data-size"
        names.add(name)
    kinds = get_args(Kind)
    for one in light["private"]:
        if one["name"] not in kinds:
            yield f'data-private="{one["name"]}"', f'kind "{one["name"]}"', f"one of {', '.join(kinds)}"
    if _boxes(light) != _boxes(dark):
        yield "<body", "something has another place in the dark", "only colours may depend on the scheme"


def _boxes(seen: dict[str, Any]) -> list[Any]:
    return [(one.get("name"), one["box"]) for part in ("targets", "private", "texts") for one in seen[part]]


def _line(html: str, near: str) -> int:
    """Return the line of the last place where something stands; of a name that stands twice, the second."""
    return html.count("\n", 0, max(html.rfind(near), 0)) + 1
