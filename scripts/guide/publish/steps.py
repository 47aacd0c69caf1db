"""The steps of `guide publish`: from the site that an engine built to the one that is uploaded."""

from __future__ import annotations

import datetime
import re
import shutil
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

from guide.data import REDIRECTS
from guide.findings import CannotRunError, Finding
from guide.publish import assets, cards, feeds, hosts, pages
from guide.site import links
from guide.site.model import Site, address, load, parse

CACHE = Path(".made/cards")
SITEMAP, ROBOTS = "sitemap.xml", "robots.txt"
# No page names these: search engines and hosts look for them where they are.
ALWAYS = re.compile(r"robots\.txt|CNAME|\.well-known/.*")
NAMED_IN_SCRIPT = re.compile(r"""["'`/]([\w.-]+\.\w+)["'`?#]""")


def run(
    built: Path, out: Path, today: datetime.date, redirects: Path = REDIRECTS, cache: Path = CACHE
) -> list[Finding]:
    """Publish the site in the folder `built` to the folder `out`, which stays empty if there are findings.

    Raises CannotRunError if `built` isn't a site that an engine built, or `out` isn't a folder to be replaced.
    """
    site = load(built)
    check_output(built, out)
    shutil.rmtree(out, ignore_errors=True)
    published, wrong = publish(site, today, redirects, cache)
    wrong += [*hosts.refused(published, site), *links.check(published, site)]
    # The headers first: by them the next run knows the folder, even if this one is killed.
    for name, data in sorted(published.files.items(), key=lambda file: file[0] != hosts.HEADERS) if not wrong else ():
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return wrong


def check_output(built: Path, out: Path) -> None:
    """Refuse to replace a folder that `guide publish` hasn't written, as its `_headers` says, if anything is in it."""
    one, other = built.resolve(), out.resolve()
    if one.is_relative_to(other) or other.is_relative_to(one):
        raise CannotRunError(f"{out}: this would overwrite {built}; name another folder to publish to")
    if out.exists() and not out.is_dir():
        raise CannotRunError(f"{out}: this is a file; name a folder to publish to")
    headers = out / hosts.HEADERS
    ours = headers.is_file() and headers.read_bytes().startswith(hosts.MARK.encode())
    if out.is_dir() and any(out.iterdir()) and not ours:
        raise CannotRunError(f"{out}: guide publish didn't write what is in it; remove it, or name another folder")


def publish(
    site: Site, today: datetime.date, redirects: Path = REDIRECTS, cache: Path = CACHE
) -> tuple[Site, list[Finding]]:
    """Return the site to upload and what is wrong in its sources; changes the trees of the pages of `site`.

    Raises CannotRunError if the site doesn't know its address or is published already.
    """
    if not urlsplit(site.url).netloc:
        raise CannotRunError(f"{site.root}: index.html has no canonical address; build with SITE_URL=https://…/")
    if site.pages["index.html"].tree.css_first("meta[http-equiv=Content-Security-Policy]"):
        raise CannotRunError(f"{site.root}: it is published already; name the folder that make build builds in")
    moves, wrong = hosts.redirects(site, redirects)
    checked = {address(file): pages.tell_age(page, today) for file, page in site.pages.items()}
    files = cards.add(site, cache)
    for page in site.pages.values():
        files |= pages.draw_codes(page)
    files |= assets.styles(site)
    script, parts = assets.scripts(site)
    files |= parts
    if feeds.CHANGES in site.pages:
        feed, unfit = feeds.feed(site)
        files |= feed
        wrong += unfit
    if SITEMAP in site.files:
        files[SITEMAP] = feeds.sitemap(site, checked)
    if ROBOTS not in site.files:
        files[ROBOTS] = f"User-agent: *\nAllow: /\n\nSitemap: {site.url}{SITEMAP}\n".encode()

    start = assets.start()
    allowed = {file: hosts.hashes(page, start) for file, page in site.pages.items()}
    for file, page in site.pages.items():
        head = [hosts.meta(allowed[file])]
        if feeds.FEED in files and file in {feeds.CHANGES, "index.html"}:
            head.append(f'<link rel="alternate" type="application/atom+xml" href="{site.link(file, feeds.FEED)}">')
        files[file] = pages.html(page, head, f'<script data-src="{site.link(file, script)}">{start}</script>')
    files |= hosts.moved(site, moves)
    files |= {name: data for name, data in site.files.items() if ALWAYS.fullmatch(name)}
    published = used(parse(site.root, site.files | files), files)
    every = set().union(*allowed.values())
    published.files[hosts.HEADERS] = hosts.headers(every, site.base, published.files).encode()
    return published, wrong


def used(site: Site, start: Iterable[str]) -> Site:
    """Return a site without the files that lead from `start` by no reference; scripts refer to files by their names."""
    names = {file.rpartition("/")[2]: file for file in site.files}
    refers: dict[str, set[str]] = defaultdict(set)
    for reference in site.references:
        target = site.locate(reference)
        refers[reference.file].add((target and site.file(target.path)) or "")
    for file, data in site.files.items():
        if file.endswith(".js"):
            found = NAMED_IN_SCRIPT.findall(data.decode("utf-8", "replace"))
            refers[file] |= {names[name] for name in found if name in names}
    kept, todo = {""}, set(start)
    while todo:
        kept |= todo
        todo = set().union(*(refers[file] for file in todo)) - kept
    files = {file: data for file, data in site.files.items() if file in kept}
    references = tuple(reference for reference in site.references if reference.file in kept)
    unreadable = {file: problem for file, problem in site.unreadable.items() if file in kept}
    return Site(site.root, files, site.pages, references, unreadable)
