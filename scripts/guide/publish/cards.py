"""Share cards: what a link to a page shows in a chat, in the look of the site, and the head's word of it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from selectolax.lexbor import LexborHTMLParser

from guide.files import write
from guide.pictures.captures import SCREENS
from guide.site.model import Files, Site

FOLDER = "assets/cards"
SIZE = (1200, 630)  # what every service shows uncropped
EDGE = 80  # left and right
OVER = 2  # drawn this much larger and reduced
# The site's tokens, of the light scheme: a card is seen on grounds that nobody knows.
PAPER, CARD, INK, SOFT, BRAND, OUTLINE = "#f6f8f7", "#ffffff", "#17211e", "#46544f", "#0b5a4a", "#6f7f79"
COLORS = 64  # of the tokens and of the blends between them at the edges of letters
SIZES = range(92, 40, -4)  # of the title's letters, the largest that fits
LINES = {size: 2 if size > 76 else 3 for size in SIZES}  # as many as leave air below


def add(site: Site, cache: Path) -> Files:
    """Return the card of every page that a link can be shared to, and name it in the page's head.

    Cards that were drawn are kept in the folder `cache`, each under the hash of what it was drawn from.
    """
    found, code = {}, Path(__file__).read_bytes()
    for page in site.pages.values():
        shared = page.tree.css_first('meta[property="og:url"]')
        if shared is None:
            continue
        said = {meta.attributes["property"]: meta.attributes["content"] or "" for meta in page.tree.css("[property]")}
        crumb = page.tree.css_first("main .crumb")
        words = (said["og:title"], crumb.text(strip=True) if crumb else "", said["og:site_name"])
        drawn = cache / f"{sha256(code + repr(words).encode()).hexdigest()}.png"
        if not drawn.is_file():
            write(drawn, card(*words))
        name = f"{FOLDER}/{page.file.removesuffix('index.html').strip('/').replace('/', '-') or 'home'}.png"
        found[name] = drawn.read_bytes()
        metas = f"""<head><meta property="og:image" content="{site.url}{name}">
<meta name="twitter:card" content="summary_large_image"></head>"""
        for meta in reversed(LexborHTMLParser(metas).css("meta")):
            shared.insert_after(meta)
    return found


def card(title: str, section: str, site: str, root: Path = Path()) -> bytes:
    """Return a page's share card: a PNG of 1200 x 630 pixels; the same words give the same bytes."""
    canvas = Image.new("RGB", (SIZE[0] * OVER, SIZE[1] * OVER), PAPER)
    pen = ImageDraw.Draw(canvas)
    lines, size = _fit(title, root)
    leading = size * 1.16
    top = 300 - leading * len(lines) / 2
    if section:
        pen.text(_at(EDGE, top - 44), section, SOFT, _font("inter-600", 30, root), anchor="ls")
    for number, line in enumerate(lines):
        place = _at(EDGE - size * 0.04, top + leading * number + size * 0.86)
        pen.text(place, line, INK, _font("source-serif-700", size, root), anchor="ls")
    _mark(pen, EDGE, 508, 2)
    pen.text(_at(EDGE + 84, 552), site, BRAND, _font("source-serif-700", 40, root), anchor="ls")
    _boxes(pen, SIZE[0] - EDGE, 504)
    data = io.BytesIO()
    canvas.reduce(OVER).quantize(COLORS, dither=Image.Dither.NONE).save(data, "PNG")
    return data.getvalue()


def _fit(title: str, root: Path) -> tuple[list[str], int]:
    """Return the title in lines of about one width, and the size of its letters; what is too long is cut."""
    words, room = title.split(), (SIZE[0] - 2 * EDGE) * OVER
    for size in SIZES:
        font = _font("source-serif-700", size, root)
        lines = _wrap(words, font, room)
        if len(lines) <= LINES[size] and all(font.getlength(line) <= room for line in lines):
            narrow = room
            while len(_wrap(words, font, narrow - 20)) == len(lines) and narrow > room / 2:
                narrow -= 20
            return _wrap(words, font, narrow), size
    last = LINES[size] - 1
    cut = " ".join(lines[last:])
    while font.getlength(cut) > room:
        cut = f"{cut[:-2]}…"
    return [*lines[:last], cut], size


def _wrap(words: Sequence[str], font: ImageFont.FreeTypeFont, room: float) -> list[str]:
    lines: list[str] = []
    for word in words:
        if lines and font.getlength(f"{lines[-1]} {word}") <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _mark(pen: ImageDraw.ImageDraw, left: float, top: float, scale: float) -> None:
    """Draw the site's mark: two locks, a dot and a tick. As docs/assets/favicon.svg, whose side is 32."""

    def at(*place: float) -> list[float]:
        return [
            value
            for x, y in zip(place[::2], place[1::2], strict=True)
            for value in _at(left + x * scale, top + y * scale)
        ]

    unit = scale * OVER
    pen.rounded_rectangle(at(0.25, 4.25, 14.75, 27.75), 5.25 * unit, outline=BRAND, width=round(2.5 * unit))
    pen.ellipse(at(5.2, 13.7, 9.8, 18.3), fill=BRAND)
    pen.rounded_rectangle(at(17.25, 4.25, 31.75, 27.75), 5.25 * unit, fill=BRAND)
    pen.line(at(21.6, 16.4, 23.6, 18.6, 27.3, 13.6), PAPER, round(2.5 * unit), joint="curve")
    for x, y in ((21.6, 16.4), (27.3, 13.6)):
        pen.ellipse(at(x - 1.25, y - 1.25, x + 1.25, y + 1.25), fill=PAPER)


def _boxes(pen: ImageDraw.ImageDraw, right: float, top: float) -> None:
    """Draw the six boxes of a code: four are filled in, the next one waits."""
    for number in range(6):
        left = right - 56 - (5 - number) * 66 - (10 if number < 3 else 0)
        line, colour = (4, BRAND) if number == 4 else (2, OUTLINE)
        pen.rounded_rectangle((*_at(left, top), *_at(left + 56, top + 72)), 12 * OVER, CARD, colour, line * OVER)
        if number < 4:
            pen.ellipse((*_at(left + 20, top + 28), *_at(left + 36, top + 44)), fill=BRAND)
        elif number == 4:
            pen.rectangle((*_at(left + 27, top + 22), *_at(left + 29, top + 50)), fill=BRAND)


def _at(x: float, y: float) -> tuple[float, float]:
    return x * OVER, y * OVER


@lru_cache(None)
def _font(name: str, size: int, root: Path) -> ImageFont.FreeTypeFont:
    path = root / SCREENS / "fonts" / f"{name}.woff2"
    return ImageFont.truetype(path, size * OVER, layout_engine=ImageFont.Layout.BASIC)
