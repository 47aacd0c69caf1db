"""The page of all sources is written from what the pages cite, and found when it is out of date."""

from __future__ import annotations

import datetime
import shutil
from pathlib import Path

import pytest
from guide.findings import CannotRunError, text
from guide.reading.guide import Guide
from guide.rules import sources as bibliography
from guide.rules.check import check

HERE = Path(__file__).parent
TODAY = datetime.date(2026, 11, 24)
PAGE = f"""---
title: Sources
description: Every document that this small guide rests on, for the test of the list.
kind: hub
checked: 2026-11-24
---

{bibliography.BEGIN}
{bibliography.END}
"""


@pytest.fixture
def guide(tmp_path: Path) -> Path:
    shutil.copytree(HERE / "small_guide" / "docs", tmp_path / "docs")
    shutil.copy(HERE.parent / "mkdocs.yml", tmp_path)
    (tmp_path / "docs" / "about").mkdir(exist_ok=True)
    (tmp_path / "docs" / bibliography.HOME).write_text(PAGE, "utf-8")
    return tmp_path


def findings(guide: Path) -> list[str]:
    return [text(one) for one in check([], TODAY, guide) if "list of sources" in one.found]


def test_it_names_each_source_with_the_pages_that_cite_it(guide: Path):
    assert bibliography.write(Guide(guide, TODAY))
    written = (guide / "docs" / bibliography.HOME).read_text("utf-8")
    places = [written.index(f"][{each.label}], read in ") for each in Guide(guide, TODAY).sources.values()]
    assert places == sorted(places)
    assert bibliography.renewed(written, Guide(guide, TODAY)) == written
    assert "Cited on [" in written


def test_it_says_how_a_source_was_read_and_that_no_page_cites_it(guide: Path):
    listed = guide / "docs" / "includes" / "sources.md"
    listed.write_text(listed.read_text("utf-8").replace("labels (read 2026-10)", "labels (read 2026-10, in Italian)"))
    bibliography.write(Guide(guide, TODAY))
    written = (guide / "docs" / bibliography.HOME).read_text("utf-8")
    item = "][W-news], read in October 2026 (in Italian)\n\n    Cited on no page."
    assert item in written


def test_writing_twice_changes_nothing(guide: Path):
    bibliography.write(Guide(guide, TODAY))
    assert not bibliography.write(Guide(guide, TODAY))


def test_a_page_out_of_date_is_found(guide: Path):
    assert findings(guide) == [
        "docs/about/sources.md:1: sources: the list of sources is out of date; run guide sources"
    ]
    bibliography.write(Guide(guide, TODAY))
    assert findings(guide) == []


@pytest.mark.parametrize("name", ["what.md", bibliography.HOME])
@pytest.mark.parametrize(
    ("old", "new", "says"), [(b"kind: ", b"kind: x", '\\d:1: "kind"'), (b"---", b"\xff", "1: .* UTF-8")]
)
def test_while_a_page_cannot_be_read_the_list_is_left(guide: Path, name: str, old: bytes, new: bytes, says: str):
    bibliography.write(Guide(guide, TODAY))
    path = guide / "docs" / name
    path.write_bytes(path.read_bytes().replace(old, new, 1))
    assert findings(guide) == []
    with pytest.raises(CannotRunError, match=f"^docs/{name}:{says}"):
        bibliography.write(Guide(guide, TODAY))


def test_a_page_without_a_place_for_the_list_is_refused(guide: Path):
    path = guide / "docs" / bibliography.HOME
    path.write_text(PAGE.replace(bibliography.END, ""), "utf-8")
    with pytest.raises(CannotRunError, match="no place for the list"):
        bibliography.write(Guide(guide, TODAY))
    assert findings(guide)
