"""The way: one path through the pages, a link that opens a tab for someone else, and a page that is left at once."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import pytest
import segno
from conftest import HOME
from playwright.sync_api import expect
from selectolax.lexbor import LexborHTMLParser
from test_browser_pages import problems
from test_browser_tabs import MAC, choose, chosen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

ON, NEEDS, IPHONE, BROWSER = "start/is-it-on/", "start/before-you-start/", "turn-on/iphone/", "turn-on/browser/"
CHECK, NUMBER, CONTACT = "afterwards/check/", "afterwards/second-number/", "afterwards/recovery-contact/"
NEED, AUTHORIZE, MAKE, PUT = (
    f"app-passwords/{page}/" for page in ("do-i-need-one", "authorize", "make", "put-into-app")
)
# Each page of the path: its part, and where Next leads.
WAY = {
    ON: (1, [NEEDS]), NEEDS: (2, [MAC, IPHONE, BROWSER]), MAC: (3, [CHECK]), IPHONE: (3, [CHECK]),
    BROWSER: (3, [CHECK]), CHECK: (4, [NUMBER]), NUMBER: (5, [CONTACT]), CONTACT: (6, [NEED]),
    NEED: (7, [AUTHORIZE, MAKE]), AUTHORIZE: (7, []), MAKE: (7, [PUT]), PUT: (7, []),
}  # fmt: skip
EXITS = ("help/not-you/", "help/lost-device/", "afterwards/devices/")
ELSEWHERE = "https://www.wikipedia.org/"


def tree(site: Path, path: str) -> LexborHTMLParser:
    return LexborHTMLParser((site / path / "index.html").read_text("utf-8"))


# The path


@pytest.mark.parametrize("path", WAY)
def test_a_page_of_the_path_says_where_it_is_and_leads_to_the_next(site: Path, path: str):
    page, (part, following) = tree(site, path), WAY[path]
    assert [node.text() for node in page.css(".jump > summary")[:2]] == [f"Part {part} of 7"] * 2
    for stops in page.css("nav .path"):
        links = {link.attributes["href"]: link for link in stops.css("a")}
        assert [link.text()[:2] for link in links.values()] == [f"{number} " for number, _ in WAY.values()]
        (here,) = stops.css("[aria-current=page]")
        assert here.attributes["href"] == "./"
        assert [len(inner.css("a")) for inner in stops.css("ul ul")] == [3, 4]  # alternatives are a list in a part
    assert [urljoin(HOME + path, link.attributes["href"]) for link in page.css(".next a")] == [
        HOME + to for to in following
    ]
    order = [node.attributes.get("id") or "next" for node in page.css("h2, .next")]
    assert order[-3:] == ["next", "sources", "related"]


def test_no_other_page_is_on_the_path(site: Path):
    others = [path.parent.relative_to(site).as_posix() + "/" for path in site.rglob("index.html")]
    assert [path for path in others if path not in WAY and tree(site, path).css(".next, .jump .path")] == []


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_whole_path_is_one_press_away(open_page: Callable[..., Page], width: int, scripts: bool):
    page = open_page(NUMBER, width=width, java_script_enabled=scripts)
    shown = page.locator(".path a:visible")
    expect(shown).to_have_count(0)
    page.locator("summary:visible", has_text="Part 5 of 7").click()
    expect(shown).to_have_count(len(WAY))
    page.get_by_role("link", name="3 On a Mac").click()
    page.wait_for_url(f"**/{MAC}")


def test_the_path_marks_what_is_ticked_and_only_here(open_page: Callable[..., Page], site_url: str):
    page = open_page(MAC)
    page.locator(".jump > summary", has_text="Part 3 of 7").locator("visible=true").click()
    marked = page.locator(".ticked:visible")
    boxes = page.locator(".done:visible").all()
    for box in boxes[:-1]:
        box.check()
    expect(marked).to_have_count(0)
    boxes[-1].check()
    expect(marked).to_have_text("3 On a Mac")
    expect(page.get_by_role("link", name=re.compile("3 On a Mac.*done"))).to_be_visible()
    page.goto(site_url)
    expect(marked).to_have_text("3 On a Mac")
    page.goto(site_url + MAC)
    page.get_by_role("button", name="Clear").locator("visible=true").first.click()
    expect(page.locator(".ticked")).to_have_count(0)


def test_a_phone_shows_the_three_ways_in_at_once(open_page: Callable[..., Page], site_url: str):
    page = open_page()
    ends = {"Is it on?": ON, "Start": NEEDS, "Something’s wrong": "help/"}
    for name, path in ends.items():
        link = page.get_by_role("link", name=name, exact=True)
        box = link.bounding_box()
        assert box
        assert box["y"] + box["height"] < 844
        assert link.evaluate("link => link.href") == site_url + path


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_open_path_and_the_shared_link_are_accessible(open_page: Callable[..., Page], width: int, scheme: str):
    page = open_page(MAC, width=width, color_scheme=scheme, bypass_csp=True, permissions=["clipboard-write"])
    page.locator("summary:visible", has_text="Part 3 of 7").click()
    for box in page.locator(".done:visible").all():
        box.check()
    page.get_by_role("button", name="Copy a link to these steps").click()
    page.locator(".share img").wait_for()
    assert problems(page) == []


# A link for one reader


def stored(page: Page) -> list[str] | None:
    return json.loads(page.evaluate("localStorage.getItem('guide:tabs')") or "null")


def test_an_address_opens_a_tab_wins_over_a_choice_and_goes_along_without_being_kept(
    open_page: Callable[..., Page], site_url: str
):
    before = "localStorage.getItem('guide:tabs') || localStorage.setItem('guide:tabs', '[\"macos-10.15-to-12\"]')"
    page = open_page(f"{MAC}?on=macos-13&fbclid=1", before=before)
    assert chosen(page) == "macOS 13"
    page.get_by_role("link", name="check yours").click()
    page.wait_for_url(f"**/{ON}?on=macos-13")
    assert chosen(page) == "macOS 13"
    links = page.locator("a[href]").evaluate_all(
        "all => all.filter((link) => link.host == location.host && link.pathname.endsWith('/')).map((link) => link.search)"
    )
    assert set(links) == {"?on=macos-13"}
    assert page.locator("link[rel=canonical]").get_attribute("href") == HOME + ON
    assert stored(page) == ["macos-10.15-to-12"]
    page.goto(site_url + ON)
    assert chosen(page) == "macOS 10.15 to 12"


def test_a_choice_is_kept_and_drops_the_address(open_page: Callable[..., Page], site_url: str):
    page = open_page(f"{MAC}?on=macos-13#steps")
    choose(page, "macOS 10.15 to 12")
    assert page.url == f"{site_url}{MAC}#steps"
    assert page.locator("a[href*='?on=']").count() == 0
    assert stored(page) == ["macos-10.15-to-12"]


@pytest.mark.parametrize("address", ["?on=macos-99x", "?on=", "?on=%3Cb%3E", "?only=macos-13", "?on=true"])
def test_an_unknown_value_does_nothing(open_page: Callable[..., Page], address: str):
    page = open_page(MAC + address)
    assert chosen(page) == "macOS 14 or later"
    assert stored(page) is None


def test_a_value_that_names_no_tab_at_all_does_not_go_along(open_page: Callable[..., Page]):
    assert open_page(f"{MAC}?on=true").locator("a[href*='?on=']").count() == 0


def test_a_tab_and_a_step_in_one_address(open_page: Callable[..., Page], site_url: str):
    page = open_page(MAC)
    step = page.locator(".tabbed-block").nth(1).locator("li[id]").nth(2)
    name = step.get_attribute("id")
    page.goto(f"{site_url}{MAC}?on=macos-13#{name}")
    assert chosen(page) == "macOS 13"
    expect(step).to_be_in_viewport()
    assert stored(page) is None


def test_what_the_search_finds_goes_along_too(open_page: Callable[..., Page]):
    page = open_page(f"{MAC}?on=macos-13")
    page.keyboard.press("/")
    page.keyboard.type("recovery contact")
    page.locator(".search li a").first.click()
    page.wait_for_url("**/?on=macos-13*")


def test_a_set_of_tabs_offers_a_link_and_its_code(open_page: Callable[..., Page], site_url: str, shipped: Path):
    page = open_page(MAC, permissions=["clipboard-read", "clipboard-write"])
    choose(page, "macOS 10.15 to 12")
    page.get_by_role("button", name="Copy a link to these steps").click()
    link = f"{site_url}{MAC}?on=macos-10.15-to-12"
    expect(page.locator(".share [role=status]")).to_have_text(f"Copied: {link}")
    assert page.evaluate("navigator.clipboard.readText()") == link
    page.wait_for_function("document.querySelector('.share img').naturalWidth")
    drawn = (shipped / MAC / "macos-10.15-to-12.svg").read_text("utf-8")
    code = segno.make(f"{HOME}{MAC}?on=macos-10.15-to-12", error="l", micro=False, boost_error=False)
    assert code.svg_inline(light="#fff", omitsize=True, svgclass=None, lineclass=None).split("<path")[-1] in drawn
    choose(page, "macOS 13")
    expect(page.locator(".share [role=status]")).to_be_empty()
    expect(page.locator(".share img")).to_have_count(0)


def test_where_copying_is_refused_the_link_is_shown(open_page: Callable[..., Page], site_url: str):
    page = open_page(MAC, before="Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.get_by_role("button", name="Copy a link to these steps").click()
    expect(page.locator(".share [role=status]")).to_have_text(f"{site_url}{MAC}?on=macos-14-or-later")


# Leave this page


@pytest.fixture
def left(browser: Browser, site_url: str) -> Iterator[Callable[..., Page]]:
    """Open the start page, then a page that can be left; the other site is a stand-in."""
    contexts = []

    def opened(path: str, **options: object) -> Page:
        contexts.append(browser.new_context(**options))
        page = contexts[-1].new_page()
        page.route(
            f"{ELSEWHERE}**", lambda route: route.fulfill(body="<title>Elsewhere</title>", content_type="text/html")
        )
        page.goto(site_url)
        page.goto(site_url + path)
        if options.get("java_script_enabled", True):
            page.locator(".find").wait_for()  # the site's script comes after the page is painted
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize("path", EXITS)
def test_a_page_that_is_left_is_not_what_back_leads_to(left: Callable[..., Page], site_url: str, path: str):
    page = left(path)
    assert "Shift" in page.locator(".leave").inner_text()
    page.get_by_role("link", name="Leave this page").click()
    page.wait_for_url(ELSEWHERE)
    page.go_back()
    assert page.url == site_url


def test_shift_three_times_leaves_and_typing_does_not(left: Callable[..., Page], site_url: str):
    page = left(EXITS[0])
    page.keyboard.press("/")
    page.keyboard.type("ABC")
    for key in ("Shift", "Shift", "a", "Shift"):
        page.keyboard.press(key)
    assert page.url == site_url + EXITS[0]
    page.keyboard.press("Shift")
    page.keyboard.press("Shift")
    page.wait_for_url(ELSEWHERE)


def test_without_scripts_it_is_a_link(left: Callable[..., Page]):
    page = left(EXITS[0], java_script_enabled=False)
    assert "Shift" not in page.locator(".leave").inner_text()
    page.get_by_role("link", name="Leave this page").click()
    page.wait_for_url(ELSEWHERE)


@pytest.mark.parametrize("width", [320, 1280])
def test_it_stays_in_view_beside_the_way_to_safety_check(left: Callable[..., Page], site_url: str, width: int):
    page = left(EXITS[1], viewport={"width": width, "height": 700})
    page.evaluate("scrollTo(0, 3000)")
    expect(page.get_by_role("link", name="Leave this page")).to_be_in_viewport()
    page.get_by_role("link", name="Safety Check").click()
    page.wait_for_url(f"{site_url}help/not-you/#someone-you-live-with")
    expect(page.locator("#someone-you-live-with")).to_be_in_viewport()


def test_no_other_page_offers_it(site: Path):
    offering = {
        path.parent.relative_to(site).as_posix() + "/"
        for path in site.rglob("*.html")
        if 'class="exit"' in path.read_text("utf-8")
    }
    assert offering == set(EXITS)
