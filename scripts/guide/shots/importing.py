"""A real capture takes a drawn screen's place: its targets placed by hand, its private regions covered.

Nothing of the guide changes until every region that can show something private is covered or confirmed. What is being
worked on lies beside the capture, outside the guide: its preview still shows everything.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from typing import Annotated, Any, get_args

from PIL import Image, ImageCms, ImageDraw, ImageFont, ImageOps, UnidentifiedImageError
from pydantic import Field

from guide import files
from guide.findings import CannotRunError, Finding, lines, nearest
from guide.shots import captures, spec
from guide.shots.annotate import ACCENT, COVERED, cover
from guide.shots.captures import SCHEMES, SCREENS, Box, Capture, Kind, Scheme
from guide.yamlfile import Strict, parse

Numbers = Annotated[list[Annotated[float, Field(ge=0)]], Field(min_length=4, max_length=4)]
BYTES = 40_000_000  # a capture of an 8K display is a quarter of it
PIXELS = 40_000_000  # checked before a pixel is read: a small file can hold a huge picture
TYPES = ("PNG", "JPEG", "HEIF")
PAPER = {"light": "#f6f8f7", "dark": "#101614"}  # the page's colour, which shows where a capture is transparent
REFUSED: dict[type[Exception], str] = {
    FileNotFoundError: "there is no such file",
    IsADirectoryError: "this is a folder; name the file of the capture in it",
    UnidentifiedImageError: "not a picture; give PNG, JPEG or HEIC",
    Image.DecompressionBombError: f"too many pixels; at most {PIXELS} in all; crop it",
    ImageCms.PyCMSError: "its colour profile cannot be read; save it as sRGB",
    ImportError: "HEIC needs one more package: pip install pillow-heif, or save it as PNG",
    Exception: "cut short or broken; take the capture again",
}


class Boxes(Strict):
    """The boxes file: `scale` is pixels per CSS pixel; boxes are x, y, width, height in CSS pixels."""

    scale: Annotated[int, Field(ge=1, le=4)]
    targets: dict[str, Numbers]
    private: dict[Kind, list[Numbers]]

    @property
    def named(self) -> list[tuple[tuple[Any, ...], str, Box]]:
        """Every box in the order of the file, with the keys that lead to it, and its name."""
        found: list[tuple[tuple[Any, ...], str, list[float]]]
        found = [(("targets", name), name, box) for name, box in self.targets.items()]
        for kind, boxes in self.private.items():
            found += [(("private", kind, i), f"{kind} {i + 1}", box) for i, box in enumerate(boxes)]
        return [(keys, name, (x, y, width, height)) for keys, name, (x, y, width, height) in found]


def boxes_path(paths: Sequence[Path], screen: str) -> Path:
    """Return where the boxes of a capture are edited: beside it."""
    return paths[0].with_name(f"{screen}.boxes.yml")


def preview_path(paths: Sequence[Path], screen: str) -> Path:
    """Return where the boxes are drawn back: beside the capture."""
    return paths[0].with_name(f"{screen}.preview.png")


def edit(paths: Sequence[Path], screen: str, root: Path) -> None:
    """Write the boxes file, where there is none, with the boxes that the screen has now; draw them back, numbered."""
    now = _known(screen, root)
    image = _images(paths)["light"]
    draft = boxes_path(paths, screen)
    if not draft.exists():
        files.write(draft, _as_yaml(screen, max(1, round(image.width / now.size[0])), now).encode())
    data = io.BytesIO()
    _numbered(image, _boxes(draft, screen, image.size, root), root).save(data, "PNG")
    files.write(preview_path(paths, screen), data.getvalue())


def accept(paths: Sequence[Path], screen: str, ask: Callable[[str], bool], root: Path) -> list[str]:
    """Put captures in the place of a drawn screen; return what was done with each private region.

    Each region is covered, unless `ask` confirms that it shows nothing private; at the end `ask` has to confirm that
    nothing private is left. Raises CannotRunError, with nothing changed, where it does not, where a box is wrong, or
    where the preview was not drawn after the boxes were edited: nobody has looked at them then.
    """
    images = _images(paths)
    width, height = images["light"].size
    draft, preview = boxes_path(paths, screen), preview_path(paths, screen)
    boxes = _boxes(draft, screen, (width, height), root)
    if not preview.exists() or preview.stat().st_mtime_ns < draft.stat().st_mtime_ns:
        said = "is older than the boxes beside it" if preview.exists() else "there is no preview of the boxes"
        raise CannotRunError(f"{preview}: {said}; run the import with --edit, and look at it")
    done = []
    private: list[tuple[Kind, Box]] = []
    for number, (keys, name, box) in enumerate(boxes.named[len(boxes.targets) :], len(boxes.targets) + 1):
        private.append((keys[1], box))
        if ask(f"{number}, {name}: is it certain that this shows nothing private? (No: it is covered)"):
            done.append(f"{number}, {name}: confirmed")
            continue
        for scheme in SCHEMES:
            cover(images[scheme], box, boxes.scale, scheme)
        done.append(f"{number}, {name}: covered")
    if not ask(f"Have you looked at {preview}, and is all that is private in one of its boxes?"):
        raise CannotRunError("not accepted, nothing was changed; add a box for what is private, then: --edit")
    capture = Capture(
        size=(width // boxes.scale, height // boxes.scale),
        scale=boxes.scale,
        real=True,
        targets={name: box for _, name, box in boxes.named[: len(boxes.targets)]},
        private=private,
    )
    captures.write(screen, capture, {scheme: captures.encode(images[scheme]) for scheme in SCHEMES}, root)
    for path in (preview, draft):
        path.unlink(missing_ok=True)
    return done


def _known(screen: str, root: Path) -> Capture:
    """Return what is known of the screen whose place a capture takes."""
    capture = captures.read(screen, root)
    if not capture:
        known = [path.stem for path in (root / SCREENS).glob("*.html")]
        mend = nearest(screen, known) if screen not in known else "run guide shots capture first"
        raise CannotRunError(f'no captured screen "{screen}" whose place it could take; {mend}'.removesuffix("; "))
    return capture


def _images(paths: Sequence[Path]) -> dict[Scheme, Image.Image]:
    """Return the light capture and the dark one; a single file serves for both."""
    if len(paths) > 2:
        raise CannotRunError("give one capture, or a light one and a dark one")
    images = {scheme: read(path, scheme) for scheme, path in zip(SCHEMES, [paths[0], paths[-1]], strict=True)}
    if images["light"].size != images["dark"].size:
        raise CannotRunError("the light and the dark capture differ in size; take both of the same window")
    return images


def _boxes(path: Path, screen: str, size: tuple[int, int], root: Path) -> Boxes:
    """Read the boxes file; raise CannotRunError with the first thing that is wrong in it."""
    now = _known(screen, root)
    try:
        source = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        mend = f"begin with: guide shots import FILE --as {screen} --edit"
        raise CannotRunError(f"{path}: no boxes yet; {mend}") from error
    boxes, places, findings = parse(source, path.as_posix(), Boxes, rule="shots")
    if boxes is None:
        raise CannotRunError(lines(findings)[0])

    def wrong(keys: tuple[Any, ...], found: str, mend: str) -> CannotRunError:
        return CannotRunError(lines([Finding(path.as_posix(), *places.of(keys), "shots", found, "", mend)])[0])

    for name in sorted(set(boxes.targets) - set(now.targets)):
        raise wrong(("targets", name), f'"{name}" is no target of {screen}', nearest(name, now.targets))
    pictures = [picture for picture in spec.load(root)[0].pictures.values() if picture.screen == screen]
    for name in sorted({target for picture in pictures for _, target in picture.named} - set(boxes.targets)):
        raise wrong(("targets",), f'no box for the target "{name}"', "shots.yml names it: add the box")
    for keys, name, (x, y, width, height) in boxes.named:
        if not width or not height or (x + width) * boxes.scale > size[0] or (y + height) * boxes.scale > size[1]:
            raise wrong(keys, f"the box of {name} is not within the capture", "correct it, or the scale")
    for kind in get_args(Kind):
        listed = sum(kind == each for each, _ in now.private)
        if len(boxes.private.get(kind, [])) < listed:
            raise wrong(("private",), f"{listed} regions can show: {kind}", "list a box for each")
    return boxes


def _as_yaml(screen: str, scale: int, now: Capture) -> str:
    numbers = count(1)

    def row(start: str, box: Box) -> str:
        return f"{start} [{', '.join(f'{value:g}' for value in box)}] # {next(numbers)}"

    rows = [
        f"# Boxes of the capture that takes the place of {screen}: x, y, width, height in CSS pixels (pixels / scale).",
        "# Correct them, run the import with --edit again, look at the preview beside this file; then without --edit.",
        f"scale: {scale}",
        "targets:" if now.targets else "targets: {}",
        *(row(f"  {name}:", box) for name, box in now.targets.items()),
        "# All that can show a name, an address, a number or a code; each kind is a list, add what the drawing lacks.",
        "private:" if now.private else "private: {}",
    ]
    for kind in get_args(Kind):
        regions = [row("    -", box) for each, box in now.private if each == kind]
        rows += [f"  {kind}:", *regions] if regions else []
    return "\n".join(rows) + "\n"


def _numbered(image: Image.Image, boxes: Boxes, root: Path) -> Image.Image:
    """Draw every box with its number in the boxes file; targets are framed, what will be covered is shaded too."""
    image, scale = image.copy(), boxes.scale
    pen = ImageDraw.Draw(image, "RGBA")
    letters = ImageFont.truetype(root / SCREENS / "fonts" / "inter-600.woff2", 12 * scale)
    for number, (keys, _, (x, y, width, height)) in enumerate(boxes.named, 1):
        target = keys[0] == "targets"
        colour, shade = (ACCENT["light"], None) if target else ("#17211e", "#17211e50")
        right = x + (width if target else max(width, COVERED))
        pen.rectangle((x * scale, y * scale, right * scale, (y + height) * scale), shade, colour, scale)
        # Above its box, so that what is in the box can be read.
        place = ((x + 4) * scale, max(y, 16) * scale)
        tag = pen.textbbox(place, str(number), letters, anchor="lb")
        pen.rectangle((x * scale, tag[1] - scale, tag[2] + 4 * scale, place[1]), colour)
        pen.text(place, str(number), "#ffffff", letters, anchor="lb")
    return image


def read(path: Path, scheme: Scheme) -> Image.Image:
    """Return a capture's pixels: upright, sRGB, 8 bits, opaque.

    Raises CannotRunError for what is too large, animated, cut short, or no picture of a type that is taken.
    """
    try:
        size = path.stat().st_size
        if size > BYTES:
            raise CannotRunError(f"{path}: {size} bytes; at most {BYTES}; take a capture of one window")
        data = path.read_bytes()
        if data[4:8] == b"ftyp":
            from pillow_heif import register_heif_opener  # noqa: PLC0415 - wanted by few

            register_heif_opener()
        with warnings.catch_warnings(category=Image.DecompressionBombWarning, action="ignore"):
            image = Image.open(io.BytesIO(data))
        if image.format not in TYPES:
            raise CannotRunError(f"{path}: this is {image.format}, whatever its name; give PNG, JPEG or HEIC")
        if image.width * image.height > PIXELS:
            raise CannotRunError(f"{path}: {image.width}x{image.height} pixels; at most {PIXELS} in all; crop it")
        if getattr(image, "n_frames", 1) > 1:
            raise CannotRunError(f"{path}: several pictures in one file; give one that does not move")
        image.load()
        return _plain(image, scheme)
    except (OSError, SyntaxError, ValueError, ImportError, Image.DecompressionBombError, ImageCms.PyCMSError) as error:
        said = next(words for kind, words in REFUSED.items() if isinstance(error, kind))
        raise CannotRunError(f"{path}: {said}") from error


def _plain(image: Image.Image, scheme: Scheme) -> Image.Image:
    profile = image.info.get("icc_profile")
    image = ImageOps.exif_transpose(image)
    if image.mode.startswith("I"):  # 16 bits: conversion would clip them to white
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    clear = image.convert("RGBA").getchannel("A") if image.has_transparency_data else None
    if image.mode not in {"RGB", "CMYK"}:
        image = image.convert("RGBA" if clear else "RGB").convert("RGB")
    if profile:
        known = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        # A profile of grey says nothing of these colours; what is grey stays as it is.
        if known.profile.xcolor_space.strip() == image.mode:
            made = ImageCms.profileToProfile(image, known, ImageCms.createProfile("sRGB"), outputMode="RGB")
            image = made or image
    plain = Image.new("RGB", image.size, PAPER[scheme])  # a new image, so that nothing else of the file lives on
    plain.paste(image.convert("RGB"), (0, 0), clear)
    return plain
