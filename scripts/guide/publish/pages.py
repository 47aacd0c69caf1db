"""A built page: what stands in it, what is taken out of it, and how it is written again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin

from selectolax.lexbor import LexborHTMLParser

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from selectolax.lexbor import LexborNode

    from guide.publish.place import Files

NOT_FOUND = "404.html"  # served at any depth, so its addresses begin at the root
# Which program made the page, which pages the navigation has beside it, and what was written for editors.
NEEDLESS = 'meta[charset], meta[name="generator"], link[rel="prev"], link[rel="next"]'
AS_IT_IS = re.compile(r"(<(pre|textarea|script|style)\b.*?</\2>)", re.DOTALL)


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

    @property
    def checked(self) -> str:
        """The day on which the page was compared with its sources, YYYY-MM-DD as its head says; else empty."""
        meta = self.tree.css_first('meta[name="checked"]')
        return (meta.attributes["content"] or "") if meta else ""

    def keep_icon(self, files: Files) -> None:
        """Put the site's drawn icon into the page: browsers ask for it before they show anything."""
        for node in self.tree.css('link[rel="icon"]'):
            icon = files.get(self.own(node.attributes["href"] or ""), b"")
            if icon.startswith(b"<svg") and len(icon) < 1000:
                node.attrs["href"] = "data:image/svg+xml," + quote(icon.decode().strip().replace('"', "'"), "/:;,=.()'")

    def inline(self) -> list[str]:
        """Return the scripts that stand in the page itself and run."""
        return [node.text() for node in self.tree.css("script:not([src])") if runs(node)]

    def html(self, head: Iterable[str]) -> bytes:
        """Return the page as it goes out, with `head` first in its head."""
        for node in self.tree.css(NEEDLESS):
            node.decompose()
        for node in list(self._comments()):
            node.decompose()
        first = "\n".join(['<meta charset="utf-8">', *head])
        parts = AS_IT_IS.split((self.tree.html or "").replace("<head>", f"<head>\n{first}\n", 1))
        # Of each three parts the first is between what stays as it is, the second that, the third its tag's name.
        shown = "".join(
            re.sub(r"\s*\n\s*", "\n", part) if n % 3 == 0 else part for n, part in enumerate(parts) if n % 3 < 2
        )
        return shown.encode()

    def _comments(self) -> Iterator[LexborNode]:
        if self.tree.root:
            yield from (node for node in self.tree.root.traverse() if node.is_comment_node)


def runs(script: LexborNode) -> bool:
    """Say whether a script element holds a program, and not data."""
    return (script.attributes.get("type") or "text/javascript") in {"text/javascript", "module"}
