"""`guide check --ads`: what of a file is an ad, a tracker, a paid link, or comes from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from guide.ads import hidden
from guide.ads.addresses import WEB, Address, Sign, judge, outward
from guide.ads.document import Document, UnreadableError, short
from guide.ads.lists import FilterList
from guide.findings import CannotRunError, Finding
from guide.tree import value


def check(paths: Sequence[Path], lists: Sequence[FilterList]) -> tuple[int, list[Finding]]:
    """Return how many files were read, and what is found in them; of a folder its Markdown and HTML is read.

    Raises CannotRunError where a file is not there, or a folder has none.
    """
    files = list(dict.fromkeys(file for path in paths for file in _files(path)))
    found: list[Finding] = []
    for path in files:
        try:
            document = Document(path.read_bytes())
        except UnreadableError as error:
            found.append(Finding(path.as_posix(), 0, 0, "ads", str(error), "HTML, Markdown or plain text", ""))
        else:
            signs = _look(document, lists)
            found += [Finding(path.as_posix(), s.line, 0, "ads", f"{s.kind}: {s.shown}", s.why, "") for s in signs]
    return len(files), found


def _files(path: Path) -> list[Path]:
    if not path.exists():
        raise CannotRunError(f"{path}: there is no such file or folder")
    files = sorted(file for end in ("md", "html") for file in path.rglob(f"*.{end}") if file.stat().st_size)
    if path.is_dir() and not files:
        raise CannotRunError(f"{path}: there is no Markdown and no HTML in it")
    return files if path.is_dir() else [path]


def _look(document: Document, lists: Sequence[FilterList]) -> Iterator[Sign]:
    for node in document.elements:
        yield from judge(document, lists, node)
        yield from hidden.pixel(document, node)
    yield from hidden.containers(document, lists)
    linked = {value(node, "href") for node in document.elements}
    for block, text, line in document.runs():
        yield from hidden.words(document, block, text, line)
        yield from hidden.farm(document, block, text, line)
        for match in WEB.finditer(text) if document.plain else ():
            bare = match[0].rstrip(".,;:!?)”")
            if bare not in linked and not hidden.quoted(text, match.start()):
                wrong = outward(document, lists, Address("", bare, ""))
                yield from [Sign(document.locate(bare, line), wrong[0], short(bare), wrong[1])] if wrong else []
