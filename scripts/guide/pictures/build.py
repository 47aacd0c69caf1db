"""From captures to finished pictures: only what has changed, in parallel, written down in one lock file."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

import PIL
from PIL import Image, features

from guide import files, lock
from guide.data import SPEC, Picture
from guide.findings import CannotRunError, nearest
from guide.pictures import captures
from guide.pictures.annotate import annotate, overlap
from guide.pictures.captures import SCHEMES, SCREENS, Capture, Scheme, digest, hash_of
from guide.pictures.spec import SHOTS, Specs

ANNOTATOR = Path(__file__).with_name("annotate.py")
FONTS = [SCREENS / "fonts" / f"inter-{weight}.woff2" for weight in (400, 600)]


def origin(picture: Picture, capture: Capture, root: Path) -> str:
    """Return the hash of all that a picture is made from; versions of libraries aren't part of it."""
    boxes = capture.model_dump_json(include={"size", "scale", "real", "targets", "pixels"})
    code = hash_of(ANNOTATOR, *(root / font for font in FONTS))
    return digest(boxes.encode(), picture.model_dump_json().encode(), code.encode())


def stale(specs: Specs, root: Path) -> dict[str, str]:
    """Return the names of the pictures that have to be made, each with the reason."""
    known = lock.read(root / lock.LOCK)
    reasons = {}
    for name, picture in specs.pictures.items():
        entry = known.get(name)
        if entry is None:
            reasons[name] = "is not made"
        elif entry.get("from") != origin(picture, specs.captures[picture.screen], root):
            reasons[name] = "is older than what it is made from"
        elif entry.get("pixels") != {scheme: hash_of(root / path_of(name, scheme)) for scheme in SCHEMES}:
            reasons[name] = "is missing, or not as it was made"
    return reasons


def path_of(name: str, scheme: Scheme) -> Path:
    return SHOTS / f"{name}.{scheme}.webp"


def waiting(specs: Specs, root: Path, only: str | None = None, *, force: bool = False) -> list[str]:
    """Return the names of the pictures that a run has to make.

    Raises CannotRunError where there is no picture called `only`.
    """
    if only and only not in specs.pictures:
        raise CannotRunError(f'no picture "{only}" in {SPEC}; {nearest(only, specs.pictures) or "add it there"}')
    names = specs.pictures if force else stale(specs, root)
    return [name for name in names if only in (None, name)]


def build(specs: Specs, names: list[str], root: Path) -> Iterator[str]:
    """Make pictures; yield the name of each when it is made. The lock is written last, or where the run ends early."""
    before = lock.read(root / lock.LOCK)
    after = {name: entry for name, entry in before.items() if name in specs.pictures}
    pool = ThreadPoolExecutor(os.cpu_count())  # Pillow encodes, which is nearly all of the work, outside the GIL
    try:
        running = {pool.submit(_make, name, specs, root): name for name in names}
        for done in as_completed(running):
            after[running[done]] = done.result()
            yield running[done]
    finally:
        pool.shutdown(cancel_futures=True)
        # The versions explain a difference in pixels; nothing is made anew for them.
        versions = {
            "pillow": PIL.__version__,
            "webp": features.version("webp"),
            "freetype": features.version("freetype2"),
        }
        data = {"made with": versions, "pictures": dict(sorted(after.items()))}
        if after != before:
            files.write(root / lock.LOCK, (json.dumps(data, indent=1, ensure_ascii=False) + "\n").encode())


def _make(name: str, specs: Specs, root: Path) -> dict[str, Any]:
    """Write a picture in both schemes; return its entry in the lock."""
    picture = specs.pictures[name]
    capture = specs.captures[picture.screen]
    hashes = {}
    for scheme in SCHEMES:
        with Image.open(root / captures.pixels_of(picture.screen, scheme)) as screen:
            made = annotate(screen, picture, capture, scheme, root)
        data = captures.encode(made)
        files.write(root / path_of(name, scheme), data)
        hashes[scheme] = digest(data)
    return {
        "width": made.width // capture.scale,
        "height": made.height // capture.scale,
        "caption": picture.caption,
        "pixels": hashes,
        "from": origin(picture, capture, root),
        **({} if picture.callouts else {"targets": _targets(picture, capture)}),
    }


def _targets(picture: Picture, capture: Capture) -> dict[str, Any]:
    """Return what can be pressed in a plain picture: the words and the box of each target that is all in it."""
    left, top, wide, high = picture.crop
    found = {}
    for name, (x, y, width, height) in capture.targets.items():
        if left <= x and top <= y and x + width <= left + wide and y + height <= top + high:
            inside = (text.words for text in capture.texts if overlap(text.box, (x, y, width, height)))
            found[name] = [" ".join(inside), round(x - left), round(y - top), round(width), round(height)]
    return found
