"""What the search loads when it is opened: its library, its script, and an index of plain text."""

from __future__ import annotations

import json
import re
from textwrap import shorten

import rjsmin

from guide.findings import CannotRunError
from guide.publish.pages import Page
from guide.publish.place import Files, add
from guide.site.model import address

INDEXES = ("search/search_index.json", "search.json")  # of MkDocs, of Zensical
FOLDER = "assets/javascripts/"
LIBRARY, SCRIPT = "minisearch.js", "search.js"
# They name pages and sources, or tell how the guide is made.
LEFT_OUT = re.compile(r"about/(changes|not-confirmed|sources)/|.*#(related|sources)$")
NOT_WORDS = re.compile(r"<p>Sources?: .*?</p>|<[^>]*>")
MOST = 800  # characters of a section: all but the longest lists of steps


def pack(script: str, pages: list[Page], out: Files) -> str:
    """Put the search's files under names that change with their content; return the site's script with these names."""
    titles = {address(page.file): title.text() for page in pages if (title := page.tree.css_first("h1"))}
    names = {}
    for built in INDEXES:
        if built in out:
            index = add(out, "search.json", trim(built, out.pop(built), titles))
            names = {f"../../{name}": f"../../{index}" for name in INDEXES}
    for name in (LIBRARY, SCRIPT):
        if FOLDER + name in out:
            text = out.pop(FOLDER + name).decode()
            if name == SCRIPT:  # the library is small as it comes, and has its license on top
                text = _named(rjsmin.jsmin(text), names)
            names[name] = add(out, FOLDER + name, text).removeprefix(FOLDER)
    return _named(script, names)


def _named(script: str, names: dict[str, str]) -> str:
    for old, new in names.items():
        script = script.replace(f'"{old}"', f'"{new}"')
    return script


def trim(name: str, index: bytes, titles: dict[str, str]) -> str:
    """Return an engine's index without elements, lists of links and repeated tags; pages have the titles they show.

    Raises CannotRunError where it cannot be read.
    """
    entries = []
    try:
        read = json.loads(index)
        for entry in read.get("docs") or read["items"]:
            if LEFT_OUT.match(entry["location"]):
                continue
            kept = {"location": entry["location"], "title": titles.get(entry["location"], entry["title"])}
            kept["text"] = shorten(NOT_WORDS.sub(" ", entry["text"]), MOST, placeholder=" …")
            if "#" not in entry["location"]:
                kept["tags"] = entry.get("tags", [])
            entries.append(kept)
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise CannotRunError(f"{name}: it cannot be read ({error}); build the site again") from error
    return json.dumps({"docs": entries}, ensure_ascii=False, separators=(",", ":"))
