"""One style sheet of what the pages use; the opened search brings another, which has its own parts as well."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

import tinycss2
from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from guide.findings import CannotRunError
from guide.links.site import of_style
from guide.publish.pages import Page
from guide.publish.place import Files

When = Literal["now", "later"]

OUTER = re.compile(r"""@import|(url|src|set)\((?!["']?(data:|#))""")
# The elements that the site's own script puts into pages, and what the theme's bundle, which comes with the search,
# puts there and sets. A browser test compares every element's style with what the whole sheets say: what is missing
# here fails there.
PUT_IN = {"button", "input", "mark", "span"}
BY_SEARCH = re.compile(
    r"\.(md-search-result.*|md-tags?|md-typeset__.*|md-nav__link--.*|tabbed-control.*|(js-)?focus-visible)"
)
# What scripts, readers and the browser decide; the rest of a selector the built HTML decides.
STEADY = r"root|(?:first|last|only)-(?:child|of-type)|nth-[\w-]+"
CHANGING = (
    rf"::[\w-]+(\([^()]*\))?|:(?!(?:{STEADY}|is|where|has|not)\b)[\w-]+(\([^()]*\))?"
    r"|\[(?:hidden|open|data-md-scrolllock|data-md-state|data-platform)\b[^\]]*\]"
)
UNLESS = re.compile(rf":not\([^()]*?(?:{CHANGING})(?:[^()]|\([^()]*\))*\)")


@dataclass(frozen=True)
class Rule:
    """A style rule with its declarations, `name:value`, or an at-rule around others."""

    head: str
    declarations: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()

    def __str__(self) -> str:
        """The rule as CSS."""
        return f"{self.head}{{{''.join(map(str, self.rules)) or ';'.join(self.declarations)}}}"


def take(pages: list[Page], files: Files) -> tuple[str, list[str]]:
    """Take the site's style sheets out of the pages; return them as one, and their names.

    Raises CannotRunError where a sheet cannot be read, or names other files: as one, they would be looked for in
    another place.
    """
    found: dict[str, tuple[str, str]] = {}
    for page in pages:
        for link in page.tree.css("link[rel=stylesheet]"):
            file = page.own(link.attributes.get("href") or "")
            if file:
                found.setdefault(file, (link.attributes.get("media") or "", page.text(file, files)))
                link.decompose()
    sheets = []
    for file, (query, sheet) in found.items():
        # The quick look spares a second reading of what the theme's sheet is: long, and without any.
        outer = OUTER.search(sheet) and [raw for raw in of_style(sheet) if not raw.startswith(("data:", "#"))]
        if outer:
            raise CannotRunError(f"{file}: it names {outer[0]}; write it into the style sheet, or link it in the page")
        sheets.append(f"@media {query}{{{sheet}}}" if query else sheet)
    return "\n".join(sheets), list(found)


def purge(sheet: str, pages: Iterable[LexborHTMLParser], words: frozenset[str]) -> tuple[str, str]:
    """Return what the pages can use of a style sheet, minified; and again with what the opened search can use.

    The second has everything of the first, for the order of rules decides between them. `words` are those of the
    site's own scripts: a class that stands among them is one that they may set.
    """
    use = _Use(list(pages), words)
    nodes = tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True)
    parts: tuple[set[When], ...] = ({"now"}, {"now", "later"})
    now, later = (_read(_needed(nodes, use, when)) for when in parts)
    return now, later


def _read(rules: list[Rule]) -> str:
    """Return rules as CSS, without variables that nothing reads and motion that nothing names."""
    text = ""
    while text != (text := "".join(map(str, rules))):
        variables = set(re.findall(r"var\(\s*(--[\w-]+)", text))
        motions = set(re.findall(r"[\w-]+", " ".join(re.findall(r"animation[\w-]*:([^;}]*)", text))))
        rules = list(_live(rules, variables, motions))
    return text


class _Use:
    """Tells of a selector when an element can match it: at once, with the search, or never."""

    def __init__(self, pages: list[LexborHTMLParser], words: frozenset[str]) -> None:
        self.pages = pages
        self.words = {f".{word}" for word in words}
        nodes = [node for page in pages for node in page.css("*")]
        self.present = {str(node.tag) for node in nodes}
        self.present |= {f".{name}" for node in nodes for name in (node.attributes.get("class") or "").split()}
        self.known: dict[str, bool] = {}

    def __call__(self, selector: list[Any]) -> When | None:
        asked = list(_names(selector))
        names = set(asked)
        if names <= self.present and self._matches(_question(selector)):
            return "now"
        others = names - self.present - self.words - PUT_IN
        by_search = {name for name in names if BY_SEARCH.fullmatch(name)}
        if not others and (names & self.words or names & PUT_IN & set(asked[-1:])):
            return "now"
        return "later" if by_search and not others - by_search else None

    def _matches(self, question: str) -> bool:
        """Say whether an element of the pages matches; a selector that the parser does not know counts as matched."""
        if question not in self.known:
            with suppress(SelectolaxError):
                self.known[question] = any(page.css_first(question) is not None for page in self.pages)
        return self.known.setdefault(question, True)


def _names(selector: Iterable[Any]) -> Iterator[str]:
    """Yield the elements that a selector asks for, and the classes, with their dot."""
    before: Any = None
    for part in selector:
        if part.type == "ident" and before != ":":
            yield "." * (before == ".") + part.value
        before = part


def _question(selector: Iterable[Any]) -> str:
    """Return a selector without what scripts, readers and the browser decide, to be asked of the built HTML."""
    asked = re.sub(CHANGING, "", UNLESS.sub("", _short(selector))).strip()
    return re.sub(r"^(?=[>+~])", "*", re.sub(r"([>+~(,]\s*)(?=[>+~,)]|$)", r"\1*", asked)) or "*"


def _split(tokens: Iterable[Any]) -> Iterator[list[Any]]:
    one: list[Any] = []
    for part in tokens:
        if part == ",":
            yield one
            one = []
        else:
            one.append(part)
    yield one


def _needed(nodes: Iterable[Any], use: _Use, when: set[When]) -> list[Rule]:
    """Return the rules that can apply; what is neither a rule nor known is kept with the rest."""
    found: list[Rule] = []
    for node in nodes:
        if node.type == "qualified-rule":
            selectors = [_short(selector) for selector in _split(node.prelude) if use(selector) in when]
            if selectors:
                heads = ",".join(re.sub(r"\s*([>+~])\s*", r"\1", selector) for selector in selectors)
                found.append(Rule(heads, _declarations(node.content)))
        elif node.type == "at-rule" and node.lower_at_keyword in {"media", "supports"}:
            inside = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
            if rules := _needed(inside, use, when):
                found.append(Rule(f"@{node.lower_at_keyword} {_short(node.prelude)}", rules=tuple(rules)))
        elif node.type == "at-rule" and node.content is not None:
            found.append(Rule(f"@{node.at_keyword} {_short(node.prelude)}".strip(), (_short(node.content),)))
    return found


def _declarations(content: list[Any]) -> tuple[str, ...]:
    parts = tinycss2.parse_declaration_list(content, skip_comments=True, skip_whitespace=True)
    if any(part.type != "declaration" for part in parts):
        return (_short(content),)
    return tuple(f"{part.name}:{_short(part.value)}{'!important' * part.important}" for part in parts)


def _short(tokens: Iterable[Any]) -> str:
    return "".join(
        " " if part.type == "whitespace" else "" if part.type == "comment" else part.serialize() for part in tokens
    ).strip()


def _live(rules: Iterable[Rule], variables: set[str], motions: set[str]) -> Iterator[Rule]:
    """Yield the rules without variables that nothing reads, and without motion that nothing names."""
    for rule in rules:
        if "keyframes" in rule.head and rule.head.split()[-1] not in motions:
            continue
        inside = tuple(_live(rule.rules, variables, motions))
        kept = tuple(each for each in rule.declarations if each[:2] != "--" or each.partition(":")[0] in variables)
        if inside or any(kept):
            yield Rule(rule.head, kept, inside)
