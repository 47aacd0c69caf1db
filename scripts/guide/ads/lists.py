"""The filter lists, EasyList and EasyPrivacy: data that `make adlists` fetches once, and the engine that reads them."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adblock import Engine, FilterSet

from guide.findings import CannotRunError

FOLDER = Path(".made/adlists")
HEADER = re.compile(r"^! (Title|Last modified|Version):[ \t]*(\S.*?)\s*$", re.MULTILINE)
RULE = re.compile(r"^[^!\[\s]", re.MULTILINE)


@dataclass(frozen=True)
class FilterList:
    """One list; `date` is what its header says, in its words."""

    title: str
    date: str
    engine: Any

    def __str__(self) -> str:
        """Return the list's name with its date."""
        return f"{self.title} of {self.date}"

    def blocks(self, address: str, page: str, kind: str) -> bool:
        """Return whether the list blocks an address; `kind` is a type of request, as browsers name them."""
        return bool(self.engine.check_network_urls(address, page, kind).matched)

    def hides(self, page: str, classes: Iterable[str], ids: Iterable[str]) -> set[str]:
        """Return the selectors of elements that the list hides on a page with these classes and ids."""
        on_page = self.engine.url_cosmetic_resources(page)
        named = self.engine.hidden_class_id_selectors(list(classes), list(ids), on_page.exceptions)
        return {*on_page.hide_selectors, *named}


def load(folder: Path | None = None) -> list[FilterList]:
    """Read every list in a folder: `*.txt`, or compressed, `*.txt.gz`.

    Raises CannotRunError where there is none, or where a file is no filter list: a check without lists finds nothing.
    """
    files = sorted([*(folder or FOLDER).glob("*.txt"), *(folder or FOLDER).glob("*.txt.gz")])
    if not files:
        how = "name a folder with easylist.txt and easyprivacy.txt" if folder else "fetch them once with: make adlists"
        raise CannotRunError(f"{folder or FOLDER}: there are no ad lists; {how}")
    return [_read(path) for path in files]


def _read(path: Path) -> FilterList:
    try:
        data = path.read_bytes()
        text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8", "replace")
    except (OSError, EOFError, zlib.error) as error:
        raise CannotRunError(f"{path}: cannot be read ({error}); fetch it again") from error
    header = dict(reversed(HEADER.findall(text[:4000])))
    if not (header or text.startswith("[Adblock")) or not RULE.search(text):
        raise CannotRunError(f"{path}: this is not a filter list; fetch it again")
    rules = FilterSet()
    rules.add_filter_list(text)
    date = re.sub(r" \d\d:\d\d.*", "", header.get("Last modified") or header.get("Version") or "an unknown date")
    return FilterList(header.get("Title", path.name.partition(".")[0]), date, Engine(rules))
