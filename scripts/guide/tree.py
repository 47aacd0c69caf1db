"""HTML as a tree whose elements know their lines, which the parser itself does not tell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from selectolax.lexbor import LexborNode

LINE = "data-guide-line"
TAG = re.compile(r"<[a-zA-Z][\w-]*(?=[\s/>]|$)")
DEPTH, NEAR = 60, 200  # how far up a tree, and how many lines on, is looked


def marked(html: str, line: int = 1) -> str:
    """Write its line into every element; of two equal attributes browsers take the first, so ours cannot be forged."""
    lines = enumerate(html.split("\n"), line)
    return "\n".join(TAG.sub(lambda tag, n=n: f"{tag[0]} {LINE}={n} ", part) for n, part in lines)  # type: ignore[misc]


def line_of(node: LexborNode | None) -> int:
    """Return the line of an element, or of the nearest around it that has one."""
    return next((int(value(around, LINE)) for around in up(node) if value(around, LINE).isdecimal()), 1)


def locate(words: str, lines: Sequence[str], line: int) -> int:
    """Return the first line near `line`, from it on, in which these words stand; `line` where they stand in none."""
    first = words.strip().split("\n")[0]
    near = range(line, min(line + NEAR, len(lines) + 1))
    return next((n for n in near if first in lines[n - 1]), line)


def up(node: LexborNode | None, levels: int = DEPTH) -> Iterator[LexborNode]:
    """Yield an element and those around it, the nearest first."""
    for _ in range(levels):
        if node is None or node.tag == "-document":
            return
        yield node
        node = node.parent


def value(node: LexborNode, name: str) -> str:
    """Return an attribute; empty where it is not there."""
    return node.attributes.get(name) or ""
