"""A site's folder: read whole, replaced whole, so that no moment leaves a mixture, with nothing missing in it."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from guide.findings import CannotRunError, Finding
from guide.site.model import load

Files = dict[str, bytes]

NAMING = (".html", ".css", ".js", ".json", ".xml")
LEFT_OVERS = (".map", ".br", ".gz")  # maps of the theme's sources; twins are made anew
MAP = re.compile(rb"\s*(//|/\*)# sourceMappingURL=[^\n*]*(\*/)?")
THEME_FILE = re.compile(r"assets/(stylesheets|javascripts)/.*\.(css|js)|assets/images/favicon\.png")


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
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file()}


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


def unmapped(files: Files) -> Files:
    """Return the files without maps of sources and without twins; style sheets and scripts do not name their maps."""
    return {
        name: MAP.sub(b"", data) if name.endswith((".css", ".js")) else data
        for name, data in files.items()
        if not name.endswith(LEFT_OVERS)
    }


def add(files: Files, name: str, text: str) -> str:
    """Put a file among the others under a name that changes with its content; return it."""
    stem, _, ending = name.rpartition(".")
    named = f"{stem}.{sha256(text.encode()).hexdigest()[:8]}.{ending}"
    files[named] = text.encode()
    return named


def spare(files: Files) -> set[str]:
    """Return style sheets, scripts and pictures of the theme that nothing names."""
    unused = {name for name in files if THEME_FILE.fullmatch(name)}
    named = {name for name in files if name.endswith(NAMING)} - unused
    while named:
        text = b"".join(files[name] for name in named)
        named = {name for name in unused if name.rpartition("/")[2].encode() in text}
        unused -= named
    return unused


def missing(folder: Path, dropped: Iterable[str]) -> list[Finding]:
    """Find addresses that lead nowhere, parts from elsewhere, names of dropped files, and data that cannot be read."""
    return sorted({*_addresses(folder), *_names(folder, dropped)})


def _addresses(folder: Path) -> Iterator[Finding]:
    site = load(folder)
    for file, problem in site.unreadable.items():
        yield Finding(file, 0, 0, "whole", f"it cannot be read ({problem})", "", "build the site again")
    for reference in site.references:
        target = site.locate(reference)
        if target is None or (target.form != "full" and not site.file(target.path)):
            yield Finding(reference.file, 0, 0, "whole", f"{reference.raw} leads nowhere in the published site", "", "")
        elif target.path is None and reference.kind == "part" and not reference.raw.startswith("data:"):
            found = f"{reference.raw} comes from elsewhere"
            yield Finding(reference.file, 0, 0, "policy", found, "", "keep a copy in docs/assets, or link to it")


def _names(folder: Path, dropped: Iterable[str]) -> Iterator[Finding]:
    names = {name.rpartition("/")[2] for name in dropped}
    if not names:
        return
    # As part of an address, in quotes, brackets or after a slash; a page may well speak of a file.
    search = re.compile(rb"""["'/(](%s)["')?#]""" % "|".join(map(re.escape, sorted(names))).encode())
    for path in folder.rglob("*"):
        if path.name.endswith(NAMING):
            for name in set(search.findall(path.read_bytes())):
                file, found = path.relative_to(folder).as_posix(), f"{name.decode()} is named, but not published"
                yield Finding(file, 0, 0, "whole", found, "", "link the style sheet or script in a page's head")
