"""`guide check --ads`: each kind of ad is found at its line, what looks like one passes, and the site has none.

The lists are the real ones, which `make adlists` fetches: without them nothing here can pass.
"""

from __future__ import annotations

import gzip
from functools import cache
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from conftest import ROOT
from guide.ads import lists
from guide.ads.check import check
from guide.ads.document import LIMITS
from guide.cli import main
from hypothesis import given, settings
from hypothesis import strategies as st

HERE = Path(__file__).parent / "ads"
FOLDER = ROOT / lists.FOLDER
CASES = yaml.safe_load((HERE / "cases.yml").read_text("utf-8"))
KNOWN_ADS = {
    "EasyList": "https://pagead2.googlesyndication.com/x.js",
    "EasyPrivacy": "https://www.google-analytics.com/analytics.js",
}


@cache
def loaded():
    return lists.load(FOLDER)


@pytest.fixture
def known():
    return loaded()


def found(path, known):
    return [(finding.line, *finding.found.split(": ", 1), finding.expected) for finding in check([path], known)[1]]


def run(*arguments):
    return CliRunner().invoke(main, ["check", "--ads", *map(str, arguments)])


@pytest.mark.parametrize("case", CASES, ids=[f"{case['kind']}: {case['case']}" for case in CASES])
def test_every_kind_is_found_at_its_line_and_what_looks_alike_passes(tmp_path, known, case):
    path = tmp_path / "contribution"
    path.write_text(case["text"], "utf-8")
    signs = sorted(set(found(path, known)))
    assert [f"{line}: {shown}" for line, kind, shown, _ in signs if kind == case["kind"]] == case.get("says", [])
    assert {kind for _, kind, _, _ in signs} <= {case["kind"], case.get("also")}


def test_every_kind_has_a_case_that_trips_it_and_one_that_looks_alike():
    kinds = {case["kind"] for case in CASES}
    assert {case["kind"] for case in CASES if "says" in case} == kinds
    assert {case["kind"] for case in CASES if "says" not in case} == kinds
    assert {kind for _, kind, _, _ in found(HERE / "article.html", loaded())} == kinds


def test_no_page_of_the_site_has_an_ad_a_tracker_a_paid_link_or_anything_from_elsewhere(site, known):
    count, findings = check([site], known)
    assert count == len(list(site.rglob("*.html"))) > 1
    assert findings == []


def test_a_finding_names_the_file_the_line_what_was_found_and_the_list_with_its_date(known):
    says = run("--lists", FOLDER, HERE / "article.html")
    titles = " and ".join(str(each) for each in known if each.title == "EasyPrivacy")
    assert says.exit_code == 1
    assert (
        f"{HERE}/article.html:8: ads: list hit: "
        f'<script src="https://www.googletagmanager.com/gtag/js?id=G-0">; blocked by {titles}\n'
    ) in says.stdout
    assert says.stderr.startswith(f"1 file held against {', '.join(map(str, known))}\n")


def test_a_page_that_explains_ads_passes():
    assert run("--lists", FOLDER, HERE / "explainer.md").exit_code == 0


@pytest.mark.parametrize("title", KNOWN_ADS)
def test_the_engine_has_really_read_each_list(known, title):
    one = next(each for each in known if each.title == title)
    assert "20" in one.date
    assert one.blocks(KNOWN_ADS[title], "https://page.invalid/", "script")
    assert not one.blocks("https://support.apple.com/102660", "https://page.invalid/", "document")


