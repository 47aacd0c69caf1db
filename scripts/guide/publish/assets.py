"""The site's own style sheets and scripts, and what the search loads: small, and named by their content."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from pathlib import Path
from textwrap import shorten

import rcssmin
import rjsmin

from guide.findings import CannotRunError
from guide.publish.pages import NOTICE
from guide.site.model import Files, Page, Reference, Site, address

INDEXES = ("search/search_index.json", "search.json")  # of MkDocs, of Zensical
FOLDER = "assets/javascripts/"
LIBRARY, SCRIPT = "minisearch.js", "search.js"
# They name pages and sources, tell how the guide is made, or are a rehearsal's screens.
LEFT_OUT = re.compile(r"about/(changes|not-confirmed|sources)/|.*#(related|sources)$|practice/.*#")
NOT_WORDS = re.compile(r"<p>Sources?: .*?</p>|<[^>]*>")
MOST = 800  # characters of a section: all but the longest lists of steps


def styles(site: Site) -> Files:
    """Minify the style sheets that pages link, and make the pages name the small ones."""
    names: dict[str, str] = {}
    files: Files = {}
    for page in site.pages.values():
        for link in page.tree.css("link[rel=stylesheet]"):
            file = _own(site, page, link.attributes["href"])
            if file and file not in names:
                names[file] = _add(files, file, rcssmin.cssmin(_text(site, file)))
            if file:
                link.attrs["href"] = site.link(page.file, names[file])
    return files


def scripts(site: Site) -> tuple[str, Files]:
    """Take the site's own scripts out of the pages; return the name of the one that replaces them all, and the files.

    It names the search's library, script and index, which are among the files.
    """
    files: Files = {}
    taken: dict[str, str] = {}
    for page in site.pages.values():
        for node in page.tree.css("script[src]"):
            file = _own(site, page, node.attributes["src"])
            if file:
                taken[file] = _text(site, file)
                node.decompose()
    names = _search(site, files)
    parts = [*taken.values(), _source("due.js").replace("NOTICE", json.dumps(NOTICE, ensure_ascii=False))]
    text = ";\n".join(map(rjsmin.jsmin, parts))  # a script may end, and the next begin, with a bracket
    return _add(files, f"{FOLDER}guide.js", _renamed(text, names)), files


def start() -> str:
    """Return the script that ends every page; its element names the site's own script."""
    return str(rjsmin.jsmin(_source("start.js")))


def _source(name: str) -> str:
    return Path(__file__).with_name(name).read_text("utf-8")


def _search(site: Site, files: Files) -> dict[str, str]:
    """Add the search's files; return their new names by those that scripts call them."""
    names = {}
    for built in INDEXES:
        if built in site.files:
            index = _add(files, "search.json", trim(site, built))
            names = {f"../../{name}": f"../../{index}" for name in INDEXES}
    for name in (LIBRARY, SCRIPT):
        if FOLDER + name in site.files:
            text = _text(site, FOLDER + name)
            if name == SCRIPT:  # the library is small as it comes, and has its license on top
                text = _renamed(rjsmin.jsmin(text), names)
            names[name] = _add(files, FOLDER + name, text).removeprefix(FOLDER)
    return names


def trim(site: Site, name: str) -> str:
    """Return an engine's index without elements, lists of links and repeated tags; pages have the titles they show.

    Raises CannotRunError if it cannot be read.
    """
    titles = {address(file): title.text() for file, page in site.pages.items() if (title := page.tree.css_first("h1"))}
    entries = []
    try:
        index = json.loads(site.files[name])
        for entry in index.get("docs") or index["items"]:
            if LEFT_OUT.match(entry["location"]):
                continue
            kept = {"location": entry["location"], "title": titles.get(entry["location"], entry["title"])}
            practice = entry["location"].startswith("practice/")  # its first paragraph is its description
            words = entry["text"].partition("</p>")[0] if practice else entry["text"]
            kept["text"] = shorten(NOT_WORDS.sub(" ", words), MOST, placeholder=" …")
            if "#" not in entry["location"]:
                kept["tags"] = entry.get("tags", [])
            entries.append(kept)
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise CannotRunError(f"{name}: it cannot be read ({error}); build the site again") from error
    return json.dumps({"docs": entries}, ensure_ascii=False, separators=(",", ":"))


def _own(site: Site, page: Page, raw: str | None) -> str | None:
    """Return the file of the site that a page names; a name that leads nowhere stays, and `links` finds it."""
    target = site.locate(Reference(page.file, raw or "", "part"))
    return site.file(target.path) if target else None


def _text(site: Site, file: str) -> str:
    try:
        return site.files[file].decode()
    except UnicodeDecodeError as error:
        raise CannotRunError(f"{site.root / file}: this is not UTF-8 text; save it as UTF-8") from error


def _add(files: Files, name: str, text: str) -> str:
    """Put a file among the others under a name that changes with its content; return it."""
    stem, _, ending = name.rpartition(".")
    named = f"{stem}.{sha256(text.encode()).hexdigest()[:8]}.{ending}"
    files[named] = text.encode()
    return named


def _renamed(script: str, names: dict[str, str]) -> str:
    for old, new in names.items():
        script = script.replace(f'"{old}"', f'"{new}"')
    return script
