"""The links of a site: every address that doesn't lead where it should, and the addresses that lead off the site."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from guide.findings import Finding, nearest
from guide.site.model import NOT_FOUND, Reference, Site, Target, address

# RFC 3966, section 3: a number with visual separators, then parameters.
TELEPHONE = re.compile(r"\+?[-.()]*\d[-.()\d]*(;[\w-]+(=[^;\s]*)?)*", re.ASCII)
# RFC 6068: addresses between commas, then header fields; without an address the writer is asked for one.
MAIL = re.compile(r"([^@\s,]+@[^@\s,]+(,[^@\s,]+@[^@\s,]+)*)?(\?.*)?")
_nearest = lru_cache(nearest)  # a page that is missing may be named a thousand times
RELATIVE = "a relative address: the site has to work under any path"


class Fault(NamedTuple):
    """What is wrong with an address or, if `raw` is empty, with the file itself; faults with one `to` are one fault."""

    file: str
    raw: str
    found: str
    expected: str = ""
    fix: str = ""
    to: str = ""


def check(site: Site, built: Site | None = None) -> list[Finding]:
    """Return what is wrong with the links of a site; a fault that most pages share is one finding.

    The places are those in the site that it was made from, if that is given.
    """
    alike: dict[tuple[str, ...], list[Fault]] = defaultdict(list)
    for fault in dict.fromkeys([*_pages(site), *_references(site)]):
        alike[(fault.to, fault.found) if fault.to else fault].append(fault)
    found = []
    for faults in alike.values():
        shared = len({fault.file for fault in faults}) > max(len(site.pages) / 2, 5)
        for fault in faults[:1] if shared else faults:
            also = f", as on {len(faults) - 1} other pages" if shared else ""
            fix = fault.fix or ("look in the theme and in the navigation" if shared else "")
            found.append(_finding(built or site, fault._replace(found=fault.found + also, fix=fix)))
    return found


def outward(site: Site) -> dict[str, list[str]]:
    """Return every http address that leads off the site, with the files that name it; `//host` counts as https."""
    found: dict[str, set[str]] = defaultdict(set)
    for reference in site.references:
        target = site.locate(reference)
        web = re.match(r"(https?:)?//", reference.raw, re.IGNORECASE)
        if target and web and target.path is None and reference.kind != "canonical":
            found[re.sub("^//", "https://", reference.raw.partition("#")[0])].add(reference.file)
    return {raw: sorted(files) for raw, files in sorted(found.items())}


def _finding(site: Site, fault: Fault) -> Finding:
    """Say where the fault is in the built file, and which page in docs/ that is made from."""
    shown = f"{' '.join(fault.raw.split())}: {fault.found}" if fault.raw else fault.found
    made_from = site.source(fault.file)
    fix = "; ".join(filter(None, (fault.fix, f"made from {made_from.as_posix()}" if made_from else "")))
    return site.place(fault.file, fault.raw.removeprefix("#")).finding(shown, fault.expected, fix, "links")


def _pages(site: Site) -> Iterator[Fault]:
    """Find repeated ids, orphans, and files that cannot be read."""
    linked: dict[str, set[str]] = defaultdict(set)
    for reference in site.references:
        target, page = site.locate(reference), site.pages.get(reference.file)
        if target and page and reference.kind == "link" and page.file != NOT_FOUND and not page.forwards:
            linked[site.file(target.path) or ""].add(page.file)
    for file, page in site.pages.items():
        for name in (name for name, count in page.ids.items() if count > 1):
            yield Fault(file, f"#{name}", "the id is there more than once", "an id is unique in a page")
        if not (linked[file] - {file} or page.forwards or file in {NOT_FOUND, "index.html"}):
            yield Fault(file, "", "no other page links to it", "", "link to it, or put it into the navigation")
    for file, problem in site.unreadable.items():
        yield Fault(file, "", f"it cannot be read ({problem})", "", "build the site again")


def _references(site: Site) -> Iterator[Fault]:
    for reference in site.references:
        target = site.locate(reference)
        problem = _form(site, reference, target) or (target and _missing(site, reference, target))
        if problem:
            to = f"/{target.path}" if target and target.path is not None else reference.raw
            yield Fault(reference.file, reference.raw, *problem)._replace(to=to)


def _form(site: Site, reference: Reference, target: Target | None) -> tuple[str, ...] | None:
    """Say what is wrong with how an address is written."""
    lost, canonical = reference.file == NOT_FOUND, reference.kind == "canonical"
    scheme, _, rest = reference.raw.partition(":")
    start = site.url or "https://"
    match scheme.lower():
        case "javascript" | "vbscript":
            return "a script instead of an address", "", "use a button, and listen in a script file"
        case "tel" if not TELEPHONE.fullmatch(unquote(rest)):
            return "this is not a telephone number", "digits, such as tel:+1-408-555-0100"
        case "mailto" if not MAIL.fullmatch(unquote(rest)):
            return "this is not a mail address", "such as mailto:name@example.org"
    if target is None:
        return ("this is not an address",)
    if canonical and target.form != "full":
        return "it is not a full address", f"one that begins with {start}"
    if canonical and (target.path is None or not reference.raw.startswith(start)):
        return "it leads off the site", f"an address that begins with {start}", "see site_url"
    if target.path is None and target.form != "full":
        fix = "count the ../ in it" if target.form == "relative" else "" if lost else "make it relative"
        return "it leads out of the site by its path", f"a path under {site.base}", fix
    if target.path is None or canonical:
        return None
    if not lost and target.form != "relative":
        return "it is absolute", RELATIVE
    if lost and target.form == "relative" and target.path != NOT_FOUND:
        return "it is relative on a page that is served at any depth", f"a path that begins with {site.base}"
    return None


def _missing(site: Site, reference: Reference, target: Target) -> tuple[str, ...] | None:
    """Say what is wrong with where an address leads."""
    if target.path is None:
        return None
    file, anchor = site.file(target.path), target.fragment.partition(":~:")[0]
    if not file and site.file(f"{target.path}/"):
        path = urlsplit(reference.raw).path
        return "a folder without its slash", "", f"write {reference.raw.replace(path, path + '/', 1)}"
    if not file:
        return "it leads nowhere", "", _nearest(target.path, tuple(map(address, site.files)))
    page = site.pages.get(file)
    if page and reference.kind == "link" and anchor and anchor != "top" and anchor not in page.ids:
        return f"there is no #{anchor} in {file}", "", _nearest(anchor, tuple(page.ids))
    return None
