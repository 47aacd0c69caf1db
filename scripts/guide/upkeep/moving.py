"""New pages from the template of their kind, and pages that move: navigation, links, redirect."""

from __future__ import annotations

import datetime
import json
import posixpath
import re
import unicodedata
from pathlib import Path

from guide import files
from guide.findings import CannotRunError, nearest
from guide.pages.book import Book
from guide.pages.page import Page

CONFIG = Path("mkdocs.yml")
REDIRECTS = Path("docs/includes/redirects.yml")
TEMPLATES = {kind: Path(__file__).with_name(f"{kind}.md") for kind in ("procedure", "explainer")}
LINK = re.compile(r"\]\(([^()\s#]+\.md)(#[^()\s]*)?\)")
NAME = re.compile(r"(?:[\w-]+/)*[\w-]+\.md")


def slug(title: str) -> str:
    """Return a title as the last part of an address: lower-case ASCII letters and digits, with hyphens."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def sections(config: str) -> dict[str, str]:
    """Return the folder of each section of the navigation, by the folder's name and by its title in lower case."""
    found: dict[str, str] = {}
    for title, entries in re.findall(r"^  - (.+):\n((?:      - .*\n?)+)", config, re.MULTILINE):
        folder = re.search(r": ([\w-]+)/[\w-]+\.md$", entries, re.MULTILINE)
        found.update({title.lower(): folder[1], folder[1]: folder[1]} if folder else {})
    return found


def new(title: str, kind: str, section: str, today: datetime.date, root: Path = Path()) -> Path:
    """Make a page from the template of its kind, in its folder and in the navigation, linked from a neighbour.

    Raises CannotRunError where there is no such section, or where there is a page of that name.
    """
    config = (root / CONFIG).read_text("utf-8")
    known = sections(config)
    folder = known.get(section.lower())
    if not folder:
        every = ", ".join(sorted(set(known)))
        raise CannotRunError(f'there is no section "{section}"; one of: {every}. {nearest(section, known)}')
    name = slug(title)
    path = root / "docs" / folder / f"{name}.md"
    if not name or path.exists():
        raise CannotRunError(f'{path}: the title "{title}" gives no new name; choose another')
    pages = [page for page in Book(root, today).pages if page.home.startswith(f"{folder}/")]
    neighbours = [page for page in pages if page.meta and _related(page)]
    room = [page for page in neighbours if _related(page) < 5]
    if len(neighbours) < 2 or not room:
        raise CannotRunError(f"docs/{folder}: no page has room under Related to lead to a new one")
    related = "\n".join(f"- [{page.meta.title}]({Path(page.home).name})" for page in neighbours[:2] if page.meta)
    template = TEMPLATES.get(kind, TEMPLATES["explainer"]).read_text("utf-8")
    facts = {"title": _quoted(title), "kind": kind, "today": today, "tag": name.replace("-", " "), "related": related}
    files.write(path, template.format(**facts).encode())
    neighbour = root / room[0].path
    files.write(neighbour, f"{neighbour.read_text('utf-8').rstrip()}\n- [{title}]({path.name})\n".encode())
    place = config.index("\n", config.rindex(f": {folder}/")) + 1
    entry = f"      - {_quoted(title)}: {folder}/{name}.md\n"
    files.write(root / CONFIG, (config[:place] + entry + config[place:]).encode())
    return path


def _related(page: Page) -> int:
    """Return how many links stand under Related, where that is the page's end."""
    under = page.under("Related")
    return sum(len(block.links) for block in under) if under and under[-1] is page.blocks[-1] else 0


def _quoted(text: str) -> str:
    """Return text as a YAML scalar, in quotes where it needs them (JSON's are YAML's too)."""
    return text if re.fullmatch(r"[A-Za-z][\w ,.’?-]*", text) else json.dumps(text, ensure_ascii=False)


def rename(old: str, new_name: str, today: datetime.date, root: Path = Path()) -> list[Path]:
    """Move a page: mend every link to it and from it, the navigation, and leave a redirect; return what was changed.

    Names are paths in docs/. The new page is written before the old one goes, so a run that is killed loses nothing
    and can be run again. Raises CannotRunError where the old page is not there, or the new one is another.
    """
    before, after = (posixpath.normpath(name.removeprefix("docs/")) for name in (old, new_name))
    for name in (before, after):
        if not NAME.fullmatch(name):
            raise CannotRunError(f'"{name}": not the name of a page; give it as folder/name.md')
    docs = root / "docs"
    source, target, moved = docs / before, docs / after, {before: after}
    texts: dict[Path, str] = {}
    if source.is_file():
        texts[target] = _relinked(source.read_text("utf-8"), before, after, moved)
        if before == after or (target.exists() and target.read_text("utf-8") != texts[target]):
            raise CannotRunError(f"docs/{after}: there is another page; choose another name")
    elif not target.is_file():  # else a run that was killed is completed
        mend = nearest(before, [page.home for page in Book(root, today).pages])
        raise CannotRunError(f"docs/{before}: there is no such page. {mend}")
    for path in sorted({*docs.rglob("*.md")} - {source, target}):
        home = path.relative_to(docs).as_posix()
        # An include's links start in the pages that include it: all of them lie one folder deep.
        start = "section/include.md" if home.startswith("includes/") else home
        texts[path] = _relinked(path.read_text("utf-8"), start, start, moved)
    config = (root / CONFIG).read_text("utf-8")
    texts[root / CONFIG] = re.sub(rf": {re.escape(before)}$", f": {after}", config, flags=re.MULTILINE)
    redirects = root / REDIRECTS
    texts[redirects] = _redirected(redirects.read_text("utf-8") if redirects.exists() else "", before, after)
    changed = [path for path, text in texts.items() if files.write(path, text.encode())]
    source.unlink(missing_ok=True)
    return changed


def _relinked(text: str, start: str, end: str, moved: dict[str, str]) -> str:
    """Return Markdown text with its links as they have to be when it moves from `start` to `end`."""

    def mend(match: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(start), match[1]))
        link = posixpath.relpath(moved.get(target, target), posixpath.dirname(end) or ".")
        return f"]({link}{match[2] or ''})"

    return LINK.sub(mend, text)


def _redirected(text: str, before: str, after: str) -> str:
    """Return the redirects with one more, and older ones that ended at the old page led straight to the new one."""
    old, new = (re.sub(r"(?<![^/])index/$", "", f"{name.removesuffix('.md')}/") for name in (before, after))
    text = re.sub(rf"^(\S+: ){re.escape(old)}$", rf"\g<1>{new}", text, flags=re.MULTILINE)
    text = re.sub(rf"^{re.escape(new)}: .*\n", "", text, flags=re.MULTILINE)
    line = f"{old}: {new}\n"
    return text if line in text else text + line
