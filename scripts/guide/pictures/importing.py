"""A real capture takes a drawn screen's place: its targets placed by hand, its private regions covered."""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from PIL import Image, ImageCms, ImageOps
from pydantic import Field

from guide import files
from guide.data import Strict, quoted, require
from guide.findings import CannotRunError, nearest
from guide.pictures import captures
from guide.pictures.annotate import cover
from guide.pictures.captures import SCHEMES, Capture, Scheme

Length = Annotated[float, Field(ge=0)]
Box = Annotated[tuple[Length, Length, Length, Length], Field(strict=False)]  # YAML has lists, not tuples
BYTES = 40_000_000  # a capture of an 8K display is a quarter of it
TYPES = {"PNG", "JPEG", "HEIF"}
PAPER = {"light": "#f6f8f7", "dark": "#101614"}  # the page's color, which shows where a capture is transparent


class Boxes(Strict):
    """The boxes file: `scale` is pixels per CSS pixel; boxes are x, y, width, height in CSS pixels."""

    scale: Annotated[int, Field(ge=1, le=4)]
    targets: dict[str, Box]
    private: dict[str, list[Box]]


def load(paths: Sequence[Path]) -> dict[Scheme, Image.Image]:
    """Return the pixels of a light capture and a dark one; a single file serves for both."""
    if len(paths) > 2:
        raise CannotRunError("give one capture, or a light one and a dark one")
    images = {scheme: load_one(path, scheme) for scheme, path in zip(SCHEMES, (paths[0], paths[-1]), strict=True)}
    if images["light"].size != images["dark"].size:
        raise CannotRunError("the light and the dark capture differ in size; take both of the same window")
    return images


def begin(path: Path, screen: str, images: dict[Scheme, Image.Image], root: Path) -> bool:
    """Write the boxes that the drawn screen has now, to be corrected by hand; return whether there were none yet."""
    now = captures.read(screen, root) if screen in captures.drawn(root) else None
    if not now:
        fix = nearest(screen, captures.drawn(root)) or "draw it, then run guide shots capture"
        raise CannotRunError(f'no captured screen "{screen}" whose place it could take; {fix}')
    if path.exists():
        return False
    kinds = sorted({kind for kind, _ in now.private})
    rows = [
        "# Each box is x, y, width, height in CSS pixels: pixels of the capture divided by scale.",
        f"scale: {max(1, round(images['light'].width / now.size[0]))}",
        f"targets:{'' if now.targets else ' {}'}",
        *(f"  {quoted(name)}: {[*box]}" for name, box in now.targets.items()),
        "# Everything that shows a name, an address, a number or a code.",
        f"private:{'' if kinds else ' {}'}",
        *(f"  {quoted(kind)}: {[[*box] for each, box in now.private if each == kind]}" for kind in kinds),
    ]
    return files.write(path, ("\n".join(rows) + "\n").encode())


def boxes_of(path: Path, size: tuple[int, int]) -> Boxes:
    """Read the boxes file; raises CannotRunError with the first thing that is wrong in it."""
    boxes = require(Path(), path, Boxes)
    named = [*boxes.targets.items(), *((kind, box) for kind, regions in boxes.private.items() for box in regions)]
    for name, (x, y, width, height) in named:
        if not width or not height or (x + width) * boxes.scale > size[0] or (y + height) * boxes.scale > size[1]:
            raise CannotRunError(f"{path}: the box of {name} is not within the capture; correct it, or the scale")
    return boxes


def accept(screen: str, images: dict[Scheme, Image.Image], boxes: Boxes, root: Path, *, uncovered: bool) -> None:
    """Put a capture in the place of a drawn screen, its private regions covered, unless nothing in them is private."""
    private = [(kind, box) for kind, regions in boxes.private.items() for box in regions]
    for scheme, image in images.items():
        for _, box in private if not uncovered else ():
            cover(image, box, boxes.scale, scheme)
    width, height = (pixels // boxes.scale for pixels in images["light"].size)
    capture = Capture(size=(width, height), scale=boxes.scale, real=True, targets=boxes.targets, private=private)
    captures.write(screen, capture, images, root)


def load_one(path: Path, scheme: Scheme) -> Image.Image:
    """Return a capture's pixels, and nothing else of it: upright, sRGB, 8 bits, opaque."""
    try:
        if path.stat().st_size > BYTES:
            raise CannotRunError(f"{path}: more than {BYTES} bytes; take a capture of one window")
        _learn_heic()
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(path)
        if image.format not in TYPES:
            raise CannotRunError(f"{path}: this is {image.format}, whatever its name; give PNG, JPEG or HEIC")
        return _plain(image, scheme)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise CannotRunError(f"{path}: too many pixels; crop it") from error
    except ImageCms.PyCMSError as error:
        raise CannotRunError(f"{path}: its color profile cannot be used; save it as sRGB") from error
    except (OSError, SyntaxError, ValueError) as error:
        reason = getattr(error, "strerror", "") or "broken, or not a picture; give PNG, JPEG or HEIC"
        raise CannotRunError(f"{path}: {reason}") from error


def _learn_heic() -> None:
    try:
        from pillow_heif import register_heif_opener  # noqa: PLC0415 - large, and wanted by few
    except ImportError:
        return
    register_heif_opener()


def _plain(image: Image.Image, scheme: Scheme) -> Image.Image:
    profile = image.info.get("icc_profile")
    image = ImageOps.exif_transpose(image).convert("RGBA")
    if profile:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), inPlace=True)
    plain = Image.new("RGB", image.size, PAPER[scheme])
    plain.paste(image, mask=image)
    return plain
