"""The steps of `guide publish`: from the files that an engine wrote to those that go out."""

from __future__ import annotations

import datetime
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from guide.findings import CannotRunError, Finding
from guide.links.site import source
from guide.publish import age, cards, dates, moved, phone, place, policy, scripts, styles, whole
from guide.publish.pages import Page
from guide.publish.place import Files
from guide.publish.twins import twins

CACHE = Path(".cache/publish")
HEADERS = "_headers"
SITEMAP = "sitemap.xml"
SEAL = "# guide publish wrote these files: "
LEFT_OVERS = (".map", ".br", ".gz")  # maps of the theme's sources; twins are made anew


def publish(
    site: Path, redirects: Path = moved.REDIRECTS, cache: Path = CACHE, today: datetime.date | None = None
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
            wrong = whole.check(place.fresh(site), files.keys() - out.keys())
        if not wrong:
            place.swap(site)
    at = {each.path: source(each.path, Path("docs")) or site / each.path for each in wrong if each.path in out}
    return [replace(each, path=at.get(each.path, Path(each.path)).as_posix()) for each in wrong]


def prepare(files: Files, redirects: Path, cache: Path, today: datetime.date) -> tuple[Files, list[Finding]]:
    """Return the files to publish, without their twins, and what is wrong with them."""
    names = sorted(name for name in files if name.endswith(".html"))
    trees = {name: LexborHTMLParser(files[name]) for name in names}
    url = _url(trees)
    pages = [Page(name, tree, urlsplit(url).path) for name, tree in trees.items()]
    checked = {page.file: page.checked for page in pages}
    for page in pages:
        age.tell(page, today)
        page.keep_icon(files)
        phone.draw(page)
    moves, wrong = moved.load(redirects, names)
    out = {name: whole.unmapped(name, data) for name, data in files.items() if not name.endswith(LEFT_OVERS)}

    out |= cards.add(pages, url, cache)
    style, script = _parts(pages, out)
    changes = next((page for page in pages if page.file == dates.CHANGES), None)
    if changes:
        found, unfit = dates.changes(changes, url)
        wrong += unfit
        if found:
            out[dates.FEED] = dates.feed(found, changes, url)
    if SITEMAP in files:
        out[SITEMAP] = dates.sitemap(files[SITEMAP], url, checked)
    out.setdefault("robots.txt", dates.robots(url))

    start, every = scripts.start(), set[str]()
    for page in pages:
        allowed = policy.hashes([start, *page.inline()])
        every |= allowed
        head = [policy.meta(allowed, out), f'<script data-src="{page.to(script)}">{start}</script>']
        head.append(f'<link rel="stylesheet" href="{page.to(style)}">')
        if dates.FEED in out:
            head.append(f'<link rel="alternate" type="application/atom+xml" href="{page.to(dates.FEED)}">')
        out[page.file] = page.html(head)
        wrong += policy.refused(page)
    for old, new in moves.items():
        out[f"{old}index.html"] = moved.page(old, new, url, policy.meta(set(), out))
    if moves:
        out[moved.NGINX] = moved.nginx(moves, urlsplit(url).path)
    for name in whole.spare(out):
        del out[name]
    out[HEADERS] = policy.headers(every, urlsplit(url).path, out).encode()
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


def _parts(pages: list[Page], out: Files) -> tuple[str, str]:
    """Put one style sheet and one script in the place of all; return their names."""
    found = scripts.take(pages)
    sheet, taken = styles.take(pages, out)
    own = {name: out.pop(name).decode() for name in found.own}
    for name in taken:
        del out[name]
    now, with_search = styles.purge(sheet, [page.tree for page in pages], scripts.words(own.values()))
    later: list[str] = []
    if found.theme:
        later = [_add(out, "assets/stylesheets/search.css", with_search)]
        later += [_add(out, "assets/javascripts/search.js", scripts.settings(found)), *found.theme]
    script = scripts.own(own.values(), later)
    return _add(out, "assets/stylesheets/guide.css", now), _add(out, "assets/javascripts/guide.js", script)


def _add(out: Files, name: str, text: str) -> str:
    """Put a file among the others under a name that changes with its content; return it."""
    stem, _, ending = name.rpartition(".")
    named = f"{stem}.{sha256(text.encode()).hexdigest()[:8]}.{ending}"
    out[named] = text.encode()
    return named
