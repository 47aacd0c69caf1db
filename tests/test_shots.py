"""Pictures: the spec, the making of them, and the lock."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from guide.cli import main
from guide.findings import CannotRunError, text
from guide.shots import annotate, build, captures, check, spec
from guide.shots.captures import SCHEMES, SCREENS
from guide.shots.spec import SHOTS
from PIL import Image, ImageChops
from small_shots import SPEC, change, found, make, picture, pretend, start

ROOT = Path(__file__).parents[1]
GUIDE = Path(sys.executable).parent / "guide"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A guide with one screen, as if captured, and its picture made."""
    root = start(tmp_path_factory.mktemp("shots") / "guide")
    pretend(root)
    assert make(root) == ["small"]
    return root


@pytest.fixture
def guide(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "guide"))


def differ(one: Image.Image, other: Image.Image) -> float:
    """The share of pixels that differ by more than libraries of another version may make them."""
    assert one.size == other.size
    difference = ImageChops.difference(one.convert("RGB"), other.convert("RGB")).convert("L")
    return sum(difference.histogram()[25:]) / (difference.width * difference.height)


def test_nothing_is_found_in_a_good_picture(guide: Path):
    assert found(guide) == ""


def test_the_lock_has_what_pages_need(guide: Path):
    entry = build.read_lock(guide)["small"]
    light = picture(guide, "light")
    assert (entry["width"] * 2, entry["height"] * 2) == light.size == picture(guide, "dark").size
    assert entry["caption"] == "Illustration: the button"
    assert set(entry["from"]) == {"source", "boxes", "spec", "annotator", "font"}


def test_a_drawn_picture_bears_its_strip_and_a_real_one_says_what_it_is(guide: Path):
    drawn = picture(guide, "light").height
    pretend(guide, real=True)
    make(guide)
    entry = build.read_lock(guide)["small"]
    assert picture(guide, "light").height == entry["height"] * 2 < drawn
    assert entry["caption"] == "Screen capture: the button"
    assert "Illustration" not in found(guide)


def test_a_second_run_does_nothing(guide: Path):
    before = {path: path.stat().st_mtime_ns for path in guide.rglob("*") if path.is_file()}
    assert make(guide) == []
    assert {path: path.stat().st_mtime_ns for path in guide.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("name", "old", "new", "why"),
    [
        ("shots.yml", "caption: the", "caption: this", "older than its spec"),
        ("captures/small.json", '"name": [60.0', '"name": [62.0', "older than its boxes"),
        ("../shots/lock.json", '"font": "', '"font": "0', "older than its font"),
        ("../shots/lock.json", '"annotator": "', '"annotator": "0', "older than its annotator"),
        ("../shots/lock.json", '"small": {', '"other": {', "is not made"),
    ],
)
def test_what_has_changed_is_made_anew_and_named(guide: Path, name: str, old: str, new: str, why: str):
    change(guide, name, old, new)
    assert why in found(guide)
    assert make(guide) == ["small"]
    assert found(guide) == ""


def test_a_changed_screen_has_to_be_captured_and_then_made(guide: Path):
    change(guide, "small.css", "#2f6fed", "#2f6fee")
    assert 'screen "small" has changed since it was captured; run guide shots capture' in found(guide)
    with pytest.raises(CannotRunError, match="has changed since it was captured"):
        make(guide)
    pretend(guide, secret="#787878")
    assert 'picture "small" is older than its source; run guide shots build' in found(guide)
    make(guide)
    assert found(guide) == ""


@pytest.mark.parametrize("how", ["missing", "cut short"])
def test_a_picture_that_is_not_as_it_was_made_is_made_again(guide: Path, how: str):
    path = guide / SHOTS / "small.dark.webp"
    whole = path.read_bytes()
    path.unlink() if how == "missing" else path.write_bytes(whole[:-100])
    assert "is missing, or not as it was made; run guide shots build" in found(guide)
    make(guide)
    assert path.read_bytes() == whole


def test_a_library_of_another_version_makes_nothing_out_of_date(guide: Path):
    change(guide, "../shots/lock.json", '"pillow": "', '"pillow": "0.')
    assert make(guide) == []


def test_a_text_file_with_other_line_ends_is_the_same(guide: Path):
    style = guide / SCREENS / "small.css"
    style.write_bytes(style.read_bytes().replace(b"\n", b"\r\n"))
    assert found(guide) == ""


def test_only_and_force(guide: Path):
    assert make(guide, force=True) == ["small"]
    assert make(guide, "small") == []
    with pytest.raises(CannotRunError, match=r'no picture "smallx" in .*shots.yml; did you mean "small"'):
        make(guide, "smallx")


