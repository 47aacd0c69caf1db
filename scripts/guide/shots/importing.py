"""A real capture takes a drawn screen's place: made safe, its targets placed, its private regions covered.

Nothing of the guide changes until every private region that the screen lists is covered by a redaction or confirmed.
"""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageCms, ImageDraw, ImageOps, UnidentifiedImageError

from guide import files
from guide.findings import CannotRunError, lines, nearest
from guide.shots.annotate import ACCENT, REDACTION, font
from guide.shots.capture import encode
from guide.shots.spec import SCHEMES, SCREENS, Box, Scheme, capture_of, digest
from guide.yamlfile import Strict, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

BYTES = 40_000_000  # a capture of an 8K display is a quarter of it
PIXELS = 40_000_000  # checked before a pixel is read: a small file can hold a huge picture
TYPES = {"PNG", "JPEG", "HEIF"}
PAPER = {"light": "#ffffff", "dark": "#000000"}  # what shows through where a capture is transparent


class Boxes(Strict):
    """The boxes file: `scale` is pixels per CSS pixel; boxes are x, y, width, height in CSS pixels.

    `private` are the regions that can show a name, an address, a number or a code, in the order of the screen.
    """

    scale: int
    targets: dict[str, list[float]]
    private: dict[str, list[list[float]]]


def read(path: Path, scheme: Scheme) -> Image.Image:
    """Return a capture as plain sRGB pixels and nothing else: turned upright, 8 bits, opaque, without metadata.

    Raises CannotRunError for what is too large, animated, cut short, or no picture of a type that is taken.
    """
    try:
        if path.stat().st_size > BYTES:
            raise CannotRunError(f"{path}: {path.stat().st_size} bytes; at most {BYTES}; take a capture of one window")
        _open_heic(path)
        with Image.open(path) as image:
            if image.format not in TYPES:
                raise CannotRunError(f"{path}: this is {image.format}, whatever its name; give PNG, JPEG or HEIC")
            if image.width * image.height > PIXELS:
                raise CannotRunError(f"{path}: {image.width}x{image.height} pixels; at most {PIXELS} in all; crop it")
            frames = getattr(image, "n_frames", 1)
            if frames > 1:
                raise CannotRunError(f"{path}: {frames} pictures in one file; give one that does not move")
            image.load()
            return _plain(image, scheme)
    except FileNotFoundError as error:
        raise CannotRunError(f"{path}: there is no such file") from error
    except UnidentifiedImageError as error:
        raise CannotRunError(f"{path}: not a picture; give PNG, JPEG or HEIC") from error
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise CannotRunError(f"{path}: cut short or broken ({error}); take the capture again") from error


def _open_heic(path: Path) -> None:
    """Let Pillow read HEIC, where the library for it is installed."""
    with path.open("rb") as file:
        head = file.read(12)
    if head[4:8] != b"ftyp":
        return
    try:
        from pillow_heif import register_heif_opener  # noqa: PLC0415 - wanted by few
    except ImportError as error:
        raise CannotRunError(
            f"{path}: HEIC needs one more package: pip install pillow-heif; or save it as PNG"
        ) from error
    register_heif_opener()


def _plain(image: Image.Image, scheme: Scheme) -> Image.Image:
    profile = image.info.get("icc_profile")
    image = ImageOps.exif_transpose(image)
    if image.mode in {"I", "I;16", "I;16B", "F"}:  # 16 bits: conversion would clip them to white
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    if image.mode in {"P", "PA", "LA"} or "transparency" in image.info:
        image = image.convert("RGBA")
    if image.mode == "RGBA":
        ground = Image.new("RGBA", image.size, PAPER[scheme])
        image = Image.alpha_composite(ground, image).convert("RGB")
    if profile and image.mode in {"RGB", "CMYK"}:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except ImageCms.PyCMSError as error:
            raise CannotRunError(f"its colour profile cannot be read ({error}); save it as sRGB") from error
        image = converted or image
    # Pixels into a new image, so that nothing else of the file lives on.
    plain = Image.new("RGB", image.size)
    plain.paste(image.convert("RGB"))
    return plain


def draft_path(screen: str, root: Path = Path()) -> Path:
    """Return where the boxes of a capture are edited; the folder is not committed before the import is accepted."""
    return root / SCREENS / "captures" / f"{screen}.boxes.yml"


def edit(paths: Sequence[Path], screen: str, root: Path = Path()) -> Path:
    """Write the boxes file with the drawing's boxes to begin with, and draw it back as a numbered preview.

    Returns the preview's path, beside the boxes file.
    """
    drawn = _drawn(screen, root)
    images = _images(paths)
    draft = draft_path(screen, root)
    if not draft.exists():
        width = images["light"].width
        scale = max(1, round(width / drawn["size"][0]))
        files.write(draft, _as_yaml(screen, scale, drawn).encode())
    boxes = _boxes(screen, root)
    preview = draft.with_name(f"{screen}.preview.png")
    data = io.BytesIO()
    _numbered(images["light"], boxes, root).save(data, "PNG")
    files.write(preview, data.getvalue())
    return preview


