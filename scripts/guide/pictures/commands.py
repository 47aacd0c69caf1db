"""`guide shots`: parse, call, print."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from guide.options import FORM, PATH, report

if TYPE_CHECKING:
    from collections.abc import Iterator


@click.group()
def shots() -> None:
    """Make and check the pictures."""


ONLY = click.option("--only", metavar="NAME", help="This one only.")
FORCE = click.option("--force", is_flag=True, help="Make again what has not changed.")


def _watch(names: Iterator[str], total: int) -> None:
    """Show how far a run is: on a terminal a bar that moves, elsewhere a line for each."""
    if sys.stdout.isatty() and total:
        with click.progressbar(names, total, show_pos=True, item_show_func=lambda name: name) as bar:
            list(bar)
    else:
        for number, name in enumerate(names, 1):
            click.echo(f"{number}/{total} {name}")


@shots.command()
@ONLY
@FORCE
def capture(only: str | None, force: bool) -> None:
    """Capture the drawn screens that have changed, with a browser.

    A real capture stays, unless its screen is named with both --only and --force: then the drawing is captured again.
    """
    from guide.pictures import screens  # noqa: PLC0415

    waiting, wrong = screens.waiting(Path(), only, force=force), []

    def run() -> Iterator[str]:
        for name, findings in screens.capture(waiting, Path()):
            wrong.extend(findings)
            yield name

    _watch(run(), len(waiting))
    click.echo(f"{len(waiting) - len({finding.path for finding in wrong})} captured" if waiting else "nothing to do")
    report(wrong)


@shots.command()
@ONLY
@FORCE
def build(only: str | None, force: bool) -> None:
    """Make the pictures that are missing or out of date."""
    from guide.pictures import build as pictures  # noqa: PLC0415
    from guide.pictures import spec  # noqa: PLC0415

    specs = spec.require(Path())
    waiting = pictures.waiting(specs, Path(), only, force=force)
    _watch(pictures.build(specs, waiting, Path()), len(waiting))
    click.echo(f"{len(waiting)} made" if waiting else "nothing to do")


@shots.command("import")
@click.argument("captures", nargs=-1, required=True, metavar="FILE…", type=PATH)
@click.option("--as", "screen", required=True, metavar="SCREEN", help="The drawn screen whose place it takes.")
def import_capture(captures: tuple[Path, ...], screen: str) -> None:
    """Put a real capture, or a light and a dark one, in the place of a drawn screen.

    The first run only writes a file with the boxes of the drawn screen beside FILE: correct them, and run this again,
    as often as it takes until the pictures are right. Private regions are covered, unless you say that nothing in them
    is private. The drawing comes back with: guide shots capture --only SCREEN --force
    """
    from guide.pictures import importing  # noqa: PLC0415
    from guide.pictures.captures import CAPTURES  # noqa: PLC0415

    images, path = importing.load(captures), captures[0].with_name(f"{screen}.boxes.yml")
    if importing.begin(path, screen, images, Path()):
        click.echo(f"{path}: correct these boxes until they fit the capture, then run this again")
        return
    boxes = importing.boxes_of(path, images["light"].size)
    uncovered = click.confirm("Is it certain that none of the private regions shows anything private? No covers them")
    importing.accept(screen, images, boxes, Path(), uncovered=uncovered)
    click.echo(f"{screen}: a real capture now; run guide shots build, and look at every picture of it, and at")
    click.echo(f"{CAPTURES}/{screen}.*.webp, before you commit: is everything private covered?")


@shots.command("check")
@FORM
def check_shots(form: str) -> None:
    """Check the pictures and what they are made from."""
    from guide.pictures import check as pictures  # noqa: PLC0415

    report(pictures.check(Path()), form)
