"""Every page by every rule of axe for WCAG 2.2 A and AA and its best practices, in light and dark, narrow and wide."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from test_browser_pages import OPEN_ALL, PAGES, path_id, problems

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

LOOKS = [(width, scheme) for width in (390, 1280) for scheme in ("light", "dark")]


@pytest.mark.parametrize("path", PAGES, ids=path_id)
def test_axe_finds_nothing_in_a_page_with_every_tab_open(open_page: Callable[..., Page], path: str):
    page = open_page(path, reduced_motion="reduce", bypass_csp=True)
    page.add_style_tag(content=OPEN_ALL)
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        assert problems(page) == [], (width, scheme)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ("document.querySelector('figure img').removeAttribute('alt')", "image-alt"),
        ("document.querySelector('h1').style.color = '#ddd'", "color-contrast"),
        ("document.querySelector('h2').outerHTML = '<h5>A</h5>'", "heading-order"),
    ],
)
def test_axe_finds_what_is_wrong(open_page: Callable[..., Page], change: str, rule: str):
    page = open_page("turn-on/mac/", color_scheme="light", bypass_csp=True)
    page.evaluate(change)
    assert rule in {name for name, _ in problems(page)}
