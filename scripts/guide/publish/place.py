"""A site's folder: read whole, and replaced whole, so that no moment leaves a mixture."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from hashlib import sha256
from typing import TYPE_CHECKING

from guide.findings import CannotRunError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Files = dict[str, bytes]


@contextmanager
def alone(site: Path) -> Iterator[None]:
    """Hold off other runs on the same folder, and put back what a killed run had moved aside.

    The lock ends with its process. Windows has no such lock: there it is the caller's to run once at a time.
    """
    try:
        import fcntl  # noqa: PLC0415
    except ImportError:
        fcntl = None  # type: ignore[assignment]
    handle = os.open(site.parent, os.O_RDONLY) if fcntl else -1
    try:
        if fcntl:
            fcntl.flock(handle, fcntl.LOCK_EX)
        if not site.exists() and aside(site).is_dir():
            aside(site).rename(site)
        yield
    finally:
        for left in (fresh(site), aside(site)):
            shutil.rmtree(left, ignore_errors=True)
        if fcntl:
            os.close(handle)


def fresh(site: Path) -> Path:
    """Return where the new site is written."""
    return site.with_name(f".{site.name}.fresh")


def aside(site: Path) -> Path:
    """Return where the old site lies for the moment in which the new one takes its place."""
    return site.with_name(f".{site.name}.aside")


def read(site: Path) -> Files:
    """Return every file of a site; raises CannotRunError where the folder is not one."""
    if not (site / "index.html").is_file():
        raise CannotRunError(f"{site}: there is no index.html in it; build the site first, with make build")
    try:
        return {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file()}
    except OSError as error:
        raise CannotRunError(f"{site}: cannot read it ({error})") from error


def write(site: Path, files: Files) -> None:
    """Write the new site beside the old one."""
    shutil.rmtree(fresh(site), ignore_errors=True)
    for name, data in files.items():
        path = fresh(site) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def swap(site: Path) -> None:
    """Put the new site in the old one's place."""
    site.rename(aside(site))
    fresh(site).rename(site)


def digest(files: Files, but: str) -> str:
    """Return one number for the names and the content of all files but one."""
    lines = (f"{sha256(data).hexdigest()} {name}\n" for name, data in sorted(files.items()) if name != but)
    return sha256("".join(lines).encode()).hexdigest()
