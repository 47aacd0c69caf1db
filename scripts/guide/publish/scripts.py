"""One script of the site's own, after the first paint."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import rjsmin

from guide.publish.pages import NOTICE, Page
from guide.publish.place import Files


def take(pages: list[Page], files: Files) -> dict[str, str]:
    """Take the site's scripts out of the pages; return their names and texts.

    Raises CannotRunError where one cannot be read.
    """
    found = {}
    for page in pages:
        for node in page.tree.css("script[src]"):
            file = page.own(node.attributes["src"] or "")
            if file:
                found[file] = page.text(file, files)
                node.decompose()
    return found


def join(texts: Iterable[str]) -> str:
    """Return the site's own scripts as one."""
    parts = [*texts, _source("due.js").replace("NOTICE", json.dumps(NOTICE, ensure_ascii=False))]
    return ";\n".join(map(rjsmin.jsmin, parts))  # a script may end, and the next begin, with a bracket


def start() -> str:
    """Return the script that stands last in every page; its element names the site's own script."""
    return str(rjsmin.jsmin(_source("start.js")))


def _source(name: str) -> str:
    return Path(__file__).with_name(name).read_text("utf-8")
