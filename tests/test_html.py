"""Every page as it is uploaded is read by a strict HTML parser without one error."""

from __future__ import annotations

from typing import TYPE_CHECKING

import html5lib
import pytest

if TYPE_CHECKING:
    from pathlib import Path


def errors(html: str) -> list[tuple[int, str]]:
    """Return the line and the name of each parse error of the HTML standard."""
    parser = html5lib.HTMLParser()
    parser.parse(html)
    return [(place[0], code) for place, code, _ in parser.errors]


def test_every_uploaded_page_parses_without_an_error(shipped: Path):
    pages = sorted(shipped.rglob("*.html"))
    assert pages
    assert {page: found for page in pages if (found := errors(page.read_text("utf-8")))} == {}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("<p>One</b>", "unexpected-end-tag"),
        ("<p><div>Two</div></p>", "unexpected-end-tag"),
        ("<a href='x' href='y'>Three</a>", "duplicate-attribute"),
        ("<table><p>Four</p></table>", "unexpected-start-tag-implies-table-voodoo"),
    ],
)
def test_a_fault_is_an_error_with_its_line(body: str, code: str):
    assert (3, code) in errors(f"<!doctype html>\n<title>Fault</title>\n{body}")
