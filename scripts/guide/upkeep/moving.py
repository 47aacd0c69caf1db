"""New pages from the template of their kind, and pages that move: navigation, links, redirect."""

from __future__ import annotations

import datetime
import posixpath
import re
from pathlib import Path
from urllib.parse import unquote

from markdown.extensions.toc import slugify

from guide import files
from guide.data import PRACTICE, REDIRECTS, quoted
from guide.findings import CannotRunError, nearest
from guide.reading.guide import Guide
from guide.reading.page import Page, leads_on
from guide.rules import sources

CONFIG = Path("mkdocs.yml")
TEMPLATES = {kind: Path(__file__).with_name(f"{kind}.md") for kind in ("procedure", "explainer")}
# The address of a link or a picture, in angle brackets or without; what follows, an anchor or a title, stays.
LINK = re.compile(r"(?P<open>\]\(\s*<?)(?P<to>(?<=<)[^<>#?\n]+|(?<!<)[^()<>#?\s]+)")
NAME = re.compile(r"(?:[\w-]+/)*[\w-]+\.md")
FIXED = {"index.md", "about/index.md", "about/changes.md", "about/report.md", sources.HOME}


def sections(config: str) -> dict[str, str]:
    """Return the folder of each section of the navigation, by the folder's name and by its title in lower case."""
    found: dict[str, str] = {}
    for title, entries in re.findall(r"^  - (.+):\r?\n((?:      - .*\n?)+)", config, re.MULTILINE):
        folder = re.search(r": ([\w-]+)/[\w-]+\.md\r?$", entries, re.MULTILINE)
        found.update({title.lower(): folder[1], folder[1]: folder[1]} if folder else {})
    return found


def new(title: str, kind: str, section: str, today: datetime.date, root: Path = Path()) -> Path:
    """Make a page from the template of its kind, in its folder and in the navigation, linked from a neighbour.

    The list of sources is written anew. Raises CannotRunError where there is no such section, or where there is
    a page of that name.
    """
    guide, title = Guide(root, today), " ".join(title.split())
    config = files.read(root / CONFIG)
    known = sections(config)
    folder = known.get(section.lower())
    if not folder:
        every = ", ".join(sorted(set(known)))
        raise CannotRunError(f'there is no section "{section}"; one of: {every}. {nearest(section, known)}')
    name = slugify(title, "-").strip("-")
    path = root / "docs" / folder / f"{name}.md"
    if not name or path.exists():
        raise CannotRunError(f'{path}: the title "{title}" gives no new name; choose another')
    tag = name.replace("-", " ")
    for page in guide.pages:
        words = [page.title, *(page.meta.tags if page.meta else ())]
        if {title.casefold(), tag} & {word.casefold() for word in words}:
            raise CannotRunError(f'{page.path}: its title, or one of its tags, is "{title}"; say what differs')
    neighbours = [page for page in guide.pages if Path(page.home).parent == Path(folder) and _related(page)]
    room = [page for page in neighbours if _related(page) < 5]
    if len(neighbours) < 2 or not room:
        raise CannotRunError(f"docs/{folder}: no page has room under Related to lead to a new one")
    facts = {
        "title": quoted(title),
        "kind": kind,
        "today": today,
        "tag": quoted(tag),
        "related": "\n".join(f"- {sources.linked(page.title, Path(page.home).name)}" for page in neighbours[:2]),
    }
    template = TEMPLATES.get(kind, TEMPLATES["explainer"]).read_text("utf-8")
    files.write(path, template.format(**facts).encode())
    neighbour = root / room[0].path
    lines = files.read(neighbour).rstrip().splitlines()
    _insert(neighbour, len(lines), f"- {sources.linked(title, path.name)}")
    entries = [number for number, line in enumerate(config.splitlines(), 1) if f": {folder}/" in line]
    _insert(root / CONFIG, entries[-1], f"      - {quoted(title)}: {folder}/{name}.md")
    sources.write(Guide(root, today))
    return path


def _insert(path: Path, after: int, line: str) -> None:
    """Write a line into a text file, below so many of its lines."""
    text = files.read(path)
    lines = text.splitlines()
    lines.insert(after, line)
    files.write(path, "".join(f"{each}{_end(text)}" for each in lines).encode())


