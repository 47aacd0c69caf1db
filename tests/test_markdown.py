"""The Markdown extension alone: what it makes of a few lines."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from conftest import ROOT
from markdown import Markdown
from pymdownx.slugs import slugify
from selectolax.lexbor import LexborHTMLParser
from small_site import write

if TYPE_CHECKING:
    from collections.abc import Callable

ALT = "The account settings. A ring marks the button."
SOURCES = """
[S-660]: https://support.apple.com/102660 "Two-factor authentication (read 2026-11)"
[S-661]: https://support.apple.com/102661 "Trusted numbers (read 2026-09, an older copy, in Japanese)"
[S-662]: https://support.apple.com/102662 "Servers (not read 2026-11)"
[other]: https://example.org/ "Not a source"
"""


@pytest.fixture
def render(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., LexborHTMLParser]:
    """Return the page that the site's own set of extensions makes of a text, with a notice or pictures if given."""
    monkeypatch.chdir(tmp_path)

    def rendered(text: str, notice: str = "", pictures: dict[str, object] | None = None) -> LexborHTMLParser:
        files: dict[str, str] = {"includes/notice.md": notice}
        if pictures is not None:
            files["assets/shots/lock.json"] = json.dumps({"pictures": pictures})
        write(tmp_path / "docs", files)
        tabbed = {"alternate_style": True, "combine_header_slug": True, "slugify": slugify(case="lower")}
        names = ["admonition", "md_in_html", "tables", "toc", "pymdownx.superfences", "pymdownx.tabbed"]
        markdown = Markdown(extensions=[*names, "guide.markdown"], extension_configs={"pymdownx.tabbed": tabbed})
        return LexborHTMLParser(markdown.convert(text))

    return rendered


def tab(label: str, *lines: str) -> str:
    return "\n".join([f'=== "{label}"', "", *(f"    {line}" for line in lines), ""])


def ids(page: LexborHTMLParser, selector: str = "ol > li") -> list[str | None]:
    return [node.id for node in page.css(selector)]


PICTURE = {"width": 300, "height": 200, "caption": "the button"}


def test_a_picture_becomes_a_figure_with_its_dark_twin(render):
    page = render(f"![{ALT}](../assets/shots/mac.light.webp)", pictures={"mac": PICTURE})
    images = page.css("figure > a > img")
    assert [image.attributes for image in images] == [
        {
            "src": f"../assets/shots/mac.{scheme}.webp",
            "alt": ALT,
            "loading": "lazy",
            "width": "300",
            "height": "200",
        }
        for scheme in ("light", "dark")
    ]
    assert [link.attributes for link in page.css("figure > a")] == [
        {"href": f"../assets/shots/mac.{scheme}.webp", "class": scheme} for scheme in ("light", "dark")
    ]
    assert page.css_first("figcaption").text() == "the button"
    assert not page.css("p")


def test_a_picture_inside_a_step_stays_in_the_step(render):
    page = render("1. Click.\n\n    ![A.](mac.light.webp)\n\n    Then wait.\n", pictures={"mac": PICTURE})
    assert [node.tag for node in page.css_first("li").iter()] == ["p", "figure", "p"]


@pytest.mark.parametrize("pictures", [None, {}, {"other": PICTURE}], ids=["no lock", "empty lock", "another name"])
def test_a_picture_that_the_lock_does_not_know_stays_as_it_is(render, pictures):
    page = render("![A.](../assets/shots/mac.light.webp)", pictures=pictures)
    assert page.css_first("p > img").attributes == {"src": "../assets/shots/mac.light.webp", "alt": "A."}
    assert not page.css("figure")


def test_a_picture_within_a_sentence_is_no_figure(render):
    assert not render("See ![A.](mac.light.webp) here.", pictures={"mac": PICTURE}).css("figure")


def test_sources_are_listed_in_the_order_in_which_they_are_cited(render):
    text = f"One.\n\nSource: [b][S-661], [a][S-660]\n\nSources: [a][S-660], [c][S-662]. So.\n\n[x][other]\n\n## Sources\n{SOURCES}"
    page = render(text)
    assert [" ".join(item.text().split()) for item in page.css("h2 + ul.sources > li")] == [
        "Trusted numbers, read in September 2026 (an older copy, in Japanese)",
        "Two-factor authentication, read in November 2026",
        "Servers, not read for this guide",
    ]
    assert [paragraph.text()[:7] for paragraph in page.css("p.cite")] == ["Source:", "Sources"]


