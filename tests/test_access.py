"""The pages for readers who use a keyboard, large text, more contrast, less motion, a screen reader or a text browser."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT
from playwright.sync_api import expect
from selectolax.lexbor import LexborHTMLParser
from test_browser_pages import KINDS, OPEN_ALL, OVERHANG, path_id, problems

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Browser, Page

MAC = "turn-on/mac/"
TREE = ROOT / "tests/access/mac.tree.txt"
# Text that a box cuts off. What is meant for ears alone is one pixel large.
CUT = """() => [...document.querySelectorAll("main *, footer *")].filter((e) => {
  const style = getComputedStyle(e)
  return e.clientWidth > 1 && e.innerText && (
    style.overflowX == "hidden" && e.scrollWidth > e.clientWidth + 1 ||
    style.overflowY == "hidden" && e.scrollHeight > e.clientHeight + 1)
}).map((e) => e.outerHTML.slice(0, 80))"""
MOVING = """() => [...document.querySelectorAll("*")].flatMap((e) => ["", "::before", "::after"].map((part) => {
  const style = getComputedStyle(e, part)
  const moves = [style.transitionDuration, style.animationDuration].some((time) => parseFloat(time) > 0)
  return (moves || style.scrollBehavior == "smooth") && e.outerHTML.slice(0, 80) + part
})).filter(Boolean)"""
# Everything that Tab reaches, in the order of the page.
STOPS = """() => [...document.querySelectorAll("a[href], button, input, summary")]
  .filter((e) => e.checkVisibility({ visibilityProperty: true }) && e.tabIndex >= 0 && (e.type != "radio" || e.checked))
  .map((e) => e.outerHTML.slice(0, 120))"""
# Where the focus is: a radio button of a tab is shown by its labels.
FOCUS = """() => {
  const e = document.activeElement
  const shown = e.type == "radio" ? e.parentNode.querySelector(".tabbed-labels") : e
  const box = [...shown.getClientRects()][0]
  const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2)
  const ring = getComputedStyle(shown)
  return {
    name: e.outerHTML.slice(0, 120),
    ringed: ring.outlineStyle == "solid" && parseFloat(ring.outlineWidth) >= 2,
    uncovered: top == shown || shown.contains(top) || (top ? top.contains(shown) && !top.closest(".top") : false),
  }
}"""


# Keyboard


def test_the_first_stop_leads_past_the_header(open_page: Callable[..., Page]):
    page = open_page(MAC)
    page.keyboard.press("Tab")
    link = page.get_by_role("link", name="Skip to content")
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main, footer') != null")


@pytest.mark.parametrize("key", ["Tab", "Shift+Tab"])
def test_the_keyboard_reaches_everything_in_order_ringed_and_uncovered(open_page: Callable[..., Page], key: str):
    """WCAG 2.2, 2.1.1, 2.4.3, 2.4.7 and 2.4.11."""
    page = open_page(MAC, reduced_motion="reduce")
    expected = page.evaluate(STOPS)
    walk = []
    for _ in expected:
        page.keyboard.press(key)
        walk.append(page.evaluate(FOCUS))
    names = [stop["name"] for stop in walk]
    assert names == (expected if key == "Tab" else expected[::-1])
    assert [stop["name"] for stop in walk if not stop["ringed"]] == []
    assert [stop["name"] for stop in walk if not stop["uncovered"]] == []


def test_a_whole_procedure_is_done_by_keyboard(open_page: Callable[..., Page]):
    page = open_page(MAC)
    page.locator(".tabbed-set > input:checked").focus()
    page.keyboard.press("ArrowRight")
    boxes = page.locator(".tabbed-block:visible .done")
    for step in range(boxes.count()):
        while not boxes.nth(step).evaluate("e => e == document.activeElement"):
            page.keyboard.press("Tab")
        page.keyboard.press("Space")
    expect(page.locator(".hint:visible").first).to_contain_text(f"{boxes.count()} of {boxes.count()} done")
    while not page.evaluate("document.activeElement.closest('.sources, footer') != null"):
        page.keyboard.press("Tab")
    assert page.locator(".done:checked").count() == boxes.count()


# Eyes


@pytest.mark.parametrize("path", KINDS, ids=path_id)
def test_text_of_twice_the_size_is_whole(open_page: Callable[..., Page], path: str):
    """WCAG 2.2, 1.4.4: by zoom on a desk, and by a larger text alone on a phone."""
    page = open_page(path, width=640, bypass_csp=True)
    page.add_style_tag(content=OPEN_ALL)
    assert page.evaluate(OVERHANG) == []
    page.set_viewport_size({"width": 390, "height": 844})
    page.add_style_tag(content="html{font-size:250%!important}")
    assert page.evaluate(OVERHANG) == []
    assert page.evaluate(CUT) == []


@pytest.mark.parametrize("path", KINDS, ids=path_id)
def test_text_with_more_space_fits_and_is_not_cut(open_page: Callable[..., Page], path: str):
    """WCAG 2.2, 1.4.12."""
    page = open_page(path, width=320, bypass_csp=True)
    page.add_style_tag(
        content="*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}"
        f"p{{margin-bottom:2em!important}}{OPEN_ALL}"
    )
    assert page.evaluate(OVERHANG) == []
    assert page.evaluate(CUT) == []


@pytest.mark.parametrize("path", KINDS, ids=path_id)
def test_who_asks_for_more_contrast_gets_seven_to_one(open_page: Callable[..., Page], path: str):
    """WCAG 2.2, 1.4.6 (AAA)."""
    page = open_page(path, color_scheme="light", contrast="more", reduced_motion="reduce", bypass_csp=True)
    page.add_style_tag(content=OPEN_ALL)
    rules = {"runOnly": {"type": "rule", "values": ["color-contrast-enhanced"]}}
    assert problems(page, rules) == []
    page.emulate_media(color_scheme="dark")
    assert problems(page, rules) == []


@pytest.mark.parametrize("path", KINDS, ids=path_id)
def test_nothing_moves_for_who_asks_for_less_motion(open_page: Callable[..., Page], path: str):
    assert open_page(path, reduced_motion="reduce").evaluate(MOVING) == []


def test_in_forced_colours_the_focus_and_the_icons_are_seen(open_page: Callable[..., Page]):
    page = open_page(MAC, forced_colors="active")
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUS)["ringed"]
    icon = page.locator(".admonition-title").first.evaluate("e => getComputedStyle(e, '::before').backgroundColor")
    assert icon == "rgb(168, 104, 10)"  # an icon is a shape cut out of its background, which forced colours would empty


# Ears


def test_the_tree_of_a_procedure_is_the_reviewed_one(open_page: Callable[..., Page]):
    """What a screen reader is told. A new one: read it as a listener, then copy it over the reviewed one."""
    page = open_page(MAC)
    heard = page.locator("body").aria_snapshot() + "\n"
    new = ROOT / ".made" / TREE.name
    new.parent.mkdir(exist_ok=True)
    new.write_text(heard, "utf-8")
    assert heard == TREE.read_text("utf-8"), (
        f"the page is told otherwise: read, then cp .made/{TREE.name} tests/access/"
    )


# Without styles, and from a disk


def test_a_text_browser_tells_each_tab_before_its_steps(shipped: Path):
    """It shows neither which radio button is chosen nor which block belongs to it."""
    page = LexborHTMLParser((shipped / MAC / "index.html").read_text("utf-8"))
    labels = [" ".join(label.text().split()) for label in page.css(".tabbed-labels > label")]
    assert len(labels) == 4
    starts = [block.css_first("p") for block in page.css(".tabbed-block")]
    assert [start.text() for start in starts if start] == labels


def test_a_page_opened_from_a_disk_has_its_look_and_its_tabs(shipped: Path, browser: Browser, tmp_path: Path):
    folder = shutil.copytree(shipped, tmp_path / "saved")
    page = browser.new_page(color_scheme="dark")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto((folder / MAC / "index.html").as_uri())
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(16, 22, 20)"
    page.locator(".tabbed-labels > label").nth(1).click()
    page.locator(".tabbed-block:visible .done").first.check()
    expect(page.locator(".hint:visible").first).to_contain_text("1 of")
    assert page.locator("figure img").first.evaluate("e => e.complete || e.loading == 'lazy'")
    assert said == []
    page.close()
