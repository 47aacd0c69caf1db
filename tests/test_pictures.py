"""Pictures: the spec, the making of them, and the lock."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from guide import lock
from guide.cli import main
from guide.findings import CannotRunError
from guide.pictures import annotate, build, check, spec
from guide.pictures.captures import SCHEMES, SCREENS
from guide.pictures.spec import SHOTS
from PIL import Image, ImageChops
from small_pictures import SPEC, change, found, make, picture, pretend, start

ROOT = Path(__file__).parents[1]


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


def entry(root: Path) -> dict:
    return lock.read(root / lock.LOCK)["small"]


def differ(one: Image.Image, other: Image.Image) -> float:
    """The share of pixels that differ by more than libraries of another version may make them."""
    assert one.size == other.size
    difference = ImageChops.difference(one.convert("RGB"), other.convert("RGB")).convert("L")
    return sum(difference.histogram()[25:]) / (difference.width * difference.height)


def test_a_drawn_picture_bears_its_strip_and_a_real_one_does_not(guide: Path):
    assert found(guide) == ""
    drawn = picture(guide, "light")
    assert (entry(guide)["width"] * 2, entry(guide)["height"] * 2) == drawn.size == picture(guide, "dark").size
    assert entry(guide)["caption"] == "the button"
    pretend(guide, real=True)
    make(guide)
    assert picture(guide, "light").height == entry(guide)["height"] * 2 < drawn.height
    assert found(guide) == ""


def test_a_second_run_does_nothing_and_a_forced_one_gives_the_same_bytes(guide: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(guide)
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in guide.rglob("*") if path.is_file()}
    assert CliRunner().invoke(main, ["shots", "build"]).output == "nothing to do\n"
    assert CliRunner().invoke(main, ["shots", "build", "--force"]).output == "1/1 small\n1 made\n"
    assert {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in guide.rglob("*") if path.is_file()} == before
    with pytest.raises(CannotRunError, match=r'no picture "smallx" in .*shots.yml; did you mean "small"'):
        make(guide, "smallx")


@pytest.mark.parametrize(
    ("name", "old", "new", "why"),
    [
        ("shots.yml", "caption: the", "caption: this", "older than what it is made from"),
        ("captures/small.json", '"real": false', '"real": true', "older than what it is made from"),
        ("../shots/lock.json", '"small": {', '"other": {', "is not made"),
    ],
)
def test_what_has_changed_is_made_again_and_named(guide: Path, name: str, old: str, new: str, why: str):
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
    make(guide)
    assert found(guide) == ""


@pytest.mark.parametrize("how", ["missing", "cut short", "with metadata"])
def test_a_picture_that_is_not_as_it_was_made_is_made_again(guide: Path, how: str):
    path = guide / SHOTS / "small.dark.webp"
    whole = path.read_bytes()
    path.unlink() if how == "missing" else path.write_bytes(whole[:-100])
    if how == "with metadata":
        picture(guide, "light").save(path, lossless=True, exif=b"Exif\0\0 a name")
    assert "is missing, or not as it was made; run guide shots build" in found(guide)
    make(guide)
    assert path.read_bytes() == whole


def test_other_line_ends_and_other_libraries_make_nothing_out_of_date(guide: Path):
    change(guide, "../shots/lock.json", '"pillow": "', '"pillow": "0.')
    style = guide / SCREENS / "small.css"
    style.write_bytes(style.read_bytes().replace(b"\n", b"\r\n"))
    assert found(guide) == ""


def test_a_run_that_fails_keeps_what_it_has_made(guide: Path):
    (guide / SCREENS / "shots.yml").write_text("".join(SPEC.replace("small:", f"p{n}:", 1) for n in range(3)), "utf-8")
    specs = spec.require(guide)
    run = build.build(specs, build.waiting(specs, guide), guide)
    first = next(run)
    run.close()
    assert first in lock.read(guide / lock.LOCK)


@pytest.mark.parametrize("width", [1.0, 149.0])
def test_the_length_of_what_is_redacted_does_not_show(width: float):
    image = Image.new("RGB", (400, 100), "#ffffff")
    annotate.cover(image, (10, 10, width, 20), 2, "light")
    covered = ImageChops.difference(image, Image.new("RGB", image.size, "#ffffff")).getbbox()
    assert covered == (20, 20, 20 + 2 * annotate.COVERED, 60)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("badge: 1", "bagde: 1", 'shots.yml:5:25: shots: unknown key "bagde"; one of: at, badge, target; did you mean "badge"?'),
        ("  caption:", "  alt: again\n  caption:", 'shots.yml:8:3: shots: this is not YAML (key "alt" stands twice); remove one'),
        ("screen: small", "screen: 12:30", '"screen" is `750`; expected a valid string; put the value in quotes'),
        ("badge: 1", "badge: 10", "less than or equal to 9"),
        ("screen: small", "screen: smallx", 'shots.yml:2:3: shots: no screen "smallx"; a file beside this one; did you mean "small"?'),
        ("target: turn-on", "target: turn-of", 'shots.yml:5:8: shots: no target "turn-of" in small; one of: code, name, turn-on; did you mean "turn-on"?'),
        ("360, 212]", "400, 10]", "a box outside the screen; within 360x240"),
        ("badge: 1", "badge: {", "this is not YAML"),
        ("small:\n", "../../small:\n", "`../../small`"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_the_spec_is_named_by_place(guide: Path, old: str, new: str, says: str):
    change(guide, "shots.yml", old, new)
    assert says in found(guide)


@pytest.mark.parametrize("name", ["captures/small.json", "../shots/lock.json"])
@pytest.mark.parametrize("content", ["{", "[]", '{"pictures": {"small": 3}}'])
def test_a_broken_file_is_one_clear_error(guide: Path, name: str, content: str):
    (guide / SCREENS / name).write_text(content, "utf-8")
    with pytest.raises(CannotRunError, match="guide shots"):
        check.check(guide)


def test_a_picture_of_the_guide_is_what_its_sources_give(tmp_path: Path):
    shutil.copytree(ROOT / SCREENS, tmp_path / SCREENS)
    name = "iphone-phone-number"  # a ring, and digits at several sides
    assert make(tmp_path, name) == [name]
    for scheme in SCHEMES:
        assert differ(picture(ROOT, scheme, name), picture(tmp_path, scheme, name)) < 0.002
