"""Whatever a data file or a built page holds, and wherever a run is cut short, nothing breaks and nothing is lost."""

from __future__ import annotations

import contextlib
import ctypes
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from guide import files, vocabulary, yamlfile
from guide.cli import main
from guide.findings import CannotRunError
from guide.links.site import Site, of_data, of_page, of_style
from guide.pictures import captures, spec
from guide.publish import moved, place
from guide.upkeep import due
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

ROOT = Path(__file__).parents[1]
GUIDE = Path(sys.executable).with_name("guide")
HOME = "https://example.org/guide/"
SAMPLES = {
    spec.SPEC: """small:
  screen: small
  crop: {targets: [turn-on], margin: 16}
  callouts:
    - {target: turn-on, badge: 1, at: right}
  alt: A small screen with one button. A ring and the digit 1 mark the button Turn On.
  caption: the button
""",
    vocabulary.INCLUDES / "labels.yml": """Turn On:
  - {platform: mac, versions: "13-26", code: A, source: S-660}
""",
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
PIECES = [
    "\n", "\n  ", ": ", "- ", "[", "]", "{", "}", ", ", "'", '"', "|", ">", "&a ", "*a", "<<: *a", "!!int ", "!!set ",
    "!!binary ", "!!python/name:os.system ", "? ", "#", "on", "~", "12:30", "1e999", "-1", "9" * 30, "2026-13-40", "\t",
    "%", "@", "\0", "\x85", "\u2028", "\ufeff", "\ud800", "é", "😀", "../", "/", "//", "turn-on/mac/", "screen: ",
    "small", "box: [0, 0, 9, 9]", "13-", "26-13", ".", "--- ", "...",
]  # fmt: skip
HTML = [
    '<a href="', '">', "<a name=", "<img srcset='", " 2x, ", '<meta http-equiv="refresh" content="0; url=', "<style>",
    "@import ", "url(", ")", "</style>", '<base href="', '<link rel="canonical" href="', "<svg><use xlink:href=", "#",
    "?", "%", "%zz", "%ff", "//[", "http://[::1", "https://example.org/guide/", "javascript:", "data:,", "../", "\\",
    "id=a", "<", ">", "<!--", "]]>", "<template>", "<table><a>", "&#0;", "&amp;", "\0", "\r", "é", "😀", "\ud800",
]  # fmt: skip


@pytest.fixture(scope="module")
def guide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A guide of one drawn screen and of the data files."""
    root = tmp_path_factory.mktemp("abuse")
    for path, text in SAMPLES.items():
        files.write(root / path, text.encode())
    shutil.copytree(ROOT / spec.SCREENS / "fonts", root / spec.SCREENS / "fonts")
    screen = root / spec.SCREENS / "small.html"
    screen.write_text('<!doctype html><div data-target="turn-on">Turn On</div>', "utf-8")
    images = {scheme: Image.new("RGB", (800, 600), "white") for scheme in captures.SCHEMES}
    known = captures.Capture(
        size=(400, 300), scale=2, real=False, source=captures.source("small", root), pixels={},
        targets={"turn-on": (150.0, 120.0, 90.0, 24.0)}, private=[], texts=[],
    )  # fmt: skip
    captures.write("small", known, images, root)
    return root


def held(guide: Path, file: Path, data: bytes) -> str:
    """Read a data file that holds `data`; return what is said of it, which is one line for each thing that is wrong."""
    (guide / file).write_bytes(data)
    try:
        found = [each.message for each in READERS[file](guide)[1]]
    except CannotRunError as error:
        found = [str(error)]
    finally:
        (guide / file).write_text(SAMPLES[file], "utf-8")
    assert all(line and "\n" not in line for line in found), found
    return "\n".join(found)


@pytest.mark.parametrize("file", SAMPLES, ids=lambda file: file.stem)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_a_byte_order_mark_change_nothing(guide: Path, file: Path, end: str, mark: str):
    assert held(guide, file, (mark + SAMPLES[file].replace("\n", end)).encode()) == ""


@pytest.mark.parametrize("file", SAMPLES, ids=lambda file: file.stem)
@pytest.mark.parametrize("data", [
    b"\xff\xfe", b"\x89PNG\r\n\x1a\n\0\0", "größe".encode("latin-1"), "a: b".encode("utf-16"), b"a", b"[]: {}",
    b"[" * 60_000, b"- " * 60_000, b"a: &a [*a, *a]", b"{a: 1}\n--- {b: 2}", b"!!python/object:os.x {}", b"*nobody",
])  # fmt: skip
def test_what_is_no_such_file_is_said(guide: Path, file: Path, data: bytes):
    assert held(guide, file, data)


@pytest.mark.parametrize("file", SAMPLES, ids=lambda file: file.stem)
def test_an_empty_and_a_huge_file_are_read(guide: Path, file: Path):
    for data in (b"", b"#\n" * 200_000, b"x" * 1_000_000, b"".join(b"k%d: v\n" % number for number in range(3_000))):
        held(guide, file, data)


@pytest.mark.parametrize("file", SAMPLES, ids=lambda file: file.stem)
def test_any_damage_to_a_data_file_is_said_or_harmless(guide: Path, file: Path):
    part = st.one_of(st.sampled_from(PIECES), st.text(max_size=4), st.integers(0, 60))

    @settings(max_examples=80, deadline=None)
    @given(st.lists(st.tuples(st.integers(0, len(SAMPLES[file])), st.integers(0, 9), part), min_size=1, max_size=4))
    def hold(damages):
        text = SAMPLES[file]
        for at, length, new in damages:
            text = text[:at] + (text[new : new + 20] if isinstance(new, int) else new) + text[at + length :]
        held(guide, file, text.encode("utf-8", "surrogatepass"))

    hold()


@pytest.mark.parametrize(
    "old", ["../../out/", "/etc/", "a//b/", "./", "a/../b/", 'a"; b/', "a b/", "a\nb/", "a\\b/", "a"]
)
def test_a_redirect_stays_in_the_site_and_in_its_quotes(guide: Path, old: str):
    assert "not an address of a page" in held(guide, moved.REDIRECTS, json.dumps({old: "turn-on/mac/"}).encode())


@settings(max_examples=250, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(HTML), st.text(max_size=5)), max_size=30), st.binary(max_size=8))
def test_any_page_style_or_index_is_read_for_its_addresses(parts: list[str], tail: bytes):
    text = "".join(parts)
    data = text.encode("utf-8", "surrogatepass") + tail
    page = of_page("a/index.html", data)
    list(of_style(text))
    for name in ("sitemap.xml", "search/search_index.json"):
        with contextlib.suppress(ValueError):
            of_data(name, data)
    site = Site(Path(), frozenset({page.file}), {page.file: page}, (), {}, HOME)
    for reference in page.references:
        site.locate(reference)


# Publishing


def page(path: str, others: list[str]) -> str:
    up = "../" * path.count("/")
    links = "".join(f'<p><a href="{up}{other or "./"}">{other}</a>' for other in others)
    return (
        f'<!doctype html><html lang="en" class="no-js"><head><meta charset="utf-8"><title>{path}</title>'
        f'<link rel="canonical" href="{HOME}{path}"><link rel="stylesheet" href="{up}guide.css"></head>'
        f"<body><main><h1>{path}</h1>{links}</main></body></html>"
    )


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A small built site, in a folder whose name asks for quoting."""
    site = tmp_path / 'it\'s a "größe" $(x)' / "my site"
    paths = ["", *(f"p{number}/" for number in range(30))]
    for path in paths:
        files.write(site / path / "index.html", page(path, paths).encode())
    files.write(site / "guide.css", b"p{color:#123}a{color:#321}")
    files.write(site / "größe 'x' \"y\".txt", b"z")
    return site


def contents(site: Path) -> dict[str, bytes]:
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file()}


