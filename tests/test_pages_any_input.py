"""Whatever a file holds, `guide check` has findings or nothing to say; it never breaks."""

from __future__ import annotations

import datetime
import shutil
from pathlib import Path

import pytest
from guide.reading.guide import Guide
from guide.rules.check import check
from hypothesis import given, settings
from hypothesis import strategies as st

SMALL = Path(__file__).parent / "small_guide" / "docs"
TODAY = datetime.date(2026, 11, 24)
FRONT = """---
title: Any
description: A page that may hold anything at all, to see that nothing breaks.
kind: hub
checked: 2026-11-20
tags: [any]
---

"""
PIECES = [
    "\n", "\n\n", "    ", "1. ", "2) ", "- ", "> ", "# ", "### ", "=== ", '=== "Browser"\n\n    ', "===! ",
    "!!! ", "!!! note\n\n    ", "??? note ", '--8<-- "steps/mac-open.md"\n', '--8<-- "', "--8<--\n", "**", "*",
    "_", "`", "```\n", "[", "](", ")", "][S-660]", "![", "[S-660]: ", "*[SMS]: ", "|", "|--:|\n", ": ", "<",
    "</", ">", "<div markdown>", "<!--", "-->", '<!-- allow: words "just" why -->', "<![CDATA[", "<![x",
    "&amp;", "&#0;", "{", "}", "{ .a style=b }", "\\", "https://", "javascript:", "//[", "%", "just ",
    "Apple ID ", "macOS 99 ", "a@b.example", "555-0100", "\t", "\r", "\x0b", "\u2028", "\ufeff", "é", "😀",
    "---\n", "...", "Click ", "Source: ",
]  # fmt: skip
YAML = [
    "\n", "\n  ", "title", "kind", "checked", "tags", ": ", "- ", "[", "]", "{", "}", ", ", "'", '"', "|", ">",
    "&a", "*a", "!!int", "!!bool ", "!!timestamp ", "<<: ", "? ", "#", "2026-11-24", "2026-13-40", "12:30",
    "on", "~", "0x", "1e999", "9" * 30, "hub", "a", "\t", "%", "@",
]  # fmt: skip


@pytest.fixture(scope="module")
def guide(tmp_path_factory):
    path = tmp_path_factory.mktemp("guide")
    shutil.copytree(SMALL, path / "docs")
    return path


def found(guide, data, name="any.md"):
    path = guide / "docs" / name
    path.write_bytes(data)
    try:
        found = check([path], TODAY, guide)
        return [(one.rule, one.line, one.found) for one in found if one.rule != "related"]  # no page leads here
    finally:
        path.unlink()


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_is_read(guide, end):
    page = FRONT + "# A\n\nClick it.\n\nIt just works: [on](index.md).\n"
    assert found(guide, page.replace("\n", end).encode()) == [
        ("headings", 9, 'a second title, "A"'),
        ("words", 13, '"just"'),
    ]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", ("front-matter", 1, "there is no front matter")),
        (b"---\n---\n", ("front-matter", 1, "there is no front matter")),
        (b"---\ntitle: x\n", ("front-matter", 1, "there is no front matter")),
        (b"a\nb\n\xff\xfe", ("file", 3, "this is not UTF-8 text")),
        (b"\x89PNG\r\n\x1a\n\0\0", ("file", 1, "this is not UTF-8 text")),
        (b"a\0b", ("file", 1, "a zero byte")),
        (b"\xef\xbb\xbf" + FRONT.encode(), ("file", 1, "a byte-order mark")),
        (b"a" * (LIMIT + 1), ("file", 0, f"{LIMIT + 1} bytes")),
        (b"---\n" + b"[" * 60_000 + b"\n---\n", ("front-matter", 2, "this is not YAML (too many lists in lists)")),
        (
            b"---\ntitle: !!bool perhaps\n---\n",
            ("front-matter", 2, "this is not YAML (a value that does not fit its tag)"),
        ),
    ],
    ids=["empty", "nothing between", "not ended", "Latin", "a picture", "zero", "mark", "huge", "deep", "tag"],
)
def test_what_cannot_be_a_page_is_one_finding(guide, data, says):
    assert found(guide, data) == [says]


@pytest.mark.parametrize("name", ["two words.md", 'it\'s "quoted".md', "größe-✓.md", "a%20b.md", "-x.md"])
def test_a_file_may_have_any_name(guide, name):
    assert found(guide, FRONT.encode(), name) == []


@pytest.mark.parametrize(
    "piece", [*PIECES, "<b ", "[a](", "- a\n", '=== "a"\n', "!!! note\n\n    x\n\n", "AB12-", "1.", "a@a."]
)
def test_many_of_the_same_are_read(guide, piece):
    found(guide, (FRONT + piece * (8_000 // len(piece))).encode())


def test_a_screen_may_hold_anything(guide):
    for data in (b"<![x", b"<p " * 9_000, b"\xff", b"<div>" * 2_000 + b"</p>" * 2_000, b""):
        found(guide, data, "assets/screens/any.html")


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=8)), max_size=40))
def test_any_markdown_is_read(guide, pieces):
    found(guide, (FRONT + "".join(pieces)).encode("utf-8", "replace"))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(YAML), st.text(max_size=4)), max_size=30))
def test_any_front_matter_is_read(guide, pieces):
    found(guide, ("---\n" + "".join(pieces) + "\n---\n\nText.\n").encode("utf-8", "replace"))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=20))
def test_every_line_named_is_a_line_of_the_file(guide, pieces):
    text = FRONT + "".join(pieces)
    path = guide / "docs" / "any.md"
    path.write_bytes(text.encode("utf-8"))
    try:
        page = Guide(guide, TODAY).page(path)
    finally:
        path.unlink()
    last = text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
    assert all(1 <= block.place.line <= last for block in page.own)
