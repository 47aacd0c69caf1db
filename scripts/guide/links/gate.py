"""The gate: every address of a built site that does not lead where it should.

linkchecker says which addresses do not answer, but each one once, and not those it cannot see. One pass over the same
HTML knows every place that names an address, and the rest: anchors, ids, how addresses are written, lonely pages.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from guide.findings import Finding, nearest
from guide.links.crawl import Fault, crawl
from guide.links.server import serve
from guide.links.site import NOT_FOUND, Reference, Site, Target, address, source

# RFC 3966, section 3: a number with visual separators, then parameters.
TELEPHONE = re.compile(r"\+?[-.()]*\d[-.()\d]*(;[\w-]+(=[^;\s]*)?)*", re.ASCII)


@dataclass(frozen=True)
class Wrong:
    """What is wrong with an address, or where `raw` is empty with the file itself."""

    file: str
    raw: str
    found: str
    expected: str = ""
    mend: str = ""
    key: str = ""  # where the address leads


def check(site: Site, docs: Path) -> list[Finding]:
    """Return what is wrong with the links of a site; `docs` is where its Markdown is looked for.

    Raises CannotRunError where linkchecker fails.
    """
    starts = [quote(address(file)) for file in sorted(site.pages)]
    with serve(site.root, site.base) as home:
        wrong = [*_pages(site), *_references(site, crawl([home + start for start in starts]), home)]
    return list(_findings(site, docs, wrong))


def outward(site: Site) -> dict[str, list[str]]:
    """Return every http address that leads out of a site, with the files that name it; `//host` counts as https."""
    found: dict[str, set[str]] = defaultdict(set)
    for reference in site.references:
        target = site.locate(reference)
        web = re.match(r"(https?:)?//", reference.raw, re.IGNORECASE)
        if target and web and target.path is None and reference.kind != "own":
            found[re.sub("^//", "https://", reference.raw.partition("#")[0])].add(reference.file)
    return {raw: sorted(files) for raw, files in sorted(found.items())}


def _findings(site: Site, docs: Path, wrong: Iterable[Wrong]) -> Iterator[Finding]:
    """Turn what is wrong into findings at the sources of the pages; what most pages share is one finding."""
    alike: dict[tuple[str, ...], list[Wrong]] = defaultdict(list)
    for each in dict.fromkeys(wrong):
        alike[(each.key, each.found) if each.key else (each.file, each.raw, each.found)].append(each)
    for group in alike.values():
        shared = len({each.file for each in group}) > max(len(site.pages) / 2, 5)
        for each in group[:1] if shared else group:
            path = None if shared else source(each.file, docs)
            place = f"{each.file} → {' '.join(each.raw.split())}" if each.raw else each.file
            found = f"{place}: {each.found}{f', as on {len(group) - 1} other pages' if shared else ''}"
            mend = each.mend or ("look in the theme and in the navigation" if shared else "")
            yield Finding((path or site.root / each.file).as_posix(), 0, 0, "links", found, each.expected, mend)


def _pages(site: Site) -> Iterator[Wrong]:
    """Find repeated ids, pages that no other page links to, and files that cannot be read."""
    linked: dict[str, set[str]] = defaultdict(set)
    for page in site.pages.values():
        for reference in page.references if page.file != NOT_FOUND and not page.forwards else ():
            target = site.locate(reference)
            if target and target.path is not None and reference.kind == "link":
                linked[site.file(target.path) or ""].add(page.file)
    for file, page in site.pages.items():
        for name in (name for name, count in page.ids.items() if count > 1):
            yield Wrong(file, f"#{name}", "the id stands more than once", "an id is unique in a page")
        if not (linked[file] - {file} or page.forwards or file in {NOT_FOUND, "index.html"}):
            yield Wrong(file, "", "no other page links to it", "", "link to it, or put it into the navigation")
    for file, problem in site.unreadable.items():
        yield Wrong(file, "", f"it cannot be read ({problem})", "", "build the site again")


def _references(site: Site, faults: list[Fault], home: str) -> Iterator[Wrong]:
    """Find what is wrong with each address, given what linkchecker found on the server at `home`."""
    broken = {_key(fault, home): replace(fault, problem=fault.problem.replace(home, site.base)) for fault in faults}
    left = dict(broken)
    for reference in site.references:
        target = site.locate(reference)
        key = reference.raw if target is None or target.path is None else "/" + target.path
        left.pop(key, None)
        if target is None:
            yield Wrong(reference.file, reference.raw, "this is not an address")
        elif said := _form(site, reference, target) or _missing(site, reference, target, broken.get(key)):
            yield replace(Wrong(reference.file, reference.raw, *said), key=key)
    for fault in left.values():
        path = unquote(urlsplit(fault.page).path)
        yield Wrong(site.file(path.removeprefix(site.base)) or path, fault.raw or fault.url, fault.problem)


def _key(fault: Fault, home: str) -> str:
    """Return the path of a faulty address, with a slash before it; where it is not on the site, how it is written."""
    path = (fault.url or "").partition("#")[0].partition("?")[0]
    return "/" + unquote(path.removeprefix(home)) if path.startswith(home) else fault.raw


def _form(site: Site, reference: Reference, target: Target) -> tuple[str, ...] | None:
    """Say what is wrong with how an address is written."""
    raw, lost = reference.raw, reference.file == NOT_FOUND
    scheme, _, rest = raw.partition(":")
    if scheme.lower() in {"javascript", "vbscript"}:
        return "a script instead of an address", "", "use a button, and listen in a script file"
    if scheme.lower() == "tel" and not TELEPHONE.fullmatch(unquote(rest)):
        return "this is not a telephone number", "digits, such as tel:+1-408-555-0100"
    if target.climbs and reference.kind != "own":
        mend = "count the ../ in it" if target.form == "relative" else "" if lost else "make it relative"
        return "it leads out of the site by its path", f"a path under {site.base}", mend
    if reference.kind == "own":
        start = site.url or "https://"
        if target.form != "full":
            return "it is not a full address", f"one that begins with {start}"
        if target.path is None or not raw.startswith(start):
            return "it leads off the site", f"an address that begins with {start}", "see site_url"
    elif target.path is not None and not lost and target.form != "relative":
        return "it is absolute", "a relative address: the site has to work under any path"
    elif target.path not in {None, NOT_FOUND} and lost and target.form == "relative":
        return "it is relative on a page that is served at any depth", f"a path that begins with {site.base}"
    return None


def _missing(site: Site, reference: Reference, target: Target, fault: Fault | None) -> tuple[str, ...] | None:
    """Say what is wrong with where an address leads."""
    file = None if target.path is None else site.file(target.path)
    if fault or (target.path is not None and not file):
        return (
            fault.problem if fault else "404 File not found",
            "",
            nearest(target.path or "", map(address, site.files)),
        )
    page = site.pages.get(file or "")
    anchor = target.fragment.partition(":~:")[0]
    if page and reference.kind == "link" and anchor and anchor != "top" and anchor not in page.ids:
        return f"there is no #{anchor} in {page.file}", "", nearest(anchor, page.ids)
    return None
