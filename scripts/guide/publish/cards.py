"""A share card for each page, and the head's word of it; kept between runs, since drawing one takes a while."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser

from guide.files import write
from guide.shots import cards

if TYPE_CHECKING:
    from collections.abc import Iterable

    from guide.publish.pages import Page

FOLDER = "assets/cards"
WIDTH, HEIGHT = cards.SIZE


def add(pages: Iterable[Page], url: str, cache: Path) -> dict[str, bytes]:
    """Draw the card of every page that a link can be shared to, name it in the page's head, and return the files.

    Cards that were drawn are kept beside `cache`.
    """
    folder = cache.with_name("cards")
    found, used = {}, set()
    code = Path(cards.__file__).read_bytes()
    for page in pages:
        shared = page.tree.css_first('meta[property="og:url"]')
        if shared is None:
            continue
        said = {
            node.attributes["property"]: node.attributes["content"] or "" for node in page.tree.css("meta[property]")
        }
        crumb = page.tree.css_first("main .crumb")
        words = (said["og:title"], crumb.text(strip=True) if crumb else "", said["og:site_name"])
        kept = folder / (sha256(code + "\n".join(words).encode()).hexdigest() + ".png")
        used.add(kept.name)
        try:
            data = kept.read_bytes()
        except FileNotFoundError:
            data = cards.card(*words)
            write(kept, data)
        name = f"{FOLDER}/{page.file.removesuffix('index.html').strip('/').replace('/', '-') or 'home'}.png"
        found[name] = data
        metas = f"""<head><meta property="og:image" content="{url}{name}">
<meta property="og:image:width" content="{WIDTH}"><meta property="og:image:height" content="{HEIGHT}">
<meta name="twitter:card" content="summary_large_image"></head>"""
        for meta in reversed(LexborHTMLParser(metas).css("meta")):
            shared.insert_after(meta)
    for old in folder.glob("*.png"):
        if old.name not in used:
            old.unlink(missing_ok=True)
    return found
