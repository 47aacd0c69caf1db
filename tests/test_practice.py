"""Rehearsals in a real browser: each is walked by pressing only, with and without the script."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import brotli
import pytest
import yaml
from conftest import ROOT
from guide.data import PRACTICE
from guide.rules.practice import grown
from playwright.sync_api import expect
from selectolax.lexbor import LexborHTMLParser
from test_browser_pages import OVERHANG, problems

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

REHEARSALS = {one["page"].replace(".md", "/"): one for one in yaml.safe_load((ROOT / PRACTICE).read_text("utf-8"))}
TREE = ROOT / "tests/access/practice.tree.txt"
NEXT = ".screen:visible [rel=next]"
KEPT = "[localStorage.length, sessionStorage.length, document.cookie]"
each_rehearsal = pytest.mark.parametrize("path", REHEARSALS)


def at(page: Page, number: int, path: str) -> None:
    """Hold that one screen is shown, and that it is this one."""
    expect(page.locator(".screen:visible, .answer:visible")).to_have_count(1)
    count = len(REHEARSALS[path]["screens"]) + 1
    expect(page.locator(".screen:visible h2")).to_contain_text(f"Screen {number} of {count}:")


@each_rehearsal
@pytest.mark.parametrize("scripts", [True, False])
def test_the_right_places_lead_to_the_end_and_nothing_is_kept(open_page: Callable[..., Page], path: str, scripts: bool):
    page = open_page(path, java_script_enabled=scripts)
    for number in range(1, len(REHEARSALS[path]["screens"]) + 1):
        at(page, number, path)
        page.locator(".screen:visible .press [rel=next]").click()
        if scripts:
            expect(page.locator(".screen:visible h2")).to_be_focused()
    at(page, len(REHEARSALS[path]["screens"]) + 1, path)
    procedure = REHEARSALS[path].get("procedure", "").replace(".md", "/")
    assert page.locator(f'.screen:visible a[href$="{procedure}"]').count() >= 1
    assert not scripts or page.evaluate(KEPT) == [0, 0, ""]


@each_rehearsal
def test_every_other_place_has_its_word_and_leads_back(open_page: Callable[..., Page], path: str):
    page = open_page(path)
    for number, screen in enumerate(REHEARSALS[path]["screens"], 1):
        page.goto(f"{page.url.partition('#')[0]}#screen-{number}")
        links = page.locator(".screen:visible figure + ul a:not([rel])")
        assert links.count() == len(screen.get("others", {})) + 1
        for place in range(links.count()):
            name = links.nth(place).inner_text()
            if name == "Something else":
                page.locator(".screen:visible .press").click(position={"x": 3, "y": 3})
            else:
                page.locator(".screen:visible .press").get_by_label(name, exact=True).click()
            expect(page.locator(".screen:visible")).to_have_count(0)
            expect(page.locator(".answer:visible")).to_be_focused()
            page.locator(".answer:visible a").click()
            at(page, number, path)


def test_back_leads_a_screen_back_and_so_does_the_browser(open_page: Callable[..., Page]):
    path = next(iter(REHEARSALS))
    page = open_page(path)
    page.locator(NEXT).last.click()
    page.locator(NEXT).last.click()
    at(page, 3, path)
    page.get_by_role("link", name="Back to screen 2").click()
    at(page, 2, path)
    page.go_back()
    at(page, 3, path)


@each_rehearsal
def test_a_rehearsal_is_done_by_keyboard(open_page: Callable[..., Page], path: str):
    page = open_page(path)
    page.locator("#main").evaluate("e => { e.tabIndex = -1; e.focus() }")
    for number in range(1, len(REHEARSALS[path]["screens"]) + 1):
        at(page, number, path)
        for _ in range(30):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.matches('ul [rel=next]')"):
                break
        page.keyboard.press("Enter")
        expect(page.locator(".screen h2:focus")).to_have_count(1)  # or the next Tab starts from the screen before
    at(page, len(REHEARSALS[path]["screens"]) + 1, path)


def test_show_me_marks_the_place(open_page: Callable[..., Page]):
    page = open_page(next(iter(REHEARSALS)))
    marks = "getComputedStyle(document.querySelector('.press [rel] rect')).stroke"
    assert page.evaluate(marks) == "none"
    page.locator("summary", has_text="Show me").first.click()
    assert page.evaluate(marks) == "rgb(11, 90, 74)"


@each_rehearsal
def test_every_screen_is_accessible_fits_and_is_large_enough(open_page: Callable[..., Page], path: str):
    page = open_page(path, reduced_motion="reduce", bypass_csp=True)
    for number in range(1, len(REHEARSALS[path]["screens"]) + 2):
        page.goto(f"{page.url.partition('#')[0]}#screen-{number}")
        assert problems(page) == []
        small = page.evaluate("""() => [...document.querySelectorAll(".screen a, .screen summary")].map((e) => [
            (e.querySelector("rect") || e).getBoundingClientRect(), e.closest("svg") ? 24 : 43.5, e.outerHTML])
          .filter(([box, least]) => box.width && (box.height < least || box.width < Math.min(least, 24)))
          .map(([, , html]) => html)""")
        assert small == []
        page.set_viewport_size({"width": 320, "height": 844})
        assert page.evaluate(OVERHANG) == []
        page.set_viewport_size({"width": 390, "height": 844})


def test_on_paper_all_screens_say_what_they_are(open_page: Callable[..., Page]):
    path = next(iter(REHEARSALS))
    page = open_page(path)
    page.emulate_media(media="print")
    expect(page.locator(".screen:visible")).to_have_count(len(REHEARSALS[path]["screens"]) + 1)
    expect(page.locator(".answer:visible, .press:visible")).to_have_count(0)
    captions = page.locator(".screen figcaption:visible").all_inner_texts()
    assert len(captions) == len(REHEARSALS[path]["screens"])
    assert all(caption.endswith("An illustration, for practice only.") for caption in captions)


def test_the_tree_of_a_rehearsal_is_the_reviewed_one(open_page: Callable[..., Page]):
    """What a screen reader is told of a screen and of an answer; a new one is read, then copied."""
    page = open_page("practice/turn-on-iphone/#screen-3")
    heard = page.locator(".screen:visible").aria_snapshot()
    page.get_by_role("link", name="Family").last.click()
    heard += f"\n---\n{page.locator('.answer:visible').aria_snapshot()}\n"
    new = ROOT / ".made" / TREE.name
    new.parent.mkdir(exist_ok=True)
    new.write_text(heard, "utf-8")
    assert heard == TREE.read_text("utf-8"), f"read, then cp .made/{TREE.name} tests/access/"


# Built, without a browser


@each_rehearsal
def test_without_styles_the_screens_stand_in_order_and_nothing_is_typed(shipped: Path, path: str):
    page = LexborHTMLParser((shipped / path / "index.html").read_text("utf-8"))
    numbers = [re.match(r"Screen (\d+) of", heading.text()) for heading in page.css(".screen > h2")]
    assert [int(number[1]) for number in numbers if number] == [*range(1, len(REHEARSALS[path]["screens"]) + 2)]
    assert page.css("article input, article textarea, article form, article select, article [contenteditable]") == []
    for screen in page.css(".screen"):
        places = [(link.attributes["href"], link.attributes["aria-label"]) for link in screen.css(".press a")]
        links = [(link.attributes["href"], " ".join(link.text().split())) for link in screen.css("figure + ul a")]
        assert sorted(places) == sorted(links)
        assert (
            len(screen.css("figure + ul [rel=next]")) == len(screen.css("figure [rel=next]")) == len(screen.css("svg"))
        )
        assert {image.attributes["loading"] for image in screen.css("img")} <= {"lazy"}


@each_rehearsal
def test_a_rehearsal_stays_small(shipped: Path, path: str):
    page = LexborHTMLParser((shipped / path / "index.html").read_text("utf-8"))
    names = [link.attributes["href"] or "" for link in page.css("link[rel=stylesheet]")]
    names += [script.attributes["src"] or "" for script in page.css("script[src]")]
    files = [shipped / path / "index.html", *(shipped / path / name for name in names)]
    assert sum(len(brotli.compress(file.read_bytes())) for file in files) <= 14 * 1024


def test_the_search_knows_a_rehearsal_by_its_title_and_description(shipped: Path):
    index = json.loads(next(shipped.glob("search.*.json")).read_text("utf-8"))["docs"]
    found = {
        each["location"]: (each["title"], each["text"]) for each in index if each["location"].startswith("practice/")
    }
    assert found == {path: (one["title"], one["description"]) for path, one in REHEARSALS.items()}


def test_a_place_grows_as_far_as_its_neighbours_leave_room():
    assert grown((100, 100, 20, 20), [], 44) == (88, 88, 44, 44)
    assert grown((0, 100, 20, 20), [(0, 124, 20, 20)], 44) == (0, 88, 32, 34)
