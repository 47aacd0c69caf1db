"""A page past its term says so at its top: from the day of publishing on, or from the day on which it falls due."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from guide.findings import CannotRunError
from guide.publish.pages import tell_age
from guide.site.model import parse
from guide.upkeep.due import TERMS
from selectolax.lexbor import LexborHTMLParser

if TYPE_CHECKING:
    pass

CHECKED = datetime.date(2026, 11, 20)
DUE = CHECKED + datetime.timedelta(days=TERMS["procedure"])
HEAD = '<meta name="checked" content="2026-11-20" data-kind="procedure">'
NOTICE = "h1 + .warning"


def told(head: str, body: str, today: datetime.date) -> LexborHTMLParser:
    html = f"<html><head>{head}</head><body><main>{body}</main></body></html>"
    page = parse(Path("built"), {"a/index.html": html.encode()}).pages["a/index.html"]
    tell_age(page, today)
    return page.tree


@pytest.mark.parametrize("kind", TERMS)
def test_the_notice_shows_from_the_day_on_which_the_kind_is_due(kind: str):
    head, due = HEAD.replace("procedure", kind), CHECKED + datetime.timedelta(days=TERMS[kind])
    before = told(head, "<h1>A</h1><p>B</p>", due - datetime.timedelta(days=1))
    assert before.css_first("h1").attributes["data-due"] == due.isoformat()
    assert not before.css(NOTICE)
    after = told(head, "<h1>A</h1><p>B</p>", due)
    assert "data-due" not in after.css_first("h1").attributes
    assert len(after.css(NOTICE)) == 1


def test_the_notice_names_the_day():
    assert " by February 18, 2027." in told(HEAD, "<h1>A</h1>", DUE).css_first(NOTICE).text()


@pytest.mark.parametrize(("head", "body"), [("", "<h1>A</h1>"), (HEAD, "<p>A</p>")])
def test_what_has_no_day_or_no_title_is_left_as_it_is(head: str, body: str):
    assert not told(head, body, DUE).css(f"[data-due], {NOTICE}")


@pytest.mark.parametrize(
    ("old", "new"),
    [("2026-11-20", "tomorrow"), ("2026-11-20", "9999-12-31"), ("procedure", "poem"), ("data-kind", "kind")],
)
def test_another_day_or_kind_is_said_with_the_page(old: str, new: str):
    with pytest.raises(
        CannotRunError, match=r'^a/index\.html: it was checked ".+" and .+ expected checked: YYYY-MM-DD'
    ):
        told(HEAD.replace(old, new), "<h1>A</h1>", DUE)


def test_every_page_knows_when_it_is_due(shipped: Path):
    for path in shipped.rglob("index.html"):
        page = LexborHTMLParser(path.read_bytes())
        if page.css_first("meta[http-equiv=refresh]"):
            continue
        assert len(page.css(f"h1[data-due], {NOTICE}")) == 1, path
        assert not page.css('meta[name="checked"]'), path


@pytest.mark.parametrize(("path", "days", "shown"), [
    ("turn-on/mac/", -5, False),
    ("turn-on/mac/", 5, True),
    ("understand/limits/", -5, False),
    ("", 5, True),
])  # fmt: skip
def test_a_reader_sees_it_when_the_page_has_become_old(browser, site_url: str, path: str, days: int, shown: bool):
    tab = browser.new_page(timezone_id="America/Los_Angeles")
    tab.goto(site_url + path)
    due = tab.locator("[data-due]").get_attribute("data-due")
    day = datetime.date.fromisoformat(due) + datetime.timedelta(days=days)
    tab.clock.set_fixed_time(f"{day}T12:00:00Z")
    tab.reload()
    tab.wait_for_function("() => document.querySelector('.find')?.onclick")  # the site's script has run
    assert tab.locator(NOTICE).count() == shown
    if shown:
        assert f" by {datetime.date.fromisoformat(due):%B %-d, %Y}." in tab.locator(NOTICE).inner_text()
    tab.close()
