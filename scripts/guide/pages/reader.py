"""Reading a Markdown file into blocks, with markdown-it and the plugins that know tabs, boxes and snippets."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode
from mdformat_mkdocs.mdit_plugins import (
    material_admon_plugin,
    material_content_tabs_plugin,
    material_deflist_plugin,
    pymd_abbreviations_plugin,
    pymd_admon_plugin,
    pymd_snippet_plugin,
)

from guide.pages.inline import Html, Inline
from guide.pages.page import Allowance, Block, Fault, Meta, Page, PageTab, Place, Source, Span, Step, Where
from guide.yamlfile import parse

Include = Callable[[str], Page | tuple[str, ...]]
ALLOW = re.compile(r'\s*allow:\s*([\w-]*)\s*(?:"([^"]*)")?(.*)', re.DOTALL)
LOOK_AHEAD = "\n" * 21  # the plugin for snippets reads 20 lines on after a marker, over the end of the file
SNIPPET = re.compile(r"""\s*-+8<-+[ \t]+(["'])(?P<name>[^"'\n]+)\1""")
ALONE = '--8<-- "name.md" alone on its line'
LISTS = {"bullet_list", "ordered_list"}
ITEM = re.compile(r"( *)(?:\d+\.|[-*+]|--8<--) ")
GLUED = "leave a line free: MkDocs reads it as part of the paragraph above"
ASUNDER = "put a sentence between them: MkDocs makes one list of them"
KINDS = {
    "heading": "heading", "th": "cell", "td": "cell", "mkdocs_abbreviation": "abbreviation",
    "admonition_title": "title", "admonition_mkdocs_title": "title", "content_tab_mkdocs_title": "title",
}  # fmt: skip


@cache
def parser(*, includes: bool = True) -> MarkdownIt:
    """Return the parser of pages; without `includes`, snippets and abbreviations are text like any other."""
    found = MarkdownIt("commonmark", {"store_labels": True}).enable("table")
    found.use(material_content_tabs_plugin).use(pymd_admon_plugin).use(material_admon_plugin)
    if includes:
        found.use(pymd_snippet_plugin).use(pymd_abbreviations_plugin)
    found.use(material_deflist_plugin)
    # Python-Markdown takes any address, `javascript:` too; a rule has to see it as it was written.
    found.validateLink = lambda url: True  # type: ignore[method-assign] # noqa: ARG005
    found.normalizeLink = lambda url: url  # type: ignore[method-assign]
    return found


def read(page: Page, text: str, references: dict[str, Any], include: Include) -> Page:
    """Read a file's text into `page`; what the reading itself finds wrong is in its `faults`.

    `references` are the sources, as markdown-it keeps them; `include` returns an included file, or what is wrong
    with its name.
    """
    lines = text.split("\n")
    end = _front_matter(page, lines)
    for number, line in enumerate(lines[1:], 1):
        above, item = lines[number - 1], ITEM.match(line)
        if item and above.startswith(" " * (len(item[1]) + 4)) and not ITEM.match(above):
            glued = Fault(Place(page.path, number + 1), "an item right below a paragraph", "", GLUED)
            page.faults.append(("steps", glued))
    reader = _Reader(page, lines, references, include)
    reader.walk(reader.parse("\n".join(lines[end:]), end, len(lines)), Where())
    return page


def _front_matter(page: Page, lines: list[str]) -> int:
    """Read the front matter into `page`; return the number of lines that it takes."""
    end = next((i for i, line in enumerate(lines) if i and line.rstrip() in {"---", "..."}), 0)
    if lines[0].rstrip() != "---" or not "".join(lines[1:end]).strip():
        if not page.shared:
            page.faults.append(("front-matter", Fault(page.at(), "there is no front matter", "a page begins with it")))
        return 0
    if page.shared:
        page.faults.append(("front-matter", Fault(page.at(), "front matter in an include", "none", "remove it")))
        return end + 1
    source = "\n".join(lines[1:end])
    page.meta, page.places, findings = parse(source, page.path, Meta, rule="front-matter", first_line=2)
    page.faults += [(f.rule, Fault(Place(f.path, f.line), f.found, f.expected, f.mend)) for f in findings]
    for key in ("title", "description", "who", "applies_to") if page.meta else ():
        value = getattr(page.meta, key)
        for number, words in enumerate([value] if isinstance(value, str) else value):
            page.blocks.append(Block("meta", page.at(key, number), text=words, prose=words))
    return end + 1


def _is_comment(node: SyntaxTreeNode) -> bool:
    return node.type == "html_block" and node.content.lstrip().startswith("<!--")


class _Reader:
    """Walks the blocks of a file, and puts each into the page with what it stands in."""

    def __init__(self, page: Page, lines: list[str], references: dict[str, Any], include: Include) -> None:
        self.page, self.lines, self.references, self.include = page, lines, references, include
        self.section = self.symptom = ""

    def parse(self, text: str, first: int, end: int) -> list[SyntaxTreeNode]:
        """Return the blocks of the lines from `first` up to before `end`, from 0; keep what links they define."""
        env: dict[str, Any] = {"references": dict(self.references)}
        tokens = parser().parse("\n" * first + text + LOOK_AHEAD, env)
        for token in tokens:
            token.map = token.map and [token.map[0], min(token.map[1], end)]
        defined = [ref for label, ref in env["references"].items() if ref is not self.references.get(label)]
        for ref in [*defined, *env.get("duplicate_refs", [])]:
            line = ref["map"][0]
            label = self.lines[line].strip()[1:].partition("]")[0]
            self.page.definitions.append(Source(label, str(ref["href"]), str(ref["title"]), line + 1))
        return SyntaxTreeNode(tokens).children

    def walk(self, nodes: Sequence[SyntaxTreeNode], where: Where) -> None:
        beside: int | None = None  # the group of the tab that ends where this node begins
        for number, node in enumerate(nodes):
            kind, place = node.type, Place(self.page.path, node.map[0] + 1 if node.map else 1)
            before, beside, inner = beside, None, where
            if kind == "content_tab_mkdocs":
                beside = before if before is not None and not node.markup.endswith("!") else len(self.page.tabs)
                self.page.tabs.append(PageTab(node.children[0].children[0].content, place, beside))
                inner = where._replace(tab=len(self.page.tabs))
            elif kind in {"admonition", "admonition_mkdocs"}:
                inner = where._replace(box=str(node.meta["tag"]) if kind == "admonition" else "???")
                self.add(Block("box", place, inner))
            elif kind in LISTS:
                if number and nodes[number - 1].type in LISTS:
                    self.fault("steps", place, "two lists, one right after the other", "one list", ASUNDER)
                inner = where._replace(bullet=kind == "bullet_list")
            elif kind == "list_item" and not where.bullet:
                self.page.steps.append(Step(place, node.info + node.markup, bool(where.step), where.tab))
                inner = where._replace(step=len(self.page.steps))
            below = kind == "code_block" and number and nodes[number - 1].type == "pymd_snippet"
            if node.map and below and (item := self.item(where)):
                self.walk(self.parse(node.content, *node.map), item)
            elif kind in {"fence", "code_block"}:
                self.add(Block("code", place, where, node.content))
            elif kind == "html_block":
                html = Html(node.content, place)
                if html.comments:
                    self.allow(html.comments, *self.following(nodes, number))
                self.html(html, where)
            elif kind == "inline":
                self.inline(node, place, where)
            else:
                self.walk(node.children, inner)

    def item(self, where: Where) -> Where | None:
        """Return the item in which an include just ended: for MkDocs, what is indented below it continues that item."""
        last = self.page.blocks[-1].where if self.page.blocks else where
        if last.step > where.step:
            return where._replace(step=len(self.page.steps))
        return where._replace(bullet=True) if last.bullet and not where.bullet else None

    def add(self, block: Block) -> None:
        if block.kind == "heading" and block.level <= 3:
            self.section = self.section if block.level == 3 else block.title
            self.symptom = block.title if block.level == 3 else ""
        if "-8<-" in block.prose and block.kind != "abbreviation":
            self.fault("includes", block.place, "MkDocs prints this as it is: -8<-", ALONE)
        where = block.where._replace(section=self.section, symptom=self.symptom)
        self.page.blocks.append(block._replace(where=where))

    def fault(self, rule: str, place: Place, *said: str) -> None:
        self.page.faults.append((rule, Fault(place, *said)))

    def allow(self, comments: Sequence[Span], first: int, end: int) -> None:
        for comment in comments:
            if match := ALLOW.fullmatch(comment.text):
                rule, text, reason = match.groups("")
                self.page.allowances.append(Allowance(comment.place, rule, text, reason.strip(), first, end))

    def html(self, html: Html, where: Where) -> None:
        if html.broken:
            self.fault("file", html.first, "HTML that cannot be read")
        text = "".join(html.parts)
        if html.tags or text.strip():
            self.add(Block("html", html.first, where, text, text, tags=tuple(html.tags)))

    def following(self, nodes: Sequence[SyntaxTreeNode], number: int) -> tuple[int, int]:
        """Return the lines of the block that stands after a comment, over further comments.

        A comment that stands first in the file allows in the front matter too.
        """
        after = next((node for node in nodes[number + 1 :] if node.map and not _is_comment(node)), None)
        if not after or not after.map:
            return 0, 0
        first = all(block.kind == "meta" for block in self.page.blocks)
        return 1 if first else after.map[0] + 1, after.map[1] + 1

    def inline(self, node: SyntaxTreeNode, place: Place, where: Where) -> None:
        parent, inline = node.parent, Inline(node, place)
        assert parent  # noqa: S101 - for the type checker: what is inline stands in a block
        if node.map:
            self.allow(inline.comments, place.line, node.map[1] + 1)
        if parent.type == "pymd_snippet":
            self.snippet(node, place, where)
            return
        kind = KINDS.get(parent.type, "paragraph")
        if parent.type == "th" and "style" in parent.attrs:
            self.fault("outside", place, "an aligned table", "no style attribute: the policy refuses it", "write |---|")
        self.add(Block(kind, place, where, level=int(parent.tag[1]) if kind == "heading" else 0, **inline.fields))

    def snippet(self, node: SyntaxTreeNode, place: Place, where: Where) -> None:
        """Put the blocks of an included file where they are included."""
        match = SNIPPET.fullmatch(self.lines[place.line - 1].rstrip())
        if not match:
            name = node.content.removeprefix("--8<--").strip()[:60]
            self.fault("includes", place, f"MkDocs prints this as it is: --8<-- {name}", ALONE)
            return
        self.page.includes.append(match["name"])
        page = self.include(match["name"])
        if not isinstance(page, Page):
            self.fault("includes", place, *page)
            return
        steps, tabs = len(self.page.steps), len(self.page.tabs)
        self.page.tabs += [tab._replace(group=tab.group + tabs) for tab in page.tabs]
        for step in page.steps:
            tab = where.tab or (step.tab and step.tab + tabs)
            self.page.steps.append(step._replace(nested=step.nested or bool(where.step), tab=tab))
        for block in page.blocks:
            its = block.where
            here = its._replace(
                tab=where.tab or (its.tab and its.tab + tabs),
                step=its.step + steps if its.step else where.step,
                box=its.box or where.box,
                bullet=its.bullet or where.bullet,
            )
            self.add(block._replace(where=here))
