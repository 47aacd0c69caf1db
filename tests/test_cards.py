"""Share cards: every page's title fits, in the site's colours, in few bytes."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from guide.publish import cards
from PIL import Image

ROOT = Path(__file__).parents[1]
TITLES = sorted(
    re.search(r"^title: *(.+)$", path.read_text("utf-8"), re.MULTILINE)[1].strip("\"'")
    for path in (ROOT / "docs").rglob("*.md")
    if "includes" not in path.parts
)


def opened(title: str, section: str = "Turn it on") -> Image.Image:
    data = cards.card(title, section, "Two Locks", ROOT)
    assert len(data) <= 60_000
    image = Image.open(io.BytesIO(data))
    assert (image.format, image.size) == ("PNG", (1200, 630))
    return image


def test_every_title_of_the_guide_fits_whole():
    assert len(TITLES) > 40
    for title in TITLES:
        lines, size = cards._fit(title, ROOT)
        assert " ".join(lines) == title
        assert len(lines) <= cards.LINES[size]
        assert size >= 60, title


def test_every_letter_of_the_titles_is_in_the_font():
    font = cards._font("source-serif-700", 40, ROOT)
    missing = bytes(font.getmask("\uffff"))
    assert [char for char in sorted(set("".join(TITLES))) if bytes(font.getmask(char)) == missing] == []


@pytest.mark.parametrize("title", [max(TITLES, key=len), min(TITLES, key=len)])
def test_a_card_has_the_colours_of_the_site_and_stays_in_its_edges(title: str):
    image = opened(title).convert("RGB")
    colours = {colour for _, colour in image.getcolors(1 << 16)}
    for token in (cards.PAPER, cards.INK, cards.BRAND, cards.CARD):
        assert tuple(bytes.fromhex(token[1:])) in colours
    paper = image.getpixel((0, 0))
    edges = [(0, 0, 1200, 60), (0, 590, 1200, 630), (0, 0, 70, 630), (1125, 0, 1200, 630)]
    assert all(image.crop(edge).getcolors() == [(len(image.crop(edge).tobytes()) // 3, paper)] for edge in edges)


@pytest.mark.parametrize("title", ["", "x", "word " * 80, "Unbreakable" * 20, "two\nlines", "日本語"])
def test_any_title_makes_a_card(title: str):
    opened(title, "")


def test_the_same_words_give_the_same_bytes():
    assert cards.card("No code arrives", "Help", "Two Locks", ROOT) == cards.card(
        "No code arrives", "Help", "Two Locks", ROOT
    )
