"""What a reader sees and does not see: pixels, places for ads, link farms, and what says that the page pays."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from guide.ads.addresses import Sign
from guide.ads.document import Document, short
from guide.ads.lists import FilterList
from guide.ads.signs import signs
from guide.tree import LINE, line_of, up, value

UNSEEN = re.compile(
    r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0(?:\.0+)?\s*(?:[;!]|$)|(?:left|top)\s*:\s*-\d{3,})",
    re.IGNORECASE,
)
UNNAMED = {"h1", "h2", "h3", "h4", "h5", "h6", "dt", "th", "td", "a", "body"}  # named by their words, or no place
OPEN = re.compile(r"“[^”]*$|\u2018(?:[^’]|’(?=\w))*$")  # a quotation; ’ before a letter is an apostrophe
ASKED = re.compile(r"[^.!?]*\?")  # the rest of a question
LABEL, QUOTATION = 60, 400  # characters; longer words are no label, and no quotation


def pixel(document: Document, node: LexborNode) -> Iterator[Sign]:
    """Find pictures and frames that nobody sees: of no size, of one pixel, or hidden and from elsewhere."""
    source = value(node, "src") or value(node, "data-src") or value(node, "data")
    if node.tag not in {"img", "iframe", "embed", "object", "input"} or not source or source.startswith("data:"):
        return
    sizes = {name: _size(node, name) for name in ("width", "height")}
    said = [size for size in sizes.values() if size is not None]
    foreign = document.foreign(document.resolve(source))
    why = ""
    if said and (0 in said or (max(said) <= 1 and (len(said) == 2 or foreign))):
        why = ", ".join(f"{name} {size:g}" for name, size in sizes.items() if size is not None)
    elif foreign and any("hidden" in each.attributes or UNSEEN.search(value(each, "style")) for each in up(node, 6)):
        why = "it is hidden"
    if why:
        yield Sign(document.line(node, source), "tracking pixel", f'<{node.tag} src="{short(source)}">', why)


def _size(node: LexborNode, name: str) -> float | None:
    """Return a width or height in pixels, where the element says one; a style counts before an attribute."""
    style = re.search(rf"(?:^|;)\s*{name}\s*:\s*([^;]+)", value(node, "style"), re.IGNORECASE)
    match = re.fullmatch(r"\s*(\d*\.?\d+)\s*(?:px|pt)?\s*(?:!.*)?", style[1] if style else value(node, name))
    return float(match[1]) if match else None


def containers(document: Document, lists: Sequence[FilterList]) -> Iterator[Sign]:
    """Find the places for ads: what the lists hide, and what is named like one."""
    named = {node.mem_id: [*value(node, "class").split(), value(node, "id")] for node in document.elements}
    classes, ids = {name for names in named.values() for name in names[:-1]}, {names[-1] for names in named.values()}
    hidden: dict[int, str] = {}
    for each in lists:
        selectors = sorted(filter(_valid, each.hides(document.url, classes, ids - {""})))
        found = document.tree.css(", ".join(selectors)) if selectors else []
        hidden.update({node.mem_id: f"hidden by {each}" for node in found})
    for node in document.elements:
        places = [name for name in named[node.mem_id] if signs().containers.fullmatch(name)]
        places += [name for name in node.attributes if name in signs().attributes]
        why = hidden.get(node.mem_id) or (f'"{places[0]}" names a place for ads' if places else "")
        if node.mem_id in hidden or (places and node.tag not in UNNAMED):
            pairs = [f'{name}="{short(text or "")}"' for name, text in node.attributes.items() if name != LINE]
            yield Sign(line_of(node), "ad container", f"<{' '.join([str(node.tag), *pairs[:4]])}>", why)


@cache
def _valid(selector: str) -> bool:
    """Return whether a selector can be asked for: one that cannot would silence all others."""
    try:
        LexborHTMLParser("<p>").css(selector)
    except (ValueError, SelectolaxError):
        return False
    return True


def words(document: Document, block: LexborNode, text: str, line: int) -> Iterator[Sign]:
    """Find what says that the page pays, and the labels over ads; what is quoted or asked is not said."""
    for match in signs().disclaimers.finditer(text):
        if not quoted(text, match.start()) and not ASKED.match(text, match.end()):
            here = document.locate(match[0], line)
            yield Sign(here, "affiliate disclaimer", f"“{short(match[0])}”", "the page is paid for what it links")
    label = text.strip(" \n\t:.–—-[]()")
    item = any(each.tag == "li" for each in up(block, 2))  # of a list that names kinds of ads
    if block.tag not in UNNAMED and not item and signs().labels.fullmatch(label):
        yield Sign(document.locate(label, line), "ad container", f"“{label}”", "the label over an ad")


def quoted(text: str, start: int) -> bool:
    """Return whether a place in a text lies in quotation marks."""
    before = text[max(0, start - QUOTATION) : start]
    return bool(OPEN.search(before)) or before.count('"') % 2 == 1


def farm(document: Document, block: LexborNode, text: str, line: int) -> Iterator[Sign]:
    """Find lists of outward links under words such as "also read"; in the same block one link is enough."""
    label = re.split(r"[:\n|»>–—]|\s-\s", text.strip(" \n\t*•-"), maxsplit=1)[0].strip(" .!?…")
    if len(label) > LABEL or not signs().farms.fullmatch(label):
        return
    found = _outward(document, block)
    if not found:
        found = [link for near in _after(block) for link in _outward(document, near)]
        found = found if len(set(found)) > 1 else []
    if found:
        shown = f"“{label}” leads to {', '.join(map(short, dict.fromkeys(found[:3])))}"
        yield Sign(document.locate(label, line), "link farm", shown, "links that lead away from the subject")


def _after(block: LexborNode) -> Iterator[LexborNode]:
    """Yield what follows a block and is mostly links; where nothing follows, what follows the block around it."""
    for around in up(block, 3):
        near, some = around.next, False
        while near is not None:
            if not str(near.tag).startswith("-"):
                linked = sum(len(link.text().split()) for link in near.css("a[href]"))
                if linked * 2 < max(len(near.text().split()), 1):
                    return
                yield near
                some = True
            near = near.next
        if some:
            return


def _outward(document: Document, node: LexborNode) -> list[str]:
    links = (document.resolve(value(link, "href")) for link in node.css("a[href]"))
    return [link for link in links if document.foreign(link)]
