"""What is known of a screen's capture: `captures/NAME.json`, beside its pixels in light and dark."""

from __future__ import annotations

import hashlib
import io
import re
from pathlib import Path
from typing import Annotated, Literal

import pydantic
from PIL import Image
from pydantic import Field

from guide import files
from guide.data import Strict
from guide.findings import CannotRunError

SCREENS = Path("docs/assets/screens")
CAPTURES = SCREENS / "captures"
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
NUMBERS = re.compile(r"\[[-\d.,\s]+\]")
Box = tuple[float, float, float, float]  # x, y, width, height in CSS pixels


class Text(Strict):
    """A run of text on a drawn screen; `size` in CSS pixels."""

    words: str
    box: Box
    size: float


class Capture(Strict):
    """A screen as it was captured: `size` and boxes in CSS pixels, `scale` pixels of the file to one of them.

    `real` tells a device's capture from a drawing. `source` is the hash of the drawing and of what drawings share,
    `pixels` are the hashes of the two captures: they show what has changed since. `private` are the regions that can
    show something of a person, each with what that is.
    """

    size: tuple[int, int]
    scale: Annotated[int, Field(ge=1, le=4)]
    real: bool
    source: str = ""
    pixels: dict[Scheme, str] = Field(default_factory=dict)
    targets: dict[str, Box]
    private: list[tuple[str, Box]]
    texts: list[Text] = Field(default_factory=list)


def drawn(root: Path) -> dict[str, Path]:
    """Return the drawn screens by their names; raises CannotRunError where there is no place for them."""
    if not (root / SCREENS).is_dir():
        raise CannotRunError(f"there is no folder {SCREENS} here; run this where mkdocs.yml stands")
    return {path.stem: path for path in sorted((root / SCREENS).glob("*.html"))}


def read(screen: str, root: Path) -> Capture | None:
    path = root / CAPTURES / f"{screen}.json"
    try:
        return Capture.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, pydantic.ValidationError) as error:
        fix = f"run guide shots capture --force --only {screen}"
        raise CannotRunError(f"{path}: cannot be read; {fix}") from error


def write(screen: str, capture: Capture, images: dict[Scheme, Image.Image], root: Path) -> None:
    """Write a capture's two pictures and then what is known of them, so that the hashes show an interrupted run."""
    hashes = {}
    for scheme, image in images.items():
        data = encode(image)
        files.write(root / pixels_of(screen, scheme), data)
        hashes[scheme] = digest(data)
    known = capture.model_copy(update={"pixels": hashes}).model_dump_json(indent=1)
    on_one_line = NUMBERS.sub(lambda numbers: " ".join(numbers[0].split()), known)
    files.write(root / CAPTURES / f"{screen}.json", f"{on_one_line}\n".encode())


def pixels_of(screen: str, scheme: Scheme) -> Path:
    return CAPTURES / f"{screen}.{scheme}.webp"


def outdated(screen: str, capture: Capture | None, root: Path) -> str:
    """Return why a screen has to be captured again, or nothing."""
    if capture is None:
        return "is not captured"
    if any(hash_of(root / pixels_of(screen, scheme)) != capture.pixels.get(scheme) for scheme in SCHEMES):
        return "has other captures than those that its boxes belong to"
    if not capture.real and source(screen, root) != capture.source:
        return "has changed since it was captured"
    return ""


def source(screen: str, root: Path) -> str:
    """Return the hash of a drawn screen and of the styles and fonts that all screens share."""
    folder = root / SCREENS
    return hash_of(folder / f"{screen}.html", *sorted([*folder.glob("*.css"), *folder.glob("fonts/*")]))


def hash_of(*paths: Path) -> str:
    """Return the hash of files; the line ends of text don't count, nor does a file that is missing."""
    data = [path.read_bytes() if path.is_file() else b"" for path in paths]
    return digest(*(part if b"\0" in part else part.replace(b"\r\n", b"\n") for part in data))


def digest(*parts: bytes) -> str:
    """Return one hash of several byte strings, whose borders count."""
    return hashlib.sha256(b"".join(len(part).to_bytes(8, "big") + part for part in parts)).hexdigest()[:32]


def encode(image: Image.Image) -> bytes:
    """Return an image as lossless WebP: exact pixels, the smallest that Pillow offers, and nothing but pixels."""
    bare = Image.new("RGB", image.size)
    bare.paste(image)
    data = io.BytesIO()
    bare.save(data, "WEBP", lossless=True, quality=99, method=6)
    return data.getvalue()
