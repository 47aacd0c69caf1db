"""What takes long to make is kept between runs, each file under a name that says what it was made from."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import brotli  # type: ignore[import-untyped]

from guide.files import write

TEXT = (".html", ".css", ".js", ".json", ".xml", ".svg", ".txt")
WAYS: dict[str, Callable[[bytes], bytes]] = {
    ".br": lambda data: bytes(brotli.compress(data, quality=11)),
    ".gz": lambda data: gzip.compress(data, 9, mtime=0),
}


@contextmanager
def keeping(folder: Path) -> Iterator[Callable[..., bytes]]:
    """Yield `keep(source, ending, make, *arguments)`, which returns what `make` makes, or made of the same `source`.

    What was not asked for is removed at the end.
    """
    used = set()

    def keep(source: bytes, ending: str, make: Callable[..., bytes], *arguments: object) -> bytes:
        path = folder / (sha256(source).hexdigest() + ending)
        used.add(path.name)
        try:
            return path.read_bytes()
        except FileNotFoundError:
            data = make(*arguments)
            write(path, data)
            return data

    yield keep
    for old in folder.glob("*"):
        if old.name not in used:
            old.unlink(missing_ok=True)


def twins(files: dict[str, bytes], cache: Path) -> dict[str, bytes]:
    """Return the compressed twins of the text files, for hosts that serve them, where they are smaller."""
    found = {}
    with keeping(cache) as keep:
        for file, data in files.items():
            for ending, compress in WAYS.items() if file.endswith(TEXT) else ():
                twin = keep(data, ending, compress, data)
                if len(twin) < len(data):
                    found[file + ending] = twin
    return found
