"""What the rules see of a page is what MkDocs makes of it, at the line where it is written; bad input is one line."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from conftest import ROOT
from guide.reading.guide import Guide
from selectolax.lexbor import LexborHTMLParser

GUIDE = Guide(ROOT, datetime.date(2026, 11, 24))
# What the theme and guide.markdown add to the text.
ADDED = ".jump, .path, .next, .exit, .crumb, .facts, .plan, .boxes, .phone, .sources, .hint, p[hidden], figcaption, .dark, script"


def flat(text: str) -> str:
    return " ".join(text.split())


def built(site: Path, home: str) -> dict[str, list[str]]:
    path = site / home.removesuffix(".md").removesuffix("index") / "index.html"
    article = LexborHTMLParser(path.read_text("utf-8")).css_first("article")
    for added in article.css(ADDED):
        added.decompose()
    return {
        "headings": [f"{node.tag} {flat(node.text())}" for node in article.css("h2, h3, h4")],
        "labels": [flat(node.text()) for node in article.css("strong")],
        "links": [flat(node.text()) for node in article.css("a") if not node.css("img, rect")],
        "pictures": [node.attributes["alt"] for node in article.css("img")],
        "steps": [flat(node.text()) for node in article.css("ol > li")],
        "tabs": [node.text() for node in article.css(".tabbed-labels label")],
    }


@pytest.mark.parametrize("page", GUIDE.pages, ids=lambda page: page.home)
def test_the_rules_see_what_is_built(site: Path, page):
    assert {
        "headings": [f"h{block.level} {block.title}" for block in page.blocks if block.kind == "heading"],
        "labels": [flat(label.text) for block in page.blocks for label in block.labels],
        "links": [flat(link.text) for block in page.blocks if block.kind != "meta" for link in block.links],
        "pictures": [image.text for block in page.blocks for image in block.images],
        "steps": [flat(" ".join(b.text for b in blocks if not b.images)) for blocks in page.step_blocks],
        "tabs": [tab.label for tab in page.tabs],
    } == built(site, page.home)


def test_every_place_is_the_line_where_it_is_written():
    lines = {page.path: (ROOT / page.path).read_text("utf-8").splitlines() for page in GUIDE.files}
    for page in GUIDE.files:
        written = [(block.place, block.text.partition("\n")[0]) for block in page.blocks if block.kind != "meta"]
        written += [(tab.place, tab.label) for tab in page.tabs]
        written += [(step.place, f"{step.marker} ") for step in [*page.steps, *page.bullets]]
        for block in [block for block in page.blocks if block.kind != "meta"]:
            written += [(span.place, span.text) for span in (*block.labels, *block.links, *block.images)]
        for place, text in written:
            line = lines[place.path][place.line - 1]
            words = [word.strip(".,;:!?") for word in text.split()]
            assert all(word in line.replace("**", "") for word in words), (place, text)
    for path, source in lines.items():
        page = next(page for page in GUIDE.files if page.path == path)
        seen = [image.place.line for block in page.own for image in block.images]
        assert seen == [number for number, line in enumerate(source, 1) for _ in range(line.count("!["))]
