"""Old addresses that lead on: a page for hosts that serve files alone, a list for nginx."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from pathlib import Path

from guide.data import Redirects, read
from guide.findings import Finding
from guide.site.model import address

NGINX = "_redirects.map"
FOLDER = re.compile(r"(?:\w[\w.~-]*/)+")  # stays in the site, and needs no quoting in nginx's list


def load(path: Path, pages: Iterable[str]) -> tuple[dict[str, str], list[Finding]]:
    """Read the redirects, `old/address/: new/address/` from the site's root; no old one stands, every new one does.

    Raises CannotRunError where the file cannot be read.
    """
    if not path.is_file():
        return {}, []
    moves, places, wrong = read(Path(), path, Redirects, rule="redirects")
    known = {address(page) for page in pages}
    for old, new in (moves or {}).items():
        faults = []
        if old in known or not FOLDER.fullmatch(old):
            what = "a page" if old in known else "not an address of a page"
            faults.append((f'"{old}" is {what}', "such as turn-on/old-name/"))
        if new.partition("#")[0] not in known:
            faults.append((f'"{new}" is no page', "the address of one, such as turn-on/mac/"))
        wrong += [places.of(old).finding(*fault, rule="redirects") for fault in faults]
    return moves or {}, wrong


def page(old: str, new: str, url: str, policy: str) -> bytes:
    """Return the page at the old address."""
    to = escape("../" * old.count("/") + new)
    return f"""<!DOCTYPE html>
<html lang="en"><head>
<meta charset="utf-8">
{policy}
<meta http-equiv="refresh" content="0; url={to}">
<meta name="robots" content="noindex">
<meta name="viewport" content="width=device-width,initial-scale=1">
<link rel="canonical" href="{escape(url + new)}">
<title>This page has moved</title>
</head><body>
<p>This page has moved: <a href="{to}">go to the new one</a>.</p>
</body></html>
""".encode()


def nginx(moves: dict[str, str], base: str) -> bytes:
    """Return the redirects as lines of an nginx `map`."""
    return "".join(f'"{base}{old}" "{base}{new}";\n' for old, new in sorted(moves.items())).encode()
