"""Capturing drawn screens with a real browser: the same bytes twice, nobody asked, faults named."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from guide.pictures import captures
from guide.pictures.captures import SCHEMES, SCREENS
from PIL import Image
from small_pictures import SCREEN, change, pretend, start
from small_site import write

FAULTS = {
    "twice": ('data-target="turn-on"', 'data-target="name"', '"name" stands twice; each name once', 5),
    "hidden": ('data-target="turn-on"', 'data-target="turn-on" hidden', '"turn-on" is hidden; show it', 5),
    "faint": ('120px"', '120px; opacity: 0"', '"turn-on" is hidden', 5),
    "beyond": ("top: 180px", "top: 230px", '"code" is clipped; the screen is 360x240', 6),
    "cut": ("</body>", '<div style="height: 9px; overflow: hidden"><p data-target="cut">x</p></div></body>', '"cut" is clipped', 7),
    "named": ('"turn-on"', '"Turn_On"', 'target "Turn_On"; write it as in turn-on', 5),
    "moved": ("<body", "<style>@media (prefers-color-scheme: dark) { .row { height: 40px !important } }</style><body", "another place in the dark", 3),
    "sized": ("360x240", "wide", 'data-size="WIDTHxHEIGHT"', 3),
    "font": ("small.css", "font.css", "font not loaded: Inter 400; check @font-face", 1),
}  # fmt: skip


def capture(root: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own: the tests' browser may be running in this one."""
    command = [Path(sys.executable).parent / "guide", "shots", "capture", *options]
    environment = os.environ | environment
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def guide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A guide whose one good screen was captured twice, beside screens with a fault each."""
    root = start(tmp_path_factory.mktemp("shots") / "a guide")
    folder = root / SCREENS
    for name, (old, new, _, _) in FAULTS.items():
        assert old in SCREEN
        (folder / f"{name}.html").write_text(SCREEN.replace(old, new, 1), "utf-8")
    style = (folder / "small.css").read_text("utf-8")
    (folder / "font.css").write_text(style.replace("inter-400", "inter-999"), "utf-8")
    (folder / "asks.html").write_text(
        SCREEN.replace("</body>", '<img src="http://127.0.0.1:9/x.png" width="0" height="0" alt=""></body>'), "utf-8"
    )
    return root


@pytest.fixture(scope="module")
def said(guide: Path) -> subprocess.CompletedProcess[str]:
    return capture(guide)


def test_good_screens_are_captured_and_faulty_ones_named_by_line(guide: Path, said: subprocess.CompletedProcess[str]):
    assert said.returncode == 1
    assert "2 captured" in said.stdout
    for name, (_, _, message, line) in FAULTS.items():
        lines = [one for one in said.stdout.splitlines() if f"screens/{name}.html" in one]
        assert len(lines) == 1, (name, lines)
        assert f"{name}.html:{line}: shots: " in lines[0]
        assert message in lines[0]
        assert not list((guide / SCREENS / "captures").glob(f"{name}.*"))


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_screen_asks_nobody(guide: Path, said: subprocess.CompletedProcess[str], scheme: captures.Scheme):
    """A picture from elsewhere in a screen is refused; the capture is as without it."""
    assert (guide / captures.pixels_of("asks", scheme)).read_bytes() == (
        guide / captures.pixels_of("small", scheme)
    ).read_bytes()


def test_what_the_screen_tells_is_written_down(guide: Path, said: subprocess.CompletedProcess[str]):
    known = captures.read("small", guide)
    assert known.size == (360, 240)
    assert known.targets == {"name": (60, 40, 240, 32), "turn-on": (60, 120, 240, 32), "code": (60, 180, 240, 32)}
    assert known.private == [("name", (60, 40, 240, 32)), ("code", (60, 180, 240, 32))]
    text = next(text for text in known.texts if text.words == "Turn On")
    assert text.size == 14
    with Image.open(guide / captures.pixels_of("small", "dark")) as image:
        assert image.size == (720, 480)
        assert image.convert("RGB").getpixel((0, 0)) == (17, 17, 17)


def test_capturing_twice_gives_the_same_bytes_and_does_so_only_when_forced(
    guide: Path, said: subprocess.CompletedProcess[str]
):
    folder = guide / SCREENS / "captures"
    before = {path.name: path.read_bytes() for path in folder.glob("small.*")}
    assert capture(guide, "--only", "small").stdout == "nothing to do\n"
    assert capture(guide, "--only", "small", "--force").stdout == "1/1 small\n1 captured\n"
    assert {path.name: path.read_bytes() for path in folder.glob("small.*")} == before


def test_without_the_browsers_library_it_is_one_clear_line(guide: Path, tmp_path: Path):
    write(tmp_path, {"playwright/__init__.py": "raise ImportError"})
    done = capture(guide, "--only", "small", "--force", PYTHONPATH=str(tmp_path))
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "playwright is not installed" in done.stderr


def test_a_real_capture_stays_unless_it_is_named_and_forced(tmp_path: Path):
    root = start(tmp_path / "guide")
    pretend(root, real=True)
    change(root, "small.css", "#2f6fed", "#000000")
    assert capture(root, "--force").stdout == "nothing to do\n"
    assert json.loads((root / captures.CAPTURES / "small.json").read_bytes())["real"]
