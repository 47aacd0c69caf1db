"""What people type leads them to the right page: among the first three results of the real search."""

from __future__ import annotations

import pytest

# Written before any tuning: short, misspelt, whole questions, in the words of people who have the problem.
QUERIES = {
    "is it on": "start/is-it-on/",
    "do i have two factor": "start/is-it-on/",
    "help my mother": "start/help-someone/",
    "set up for parents": "start/help-someone/",
    "what do i need": "start/before-you-start/",
    "turn on mac": "turn-on/mac/",
    "macbook two step": "turn-on/mac/",
    "turn on iphone": "turn-on/iphone/",
    "ipad 2fa": "turn-on/iphone/",
    "vision pro": "turn-on/iphone/",
    "windows pc": "turn-on/browser/",
    "chromebook": "turn-on/browser/",
    "upgrade account security": "turn-on/browser/",
    "old macbook 2012": "turn-on/older-systems/",
    "el capitan": "turn-on/older-systems/",
    "app password": "app-passwords/make/",
    "app-specific password": "app-passwords/make/",
    "app specific pasword": "app-passwords/make/",
    "outlook": "app-passwords/do-i-need-one/",
    "thunderbird icloud": "app-passwords/put-into-app/",
    "revoke app password": "app-passwords/revoke/",
    "imap server": "app-passwords/mail-settings/",
    "smtp port 587": "app-passwords/mail-settings/",
    "icloud mail android": "app-passwords/windows-android/",
    "test two factor": "afterwards/check/",
    "where is my code": "afterwards/get-a-code/",
    "second phone number": "afterwards/second-number/",
    "new phone number": "afterwards/change-number/",
    "changed my number": "afterwards/change-number/",
    "remove old iphone": "afterwards/devices/",
    "recovery contact": "afterwards/recovery-contact/",
    "recovery key": "afterwards/recovery-key/",
    "yubikey": "afterwards/security-keys/",
    "wait one hour": "afterwards/stolen-device-protection/",
    "turn off two factor": "afterwards/turn-off/",
    "disable 2fa": "afterwards/turn-off/",
    "code not coming": "help/no-code/",
    "verification code not received": "help/no-code/",
    "no button to turn on": "help/option-missing/",
    "outlook keeps asking for my password": "help/app-asks-password/",
    "outlok pasword": "help/app-asks-password/",
    "lost phone": "help/lost-device/",
    "stolen iphone": "help/lost-device/",
    "locked out": "help/locked-out/",
    "someone tried to sign in": "help/not-you/",
    "code i did not ask for": "help/not-you/",
    "cannot verify server identity": "help/server-identity/",
    "school account": "help/managed-accounts/",
    "child account": "help/managed-accounts/",
    "what is two factor": "understand/two-factor/",
    "authentification": "understand/two-factor/",
    "two step": "understand/two-factor/",
    "sim swap": "understand/limits/",
    "phishing": "understand/limits/",
    "apple id": "understand/apple-account/",
    "icloud email address": "understand/address/",
    "alias": "understand/address/",
    "gmail two factor": "understand/other-accounts/",
}


@pytest.fixture(scope="module")
def results(browser, site_url):
    """Type a query into the start page's search; return the first three results' addresses within the site."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(site_url)
    box = page.locator("input.md-search__input")
    box.click()
    page.set_default_timeout(5000)
    page.wait_for_function("() => document.querySelector('.md-search-result__meta').textContent.includes('Type')")

    def retype(words: str) -> None:
        box.fill(words)
        box.press("Shift")  # the search answers a key, and so the whole query at once

    def search(query: str) -> list[str]:
        # A word that is nowhere empties the list, so that what stands there afterwards answers this query.
        retype("zzzz")
        page.wait_for_function("() => /No match/.test(document.querySelector('.md-search-result__meta').textContent)")
        retype(query)
        page.wait_for_function("() => !/No match/.test(document.querySelector('.md-search-result__meta').textContent)")
        links = page.locator(".md-search-result__item > a.md-search-result__link")
        links.first.wait_for(state="attached")
        found = [links.nth(n).get_attribute("href") or "" for n in range(min(3, links.count()))]
        return [address.split("?")[0].split("#")[0].removeprefix(site_url) for address in found]

    yield search
    page.close()


def test_there_are_enough_queries():
    assert len(QUERIES) >= 40


@pytest.mark.parametrize(("query", "page"), QUERIES.items(), ids=list(QUERIES))
def test_the_right_page_is_among_the_first_three(results, query: str, page: str):
    assert page in results(query)
