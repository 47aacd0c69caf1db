"""The command `guide check`: what it takes, what it prints, how it ends."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import small_guide
from guide.cli import main

ROOT = Path(__file__).parents[1]


@pytest.fixture
def run(tmp_path, monkeypatch):
    small_guide(tmp_path)
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        result = CliRunner().invoke(main, ["check", "--on", "2026-11-24", *arguments])
        return result.exit_code, result.stdout.splitlines(), result.stderr.splitlines()

    return run


def spoil(name, old, new):
    path = Path("docs") / name
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")


def test_it_is_silent_where_all_is_well(run):
    assert run() == (0, [], [])


def test_it_prints_all_findings_sorted_and_ends_with_1(run):
    spoil("what.md", "It has six", "It simply has\nsix")
    spoil("about/index.md", "No one", "Please, no one")
    assert run() == (
        1,
        [
            'docs/about/index.md:10: words: "Please"; leave it out',
            'docs/what.md:20: words: "simply"; leave it out',
        ],
        ["2 findings"],
    )


def test_it_checks_only_the_paths_that_it_is_given(run):
    spoil("what.md", "It has six", "It simply has six")
    spoil("about/index.md", "No one", "Please, no one")
    assert run("docs/about")[1] == ['docs/about/index.md:10: words: "Please"; leave it out']
    assert run("docs/index.md") == (0, [], [])
    assert len(run("docs")[1]) == 2


def test_what_two_pages_share_is_shown_for_the_one_that_has_to_change(run):
    spoil("index.md", "tags: [start]", "tags: [start, two step]")
    assert run("docs/index.md") == (0, [], [])
    code, (line,), _ = run()
    assert (code, line.split(": ")[1]) == (1, "tags")
    assert run(line.partition(":")[0])[1] == [line]


def test_an_include_is_checked_in_the_tabs_that_include_it(run):
    spoil("includes/steps/mac-open.md", "System Settings", "Apple ID")
    (line,) = run("docs/includes/steps/mac-open.md")[1]
    assert line.startswith('docs/includes/steps/mac-open.md:1: labels: label "Apple ID" in tab "macOS 14 or later"')


def test_an_include_may_allow_what_its_pages_find(run):
    allowance = '<!-- allow: labels "Continue" it is so named there -->\n\n'
    spoil("includes/steps/mac-open.md", "1. Choose **System Settings**", f"{allowance}1. Choose **Continue now**")
    for arguments in ([], ["docs/turn-on/mac.md"], ["docs/includes/steps/mac-open.md"], ["docs/index.md"]):
        assert run(*arguments) == (0, [], [])


@pytest.mark.parametrize("name", ["labels.yml", "tabs.yml"])
def test_a_closed_list_that_cannot_be_read_is_all_that_is_found(run, name):
    Path("docs/includes", name).write_text("a: [")
    code, (line,), _ = run()
    assert (code, line.split(": ")[:2]) == (1, [f"docs/includes/{name}:2:1", "labels"])


def test_a_data_file_can_be_checked_alone(run):
    Path("docs/includes/redirects.yml").write_text("a: [")
    (line,) = run("docs/includes/redirects.yml")[1]
    assert line.startswith("docs/includes/redirects.yml:2:1: data: this is not YAML")
    assert run("docs/index.md") == (0, [], [])


def test_a_screen_can_be_checked_alone(run):
    spoil("assets/screens/settings.html", "Continue", "Go on")
    (line,) = run("docs/assets/screens/settings.html")[1]
    assert line.startswith('docs/assets/screens/settings.html:7: labels: "Go on…" in a screen')


def test_its_day_can_be_set(run):
    code, (line,), _ = run("--on", "2026-11-19", "docs/index.md")
    assert (code, line.split("; ")[1]) == (1, "not after 2026-11-19")
    assert run("--on", "yesterday")[0] == 2


def test_it_lists_its_rules(run):
    code, rules, _ = run("--rules")
    assert code == 0
    assert len(rules) >= 22
    assert all(line[:14].strip() and line[14:].strip().endswith((".", "…")) for line in rules)


@pytest.mark.parametrize(
    "path", ["docs/nothing.md", "docs/assets/other.yml", "docs/assets/shots/lock.json", "docs/assets/shots"]
)
def test_a_path_that_it_cannot_check_ends_it_with_2(run, path):
    Path("docs/assets/other.yml").touch()
    says = f"guide: {path}: this is no page, screen or data file, and no folder with any"
    assert run(path) == (2, [], [says])


def test_it_cannot_run_without_what_pages_are_held_against(run):
    Path("docs/assets/shots/lock.json").write_text("{")
    assert run() == (
        2,
        [],
        ["guide: docs/assets/shots/lock.json: cannot be read; remove it, then run guide shots build"],
    )
    config = Path("mkdocs.yml").read_text("utf-8")
    Path("mkdocs.yml").write_text("a: [")
    code, out, (line,) = run()
    assert (code, out, line[:18]) == (2, [], "guide: mkdocs.yml:")
    Path("mkdocs.yml").write_text(config, "utf-8")
    Path("docs/includes/sources.md").write_bytes(b"\xff")
    assert run() == (2, [], ["guide: docs/includes/sources.md:1: this is not UTF-8 text; save the file as UTF-8"])
    shutil.rmtree("docs")
    assert run() == (2, [], ["guide: there is no guide here; run this where mkdocs.yml stands"])


def test_it_writes_annotations_for_github(run):
    spoil("what.md", "It has six", "It simply has six")
    assert run("--format", "github")[1] == ['::error file=docs/what.md,line=20,title=words::"simply"; leave it out']
