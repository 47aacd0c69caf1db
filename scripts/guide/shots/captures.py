"""What is known of a screen's capture: `captures/NAME.json`, beside its pixels in light and dark."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from typing import Annotated, Any, Literal

import pydantic
from PIL import Image
from pydantic import Field

from guide import files
from guide.findings import CannotRunError
from guide.yamlfile import Strict

SCREENS = Path("docs/assets/screens")
CAPTURES = SCREENS / "captures"
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
Kind = Literal["name", "address", "number", "code"]  # what a region can show of a person
Box = tuple[float, float, float, float]  # x, y, width, height in CSS pixels


class Text(Strict):
    """A run of text on a drawn screen; `size` in CSS pixels, `ink` and `ground` are its colours in each scheme."""

    words: str
    box: Box
    size: float
    ink: dict[Scheme, str]
    ground: dict[Scheme, str]


class Capture(Strict):
    """A screen as it was captured: `size` and boxes in CSS pixels, `scale` pixels of the file to one of them.

    `real` tells a device's capture from a drawing. `files` are what the browser read, `source` is their hash, `pixels`
    are the hashes of the two files: by these is known what has changed since.
    """

    size: tuple[int, int]
    scale: Annotated[int, Field(ge=1, le=4)]
    real: bool
    files: list[str] = Field(default_factory=list)
    source: str = ""
    pixels: dict[Scheme, str] = Field(default_factory=dict)
    targets: dict[str, Box]
    private: list[tuple[Kind, Box]]
    texts: list[Text] = Field(default_factory=list)


def read(screen: str, root: Path) -> Capture | None:
    """Return what is known of a screen's capture; None where there is none.

    Raises CannotRunError where it cannot be read.
    """
    path = root / CAPTURES / f"{screen}.json"
    try:
        return Capture.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, pydantic.ValidationError) as error:
        mend = f"make it anew: guide shots capture --force --only {screen}"
        raise CannotRunError(f"{path}: cannot be read; {mend}") from error


def write(screen: str, capture: Capture, pixels: dict[Scheme, bytes], root: Path) -> None:
    """Write a capture's two pictures and then what is known of them; the hashes tell where this was cut short."""
    for scheme, data in pixels.items():
        files.write(root / pixels_of(screen, scheme), data)
    capture = capture.model_copy(update={"pixels": {scheme: digest(data) for scheme, data in pixels.items()}})
    files.write(root / CAPTURES / f"{screen}.json", _dump(capture.model_dump(mode="json")))


def pixels_of(screen: str, scheme: Scheme) -> Path:
    """Return the path of a capture's picture."""
    return CAPTURES / f"{screen}.{scheme}.webp"


def outdated(screen: str, capture: Capture | None, root: Path) -> str:
    """Return why a screen has to be captured again, or nothing."""
    if capture is None:
        return "is not captured"
    for scheme in SCHEMES:
        if hash_of(root / pixels_of(screen, scheme)) != capture.pixels.get(scheme):
            return f"has another {scheme} capture than the one that its boxes belong to"
    if not capture.real and source(screen, capture.files, root) != capture.source:
        return "has changed since it was captured"
    return ""


def source(screen: str, read: list[str], root: Path) -> str:
    """Return the hash of a drawn screen and of the files that it reads."""
    paths = [root / SCREENS / name for name in [f"{screen}.html", *read]]
    return digest(*(content(path) if path.is_file() else b"" for path in paths))


def content(path: Path) -> bytes:
    """Return a file's bytes; a text's line ends are the same on every system."""
    data = path.read_bytes()
    return data if b"\0" in data else data.replace(b"\r\n", b"\n")


def hash_of(path: Path) -> str:
    """Return a file's hash; nothing where there is no file."""
    return digest(path.read_bytes()) if path.is_file() else ""


def digest(*parts: bytes) -> str:
    """Return one hash of several byte strings, whose borders count."""
    total = hashlib.sha256()
    for part in parts:
        total.update(len(part).to_bytes(8, "big") + part)
    return total.hexdigest()[:32]


def encode(image: Image.Image) -> bytes:
    """Return an image as lossless WebP: exact pixels, the smallest of what Pillow offers, and nothing but pixels."""
    bare = Image.new("RGB", image.size)
    bare.paste(image)
    data = io.BytesIO()
    bare.save(data, "WEBP", lossless=True, quality=99, method=6)
    return data.getvalue()


def _dump(data: dict[str, Any]) -> bytes:
    """Return JSON with a line for each target and text, so that a difference can be read."""
    rows = []
    for key, value in data.items():
        shown = json.dumps(value, ensure_ascii=False)
        if isinstance(value, dict) and value:
            pairs = (f"{json.dumps(name)}: {json.dumps(each)}" for name, each in value.items())
            shown = "{\n  " + ",\n  ".join(pairs) + "\n }"
        elif isinstance(value, list) and value and isinstance(value[0], dict | list):
            shown = "[\n  " + ",\n  ".join(json.dumps(each, ensure_ascii=False) for each in value) + "\n ]"
        rows.append(f"{json.dumps(key)}: {shown}")
    return ("{\n " + ",\n ".join(rows) + "\n}\n").encode()
