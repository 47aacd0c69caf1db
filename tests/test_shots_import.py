"""Real captures: made plain and safe, placed by hand, and refused until everything private is answered for."""

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
from guide.cli import main
from guide.findings import CannotRunError
from guide.shots import build, captures, check, importing
from guide.shots.annotate import COVER
from guide.shots.captures import SCHEMES, Scheme
from guide.shots.spec import SHOTS
from PIL import Image, ImageCms
from small_shots import make, pretend, start

SIZE = (720, 480)  # pixels of the small screen at 2 a CSS pixel
RED = (200, 30, 30)


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


def command(guide: Path, *options: str | Path, answers: str = "") -> Result:
    with contextlib.chdir(guide):
        return CliRunner().invoke(main, ["shots", "import", *map(str, options)], input=answers)


def close(one: tuple[int, ...], other: tuple[int, ...], by: int = 3) -> bool:
    return all(abs(a - b) <= by for a, b in zip(one, other, strict=True))


def test_orientation_is_applied(tmp_path: Path):
    exif = Image.Exif()
    exif[0x0112] = 6  # a quarter turn to the right
    path = save(tmp_path / "turned.jpg", exif=exif)
    assert importing.read(path, "light").size == (SIZE[1], SIZE[0])


def test_display_p3_becomes_srgb(tmp_path: Path):
    """A strong red of Display-P3 is out of sRGB's reach: dropping the profile would leave the numbers as they are."""
    profile = display_p3()
    path = save(tmp_path / "p3.png", Image.new("RGB", (8, 8), (200, 60, 60)), icc_profile=profile)
    pixel = importing.read(path, "light").getpixel((0, 0))
    assert close(pixel, (219, 37, 49), by=1)