def _related(page: Page) -> int:
    """Return how many links stand under Related, where that is the end of a page that can be read."""
    under = page.under("Related")
    return sum(len(block.links) for block in under) if page.meta and under[-1:] == page.blocks[-1:] else 0


def _end(text: str) -> str:
    """Return how lines end in a text."""
    return "\r\n" if "\r\n" in text else "\n"


def rename(old: str, new_name: str, today: datetime.date, root: Path = Path()) -> list[Path]:
    """Move a page with its links and its place in the navigation, and leave a redirect; return what was changed.

    Names are paths in docs/. The new page is written before the old one goes, so a run that is killed loses nothing
    and can be run again. Raises CannotRunError where the old page is not there, the new one is another, and where
    either has to stay what it is: includes go by name, and from pages one folder deep.
    """
    before, after = (posixpath.normpath(name.removeprefix("docs/")) for name in (old, new_name))
    for name in (before, after):
        if not NAME.fullmatch(name):
            raise CannotRunError(f'"{name}": not the name of a page; give it as folder/name.md')
        if name in FIXED or name.startswith("includes/"):
            why = "the site's tools and theme go by this name" if name in FIXED else "pages include it by this name"
            raise CannotRunError(f"docs/{name}: {why}; it stays as it is, choose another page or name")
    if after.count("/") != 1:
        raise CannotRunError(f'"{after}": every page lies one folder deep; give it as folder/name.md')
    guide, docs = Guide(root, today), root / "docs"
    source, target, moved = docs / before, docs / after, {before: after}
    texts: dict[Path, str] = {}
    if source.is_file():
        texts[target] = _relinked(files.read(source), before, after, moved)
        if before == after or (target.exists() and files.read(target) != texts[target]):
            raise CannotRunError(f"docs/{after}: there is another page; choose another name")
    elif not target.is_file():  # else a run that was killed is completed
        suggestion = nearest(before, [page.home for page in guide.pages])
        raise CannotRunError(f"docs/{before}: there is no such page. {suggestion}")
    for path in sorted({*docs.rglob("*.md")} - {source, target}):
        home = path.relative_to(docs).as_posix()
        # An include's links start in the pages that include it: all of them lie one folder deep.
        start = "section/include.md" if home.startswith("includes/") else home
        texts[path] = _renamed(_relinked(files.read(path), start, start, moved), before, after)
    for path in filter(Path.is_file, (root / CONFIG, root / PRACTICE)):
        texts[path] = _renamed(files.read(path), before, after)
    redirects = root / REDIRECTS
    texts[redirects] = _redirected(files.read(redirects) if redirects.exists() else "", before, after)
    changed = [path for path, text in texts.items() if files.write(path, text.encode())]
    source.unlink(missing_ok=True)
    if sources.write(Guide(root, today)) and docs / sources.HOME not in changed:
        changed.append(docs / sources.HOME)
    return changed


def _relinked(text: str, start: str, end: str, moved: dict[str, str]) -> str:
    """Return Markdown text with its links and pictures changed as it moves from `start` to `end`."""
    here, there = posixpath.dirname(start), posixpath.dirname(end)

    def relink(match: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(here, match["to"]))
        new = moved.get(unquote(target), target)
        stays = (new == target and here == there) or not leads_on(match["to"]) or match["to"][0] == "/"
        return match[0] if stays else match["open"] + posixpath.relpath(new, there or ".")

    return LINK.sub(relink, text)


def _renamed(text: str, before: str, after: str) -> str:
    """Return text with a page's new name where it is a value, as in `to: turn-on/mac.md#steps`: it starts in docs/."""
    return re.sub(rf"(?<=: ){re.escape(before)}(?=[\s#,\]}}]|$)", after, text)


def _redirected(text: str, before: str, after: str) -> str:
    """Return the redirects with one more, and older ones that ended at the old page led straight to the new one."""
    old, new = (re.sub(r"(?<![^/])index/$", "", f"{name.removesuffix('.md')}/") for name in (before, after))
    text = re.sub(rf"^(\S+: ){re.escape(old)}(?=\r?$)", rf"\g<1>{new}", text, flags=re.MULTILINE)
    text = re.sub(rf"^(?:{re.escape(old)}|{re.escape(new)}): .*\n?", "", text, flags=re.MULTILINE)
    return re.sub(r"(?<=[^\n])\Z", _end(text), text) + f"{old}: {new}{_end(text)}"
