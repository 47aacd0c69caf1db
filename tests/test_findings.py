"""What findings suggest, and how a command ends that is stopped."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from click.testing import CliRunner
from conftest import ROOT
from guide import settings
from guide.cli import main
from guide.findings import nearest


def test_what_was_typed_is_never_suggested():
    assert nearest("turn-on", ["turn-on", "turn-of", ""]) == 'did you mean "turn-of"?'
    assert nearest("turn-on", ["turn-on"]) == ""
    assert nearest("", ["", "a"]) == ""
    assert nearest("Mac", ["mac"]) == 'did you mean "mac"?'


def test_a_stopped_command_ends_as_shells_expect(monkeypatch: pytest.MonkeyPatch):
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("guide.reading.guide.Guide.__init__", stop)
    assert CliRunner().invoke(main, ["sources"]).exit_code == 130


@pytest.mark.parametrize(
    ("name", "wrong", "right"),
    [
        ("SITE_URL", "example.org/guide/", "https://example.org/guide/"),
        ("ISSUES_URL", "github.com/two/locks/issues/new", "https://github.com/two/locks/issues/new?template=a.yml"),
        ("REPORT_MAIL", "guide at example.org", "guide@example.org"),
        ("REPORT_MAIL", "mailto:guide@example.org", "two.locks+guide@mail.example.org"),
    ],
)
def test_a_wrong_setting_is_named_before_anything_is_built(monkeypatch, name: str, wrong: str, right: str):
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv(name, wrong)
    result = CliRunner().invoke(main, ["check"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f'guide: {name} is "{wrong}"; give it as ')
    settings.require({name: right})
    settings.require({name: ""})


def test_a_browser_that_is_not_there_is_one_line_and_no_other_is_taken():
    command = [sys.executable, "-m", "guide.browser"]
    environment = {**os.environ, "CHROME": "/nosuch"}
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == "CHROME=/nosuch: no such program; give the path of a Chromium or Chrome\n"


@pytest.mark.parametrize(
    "command",
    [
        "check",
        "due",
        "new A --section help",
        "rename a.md b/c.md",
        "schema",
        "shots build",
        "shots capture",
        "shots check",
        "sources",
    ],
)
def test_in_another_folder_it_says_where_to_run_it(tmp_path, monkeypatch, command: str):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, command.split())
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.endswith("here; run this where mkdocs.yml stands\n")
