"""Real captures: made plain and safe, placed by hand, and covered where something private may show."""

from __future__ import annotations

import contextlib
import io
import shutil
import struct
import zlib
from pathlib import Path

import pillow_heif
import pytest
from click.testing import CliRunner, Result
from guide.cli import main
from guide.pictures import captures, check, importing
from guide.pictures.annotate import COVER
from guide.pictures.captures import SCHEMES, Scheme
from PIL import Image
from small_pictures import make, pretend, start

SIZE = (720, 480)  # pixels of the small screen at 2 a CSS pixel
RED = (200, 30, 30)
# A profile with the primaries of Display-P3 (SMPTE EG 432-1, D50-adapted) and a gamma of 2.2.
DISPLAY_P3 = (Path(__file__).parent / "pictures/display-p3.icc").read_bytes()


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = start(tmp_path_factory.mktemp("import") / "guide")
    pretend(root)
    make(root)
    return root


@pytest.fixture
def guide(drawn: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(drawn, tmp_path / "guide"))


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


def test_the_first_run_changes_nothing_of_the_guide_and_writes_the_boxes(drawn: Path, begun: tuple[Path, Path]):
    guide, path = begun
    assert state(guide) == state(drawn)
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


def test_without_an_answer_nothing_is_changed(drawn: Path, begun: tuple[Path, Path]):
    guide, path = begun
    assert command(guide, path).exit_code == 1
    assert state(guide) == state(drawn)


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
    drawn: Path, begun: tuple[Path, Path], old: str, new: str, says: str
):
    guide, path = begun
    correct(path, old, new)
    done = command(guide, path, answers="n\n")
    assert done.exit_code == 2
    assert says in done.stderr
    assert state(guide) == state(drawn)


def test_targets_with_names_that_yaml_reads_otherwise_are_read_back(guide: Path, tmp_path: Path):
    now = captures.read("small", guide)
    assert now
    named = now.model_copy(update={"targets": dict.fromkeys(("on", "null", "1"), now.targets["turn-on"])})
    captures.write("small", named, {scheme: Image.new("RGB", SIZE) for scheme in SCHEMES}, guide)
    image, path = Image.new("RGB", SIZE), tmp_path / "small.boxes.yml"
    assert importing.begin(path, "small", {"light": image, "dark": image}, guide)
    assert set(importing.boxes_of(path, SIZE).targets) == {"on", "null", "1"}
