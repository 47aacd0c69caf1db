"""The `guide` command: parse, call, print, exit."""

from __future__ import annotations

import datetime
import errno
import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from guide import settings
from guide.findings import FORMATS, CannotRunError
from guide.findings import lines as lines_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from guide.findings import Finding
    from guide.site.model import Site

PATH = click.Path(path_type=Path)
ON = partial(click.option, "--on", "day", type=click.DateTime(["%Y-%m-%d"]), callback=lambda _, __, value: value.date())
TODAY = ON(default=lambda: str(datetime.date.today()), help="Take this day as today.")
SITE = click.argument("site", type=PATH, default="site")
BUILT = click.argument("built", type=PATH, default=".made/built")
FORM = click.option("--format", "form", type=click.Choice([*FORMATS]), default="text", help="How findings are written.")


class Group(click.Group):
    """Turns what stops a command into one line and exit code 2."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; a CannotRunError, a refusal of the system's or a bad byte ends it with exit code 2."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            sys.exit(130)  # as shells say it
        except CannotRunError as error:
            click.echo(f"guide: {error}", err=True)
            sys.exit(2)
        except OSError as error:  # a folder that may not be written, a full disk
            if error.errno == errno.EPIPE:  # the reader of our lines has gone: click's to end
                raise
            click.echo(f"guide: {error.filename or 'the system'}: {error.strerror or error}", err=True)
            sys.exit(2)
        except UnicodeError as error:
            click.echo(f"guide: text that is not UTF-8 ({error}); give it as UTF-8", err=True)
            sys.exit(2)


@click.group(cls=Group, epilog="Exit codes: 0 fine, 1 findings, 2 could not run.")
@click.version_option(package_name="two-locks", prog_name="guide")
def main() -> None:
    """Keep the guide right: check its pages, pictures and links, and publish it."""


def report(findings: Iterable[Finding], form: str = "text") -> None:
    """Print the findings and exit with 1, or return where there are none."""
    found = lines_of(findings, form)
    for line in found:
        click.echo(line)
    if found:
        click.echo(f"{len(found)} finding{'s' * (len(found) > 1)}", err=True)
        sys.exit(1)


@main.command()
@click.argument("paths", nargs=-1, type=PATH)
@TODAY
@click.option("--rules", is_flag=True, help="List the rules, each with a sentence.")
@click.option("--ads", is_flag=True, help="Look for ads and trackers instead, in Markdown and HTML.")
@click.option("--lists", type=PATH, help="With --ads: the folder of newer filter lists.")
@FORM
def check(paths: tuple[Path, ...], day: datetime.date, rules: bool, ads: bool, lists: Path | None, form: str) -> None:
    """Check PATHS, or all of docs/, against the content rules."""
    from guide.rules import check as pages  # noqa: PLC0415 - other commands start without the parsers

    settings.require(os.environ)  # make build begins with this command
    if lists and not ads:
        raise click.UsageError("--lists goes with --ads")
    if ads:
        _ads(paths or (Path("docs"),), lists, form)
    elif rules:
        for name, sentence in pages.sentences().items():
            click.echo(f"{name:14}{sentence}")
    else:
        report(pages.check(paths, day), form)


def _ads(paths: tuple[Path, ...], folder: Path | None, form: str) -> None:
    from guide import ads  # noqa: PLC0415

    lists = ads.load(folder or ads.FOLDER)
    count, found = ads.check(paths, lists)
    click.echo(f"{count} file{'s' * (count != 1)} checked against {', '.join(map(str, lists))}", err=True)
    report(found, form)


@main.command()
def sources() -> None:
    """Write the page of all sources from what the pages cite."""
    from guide.reading.guide import Guide  # noqa: PLC0415
    from guide.rules import sources as pages  # noqa: PLC0415

    changed = pages.write(Guide(Path(), datetime.date.today()))
    click.echo(f"docs/{pages.HOME}: {'written anew' if changed else 'as it has to be'}")


@main.command()
def practice() -> None:
    """Write the pages of the rehearsals from the steps, the pictures and practice.yml."""
    from guide.reading.guide import Guide  # noqa: PLC0415
    from guide.rules import practice as pages  # noqa: PLC0415

    for home in pages.write(Guide(Path(), datetime.date.today())):
        click.echo(f"docs/{home}: written anew")


@main.command()
@SITE
@click.option("--external", is_flag=True, help="Ask for the addresses that lead out instead, kindly; takes minutes.")
@click.option("--state", type=PATH, help="With --external: remember here since when.")
@TODAY
@FORM
def links(site: Path, form: str, day: datetime.date, state: Path | None, external: bool) -> None:
    """Check the links of a built site: SITE, or site/.

    With --external, exit code 1 means moved or broken; what could not be verified is no finding.
    """
    from guide.site import links as pages  # noqa: PLC0415
    from guide.site.model import load  # noqa: PLC0415

    if state and not external:
        raise click.UsageError("--state goes with --external")
    built = load(site)
    outward = pages.outward(built)
    if external:
        _external(built, day, state, form)
    else:
        found = pages.check(built)
        counts = f"{len(built.pages)} pages, {len(built.references)} links; {len(outward)} lead out, not fetched"
        click.echo(counts, err=True)
        report(found, form)


@main.command()
@SITE
def crawl(site: Path) -> None:
    """Run linkchecker on a built site: SITE, or site/."""
    from guide.site.model import load  # noqa: PLC0415
    from guide.site.server import crawl as run  # noqa: PLC0415

    sys.exit(run(load(site)))


def _external(site: Site, day: datetime.date, state: Path | None, form: str) -> None:
    from guide.reading.guide import Guide  # noqa: PLC0415
    from guide.site import external  # noqa: PLC0415
    from guide.site.links import outward  # noqa: PLC0415

    lines = {source.address.partition("#")[0]: source.place.line for source in Guide(Path(), day).sources.values()}
    web = external.Web(f"two-locks-link-check/1.0 (checks the links of {site.url or 'a site in the making'})")
    asked, hidden = outward(site), not sys.stderr.isatty()
    with click.progressbar(web.ask(asked), length=len(asked), file=sys.stderr, hidden=hidden) as answers:
        found, summary = external.check(site, answers, lines, day, state)
    click.echo(summary, err=True)
    wrong = [finding for finding in found if finding.rule != "could not verify"]
    for line in lines_of(set(found) - set(wrong)):
        click.echo(line, err=True)
    report(wrong, form)


@main.command()
@click.option("--waiting", is_flag=True, help="List what waits for a source of Apple's or a capture instead.")
@TODAY
@FORM
def due(day: datetime.date, form: str, waiting: bool) -> None:
    """List what has to be compared again, the riskiest first.

    Exit code 1 means that something is due; what waits for a source can't be done yet.
    """
    from guide.reading.guide import Guide  # noqa: PLC0415
    from guide.upkeep import due as upkeep  # noqa: PLC0415

    kinds: dict[str, list[Finding]] = {"due": [], "waiting": []}
    for _, item in upkeep.due(Guide(Path(), day)):  # in their own order, the riskiest first
        kinds[item.rule].append(item)
    for item in kinds["waiting" if waiting else "due"]:
        click.echo(FORMATS[form](item))
    summary = f"{len(kinds['due'])} due; {len(kinds['waiting'])} waiting for a source: guide due --waiting"
    click.echo(summary, err=True)
    sys.exit(1 if kinds["due"] and not waiting else 0)


@main.command()
@click.argument("pages", nargs=-1, required=True, type=PATH)
@ON(required=True, help="The day of the comparison.")
def checked(pages: tuple[Path, ...], day: datetime.date) -> None:
    """List the sources of PAGES, then set the day of comparison."""
    from guide.upkeep import checked as upkeep  # noqa: PLC0415

    for line in upkeep.walk(pages, day, datetime.date.today()):
        click.echo(line)
    try:
        sure = click.confirm(f"Compared every step with these on {day}?", default=False)
    except click.Abort:  # the end of input
        sure = False
    if not sure:
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
    click.echo(f"{path}: made, in the navigation, linked from a neighbour, and in the list of sources; now write it")


@main.command()
@click.argument("old")
@click.argument("new_name", metavar="NEW")
def rename(old: str, new_name: str) -> None:
    """Move the page OLD to NEW, with links, menu, list of sources and redirect."""
    from guide.upkeep import moving  # noqa: PLC0415

    for path in moving.rename(old, new_name, datetime.date.today()):
        click.echo(f"{path}: changed")


@main.command()
def schema() -> None:
    """Write the JSON Schemas of the data files, for editors."""
    from guide.upkeep import schema as upkeep  # noqa: PLC0415

    click.echo("\n".join(f"{path}: written" for path in upkeep.write()) or "as they have to be")


@main.command()
@BUILT
@SITE
@TODAY
def publish(built: Path, site: Path, day: datetime.date) -> None:
    """Make what the engine built light and safe, check every link, and write it to SITE.

    BUILT is .made/built and SITE is site/ unless you name others. What an earlier run wrote to SITE goes.
    """
    from guide.publish import steps  # noqa: PLC0415

    report(steps.run(built, site, day))


@main.command()
@BUILT
@click.argument("out", required=False, type=PATH)
@TODAY
def pdf(built: Path, out: Path | None, day: datetime.date) -> None:
    """Print the site that the engine built as one PDF, with a browser.

    It goes to OUT, or to BUILT/guide.pdf; there the page about the guide names it.
    """
    from guide.paper import pdf as press  # noqa: PLC0415

    path = out or built / "guide.pdf"
    size = press(built, path, day)
    click.echo(f"{path}: {size / 1e6:.1f} MB")


@main.group()
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


if __name__ == "__main__":
    main()
