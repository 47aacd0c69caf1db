"""Compressed twins beside the files, for hosts that serve them: made once for each content."""

from __future__ import annotations

import gzip
from hashlib import sha256
from typing import TYPE_CHECKING

import brotli  # type: ignore[import-untyped]

from guide.files import write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TEXT = (".html", ".css", ".js", ".json", ".xml", ".svg", ".txt")
WAYS: dict[str, Callable[[bytes], bytes]] = {
    ".br": lambda data: bytes(brotli.compress(data, quality=11)),
    ".gz": lambda data: gzip.compress(data, 9, mtime=0),
}


def twins(files: dict[str, bytes], cache: Path) -> dict[str, bytes]:
    """Return the twins of the text files, where they are smaller; `cache` keeps those of this site for the next run."""
    found = {}
    used = set()
    for file, data in files.items():
        for ending, compress in WAYS.items() if file.endswith(TEXT) else ():
            kept = cache / (sha256(data).hexdigest() + ending)
            used.add(kept.name)
            try:
                twin = kept.read_bytes()
            except FileNotFoundError:
                twin = compress(data)
                write(kept, twin)
            if len(twin) < len(data):
                found[file + ending] = twin
    for old in cache.glob("*") if cache.is_dir() else ():
        if old.name not in used:
            old.unlink(missing_ok=True)
    return found
