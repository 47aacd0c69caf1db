"""The `guide` command: parse, call, print, exit."""

from __future__ import annotations

import datetime
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from guide.findings import FORMATS, CannotRunError, Finding, lines

if TYPE_CHECKING:
    from collections.abc import Iterable

FORMAT = click.option(
    "--format", "form", type=click.Choice(sorted(FORMATS)), default="text", help="How findings are written."
)


class Group(click.Group):
    """Turns what stops a command into one line and exit code 2."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; a CannotRunError ends it with exit code 2."""
        try:
            return super().invoke(ctx)
        except CannotRunError as error:
            click.echo(f"guide: {error}", err=True)
            sys.exit(2)


@click.group(cls=Group, epilog="Exit codes: 0 fine, 1 findings, 2 could not run.")
@click.version_option(package_name="two-locks", prog_name="guide")
def main() -> None:
    """Keep the guide right: check its pages, pictures and links, and publish it."""


def report(findings: Iterable[Finding], form: str = "text") -> None:
    """Print the findings and exit with 1, or return where there are none."""
    found = lines(findings, form)
    for line in found:
        click.echo(line)
    if found:
        click.echo(f"{len(found)} finding{'s' * (len(found) > 1)}", err=True)
        sys.exit(1)


@main.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="Take this day as today.")
@click.option("--rules", is_flag=True, help="List the rules, each with a sentence.")
@FORMAT
def check(paths: tuple[Path, ...], day: datetime.datetime | None, rules: bool, form: str) -> None:
    """Hold PATHS, or all of docs/, against the content rules."""
    from guide.pages import check as pages  # noqa: PLC0415 - other commands start without the parsers

    if rules:
        for name, sentence in pages.sentences().items():
            click.echo(f"{name:14}{sentence}")
        return
    report(pages.check(paths, day.date() if day else datetime.date.today()), form)


@main.command()
@click.argument("site", type=click.Path(path_type=Path), default="site")
@click.option("--list", "listed", is_flag=True, help="List the addresses that lead out and the pages that name them.")
@FORMAT
def links(site: Path, listed: bool, form: str) -> None:
    """Check the links of a built site (SITE is site/ where it is not given)."""
    from guide.links import gate  # noqa: PLC0415
    from guide.links.site import load  # noqa: PLC0415

    built = load(site)
    if listed:
        for address, files in gate.outward(built).items():
            click.echo(f"{address} ← {', '.join(files)}")
        return
    found = gate.check(built, Path("docs"))
    outward = len(gate.outward(built))
    click.echo(f"{len(built.pages)} pages, {len(built.references)} links; {outward} lead out, not fetched", err=True)
    report(found, form)
