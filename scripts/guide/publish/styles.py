"""One style sheet of what the pages use, and apart from it what only the opened search needs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import tinycss2
from selectolax.lexbor import SelectolaxError

from guide.findings import CannotRunError
from guide.links.references import of_style

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from selectolax.lexbor import LexborHTMLParser

    from guide.publish.pages import Page
    from guide.publish.place import Files

When = Literal["now", "later"]

# Set by the theme's bundle, which comes with the search; a browser test compares every element's style with what the
# whole sheets say, so a name that is missing here fails there.
SEARCH_CLASSES = re.compile(r"md-search-result.*|md-typeset__.*|md-nav__link--.*|tabbed-control.*|focus-visible")
SCRIPT_ATTRIBUTES = {"hidden", "open", "data-md-scrolllock", "data-md-state", "data-platform"}
# What the built HTML decides; any other pseudo-class is a state that a page can get into.
STRUCTURE = {
    *("root", "first-child", "last-child", "only-child", "first-of-type", "last-of-type", "only-of-type"),
    *("nth-child", "nth-last-child", "nth-of-type", "nth-last-of-type"),
}


@dataclass(frozen=True)
class Rule:
    """A style rule, or an at-rule around others; `raw` is the body of what is kept as it is."""

    head: str
    declarations: tuple[tuple[str, str], ...] = ()
    rules: tuple[Rule, ...] = ()
    raw: str = ""

    def __str__(self) -> str:
        """The rule as CSS."""
        if self.rules:
            return f"{self.head}{{{''.join(map(str, self.rules))}}}"
        return f"{self.head}{{{self.raw or ';'.join(f'{name}:{value}' for name, value in self.declarations)}}}"


def take(pages: list[Page], files: Files) -> tuple[str, list[str]]:
    """Take the site's style sheets out of the pages; return them as one, and their names.

    Raises CannotRunError where a sheet names other files: as one, they would be looked for in another place.
    """
    media: dict[str, str] = {}
    for page in pages:
        for link in page.tree.css("link[rel=stylesheet]"):
            file = page.own(link.attributes.get("href") or "")
            if file in files:
                media.setdefault(file, link.attributes.get("media") or "")
                link.decompose()
    sheets = []
    for file, query in media.items():
        sheet = files[file].decode()
        outer = [raw for raw in of_style(sheet) if not raw.startswith(("data:", "#"))]
        if outer:
            raise CannotRunError(f"{file}: it names {outer[0]}; write it into the style sheet, or link it in the page")
        sheets.append(f"@media {query}{{{sheet}}}" if query else sheet)
    return "\n".join(sheets), list(media)


def purge(sheet: str, pages: Iterable[LexborHTMLParser], words: frozenset[str]) -> dict[When, str]:
    """Return the parts of a style sheet that the pages can use, minified: `now`, and `later` with the search.

    `words` are those of the site's own scripts: a class that stands among them is one that they may set.
    """
    use = _Use(list(pages), words)
    nodes = tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True)
    now, later = _needed(nodes, use, "now"), _needed(nodes, use, "later")
    size = -1
    while size != (size := len(f"{now}{later}")):
        text = "".join(map(str, now + later))
        names = set(re.findall(r"var\(\s*(--[\w-]+)", text)), re.findall(r"animation[\w-]*:([^;}]*)", text)
        now, later = _live(now, *names), _live(later, *names)
    return {"now": "".join(map(str, now)), "later": "".join(map(str, later))}


class _Use:
    """Tells of a selector when an element can match it: at once, with the search, or never."""

    def __init__(self, pages: list[LexborHTMLParser], words: frozenset[str]) -> None:
        self.pages = pages
        self.words = words
        self.classes = {
            name for page in pages for node in page.css("[class]") for name in (node.attributes["class"] or "").split()
        }
        self.known: dict[str, bool] = {}

    def __call__(self, selector: list[Any]) -> When | None:
        absent = set(_classes(selector)) - self.classes
        if absent:
            by_us = {name for name in absent if name in self.words}
            by_search = {name for name in absent - by_us if SEARCH_CLASSES.fullmatch(name)}
            return None if absent - by_us - by_search else "later" if by_search else "now"
        question = _question(selector)
        if question not in self.known:
            self.known[question] = self._found(question)
        return "now" if self.known[question] else None

    def _found(self, question: str) -> bool:
        try:
            return any(page.css_first(question) is not None for page in self.pages)
        except SelectolaxError:  # a selector that the parser does not know is kept
            return True


def _classes(selector: Iterable[Any]) -> Iterator[str]:
    dot = False
    for part in selector:
        if part.type == "function" and part.lower_name != "not":
            yield from _classes(part.arguments)
        elif dot and part.type == "ident":
            yield part.value
        dot = part == "."


def _question(selector: Iterable[Any]) -> str:
    """Return a selector without what scripts, readers and the browser decide, to be asked of the built HTML."""
    asked, colons = "", 0
    for part in selector:
        if part == ":":
            colons += 1
        elif not colons:
            asked += "" if part.type == "[] block" and _changing([part]) else part.serialize()
        else:
            asked += "" if colons == 2 else _pseudo(part)
            colons = 0
    asked = re.sub(r"([>+~]\s*)(?=[>+~]|$)", r"\1*", asked.strip())
    return re.sub(r"^(?=[>+~])", "*", asked) or "*"


def _pseudo(part: Any) -> str:  # noqa: ANN401 - tinycss2 has no types
    if part.type == "ident":
        return f":{part.value}" if part.lower_value in STRUCTURE else ""
    if part.lower_name in {"is", "where", "has"}:
        return f":{part.name}({','.join(map(_question, _split(part.arguments)))})"
    steady = part.lower_name in STRUCTURE or (part.lower_name == "not" and not _changing(part.arguments))
    return f":{part.serialize()}" if steady else ""


def _changing(tokens: Iterable[Any]) -> bool:
    """Say whether a part of a selector depends on more than the built HTML."""
    return any(
        part == ":"
        or (
            part.type == "[] block"
            and any(inner.type == "ident" and inner.lower_value in SCRIPT_ATTRIBUTES for inner in part.content)
        )
        for part in tokens
    )


def _split(tokens: Iterable[Any]) -> Iterator[list[Any]]:
    one: list[Any] = []
    for part in tokens:
        if part == ",":
            yield one
            one = []
        else:
            one.append(part)
    yield one


def _needed(nodes: Iterable[Any], use: _Use, when: When) -> list[Rule]:
    """Return the rules that can apply; what is neither a rule nor known is kept with the rest."""
    found: list[Rule] = []
    for node in nodes:
        if node.type == "qualified-rule":
            selectors = [_short(selector) for selector in _split(node.prelude) if use(selector) == when]
            if selectors:
                heads = ",".join(re.sub(r"\s*([>+~])\s*", r"\1", selector) for selector in selectors)
                found.append(_style(heads, node.content))
        elif node.type == "at-rule" and node.lower_at_keyword in {"media", "supports"}:
            inside = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
            if rules := _needed(inside, use, when):
                found.append(Rule(f"@{node.lower_at_keyword} {_short(node.prelude)}", rules=tuple(rules)))
        elif node.type == "at-rule" and when == "now" and node.content is not None:
            found.append(Rule(f"@{node.at_keyword} {_short(node.prelude)}".strip(), raw=_short(node.content)))
    return found


def _style(head: str, content: list[Any]) -> Rule:
    parts = tinycss2.parse_declaration_list(content, skip_comments=True, skip_whitespace=True)
    if any(part.type != "declaration" for part in parts):
        return Rule(head, raw=_short(content))
    pairs = ((part.name, _short(part.value) + ("!important" if part.important else "")) for part in parts)
    return Rule(head, tuple(pairs))


def _short(tokens: Iterable[Any]) -> str:
    return "".join(
        " " if part.type == "whitespace" else "" if part.type == "comment" else part.serialize() for part in tokens
    ).strip()


def _live(rules: Iterable[Rule], variables: set[str], animations: list[str]) -> list[Rule]:
    """Return the rules without variables that nothing reads, and without motion that nothing names."""
    live = []
    for rule in rules:
        if "keyframes" in rule.head:
            name = rule.head.split()[-1]
            if any(name in value.replace(",", " ").split() for value in animations):
                live.append(rule)
            continue
        inside = tuple(_live(rule.rules, variables, animations))
        kept = tuple(pair for pair in rule.declarations if not pair[0].startswith("--") or pair[0] in variables)
        if inside or kept or rule.raw:
            live.append(Rule(rule.head, kept, inside, rule.raw))
    return live
