"""Pictures: the spec, the making and checking of them, the lock, and real captures, covered where something is private."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import struct
import zlib
from pathlib import Path

import pillow_heif
import pytest
from click.testing import CliRunner, Result
from guide import lock
from guide.cli import main
from guide.findings import CannotRunError
from guide.pictures import annotate, build, captures, check, importing, spec
from guide.pictures.annotate import COVER
from guide.pictures.captures import SCHEMES, SCREENS, Scheme, Text
from guide.pictures.spec import SHOTS
from PIL import Image, ImageChops
from small_pictures import SPEC, TARGETS, change, found, make, picture, pretend, start

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


GREY = "#c2a0ac"  # too near to the accent, and to its halo


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("[0, 0, 360, 212]", "[0, 40, 360, 150]", "shots.yml:6:7: shots: the ring on name stands out of the picture"),
        ("target: name, badge: 2", "target: turn-on, badge: 2", "the marks on turn-on and turn-on overlap"),
        ("caption: the button", 'caption: "Illustration: the button"', "the strip in the picture says what it is"),
        ("[0, 0, 360, 212]", "[40, 20, 150, 180]", "150 CSS pixels wide; room for the strip"),
    ],
)  # fmt: skip
def test_a_fault_in_the_spec_is_found(guide: Path, old: str, new: str, says: str):
    change(guide, "shots.yml", old, new)
    assert says in found(guide)


def test_a_badge_on_words_is_found(guide: Path):
    near, under = ((x, 50.0, 90.0, 18.0) for x in (80.0, 62.0))
    change(guide, "shots.yml", "badge: 2", "badge: 2, at: left")
    for box, says in ((near, ""), (under, 'the badge on name hides "Alex Example"; put it at another side')):
        pretend(guide, texts=[Text(words="Alex Example", box=box, size=14)])
        make(guide)
        assert says in found(guide)
        assert bool(says) == bool(found(guide))


def test_a_picture_too_wide_for_a_phone_is_found(guide: Path):
    pretend(guide, size=(500, 240))
    change(guide, "shots.yml", "[0, 0, 360, 212]", "[0, 0, 500, 240]")
    said = found(guide)
    assert "500 CSS pixels wide; at most 480; crop tighter" in said
    assert '"Alex Example" has letters of 10.0 pixels on a phone; at least 11' in said


def test_marks_that_cannot_be_seen_are_found_and_a_crossing_is_not(guide: Path):
    for share, seen in ((0.1, True), (1.0, False)):
        images = {}
        for scheme in captures.SCHEMES:
            with Image.open(guide / captures.pixels_of("small", scheme)) as image:
                images[scheme] = image.convert("RGB")
        images["light"].paste(GREY, (0, 0, int(images["light"].width * share), images["light"].height))
        captures.write("small", captures.read("small", guide), images, guide)
        assert ("has less than 3:1 against what is under it (light)" in found(guide)) is not seen


def test_files_that_do_not_belong_are_found(guide: Path):
    shutil.copy(guide / SHOTS / "small.light.webp", guide / SHOTS / "other.light.webp")
    shutil.copy(guide / SCREENS / "captures/small.json", guide / SCREENS / "captures/gone.json")
    shutil.copy(guide / SCREENS / "small.html", guide / SCREENS / "new.html")
    said = found(guide)
    assert "shots/other.light.webp: shots: there is no such picture in shots.yml; remove it" in said
    assert "captures/gone.json: shots: there is no such screen; remove it" in said
    assert "screens/new.html:1: shots: no picture shows this screen" in said


@pytest.mark.parametrize("scheme", captures.SCHEMES)
def test_what_is_made_is_lossless_pixels_and_nothing_else(guide: Path, scheme: str):
    data = (guide / SHOTS / f"small.{scheme}.webp").read_bytes()
    size = int.from_bytes(data[16:20], "little")  # RFC 9649, section 2.3: of the first chunk
    assert (data[:4], data[8:16], len(data)) == (b"RIFF", b"WEBPVP8L", 20 + size + size % 2)


def test_a_heavy_picture_is_found(guide: Path):
    noise = Image.frombytes("RGB", (400, 400), os.urandom(480_000))
    noise.save(guide / SHOTS / "small.light.webp", lossless=True)
    said = found(guide)
    assert "at most 100000; crop tighter" in said
    assert "bytes on average; at most 60000" in said


def test_what_left_the_spec_leaves_the_lock(guide: Path):
    change(guide, "shots.yml", "small:\n", "tiny:\n")
    assert 'the lock names "small", which is not in shots.yml' in found(guide)
    make(guide)
    assert set(lock.read(guide / lock.LOCK)) == {"tiny"}


def test_a_picture_that_no_page_shows_is_found(guide: Path):
    (guide / "docs/page.md").write_text("# Small\n", "utf-8")
    assert 'shots.yml:1:1: shots: no page shows the picture "small"' in found(guide)


def test_an_alt_text_that_differs_from_the_spec_is_found_in_the_page(guide: Path):
    page = guide / "docs/page.md"
    page.write_text(page.read_text("utf-8").replace("one button", "two buttons"), "utf-8")
    assert 'docs/page.md:3: shots: alt text "A small screen with two buttons.' in found(guide)
    page.write_text(page.read_text("utf-8").replace("with two buttons", "with\n  one button"), "utf-8")
    assert found(guide) == ""


def test_touching_targets_cannot_both_have_a_ring(guide: Path):
    pretend(guide, targets=TARGETS | {"name": (60.0, 88.0, 240.0, 32.0)})
    assert "the marks on turn-on and name overlap" in found(guide)


def test_contrast_is_that_of_the_guideline():
    assert check.ratio(check.luminance("000000"), check.luminance("ffffff")) == pytest.approx(21)
    assert check.ratio(check.luminance("767676"), check.luminance("ffffff")) == pytest.approx(4.54, abs=0.01)


SIZE = (720, 480)  # pixels of the small screen at 2 a CSS pixel
RED = (200, 30, 30)
# A profile with the primaries of Display-P3 (SMPTE EG 432-1, D50-adapted) and a gamma of 2.2.
DISPLAY_P3 = (Path(__file__).parent / "pictures/display-p3.icc").read_bytes()


def save(path: Path, image: Image.Image | None = None, **options: object) -> Path:
    (image or Image.new("RGB", SIZE, RED)).save(path, **options)
    return path


def state(guide: Path) -> dict[str, bytes]:
    return {str(path.relative_to(guide)): path.read_bytes() for path in guide.rglob("*") if path.is_file()}


def command(guide: Path, *paths: Path, screen: str = "small", answers: str = "") -> Result:
    with contextlib.chdir(guide):
        return CliRunner().invoke(main, ["shots", "import", *map(str, paths), "--as", screen], input=answers)


def close(one: tuple[int, ...], other: tuple[int, ...], by: int = 3) -> bool:
    return all(abs(a - b) <= by for a, b in zip(one, other, strict=True))


def load(path: Path, scheme: Scheme = "light") -> Image.Image:
    return importing.load([path])[scheme]


def test_a_capture_is_turned_upright_and_nothing_but_its_pixels_lives_on(tmp_path: Path):
    exif = Image.Exif()
    exif[0x0112] = 6  # a quarter turn to the right
    exif[0x010F] = "the name of a device"
    plain = load(save(tmp_path / "turned.jpg", exif=exif, icc_profile=DISPLAY_P3, comment=b"a comment"))
    assert plain.size == (SIZE[1], SIZE[0])
    assert plain.info == {}
    assert not plain.getexif()


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_display_p3_becomes_srgb(tmp_path: Path, mode: str):
    """A strong red of Display-P3 is out of sRGB's reach: dropping the profile would leave the numbers as they are."""
    path = save(tmp_path / "p3.png", Image.new("RGB", (8, 8), (200, 60, 60)).convert(mode), icc_profile=DISPLAY_P3)
    assert close(load(path).getpixel((0, 0)), (219, 37, 49), by=1)


