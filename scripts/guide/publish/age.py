"""A page that is past its term says so at the top: when it is published, and later, by itself, when it is read."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser

from guide.upkeep.due import TERMS

if TYPE_CHECKING:
    from guide.publish.pages import Page


def tell(page: Page, today: datetime.date) -> None:
    """Put the notice below the page's title, hidden until the page is due; the site's script shows it from then on.

    The day of comparison and the kind stand in the page's head as `<meta name="checked">`, which goes.
    """
    meta, title = page.tree.css_first('meta[name="checked"]'), page.tree.css_first("h1")
    if meta is None or title is None:
        return
    checked = datetime.date.fromisoformat(meta.attributes["content"] or "")
    due = checked + datetime.timedelta(days=TERMS[meta.attributes["data-kind"] or ""])
    meta.decompose()
    # Two elements, since the theme's style for boxes is stronger than `hidden`.
    html = f"""<div data-due="{due}"{"" if due <= today else " hidden"}><div class="admonition warning">
<p class="admonition-title">This page may be out of date</p>
<p>It was last compared with Apple’s documents on {_day(checked)}, and was due again by {_day(due)}.
Names and menus may have changed since.</p>
</div></div>"""
    title.insert_after(LexborHTMLParser(html).css("div")[0])


def _day(day: datetime.date) -> str:
    return f"{day.day} {day:%B} {day.year}".replace(" ", "\u00a0")
