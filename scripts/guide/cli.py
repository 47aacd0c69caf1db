"""The `guide` command: parse, call, print, exit."""

from __future__ import annotations

import datetime
import errno
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from guide.findings import FORMATS, CannotRunError, Finding, lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from guide.links.site import Site


def _date(_: click.Context, __: click.Parameter, value: datetime.datetime) -> datetime.date:
    return value.date()


PATH, DATE = click.Path(path_type=Path), click.DateTime(["%Y-%m-%d"])
DAY = click.option(
    "--on", "day", type=DATE, callback=_date, default=lambda: str(datetime.date.today()), help="Take this day as today."
)
SITE = click.argument("site", type=PATH, default="site")


def written(*more: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return the option that says how findings are written: as text, as annotations of GitHub's, or otherwise."""
    forms = click.Choice([*FORMATS, *more])
    return click.option("--format", "form", type=forms, default="text", help="How findings are written.")


class Group(click.Group):
    """Turns what stops a command into one line and exit code 2."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; a CannotRunError, or a refusal of the system's, ends it with exit code 2."""
        try:
            return super().invoke(ctx)
        except CannotRunError as error:
            click.echo(f"guide: {error}", err=True)
            sys.exit(2)
        except OSError as error:  # a folder that may not be written, a full disk
            if error.errno == errno.EPIPE:  # the reader of our lines has gone: click's to end
                raise
            click.echo(f"guide: {error.filename or 'the system'}: {error.strerror or error}", err=True)
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
@click.argument("paths", nargs=-1, type=PATH)
@DAY
@click.option("--rules", is_flag=True, help="List the rules, each with a sentence.")
@click.option("--ads", is_flag=True, help="Look for ads, trackers and paid links instead, in any text files.")
@click.option("--lists", type=PATH, help="With --ads: the folder of newer filter lists.")
@written()
def check(paths: tuple[Path, ...], day: datetime.date, lists: Path | None, form: str, **how: bool) -> None:
    """Hold PATHS, or all of docs/, against the content rules."""
    from guide.pages import check as pages  # noqa: PLC0415 - other commands start without the parsers

    if lists and not how["ads"]:
        raise click.UsageError("--lists goes with --ads")
    if how["ads"]:
        _ads(paths or (Path("docs"),), lists, form)
    elif how["rules"]:
        for name, sentence in pages.sentences().items():
            click.echo(f"{name:14}{sentence}")
    else:
        report(pages.check(paths, day), form)


def _ads(paths: tuple[Path, ...], folder: Path | None, form: str) -> None:
    from guide.ads import check as ads  # noqa: PLC0415
    from guide.ads import lists  # noqa: PLC0415

    known = lists.load(folder)
    count, found = ads.check(paths, known)
    click.echo(f"{count} file{'s' * (count != 1)} held against {', '.join(map(str, known))}", err=True)
    report(found, form)


@main.command()
def sources() -> None:
    """Write the page of all sources from what the pages cite."""
    from guide.pages import sources as pages  # noqa: PLC0415
    from guide.pages.book import Book  # noqa: PLC0415

    changed = pages.write(Book(Path(), datetime.date.today()))
    click.echo(f"docs/{pages.HOME}: {'written anew' if changed else 'as it has to be'}")


@main.command()
@SITE
@click.option("--external", is_flag=True, help="Ask for the addresses that lead out instead, kindly; takes minutes.")
@click.option("--list", "listed", is_flag=True, help="List the addresses that lead out and the pages that name them.")
@click.option("--state", type=PATH, help="With --external: remember here since when.")
@DAY
@written("json", "markdown")
def links(site: Path, form: str, day: datetime.date, state: Path | None, **how: bool) -> None:
    """Check the links of a built site (SITE is site/ where it is not given).

    With --external, exit code 1 means moved, changed or broken; what could not be verified is no finding.
    """
    from guide.links import gate  # noqa: PLC0415
    from guide.links.site import load  # noqa: PLC0415

    if not how["external"] and (form not in FORMATS or state):
        raise click.UsageError("--state and the formats json and markdown go with --external")
    built = load(site)
    outward = gate.outward(built)
    if how["listed"]:
        for address, files in outward.items():
            click.echo(f"{address} ← {', '.join(files)}")
    elif how["external"]:
        _external(built, day, state, form)
    else:
        found = gate.check(built, Path("docs"))
        counts = f"{len(built.pages)} pages, {len(built.references)} links; {len(outward)} lead out, not fetched"
        click.echo(counts, err=True)
        report(found, form)


def _external(site: Site, day: datetime.date, state: Path | None, form: str) -> None:
    from guide.links import external, gate, web  # noqa: PLC0415
    from guide.pages.book import Book  # noqa: PLC0415

    sources = Book(Path(), day).sources.values()
    hidden = not sys.stderr.isatty()
    with click.progressbar(length=len(gate.outward(site)), file=sys.stderr, hidden=hidden) as bar:
        ask = partial(web.ask, pace=web.KIND, step=lambda: bar.update(1))
        found = external.check(site, sources, day, state, ask)
    click.echo(external.written(found, day, form))
    click.echo(external.summary(found), err=True)
    sys.exit(any(each.wrong for each in found))


@main.command()
@DAY
@written("markdown")
def due(day: datetime.date, form: str) -> None:
    """List the pages and pictures that have to be compared again, the riskiest first."""
    from guide.pages.book import Book  # noqa: PLC0415
    from guide.upkeep import due as upkeep  # noqa: PLC0415

    items = [item for _, item in upkeep.due(Book(Path(), day))]  # in their own order, the riskiest first
    lines = upkeep.as_markdown(items) if form == "markdown" else "".join(f"{FORMATS[form](item)}\n" for item in items)
    click.echo(lines, nl=False)
    sys.exit(1 if items else 0)


@main.command()
@click.argument("pages", nargs=-1, required=True, type=PATH)
@click.option("--on", "day", type=DATE, callback=_date, required=True, help="The day of the comparison.")
def checked(pages: tuple[Path, ...], day: datetime.date) -> None:
    """Go through the sources of PAGES, then set the day on which they were compared."""
    from guide.upkeep import checked as upkeep  # noqa: PLC0415

    for line in upkeep.walk(pages, day, datetime.date.today()):
        click.echo(line)
    if not click.confirm(f"Compared every step with these on {day}?", default=False):
        raise CannotRunError("nothing was changed")
    for page in pages:
        click.echo(f"{page}: {f'checked on {day}' if upkeep.mark(page, day) else 'as it was'}")


@main.command()
@click.argument("title")
@click.option("--kind", type=click.Choice(["procedure", "explainer", "reference"]), default="explainer")
@click.option("--section", required=True, help="A section of the navigation, or its folder.")
def new(title: str, kind: str, section: str) -> None:
    """Start a page called TITLE from the template of its kind."""
    from guide.upkeep import moving  # noqa: PLC0415

    path = moving.new(title, kind, section, datetime.date.today())
    click.echo(f"{path}: made, in the navigation, and linked from a neighbour; now write it, then run guide sources")


@main.command()
@click.argument("old")
@click.argument("new_name", metavar="NEW")
def rename(old: str, new_name: str) -> None:
    """Move the page OLD to NEW: mend every link and the navigation, and leave a redirect."""
    from guide.upkeep import moving  # noqa: PLC0415

    for path in moving.rename(old, new_name, datetime.date.today()):
        click.echo(f"{path}: mended")


@main.command()
def schema() -> None:
    """Write the JSON Schemas of the data files anew, from their definitions, for editors."""
    from guide.upkeep import schema as upkeep  # noqa: PLC0415

    click.echo("\n".join(f"{path}: written" for path in upkeep.write()) or "as they have to be")


@main.command()
@SITE
@DAY
def publish(site: Path, day: datetime.date) -> None:
    """Make a built site light, safe and ready to upload, in place (SITE is site/ where it is not given)."""
    from guide.publish.run import publish as make_ready  # noqa: PLC0415

    report(make_ready(site, today=day))


@main.command()
@SITE
@click.argument("out", required=False, type=PATH)
@DAY
def pdf(site: Path, out: Path | None, day: datetime.date) -> None:
    """Print the built site as one PDF, with a browser: SITE/guide.pdf, named on the page about the guide, or OUT."""
    from guide.paper import pdf as press  # noqa: PLC0415

    path = out or site / "guide.pdf"
    size = press(site, path, day)
    click.echo(f"{path}: {size / 1e6:.1f} MB")


@main.group()
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


if __name__ == "__main__":
    main()
