"""Data files that are not what they should be: each is said in one line, by file and line, and nothing breaks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from guide import files, vocabulary, yamlfile
from guide.cli import main
from guide.findings import CannotRunError, Finding, text
from guide.pictures import spec
from guide.publish import moved
from guide.upkeep import due
from small_pictures import SPEC, pretend, start

SAMPLES = {
    spec.SPEC: SPEC,
    vocabulary.INCLUDES / "labels.yml": 'Turn On:\n  - {platform: mac, versions: "13-26", code: A, source: S-660}\n',
    vocabulary.INCLUDES / "tabs.yml": '- {label: macOS 13, platform: mac, versions: "13"}\n',
    due.RELEASES: '- {platform: mac, name: macOS 27, version: "27", out: 2026-11-24, source: Apple}\n',
    moved.REDIRECTS: "turn-on/old/: turn-on/mac/\n",
}
READERS = {
    spec.SPEC: spec.load,
    vocabulary.INCLUDES / "labels.yml": lambda root: vocabulary.load(root / vocabulary.INCLUDES),
    vocabulary.INCLUDES / "tabs.yml": lambda root: vocabulary.load(root / vocabulary.INCLUDES),
    due.RELEASES: lambda root: (yamlfile.require(root / due.RELEASES, list[due.Release]), []),
    moved.REDIRECTS: lambda root: moved.load(root / moved.REDIRECTS, ["index.html", "turn-on/mac/index.html"]),
}


@pytest.fixture
def guide(tmp_path: Path) -> Path:
    """A guide of one drawn screen and of the data files."""
    (tmp_path / "docs").mkdir()
    pretend(start(tmp_path))
    for path, content in SAMPLES.items():
        files.write(tmp_path / path, content.encode())
    return tmp_path


def said(guide: Path, file: Path) -> str:
    """Read a data file; return what is said of it, which is one line for each thing that is wrong."""
    try:
        found: list[Finding] = READERS[file](guide)[1]
        lines = [text(each) for each in found]
    except CannotRunError as error:
        lines = [str(error)]
    assert all(line and "\n" not in line for line in lines), lines
    return "\n".join(lines)


@pytest.mark.parametrize("file", SAMPLES, ids=lambda file: file.stem)
def test_line_ends_and_a_byte_order_mark_change_nothing(guide: Path, file: Path):
    (guide / file).write_bytes(("\ufeff" + SAMPLES[file].replace("\n", "\r\n")).encode())
    assert said(guide, file) == ""


@pytest.mark.parametrize("file", SAMPLES, ids=lambda file: file.stem)
@pytest.mark.parametrize("data", ["größe".encode("latin-1"), b"a: [", b"a", b"- 3", b"!!python/object:os.x {}", None])
def test_a_data_file_that_is_none_is_said(guide: Path, file: Path, data: bytes | None):
    (guide / file).write_bytes(data) if data else (guide / file).unlink()
    if data or file != moved.REDIRECTS:  # there need not be any
        assert file.name in said(guide, file)


@pytest.mark.parametrize("old", ["../../out/", "/etc/", "a//b/", "./", "a/../b/", 'a"; b/', "a b/", "a\nb/", "a"])
def test_a_redirect_stays_in_the_site_and_in_its_quotes(guide: Path, old: str):
    (guide / moved.REDIRECTS).write_text(json.dumps({old: "turn-on/mac/"}), "utf-8")
    assert "not an address of a page" in said(guide, moved.REDIRECTS)


def test_what_cannot_be_written_is_said_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "docs").mkdir()
    (tmp_path / ".vscode").write_text("a file where a folder should be", "utf-8")
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["schema"])
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert result.stderr.startswith("guide: .vscode")
