"""Tabs in a real browser: chosen by hand, by the device, by an address, by an earlier choice, by a search in the page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Page

MAC = "turn-on/mac/"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS {} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.0 "
    "Mobile/15E148 Safari/604.1"
)
MACINTOSH = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Safari/537.36"
TOUCH = "Object.defineProperty(navigator, 'maxTouchPoints', { get: () => 5 })"


def chosen(page: Page) -> str | None:
    return page.locator(".tabbed-set > input:checked").first.evaluate("e => e.labels[0].textContent")


def anchor_of(page: Page, label: str) -> str | None:
    return page.locator(".tabbed-labels > label", has_text=label).first.get_attribute("for")


def choose(page: Page, label: str) -> None:
    page.locator(".tabbed-labels > label", has_text=re.compile(f"^{label}$")).first.click()


def steps(page: Page) -> list[str]:
    return page.locator("article ol > li:visible").all_inner_texts()


def test_a_tab_opens_by_mouse_and_shows_its_own_steps(open_page: Callable[..., Page]):
    page = open_page(MAC)
    assert chosen(page) == "macOS 14 or later"
    before = steps(page)
    choose(page, "macOS 13")
    assert chosen(page) == "macOS 13"
    assert steps(page) != before
    assert page.locator(".tabbed-block:visible").count() == 1


def test_tabs_answer_to_arrows_home_and_end(open_page: Callable[..., Page]):
    page = open_page(MAC)
    page.locator(".tabbed-set > input:checked").first.focus()
    for key, label in (
        ("ArrowRight", "macOS 13"),
        ("ArrowDown", "macOS 10.15 to 12"),
        ("ArrowLeft", "macOS 13"),
        ("End", "macOS 10.11 to 10.14"),
        ("Home", "macOS 14 or later"),
    ):
        page.keyboard.press(key)
        assert chosen(page) == label, key


def test_the_ring_of_the_focus_goes_round_the_tabs(open_page: Callable[..., Page]):
    page = open_page(MAC)
    page.locator(".tabbed-set > input:checked").first.focus()
    page.keyboard.press("End")
    assert page.locator(".tabbed-labels").first.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"


def test_a_choice_holds_on_the_next_page_and_after_a_reload(open_page: Callable[..., Page], site_url: str):
    page = open_page(MAC)
    choose(page, "macOS 13")
    page.goto(site_url + "start/is-it-on/")
    assert chosen(page) == "macOS 13"
    page.reload()
    assert chosen(page) == "macOS 13"


def test_an_earlier_choice_holds_where_the_page_has_no_tab_for_the_last(open_page: Callable[..., Page], site_url: str):
    page = open_page(MAC)
    choose(page, "macOS 13")
    page.goto(site_url + "turn-on/iphone/")
    choose(page, "iOS or iPadOS 10.3 to 16")
    page.goto(site_url + MAC)
    assert chosen(page) == "macOS 13"


def test_the_address_of_a_tab_opens_it_and_is_kept(open_page: Callable[..., Page]):
    page = open_page(MAC)
    page.evaluate("address => { location.hash = address }", anchor_of(page, "macOS 13"))
    expect(page.get_by_label("macOS 13")).to_be_checked()
    page.goto("about:blank")
    page.go_back()
    assert chosen(page) == "macOS 13"
    expect(page.locator(".tabbed-labels").first).to_be_in_viewport()


def test_the_address_of_a_step_opens_the_tab_that_holds_it(open_page: Callable[..., Page]):
    page = open_page(MAC)
    step = page.locator(".tabbed-block").nth(2).locator("li").nth(1)
    page.evaluate("address => { location.hash = address }", step.get_attribute("id"))
    expect(step).to_be_in_viewport()
    assert chosen(page) == "macOS 10.15 to 12"


@pytest.mark.parametrize(
    ("agent", "before", "label"),
    [
        (IPHONE.format("18_6"), "", "iOS or iPadOS 17 or later"),
        (IPHONE.format("17_0"), "", "iOS or iPadOS 17 or later"),
        (IPHONE.format("15_8_3"), "", "iOS or iPadOS 10.3 to 16"),
        (MACINTOSH, "", "macOS 14 or later"),
        (MACINTOSH, TOUCH, "iOS or iPadOS 17 or later"),
        (WINDOWS, "", "Browser"),
    ],
    ids=["iPhone of today", "iPhone 17.0", "older iPhone", "Mac", "iPad that says Mac", "Windows"],
)
def test_the_tab_for_the_device_opens_by_itself(open_page: Callable[..., Page], agent: str, before: str, label: str):
    assert chosen(open_page("start/is-it-on/", user_agent=agent, before=before)) == label


def test_an_old_iphone_gets_the_oldest_tab(open_page: Callable[..., Page]):
    assert chosen(open_page("turn-on/iphone/", user_agent=IPHONE.format("9_3_6"))) == "iOS 9 to 10.2"


def test_a_choice_wins_over_the_device_and_an_address_over_the_choice(open_page: Callable[..., Page], site_url: str):
    page = open_page("start/is-it-on/", user_agent=WINDOWS)
    choose(page, "macOS 13")
    page.reload()
    assert chosen(page) == "macOS 13"
    page.goto(f"{site_url}start/is-it-on/#{anchor_of(page, 'macOS 14 or later')}")
    assert chosen(page) == "macOS 14 or later"


def test_the_right_tab_is_open_before_the_deferred_script_runs(
    open_page: Callable[..., Page], browser: Browser, site_url: str
):
    context = browser.new_context(user_agent=WINDOWS)
    page = context.new_page()
    page.route("**/guide.js", lambda route: route.abort())
    page.goto(site_url + "start/is-it-on/")
    assert chosen(page) == "Browser"
    context.close()


def test_find_in_page_opens_the_tab_that_holds_the_text(open_page: Callable[..., Page]):
    page = open_page(MAC)
    closed = page.locator(".tabbed-block[hidden='until-found']")
    assert closed.count() == 3
    assert [box["height"] for tab in closed.all() if (box := tab.bounding_box())] == [0, 0, 0]
    closed.nth(1).evaluate("e => e.dispatchEvent(new Event('beforematch', { bubbles: true }))")
    assert chosen(page) == "macOS 10.15 to 12"
    assert page.locator(".tabbed-block:not([hidden])").count() == 1
