"""A built page: what is put into it, what is taken out of it, and how it is written again."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import quote, urljoin

import segno
from selectolax.lexbor import LexborHTMLParser, LexborNode

from guide.findings import CannotRunError
from guide.links.site import NOT_FOUND
from guide.publish.place import Files
from guide.upkeep.due import TERMS

# Which program made the page, and which pages the navigation has beside it.
NEEDLESS = 'meta[charset], meta[name="generator"], link[rel="prev"], link[rel="next"]'
# Line ends, with the space around them, but for what stays as it is.
LINE_ENDS = re.compile(r"(<(pre|textarea|script|style)\b.*?</\2>)|\s*\n\s*", re.DOTALL)
QUIET = 4  # modules of light ground around a code (ISO/IEC 18004)


@dataclass(frozen=True)
class Page:
    """A page of the site: `file` is its path there, `base` the path under which the site is served."""

    file: str
    tree: LexborHTMLParser
    base: str

    def to(self, path: str) -> str:
        """Return how the page names a file of the site."""
        return (self.base if self.file == NOT_FOUND else "../" * self.file.count("/")) + path

    def own(self, address: str) -> str:
        """Return the path in the site of an address that the page names; empty where it leads elsewhere."""
        if not address or re.match(r"[a-z][a-z+.-]*:|//|#", address, re.IGNORECASE):
            return ""
        at = f"https://site{self.base}"
        path = urljoin(at + self.file, address).partition("#")[0].partition("?")[0]
        return path.removeprefix(at) if path.startswith(at) else ""

    def text(self, file: str, files: Files) -> str:
        """Return what stands in a text file that the page names.

        Raises CannotRunError where the site has no such file, or it is not UTF-8.
        """
        try:
            return files[file].decode()
        except KeyError:
            said = f"it names {file}, which is not in the site; correct the name, in mkdocs.yml or in the template"
        except UnicodeDecodeError:
            said = f"it names {file}, which is not UTF-8 text; save it as UTF-8"
        raise CannotRunError(f"{self.file}: {said}")

    def inline(self) -> list[str]:
        """Return the scripts that stand in the page itself and run."""
        return [node.text() for node in self.tree.css("script:not([src])") if runs(node)]

    def html(self, head: Iterable[str]) -> bytes:
        """Return the page as it goes out, with `head` first in its head, and without what was written for editors."""
        comments = [node for node in self.tree.root.traverse() if node.is_comment_node] if self.tree.root else []
        for node in [*self.tree.css(NEEDLESS), *comments]:
            node.decompose()
        first = "\n".join(['<head>\n<meta charset="utf-8">', *head])
        whole = (self.tree.html or "").replace("<head>", f"{first}\n", 1)
        return LINE_ENDS.sub(lambda found: found[1] or "\n", whole).encode()


def runs(script: LexborNode) -> bool:
    """Say whether a script element holds a program, and not data."""
    return (script.attributes.get("type") or "text/javascript") in {"text/javascript", "module"}


def keep_icon(page: Page, files: Files) -> None:
    """Put the site's drawn icon into the page: browsers ask for it before they show anything."""
    for node in page.tree.css('link[rel="icon"]'):
        file = page.own(node.attributes["href"] or "")
        icon = files.get(file, b"")
        if icon.startswith(b"<svg") and len(icon) < 1000:
            drawn = page.text(file, files).strip().replace('"', "'")
            node.attrs["href"] = "data:image/svg+xml," + quote(drawn, "/:;,=.()'")


def tell_age(page: Page, today: datetime.date) -> str:
    """Put a notice below the title that says that the page is past its term; return the day on which it was checked.

    It is hidden until the page is due; the site's script shows it from then on. The day of comparison and the kind
    stand in the page's head as `<meta name="checked">`, which goes; nothing is done, and "" returned, without it.
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
    # Two elements, since the theme's style for boxes is stronger than `hidden`.
    html = f"""<div data-due="{due}"{"" if due <= today else " hidden"}><div class="admonition warning">
<p class="admonition-title">This page may be out of date</p>
<p>It was last compared with Apple’s documents on {_day(checked)}, and was due again by {_day(due)}.
Names and menus may have changed since.</p>
</div></div>"""
    title.insert_after(LexborHTMLParser(html).css("div")[0])
    return f"{checked}"


def _day(day: datetime.date) -> str:
    return f"{day.day}\u00a0{day:%B}\u00a0{day.year}"


def draw_code(page: Page) -> None:
    """Draw the QR code of the page's own address into the place that the template left for it, and show that."""
    place, link = page.tree.css_first("p.phone"), page.tree.css_first("link[rel=canonical]")
    if place is None or link is None:
        return
    html = f'<p class="phone">{_code(link.attributes["href"] or "")}{place.text()}'
    place.insert_before(LexborHTMLParser(html).css("p")[0])
    place.decompose()


def _code(address: str) -> str:
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
