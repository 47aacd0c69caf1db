"""What one run of inline Markdown, or one piece of HTML, says: text, labels, links, images, elements, comments."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

from markdown_it.tree import SyntaxTreeNode

from guide.pages.page import HIDDEN, Place, Span, Tag

ATTRIBUTES = re.compile(r"\{:?((?:[ \t]*[.#]|[^{}\n=]*=)[^{}\n]*)\}")  # such as { .class } or {width=320}
UNENDED = 20


class Html(HTMLParser):
    """The elements, comments and text of a piece of HTML; the standard parser alone tells the line of each."""

    def __init__(self, source: str, place: Place) -> None:
        super().__init__()
        self.first = place
        self.tags: list[Tag] = []
        self.comments: list[Span] = []
        self.parts: list[str] = []
        # The parser takes quadratic time for many elements that do not end, and gives up on "<![x".
        self.broken = source.rpartition(">")[2].count("<") > UNENDED
        try:
            self.feed("" if self.broken else source)
            self.close()
        except AssertionError:
            self.broken = True

    @property
    def place(self) -> Place:
        """The line that is being read."""
        return Place(self.first.path, self.first.line + self.getpos()[0] - 1)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an element, and its line breaks."""
        self.tags.append(Tag(tag, self.place, {name: value or "" for name, value in attrs}))
        self.parts.append("\n" * (self.get_starttag_text() or "").count("\n"))

    def handle_comment(self, data: str) -> None:
        """Keep a comment, and its line breaks."""
        self.comments.append(Span(data, self.place))
        self.parts.append("\n" * data.count("\n"))

    def handle_data(self, data: str) -> None:
        """Keep text."""
        self.parts.append(data)


class Inline:
    """An inline node, taken apart; `fields` are those of a Block."""

    def __init__(self, node: SyntaxTreeNode, place: Place) -> None:
        self.place = place
        self.text: list[str] = []
        self.prose: list[str] = []
        self.labels: list[Span] = []
        self.links: list[Span] = []
        self.images: list[Span] = []
        self.tags: list[Tag] = []
        self.comments: list[Span] = []
        self._take(node, hidden=False, bold=False)
        text, prose = "".join(self.text), "".join(self.prose)
        for match in ATTRIBUTES.finditer(prose) if "{" in prose else ():
            pairs = (part.partition("=") for part in match[1].split())
            attributes = {name.lower(): value.strip("\"'") for name, _, value in pairs}
            self.tags.append(Tag("", place._replace(line=place.line + prose.count("\n", 0, match.start())), attributes))
        self.fields: dict[str, Any] = {
            "text": ATTRIBUTES.sub("", text) if "{" in prose else text,
            "prose": ATTRIBUTES.sub("", prose) if "{" in prose else prose,
            **{name: tuple(getattr(self, name)) for name in ("labels", "links", "images", "tags")},
        }

    def _take(self, node: SyntaxTreeNode, *, hidden: bool, bold: bool) -> None:
        kind, start, place = node.type, len(self.text), self.place
        if kind in {"text", "code_inline"}:
            self._put(node.content, hidden=hidden or kind == "code_inline")
        elif kind in {"softbreak", "hardbreak"}:
            self._break(1)
        elif kind == "html_inline":
            html = Html(node.content, place)
            self.tags += html.tags
            self.comments += html.comments
            self._break(node.content.count("\n"))
        elif kind == "image":
            self._put("".join(part.content or " " for part in node.children), hidden=hidden)
            self.images.append(Span(self.text[-1], place, str(node.attrs.get("src", ""))))
        else:
            label, strong = str(node.meta.get("label", "")), kind == "strong"
            hides = strong or (kind == "link" and (label or node.markup == "autolink"))
            for child in node.children:
                self._take(child, hidden=hidden or bool(hides), bold=bold or strong)
            if kind == "link":
                self.links.append(Span("".join(self.text[start:]), place, str(node.attrs.get("href", "")), label))
            elif strong and not bold:
                self.labels.append(Span("".join(self.text[start:]), place))

    def _put(self, text: str, *, hidden: bool) -> None:
        self.text.append(text)
        self.prose.append(HIDDEN if hidden and text else text)

    def _break(self, lines: int) -> None:
        self._put("\n" * lines, hidden=False)
        self.place = self.place._replace(line=self.place.line + lines)