def display_p3() -> bytes:
    """A profile with the primaries of Display-P3 (SMPTE EG 432-1, D50-adapted) and the sRGB curve as a gamma of 2.2."""

    def tag(kind: bytes, body: bytes) -> bytes:
        return kind + b"\0\0\0\0" + body

    def xyz(*values: float) -> bytes:
        return tag(b"XYZ ", b"".join(struct.pack(">i", round(v * 65536)) for v in values))

    curve = tag(b"curv", struct.pack(">IH", 1, round(2.2 * 256)) + b"\0\0")
    text = tag(b"desc", struct.pack(">I", 3) + b"P3\0" + b"\0" * 79)
    parts = {
        b"desc": text,
        b"cprt": tag(b"text", b"none\0\0\0\0"),
        b"wtpt": xyz(0.9642, 1.0, 0.8249),
        b"rXYZ": xyz(0.5151, 0.2412, -0.0011),
        b"gXYZ": xyz(0.2919, 0.6922, 0.0419),
        b"bXYZ": xyz(0.1571, 0.0666, 0.7841),
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    place, table, body = 128 + 4 + 12 * len(parts), b"", b""
    for name, part in parts.items():
        table += name + struct.pack(">II", place + len(body), len(part))
        body += part + b"\0" * (-len(part) % 4)
    head = struct.pack(">I4sI4s4s4s", 0, b"\0\0\0\0", 0x02100000, b"mntr", b"RGB ", b"XYZ ")
    head += b"\0" * 12 + b"acsp" + b"\0" * 28 + struct.pack(">iii", 63190, 65536, 54061)
    profile = head.ljust(128, b"\0") + struct.pack(">I", len(parts)) + table + body
    profile = struct.pack(">I", len(profile)) + profile[4:]
    ImageCms.ImageCmsProfile(io.BytesIO(profile))  # it is one
    return profile


def test_sixteen_bits_do_not_turn_white(tmp_path: Path):
    path = save(tmp_path / "deep.png", Image.new("I;16", (8, 8), 32768))
    assert close(importing.read(path, "light").getpixel((0, 0)), (128, 128, 128))


def test_sixteen_bits_of_colour_keep_their_eight_highest(tmp_path: Path):
    path = tmp_path / "deep.png"
    path.write_bytes(png(2, 16, (b"\0" + bytes([0x80, 0, 0x40, 0, 0xFF, 0xFF]) * 2) * 2))
    assert importing.read(path, "light").getpixel((1, 1)) == (128, 64, 255)


@pytest.mark.parametrize("mode", ["P", "L", "CMYK", "1"])
def test_every_mode_becomes_plain_rgb(tmp_path: Path, mode: str):
    image = Image.new("RGB", (8, 8), "#ffffff").convert(mode)
    path = save(tmp_path / ("a.jpg" if mode == "CMYK" else "a.png"), image)
    plain = importing.read(path, "light")
    assert plain.mode == "RGB"
    assert close(plain.getpixel((0, 0)), (255, 255, 255))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_transparency_shows_the_page(tmp_path: Path, scheme: Scheme):
    path = save(tmp_path / "clear.png", Image.new("RGBA", (8, 8), (0, 0, 0, 0)))
    assert importing.read(path, scheme).getpixel((0, 0)) == {"light": (246, 248, 247), "dark": (16, 22, 20)}[scheme]


def test_heic_is_read(tmp_path: Path):
    path = tmp_path / "phone.heic"
    pillow_heif.from_pillow(Image.new("RGB", (64, 64), RED)).save(path)
    assert close(importing.read(path, "light").getpixel((32, 32)), RED, by=6)


def test_nothing_but_pixels_lives_on(tmp_path: Path):
    exif = Image.Exif()
    exif[0x010F] = "the name of a device"
    path = save(tmp_path / "a.jpg", exif=exif, icc_profile=display_p3(), comment=b"a comment")
    plain = importing.read(path, "light")
    assert plain.info == {}
    assert not plain.getexif()


def png(side: int, depth: int, pixels: bytes) -> bytes:
    """A PNG that says it has `side` x `side` pixels of three colours, whatever it holds."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, depth, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")


def bomb(side: int) -> bytes:
    """A few hundred bytes that would become gigabytes."""
    return png(side, 8, b"\0" * 64)


def gif() -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (8, 8)).save(data, "GIF")
    return data.getvalue()


def animated() -> bytes:
    data = io.BytesIO()
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    frames[0].save(data, "PNG", save_all=True, append_images=frames[1:])
    return data.getvalue()


def truncated() -> bytes:
    data = io.BytesIO()
    Image.effect_noise((400, 400), 90).save(data, "PNG")
    return data.getvalue()[:20000]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (lambda: bomb(20000), "too many pixels; at most"),
        (lambda: bomb(8000), "8000x8000 pixels; at most"),
        (gif, "this is GIF, whatever its name; give PNG, JPEG or HEIC"),
        (animated, "several pictures in one file"),
        (truncated, "cut short or broken"),
        (lambda: b"", "not a picture"),
        (lambda: b"words, not a picture", "not a picture"),
        (lambda: b"\0\0\0\x18ftypheic" + b"\0" * 40, "not a picture|cut short or broken"),
    ],
    ids=["huge", "large", "other-type", "animated", "truncated", "empty", "text", "heic-of-nothing"],
)
def test_what_is_not_a_capture_is_refused_in_one_line_with_nothing_changed(
    guide: Path, tmp_path: Path, data, says: str
):
    path = tmp_path / "capture.png"
    path.write_bytes(data())
    before = state(guide)
    with pytest.raises(CannotRunError, match=says):
        importing.read(path, "light")
    done = command(guide, path, "--as", "small", "--edit")
    assert done.exit_code == 2
    assert len(done.stderr.splitlines()) == 1
    assert state(guide) == before


def test_a_file_too_large_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(importing, "BYTES", 100)
    with pytest.raises(CannotRunError, match="bytes; at most 100"):
        importing.read(save(tmp_path / "a.png"), "light")


def test_a_missing_file_and_an_unknown_screen_are_named(guide: Path, tmp_path: Path):
    assert "there is no such file" in command(guide, tmp_path / "no.png", "--as", "small", "--edit").stderr
    assert "this is a folder" in command(guide, tmp_path, "--as", "small", "--edit").stderr
    path = save(tmp_path / "a.png")
    assert 'did you mean "small"' in command(guide, path, "--as", "smallx", "--edit").stderr
    assert (
        "no boxes yet; begin with: guide shots import FILE --as small --edit"
        in command(guide, path, "--as", "small").stderr
    )


BOXES, PREVIEW = "small.boxes.yml", "small.preview.png"


@pytest.fixture
def edited(guide: Path, tmp_path: Path) -> tuple[Path, Path]:
    path = save(tmp_path / "capture.png")
    done = command(guide, path, "--as", "small", "--edit")
    assert done.exit_code == 0, done.stderr
    return guide, path


def test_editing_changes_nothing_of_the_guide_and_gives_boxes_and_a_numbered_preview(
    drawn: Path, edited: tuple[Path, Path]
):
    guide, path = edited
    assert state(guide) == state(drawn)
    boxes = path.with_name(BOXES).read_text("utf-8")
    assert "  turn-on: [60, 120, 240, 32] # 2\n" in boxes
    assert "  code:\n    - [60, 180, 240, 32] # 5\n" in boxes
    with Image.open(path.with_name(PREVIEW)) as preview:
        assert preview.size == SIZE
        assert preview.convert("RGB").getpixel((599, 290)) != RED  # the edge of a box


def test_the_scale_is_told_from_the_width(guide: Path, tmp_path: Path):
    path = save(tmp_path / "capture.png", Image.new("RGB", (1080, 720), RED))
    command(guide, path, "--as", "small", "--edit")
    assert "scale: 3\n" in path.with_name(BOXES).read_text("utf-8")


def test_a_corrected_box_is_kept_by_the_next_edit(edited: tuple[Path, Path]):
    guide, path = edited
    correct(path, "turn-on: [60", "turn-on: [70")
    command(guide, path, "--as", "small", "--edit")
    assert "turn-on: [70" in path.with_name(BOXES).read_text("utf-8")


def correct(path: Path, old: str, new: str) -> None:
    boxes = path.with_name(BOXES)
    source = boxes.read_text("utf-8")
    assert old in source
    boxes.write_text(source.replace(old, new), "utf-8")


@pytest.mark.parametrize(
    "answers",
    ["", "n\n", "n\nn\n", "n\nn\nn\n", "y\ny\n", "\n\n\n"],
    ids=["none", "one", "two", "no", "not-all", "defaults"],
)
def test_without_an_answer_for_everything_nothing_is_accepted(drawn: Path, edited: tuple[Path, Path], answers: str):
    guide, path = edited
    done = command(guide, path, "--as", "small", answers=answers)
    assert done.exit_code == 2
    assert "not accepted, nothing was changed" in done.stderr
    assert state(guide) == state(drawn)


def test_boxes_that_nobody_has_looked_at_are_not_accepted(drawn: Path, edited: tuple[Path, Path]):
    guide, path = edited
    preview = path.with_name(PREVIEW)
    os.utime(preview, ns=(0, path.with_name(BOXES).stat().st_mtime_ns - 1))
    for says in ("is older than the boxes", "there is no preview"):
        done = command(guide, path, "--as", "small", answers="n\nn\ny\n")
        assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
        assert f"{PREVIEW}: {says}" in done.stderr
        preview.unlink(missing_ok=True)
    assert state(guide) == state(drawn)


def test_an_accepted_capture_takes_the_screens_place(edited: tuple[Path, Path]):
    guide, path = edited
    done = command(guide, path, "--as", "small", answers="n\ny\ny\n")
    assert done.exit_code == 0, done.stderr
    assert "4, name 1: covered" in done.stdout
    assert "5, code 1: confirmed" in done.stdout
    for scheme in SCHEMES:
        with Image.open(guide / captures.pixels_of("small", scheme)) as capture_file:
            image = capture_file.convert("RGB")
        assert image.getpixel((130, 90)) == tuple(bytes.fromhex(COVER[scheme][1:]))  # the name
        assert image.getpixel((130, 370)) == RED  # the code
    assert captures.read("small", guide).real
    assert make(guide) == ["small"]
    assert not path.with_name(BOXES).exists()
    assert not path.with_name(PREVIEW).exists()
    heights = [Image.open(guide / SHOTS / f"small.{scheme}.webp").height for scheme in SCHEMES]
    assert heights == [build.read_lock(guide)["small"]["height"] * 2] * 2
    assert check.check(guide) == []


def test_what_was_covered_leaves_no_trace(edited: tuple[Path, Path]):
    guide, path = edited
    stored = []
    for secret in ("#000000", "#ffffff"):
        image = Image.new("RGB", SIZE, RED)
        image.paste(secret, (140, 90, 300, 130))
        image.save(path)
        command(guide, path, "--as", "small", "--edit")
        assert command(guide, path, "--as", "small", answers="n\nn\ny\n").exit_code == 0
        stored.append(state(guide))
    assert stored[0] == stored[1]


def test_a_light_and_a_dark_capture_have_one_size(guide: Path, tmp_path: Path):
    light, dark = save(tmp_path / "l.png"), save(tmp_path / "d.png", Image.new("RGB", (720, 482)))
    assert "differ in size" in command(guide, light, dark, "--as", "small", "--edit").stderr
    assert "a light one and a dark one" in command(guide, light, dark, light, "--as", "small", "--edit").stderr


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("turn-on: [60, 120, 240, 32]", "turn-on: [60, 120, 240]", "boxes.yml:6:3: shots: "),
        ("turn-on: [60, 120, 240, 32]", "turn-on: [300, 120, 240, 32]", "the box of turn-on is not within the capture"),
        ("turn-on: [60, 120, 240, 32]", "turn-on: [60, 120, 240, 0]", "the box of turn-on is not within the capture"),
        ("turn-on: [60, 120, 240, 32]", "turn-on: [60, -1, 240, 32]", "greater than or equal to 0"),
        ("turn-on:", "turn-of:", '"turn-of" is no target of small; did you mean "turn-on"?'),
        ("  turn-on: [60, 120, 240, 32] # 2\n", "", 'no box for the target "turn-on"; shots.yml names it'),
        ("  code:\n    - [60, 180, 240, 32] # 5\n", "", "1 regions can show: code; list a box for each"),
        ("  code:", "  coed:", "`coed`; expected 'name', 'address', 'number' or 'code'"),
        ("scale: 2", "scale: on", '"scale" is `True`'),
        ("targets:", "size: 2\ntargets:", 'unknown key "size"; one of: private, scale, targets'),
    ],
)
def test_wrong_boxes_are_refused_with_nothing_changed(
    drawn: Path, edited: tuple[Path, Path], old: str, new: str, says: str
):
    guide, path = edited
    correct(path, old, new)
    done = command(guide, path, "--as", "small", answers="n\nn\ny\n")
    assert done.exit_code == 2
    assert says in done.stderr
    assert state(guide) == state(drawn)