def test_without_lists_it_cannot_run_and_says_how_to_get_them(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    says = run(HERE / "explainer.md")
    assert (says.exit_code, says.stdout) == (2, "")
    assert says.stderr == "guide: .made/adlists: there are no ad lists; fetch them once with: make adlists\n"
    says = run("--lists", "nowhere", HERE / "explainer.md")
    assert (says.exit_code, says.stderr.count("\n")) == (2, 1)


@pytest.mark.parametrize(
    "data", [b"", b"<!doctype html><h1>Not found</h1>", b"[Adblock Plus 2.0]\n! Title: No rules\n", b"! a comment\n"]
)
@pytest.mark.parametrize("name", ["easylist.txt", "easylist.txt.gz"])
def test_what_is_no_filter_list_is_refused(tmp_path, name, data):
    (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    says = run("--lists", tmp_path, HERE / "explainer.md")
    assert (says.exit_code, says.stderr.count("\n")) == (2, 1)
    assert "not a filter list" in says.stderr


def test_a_broken_archive_is_refused(tmp_path):
    (tmp_path / "easylist.txt.gz").write_bytes(gzip.compress(b"! Title: A\n||a.example^\n" * 99)[:-9])
    assert run("--lists", tmp_path, HERE / "explainer.md").exit_code == 2


def test_newer_lists_take_the_place_of_the_fetched_ones(tmp_path):
    newer = "! Title: Invented\n! Last modified: 20 Nov 2026 12:00 UTC\n||wikipedia.org^\n##.note\n"
    (tmp_path / "newer.txt").write_text(newer, "utf-8")
    says = run("--lists", tmp_path, HERE / "explainer.md")
    assert says.stderr.startswith("1 file held against Invented of 20 Nov 2026\n")
    assert [line.split(": ")[0:3] for line in says.stdout.splitlines()] == [
        [f"{HERE}/explainer.md:18", "ads", "ad container"],
        [f"{HERE}/explainer.md:22", "ads", "list hit"],
    ]


@pytest.mark.parametrize("name", ["a.md", "a.html", "a.txt", "a", "a.png"])
def test_the_name_of_a_file_does_not_matter(tmp_path, known, name):
    path = tmp_path / name
    path.write_bytes((HERE / "article.html").read_bytes())
    assert found(path, known) == found(HERE / "article.html", known)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", (0, "the file is empty")),
        (b" \n", (0, "the file is empty")),
        (b"\x89PNG\r\n\x1a\n\0\0", (0, "this is not text")),
(b"\0" * (LIMITS["HTML"] + 1), (0, f"{LIMITS['HTML'] + 1} bytes, at most {LIMITS['HTML']} are read")),
        (b"<div>" * 9000, (0, "more than 2000 elements in each other")),
        (b"a" * (LIMITS["Markdown"] + 1), (0, f"{LIMITS['Markdown'] + 1} bytes of Markdown, at most {LIMITS['Markdown']} are read")),
        ("[é](javascript:x)".encode("cp1252"), (1, 'script address: <a href="javascript:x">')),
        ("\r\n\r[é](javascript:x)".encode("utf-8-sig"), (3, 'script address: <a href="javascript:x">')),
    ],
    ids=["empty", "blank", "a picture", "huge", "deep", "long", "Windows", "mark"],
)  # fmt: skip
def test_any_file_is_read_or_is_one_finding(tmp_path, known, data, says):
    path = tmp_path / "any"
    path.write_bytes(data)
    assert [(finding.line, finding.found) for finding in check([path], known)[1]] == [says]


def test_a_file_that_is_not_there_stops_the_check(tmp_path):
    for path in (tmp_path / "none.md", tmp_path):
        says = run("--lists", FOLDER, path)
        assert (says.exit_code, says.stderr.count("\n")) == (2, 1)


PIECES = [
    "<a href=", "<img src=//a.example width=0 ", "<", ">", "</div>", "<div>\n\n    ", "<!--", "-->", "<![CDATA[", "<script>", "</script>", '"', "'",
    "\n", "\n\n", "\t", "- ", "> ", "](", "[a]: ", "javascript:", "https://", "//[", "?tag=a-20", "&#0;", "&amp;", "%ff", "style='left:-999px' ",
    "srcset=a,b ", "class=adsbygoogle ", "id=x ", "Also read: ", "we earn a commission ", "=== \"Mac\"\n\n    ", "!!! note\n\n    ", "\u2028", "é", "“",
    "<base href=//>", "<base href='http://['>", "<link rel=canonical href=http://[>", "<table><svg><template>", "data-guide-line=x ", "*" * 9,
]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=6)), min_size=1, max_size=40))
def test_any_text_is_read_and_every_line_named_is_one_of_the_file(tmp_path_factory, pieces):
    path = tmp_path_factory.getbasetemp() / "any.txt"
    path.write_text("".join(pieces), "utf-8", errors="replace", newline="")
    last = path.read_bytes().decode("utf-8").replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
    assert all(0 <= finding.line <= last for finding in check([path], loaded())[1])
