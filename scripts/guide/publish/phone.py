"""The code that a phone's camera reads: each page's own address, to go on with the steps on the device itself."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import segno
from selectolax.lexbor import LexborHTMLParser

if TYPE_CHECKING:
    from guide.publish.pages import Page

QUIET = 4  # modules of light ground around the code (ISO/IEC 18004)


def draw(page: Page) -> None:
    """Draw the code of the page's canonical address into the place that the template left for it, and show that."""
    place, link = page.tree.css_first("p.phone"), page.tree.css_first("link[rel=canonical]")
    if place is None or link is None:
        return
    place.insert_before(
        LexborHTMLParser(f'<p class="phone">{svg(link.attributes["href"] or "")}{place.text()}').css("p")[0]
    )
    place.decompose()


def svg(address: str) -> str:
    """Return the QR code of an address as one dashed line, row after row, there and back.

    Half of what a path of its rows weighs, compressed: that stands on every page. The smallest version, error level L,
    since a screen is not soiled.
    """
    rows = [list(row) for row in segno.make(address, error="l", micro=False, boost_error=False).matrix]
    side = len(rows)
    # Between two rows the line goes one module down, outside the code: that is light.
    line = [dark for n, row in enumerate(rows) for dark in [*(row[::-1] if n % 2 else row), 0]]
    dashes = " ".join(str(len(list(run))) for _, run in groupby(line))
    path = f"M0 .5{f'h{side}v1h-{side}v1' * (side // 2)}h{side}"
    box = f"-{QUIET} -{QUIET} {side + 2 * QUIET} {side + 2 * QUIET}"
    return f"""<svg viewBox="{box}" fill="none" stroke="#000" role="img"><title>QR code of this page’s address</title>\
<path stroke-dasharray="{dashes}" d="{path}"/></svg>"""
