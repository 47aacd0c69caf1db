"""From a drawn screen to its pixels: headless Chromium, the same bytes at every launch."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

from guide import browser, files
from guide.findings import CannotRunError
from guide.shots.spec import SCHEMES, SCREENS, capture_of, digest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Route

SCALE = 2  # pixels per CSS pixel, as they are served: resampling a drawing makes it larger and blurred
SIZE = "1040x720"  # CSS pixels, where a screen does not say

READ = Path(__file__).with_name("read.js")


def capture(root: Path = Path(), only: str | None = None, *, force: bool = False) -> Iterator[str]:
    """Capture every screen that has changed, in both schemes; yield a line for each.

    Raises CannotRunError for a target that is hidden, clipped or named twice, and for a font that is not loaded.
    """
    screens = [path for path in sorted((root / SCREENS).glob("*.html")) if only in (None, path.stem)]
    if not screens:
        raise CannotRunError(f"no screen {only or ''} in {SCREENS}; give the name of a file there, without .html")
    shared = [path.read_bytes() for pattern in ("*.css", "fonts/*") for path in sorted((root / SCREENS).glob(pattern))]
    waiting = []
    for path in screens:
        source = digest(path.read_bytes(), *shared)
        known = capture_of(path.stem, root)
        if known and known.real:
            yield f"{path.stem}: a real capture, left as it is"
        elif force or not known or known.source != source or not _complete(path, root):
            waiting.append((path, source))
    if not waiting:
        return
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only this command needs a browser

    program = browser.path()
    with sync_playwright() as library:
        chromium = library.chromium.launch(executable_path=program, args=browser.flags())
        try:
            for path, source in waiting:
                _capture(chromium, path, source, root)
                yield f"{path.stem}: captured"
        finally:
            chromium.close()


def _complete(path: Path, root: Path) -> bool:
    return all((root / SCREENS / "captures" / f"{path.stem}.{scheme}.webp").is_file() for scheme in SCHEMES)


def _capture(chromium: Browser, path: Path, source: str, root: Path) -> None:
    seen: dict[str, dict[str, Any]] = {}
    pixels: dict[str, bytes] = {}
    for scheme in SCHEMES:
        context = chromium.new_context(
            color_scheme=scheme, device_scale_factor=SCALE, locale="en-US", reduced_motion="reduce", timezone_id="UTC"
        )
        page = context.new_page()
        page.route("**/*", _local_only)
        page.goto(path.resolve().as_uri())
        width, height = (page.locator("body").get_attribute("data-size") or SIZE).split("x")
        page.set_viewport_size({"width": int(width), "height": int(height)})
        page.evaluate("() => Promise.allSettled([...document.fonts].map((font) => font.load()))")
        seen[scheme] = page.evaluate(READ.read_text("utf-8")) | {"size": [int(width), int(height)]}
        pixels[scheme] = page.screenshot()
        context.close()
        _prove(path, seen[scheme])
    light, dark = seen["light"], seen["dark"]
    if light["targets"] != dark["targets"]:
        raise CannotRunError(f"{path}: targets differ between light and dark; only colours may depend on the scheme")
    private: dict[str, list[list[float]]] = {}
    for kind, box in light["private"]:
        private.setdefault(kind, []).append(box)
    about = {
        "size": light["size"],
        "scale": SCALE,
        "source": source,
        "real": False,
        "targets": dict(light["targets"]),
        "private": private,
        "inks": {scheme: sorted(seen[scheme]["inks"]) for scheme in SCHEMES},
    }
    folder = root / SCREENS / "captures"
    for scheme in SCHEMES:
        with Image.open(io.BytesIO(pixels[scheme])) as image:
            files.write(folder / f"{path.stem}.{scheme}.webp", encode(image.convert("RGB")))
    # Last, so that a run that is killed before is not taken for complete.
    files.write(folder / f"{path.stem}.json", (json.dumps(about, indent=1, sort_keys=True) + "\n").encode())


def _local_only(route: Route) -> None:
    if route.request.url.startswith("file:"):
        route.continue_()
    else:
        route.abort()


def _prove(path: Path, seen: dict[str, Any]) -> None:
    missing = [f"{family} {weight}" for family, weight, status in seen["fonts"] if status != "loaded"]
    if missing or not seen["fonts"]:
        raise CannotRunError(f"{path}: font not loaded: {', '.join(missing) or 'no font at all'}; check @font-face")
    width, height = seen["size"]
    names: set[str] = set()
    for name, (x, y, w, h) in seen["targets"]:
        if name in names:
            raise CannotRunError(f'{path}: target "{name}" stands twice; each name once')
        names.add(name)
        if w == 0 or h == 0:
            raise CannotRunError(f'{path}: target "{name}" is hidden; show it, or take its data-target away')
        if x < 0 or y < 0 or x + w > width or y + h > height:
            raise CannotRunError(
                f'{path}: target "{name}" is clipped by the screen of {width}x{height}; enlarge data-size'
            )


def encode(image: Image.Image) -> bytes:
    """Return an image as lossless WebP without metadata: exact pixels, the smallest of what Pillow offers."""
    data = io.BytesIO()
    image.save(data, "WEBP", lossless=True, quality=99, method=6, exact=True)
    return data.getvalue()
