"""What several commands take and how they end: options, arguments, findings and their exit code."""

from __future__ import annotations

import datetime
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from guide.findings import FORMATS, lines

if TYPE_CHECKING:
    from collections.abc import Iterable

    from guide.findings import Finding


PATH = click.Path(path_type=Path)
ON = partial(click.option, "--on", "day", type=click.DateTime(["%Y-%m-%d"]), callback=lambda _, __, value: value.date())
TODAY = ON(default=lambda: str(datetime.date.today()), help="Take this day as today.")
SITE = click.argument("site", type=PATH, default="site")
BUILT = click.argument("built", type=PATH, default=".made/built")


FORM = click.option("--format", "form", type=click.Choice([*FORMATS]), default="text", help="How findings are written.")


def report(findings: Iterable[Finding], form: str = "text") -> None:
    """Print the findings and exit with 1, or return where there are none."""
    found = lines(findings, form)
    for line in found:
        click.echo(line)
    if found:
        click.echo(f"{len(found)} finding{'s' * (len(found) > 1)}", err=True)
        sys.exit(1)
