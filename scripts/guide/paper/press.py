"""Printing the document with a browser, and telling the site's readers of it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from playwright.sync_api import Error, sync_playwright
from selectolax.lexbor import LexborHTMLParser

from guide import browser
from guide.files import write
from guide.findings import CannotRunError
from guide.links import site as built
from guide.links.server import serve
from guide.paper.book import document

if TYPE_CHECKING:
    import datetime
    from pathlib import Path

ABOUT = "about/index.html"
FOOTER = """<div style="display:flex;justify-content:space-between;width:100%;margin:0 18mm;font:8pt system-ui">
<span class="title"></span><span><span class="pageNumber"></span> / <span class="totalPages"></span></span></div>"""


def pdf(site: Path, out: Path, today: datetime.date) -> int:
    """Print a built site as one PDF, tagged and with an outline; return its size in bytes.

    Where it lies in the site, the page about the guide links to it, so the site must not be published yet.
    Raises CannotRunError for a folder that is no site, a published one, or a browser that does not print.
    """
    inside = out.resolve().is_relative_to(site.resolve())
    if inside and (site / "_headers").exists():
        raise CannotRunError(f"{site}: it is published; print before that, with make pdf, or name a file outside")
    loaded = built.load(site)
    data = _print(document(loaded, today), site)
    write(out, data)
    if inside and ABOUT in loaded.pages:
        _tell(site / ABOUT, f"../{out.resolve().relative_to(site.resolve()).as_posix()}", len(data), today)
    return len(data)


def _print(html: str, site: Path) -> bytes:
    with serve(site, "/") as address, sync_playwright() as library:
        try:
            started = library.chromium.launch(executable_path=browser.path(), args=browser.flags())
            page = started.new_page(color_scheme="light", java_script_enabled=False)
            page.route(address, lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
            page.goto(address, wait_until="load")
            return page.pdf(
                format="A4",
                tagged=True,
                outline=True,
                display_header_footer=True,
                header_template="<span></span>",
                footer_template=FOOTER,
                prefer_css_page_size=True,
            )
        except Error as error:
            raise CannotRunError(f"the browser did not print: {error.message.splitlines()[0]}") from error


def _tell(about: Path, link: str, size: int, today: datetime.date) -> None:
    """Name the PDF on the page about the guide, with its date; what an earlier run wrote there goes."""
    tree = LexborHTMLParser(about.read_bytes())
    for old in tree.css("#offline-edition"):
        old.decompose()
    place = tree.css_first("article #related") or tree.css_first("article .compared")
    if place is None:
        raise CannotRunError(f"{about}: there is neither a list of related pages nor a date to put the link before")
    html = f"""<div id="offline-edition"><h2>Offline edition</h2>
<p><a href="{escape(link)}">The whole guide as one PDF</a> ({size / 1e6:.1f} MB), made on
{today.day} {today:%B} {today.year}. It does not change with the site: look at the date.</p></div>"""
    place.insert_before(LexborHTMLParser(html).css("#offline-edition")[0])
    write(about, (tree.html or "").encode())
