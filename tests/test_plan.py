"""My plan and the sheet to hand out: what each answer leaves, on screens, on paper and without `:has`."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
import yaml
from conftest import HOME, ROOT
from guide.publish.pages import code
from pypdf import PdfReader
from selectolax.lexbor import LexborHTMLParser, LexborNode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page, Route

PLAN, HANDOUT = "start/plan/", "start/handout/"
SHEET = (ROOT / "docs/assets/stylesheets/plan.css").read_text("utf-8")
QUESTIONS = {
    "What are you holding?": ["iPhone or iPad", "Mac", "Windows, Android or Chromebook", "An old device"],
    "Is two-factor authentication on?": ["Yes", "No", "Don’t know"],
    "Where do you read iCloud Mail?": [
        *("Apple’s Mail app", "Outlook", "Thunderbird or another app", "In a browser", "Not at all"),
    ],
    "How many phone numbers, on different phones, could get a code?": ["One", "Two or more"],
    "Who is this for?": ["Me", "Someone I’m helping", "A child, school or work account"],
}
CHECK, SECOND, CONTACT = "afterwards/check/", "afterwards/second-number/", "afterwards/recovery-contact/"
IS_IT_ON, NEEDS, HELP, MANAGED = (
    *("start/is-it-on/", "start/before-you-start/", "start/help-someone/", "help/managed-accounts/"),
)
ASK, ALLOW, MAKE, PUT = (f"app-passwords/{name}/" for name in ("do-i-need-one", "authorize", "make", "put-into-app"))
TAB_OF_PHONE, OLDER = "ios-or-ipados-17-or-later", "turn-on/older-systems/#which-steps-to-take"
# What readers with these answers must find in their plans, and after "not" what they must not.
EXPECTED: dict[tuple[str, ...], tuple[list[str], list[str]]] = {
    (): ([CHECK], []),
    ("is-on",): ([], [IS_IT_ON, NEEDS, "turn-on/"]),
    ("is-off",): ([NEEDS, "turn-on/", SECOND], [IS_IT_ON]),
    ("not-sure",): ([IS_IT_ON, NEEDS, "turn-on/", SECOND], []),
    ("one",): ([SECOND], []),
    ("two", "is-on"): ([], [SECOND]),
    ("iphone", "is-off"): (["turn-on/iphone/"], []),
    ("mac", "is-off"): (["turn-on/mac/"], []),
    ("other", "is-off"): (["turn-on/browser/"], []),
    ("old", "is-off"): ([OLDER], []),
    ("iphone", "not-sure"): ([f"{IS_IT_ON}#check-your-settings-{TAB_OF_PHONE}"], []),
    ("mac", "not-sure"): ([f"{IS_IT_ON}#check-your-settings-macos-14-or-later"], []),
    ("other", "not-sure"): ([f"{IS_IT_ON}#check-your-settings-browser"], []),
    ("iphone", "one"): ([f"{SECOND}#steps-{TAB_OF_PHONE}"], []),
    ("mac", "one"): ([f"{SECOND}#steps-mac"], []),
    ("other", "one"): ([f"{SECOND}#steps-browser"], []),
    ("iphone", "me"): ([f"{CONTACT}#steps-iphone-or-ipad"], []),
    ("mac", "someone"): ([f"{CONTACT}#steps-mac"], []),
    ("other",): ([], [CONTACT]),  # is set up on an Apple device alone
    ("old",): ([], [CONTACT]),  # needs iOS 15 or macOS 12
    ("managed",): ([MANAGED], [HELP, CONTACT]),  # a child is too young for one
    ("someone",): ([HELP], [MANAGED]),
    ("me",): ([], [HELP, MANAGED]),
    ("outlook",): ([ASK, ALLOW], [MAKE, PUT]),
    ("other-app",): ([ASK, MAKE, PUT], [ALLOW]),
    ("apple-mail",): ([], ["app-passwords/"]),
    ("in-browser",): ([], ["app-passwords/"]),
    ("no-mail",): ([], ["app-passwords/"]),
}
ALONE = [["turn-on/", OLDER], [HELP, MANAGED], [ALLOW, MAKE], [SECOND], [CONTACT]]  # one of each at most


class Link(NamedTuple):
    """A link of the plan with the minutes beside it, and the answers that hide it."""

    to: str
    minutes: int
    hidden: frozenset[str]


def names(node: LexborNode | None, prefix: str) -> frozenset[str]:
    classes = (node.attributes.get("class") or "").split() if node else []
    return frozenset(name.removeprefix(prefix) for name in classes if name.startswith(prefix))


@pytest.fixture(scope="module")
def tree(site: Path) -> LexborHTMLParser:
    return LexborHTMLParser((site / PLAN / "index.html").read_bytes())


@pytest.fixture(scope="module")
def links(tree: LexborHTMLParser) -> list[Link]:
    """Every link of the plan, in order."""
    return [
        Link(
            (line.css_first("a").attributes["href"] or "").replace("../../", "").replace("../", "start/"),
            int(next(iter(names(line.css_first("[class^=minutes]"), "minutes-")))),
            names(part, "not-") | names(line, "not-"),
        )
        for part in tree.css(".boxes > li")
        for line in part.css("p:has(a)")
    ]


@pytest.fixture(scope="module")
def answers(tree: LexborHTMLParser) -> list[list[str]]:
    """The keys of the answers to each question."""
    return [[button.id or "" for button in question.css("input")] for question in tree.css("fieldset")]


def left(links: list[Link], chosen: tuple[str, ...]) -> list[Link]:
    return [link for link in links if link.hidden.isdisjoint(chosen)]


def path(entry: object) -> Iterator[str]:
    """Yield the pages of the path in mkdocs.yml, or of a part of it, as addresses."""
    if isinstance(entry, str):
        yield entry.removesuffix(".md") + "/"
    elif isinstance(entry, dict | list):
        for each in entry.values() if isinstance(entry, dict) else entry:
            yield from path(each)


# What is asked


def test_the_questions_are_those_of_the_guide_in_their_order(tree: LexborHTMLParser):
    asked = {
        question.css_first("legend").text(): [label.text() for label in question.css("label")]
        for question in tree.css("fieldset")
    }
    assert list(asked.items()) == list(QUESTIONS.items())


def test_nothing_is_sent_kept_or_chosen_before(tree: LexborHTMLParser):
    assert tree.css("form") == []
    buttons = tree.css("fieldset input")
    assert {button.attributes["autocomplete"] for button in buttons} == {"off"}
    assert not any("checked" in button.attributes for button in buttons)


def test_the_style_sheet_has_a_rule_for_each_answer_question_and_number_of_minutes(tree: LexborHTMLParser, answers):
    rules = set(re.findall(r"main:has\(#([\w-]+):checked\) \.not-([\w-]+)(?=[,\s])", SHEET))
    assert rules == {(key, key) for keys in answers for key in keys}
    settled = set(re.findall(r'main:has\(\[name="(q\d)"\]:checked\) \.(q\d)(?=[,\s])', SHEET))
    assert settled == {(f"q{number}", f"q{number}") for number in range(1, len(answers) + 1)}
    counted = re.findall(r"\.minutes-(\d+) \{ counter-increment: minutes (\d+); \}", SHEET)
    assert all(name == minutes for name, minutes in counted)
    used = {minutes for span in tree.css(".boxes [class^=minutes]") for minutes in names(span, "minutes-")}
    assert {name for name, _ in counted} == used


# What is left


def test_every_plan_is_what_its_reader_needs_in_the_paths_order(links: list[Link], answers: list[list[str]]):
    config = (ROOT / "mkdocs.yml").read_text("utf-8")
    order = list(path(yaml.load(config, yaml.BaseLoader)["extra"]["path"]))
    every = list(product(*answers))
    assert len(every) == 360
    for chosen in every:
        plan = [link.to for link in left(links, chosen)]
        for who, (needed, needless) in EXPECTED.items():
            if {*who} <= {*chosen}:
                assert [page for page in needed if not any(to.startswith(page) for to in plan)] == [], chosen
                assert [to for to in plan if to.startswith(tuple(needless))] == [], chosen
        for alike in ALONE:
            assert sum(to.startswith(tuple(alike)) for to in plan) <= 1, chosen
        pages = [to.partition("#")[0] for to in plan]
        assert len(set(pages)) == len(pages), chosen
        on_path = [order.index(page) for page in pages if page in order]
        assert on_path == sorted(on_path), chosen
        beside = [page for page in pages if page not in order]
        assert set(beside) <= {HELP, MANAGED, OLDER.partition("#")[0]}, chosen


def test_each_answer_makes_the_plan_shorter_or_leaves_it(links: list[Link], answers: list[list[str]]):
    for key in (key for keys in answers for key in keys):
        assert set(left(links, (key,))) <= set(left(links, ()))
    assert left(links, ()) == links


SOME = [
    (),
    ("iphone", "is-on", "apple-mail", "two", "me"),
    ("mac", "not-sure", "other-app", "one", "someone"),
    ("other", "is-off", "outlook", "two", "managed"),
    ("old", "is-off"),
]


@pytest.mark.parametrize("chosen", SOME, ids=lambda chosen: "-".join(chosen) or "nothing")
def test_a_browser_without_scripts_shows_the_same_and_adds_up_the_minutes(
    open_page: Callable[..., Page], site_url: str, links: list[Link], chosen: tuple[str, ...], tmp_path: Path
):
    page = open_page(PLAN, java_script_enabled=False)
    for key in chosen:
        page.locator(f"#{key}").check()
    shown = [link.get_attribute("href") or "" for link in page.locator(".boxes a:visible").all()]
    expected = left(links, chosen)
    assert [to.replace("../../", "").replace("../", "start/") for to in shown] == [link.to for link in expected]
    conditions = page.locator(".boxes li > p:last-child > span:visible").all_inner_texts()
    assert bool(conditions) == (len(chosen) < 5)
    assert page.url == site_url + PLAN
    printed = PdfReader(write(tmp_path / "plan.pdf", page.pdf()))
    total = f"About {sum(link.minutes for link in expected)} minutes in all."
    assert (total in words(printed)) == bool(chosen)


def test_the_answers_are_forgotten(open_page: Callable[..., Page]):
    page = open_page(PLAN)
    page.locator("#mac").check()
    page.reload()
    assert page.locator("input:checked").count() == 0
    assert page.evaluate("localStorage.length + sessionStorage.length + document.cookie.length") == 0


def test_a_browser_that_does_not_know_has_shows_all_with_its_conditions(
    open_page: Callable[..., Page], links: list[Link]
):
    def without(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace(":has(", ":unknown("))

    page = open_page()
    page.route("**/plan.*.css", without)
    page.goto(page.url + PLAN)
    assert page.locator("fieldset:visible").count() == 0
    assert page.locator(".boxes a:visible").count() == len(links)
    for part in page.locator(".boxes > li").all():
        conditional = "not-" in (part.get_attribute("class") or "")
        assert ("Only if" in part.inner_text()) == conditional
    assert page.locator(".total").evaluate("e => getComputedStyle(e, '::before').content") == "none"


# Paper


def write(file: Path, data: bytes) -> Path:
    file.write_bytes(data)
    return file


def words(printed: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in printed.pages).split())


@pytest.mark.parametrize("size", ["A4", "Letter"])
@pytest.mark.parametrize(("where", "chosen"), [(HANDOUT, ()), (PLAN, SOME[2])], ids=["handout", "longest-plan"])
def test_a_sheet_is_one_page_with_the_address_and_boxes(
    open_page: Callable[..., Page], tmp_path: Path, where: str, chosen: tuple[str, ...], size: Any
):
    page = open_page(where)
    for key in chosen:
        page.locator(f"#{key}").check()
    page.emulate_media(media="print")
    assert page.locator("input:visible, .on-screen:visible").count() == 0
    box = page.locator(".boxes > li:visible").first.evaluate("e => getComputedStyle(e, '::before').content")
    assert box == '""'  # where a number stands on screens
    printed = PdfReader(write(tmp_path / "sheet.pdf", page.pdf(format=size)))
    assert len(printed.pages) == 1
    assert HOME.removeprefix("https://") in words(printed)


def test_no_plan_is_longer_than_the_one_that_is_printed(links: list[Link], answers: list[list[str]]):
    assert max(len(left(links, chosen)) for chosen in product(*answers)) == len(left(links, SOME[2]))


def test_the_sheet_has_the_rules_the_path_and_a_code_and_no_place_to_write(shipped: Path):
    sheet = LexborHTMLParser((shipped / HANDOUT / "index.html").read_bytes())
    assert [rule.text() for rule in sheet.css("article h3")] == [
        "1. Add a second number",
        "2. Never read a code to anyone",
        "3. Type addresses yourself",
    ]
    config = yaml.load((ROOT / "mkdocs.yml").read_text("utf-8"), yaml.BaseLoader)
    assert [part.text() for part in sheet.css(".boxes > li")] == [next(iter(part)) for part in config["extra"]["path"]]
    drawn = sheet.css_first("article .phone img")
    assert drawn.attributes["alt"] == "QR code of this guide’s address"
    assert (shipped / HANDOUT / (drawn.attributes["src"] or "")).read_bytes() == code(HOME)
    assert sheet.css("article input, article textarea, article [contenteditable]") == []
    assert "___" not in sheet.css_first("article").text()
