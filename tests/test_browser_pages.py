"""Every page in a real browser: it fits, is accessible, says nothing to the console and loads nothing from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import paths

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

PAGES = [*paths(), "404.html"]
# One page of every kind, the longest of its kind or the one with the most parts.
KINDS = ["", "turn-on/mac/", "start/is-it-on/", "app-passwords/mail-settings/", "help/", "start/plan/", "404.html"]
EVERYTHING = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"target-size": {"enabled": True}},
}
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
SCHEMES = {"light": EVERYTHING, "dark": CONTRAST}  # dark changes nothing but colors
OPEN_ALL = ".tabbed-block{display:block!important;content-visibility:visible!important}"
# Boxes that reach over the right edge, but for those in a box that scrolls by itself.
OVERHANG = """() => [...document.querySelectorAll("body *")].filter((e) => {
  const box = e.getBoundingClientRect()
  return box.width && box.right > innerWidth + 1 && !e.closest(".grid > table, details:not([open])")
}).map((e) => e.outerHTML.slice(0, 80))"""


def problems(page: Page, options: dict[str, object] = EVERYTHING, within: str | None = None) -> list[tuple[str, str]]:
    """Return what axe finds, in the whole page or within an element: rule and element."""
    found = Axe().run(page, within, {**options, "resultTypes": ["violations"]}).response["violations"]
    return [(rule["id"], node["html"][:120]) for rule in found for node in rule["nodes"]]


def path_id(path: str) -> str:
    return path or "home"


@pytest.mark.parametrize("path", PAGES, ids=path_id)
def test_every_page_is_accessible_in_one_look_and_fits_every_width(open_page: Callable[..., Page], path: str):
    """The other looks are those of its kind, below, and weekly of every page."""
    page = open_page(path, color_scheme="light", reduced_motion="reduce", bypass_csp=True)
    page.add_style_tag(content=OPEN_ALL)
    assert problems(page) == []
    for width in (390, 320, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate(OVERHANG) == []


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("path", KINDS, ids=path_id)
def test_a_page_of_every_kind_is_accessible_in_every_look(open_page: Callable[..., Page], path: str, width: int):
    page = open_page(path, width=width, reduced_motion="reduce", bypass_csp=True)
    page.add_style_tag(content=OPEN_ALL)
    for box in page.locator(".done:visible").all()[:2]:
        box.check()
    for scheme, rules in SCHEMES.items():
        page.emulate_media(color_scheme=scheme)
        assert problems(page, rules) == [], scheme
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(16, 22, 20)"
    page.locator(".menu > summary").click()
    assert [problems_of_header(page, scheme) for scheme in SCHEMES] == [[], []]
    page.keyboard.press("Escape")
    page.locator(".find").click()
    page.keyboard.type("code")
    page.locator(".search li").first.wait_for()
    assert [problems_of_header(page, scheme) for scheme in SCHEMES] == [[], []]


def problems_of_header(page: Page, scheme: str) -> list[tuple[str, str]]:
    page.emulate_media(color_scheme=scheme)
    return problems(page, SCHEMES[scheme], ".top")


@pytest.mark.parametrize("path", KINDS, ids=path_id)
def test_controls_are_large_enough_for_a_thumb(open_page: Callable[..., Page], path: str):
    page = open_page(path)
    page.locator(".menu > summary").click()
    small = page.evaluate(
        """() => [...document.querySelectorAll(
            ".done, .tabbed-labels > label, fieldset label, .cards li, .rows li, .menu summary, .menu a, .find, .jump > summary")]
          .map((e) => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
          .filter(([, box]) => box.width && (box.width < 44 || box.height < 43.5)).map(([name]) => name)"""
    )
    assert small == []
