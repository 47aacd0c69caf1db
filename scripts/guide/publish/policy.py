"""The Content-Security-Policy: what a page may run and fetch, by hashes of what was built; and the other headers."""

from __future__ import annotations

import re
from base64 import b64encode
from collections import defaultdict
from collections.abc import Collection, Iterable
from hashlib import sha256
from html import escape

from guide.findings import Finding
from guide.publish.pages import Page

# Styles and frames never come from inside a page or from elsewhere; pictures inside style sheets are data:.
DIRECTIVES = (
    "default-src 'none'; script-src {scripts}; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'"
)
HEADERS = {
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Content-Type-Options": "nosniff",
}
NAMED_BY_CONTENT = re.compile(r"\.[0-9a-f]{8}\.(css|js|json)$")
FOR_EVER, A_DAY, MINUTES = (f"public, max-age={time}" for time in ("31536000, immutable", "86400", "600"))


def hashes(scripts: Iterable[str]) -> set[str]:
    """Return the sources that allow these scripts where they stand in a page."""
    return {f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in scripts}


def directives(allowed: set[str]) -> str:
    """Return the policy that allows the site's own files and these inline scripts."""
    return DIRECTIVES.format(scripts=" ".join(["'self'", *sorted(allowed)]))


def meta(allowed: set[str]) -> str:
    """Return the policy as an element (browsers refuse `frame-ancestors` there), and that no address is passed on."""
    told = escape(directives(allowed), quote=False)
    return f'<meta http-equiv="Content-Security-Policy" content="{told}">\n<meta name="referrer" content="no-referrer">'


def headers(allowed: set[str], base: str, files: Collection[str]) -> str:
    """Return `_headers`, which Netlify, Cloudflare Pages and others read.

    A path matches one rule with a cache time: where two matched, some hosts would join the values.
    """
    folders: dict[str, set[str]] = defaultdict(set)
    for file in files:
        depth = 2 if file.startswith("assets/") else 1
        parts = file.split("/")
        rule = "/".join([*parts[:depth], "*"]) if len(parts) > depth else file.removesuffix("index.html")
        folders[rule].add(file)
    rules = {"*": {"Content-Security-Policy": f"{directives(allowed)}; frame-ancestors 'none'", **HEADERS}}
    for path, inside in sorted(folders.items()):
        rules[path] = {"Cache-Control": _cache(inside)}
    lines = []
    for path, values in rules.items():
        lines += [base + path, *(f"  {name}: {value}" for name, value in values.items())]
    return "\n".join(lines) + "\n"


def _cache(files: set[str]) -> str:
    if all(NAMED_BY_CONTENT.search(file) for file in files):
        return FOR_EVER
    return A_DAY if all(file.startswith("assets/") for file in files) else MINUTES


def refused(page: Page) -> list[Finding]:
    """Find what a page holds and its own policy refuses."""
    inside = [f"<{node.tag}>" for node in page.tree.css("style")]
    for node in page.tree.css("*"):
        inside += [f"{name}= on <{node.tag}>" for name in node.attributes if name == "style" or name.startswith("on")]
    return [Finding(page.file, 0, 0, "policy", f"{what} in the page", "", "put it into a file") for what in inside]
