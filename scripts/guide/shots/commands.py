"""`guide shots`: parse, call, print."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from guide.findings import CannotRunError
from guide.options import PATH, report, written

if TYPE_CHECKING:
    from collections.abc import Iterator


@click.group()
def shots() -> None:
    """Make and check the pictures."""


ONLY = click.option("--only", metavar="NAME", help="This one only.")
FORCE = click.option("--force", is_flag=True, help="Make anew what has not changed.")


def _watch(names: Iterator[str], total: int) -> None:
    """Show how far a run is: on a terminal a bar that moves, elsewhere a line for each."""
    if sys.stdout.isatty() and total:
        with click.progressbar(names, total, show_pos=True, item_show_func=lambda name: name) as bar:
            for _ in bar:
                pass
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
    from guide.shots import capture as screens  # noqa: PLC0415

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
    from guide.shots import build as pictures  # noqa: PLC0415
    from guide.shots import spec  # noqa: PLC0415

    specs = spec.require(Path())
    waiting = pictures.waiting(specs, Path(), only, force=force)
    _watch(pictures.build(specs, waiting, Path()), len(waiting))
    click.echo(f"{len(waiting)} made" if waiting else "nothing to do")


@shots.command("import")
@click.argument("captures", nargs=-1, required=True, metavar="FILE…", type=PATH)
@click.option("--as", "screen", required=True, metavar="SCREEN", help="The drawn screen whose place it takes.")
@click.option("--edit", is_flag=True, help="Write the boxes file, and draw it back as a numbered preview.")
def import_capture(captures: tuple[Path, ...], screen: str, edit: bool) -> None:
    """Put a real capture, or a light and a dark one, in the place of a drawn screen.

    With --edit a boxes file and a numbered preview are written beside FILE; the guide is not touched. Without it, each
    private region is covered unless you confirm that it shows nothing; nothing is changed until you accept the whole.
    The drawing comes back with: guide shots capture --only SCREEN --force
    """
    from guide.shots import importing  # noqa: PLC0415

    if edit:
        importing.edit(captures, screen, Path())
        click.echo(f"{importing.boxes_path(captures, screen)}: correct the boxes here, then run this again")
        click.echo(f"{importing.preview_path(captures, screen)}: look at them here; where they fit, run without --edit")
        return

    def ask(question: str) -> bool:
        try:
            return click.confirm(question, default=False)
        except click.Abort as error:
            raise CannotRunError("not accepted, nothing was changed: each region has to be answered for") from error

    for line in importing.accept(captures, screen, ask, Path()):
        click.echo(line)
    click.echo(f"{screen}: a real capture now; run guide shots build, and look at every picture of it")


@shots.command("check")
@written()
def check_shots(form: str) -> None:
    """Check the pictures and what they are made from."""
    from guide.shots import check as pictures  # noqa: PLC0415

    report(pictures.check(Path()), form)
