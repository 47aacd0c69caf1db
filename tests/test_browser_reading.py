"""What a page does for its reader, in a real browser: ticks, copying, the menu, the search, paper."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT, paths
from playwright.sync_api import expect
from test_browser_tabs import MAC, choose, chosen

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

REFUSED = "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError') } })"

DOCS = ROOT / "docs"
PROCEDURES = sorted(
    f"{page.relative_to(DOCS).with_suffix('').as_posix()}/"
    for page in DOCS.rglob("*.md")
    if "\nkind: procedure\n" in page.read_text("utf-8")
)
SCREEN = 844  # the height of a phone's, at 390 across
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X)"  # opens the tab with most words above its steps


# Steps and their ticks


@pytest.mark.parametrize("path", PROCEDURES)
def test_on_a_phone_the_first_step_starts_within_two_screens(open_page: Callable[..., Page], path: str):
    page = open_page(path, height=SCREEN, user_agent=IPHONE)
    first = page.locator("article ol > li >> visible=true").first.bounding_box()
    assert first
    assert first["y"] < 2 * SCREEN


def test_ticks_are_counted_kept_and_cleared(open_page: Callable[..., Page]):
    page = open_page(MAC)
    hint = page.locator(".hint:visible").first
    count = page.locator(".tabbed-block:visible .done").count()
    assert f"{count} steps" in hint.inner_text()
    page.get_by_label("Step 1 done").locator("visible=true").check()
    page.get_by_label("Step 2 done").locator("visible=true").check()
    expect(hint).to_contain_text(f"2 of {count} done")
    page.reload()
    expect(hint).to_contain_text(f"2 of {count} done")
    expect(page.get_by_label("Step 2 done").locator("visible=true")).to_be_checked()
    hint.get_by_role("button", name="Clear").click()
    assert page.locator(".done:checked").count() == 0
    expect(hint).to_contain_text("stay on this device")


def test_a_returning_reader_can_continue_at_the_next_step(open_page: Callable[..., Page]):
    page = open_page(MAC)
    assert "Continue" not in page.locator(".crumb").first.inner_text()
    page.get_by_label("Step 1 done").locator("visible=true").check()
    page.reload()
    page.locator(".crumb").first.get_by_role("link", name="Continue at step 2").click()
    expect(page.locator(".tabbed-block:visible li").nth(1)).to_be_in_viewport()


@pytest.mark.parametrize(
    ("ticked", "words", "anchor"), [(True, "Back to the step in: ", "#.+"), (False, "Back to: ", "")]
)
def test_an_answer_on_another_page_leads_back(open_page: Callable[..., Page], ticked: bool, words: str, anchor: str):
    page = open_page(MAC)
    title = page.locator("h1").inner_text()
    page.get_by_label("Step 1 done").locator("visible=true").set_checked(ticked)
    page.get_by_role("link", name="More about a missing option").click()
    back = page.get_by_role("link", name=words + title)
    expect(back).to_have_count(2)  # above and below the answer
    back.first.click()
    page.wait_for_url(re.compile(rf"/{MAC}{anchor}$"))
    if ticked:
        expect(page.locator(".tabbed-block:visible li").nth(1)).to_be_in_viewport()


def test_ticks_of_one_tab_leave_the_others_alone(open_page: Callable[..., Page]):
    page = open_page(MAC)
    page.get_by_label("Step 1 done").locator("visible=true").check()
    choose(page, "macOS 13")
    assert page.locator(".tabbed-block:visible .done:checked").count() == 0


def test_all_works_where_storage_is_refused(open_page: Callable[..., Page]):
    page = open_page(MAC, before=REFUSED)
    choose(page, "macOS 13")
    page.get_by_label("Step 1 done").locator("visible=true").check()
    assert chosen(page) == "macOS 13"
    expect(page.locator(".hint:visible").first).to_contain_text("1 of")


@pytest.mark.parametrize("kept", ["5", "{", '"text"', "null", "[1, null]"])
def test_what_others_left_in_the_storage_does_no_harm(open_page: Callable[..., Page], kept: str):
    before = f"localStorage.setItem('guide:tabs', `{kept}`); localStorage.setItem('guide:steps:/guide/{MAC}', `{kept}`)"
    page = open_page(MAC, before=before)
    assert chosen(page) == "macOS 14 or later"
    assert page.locator(".done:checked").count() == 0


# Copying, menu, search


def test_a_server_name_is_copied_and_the_reader_is_told(open_page: Callable[..., Page]):
    page = open_page("app-passwords/mail-settings/", permissions=["clipboard-read", "clipboard-write"])
    button = page.get_by_role("button", name="Copy imap.mail.me.com")
    button.click()
    expect(page.get_by_role("status").filter(has_text="Copied")).to_have_count(1)
    assert page.evaluate("navigator.clipboard.readText()") == "imap.mail.me.com"


def test_the_menu_closes_by_escape_and_by_a_press_outside(open_page: Callable[..., Page]):
    page = open_page(MAC, width=1280)
    summary, panel = page.locator(".menu > summary"), page.locator(".menu-panel")
    summary.click()
    expect(panel).to_be_visible()
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(summary).to_be_focused()
    summary.click()
    page.mouse.click(40, 700)
    expect(panel).to_be_hidden()


@pytest.mark.parametrize("width", [390, 1280])
def test_the_menu_marks_this_page_and_scrolls_to_no_side(open_page: Callable[..., Page], width: int):
    page = open_page(MAC, width=width)
    page.locator(".menu > summary").click()
    expect(page.locator(".menu-panel [aria-current]")).to_be_visible()
    assert page.locator(".menu-panel").evaluate("e => e.scrollWidth <= e.clientWidth")


def test_on_a_phone_the_menu_opens_at_the_section_of_this_page(open_page: Callable[..., Page]):
    page = open_page(MAC)
    page.locator(".menu > summary").click()
    assert page.locator(".menu-panel details[open] > summary").all_inner_texts() == ["Turn it on"]


def results(page: Page) -> Locator:
    return page.locator(".search li a")


@pytest.mark.parametrize("width", [390, 1280])
def test_the_search_opens_and_finds(open_page: Callable[..., Page], site_url: str, width: int):
    page = open_page(MAC, width=width)
    opener = page.get_by_role("button", name="Search")
    expect(opener).to_have_attribute("aria-expanded", "false")
    opener.click()
    expect(opener).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("searchbox", name="Search")).to_be_focused()
    page.keyboard.type("app-spezific password")
    expect(results(page)).to_have_count(6)
    expect(page.get_by_role("status").filter(has_text="6 guides, best first")).to_be_visible()
    assert set(page.locator(".search mark").all_inner_texts()) >= {"app", "specific", "password"}
    results(page).first.click()
    page.wait_for_url(re.compile(re.escape(site_url) + "app-passwords/"))


def test_the_search_gives_each_page_once_with_its_best_heading_and_the_rest_on_request(open_page: Callable[..., Page]):
    page = open_page()
    page.keyboard.press("/")
    page.keyboard.type("no code comes to the new number")
    expect(results(page).filter(has_text="Add a second trusted number")).to_have_attribute(
        "href", re.compile("second-number/#no-code")
    )
    page.get_by_role("button", name="Show more").click()
    expect(results(page).nth(6)).to_be_focused()
    links = results(page).evaluate_all("all => all.map((link) => link.pathname)")
    assert len(links) == len(set(links)) > 6
    expect(page.get_by_role("button", name="Show more")).to_be_hidden()


def test_the_search_is_used_by_keyboard_alone(open_page: Callable[..., Page]):
    page = open_page(MAC, width=1280)
    box, opener = page.get_by_role("searchbox", name="Search"), page.get_by_role("button", name="Search")
    page.keyboard.press("/")
    expect(box).to_be_focused()
    page.keyboard.type("and/or")
    expect(box).to_have_value("and/or")
    box.fill("recovery")
    results(page).first.wait_for()
    page.keyboard.press("Enter")
    expect(results(page).nth(0)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(results(page).nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(box).to_be_focused()
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()
    expect(opener).to_be_focused()
    page.keyboard.press("Enter")
    expect(box).to_have_value("recovery")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")  # past its button
    expect(box).to_be_hidden()


def test_the_search_closes_by_a_press_outside_and_for_what_is_on_this_page(open_page: Callable[..., Page]):
    page = open_page("afterwards/second-number/", width=1280)
    box = page.get_by_role("searchbox", name="Search")
    page.keyboard.press("/")
    page.mouse.click(40, 700)
    expect(box).to_be_hidden()
    page.keyboard.press("/")
    page.keyboard.type("no code comes to the new number")
    results(page).filter(has_text="Add a second trusted number").click()
    page.wait_for_url(re.compile("/second-number/#no-code"))
    expect(box).to_be_hidden()


def test_a_search_that_finds_nothing_says_where_to_look(open_page: Callable[..., Page]):
    page = open_page()
    page.keyboard.press("/")
    page.keyboard.type("zzzz")
    expect(page.get_by_role("status").filter(has_text="Nothing found.")).to_be_visible()
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    expect(page.locator(".search [role=status]")).to_be_empty()


# Without scripts, on paper, in forced colours


def test_without_scripts_all_but_ticks_and_search_is_there(open_page: Callable[..., Page]):
    page = open_page(MAC, java_script_enabled=False)
    assert page.locator(".tabbed-block:visible").count() == 1
    choose(page, "macOS 13")
    assert chosen(page) == "macOS 13"
    assert page.locator(".tabbed-block:visible").count() == 1
    page.locator(".menu > summary").click()
    assert page.locator(".menu-panel a:visible").count() == len(paths())
    assert page.locator(".done, .copy").count() == 0
    expect(page.locator(".find, .search")).to_have_count(0)


def test_on_paper_every_tab_is_printed_under_its_label(open_page: Callable[..., Page]):
    page = open_page(MAC, color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    blocks, labels = page.locator(".tabbed-block"), page.locator(".tabbed-labels > label")
    assert blocks.count() == labels.count() == 4
    places = [box["y"] for n in range(4) for one in (labels.nth(n), blocks.nth(n)) if (box := one.bounding_box())]
    assert len(places) == 8
    assert places == sorted(places)
    assert all((blocks.nth(n).bounding_box() or {"height": 0})["height"] > 100 for n in range(4))
    for hidden in (".top", ".toc", ".jump", ".hint", ".done"):
        assert page.locator(f"{hidden} >> visible=true").count() == 0, hidden
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(246, 248, 247)"
    link = page.locator(".sources a").first
    assert (link.get_attribute("href") or "?") in link.evaluate("e => getComputedStyle(e, '::after').content")


def test_in_forced_colours_the_chosen_tab_and_a_tick_differ_by_shape(open_page: Callable[..., Page]):
    page = open_page(MAC, forced_colors="active")
    looks = page.locator(".tabbed-labels > label").evaluate_all(
        "all => all.map((e) => getComputedStyle(e, '::before').borderTopWidth)"
    )
    assert looks[0] != looks[1] == looks[2] == looks[3]
    box = page.get_by_label("Step 1 done").locator("visible=true")
    box.check()
    assert box.evaluate("e => getComputedStyle(e, '::after').content") == '""'


def test_only_the_picture_of_the_right_scheme_is_shown(open_page: Callable[..., Page]):
    page = open_page(MAC, color_scheme="dark")
    assert page.locator("figure .light >> visible=true").count() == 0
    assert page.locator("figure .dark").count() == page.locator("figure .light").count()


WALKS = {
    "has a new iPhone and wants it on": ["On an iPhone, iPad or Vision Pro"],
    "Outlook on Windows refuses the password": ["Something’s wrong", "keeps asking for a password"],
    "got a code without asking": ["I got a code or an alert I didn’t ask for"],
    "changes the number next week": ["I’m getting a new phone or number"],
    "is locked out": ["I can’t get into my account"],
    "does not know whether it is on": ["Is it on?"],
    "has a MacBook of 2012": ["My device is old", "Mac, the tab for 10.15 to 12"],
    "helps a parent by phone": ["I’m helping someone else"],
}
ENDS = {
    "has a new iPhone and wants it on": ("turn-on/iphone/", "Open Settings"),
    "Outlook on Windows refuses the password": ("help/app-asks-password/", "app-specific password"),
    "got a code without asking": ("help/not-you/", "Don’t Allow"),
    "changes the number next week": ("afterwards/change-number/", "Add the new number first"),
    "is locked out": ("help/locked-out/", "Start account recovery"),
    "does not know whether it is on": ("start/is-it-on/", "Check your settings"),
    "has a MacBook of 2012": ("turn-on/mac/", "System Preferences"),
    "helps a parent by phone": ("start/help-someone/", "Whose phone number"),
}


@pytest.mark.parametrize("who", WALKS)
def test_the_answer_is_at_most_three_clicks_away(open_page, site_url, who: str):
    page = open_page()
    assert len(WALKS[who]) <= 3
    for words in WALKS[who]:
        page.locator("article a", has_text=words).first.click()
        page.wait_for_load_state()
    where, says = ENDS[who]
    assert page.url.removeprefix(site_url).split("#")[0] == where
    assert page.locator("article").get_by_text(says).locator("visible=true").first.is_visible()
