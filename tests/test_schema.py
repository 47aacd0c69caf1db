"""What an editor is told of the data files is what the checks hold them against."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from guide import yamlfile
from guide.cli import main
from guide.upkeep import schema

ROOT = Path(__file__).parents[1]
# Faults of each file: what is right in it, and what takes its place where it stands last.
FAULTS = {
    "shots.yml": [("  screen: ", "  screens: "), ("badge: 1", "badge: 10"), ("at: right", "at: middle")],
    "labels.yml": [("platform: mac", "platform: macos"), ('"13-26"', '"13 to 26"'), ("code: A-m", "code: B")],
    "tabs.yml": [("platform: mac,", ""), ('"14-26"', "14")],
    "releases.yml": [("2026-09-14", "14 September"), ("source: ", "sources: "), ('"27"', '""')],
    "redirects.yml": [(": ", ": 1 #"), ("turn-on/mac/", "{}")],
}


@pytest.mark.parametrize("file", schema.FILES, ids=lambda file: file.stem)
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
    by_check = {
        name for name, content in texts.items() if yamlfile.parse(content, name, schema.FILES[file], rule="")[2]
    }
    assert by_check == texts.keys() - {"right.yml"}


def test_the_schemas_are_as_the_definitions_are_now():
    kept = {path.relative_to(ROOT): path.read_bytes() for path in (ROOT / schema.FOLDER).iterdir()}
    assert kept == schema.schemas(), "run guide schema"


def test_the_editor_is_told_of_every_schema():
    settings = json.loads((ROOT / ".vscode/settings.json").read_text("utf-8"))
    assert settings["yaml.schemas"] == {
        (schema.FOLDER / f"{path.stem}.json").as_posix(): path.as_posix() for path in schema.FILES
    }


def test_the_command_writes_what_has_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    refused = CliRunner().invoke(main, ["schema"])
    assert (refused.exit_code, list(tmp_path.iterdir())) == (2, [])
    assert "there is no folder docs here" in refused.output
    (tmp_path / "docs").mkdir()
    (tmp_path / schema.FOLDER).mkdir(parents=True)
    (tmp_path / schema.FOLDER / "tabs.json").write_bytes(schema.schemas()[schema.FOLDER / "tabs.json"])
    assert CliRunner().invoke(main, ["schema"]).output.count("written") == len(schema.FILES) - 1
    assert CliRunner().invoke(main, ["schema"]).output == "as they have to be\n"
