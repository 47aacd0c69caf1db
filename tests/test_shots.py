"""Pictures: from a small drawn screen to what readers see, and everything that can be wrong on the way."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from guide.findings import CannotRunError, text
from guide.shots import annotate, build, check, spec
from guide.shots.spec import SCHEMES, SCREENS, SHOTS
from PIL import Image, ImageChops

ROOT = Path(__file__).parents[1]
SCREEN = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Small</title>
<style>
@font-face { font-family: Inter; font-weight: 400; src: url(fonts/inter-400.woff2) }
body { margin: 0; background: #fff; color: #222; font: 14px Inter }
@media (prefers-color-scheme: dark) { body { background: #111; color: #eee } }
.row { position: absolute; left: 60px; width: 240px; height: 32px }
.button { background: #2f6fed; color: #fff }
</style>
<body data-size="360x240">
<div class="row" style="top: 40px" data-target="name" data-private="name" data-free>Alex Example</div>
<div class="row button" style="top: 120px" data-target="turn-on">Turn On</div>
<div class="row" style="top: 180px" data-target="code" data-private="code" data-free>xxxx</div>
</body></html>
"""
SPEC = """small:
  screen: small
  crop: {targets: [turn-on, name], margin: 60}
  callouts:
    - {target: turn-on, badge: 1, at: top-right}
    - {target: name, badge: 2, ring: true}
  alt: A small screen with one button. A ring and the digit 1 mark the button Turn On.
  caption: "Illustration: the button"
"""


def capture(root: Path, *options: str) -> list[str]:
    """Run the command, in a process of its own: the tests' browser is running in this one."""
    command = [Path(sys.executable).parent / "guide", "shots", "capture", *options]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    if done.returncode:
        assert done.stderr.startswith("guide: "), done.stderr
        raise CannotRunError(done.stderr)
    return done.stdout.splitlines()