def accept(paths: Sequence[Path], screen: str, ask: Callable[[str], bool], root: Path = Path()) -> list[str]:
    """Put captures in the place of a drawn screen; return what was done with each private region.

    Each region is covered, unless `ask` confirms that it shows nothing private; at the end `ask` has to confirm that
    nothing private is left. Raises CannotRunError, with nothing changed, where it does not, or where the boxes file is
    missing or wrong.
    """
    drawn = _drawn(screen, root)
    boxes = _boxes(screen, root)
    images = _images(paths)
    size = images["light"].size
    for name in drawn["targets"]:
        if name not in boxes.targets:
            raise CannotRunError(f"{draft_path(screen, root)}: no box for target {name}; add it, then: --edit")
    named = [*boxes.targets.items(), *((kind, box) for kind, found in boxes.private.items() for box in found)]
    for name, box in named:
        if (
            len(box) != 4
            or min(box) < 0
            or (box[0] + box[2]) * boxes.scale > size[0]
            or (box[1] + box[3]) * boxes.scale > size[1]
        ):
            raise CannotRunError(f"{draft_path(screen, root)}: the box of {name} is not within the capture; correct it")
    for kind, found in drawn["private"].items():
        if len(boxes.private.get(kind, [])) < len(found):
            raise CannotRunError(f"{draft_path(screen, root)}: {len(found)} regions can show a {kind}; list them all")
    done = []
    for kind, found in boxes.private.items():
        for number, (x, y, width, height) in enumerate(found, 1):
            place = f"{kind} {number} at {x:g},{y:g} ({width:g}x{height:g})"
            if ask(f"{place}: does it show nothing private? (No: it is covered)"):
                done.append(f"{kind} {number}: confirmed as not private")
                continue
            for scheme in SCHEMES:
                area = [round(v * boxes.scale) for v in (x, y, x + width, y + height)]
                ImageDraw.Draw(images[scheme]).rectangle(area, fill=REDACTION[scheme])
            done.append(f"{kind} {number}: covered")
    if not ask("Have you looked at the preview, and is everything private inside a box that is covered?"):
        raise CannotRunError("not accepted, nothing was changed; add a box for what is private, then: --edit")
    folder = root / SCREENS / "captures"
    pixels = {scheme: encode(images[scheme]) for scheme in SCHEMES}
    about = {
        "size": [size[0] // boxes.scale, size[1] // boxes.scale],
        "scale": boxes.scale,
        "source": digest(*pixels.values()),
        "real": True,
        "targets": boxes.targets,
        "private": boxes.private,
        "inks": {scheme: [] for scheme in SCHEMES},
    }
    for scheme in SCHEMES:
        files.write(folder / f"{screen}.{scheme}.webp", pixels[scheme])
    files.write(folder / f"{screen}.json", (json.dumps(about, indent=1, sort_keys=True) + "\n").encode())
    draft_path(screen, root).with_name(f"{screen}.preview.png").unlink(missing_ok=True)
    draft_path(screen, root).unlink()
    return done


def _drawn(screen: str, root: Path) -> dict[str, Any]:
    capture = capture_of(screen, root)
    if not capture:
        known = [path.stem for path in (root / SCREENS).glob("*.html")]
        raise CannotRunError(
            f'no captured screen "{screen}" whose place it could take. {nearest(screen, known)}'.strip()
        )
    return {"size": capture.size, "targets": capture.targets, "private": capture.private}


def _images(paths: Sequence[Path]) -> dict[Scheme, Image.Image]:
    """Return the light capture and the dark one; a single file serves for both."""
    if len(paths) > 2:
        raise CannotRunError("give one capture, or a light one and a dark one")
    images = {scheme: read(path, scheme) for scheme, path in zip(SCHEMES, [paths[0], paths[-1]], strict=True)}
    if images["light"].size != images["dark"].size:
        raise CannotRunError("the light and the dark capture differ in size; take both of the same window")
    return images


def _boxes(screen: str, root: Path) -> Boxes:
    path = draft_path(screen, root)
    try:
        source = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CannotRunError(
            f"{path}: no boxes yet; begin with: guide shots import FILE --as {screen} --edit"
        ) from error
    boxes, _, findings = parse(source, path.as_posix(), Boxes, rule="shots")
    if boxes is None:
        raise CannotRunError(lines(findings)[0])
    return boxes


def _as_yaml(screen: str, scale: int, drawn: dict[str, Any]) -> str:
    def row(box: Box) -> str:
        return "[" + ", ".join(f"{float(value):g}" for value in box) + "]"

    rows = [
        f"# Boxes of the capture that takes the place of {screen}: x, y, width, height in CSS pixels (pixels / scale).",
        "# Correct them, run the import with --edit again, and look at the numbered preview beside this file.",
        f"scale: {scale}",
        "targets:" if drawn["targets"] else "targets: {}",
        *(f"  {name}: {row(box)}" for name, box in drawn["targets"].items()),
        "private:" if drawn["private"] else "private: {}",
    ]
    for kind, found in drawn["private"].items():
        rows += [f"  {kind}:", *(f"    - {row(box)}" for box in found)]
    return "\n".join(rows) + "\n"


def _numbered(image: Image.Image, boxes: Boxes, root: Path) -> Image.Image:
    """Draw every box with its number and name, as they stand in the boxes file."""
    image = image.copy()
    pen = ImageDraw.Draw(image)
    named = [*boxes.targets.items(), *((kind, box) for kind, found in boxes.private.items() for box in found)]
    for number, (name, box) in enumerate(named, 1):
        x, y, width, height = (value * boxes.scale for value in box)
        pen.rectangle([x, y, x + width, y + height], outline=ACCENT["light"], width=2 * boxes.scale)
        letters = font(600, 12 * boxes.scale, root)
        area = pen.textbbox((x, y), f"{number} {name}", letters)
        pen.rectangle(area, fill=ACCENT["light"])
        pen.text((x, y), f"{number} {name}", "#ffffff", letters)
    return image
