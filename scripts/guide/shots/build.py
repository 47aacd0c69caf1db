"""From captures to finished pictures: what has changed is made, in parallel, and written down in one lock file."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

import PIL
import pydantic
from PIL import Image, features

from guide import files
from guide.findings import CannotRunError, nearest
from guide.shots import captures, spec
from guide.shots.annotate import annotate
from guide.shots.captures import SCHEMES, SCREENS, Capture, Scheme, content, digest, hash_of
from guide.shots.spec import SHOTS, Picture, Specs
from guide.yamlfile import Strict

LOCK = SHOTS / "lock.json"
ANNOTATOR = Path(__file__).with_name("annotate.py")
FONTS = [SCREENS / "fonts" / f"inter-{weight}.woff2" for weight in (400, 600)]
KIND = {True: "Screen capture", False: "Illustration"}  # so that a caption says which


class Entry(Strict):
    """What the lock has to say of a picture; under `from` the hashes of all that it was made from."""

    width: int
    height: int
    caption: str
    pixels: dict[str, str]
    origin: dict[str, str] = pydantic.Field(alias="from")


def read_lock(root: Path) -> dict[str, dict[str, Any]]:
    """Return the lock's pictures; none where there is no lock.

    Raises CannotRunError where it cannot be read.
    """
    try:
        pictures = json.loads((root / LOCK).read_bytes())["pictures"]
        pydantic.TypeAdapter(dict[str, Entry]).validate_python(pictures)
        return dict(pictures)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CannotRunError(f"{LOCK}: cannot be read; remove it, then: guide shots build") from error


def origins(specs: Specs, root: Path) -> dict[str, dict[str, str]]:
    """Return for each picture the hashes of all that it is made from; versions of libraries are not among them."""
    try:
        code = digest(content(ANNOTATOR))
        font = digest(*((root / path).read_bytes() for path in FONTS))
    except OSError as error:
        raise CannotRunError(f"{error.filename}: the font of the marks is missing") from error
    found = {}
    for name, picture in specs.pictures.items():
        capture = specs.captures[picture.screen]
        boxes = capture.model_dump_json(include={"size", "scale", "real", "targets"})
        found[name] = {
            "source": digest(json.dumps(capture.pixels).encode()),
            "boxes": digest(boxes.encode()),
            "spec": digest(picture.model_dump_json().encode()),
            "annotator": code,
            "font": font,
        }
    return found


def stale(specs: Specs, root: Path) -> dict[str, str]:
    """Return the names of the pictures that have to be made, each with the reason."""
    lock = read_lock(root)
    reasons = {}
    for name, origin in origins(specs, root).items():
        entry = lock.get(name, {})
        changed = [what for what, value in origin.items() if entry.get("from", {}).get(what) != value]
        if not entry:
            reasons[name] = "is not made"
        elif changed:
            reasons[name] = f"is older than its {' and its '.join(changed)}"
        elif entry["pixels"] != {scheme: hash_of(root / SHOTS / f"{name}.{scheme}.webp") for scheme in SCHEMES}:
            reasons[name] = "is missing, or not as it was made"
    return reasons


def waiting(specs: Specs, root: Path, only: str | None = None, *, force: bool = False) -> list[str]:
    """Return the names of the pictures that a run has to make.

    Raises CannotRunError where there is no picture of that name.
    """
    if only and only not in specs.pictures:
        raise CannotRunError(f'no picture "{only}" in {spec.SPEC}; {nearest(only, specs.pictures) or "add it there"}')
    names = specs.pictures if force else stale(specs, root)
    return [name for name in names if only in (None, name)]


def build(specs: Specs, names: list[str], root: Path) -> Iterator[str]:
    """Make pictures; yield the name of each when it is made. The lock is written last, or where the run ends early."""
    lock, origin = read_lock(root), origins(specs, root)
    kept = {name: entry for name, entry in lock.items() if name in specs.pictures}
    # Threads are enough: encoding, nearly all of the work, runs outside the interpreter's lock.
    pool = ThreadPoolExecutor(os.cpu_count())
    try:
        shots = [(name, specs.pictures[name]) for name in names]
        running = {pool.submit(_make, shot, specs.captures[shot.screen], root): name for name, shot in shots}
        for done in as_completed(running):
            name, (pixels, entry) = running.pop(done), done.result()
            for scheme, data in pixels.items():
                files.write(root / SHOTS / f"{name}.{scheme}.webp", data)
            hashes = {scheme: digest(data) for scheme, data in pixels.items()}
            kept[name] = entry | {"pixels": hashes, "from": origin[name]}
            yield name
    finally:
        pool.shutdown(cancel_futures=True)
        if kept != lock:
            _write_lock(kept, root)


def _make(picture: Picture, capture: Capture, root: Path) -> tuple[dict[Scheme, bytes], dict[str, Any]]:
    """Return a picture in both schemes, and what the lock has to say of it."""
    pixels: dict[Scheme, bytes] = {}
    for scheme in SCHEMES:
        with Image.open(root / captures.pixels_of(picture.screen, scheme)) as screen:
            made = annotate(screen, picture, capture, scheme, root)
        pixels[scheme] = captures.encode(made)
    caption = f"{KIND[capture.real]}: {picture.caption}"
    return pixels, {"width": made.width // capture.scale, "height": made.height // capture.scale, "caption": caption}


def _write_lock(pictures: dict[str, dict[str, Any]], root: Path) -> None:
    # Recorded, so that a difference in pixels can be explained; nothing is made anew for it.
    made = {"pillow": PIL.__version__, "webp": features.version("webp"), "freetype": features.version("freetype2")}
    data = {"made with": made, "pictures": dict(sorted(pictures.items()))}
    files.write(root / LOCK, (json.dumps(data, indent=1, ensure_ascii=False) + "\n").encode())
