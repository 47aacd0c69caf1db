"""`guide check --ads`: what the filter lists know is found at its line, what looks like it passes, and the site has none.

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
from guide import ads
from guide.cli import main

HERE = Path(__file__).parent / "ads"
FOLDER = ROOT / ads.FOLDER
CASES = yaml.safe_load((HERE / "cases.yml").read_text("utf-8"))
KNOWN_ADS = {
    "EasyList": "https://pagead2.googlesyndication.com/x.js",
    "EasyPrivacy": "https://www.google-analytics.com/analytics.js",
}


@cache
def loaded():
    return ads.load(FOLDER)


def found(path):
    return sorted(f"{finding.line}: {finding.found}" for finding in ads.check([path], loaded())[1])


def run(*arguments):
    return CliRunner().invoke(main, ["check", "--ads", *map(str, arguments)])


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_every_kind_is_found_at_its_line_and_what_looks_alike_passes(tmp_path, case):
    path = tmp_path / "contribution.md"
    path.write_text(case["text"], "utf-8")
    assert found(path) == case.get("says", [])


def test_an_article_full_of_ads_is_flagged_on_each_of_them():
    assert [line.partition(": <")[0] for line in found(HERE / "article.html")] == [
        "11: list hit",
        "14: hidden element",
        "17: script address",
        "20: third-party subresource",
        "7: third-party subresource",
        "8: list hit",
    ]


def test_no_page_of_the_site_has_an_ad_or_a_tracker_or_loads_anything_from_elsewhere(site):
    count, findings = ads.check([site], loaded())
    assert count == len(list(site.rglob("*.html"))) > 1
    assert findings == []


def test_a_finding_names_the_file_the_line_and_the_list_with_its_date():
    says = run("--lists", FOLDER, HERE / "article.html")
    titles = " and ".join(str(each) for each in loaded() if each.title == "EasyPrivacy")
    assert says.exit_code == 1
    assert (
        f"{HERE}/article.html:8: ads: list hit: "
        f"<script> https://www.googletagmanager.com/gtag/js?id=G-0; blocked by {titles}\n"
    ) in says.stdout
    assert says.stderr.startswith(f"1 file checked against {', '.join(map(str, loaded()))}\n")


@pytest.mark.parametrize("title", KNOWN_ADS)
def test_the_engine_has_really_read_each_list(title):
    one = next(each for each in loaded() if each.title == title)
    assert "20" in one.date
    assert one.blocks(KNOWN_ADS[title], ads.PAGE, "script")


def test_without_lists_it_cannot_run_and_says_how_to_get_them(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    says = run(HERE / "explainer.md")
    assert (says.exit_code, says.stdout) == (2, "")
    assert says.stderr.startswith("guide: .made/adlists: there are no ad lists; run make adlists")


@pytest.mark.parametrize(
    "data", [b"", b"<!doctype html><h1>Not found</h1>", b"! Title: No rules\n", b"\x1f\x8b broken"]
)
@pytest.mark.parametrize("end", ["txt", "txt.gz"])
def test_what_is_no_filter_list_is_refused(tmp_path, end, data):
    (tmp_path / f"easylist.{end}").write_bytes(
        gzip.compress(data) if end == "txt.gz" and b"broken" not in data else data
    )
    says = run("--lists", tmp_path, HERE / "explainer.md")
    assert (says.exit_code, says.stderr.count("\n")) == (2, 1)
    assert "fetch it again" in says.stderr


def test_newer_lists_take_the_place_of_the_fetched_ones(tmp_path):
    newer = "! Title: Invented\n! Last modified: 20 Nov 2026 12:00 UTC\n||wikipedia.org^\n##.note\n##p:has-no(\n"
    (tmp_path / "newer.txt").write_text(newer, "utf-8")
    says = run("--lists", tmp_path, HERE / "explainer.md")
    assert says.stderr.startswith("1 file checked against Invented of 20 Nov 2026\n")
    assert [line.split(": ")[0:3] for line in says.stdout.splitlines()] == [
        [f"{HERE}/explainer.md:18", "ads", "hidden element"],
        [f"{HERE}/explainer.md:22", "ads", "list hit"],
    ]


def test_what_cannot_be_read_stops_the_check(tmp_path):
    (tmp_path / "bytes.html").write_bytes(b"\xff")
    (tmp_path / "none").mkdir()
    for name in ("missing.md", "bytes.html", "none"):
        says = run("--lists", FOLDER, tmp_path / name)
        assert (says.exit_code, says.stderr.count("\n")) == (2, 1)