def test_a_page_that_cites_nothing_has_an_empty_list_of_sources(render):
    page = render("A source of trouble.\n\n## Sources\n")
    assert not page.css(".sources, .cite")


def test_every_ordered_list_says_that_it_is_a_list(render):
    page = render("1. a\n1. b\n\ntext\n\n- c\n")
    assert page.css_first("ol").attributes["role"] == "list"
    assert "role" not in page.css_first("ul").attributes


def test_rows_and_cards_say_that_they_are_lists(render):
    page = render('<div class="rows" markdown>\n\n- a\n\n</div>\n\n<div class="ask" markdown>\n\n- b\n\n</div>')
    assert [node.attributes.get("role") for node in page.css("ul")] == ["list", None]


def test_steps_are_counted_above_the_list(render):
    page = render(tab("Browser", "1. a", "1. b", "1. c") + "\n1. alone\n")
    assert [node.text() for node in page.css("p.hint")] == ["3 steps"]
    assert page.css_first("p.hint + ol")


def test_a_step_is_named_by_its_tab_and_labels(render):
    text = tab("macOS 13", "1. Click **Sign-In & Security**.", "1. Click **Turn On**, then **Continue**.")
    reworded = tab("macOS 13", "1. Go to **Sign-In & Security**.", "1. **Turn On**, and **Continue**.")
    assert ids(render(text)) == ids(render(reworded))
    assert all(re.fullmatch("s-[0-9a-f]{3}", name) for name in ids(render(text)))


def test_a_step_without_a_label_is_named_by_its_first_words(render):
    text = "1. Enter the six-digit code that was sent.\n"
    assert ids(render(text)) == ids(render(text.replace("was sent", "came")))
    assert ids(render(text)) != ids(render(text.replace("code", "number")))


def test_steps_that_are_named_alike_are_told_apart(render):
    first, _, last = ids(render("1. **Continue**\n1. Wait\n1. **Continue**\n"))
    assert last == f"{first}-2"


def test_a_new_step_does_not_rename_the_others(render):
    before, after = render("1. **A**\n1. **B**\n"), render("1. **A**\n1. New\n1. **B**\n")
    assert set(ids(before)) < set(ids(after))


def test_the_same_steps_in_another_tab_have_other_names(render):
    one, other = ids(render(tab("macOS 13", "1. **A**") + tab("Browser", "1. **A**")))
    assert other not in {one, f"{one}-2"}


def test_tabs_are_named_under_their_heading_before_links_are_checked(render):
    page = render("## Turn it on\n\n" + tab("macOS 13", "a") + tab("Browser", "b"))
    assert ids(page, "input") == ["turn-it-on-macos-13", "turn-it-on-browser"]


def test_the_script_that_chooses_a_tab_follows_the_labels(render):
    page = render(tab("macOS 13", "a") + tab("Browser", "b") + tab("Unknown", "c"))
    assert [node.tag for node in page.css_first(".tabbed-set").iter()] == ["input"] * 3 + ["div", "script", "div"]
    assert page.css_first(".tabbed-labels + script")


def test_every_label_says_what_that_script_reads_in_it():
    begins = {"mac": "^[Mm]", "iphone": "^i", "web": "^B", "vision": "^A"}
    for tab in yaml.safe_load((ROOT / "docs/includes/tabs.yml").read_text("utf-8")):
        oldest = re.search(r"\d[\d.]*|$", tab["label"])[0]
        assert re.search(begins[tab["platform"]], tab["label"]), tab
        assert oldest in {"", tab.get("versions", "").split("-")[0]}, tab


def test_a_table_scrolls_in_its_own_box_and_names_columns_and_rows(render):
    page = render("| A | B |\n|---|---|\n| c | `d` |\n")
    assert [(node.text(), node.attributes["scope"]) for node in page.css(".grid th")] == [
        ("A", "col"),
        ("B", "col"),
        ("c", "row"),
    ]
    assert [node.text() for node in page.css(".grid td:nth-child(2):last-child > code")] == ["d"]


def test_a_notice_stands_on_top_of_the_page(render):
    page = render("## First\n", notice="Step 4 is wrong.\n\nWait.\n")
    notice = page.css_first("body > div.warning")
    assert [node.text() for node in notice.css("p")] == ["Read this first", "Step 4 is wrong.", "Wait."]
    assert notice.next.next.tag == "h2"


@pytest.mark.parametrize("empty", ["", "\n  \n"])
def test_an_empty_notice_is_not_shown(render, empty: str):
    assert not render("## First\n", notice=empty).css(".admonition")
