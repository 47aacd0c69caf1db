"""HTML by the standard parser, which alone of the kept ones tells the line of each element and text."""

from __future__ import annotations

from html.parser import HTMLParser

from guide.pages.page import Tag

UNENDED = 20


class Html(HTMLParser):
    """The elements, comments and text of a piece of HTML that begins on `line` of its file."""

    def __init__(self, source: str, line: int = 1) -> None:
        super().__init__()
        self.first = line
        self.tags: list[Tag] = []
        self.comments: list[tuple[str, int]] = []
        self.parts: list[str] = []
        # The standard parser takes quadratic time for many elements that do not end, and gives up on "<![x".
        self.broken = source.rpartition(">")[2].count("<") > UNENDED
        try:
            source = "" if self.broken else source
            self.feed(source)
            self.close()
        except AssertionError:
            self.broken = True

    @property
    def here(self) -> int:
        """The line that is being read."""
        return self.first + self.getpos()[0] - 1

    @property
    def text(self) -> str:
        """All text."""
        return "".join(self.parts)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an element."""
        self.tags.append(Tag(tag, self.here, {name: value or "" for name, value in attrs}))
        self._keep_lines()

    def _keep_lines(self) -> None:
        self.parts.append("\n" * (self.get_starttag_text() or "").count("\n"))

    def handle_comment(self, data: str) -> None:
        """Keep a comment."""
        self.comments.append((data, self.here))
        self.parts.append("\n" * data.count("\n"))

    def handle_data(self, data: str) -> None:
        """Keep text."""
        self.parts.append(data)
