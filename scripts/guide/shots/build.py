"""From captures to finished pictures: what has changed is made, in parallel, and written down in one lock file."""

from __future__ import annotations

import json
import os
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import PIL
from PIL import Image, features

from guide import files
from guide.findings import CannotRunError, lines, nearest
from guide.shots import spec
from guide.shots.spec import SCHEMES, SCREENS, SHOTS, Picture, Specs, digest

if TYPE_CHECKING:
    from collections.abc import Iterator

LOCK = SHOTS / "lock.json"
CODE = Path(__file__).parent


@dataclass(frozen=True)
class Job:
    """A picture to be made."""

    name: str
    picture: Picture
    root: Path


def read_lock(root: Path = Path()) -> dict[str, dict[str, Any]]:
    """Return the lock's pictures; empty where there is no lock.

    Raises CannotRunError where it cannot be read.
    """
    path = root / LOCK
    try:
        return dict(json.loads(path.read_text("utf-8"))["pictures"])
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CannotRunError(f"{LOCK}: cannot be read; make it anew: guide shots build --force") from error


def key(name: str, picture: Picture, root: Path = Path()) -> str:
    """Return a hash of everything that a picture is made from; versions of libraries are not part of it."""
    captures = root / SCREENS / "captures"
    sources = [
        captures / f"{picture.screen}.json",
        *(captures / f"{picture.screen}.{scheme}.webp" for scheme in SCHEMES),
    ]
    code = [CODE / "annotate.py", *(root / SCREENS / "fonts" / f"inter-{weight}.woff2" for weight in (400, 600))]
    return digest(name.encode(), picture.model_dump_json().encode(), *(path.read_bytes() for path in [*sources, *code]))


def stale(specs: Specs, root: Path = Path()) -> dict[str, str]:
    """Return the names of pictures that are missing or out of date, each with the key that they should have."""
    lock = read_lock(root)
    keys = {name: key(name, picture, root) for name, picture in specs.pictures.items()}
    return {
        name: value
        for name, value in keys.items()
        if lock.get(name, {}).get("key") != value
        or not all((root / SHOTS / f"{name}.{scheme}.webp").is_file() for scheme in SCHEMES)
    }


def build(root: Path = Path(), only: str | None = None, *, force: bool = False) -> Iterator[tuple[str, int]]:
    """Make what is out of date; yield each picture's name and how many there are in all.

    Raises CannotRunError with the first thing that is wrong in shots.yml.
    """
    specs = spec.require(root)
    wrong = spec.unknown(specs, root)
    if wrong:
        raise CannotRunError(lines(wrong)[0])
    if only and only not in specs.pictures:
        raise CannotRunError(f'no picture "{only}" in shots.yml. {nearest(only, specs.pictures)}')
    waiting = stale(specs, root)
    if force:
        waiting = {name: key(name, picture, root) for name, picture in specs.pictures.items()}
    if only:
        waiting = {name: value for name, value in waiting.items() if name == only}
    lock = {name: entry for name, entry in read_lock(root).items() if name in specs.pictures}
    jobs = [Job(name, specs.pictures[name], root) for name in waiting]
    if jobs:
        with ProcessPoolExecutor(min(len(jobs), os.cpu_count() or 1)) as pool:
            running = {pool.submit(make, job): job for job in jobs}
            for done in as_completed(running):
                name = running[done].name
                lock[name] = done.result() | {"key": waiting[name]}
                yield name, len(jobs)
    _write_lock(lock, root)


def make(job: Job) -> dict[str, Any]:
    """Make one picture in both schemes; return its entry for the lock."""
    from guide.shots.annotate import annotate  # noqa: PLC0415 - in the worker
    from guide.shots.capture import encode  # noqa: PLC0415

    capture = spec.capture_of(job.picture.screen, job.root)
    assert capture  # noqa: S101 - for the type checker: `build` has looked
    size = (0, 0)
    for scheme in SCHEMES:
        with Image.open(job.root / SCREENS / "captures" / f"{job.picture.screen}.{scheme}.webp") as screen:
            picture = annotate(screen, job.picture, capture, scheme, job.root)
        size = picture.size
        files.write(job.root / SHOTS / f"{job.name}.{scheme}.webp", encode(picture))
    words = {"alt": job.picture.alt, "caption": job.picture.caption}
    return {"width": size[0] // capture.scale, "height": size[1] // capture.scale, **words}


def _write_lock(lock: dict[str, dict[str, Any]], root: Path) -> None:
    # Recorded, so that a difference in pixels can be explained; not part of the keys.
    made = {"pillow": PIL.__version__, "webp": features.version("webp"), "freetype": features.version("freetype2")}
    text = json.dumps({"made with": made, "pictures": dict(sorted(lock.items()))}, indent=1, ensure_ascii=False) + "\n"
    path = root / LOCK
    if path.exists() and json.loads(path.read_text("utf-8"))["pictures"] == lock:
        return
    files.write(path, text.encode())
