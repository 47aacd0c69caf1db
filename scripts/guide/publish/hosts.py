"""What a host needs to know: the Content-Security-Policy, the other headers, cache times, old addresses."""

from __future__ import annotations

import re
from base64 import b64encode
from collections import defaultdict
from collections.abc import Collection, Iterator
from hashlib import sha256
from html import escape
from pathlib import Path

from selectolax.lexbor import LexborNode

from guide.data import Redirects, read
from guide.findings import Finding
from guide.site.model import Files, Page, Site, address

HEADERS, NGINX = "_headers", "_redirects.map"
MARK = "# Written by guide publish, which replaces this folder.\n"
# Styles and frames never come from inside a page or from elsewhere; pictures inside style sheets are data:.
DIRECTIVES = (
    "default-src 'none'; script-src {scripts}; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'"
)
EVERYWHERE = {
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Content-Type-Options": "nosniff",
}
NAMED_BY_CONTENT = re.compile(r"\.[0-9a-f]{8}\.(css|js|json)$")
FOR_EVER, A_DAY, MINUTES = (f"public, max-age={time}" for time in ("31536000, immutable", "86400", "600"))
OLD = re.compile(r"(?:\w[\w.~-]*/)+")  # stays in the site, and needs no quoting in nginx's list


def hashes(page: Page, start: str) -> set[str]:
    """Return the sources that allow the scripts in a page itself and the one it is to start with."""
    texts = [start] + [node.text() for node in page.tree.css("script:not([src])") if _runs(node)]
    return {f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in texts}


def _runs(script: LexborNode) -> bool:
    """Say whether a script element is a program, not data."""
    return (script.attributes.get("type") or "text/javascript") in {"text/javascript", "module"}


def _directives(allowed: set[str]) -> str:
    return DIRECTIVES.format(scripts=" ".join(["'self'", *sorted(allowed)]))


def meta(allowed: set[str]) -> str:
    """Return the policy as an element (browsers refuse `frame-ancestors` there), and that no address is passed on."""
    policy = escape(_directives(allowed), quote=False)
    return f"""<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="referrer" content="no-referrer">"""


def headers(allowed: set[str], base: str, files: Collection[str]) -> str:
    """Return `_headers`, which Netlify, Cloudflare Pages and others read.

    A path matches one rule with a cache time: if two matched, some hosts would join the values.
    """
    folders: dict[str, set[str]] = defaultdict(set)
    for file in files:
        depth = 2 if file.startswith("assets/") else 1
        parts = file.split("/")
        rule = "/".join([*parts[:depth], "*"]) if len(parts) > depth else file.removesuffix("index.html")
        folders[rule].add(file)
    rules = {"*": {"Content-Security-Policy": f"{_directives(allowed)}; frame-ancestors 'none'", **EVERYWHERE}}
    for path, inside in sorted(folders.items()):
        rules[path] = {"Cache-Control": _cache(inside)}
    lines = []
    for path, values in rules.items():
        lines += [base + path, *(f"  {name}: {value}" for name, value in values.items())]
    return MARK + "\n".join(lines) + "\n"


def _cache(files: set[str]) -> str:
    if all(NAMED_BY_CONTENT.search(file) for file in files):
        return FOR_EVER
    return A_DAY if all(file.startswith("assets/") for file in files) else MINUTES


def refused(site: Site, built: Site) -> Iterator[Finding]:
    """Find what the policy refuses: styles and handlers in a page, and parts that come from elsewhere."""
    for file, page in site.pages.items():
        inside = [("<style", "<style>")] * len(page.tree.css("style"))
        for node in page.tree.css("*"):
            names = (name for name in node.attributes if name == "style" or name.startswith("on"))
            inside += [(f"{name}=", f"{name}= on <{node.tag}>") for name in names]
        for words, what in inside:
            yield built.place(file, words).finding(f"{what} in the page", "", "put it into a file", "policy")
    for each in site.references:
        target = site.locate(each)
        if target and target.form == "full" and target.path is None and each.kind == "part" and each.raw[:5] != "data:":
            found, fix = f"{each.raw} comes from elsewhere", "keep a copy in docs/assets, or link to it"
            yield built.place(each.file, each.raw).finding(found, "", fix, "policy")


def redirects(site: Site, path: Path) -> tuple[dict[str, str], list[Finding]]:
    """Read the redirects, `old/address/: new/address/` from the site's root; an old one isn't a page, a new one is.

    Raises CannotRunError if the file cannot be read.
    """
    if not path.is_file():
        return {}, []
    moves, places, wrong = read(Path(), path, Redirects, rule="redirects")
    known = {address(page) for page in site.pages}
    for old, new in (moves or {}).items():
        if old in known or not OLD.fullmatch(old):
            found = f'"{old}" is {"a page" if old in known else "not an address of a page"}'
            wrong.append(places.of(old).finding(found, "such as turn-on/old-name/", rule="redirects"))
        if new.partition("#")[0] not in known:
            found = f'"{new}" is no page'
            wrong.append(places.of(old).finding(found, "the address of one, such as turn-on/mac/", rule="redirects"))
    return {} if wrong else moves or {}, wrong


def moved(site: Site, moves: dict[str, str]) -> Files:
    """Return a page at each old address, for hosts that serve only files, and the list for nginx."""
    files = {}
    for old, new in moves.items():
        to = escape("../" * old.count("/") + new)
        files[f"{old}index.html"] = f"""<!DOCTYPE html>
<html lang="en"><head>
<meta charset="utf-8">
{meta(set())}
<meta http-equiv="refresh" content="0; url={to}">
<meta name="robots" content="noindex">
<meta name="viewport" content="width=device-width,initial-scale=1">
<link rel="canonical" href="{escape(site.url + new)}">
<title>This page has moved</title>
</head><body>
<p>This page has moved: <a href="{to}">go to the new one</a>.</p>
</body></html>
""".encode()
    if moves:
        lines = (f'"{site.base}{old}" "{site.base}{new}";\n' for old, new in sorted(moves.items()))
        files[NGINX] = "".join(lines).encode()
    return files
