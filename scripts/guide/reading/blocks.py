"""A page's HTML taken apart into blocks, tabs, steps, elements and allowances."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from selectolax.lexbor import LexborNode

from guide.findings import Place
from guide.reading.markdown import LINE, SOURCE, value
from guide.reading.page import HIDDEN, Allowance, Block, Page, PageTab, Source, Span, Step, Tag, Where

ALLOW = re.compile(r'\s*allow:\s*([\w-]*)\s*(?:"([^"]*)")?(.*)', re.DOTALL)
KINDS = {"td": "cell", "th": "cell", **{f"h{level}": "heading" for level in range(1, 7)}}
BLOCKS = {
    *KINDS, "address", "article", "aside", "blockquote", "center", "dd", "details", "div", "dl", "dt", "figure",
    "footer", "form", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody",
    "tfoot", "thead", "tr", "ul",
}  # fmt: skip
SILENT = {"script", "style", "template"}  # what stands in them is no text


def take_apart(page: Page, body: LexborNode, lines: list[tuple[str, Place]], sources: Mapping[str, Source]) -> None:
    """Put what stands in a page's body into `page`; its elements' LINE counts in `lines`."""
    page.ids = {value(node, "id") for node in body.css("[id]")}
    walk = _Walk(page, lines, sources)
    walk.flow(body, Where())
    page.allowances += walk.waiting  # above nothing
    page.allowances = [each for each in page.allowances if each.place.path == page.path]


class _Walk:
    """Goes through the elements in order; `at` is the line that is being read."""

    def __init__(self, page: Page, lines: list[tuple[str, Place]], sources: Mapping[str, Source]) -> None:
        self.page, self.lines, self.sources, self.at = page, lines, sources, 0
        self.section = self.symptom = ""
        self.waiting: list[Allowance] = []  # for the block that they stand above

    def place(self, at: int | None = None) -> Place:
        """Return the place of the line that is being read, or of another."""
        return self.lines[min(self.at if at is None else at, len(self.lines) - 1)][1]

    def flow(self, parent: LexborNode, where: Where) -> None:
        """Take the blocks in an element; text between them, or alone, is a block too."""
        children = parent.iter(include_text=True)
        for _, group in groupby(children, lambda child: child.mem_id if child.tag in BLOCKS else 0):
            nodes, above, count = list(group), self.waiting, len(self.page.blocks)
            self.waiting = []
            if nodes[0].tag in BLOCKS:
                self.block(nodes[0], where)
            else:
                self.inline(parent, nodes, where)
            if len(self.page.blocks) > count:
                self.allow(above, count)
            else:
                self.waiting = above + self.waiting

    def block(self, node: LexborNode, where: Where) -> None:
        """Take a block with what it holds, which stands in its list, tab or box."""
        self.element(node)
        kind = value(node, "class")
        if node.tag == "pre":
            self.add(Block("code", self.place(), where, node.text()))
        elif node.tag in {"ol", "ul"}:
            for item in node.iter():
                self.item(item, where._replace(bullet=node.tag == "ul"))
        elif kind.startswith("tabbed-set"):
            group = len(self.page.tabs)
            for label, block in zip(node.css("label"), node.css(".tabbed-block"), strict=False):
                self.element(label)
                self.page.tabs.append(PageTab(label.text(), self.place(), group))
                self.flow(block, where._replace(tab=len(self.page.tabs)))
        elif kind.startswith("admonition "):
            inner = where._replace(box=kind.split()[1])
            self.add(Block("box", self.place(), inner))
            self.flow(node, inner)
        else:
            self.flow(node, where)

    def item(self, item: LexborNode, where: Where) -> None:
        """Take an item of a list, with its marker as it is written."""
        self.at = next((int(line) for node in item.traverse() if (line := value(node, LINE))), self.at)
        marker = self.lines[min(self.at, len(self.lines) - 1)][0].strip().partition(" ")[0]
        items = self.page.bullets if where.bullet else self.page.steps
        items.append(Step(self.place(), marker, bool(where.step), where.tab))
        if not where.bullet:
            where = where._replace(step=len(items))
        self.element(item)
        self.flow(item, where)

    def element(self, node: LexborNode) -> None:
        """Keep an element, and go to its line where that is known."""
        line = value(node, LINE)
        self.at = int(line) if line else self.at
        self.page.tags.append(Tag(str(node.tag), self.place(), node.attributes, LINE in node.attributes))

    def inline(self, parent: LexborNode, nodes: Sequence[LexborNode], where: Where) -> None:
        """Take a run of text: a block, unless there is nothing to read."""
        start, count, run = self.at, len(self.page.blocks), _Run(self)
        for node in nodes:
            run.take(node)
        text, prose = "".join(run.text), "".join(run.prose)
        if not (text.strip() or run.links or run.images):
            self.at = start
            self.waiting = run.allowances
            return
        start += text[: len(text) - len(text.lstrip())].count("\n")
        kind = "title" if value(parent, "class") == "admonition-title" else KINDS.get(str(parent.tag), "paragraph")
        level = int(str(parent.tag)[1]) if kind == "heading" else 0
        found = tuple(run.labels), tuple(run.links), tuple(run.images)
        self.add(Block(kind, self.place(start), where, text.strip(), prose.strip(), level, *found))
        self.allow(run.allowances, count)

    def add(self, block: Block) -> None:
        """Put a block into the page, with the headings that it stands under."""
        if block.kind == "heading" and block.level <= 3:
            self.section = self.section if block.level == 3 else block.title
            self.symptom = block.title if block.level == 3 else ""
        where = block.where._replace(section=self.section, symptom=self.symptom)
        self.page.blocks.append(block._replace(where=where))

    def allow(self, allowances: Iterable[Allowance], count: int) -> None:
        """Let them allow on the lines of the blocks from that number on; above the first, in the front matter too."""
        blocks = self.page.blocks[count:]
        ends = [b.place.line + b.text.count("\n") + 1 for b in blocks if b.place.path == self.page.path] or [0]
        first = 1 if all(block.kind == "meta" for block in self.page.blocks[:count]) else blocks[0].place.line
        self.page.allowances += [each._replace(lines=range(first, max(ends))) for each in allowances]


class _Run:
    """What a run of text says."""

    def __init__(self, walk: _Walk) -> None:
        self.walk = walk
        self.text: list[str] = []
        self.prose: list[str] = []
        self.labels: list[Span] = []
        self.links: list[Span] = []
        self.images: list[Span] = []
        self.allowances: list[Allowance] = []

    def take(self, node: LexborNode, *, hidden: bool = False, bold: bool = False) -> None:
        """Take text, a comment, or an element with what it holds."""
        walk, tag = self.walk, node.tag
        if tag == "-text":
            self.put(node.text_content or "", hidden=hidden)
            walk.at += (node.text_content or "").count("\n")
            return
        if tag == "-comment":
            self.comment(node.comment_content or "")
            return
        walk.element(node)
        place, start, strong = walk.place(), len(self.text), tag in {"strong", "b"}
        target = value(node, "href")
        label = target.removeprefix(SOURCE) if target.startswith(SOURCE) else ""
        target = walk.sources[label].address if label else target
        hides = hidden or strong or tag == "code" or bool(label) or target in {node.text(), f"mailto:{node.text()}"}
        if tag == "img":
            self.put(value(node, "alt"), hidden=hidden)
            self.images.append(Span(value(node, "alt"), place, value(node, "src")))
        for child in node.iter(include_text=True) if tag not in SILENT else ():
            self.take(child, hidden=hides, bold=bold or strong)
        said = "".join(self.text[start:])
        if tag == "a":
            self.links.append(Span(said, place, target, label))
        elif strong and not bold:
            self.labels.append(Span(said, place))

    def put(self, text: str, *, hidden: bool) -> None:
        """Add to what is said; a line break stays one even in what is hidden."""
        self.text.append(text)
        self.prose.append(HIDDEN + "\n" * text.count("\n") if hidden and text else text)

    def comment(self, text: str) -> None:
        """Keep a comment that allows something."""
        if match := ALLOW.fullmatch(text):
            walk = self.walk
            from_here_on = [*range(walk.at, len(walk.lines)), *range(walk.at)]  # MkDocs moves a line's second comment
            walk.at = next((n for n in from_here_on if text.strip() in walk.lines[n][0]), walk.at)
            rule, quoted, reason = match.groups("")
            self.allowances.append(Allowance(walk.place(), rule, quoted, reason.strip(), range(0)))