def test_making_twice_gives_the_same_bytes(guide: Path):
    before = {path.name: path.read_bytes() for path in (guide / SHOTS).iterdir()}
    make(guide, force=True)
    assert {path.name: path.read_bytes() for path in (guide / SHOTS).iterdir()} == before


def test_elsewhere_than_on_a_terminal_each_picture_has_a_line(guide: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(guide)
    result = CliRunner().invoke(main, ["shots", "build", "--force"])
    assert (result.exit_code, result.output) == (0, "1/1 small\n1 made\n")
    assert CliRunner().invoke(main, ["shots", "build"]).output == "nothing to do\n"


@pytest.mark.parametrize("scheme", SCHEMES)
def test_marks_look_as_they_were_approved(guide: Path, scheme: str):
    """Golden pictures of ring, badge, both kinds of arrow, spotlight and redaction."""
    marks = "  callouts:\n    - {target: turn-on, badge: 1, arrow: top-right}\n    - {target: name, ring: false, arrow: left}\n"
    (guide / SCREENS / "shots.yml").write_text(
        SPEC[: SPEC.index("  crop")] + marks + "  spotlight: true\n  redact: [code]\n" + SPEC[SPEC.index("  alt") :],
        "utf-8",
    )
    make(guide)
    with Image.open(ROOT / "tests" / "shots" / f"marks.{scheme}.webp") as golden:
        assert differ(golden, picture(guide, scheme)) < 0.002


def test_what_is_redacted_leaves_no_trace(guide: Path):
    """Two different secrets under a redaction give the same bytes."""
    change(guide, "shots.yml", "  alt:", "  redact: [code]\n  alt:")
    change(guide, "shots.yml", "[turn-on, name]", "[turn-on, name, code]")
    pictures = []
    for secret in ("#777777", "#d01050"):
        pretend(guide, secret=secret)
        assert make(guide) == ["small"]
        pictures.append({path.name: path.read_bytes() for path in (guide / SHOTS).glob("*.webp")})
    assert pictures[0] == pictures[1]


@pytest.mark.parametrize("width", [1.0, 60.0, 149.0])
def test_the_length_of_what_is_redacted_cannot_be_told(width: float):
    image = Image.new("RGB", (400, 100), "#ffffff")
    annotate.cover(image, (10, 10, width, 20), 2, "light")
    assert image.getbbox() == (0, 0, 400, 100)
    covered = ImageChops.difference(image, Image.new("RGB", image.size, "#ffffff")).getbbox()
    assert covered == (20, 20, 20 + 2 * annotate.COVERED, 60)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("badge: 1", "bagde: 1", 'shots.yml:5:25: shots: unknown key "bagde"; one of: arrow, at, badge, ring, target; did you mean "badge"?'),
        ("  caption:", "  alt: again\n  caption:", 'shots.yml:8:3: shots: key "alt" stands twice; each key once; remove one'),
        ("ring: true", "ring: yes please", 'shots.yml:6:32: shots: "ring" is `yes please`'),
        ("caption: the button", "caption: on", '"caption" is `True`; expected a valid string; put the value in quotes'),
        ("screen: small", "screen: 12:30", '"screen" is `750`; expected a valid string; put the value in quotes'),
        ("badge: 1", "badge: 10", "less than or equal to 9"),
        ("screen: small", "screen: smallx", 'shots.yml:2:3: shots: no screen "smallx"; a file beside this one; did you mean "small"?'),
        ("[turn-on, name]", "[turn-of, name]", 'shots.yml:3:20: shots: no target "turn-of" in small; one of: code, name, turn-on; did you mean "turn-on"?'),
        ("target: name", "target: nme", 'no target "nme" in small; one of: code, name, turn-on; did you mean "name"?'),
        ("  alt:", "  redact: [cod]\n  alt:", 'no target "cod" in small; one of: code, name, turn-on; did you mean "code"?'),
        ("targets: [turn-on, name], margin: 60", "box: [0, 0, 10]", "at least 4 items"),
        ("targets: [turn-on, name], margin: 60", "box: [0, -1, 10, 10]", "greater than or equal to 0"),
        ("targets: [turn-on, name], margin: 60", "box: [0, 0, 400, 10]", "a box outside the screen; within 360x240"),
        ("targets: [turn-on, name], ", "", "either targets, with a margin, or a box"),
        ("badge: 1, at: top-right", "at: top-right", "at only with a badge"),
        ("badge: 1, at: top-right", "badge: 1, at: top-right, arrow: top", "at only with a badge, and not with an arrow"),
        ("badge: 2, ring: true", "ring: false", "callouts that mark something"),
        ("badge: 1", "badge: {", "this is not YAML"),
        ("small:\n", "../../small:\n", "`../../small`; expected a picture's name of a-z, 0-9 and single hyphens"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_the_spec_is_named_by_place(guide: Path, old: str, new: str, says: str):
    change(guide, "shots.yml", old, new)
    assert says in found(guide)


def test_a_spotlight_needs_something_to_fall_on(guide: Path):
    source = (guide / SCREENS / "shots.yml").read_text("utf-8")
    lines = [line for line in source.splitlines(keepends=True) if "{target" not in line and "callouts" not in line]
    (guide / SCREENS / "shots.yml").write_text("".join([*lines, "  spotlight: true\n"]), "utf-8")
    assert "callouts, for the spotlight to fall on" in found(guide)


@pytest.mark.parametrize("side", annotate.SIDES)
def test_an_arrow_points_at_its_target_from_its_side(guide: Path, side: str):
    change(guide, "shots.yml", "badge: 1, at: top-right", f"badge: 1, arrow: {side}")
    specs = spec.require(guide)
    mark = annotate.marks(specs.pictures["small"], captures.read("small", guide))[0]
    (tail, tip), (x, y, width, height) = mark.arrow, mark.ring
    dx, dy = annotate.SIDES[side]
    assert mark.badge == tail
    assert ((tail[0] > tip[0]) - (tail[0] < tip[0]), (tail[1] > tip[1]) - (tail[1] < tip[1])) == (dx, dy)
    middle = (x + width / 2, y + height / 2)
    assert abs(tip[0] - middle[0] - dx * width / 2) < 8
    assert abs(tip[1] - middle[1] - dy * height / 2) < 8


@pytest.mark.parametrize("name", ["captures/small.json", "../shots/lock.json"])
@pytest.mark.parametrize("content", ["{", "[]", '{"pictures": {"small": {"from": 3}}}', '{"pictures": {"small": 3}}'])
def test_a_broken_file_is_one_clear_error(guide: Path, name: str, content: str):
    (guide / SCREENS / name).write_text(content, "utf-8")
    with pytest.raises(CannotRunError, match="guide shots"):
        check.check(guide)


def test_a_run_killed_at_any_moment_leaves_no_half_file(guide: Path):
    (guide / SCREENS / "shots.yml").write_text("".join(SPEC.replace("small:", f"p{n}:", 1) for n in range(8)), "utf-8")
    command = [GUIDE, "shots", "build"]
    for delay in (0.0, 0.02, 0.05, 0.1, 0.15):
        process = subprocess.Popen(command, cwd=guide, stdout=subprocess.PIPE, text=True)
        process.stdout.readline()  # it has begun to write
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        for path in (guide / SHOTS).glob("*.webp"):
            with Image.open(path) as image:
                image.load()
        json.loads((guide / build.LOCK).read_bytes())
    assert not all(name in build.read_lock(guide) for name in spec.require(guide).pictures)
    subprocess.run(command, cwd=guide, check=True, stdout=subprocess.DEVNULL)
    assert {path.name for path in (guide / SHOTS).glob("p*")} == {f"p{n}.{s}.webp" for n in range(8) for s in SCHEMES}
    assert build.stale(spec.require(guide), guide) == {}


def test_a_draft_that_a_killed_run_has_left_is_found(guide: Path):
    (guide / SHOTS / ".small.light.webp.x1.draft").write_bytes(b"half")
    (guide / SHOTS / ".DS_Store").write_bytes(b"a system's own")
    (line,) = found(guide).splitlines()
    assert "shots/.small.light.webp.x1.draft: shots: there is no such picture in shots.yml; remove it" in line


def test_a_run_that_fails_keeps_what_it_has_made(guide: Path, monkeypatch: pytest.MonkeyPatch):
    (guide / SCREENS / "shots.yml").write_text("".join(SPEC.replace("small:", f"p{n}:", 1) for n in range(3)), "utf-8")
    specs = spec.require(guide)
    run = build.build(specs, build.waiting(specs, guide), guide)
    first = next(run)
    run.close()
    assert first in build.read_lock(guide)


def test_the_guides_own_pictures_are_right():
    assert [text(finding) for finding in check.check(ROOT)] == []


def test_three_of_the_guides_pictures_are_what_their_sources_give(tmp_path: Path):
    """The committed pictures are really made from the committed captures: three are made again, pixels compared."""
    shutil.copytree(ROOT / SCREENS, tmp_path / SCREENS)
    names = sorted(spec.require(ROOT).pictures)
    for name in (names[0], names[len(names) // 2], names[-1]):
        assert make(tmp_path, name) == [name]
        for scheme in SCHEMES:
            assert differ(picture(ROOT, scheme, name), picture(tmp_path, scheme, name)) < 0.002