def start(*arguments: str | Path, cwd: Path, **options: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [GUIDE, *arguments], cwd=cwd, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options
    )  # fmt: skip


@pytest.mark.parametrize("step", ["write", "swap"])
def test_publish_ended_by_the_keyboard_leaves_the_site_as_it_was_built(built: Path, step: str, monkeypatch):
    def interrupt(*arguments: object) -> None:
        raise KeyboardInterrupt

    before = contents(built)
    monkeypatch.chdir(built.parent)
    monkeypatch.setattr(place, step, interrupt)
    result = CliRunner().invoke(main, ["publish", str(built)])
    assert (result.exit_code, result.output.strip()) == (1, "Aborted!")
    assert contents(built) == before
    assert not place.fresh(built).exists()


# The other commands that write


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The guide itself, without its pictures."""
    root = tmp_path_factory.mktemp("whole")
    shutil.copytree(ROOT / "docs", root / "docs", ignore=shutil.ignore_patterns("*.webp"))
    shutil.copy(ROOT / "mkdocs.yml", root)
    return root


def may_not_write() -> None:
    """Take root's right to write everywhere from the process that comes (SECBIT_NOROOT); others have no such right."""
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl:
        prctl(28, 1, 0, 0, 0)


@pytest.mark.parametrize("arguments", [
    ["checked", "docs/turn-on/mac.md", "--on", "2026-11-24"],
    ["new", "A new page", "--section", "help"],
    ["rename", "turn-on/mac.md", "turn-on/a-mac.md"],
    ["schema"],
])  # fmt: skip
def test_a_folder_that_may_not_be_written_is_said_in_one_line(whole: Path, tmp_path: Path, arguments: list[str]):
    root = Path(shutil.copytree(whole, tmp_path / "g"))
    page = root / "docs/turn-on/mac.md"
    page.write_text(re.sub(r"(?m)^checked: .*$", "checked: 2026-01-01", page.read_text("utf-8")), "utf-8")
    before = contents(root)
    said_in_one_line(root, arguments)
    assert contents(root) == before


def test_pictures_that_may_not_be_written_are_said_in_one_line(guide: Path, tmp_path: Path):
    root = Path(shutil.copytree(guide, tmp_path / "g"))
    said_in_one_line(root, ["shots", "build"])


def test_a_site_that_may_not_be_written_is_said_in_one_line(built: Path):
    before = contents(built)
    said_in_one_line(built.parent, ["publish", str(built)])
    assert contents(built) == before


def said_in_one_line(root: Path, arguments: list[str]) -> None:
    folders = [root, *(path for path in root.rglob("*") if path.is_dir())]
    for folder in folders:
        folder.chmod(0o555)
    try:
        run = start(*arguments, cwd=root, preexec_fn=may_not_write)
        _, said = run.communicate("y\n")
    finally:
        for folder in folders:
            folder.chmod(0o755)
    assert run.returncode == 2, said
    assert re.fullmatch(r"guide: .*Permission denied.*\n", said), said
