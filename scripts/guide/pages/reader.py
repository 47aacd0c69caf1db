"""Reading a Markdown file into blocks, with markdown-it and the plugins that know tabs, boxes and snippets."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import yaml
from markdown_it import MarkdownIt
from mdformat_mkdocs.mdit_plugins import (
    material_admon_plugin,
    material_content_tabs_plugin,
    material_deflist_plugin,
    pymd_abbreviations_plugin,
    pymd_admon_plugin,
    pymd_snippet_plugin,
)

from guide.pages.html import Html
from guide.pages.inline import Inline
from guide.pages.page import Allowance, Block, Fault, Include, Kind, Meta, Page, PageTab, Span, Step, Where
from guide.yamlfile import load, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from markdown_it.token import Token

ALLOW = re.compile(r'\s*allow:\s*(?P<rule>[\w-]*)\s*(?:"(?P<text>[^"]*)")?(?P<reason>.*)', re.DOTALL)
LOOK_AHEAD = "\n" * 21  # the plugin for snippets reads 20 lines on after a marker, over the end of the file
SNIPPET = re.compile(r"""\s*-+8<-+[ \t]+(["'])(?P<name>[^"'\n]+)\1""")


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"store_labels": True}).enable("table")
    for plugin in (material_content_tabs_plugin, pymd_admon_plugin, material_admon_plugin, pymd_snippet_plugin):
        parser.use(plugin)
    parser.use(pymd_abbreviations_plugin).use(material_deflist_plugin)
    # Python-Markdown takes any address, `javascript:` too; a rule has to see it as it was written.
    parser.validateLink = lambda url: True  # type: ignore[method-assign] # noqa: ARG005
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign]
    return parser


def definitions(text: str) -> tuple[dict[str, Any], list[Span], list[Span]]:
    """Return the link definitions of a file as markdown-it keeps them, those that stand again, and what is none."""
    env: dict[str, Any] = {}
    tokens = _parser().parse(text + LOOK_AHEAD, env)
    again = [Span(str(extra["label"]), extra["map"][0] + 1) for extra in env.get("duplicate_refs", [])]
    other = [Span(token.content, _line(token)) for token in tokens if token.type in {"inline", "fence", "code_block"}]
    return env.get("references", {}), again, other


def read(page: Page, text: str, references: dict[str, Any], include: Callable[[str], Page | None]) -> Page:
    """Read a file's text into `page`; what the reading itself finds wrong is in its `faults`.

    `references` are the sources, as markdown-it keeps them; `include` returns an included file, or None where there
    is none.
    """
    lines = text.split("\n")
    end = _front_matter(page, lines)
    env: dict[str, Any] = {"references": dict(references)}
    tokens = _parser().parse("\n".join([""] * end + lines[end:]) + LOOK_AHEAD, env)
    defined = [*env["references"].items(), *((again["label"], again) for again in env.get("duplicate_refs", []))]
    page.definitions = [
        Span(label, reference["map"][0] + 1, str(reference["href"]))
        for label, reference in defined
        if reference is not references.get(label)
    ]
    _Reader(page, lines, include).walk(tokens)
    return page


def _front_matter(page: Page, lines: list[str]) -> int:
    """Read the front matter into `page`; return the number of lines that it takes."""
    end = next((i for i, line in enumerate(lines) if i and line.rstrip() in {"---", "..."}), 0)
    if lines[0].rstrip() != "---" or not "".join(lines[1:end]).strip():
        if not page.shared:
            page.faults.append(("front-matter", Fault(1, "there is no front matter", "a page begins with it")))
        return 0
    if page.shared:
        page.faults.append(("front-matter", Fault(1, "front matter in an include", "none", "remove it")))
        return end + 1
    source = "\n".join(lines[1:end])
    page.meta, page.places, findings = parse(source, page.path, Meta, rule="front-matter", first_line=2)
    page.faults += [(f.rule, Fault(f.line, f.found, f.expected, f.mend)) for f in findings]
    data = page.meta.model_dump() if page.meta else _rest(source)
    page.kind = str(data.get("kind", ""))
    for key in ("title", "description", "who", "applies_to"):
        several = isinstance(data.get(key), list)
        for number, words in enumerate(data[key] if several else [data.get(key)]):
            if isinstance(words, str) and words:
                line, _ = page.places.of((key, number) if several else (key,))
                page.blocks.append(Block("meta", page.path, line, Where(), words, words))
    return end + 1


