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
LINK = re.compile(r"\]\(([^()\s#]+\.md)(#[^()\s]*)?\)")
STEPS = """## Before you start

- Say what the reader needs, and what can go wrong.

Source: [Apple 102660][S-660]

## Steps

1. Write one action, with the verb first.

Source: [Apple 102660][S-660]

## Check that it worked

!!! success "You are done when"

    - say what the reader now sees.

Source: [Apple 102660][S-660]

## If something goes wrong

### A symptom in the reader’s words

Begin with the answer.

Source: [Apple 102660][S-660]
"""
TEXT = """Begin with the answer, in one sentence.

## What the reader wants to know first

Say it, and cite what it rests on.

Source: [Apple 102660][S-660]
"""


def slug(title: str) -> str:
    """Return a title as the last part of an address: lower-case ASCII letters and digits, with hyphens."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def sections(config: str) -> dict[str, str]:
    """Return the folder of each section of the navigation, by the folder's name and by its title in lower case."""
    found: dict[str, str] = {}
    title = ""
    for line in config[config.index("\nnav:") :].splitlines():
        if line.startswith("  - ") and line.endswith(":"):
            title = line[4:-1]
        folder = re.search(r": ([\w-]+)/[\w-]+\.md$", line)
        if folder and title:
            found.setdefault(title.lower(), folder[1])
            found.setdefault(folder[1], folder[1])
    return found


def new(title: str, kind: str, section: str, today: datetime.date, root: Path = Path()) -> Path:
    """Make a page from the template of its kind, in its folder and in the navigation, linked from a neighbour.

    Raises CannotRunError where there is no such section, or where there is a page of that name.
    """
    config = (root / CONFIG).read_text("utf-8")
    known = sections(config)
    folder = known.get(section.lower())
    if not folder:
        raise CannotRunError(
            f'there is no section "{section}"; one of: {", ".join(sorted(set(known)))}. {nearest(section, known)}'
        )
    name = slug(title)
    path = root / "docs" / folder / f"{name}.md"
    if not name or path.exists():
        raise CannotRunError(f'{path}: the title "{title}" gives no new name; choose another')
    book = Book(root, today)
    neighbours = [page for page in book.pages if page.home.startswith(f"{folder}/") and _related(page)]
    room = [page for page in neighbours if _related(page) < 5]
    if len(neighbours) < 2 or not room:
        raise CannotRunError(f"docs/{folder}: no page has room under Related to lead to a new one")
    related = "\n".join(
        f"- [{page.meta.title if page.meta else ''}]({Path(page.home).name})" for page in neighbours[:2]
    )
    minutes = "minutes: 5\n" if kind == "procedure" else ""
    tags = f"tags:\n  - {name.replace('-', ' ')}\n"
    head = (
        f"---\ntitle: {_quoted(title)}\n"
        "description: Say in 50 to 160 characters what the reader gets from this page.\n"
        f"kind: {kind}\n{minutes}checked: {today}\n{tags}---\n"
    )
    body = STEPS if kind == "procedure" else TEXT
    end = f"\n## Sources\n\n## Related\n\n{related}\n"
    files.write(path, f"{head}\n{body}{end}".encode())
    neighbour = root / room[0].path
    files.write(neighbour, f"{neighbour.read_text('utf-8').rstrip()}\n- [{title}]({path.name})\n".encode())
    last = config.rindex(f": {folder}/")
    place = config.index("\n", last) + 1
    entry = f"      - {_quoted(title)}: {folder}/{name}.md\n"
    files.write(root / CONFIG, (config[:place] + entry + config[place:]).encode())
    return path


def _related(page: Page) -> int:
    """Return how many links stand under Related, where that is the page's end."""
    blocks = page.blocks[-1:] and page.blocks[-1].where.section == "Related"
    return sum(len(block.links) for block in page.blocks if block.where.section == "Related") if blocks else 0


def _quoted(text: str) -> str:
    """Return text as a YAML scalar, in quotes where it needs them (JSON's are YAML's too)."""
    return text if re.fullmatch(r"[A-Za-z][\w ,.’?-]*", text) else json.dumps(text, ensure_ascii=False)


def rename(old: str, new_name: str, today: datetime.date, root: Path = Path()) -> list[Path]:
    """Move a page: mend every link to it and from it, the navigation, and leave a redirect; return what was changed.

    Names are paths in docs/. The new page is written before the old one goes, so a run that is killed loses nothing
    and can be run again. Raises CannotRunError where the old page is not there, or the new one is another.
    """
    before, after = (posixpath.normpath(name.removeprefix("docs/")) for name in (old, new_name))
    docs = root / "docs"
    for name in (before, after):
        if not re.fullmatch(r"(?:[\w-]+/)*[\w-]+\.md", name):
            raise CannotRunError(f'"{name}": not the name of a page; give it as folder/name.md')
    begun = not (docs / before).exists() and (docs / after).exists()
    if not (docs / before).is_file() and not begun:
        raise CannotRunError(
            f"docs/{before}: there is no such page. {nearest(before, [page.home for page in Book(root, today).pages])}"
        )
    changed: list[Path] = []
    if not begun:
        text = (docs / before).read_text("utf-8")
        moved = _relinked(text, before, after, {before: after})
        if (docs / after).exists() and (docs / after).read_text("utf-8") != moved:
            raise CannotRunError(f"docs/{after}: there is another page; choose another name")
        files.write(docs / after, moved.encode())
        changed.append(docs / after)
    for path in sorted(docs.rglob("*.md")):
        home = path.relative_to(docs).as_posix()
        if home not in (before, after):
            text = path.read_text("utf-8")
            # An include's links start in the pages that include it: all of them lie one folder deep.
            start = "section/include.md" if home.startswith("includes/") else home
            if files.write(path, _relinked(text, start, start, {before: after}).encode()):
                changed.append(path)
    config = (root / CONFIG).read_text("utf-8")
    if files.write(
        root / CONFIG, re.sub(rf": {re.escape(before)}$", f": {after}", config, flags=re.MULTILINE).encode()
    ):
        changed.append(root / CONFIG)
    if _redirect(root / REDIRECTS, before, after):
        changed.append(root / REDIRECTS)
    (docs / before).unlink(missing_ok=True)
    return changed


def _relinked(text: str, start: str, end: str, moved: dict[str, str]) -> str:
    """Return Markdown text with its links as they have to be when it moves from `start` to `end`."""

    def mend(match: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(start), match[1]))
        target = moved.get(target, target)
        link = posixpath.relpath(target, posixpath.dirname(end) or ".")
        return f"]({link}{match[2] or ''})"

    return LINK.sub(mend, text)


def _address(name: str) -> str:
    """Return the address of a page within the site."""
    return name.removesuffix("index.md") if name.endswith("index.md") else f"{name.removesuffix('.md')}/"


def _redirect(path: Path, before: str, after: str) -> bool:
    """Add a redirect, and lead older ones that ended at the old page straight to the new one."""
    text = path.read_text("utf-8") if path.exists() else ""
    old, new_address = _address(before), _address(after)
    text = re.sub(rf"^(\S+: ){re.escape(old)}$", rf"\g<1>{new_address}", text, flags=re.MULTILINE)
    text = re.sub(rf"^{re.escape(new_address)}: .*\n", "", text, flags=re.MULTILINE)
    line = f"{old}: {new_address}\n"
    return files.write(path, (text if line in text else text + line).encode())
