"""Eight people, each with a situation, get from the start page to their answer by links alone, in three clicks at most."""

from __future__ import annotations

import pytest

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
