"""A guide with one small screen, as if a browser had captured it: most tests of the pictures need no browser."""

from __future__ import annotations

import shutil
from pathlib import Path

from guide.findings import text
from guide.pictures import build, captures, check, spec
from guide.pictures.captures import SCREENS, Capture, Scheme, Text
from guide.pictures.spec import SHOTS
from PIL import Image, ImageDraw

ROOT = Path(__file__).parents[1]
SCREEN = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Small</title>
<link rel="stylesheet" href="small.css">
<body data-size="360x240">
<div class="row" style="top: 40px" data-target="name" data-private="name" data-free>Alex Example</div>
<div class="row button" style="top: 120px" data-target="turn-on">Turn On</div>
<div class="row" style="top: 180px" data-target="code" data-private="code" data-free>xxxx</div>
</body></html>
"""
STYLE = """@font-face { font-family: Inter; font-weight: 400; src: url(fonts/inter-400.woff2) }
body { margin: 0; background: #fff; color: #222; font: 14px Inter; overflow: hidden }
@media (prefers-color-scheme: dark) { body { background: #111; color: #eee } }
.row { position: absolute; left: 60px; width: 240px; height: 32px }
.button { background: #2f6fed; color: #fff }
"""
SPEC = """small:
  screen: small
  crop: [0, 0, 360, 212]
  callouts:
    - {target: turn-on, badge: 1, at: top-right}
    - {target: name, badge: 2}
  alt: A small screen with one button. A ring and the digit 1 mark the button Turn On.
  caption: the button
"""
PAGE = """# Small

![A small screen with one button. A ring and the digit 1 mark the button Turn On.](assets/shots/small.light.webp)
"""
TARGETS = {"name": (60.0, 40.0, 240.0, 32.0), "turn-on": (60.0, 120.0, 240.0, 32.0), "code": (60.0, 180.0, 240.0, 32.0)}


def start(root: Path) -> Path:
    """Write the guide: one screen, its style, its picture's spec, a page that shows it."""
    (root / SCREENS).mkdir(parents=True)
    shutil.copytree(ROOT / SCREENS / "fonts", root / SCREENS / "fonts")
    (root / SCREENS / "small.html").write_text(SCREEN, "utf-8")
    (root / SCREENS / "small.css").write_text(STYLE, "utf-8")
    (root / SCREENS / "shots.yml").write_text(SPEC, "utf-8")
    (root / "docs" / "page.md").write_text(PAGE, "utf-8")
    return root


def pretend(root: Path, *, secret: str = "#777777", **changes: object) -> None:
    """Write a capture of the small screen; `secret` is the colour of what its code shows."""
    colors: dict[Scheme, tuple[str, str]] = {"light": ("#222222", "#ffffff"), "dark": ("#eeeeee", "#111111")}
    words = Text(words="Alex Example", box=(80, 50, 90, 18), size=14)
    about = Capture(
        size=(360, 240), scale=2, real=False, source=captures.source("small", root), pixels={},
        targets=TARGETS, private=[("name", TARGETS["name"]), ("code", TARGETS["code"])], texts=[words],
    )  # fmt: skip
    images: dict[Scheme, Image.Image] = {}
    for scheme, (ink, ground) in colors.items():
        image = Image.new("RGB", (720, 480), ground)
        pen = ImageDraw.Draw(image)
        pen.rectangle((160, 100, 340, 136), fill=ink)
        pen.rectangle((120, 240, 599, 303), fill="#2f6fed")
        pen.rectangle((120, 360, 599, 423), fill=secret)
        images[scheme] = image
    captures.write("small", about.model_copy(update=changes), images, root)


def make(root: Path, only: str | None = None, *, force: bool = False) -> list[str]:
    """Make the pictures that have to be made; return their names."""
    specs = spec.require(root)
    return list(build.build(specs, build.waiting(specs, root, only, force=force), root))


def change(root: Path, name: str, old: str, new: str) -> None:
    """Replace words in a file beside the screens."""
    path = root / SCREENS / name
    source = path.read_text("utf-8")
    assert old in source
    path.write_text(source.replace(old, new), "utf-8")


def found(root: Path) -> str:
    """Return all findings, a line each."""
    return "\n".join(text(finding) for finding in check.check(root))


def picture(root: Path, scheme: str, name: str = "small") -> Image.Image:
    """Return the pixels of a finished picture."""
    with Image.open(root / SHOTS / f"{name}.{scheme}.webp") as image:
        return image.convert("RGB")
