"""What is wrong with a picture is found, and what only looks wrong is not."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from guide import lock
from guide.pictures import captures, check
from guide.pictures.captures import SCREENS, Text
from guide.pictures.spec import SHOTS
from PIL import Image
from small_pictures import TARGETS, change, found, make, pretend, start

GREY = "#c2a0ac"  # too near to the accent, and to its halo


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = start(tmp_path_factory.mktemp("shots") / "guide")
    pretend(root)
    make(root)
    return root


@pytest.fixture
def guide(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "guide"))


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
