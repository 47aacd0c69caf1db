"""A built site as files and pages, and where each address on it leads."""

from __future__ import annotations

import gzip
import posixpath
import zlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import unquote, urlsplit

from guide.findings import CannotRunError
from guide.links.references import Page, Reference, of_data, of_page, of_style

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True)
class Target:
    """Where an address leads.

    `path` is relative to the site's root, or None where it leads elsewhere: to another site, scheme or program.
    `form` is how it is written; `climbs` says that it leaves the site by its path.
    """

    path: str | None
    fragment: str
    form: Literal["relative", "rooted", "full"]
    climbs: bool = False


@dataclass(frozen=True)
class Site:
    """A folder of files; `url` is the full address it is made for, as its pages' canonical addresses say, or empty."""

    root: Path
    files: frozenset[str]
    pages: dict[str, Page]
    others: tuple[Reference, ...]
    unreadable: dict[str, str]
    url: str

    @property
    def base(self) -> str:
        """The path under which the site is served, `/` or such as `/guide/`."""
        return urlsplit(self.url).path or "/"

    @property
    def references(self) -> list[Reference]:
        """Every address on the site."""
        return [reference for page in self.pages.values() for reference in page.references] + list(self.others)

    def file(self, path: str) -> str | None:
        """Return the file that a path leads to: itself, or a folder's index.html."""
        file = path + "index.html" if not path or path.endswith("/") else path
        return file if file in self.files else None

    def locate(self, reference: Reference) -> Target | None:
        """Return where an address leads, or None where it is not an address."""
        try:
            parts = urlsplit(reference.raw)
        except ValueError:
            return None
        path, fragment = parts.path, unquote(parts.fragment)
        if parts.scheme or parts.netloc:
            own = parts.scheme in {"http", "https", ""} and bool(self.url) and parts.netloc == urlsplit(self.url).netloc
            inside = own and path.startswith(self.base)
            return Target(_normal(path[len(self.base) :]) if inside else None, fragment, "full")
        if not path:
            return Target(address(reference.file), fragment, "relative")
        rooted = path.startswith("/")
        if rooted and not path.startswith(self.base):
            return Target(None, fragment, "rooted", climbs=True)
        path = _normal(path[len(self.base) :] if rooted else reference.folder + path)
        climbs = path.startswith("../")
        return Target(None if climbs else path, fragment, "rooted" if rooted else "relative", climbs)


def _normal(path: str) -> str:
    folder = path.rpartition("/")[2] in {"", ".", ".."}
    path = unquote(posixpath.normpath(path)) + "/" * folder
    return path.removeprefix("./")


def address(file: str) -> str:
    """Return the path at which a file is served: a folder for its index.html."""
    return file.removesuffix("index.html") if posixpath.basename(file) == "index.html" else file


def source(file: str, docs: Path) -> Path | None:
    """Return the Markdown file that a built page comes from, by its path."""
    stem = file.removesuffix(".html")
    folder = stem.removesuffix("index").rstrip("/")
    names = [stem] if folder == stem else [folder, f"{folder}/index", f"{folder}/README"]
    return next((path for name in names if (path := docs / f"{name.lstrip('/')}.md").is_file()), None)


def load(root: Path) -> Site:
    """Read a built site once; raises CannotRunError where the folder is not one."""
    if not root.is_dir():
        raise CannotRunError(f"{root}: no such folder; build the site first, with make build")
    if not (root / "index.html").is_file():
        raise CannotRunError(f"{root}: there is no index.html in it; name the folder of a built site")
    try:
        files = sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())
        pages = {file: of_page(file, (root / file).read_bytes()) for file in files if file.endswith(".html")}
        others, unreadable = _others(root, files)
    except (OSError, RecursionError) as error:
        raise CannotRunError(f"{root}: cannot read it ({error})") from error
    return Site(root, frozenset(files), pages, tuple(others), unreadable, _url(pages.values()))


def _others(root: Path, files: list[str]) -> tuple[list[Reference], dict[str, str]]:
    found: list[Reference] = []
    unreadable: dict[str, str] = {}
    seen: set[bytes] = set()
    for file in files:
        folder = file[: file.rfind("/") + 1]
        if file.endswith(".css"):
            text = (root / file).read_text("utf-8", "replace")
            found += [Reference(file, raw.strip(), "part", folder) for raw in of_style(text)]
        elif file.endswith((".xml", ".xml.gz")) or (file.endswith(".json") and "search" in file):
            data = (root / file).read_bytes()
            try:
                data = gzip.decompress(data) if file.endswith(".gz") else data
                found += [] if data in seen else of_data(file, data)
            except (ValueError, EOFError, RecursionError, gzip.BadGzipFile, zlib.error) as error:
                unreadable[file] = str(error)
            seen.add(data)
    return found, unreadable


def _url(pages: Iterable[Page]) -> str:
    """Return the address that most canonical addresses agree on, once each page's own path is taken off."""
    votes = Counter(
        page.canonical.removesuffix(address(page.file))
        for page in pages
        if not page.forwards and page.canonical.endswith("/" + address(page.file))
    )
    return votes.most_common(1)[0][0] if votes else ""