def test_transparency_shows_the_page(tmp_path: Path):
    images = importing.load([save(tmp_path / "clear.png", Image.new("RGBA", (8, 8), (0, 0, 0, 0)))])
    assert [images[scheme].getpixel((0, 0)) for scheme in SCHEMES] == [(246, 248, 247), (16, 22, 20)]


def test_heic_is_read(tmp_path: Path):
    path = tmp_path / "phone.heic"
    pillow_heif.from_pillow(Image.new("RGB", (64, 64), RED)).save(path)
    assert close(load(path).getpixel((32, 32)), RED, by=6)


def encoded(image: Image.Image, kind: str) -> bytes:
    data = io.BytesIO()
    image.save(data, kind)
    return data.getvalue()


def bomb(side: int) -> bytes:
    """A PNG of a few hundred bytes that would become gigabytes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 64)) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (bomb(20000), "too many pixels"),
        (bomb(11000), "too many pixels"),
        (b" " * (importing.BYTES + 1), "more than 40000000 bytes"),
        (encoded(Image.new("RGB", (8, 8)), "GIF"), "this is GIF, whatever its name; give PNG, JPEG or HEIC"),
        (encoded(Image.effect_noise((400, 400), 90), "PNG")[:20000], "broken, or not a picture"),
        (b"words, not a picture", "broken, or not a picture"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 40, "broken, or not a picture"),
        (None, "No such file or directory"),
    ],
    ids=["huge", "large", "heavy", "other-type", "truncated", "text", "heic-of-nothing", "missing"],
)
def test_what_is_not_a_capture_is_refused_in_one_line_with_nothing_changed(
    guide: Path, tmp_path: Path, data: bytes | None, says: str
):
    path = tmp_path / "capture.png"
    if data is not None:
        path.write_bytes(data)
    before = state(guide)
    done = command(guide, path)
    assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1)
    assert f"capture.png: {says}" in done.stderr
    assert state(guide) == before


def test_captures_that_do_not_go_together_and_an_unknown_screen_are_refused(guide: Path, tmp_path: Path):
    light, dark = save(tmp_path / "l.png"), save(tmp_path / "d.png", Image.new("RGB", (720, 482)))
    assert "differ in size" in command(guide, light, dark).stderr
    assert "a light one and a dark one" in command(guide, light, light, light).stderr
    assert 'did you mean "small"' in command(guide, light, screen="smallx").stderr


BOXES = "small.boxes.yml"


@pytest.fixture
def begun(guide: Path, tmp_path: Path) -> tuple[Path, Path]:
    path = save(tmp_path / "capture.png")
    done = command(guide, path)
    assert (done.exit_code, BOXES in done.stdout) == (0, True)
    return guide, path


def test_the_first_run_changes_nothing_of_the_guide_and_writes_the_boxes(made: Path, begun: tuple[Path, Path]):
    guide, path = begun
    assert state(guide) == state(made)
    boxes = path.with_name(BOXES).read_text("utf-8")
    assert "scale: 2\n" in boxes
    assert "  turn-on: [60.0, 120.0, 240.0, 32.0]\n" in boxes
    assert "  code: [[60.0, 180.0, 240.0, 32.0]]\n" in boxes


def correct(path: Path, old: str, new: str) -> None:
    boxes = path.with_name(BOXES)
    source = boxes.read_text("utf-8")
    assert old in source
    boxes.write_text(source.replace(old, new), "utf-8")


@pytest.mark.parametrize("answers", ["n\n", "\n", "y\n"])
def test_everything_private_is_covered_unless_one_yes_says_that_nothing_is(begun: tuple[Path, Path], answers: str):
    guide, path = begun
    correct(path, "turn-on: [60.0", "turn-on: [70.0")
    done = command(guide, path, answers=answers)
    assert done.exit_code == 0, done.stderr
    for scheme in SCHEMES:
        with Image.open(guide / captures.pixels_of("small", scheme)) as capture_file:
            shown = {capture_file.convert("RGB").getpixel(place) for place in ((130, 90), (130, 370))}
        assert shown == {RED if answers == "y\n" else tuple(bytes.fromhex(COVER[scheme][1:]))}
    assert captures.read("small", guide).real
    assert captures.read("small", guide).targets["turn-on"][0] == 70
    assert make(guide) == ["small"]
    assert check.check(guide) == []


def test_without_an_answer_nothing_is_changed(made: Path, begun: tuple[Path, Path]):
    guide, path = begun
    assert command(guide, path).exit_code == 1
    assert state(guide) == state(made)


def test_what_was_covered_leaves_no_trace(begun: tuple[Path, Path]):
    guide, path = begun
    stored = []
    for secret in ("#000000", "#ffffff"):
        image = Image.new("RGB", SIZE, RED)
        image.paste(secret, (140, 90, 300, 130))
        save(path, image)
        assert command(guide, path, answers="n\n").exit_code == 0
        stored.append(state(guide))
    assert stored[0] == stored[1]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("turn-on: [60.0, 120.0, 240.0, 32.0]", "turn-on: [60, 120, 240]", "boxes.yml:5:3: small.boxes: "),
        ("turn-on: [60.0", "turn-on: [300.0", "boxes.yml: the box of turn-on is not within the capture"),
        ("code: [[60.0", "code: [[300.0", "boxes.yml: the box of code is not within the capture"),
        ("turn-on: [60.0", "turn-on: [-1.0", "greater than or equal to 0"),
        ("scale: 2", "scale: on", '"scale" is `True`'),
        ("targets:", "size: 2\ntargets:", 'unknown key "size"; one of: private, scale, targets'),
    ],
)
def test_wrong_boxes_are_refused_with_nothing_changed(
    made: Path, begun: tuple[Path, Path], old: str, new: str, says: str
):
    guide, path = begun
    correct(path, old, new)
    done = command(guide, path, answers="n\n")
    assert done.exit_code == 2
    assert says in done.stderr
    assert state(guide) == state(made)


def test_targets_with_names_that_yaml_reads_otherwise_are_read_back(guide: Path, tmp_path: Path):
    now = captures.read("small", guide)
    assert now
    named = now.model_copy(update={"targets": dict.fromkeys(("on", "null", "1"), now.targets["turn-on"])})
    captures.write("small", named, {scheme: Image.new("RGB", SIZE) for scheme in SCHEMES}, guide)
    image, path = Image.new("RGB", SIZE), tmp_path / "small.boxes.yml"
    assert importing.begin(path, "small", {"light": image, "dark": image}, guide)
    assert set(importing.boxes_of(path, SIZE).targets) == {"on", "null", "1"}
