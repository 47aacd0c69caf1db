"""Every address in a document, and which of them the lists block, pay somebody, or fetch from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from linkcheck.htmlutil.srcsetparse import parse_srcset
from selectolax.lexbor import LexborNode

from guide.ads.document import Document, host, short
from guide.ads.lists import FilterList
from guide.ads.signs import signs
from guide.links.site import of_style
from guide.tree import LINE, line_of, value

# Types of request (https://developer.mozilla.org/en-US/docs/Mozilla/Add-ons/WebExtensions/API/webRequest/ResourceType).
# A link is a document: rules on paths are for parts of pages. `ping` is left out: one rule there matches every address.
TYPES = {
    "script": "script", "iframe": "sub_frame", "frame": "sub_frame", "video": "media", "audio": "media",
    "track": "media", "source": "media", "object": "object", "embed": "object",
}  # fmt: skip
RELATIONS = {
    "stylesheet": "stylesheet", "preload": "other", "modulepreload": "script", "prefetch": "other",
    "prerender": "other", "preconnect": "other", "dns-prefetch": "other", "icon": "image", "apple-touch-icon": "image",
    "manifest": "other",
}  # fmt: skip
FETCHED = {"src", "poster", "data", "background", "data-src", "data-lazy-src", "data-original"}
CANDIDATES = {"srcset", "imagesrcset", "data-srcset"}
FOLLOWED = {"href", "xlink:href", "action", "formaction"}
SCRIPT = re.compile(r"[\x00-\x20]*(?:javascript|vbscript|data\s*:\s*text/html)\s*[:;,]", re.IGNORECASE)
WEB = re.compile(r"https?://[^\s\"'<>\\^`{|}]{3,2000}", re.IGNORECASE)
IN_SCRIPT = re.compile(r"(?:https?:)?//[\w-]+(?:\.[\w-]+)+[^\s\"'<>\\^`{|}]*", re.IGNORECASE)


class Sign(NamedTuple):
    """What has been found: its kind, what of the file shows it, and why."""

    line: int
    kind: str
    shown: str
    why: str


class Address(NamedTuple):
    """An address as it is written; `kind` is the type of request that fetches it, empty where a reader follows it."""

    attribute: str
    raw: str
    kind: str


def of(node: LexborNode) -> Iterator[Address]:
    """Yield every address of an element, those in any attribute and in scripts and styles too."""
    tag = str(node.tag)
    kind = TYPES.get(tag, "image")
    if tag == "source" and node.parent and node.parent.tag == "picture":
        kind = "image"
    for name, text in node.attributes.items():
        if not text or name == LINE:
            continue
        if name in CANDIDATES:
            yield from (Address(name, raw, "image") for raw in parse_srcset(text))
        elif name == "style":
            yield from (Address(name, raw, "image") for raw in (of_style(text) if "(" in text else ()))
        elif name in FETCHED and (name != "data" or tag == "object"):
            yield Address(name, text, "image" if name in {"poster", "background"} else kind)
        elif name in FOLLOWED:
            relations = (RELATIONS[each] for each in value(node, "rel").lower().split() if each in RELATIONS)
            fetched = next(relations, "") if tag == "link" else kind if tag in {"use", "image"} else ""
            yield Address(name, text, fetched)
        elif "//" in text:
            yield from (Address(name, raw, "") for raw in WEB.findall(text))
    if tag == "style":
        yield from (Address("", raw, "image") for raw in of_style(node.text()))
    elif tag == "script":
        kind = "" if "json" in value(node, "type") else "script"
        yield from (Address("", raw, kind) for raw in IN_SCRIPT.findall(node.text().replace("\\/", "/")))


def judge(document: Document, lists: Sequence[FilterList], node: LexborNode) -> Iterator[Sign]:
    """Yield what is wrong with the addresses of an element."""
    for address in of(node):
        name, raw, _ = address
        line = document.line(node, raw) if name else document.locate(raw, line_of(node))
        shown = f'<{node.tag} {name}="{short(raw)}">' if name else f"<{node.tag}> {short(raw)}"
        if name in FOLLOWED | FETCHED and SCRIPT.match(re.sub(r"[\t\n\r]", "", raw)):
            yield Sign(line, "script address", shown, "an address leads somewhere")
        elif name == "href" and "sponsored" in value(node, "rel").lower().split():
            yield Sign(line, "affiliate link", f'{shown} rel="sponsored"', "it says itself that it is paid")
        # What a script names may never be fetched: only the lists know better.
        elif (wrong := outward(document, lists, address)) and (
            name or node.tag == "style" or wrong[0] != "foreign part"
        ):
            yield Sign(line, wrong[0], shown, wrong[1])


def outward(document: Document, lists: Sequence[FilterList], address: Address) -> tuple[str, str] | None:
    """Return of which kind an address is that no page of this site may name, and why."""
    full = document.resolve(address.raw)
    if not re.match(r"https?://.", full, re.IGNORECASE):
        return None
    blocking = [str(each) for each in lists if each.blocks(full, document.url, address.kind or "document")]
    if blocking:
        return "list hit", f"blocked by {' and '.join(blocking)}"
    if not document.foreign(full):
        return None
    if paid := signs().paid(full):
        return paid
    return ("foreign part", f"it is fetched from {host(full)}") if address.kind else None
