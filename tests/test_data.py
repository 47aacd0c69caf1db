"""The data files: an editor's schema and the check find the same, and what cannot be read is one line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from guide import data, files
from guide.cli import main
from guide.findings import CannotRunError, text
from guide.upkeep import schema

ROOT = Path(__file__).parents[1]
# Faults of each file: what is right in it, and what takes its place where it stands last.
FAULTS = {
    "shots.yml": [("  screen: ", "  screens: "), ("badge: 1", "badge: 10"), ("at: right", "at: middle")],
    "practice.yml": [("press: ", "presses: "), ("minutes: 2", "minutes: 0"), ("  done:", "  don:")],
    "labels.yml": [("platform: mac", "platform: macos"), ('"13-26"', '"13 to 26"'), ("code: A-m", "code: B")],
    "tabs.yml": [("platform: mac,", ""), ('"14-26"', "14")],
    "releases.yml": [("2026-09-14", "14 September"), ("source: ", "sources: "), ('"27"', '""')],
    "redirects.yml": [(": ", ": 1 #"), ("turn-on/mac/", "{}")],
}


@pytest.mark.parametrize("file", data.FILES, ids=lambda file: file.stem)
def test_the_editor_and_the_check_find_the_same_faults(file: Path, tmp_path: Path):
    text = (ROOT / file).read_text("utf-8") if (ROOT / file).exists() else "old/address/: turn-on/mac/\n"
    texts = {"right.yml": text}
    for number, (old, new) in enumerate(FAULTS[file.name]):
        before, found, after = text.rpartition(old)
        assert found, old
        texts[f"fault-{number}.yml"] = before + new + after
    for name, content in texts.items():
        (tmp_path / name).write_text(content, "utf-8")
    tool = Path(sys.executable).with_name("check-jsonschema")
    command = [tool, "--output-format=json", "--schemafile", ROOT / schema.FOLDER / f"{file.stem}.json", *texts]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    result = json.loads(done.stdout)
    assert {error["filename"] for error in result["errors"]} == texts.keys() - {"right.yml"}, done.stdout
    assert result["parse_errors"] == []
    by_check = {name for name, content in texts.items() if data.parse(content, name, data.FILES[file], rule="")[2]}
    assert by_check == texts.keys() - {"right.yml"}


def test_the_schemas_are_as_the_definitions_are_now():
    kept = {path.relative_to(ROOT): path.read_bytes() for path in (ROOT / schema.FOLDER).iterdir()}
    assert kept == schema.schemas(), "run guide schema"


def test_the_editor_is_told_of_every_schema():
    settings = json.loads((ROOT / ".vscode/settings.json").read_text("utf-8"))
    assert settings["yaml.schemas"] == {
        (schema.FOLDER / f"{path.stem}.json").as_posix(): path.as_posix() for path in data.FILES
    }


def test_the_command_writes_what_has_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    refused = CliRunner().invoke(main, ["schema"])
    assert (refused.exit_code, list(tmp_path.iterdir())) == (2, [])
    assert "there is no folder docs here" in refused.output
    (tmp_path / "docs").mkdir()
    (tmp_path / schema.FOLDER).mkdir(parents=True)
    (tmp_path / schema.FOLDER / "tabs.json").write_bytes(schema.schemas()[schema.FOLDER / "tabs.json"])
    assert CliRunner().invoke(main, ["schema"]).output.count("written") == len(data.FILES) - 1
    assert CliRunner().invoke(main, ["schema"]).output == "as they have to be\n"


def said(tmp_path: Path, content: bytes, schema: object = dict[str, str]) -> list[str]:
    (tmp_path / "a.yml").write_bytes(content)
    return [text(finding) for finding in data.read(tmp_path, Path("a.yml"), schema, rule="r")[2]]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (
            b"a: [",
            "a.yml:2:1: r: this is not YAML (did not find expected node content); fix the line or quote the value",
        ),
        (b"a: b\na: c", 'a.yml:2:1: r: this is not YAML (key "a" stands twice); remove one'),
        (
            b"a: 2026-13-40",
            "a.yml:1:4: r: this is not YAML (2026-13-40: month must be in 1..12); fix the line or quote the value",
        ),
        (b"a: on", 'a.yml:1:1: r: "a" is `True`; expected a valid string; put the value in quotes'),
        (b"a: []", 'a.yml:1:1: r: "a" is a list; expected a valid string'),
        (b"- a", "a.yml:1:1: r: this is a list; expected keys with values"),
        (b"", "a.yml:1:1: r: this is empty; expected keys with values"),
    ],
)
def test_what_is_wrong_is_one_line(tmp_path: Path, content: bytes, says: str):
    assert said(tmp_path, content) == [says]


@pytest.mark.parametrize("content", [b"a: b", b"\xef\xbb\xbfa: b\r\n", b"a: b\r"])
def test_line_ends_and_a_byte_order_mark_change_nothing(tmp_path: Path, content: bytes):
    assert said(tmp_path, content) == []


@pytest.mark.parametrize(
    ("content", "says"), [(b"a: b\n\xff", "a.yml:2: this is not UTF-8"), (None, "a.yml: this cannot be read")]
)
def test_a_file_that_is_no_text_or_not_there_is_one_line(tmp_path: Path, content: bytes | None, says: str):
    if content:
        files.write(tmp_path / "a.yml", content)
    with pytest.raises(CannotRunError, match=f"^{says}"):
        data.read(tmp_path, Path("a.yml"), dict[str, str], rule="r")


def test_places_are_those_of_keys_items_and_the_nearest_parent():
    _, places, _ = data.parse("a:\n  - {b: c}\n", "a.yml", dict[str, list[dict[str, str]]], rule="r", first_line=5)
    assert [str(places.of(*keys)) for keys in [(), ("a",), ("a", 0), ("a", 0, "b"), ("a", 7), ("x",)]] == [
        "a.yml:5:1", "a.yml:5:1", "a.yml:6:5", "a.yml:6:6", "a.yml:5:1", "a.yml:5:1",
    ]  # fmt: skip


def test_what_cannot_be_written_is_said_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "docs").mkdir()
    (tmp_path / ".vscode").write_text("a file where a folder should be", "utf-8")
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["schema"])
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert result.stderr.startswith("guide: .vscode")
