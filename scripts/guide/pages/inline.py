"""What one run of inline Markdown says: its text, labels, links, images and HTML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from guide.pages.html import Html
from guide.pages.page import HIDDEN, Link, Span, Tag

if TYPE_CHECKING:
    from markdown_it.token import Token

ATTRIBUTES = re.compile(r"\{:?([^{}\n]*)\}")


class Inline:
    """An inline token, taken apart; `fields` are those of a Block."""

    def __init__(self, token: Token, line: int) -> None:
        self.first = self.line = line
        self.text: list[str] = []
        self.prose: list[str] = []
        self.labels: list[Span] = []
        self.links: list[Link] = []
        self.images: list[Span] = []
        self.tags: list[Tag] = []
        self.comments: list[tuple[str, int]] = []
        self._bold: list[int] = []
        self._link: tuple[int, int, Token] | None = None
        for child in token.children or ():
            handler = getattr(self, f"_on_{child.type}", None)
            if handler:
                handler(child)

    @property
    def fields(self) -> dict[str, Any]:
        """Return the fields of a Block, with attribute lists taken out of the text."""
        text, prose = "".join(self.text), "".join(self.prose)
        for match in ATTRIBUTES.finditer(prose):
            if _is_list(match):
                pairs = (part.partition("=") for part in match[1].split())
                line = self.first + prose.count("\n", 0, match.start())
                self.tags.append(Tag("", line, {name.lower(): value.strip("\"'") for name, _, value in pairs}))
        if "{" in prose:
            text, prose = (ATTRIBUTES.sub(lambda m: "" if _is_list(m) else m[0], words) for words in (text, prose))
        return {
            "text": text,
            "prose": prose,
            "labels": tuple(self.labels),
            "links": tuple(self.links),
            "images": tuple(self.images),
            "tags": tuple(self.tags),
        }

    def _put(self, text: str, prose: str | None = None) -> None:
        self.text.append(text)
        self.prose.append(text if prose is None else prose)

    def _on_text(self, token: Token) -> None:
        self._put(token.content, HIDDEN if self._bold and token.content else None)

    def _on_softbreak(self, _: Token) -> None:
        self._put("\n")
        self.line += 1

    _on_hardbreak = _on_softbreak

    def _on_code_inline(self, token: Token) -> None:
        self._put(token.content, HIDDEN)

    def _on_strong_open(self, _: Token) -> None:
        self._bold.append(len(self.text))

    def _on_strong_close(self, _: Token) -> None:
        start = self._bold.pop()
        if not self._bold:
            self.labels.append(Span("".join(self.text[start:]), self.line))

    def _on_link_open(self, token: Token) -> None:
        self._link = (len(self.text), self.line, token)

    def _on_link_close(self, _: Token) -> None:
        if self._link:
            start, line, token = self._link
            target, label = str(token.attrs.get("href", "")), str(token.meta.get("label", ""))
            if token.markup == "autolink" or label:
                self.prose[start:] = [HIDDEN if part != "\n" else part for part in self.text[start:]]
            self.links.append(Link("".join(self.text[start:]), line, target, label))

    def _on_image(self, token: Token) -> None:
        alt = "".join(part.content or " " for part in token.children or ())
        self.images.append(Span(alt, self.line, str(token.attrs.get("src", ""))))
        self._put(alt)

    def _on_html_inline(self, token: Token) -> None:
        html = Html(token.content, self.line)
        self.tags += html.tags
        self.comments += html.comments
        breaks = token.content.count("\n")
        self._put("\n" * breaks)
        self.line += breaks


def _is_list(match: re.Match[str]) -> bool:
    """Return whether braces hold attributes, such as {.class} or {width=320}."""
    return "=" in match[1] or match[1].strip().startswith((".", "#"))