@pytest.fixture(scope="module")
def captured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A guide with one drawn screen, captured and with its picture made."""
    root = tmp_path_factory.mktemp("shots")
    (root / SCREENS).mkdir(parents=True)
    shutil.copytree(ROOT / SCREENS / "fonts", root / SCREENS / "fonts")
    (root / SCREENS / "small.html").write_text(SCREEN, "utf-8")
    (root / SCREENS / "shots.yml").write_text(SPEC, "utf-8")
    assert capture(root) == ["small: captured"]
    assert list(build.build(root)) == [("small", 1)]
    return root


@pytest.fixture
def guide(captured: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(captured, tmp_path / "guide"))


def change(guide: Path, name: str, old: str, new: str) -> None:
    path = guide / SCREENS / name
    source = path.read_text("utf-8")
    assert old in source
    path.write_text(source.replace(old, new), "utf-8")


def found(guide: Path) -> str:
    return "\n".join(text(finding) for finding in check.check(guide))


def picture(guide: Path, scheme: str, name: str = "small") -> Image.Image:
    with Image.open(guide / SHOTS / f"{name}.{scheme}.webp") as image:
        return image.convert("RGB")


def test_nothing_is_found_in_a_good_picture(guide: Path):
    assert found(guide) == ""


def test_the_lock_has_what_pages_need(guide: Path):
    entry = build.read_lock(guide)["small"]
    light = picture(guide, "light")
    assert (entry["width"] * 2, entry["height"] * 2) == light.size
    assert light.size == picture(guide, "dark").size
    assert entry["caption"] == "Illustration: the button"


def test_the_marks_have_the_colour_of_their_scheme(guide: Path):
    for scheme in SCHEMES:
        colours = {colour for _, colour in picture(guide, scheme).getcolors(1 << 20)}
        assert bytes.fromhex(annotate.ACCENT[scheme][1:]) in {bytes(colour) for colour in colours}


def test_a_drawn_picture_bears_its_strip_and_a_real_one_does_not(guide: Path):
    drawn = picture(guide, "light").height
    change(guide, "captures/small.json", '"real": false', '"real": true')
    list(build.build(guide))
    real = picture(guide, "light").height
    assert drawn > real
    _, _, _, height = spec.crop_box(spec.require(guide).pictures["small"], spec.capture_of("small", guide))
    assert real == height * 2


def test_a_second_run_does_nothing(guide: Path):
    before = {path: path.stat().st_mtime_ns for path in guide.rglob("*") if path.is_file()}
    assert capture(guide) == []
    assert list(build.build(guide)) == []
    assert {path: path.stat().st_mtime_ns for path in guide.rglob("*") if path.is_file()} == before


def test_a_changed_word_makes_one_picture_anew(guide: Path):
    change(guide, "shots.yml", 'the button"', 'this button"')
    assert "missing or out of date" in found(guide)
    assert list(build.build(guide)) == [("small", 1)]
    assert found(guide) == ""


def test_a_library_of_another_version_makes_nothing_out_of_date(guide: Path):
    change(guide, "../shots/lock.json", '"pillow": "', '"pillow": "0.')
    assert list(build.build(guide)) == []


def test_only_and_force(guide: Path):
    assert list(build.build(guide, force=True)) == [("small", 1)]
    assert list(build.build(guide, only="small")) == []
    with pytest.raises(CannotRunError, match=r'no picture "smal" in shots\.yml\. did you mean "small"'):
        list(build.build(guide, only="smal"))
    with pytest.raises(CannotRunError, match="no screen smal"):
        capture(guide, "--only", "smal")


def test_capturing_twice_gives_the_same_bytes(guide: Path):
    folder = guide / SCREENS / "captures"
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert capture(guide, "--force") == ["small: captured"]
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_making_twice_gives_the_same_bytes(guide: Path):
    before = {path.name: path.read_bytes() for path in (guide / SHOTS).iterdir()}
    list(build.build(guide, force=True))
    assert {path.name: path.read_bytes() for path in (guide / SHOTS).iterdir()} == before


@pytest.mark.parametrize("scheme", SCHEMES)
def test_marks_look_as_they_were_approved(guide: Path, scheme: str):
    """Golden pictures: pixels may differ a little between versions of the libraries, not by more."""
    with Image.open(ROOT / "tests" / "shots" / f"small.{scheme}.webp") as golden:
        difference = ImageChops.difference(golden.convert("RGB"), picture(guide, scheme)).convert("L")
    assert sum(value > 24 for value in difference.getdata()) / (difference.width * difference.height) < 0.002


def test_what_is_redacted_leaves_no_trace(guide: Path):
    """Two different secrets under a redaction give the same bytes."""
    change(guide, "shots.yml", "  alt:", "    - {target: code, redact: true, ring: false}\n  alt:")
    change(guide, "shots.yml", "targets: [turn-on, name]", "targets: [turn-on, name, code]")
    pictures = []
    for secret in ("xxxx", "a longer secret"):
        (guide / SCREENS / "small.html").write_text(SCREEN.replace(">xxxx<", f">{secret}<"), "utf-8")
        capture(guide)
        list(build.build(guide, force=True))
        pictures.append({path.name: path.read_bytes() for path in (guide / SHOTS).glob("*.webp")})
    assert pictures[0] == pictures[1]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("badge: 1", "bagde: 1", 'shots.yml:5:25: shots: unknown key "bagde"; one of: arrow, at, badge, redact, ring, spotlight, target; did you mean "badge"?'),
        ("  caption:", "  alt: again\n  caption:", 'shots.yml:8:3: shots: key "alt" stands twice'),
        ("ring: true", "ring: yes please", 'shots.yml:6:32: shots: "ring" is `yes please`'),
        ('"Illustration: the button"', "on", '"caption" is `True`; expected a valid string; put the value in quotes'),
        ("screen: small", "screen: 12:30", '"screen" is `750`; expected a valid string; put the value in quotes'),
        ("screen: small", "screen: smal", 'shots.yml:2:3: shots: no screen "smal"; a file beside this one; did you mean "small"?'),
        ("[turn-on, name]", "[turn-of, name]", 'shots.yml:3:20: shots: no target "turn-of" in small; one of: code, name, turn-on; did you mean "turn-on"?'),
        ("target: name", "target: nmae", 'no target "nmae" in small; one of: code, name, turn-on; did you mean "name"?'),
        ("targets: [turn-on, name], margin: 60", "box: [0, 0, 10]", '"box" is a list or a mapping'),
        ("targets: [turn-on, name], ", "", "either targets or a box"),
        ("margin: 60", "margin: 2", "stands out of the picture"),
        ("target: name, badge: 2", "target: turn-on, badge: 2", "the marks on turn-on and turn-on overlap"),
        ("A small screen", "Screenshot of a small screen", '"screenshot"; what the screen is'),
        ("Turn On.", "Turn On", "a sentence, with its full stop"),
        ("A small screen with one button. A ring and the digit 1 mark the button Turn On.", "Small.", "6 characters; 40 to 150 characters"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_the_spec_is_named_by_place(guide: Path, old: str, new: str, says: str):
    change(guide, "shots.yml", old, new)
    assert says in found(guide)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('data-target="turn-on"', 'data-target="name"', 'target "name" stands twice'),
        ('data-target="turn-on"', 'data-target="turn-on" hidden', 'target "turn-on" is hidden'),
        ("left: 60px; width: 240px", "left: 200px; width: 240px", "is clipped by the screen of 360x240"),
        ("inter-400.woff2", "inter-999.woff2", "font not loaded: Inter 400"),
        ("@media (prefers-color-scheme: dark) {", "@media (prefers-color-scheme: dark) { .row { height: 40px !important }", "targets differ between light and dark"),
    ],
)  # fmt: skip
def test_a_screen_that_cannot_be_captured_is_refused(guide: Path, old: str, new: str, says: str):
    change(guide, "small.html", old, new)
    before = (guide / SCREENS / "captures" / "small.json").read_bytes()
    with pytest.raises(CannotRunError, match=says):
        capture(guide)
    assert (guide / SCREENS / "captures" / "small.json").read_bytes() == before


def test_a_screen_asks_nobody(guide: Path):
    """A picture from elsewhere in a screen is refused; the capture is as without it."""
    before = (guide / SCREENS / "captures" / "small.light.webp").read_bytes()
    change(guide, "small.html", "</body>", '<img src="http://127.0.0.1:9/x.png" width="0" height="0" alt=""></body>')
    capture(guide)
    assert (guide / SCREENS / "captures" / "small.light.webp").read_bytes() == before


def test_marks_that_cannot_be_seen_are_found(guide: Path):
    change(guide, "small.html", "body { margin: 0; background: #fff", "body { margin: 0; background: #c2a0ac")
    capture(guide)
    assert "has less than 3.0:1 against what is under it (light)" in found(guide)


def test_text_that_a_spotlight_makes_unreadable_is_found(guide: Path):
    change(guide, "shots.yml", "target: turn-on, badge: 1", "target: turn-on, spotlight: true, badge: 1")
    list(build.build(guide))
    assert found(guide) == ""
    change(guide, "small.html", "color: #222", "color: #757575")
    capture(guide)
    list(build.build(guide))
    assert "outside the spotlight (light)" in found(guide)


def test_files_that_do_not_belong_are_found(guide: Path):
    folder = guide / SHOTS
    shutil.copy(folder / "small.light.webp", folder / "other.light.webp")
    with Image.open(folder / "small.dark.webp") as image:
        image.save(folder / "small.dark.webp", lossless=True, exif=b"Exif\0\0 a name")
    said = found(guide)
    assert "other.light.webp: shots: no picture of shots.yml; remove the file" in said
    assert "small.dark.webp: shots: a chunk EXIF" in said


def test_a_heavy_picture_is_found(guide: Path):
    noise = Image.frombytes("RGB", (400, 400), os.urandom(480_000))
    noise.save(guide / SHOTS / "small.light.webp", lossless=True)
    said = found(guide)
    assert "at most 100000; crop tighter" in said
    assert "bytes on average; at most 60000" in said
    assert "light and dark differ in size" in said


def test_a_missing_picture_is_found_and_made(guide: Path):
    (guide / SHOTS / "small.dark.webp").unlink()
    assert 'picture "small" is missing or out of date; run guide shots build' in found(guide)
    list(build.build(guide))
    assert found(guide) == ""


def test_what_left_the_spec_leaves_the_lock(guide: Path):
    change(guide, "shots.yml", "small:\n", "tiny:\n")
    said = found(guide)
    assert 'the lock names "small", which is not in shots.yml' in said
    list(build.build(guide))
    assert set(build.read_lock(guide)) == {"tiny"}


@pytest.mark.parametrize("name", ["captures/small.json", "../shots/lock.json"])
def test_a_broken_file_is_one_clear_error(guide: Path, name: str):
    (guide / SCREENS / name).write_text("{", "utf-8")
    with pytest.raises(CannotRunError, match="make it anew: guide shots"):
        check.check(guide)


def test_a_run_killed_at_any_moment_leaves_no_half_file(guide: Path):
    lines = "".join(SPEC.replace("small:", f"p{n}:") for n in range(6))
    (guide / SCREENS / "shots.yml").write_text(lines, "utf-8")
    command = [Path(sys.executable).parent / "guide", "shots", "build"]
    for delay in (0.5, 0.7, 0.9, 1.1):
        process = subprocess.Popen(command, cwd=guide, stdout=subprocess.DEVNULL, start_new_session=True)
        time.sleep(delay)
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for path in (guide / SHOTS).glob("*.webp"):
            with Image.open(path) as image:
                image.load()
        lock = guide / build.LOCK
        assert json.loads(lock.read_text("utf-8"))
    subprocess.run(command, cwd=guide, check=True, stdout=subprocess.DEVNULL)
    assert "out of date" not in found(guide)


def test_the_guides_own_pictures_are_right():
    assert check.check(ROOT) == []
    assert build.stale(spec.require(ROOT), ROOT) == {}


def test_three_of_the_guides_pictures_are_what_their_sources_give(tmp_path: Path):
    """The committed pictures are really made from the committed captures: three are made again, pixels compared."""
    specs = spec.require(ROOT)
    names = sorted(specs.pictures)[:: max(1, len(specs.pictures) // 3)][:3]
    assert len(names) == 3
    shutil.copytree(ROOT / SCREENS, tmp_path / SCREENS)
    for name in names:
        assert list(build.build(tmp_path, only=name)) == [(name, 1)]
        for scheme in SCHEMES:
            with Image.open(ROOT / SHOTS / f"{name}.{scheme}.webp") as committed:
                difference = ImageChops.difference(committed.convert("RGB"), picture(tmp_path, scheme, name))
            assert difference.convert("L").point(lambda value: 255 * (value > 24)).getbbox() is None
