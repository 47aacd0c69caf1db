"""The workflows are safe and valid, and keep one issue a report."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
GITHUB = ROOT / ".github"
BIN = Path(sys.executable).parent


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False, cwd=ROOT)


def test_zizmor_finds_nothing():
    result = run(BIN / "zizmor", "--offline", "--pedantic", "--quiet", GITHUB)
    assert result.returncode == 0, result.stdout


def test_zizmor_finds_an_unpinned_action(tmp_path: Path):
    text = (GITHUB / "workflows" / "test.yml").read_text("utf-8")
    pinned = next(line for line in text.splitlines() if "actions/checkout@" in line)
    workflow = tmp_path / ".github" / "workflows" / "test.yml"
    workflow.parent.mkdir(parents=True)
    workflow.write_text(text.replace(pinned, pinned.split("@")[0] + "@v6"), "utf-8")
    result = run(BIN / "zizmor", "--offline", "--quiet", workflow)
    assert result.returncode != 0
    assert "unpinned-uses" in result.stdout


@pytest.mark.parametrize(
    ("schema", "pattern"),
    [
        ("github-workflows", "workflows/*.yml"),
        ("github-issue-forms", "ISSUE_TEMPLATE/[!c]*.yml"),
        ("github-issue-forms", "ISSUE_TEMPLATE/capture.yml"),
        ("dependabot", "dependabot.yml"),
    ],
)
def test_every_file_fits_its_schema(schema: str, pattern: str):
    files = sorted(GITHUB.glob(pattern))
    assert files
    result = run(BIN / "check-jsonschema", "--builtin-schema", f"vendor.{schema}", *files)
    assert result.returncode == 0, result.stdout


def test_the_example_in_the_form_for_captures_is_a_screen():
    form = (GITHUB / "ISSUE_TEMPLATE" / "capture.yml").read_text("utf-8")
    example = form.partition("placeholder: ")[2].split()[0]
    assert (ROOT / f"docs/assets/screens/{example}.html").is_file()


@pytest.fixture
def keep_issue(tmp_path: Path):
    """Run .github/keep-issue with a `gh` that notes what it is told; returns its exit code and the notes."""

    def keep(command: str, open_issue: str) -> tuple[int, list[str]]:
        gh = tmp_path / "gh"
        notes = tmp_path / "notes"
        gh.write_text(
            f'#!/bin/sh\necho "$1 $2 $3" >> {notes}\nfor last; do :; done; [ ! -f "$last" ] || cp "$last" {tmp_path}/body\n[ "$2" = list ] && echo "{open_issue}"\nexit 0\n',
            "utf-8",
        )
        gh.chmod(0o755)
        environment = os.environ | {
            "PATH": f"{tmp_path}:{os.environ['PATH']}",
            "COMMAND": command,
            "TITLE": "T",
            "RUN": "r",
        }
        result = subprocess.run(["bash", GITHUB / "keep-issue"], env=environment, capture_output=True, check=False)
        return result.returncode, notes.read_text("utf-8").splitlines()

    return keep


@pytest.mark.parametrize(
    ("command", "open_issue", "code", "told"),
    [
        ("echo one finding; exit 1", "", 0, "issue create --title"),
        ("echo one finding; exit 1", "7", 0, "issue edit 7"),
        ("true", "7", 0, "issue close 7"),
        ("true", "", 0, None),
        ("echo broken; exit 2", "", 2, "issue create --title"),
    ],
)
def test_a_report_keeps_one_issue(keep_issue, command: str, open_issue: str, code: int, told: str | None):
    result, notes = keep_issue(command, open_issue)
    assert result == code
    assert notes[1:] == ([told] if told else [])


@pytest.mark.parametrize(("command", "there"), [("echo why >&2; exit 2", True), ("echo why >&2; exit 1", False)])
def test_a_report_of_what_could_not_run_says_why(keep_issue, tmp_path: Path, command: str, there: bool):
    keep_issue(command, "")
    assert ("why" in (tmp_path / "body").read_text("utf-8")) is there
