"""What makes a title fit, and an address another form of the same article."""

from __future__ import annotations

import pytest
from guide.links import web
from guide.links.verdict import fits, judge


@pytest.mark.parametrize(
    ("called", "title", "exactly", "fit"),
    [
        ("Use it for security, Mac User Guide", "Use it for security on Mac - Apple Support", True, True),
        ("Access Mail, Calendar, and Contacts", "Access Mail, Calendar, and Contacts - Support (UK)", True, True),
        ("About trusted devices for Apple Account", "About trusted devices for Apple ID", True, False),
        ("If you can\u2019t reset it", "If you can't reset it", True, True),
        ("Amazon: two-step verification", "What is 2-Step Verification? - Amazon Customer Service", False, True),
        ("GitHub: configuring two-factor authentication", "Page of a shop", False, False),
        ("", "Anything", True, True),
    ],
)
def test_a_title_fits_what_sources_md_calls_it(called: str, title: str, exactly: bool, fit: bool) -> None:
    assert fits(called, title, exactly=exactly) is fit


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("http://a.test/x", "https://a.test/x", "moved"),
        ("https://a.test/x", "https://www.a.test/x", "moved"),
        ("https://a.test/x", "https://a.test/x/", "fine"),
        ("https://a.test/x?id=1", "https://a.test/en/x?id=1&hl=en", "fine"),
        ("https://a.test/x?id=1", "https://a.test/x", "moved"),
        ("https://a.test/guide/mac/abc1", "https://a.test/de-de/guide/mac/15.0/use-it-abc1", "fine"),
        ("https://support.apple.com/102660", "https://support.apple.com/102661", "moved"),
        ("https://a.test/x?q=search", "https://a.test/search?q=search", "moved"),
        ("https://a.test/login/help", "https://a.test/login/help-me", "moved"),
        ("https://a.test/", "https://a.test/home", "moved"),
    ],
)
def test_another_form_of_the_same_article_is_fine(old: str, new: str, kind: str) -> None:
    assert judge(web.Answer(old, 200, ((301, new),), html=True)).kind == kind
