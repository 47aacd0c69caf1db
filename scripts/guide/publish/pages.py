"""A page: what is put into it, what is taken out of it, and how it is written again."""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Iterable
from pathlib import PurePosixPath
from urllib.parse import urljoin

import segno
from selectolax.lexbor import LexborHTMLParser

from guide.findings import CannotRunError
from guide.site.model import Files, Page
from guide.upkeep.due import TERMS

# Line ends, with the space around them, but for what stays as it is; beside such a tag nothing shows them.
BLOCK = (
    r"</?(?:article|aside|body|d[dlt]|details|div|figure|figcaption|footer|h[1-6]|head|header|li|link|main|meta|nav|ol"
    r"|p|section|summary|t(?:able|body|d|h|head|itle|r)|ul)\b[^>]*>"
)
LINE_ENDS = re.compile(
    rf"(<(pre|textarea|script|style)\b.*?</\2>)|({BLOCK})\s*\n\s*|\s*\n\s*(?={BLOCK})|(\s*\n\s*)", re.DOTALL
)
NOTICE = """<div class="admonition warning"><p class="admonition-title">This page may be out of date</p>\
<p>It was due to be checked against Apple’s documents by DAY. Names and menus may have changed.</p></div>"""


def html(page: Page, head: Iterable[str], last: str) -> bytes:
    """Return a page as it goes out, without what was written for editors; `last` is what its body ends with."""
    comments = [node for node in page.tree.root.traverse() if node.is_comment_node] if page.tree.root else []
    for node in [*page.tree.css("meta[charset]"), *comments]:
        node.decompose()
    first = "\n".join(['<head>\n<meta charset="utf-8">', *head])
    whole = (page.tree.html or "").replace("<head>", f"{first}\n", 1)
    whole = f"{whole.removesuffix('</body></html>')}{last}</body></html>"
    return LINE_ENDS.sub(lambda found: found[1] or found[3] or "\n" * bool(found[4]), whole).encode()


def tell_age(page: Page, today: datetime.date) -> str:
    """Put a notice below the title of a page that is past its term; return the day on which it was checked.

    On others the title says when they are due; the site's script puts the notice there from then on. The day of
    comparison and the kind stand in the page's head as `<meta name="checked">`, which goes; nothing is done, and ""
    returned, without it.
    Raises CannotRunError where it holds another day or kind.
    """
    meta, title = page.tree.css_first('meta[name="checked"]'), page.tree.css_first("h1")
    if meta is None or title is None:
        return ""
    day, kind = (meta.attributes.get(name) or "" for name in ("content", "data-kind"))
    try:
        checked = datetime.date.fromisoformat(day)
        due = checked + datetime.timedelta(days=TERMS[kind])
    except (ValueError, KeyError, OverflowError) as error:
        expected = f"expected checked: YYYY-MM-DD and a kind of {', '.join(TERMS)}; correct them in the front matter"
        raise CannotRunError(f'{page.file}: it was checked "{day}" and is of the kind "{kind}"; {expected}') from error
    meta.decompose()
    if due <= today:
        html = NOTICE.replace("DAY", f"{due:%B} {due.day}, {due.year}")
        title.insert_after(LexborHTMLParser(html).css("div")[0])
    else:
        title.attrs["data-due"] = f"{due}"
    return f"{checked}"


def draw_codes(page: Page) -> Files:
    """Return QR codes of the page's own address and of those that open one of its tabs.

    As files of their own, since each weighs as much as a paragraph. The first is shown where the template left a place
    for it, or that of a link in this place; guide.js shows the others, macos-13.svg for ?on=macos-13, to who wants to
    pass the tab on.
    """
    place, link = page.tree.css_first("p.phone"), page.tree.css_first("link[rel=canonical]")
    if link is None:
        return {}
    own, folder = link.attributes["href"] or "", PurePosixPath(page.file).parent
    tabs = {re.sub(r"[^\w.]+", "-", label.text().lower()) for label in page.tree.css(".tabbed-labels > label")}
    drawn = {(folder / f"{tab}.svg").as_posix(): code(f"{own}?on={tab}") for tab in tabs}
    if place is not None:
        file = PurePosixPath(page.file).with_suffix(".svg")
        named = place.css_first("a")
        # A sheet of paper names the guide, and needs the picture before it is in view.
        whose, target, lazy = (
            ("guide", named.attributes["href"] or "", "") if named else ("page", "", ' loading="lazy"')
        )
        html = f"""<p class="phone"><img src="{file.name}" alt="QR code of this {whose}’s address"{lazy} \
width="92" height="92">{place.inner_html}"""
        place.insert_before(LexborHTMLParser(html).css("p")[0])
        place.decompose()
        drawn[file.as_posix()] = code(urljoin(own, target))
    return drawn


def code(address: str) -> bytes:
    """Return an address as a QR code, an SVG."""
    drawn = io.BytesIO()
    # Error level L: a screen is not soiled.
    made = segno.make(address, error="l", micro=False, boost_error=False)
    made.save(drawn, kind="svg", light="#fff", omitsize=True, xmldecl=False, svgclass=None, lineclass=None)
    return drawn.getvalue()
