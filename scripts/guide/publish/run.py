"""The steps of `guide publish`: from the files that an engine wrote to those that go out."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import rcssmin
from selectolax.lexbor import LexborHTMLParser

from guide.data import REDIRECTS
from guide.findings import CannotRunError, Finding
from guide.publish import cards, dates, moved, pages, place, policy, scripts, search
from guide.publish.kept import twins
from guide.publish.place import Files
from guide.site.model import Site, address

CACHE = Path(".made/publish")
HEADERS = "_headers"
SITEMAP = "sitemap.xml"
SEAL = "# guide publish wrote these files: "


def publish(
    site: Path, redirects: Path = REDIRECTS, cache: Path = CACHE, today: datetime.date | None = None
) -> list[Finding]:
    """Make a built site ready to upload, in place; where there are findings it stays as it was built.

    A published site is left alone. Raises CannotRunError where the folder is not a site with a known address, or was
    changed after it was published.
    """
    site = site.resolve()
    with place.alone(site):
        files = place.read(site)
        if files.get(HEADERS, b"").startswith(f"{SEAL}{place.digest(files, HEADERS)}\n".encode()):
            return []
        out, wrong = prepare(files, redirects, cache, today or datetime.date.today())
        if not wrong:
            out |= twins(out, cache)
            out[HEADERS] = f"{SEAL}{place.digest(out, HEADERS)}\n".encode() + out[HEADERS]
            place.write(site, out)
            wrong = place.missing(place.fresh(site), files.keys() - out.keys())
        if not wrong:
            place.swap(site)
    model = Site(site, out, {}, (), {})
    at = {each.path: model.source(each.path) or site / each.path for each in wrong if each.path in out}
    return [replace(each, path=at.get(each.path, Path(each.path)).as_posix()) for each in wrong]


def prepare(files: Files, redirects: Path, cache: Path, today: datetime.date) -> tuple[Files, list[Finding]]:
    """Return the files to publish, without their twins, and what is wrong with them."""
    names = sorted(name for name in files if name.endswith(".html"))
    trees = {name: LexborHTMLParser(files[name]) for name in names}
    url = _url(trees)
    base = urlsplit(url).path
    listed = [pages.Page(name, tree, base) for name, tree in trees.items()]
    checked = {address(page.file): pages.tell_age(page, today) for page in listed}
    moves, wrong = moved.load(redirects, names)
    out = place.unmapped(files)

    for page in listed:
        out |= pages.draw_codes(page)
    out |= cards.add(listed, url, cache)
    _styles(listed, out)
    script = _script(listed, out)
    for page in (page for page in listed if page.file == dates.CHANGES):
        home, title = url + address(page.file), page.tree.css_first("title")
        found, unfit = dates.changes(page, home)
        wrong += unfit
        if found:
            out[dates.FEED] = dates.feed(found, title.text().strip() if title else url, home, url)
    if SITEMAP in files:
        out[SITEMAP] = dates.sitemap(files[SITEMAP], url, checked)
    out.setdefault("robots.txt", f"User-agent: *\nAllow: /\n\nSitemap: {url}{SITEMAP}\n".encode())

    start, every = scripts.start(), set[str]()
    for page in listed:
        allowed = policy.hashes([start, *page.inline()])
        every |= allowed
        head = [policy.meta(allowed)]
        if dates.FEED in out:
            head.append(f'<link rel="alternate" type="application/atom+xml" href="{page.to(dates.FEED)}">')
        out[page.file] = page.html(head, f'<script data-src="{page.to(script)}">{start}</script>')
        wrong += policy.refused(page)
    for old, new in moves.items():
        out[f"{old}index.html"] = moved.page(old, new, url, policy.meta(set()))
    if moves:
        out[moved.NGINX] = moved.nginx(moves, base)
    for name in place.spare(out):
        del out[name]
    out[HEADERS] = policy.headers(every, base, out).encode()
    return out, wrong


def _url(trees: dict[str, LexborHTMLParser]) -> str:
    """Return the site's address, as its start page says."""
    if any(tree.css_first("meta[http-equiv=Content-Security-Policy]") for tree in trees.values()):
        raise CannotRunError("the site was changed after it was published; build it again, with make build")
    link = trees["index.html"].css_first("link[rel=canonical]")
    url = (link.attributes["href"] or "") if link else ""
    if not urlsplit(url).netloc or not url.endswith("/"):
        raise CannotRunError("index.html has no canonical address; build the site with SITE_URL=https://…/")
    return url


def _styles(listed: list[pages.Page], out: Files) -> None:
    """Minify the style sheets that pages link, and name them by their content."""
    names: dict[str, str] = {}
    for page in listed:
        for link in page.tree.css("link[rel=stylesheet]"):
            file = page.own(link.attributes["href"] or "")
            if file and file not in names:
                names[file] = place.add(out, file, rcssmin.cssmin(page.text(file, out)))
            if file:
                link.attrs["href"] = page.to(names[file])
    for name in names:
        del out[name]


def _script(listed: list[pages.Page], out: Files) -> str:
    """Put one script in the place of all; return its name."""
    own = scripts.take(listed, out)
    for name in own:
        del out[name]
    return place.add(out, "assets/javascripts/guide.js", search.pack(scripts.join(own.values()), listed, out))
