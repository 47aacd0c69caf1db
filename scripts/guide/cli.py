"""The `guide` command: parse, call, print, exit."""

from __future__ import annotations

import sys
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
