"""Nothing is missing: every address in the new site resolves, and nothing names what was dropped."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from guide.findings import Finding
from guide.links.site import load

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from guide.publish.place import Files

NAMING = (".html", ".css", ".js", ".json", ".xml")
THEME_FILE = re.compile(r"assets/(stylesheets|javascripts)/.*\.(css|js)|assets/images/favicon\.png")
LUNR = "assets/javascripts/lunr/"  # languages of the search: the worker puts the names together
MAP = re.compile(rb"\s*(//|/\*)# sourceMappingURL=[^\n*]*(\*/)?")


def unmapped(name: str, data: bytes) -> bytes:
    """Return a style sheet or script that does not name its map; other files as they are."""
    return MAP.sub(b"", data) if name.endswith((".css", ".js")) else data


def spare(files: Files) -> set[str]:
    """Return style sheets, scripts and pictures of the theme that nothing names, and languages nobody searches in."""
    english = b'"lang":["en"]' in files.get("search/search_index.json", b"")[:1000]
    unused = {name for name in files if THEME_FILE.fullmatch(name) and (english or not name.startswith(LUNR))}
    named = {name for name in files if name.endswith(NAMING)} - unused
    while named:
        text = b"".join(files[name] for name in named)
        named = {name for name in unused if name.rpartition("/")[2].encode() in text and not name.startswith(LUNR)}
        unused -= named
    return unused


def check(folder: Path, dropped: Iterable[str]) -> list[Finding]:
    """Find addresses that lead nowhere, parts from elsewhere, and names of dropped files."""
    return sorted({*_addresses(folder), *_names(folder, dropped)})


def _addresses(folder: Path) -> Iterator[Finding]:
    site = load(folder)
    for reference in site.references:
        target = site.locate(reference)
        missing = target is None or target.climbs or (target.path is not None and site.file(target.path) is None)
        if missing:
            yield Finding(reference.file, 0, 0, "whole", f"{reference.raw} leads nowhere in the published site", "", "")
        elif target and target.path is None and reference.kind == "part" and not reference.raw.startswith("data:"):
            found = f"{reference.raw} comes from elsewhere"
            yield Finding(reference.file, 0, 0, "policy", found, "", "keep a copy in docs/assets, or link to it")


def _names(folder: Path, dropped: Iterable[str]) -> Iterator[Finding]:
    names = {name.rpartition("/")[2] for name in dropped if not name.startswith(LUNR)}
    if not names:
        return
    # As part of an address, in quotes, brackets or after a slash; a page may well speak of a file.
    search = re.compile(rb"""["'/(](%s)["')?#]""" % "|".join(map(re.escape, sorted(names))).encode())
    for path in folder.rglob("*"):
        if path.name.endswith(NAMING):
            for name in set(search.findall(path.read_bytes())):
                file = path.relative_to(folder).as_posix()
                found = f"{name.decode()} is named, but not published"
                yield Finding(file, 0, 0, "whole", found, "", "link the style sheet or script in a page's head")
