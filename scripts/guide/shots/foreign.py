"""Reading a capture that comes from elsewhere: limits first, then plain sRGB pixels and nothing else of it."""

from __future__ import annotations

import io
import warnings
from pathlib import Path

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from guide.findings import CannotRunError
from guide.shots.captures import Scheme

BYTES = 40_000_000  # a capture of an 8K display is a quarter of it
PIXELS = 40_000_000  # checked before a pixel is read: a small file can hold a huge picture
TYPES = ("PNG", "JPEG", "HEIF")
PAPER = {"light": "#f6f8f7", "dark": "#101614"}  # the page's colour, which shows where a capture is transparent
REFUSED: dict[type[Exception], str] = {
    FileNotFoundError: "there is no such file",
    UnidentifiedImageError: "not a picture; give PNG, JPEG or HEIC",
    Image.DecompressionBombError: f"too many pixels; at most {PIXELS} in all; crop it",
    ImageCms.PyCMSError: "its colour profile cannot be read; save it as sRGB",
    ImportError: "HEIC needs one more package: pip install pillow-heif, or save it as PNG",
    Exception: "cut short or broken; take the capture again",
}


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
