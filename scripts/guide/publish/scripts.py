"""One script of the site's own, deferred; the theme's bundle waits until the reader opens the search."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import rjsmin

from guide.findings import CannotRunError
from guide.publish.pages import NOTICE, Page, runs
from guide.publish.place import Files

BUNDLE = re.compile(r"(.*/)?bundle\.[0-9a-f]{8}\.min\.js")


@dataclass
class Scripts:
    """What the pages' script elements held: the site's own files with their text, the theme's files, its scripts in
    pages, its settings.
    """

    own: dict[str, str] = field(default_factory=dict)
    theme: dict[str, str] = field(default_factory=dict)
    before: dict[str, None] = field(default_factory=dict)
    config: dict[str, Any] = field(default_factory=dict)


def take(pages: list[Page], files: Files) -> Scripts:
    """Take the scripts of the site and of the theme out of the pages; others stay.

    Raises CannotRunError where a theme's pages differ in what they should share, or a script cannot be read.
    """
    found = Scripts()
    for page in pages:
        for node in page.tree.css("script"):
            file = page.own(node.attributes.get("src") or "")
            text = node.text()
            if file:
                (found.theme if BUNDLE.fullmatch(file) else found.own)[file] = page.text(file, files)
            elif node.id == "__config":
                config = json.loads(text) | {"base": ""}
                config["search"] = page.own(config.get("search", ""))
                if found.config not in ({}, config):
                    said = "the theme's scripts are not those of the other pages; build the site again"
                    raise CannotRunError(f"{page.file}: {said}")
                found.config = config
            elif runs(node) and "__md_" in text:
                found.before[re.sub(r'new URL\("[^"]*",location\)', "new URL(root)", text)] = None
            elif not (runs(node) and "__tabbed_" in text):  # the theme opens the tab of the address; so does ours
                continue
            node.decompose()
    return found


def words(texts: Iterable[str]) -> frozenset[str]:
    """Return the words that scripts hold in quotes: among them are the classes that they set."""
    quoted = (word for text in texts for string in re.findall(r'"([^"\n]*)"', text) for word in string.split())
    return frozenset(quoted)


def own(texts: Iterable[str], later: list[str]) -> str:
    """Return the site's own scripts as one; `later` are the files for the search, as paths in the site."""
    parts = [*texts, _source("due.js").replace("NOTICE", json.dumps(NOTICE, ensure_ascii=False))]
    if later:
        parts.append(_source("search.js").replace("FILES", json.dumps([f"../../{file}" for file in later])))
    return ";\n".join(map(rjsmin.jsmin, parts))  # a script may end, and the next begin, with a bracket


def settings(found: Scripts) -> str:
    """Return the script that makes a page ready for the theme's bundle."""
    config = {name: value for name, value in found.config.items() if name not in {"base", "search"}}
    text = _source("settings.js").replace("THEME", ";\n".join(found.before))
    text = text.replace("WORKER", json.dumps(found.config.get("search", ""))).replace("CONFIG", json.dumps(config))
    return str(rjsmin.jsmin(text))


def _source(name: str) -> str:
    return Path(__file__).with_name(name).read_text("utf-8")