def _rest(source: str) -> dict[Any, Any]:
    """Return what can be read of faulty front matter, so that the other rules still run."""
    try:
        _, data = load(source)
    except (yaml.YAMLError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


class _Reader:
    """Walks the tokens of a file; a method for each kind of token that matters."""

    def __init__(self, page: Page, lines: list[str], include: Callable[[str], Page | None]) -> None:
        self.page, self.lines, self.include = page, lines, include
        self.section = self.symptom = ""
        self.tabs: list[int] = []
        self.last_tab = 0
        self.boxes: list[str] = []
        self.lists: list[bool] = []  # of each open list, whether it is ordered
        self.steps: list[int] = []
        self.next: tuple[Kind, int, bool] = ("paragraph", 0, False)  # kind, level, aligned of the inline to come

    def walk(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        for self.at, token in enumerate(tokens):
            handler = getattr(self, f"on_{token.type}", None)
            if handler:
                handler(token)

    @property
    def where(self) -> Where:
        return Where(
            self.section,
            self.symptom,
            self.tabs[-1] if self.tabs else 0,
            self.steps[-1] if self.steps else 0,
            self.boxes[-1] if self.boxes else "",
            bool(self.lists) and not self.lists[-1],
        )

    def add(self, block: Block) -> None:
        if block.kind == "heading" and block.level <= 3:
            title = " ".join(block.text.split())
            self.section = self.section if block.level == 3 else title
            self.symptom = title if block.level == 3 else ""
            block = replace(block, where=block.where._replace(section=self.section, symptom=self.symptom))
        self.page.blocks.append(block)

    def allow(self, comments: Sequence[tuple[str, int]], span: tuple[int, int]) -> None:
        for comment, line in comments:
            match = ALLOW.fullmatch(comment)
            if match:
                rule, text, reason = (match[name] or "" for name in ("rule", "text", "reason"))
                self.page.allowances.append(Allowance(line, rule, text, reason.strip(), *span))

    def on_heading_open(self, token: Token) -> None:
        self.next = ("heading", int(token.tag[1]), False)

    def on_th_open(self, token: Token) -> None:
        self.next = ("cell", 0, "style" in token.attrs)

    def on_td_open(self, _: Token) -> None:
        self.next = ("cell", 0, False)

    def on_admonition_title_open(self, _: Token) -> None:
        self.next = ("title", 0, False)

    on_admonition_mkdocs_title_open = on_content_tab_mkdocs_title_open = on_admonition_title_open

    def on_mkdocs_abbreviation_open(self, _: Token) -> None:
        self.next = ("abbreviation", 0, False)

    def on_content_tab_mkdocs_open(self, token: Token) -> None:
        beside = self.tokens[self.at - 1].type == "content_tab_mkdocs_close" and not token.markup.endswith("!")
        group = self.page.tabs[self.last_tab - 1].group if self.at and beside else len(self.page.tabs)
        self.page.tabs.append(PageTab(self.tokens[self.at + 2].content, self.page.path, _line(token), group))
        self.tabs.append(len(self.page.tabs))

    def on_content_tab_mkdocs_close(self, _: Token) -> None:
        self.last_tab = self.tabs.pop()

    def on_admonition_open(self, token: Token) -> None:
        self.boxes.append(str(token.meta.get("tag", "")))
        self.add(Block("box", self.page.path, _line(token), self.where))

    def on_admonition_mkdocs_open(self, token: Token) -> None:
        self.boxes.append("???")
        self.add(Block("box", self.page.path, _line(token), self.where))

    def on_admonition_close(self, _: Token) -> None:
        self.boxes.pop()

    on_admonition_mkdocs_close = on_admonition_close

    def on_ordered_list_open(self, token: Token) -> None:
        self.lists.append(token.type == "ordered_list_open")

    on_bullet_list_open = on_ordered_list_open

    def on_ordered_list_close(self, _: Token) -> None:
        self.lists.pop()

    on_bullet_list_close = on_ordered_list_close

    def on_list_item_open(self, token: Token) -> None:
        if self.lists[-1]:
            tab, number = self.tabs[-1] if self.tabs else 0, token.info + token.markup
            self.page.steps.append(Step(self.page.path, _line(token), number, bool(self.steps), tab))
            self.steps.append(len(self.page.steps))

    def on_list_item_close(self, _: Token) -> None:
        if self.lists[-1]:
            self.steps.pop()

    def on_fence(self, token: Token) -> None:
        self.add(Block("code", self.page.path, _line(token), self.where, token.content))

    on_code_block = on_fence

    def on_html_block(self, token: Token) -> None:
        html = Html(token.content, _line(token))
        self.allow(html.comments, self.following())
        if html.broken:
            self.page.faults.append(("file", Fault(_line(token), "HTML that cannot be read")))
        if html.tags or html.text.strip():
            tags = tuple(html.tags)
            self.add(Block("html", self.page.path, _line(token), self.where, html.text, html.text, tags=tags))

    def following(self) -> tuple[int, int]:
        """Return the lines of the block that stands after a comment, over further comments.

        A comment that stands first in the file allows in the front matter too.
        """
        first = all(token.type == "html_block" and token.content.startswith("<!--") for token in self.tokens[: self.at])
        for token in self.tokens[self.at + 1 :]:
            if token.nesting < 0:
                break
            if token.map and not (token.type == "html_block" and token.content.lstrip().startswith("<!--")):
                return 1 if first else token.map[0] + 1, token.map[1] + 1
        return 0, 0

    def on_inline(self, token: Token) -> None:
        kind, level, aligned = self.next
        self.next = ("paragraph", 0, False)
        inline = Inline(token, _line(token))
        if inline.comments and token.map:
            self.allow(inline.comments, (token.map[0] + 1, token.map[1] + 1))
        if self.tokens[self.at - 1].type == "pymd_snippet_open":
            self.snippet(token)
        else:
            self.add(
                Block(kind, self.page.path, _line(token), self.where, level=level, aligned=aligned, **inline.fields)
            )

    def snippet(self, token: Token) -> None:
        match = SNIPPET.fullmatch(self.lines[_line(token) - 1].rstrip())
        name = match["name"] if match else token.content.removeprefix("--8<--").strip()
        page = self.include(name) if match else None
        self.page.includes.append(Include(name, _line(token), page is not None, match is not None))
        if not page:
            return
        steps, tabs, here = len(self.page.steps), len(self.page.tabs), self.where
        self.page.tabs += [replace(tab, group=tab.group + tabs) for tab in page.tabs]
        for step in page.steps:
            tab = here.tab or (step.tab and step.tab + tabs)
            self.page.steps.append(replace(step, nested=step.nested or bool(self.steps), tab=tab))
        for block in page.blocks:
            its = block.where
            where = self.where._replace(
                tab=here.tab or (its.tab and its.tab + tabs),
                step=its.step + steps if its.step else here.step,
                box=its.box or here.box,
                bullet=its.bullet or here.bullet,
            )
            self.add(replace(block, where=where))


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1
