"""The guide on paper and on the phone: the one PDF, and the code of each page's address."""

from __future__ import annotations

import datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

import pytest
import segno
from conftest import DAY, guide
from guide.paper import chapters, document
from guide.site import model as built
from PIL import Image
from pypdf import PdfReader
from selectolax.lexbor import LexborHTMLParser

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def reader(printed: Path) -> PdfReader:
    """The PDF, read back."""
    return PdfReader(printed / "guide.pdf")


@pytest.fixture(scope="module")
def book(site: Path) -> LexborHTMLParser:
    """The document that is printed."""
    return LexborHTMLParser(document(built.load(site), datetime.date.fromisoformat(DAY)))


def titles(outline: list[Any], level: int) -> list[str]:
    """Return the outline's titles at a level, of which 0 is the outermost."""
    if not level:
        return [str(entry.title) for entry in outline if not isinstance(entry, list)]
    return [title for entry in outline if isinstance(entry, list) for title in titles(entry, level - 1)]


def test_the_pdf_is_tagged_and_says_its_language_and_title(reader: PdfReader) -> None:
    root = reader.root_object
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/Lang"] == "en"
    assert reader.metadata is not None
    assert reader.metadata.title == "Two Locks"
    assert len(reader.pages) > 30


def test_the_outline_is_the_sections_and_their_pages(reader: PdfReader, book: LexborHTMLParser) -> None:
    def words(names: list[str]) -> list[str]:
        return ["".join(name.split()) for name in names]  # Chromium drops the space at which a title is broken

    assert titles(reader.outline, 0) == [node.text() for node in book.css("h1")]
    assert words(titles(reader.outline, 1)) == words([node.text() for node in book.css("article > h2, .hero h2")])


def test_every_page_of_the_site_is_in_the_pdf_once_and_in_the_menus_order(site: Path, book: LexborHTMLParser) -> None:
    loaded = built.load(site)
    listed = chapters(loaded)
    assert sorted(chapter.file for chapter in listed) == sorted(set(loaded.pages) - {"404.html"})
    assert [node.attributes["id"] for node in book.css("article")] == [chapter.key for chapter in listed]
    assert [node.attributes["href"] for node in book.css("body > nav a")] == [f"#{chapter.key}" for chapter in listed]


def test_the_first_and_the_last_page_say_what_they_have_to(reader: PdfReader) -> None:
    first = normalize("NFKC", reader.pages[0].extract_text())  # takes ligatures apart
    assert "Two Locks" in first
    assert "Offline edition of November 24, 2026" in " ".join(first.split())
    assert f"{len(reader.pages)} / {len(reader.pages)}" in reader.pages[-1].extract_text()


def test_every_link_inside_the_pdf_arrives_and_none_leads_to_the_printing_machine(reader: PdfReader) -> None:
    names = {name.lstrip("/") for name in reader.named_destinations}
    links = [
        note.get_object() for page in reader.pages for note in page.get("/Annots", []) if note["/Subtype"] == "/Link"
    ]
    inner = [str(link["/Dest"]).lstrip("/") for link in links if "/Dest" in link]
    assert len(inner) > 100
    assert set(inner) <= names
    outer = [str(link["/A"]["/URI"]) for link in links if "/Dest" not in link]
    assert [address for address in outer if not address.startswith(("https://", "mailto:"))] == []


def test_anchors_are_there_once_and_links_between_pages_are_anchors(book: LexborHTMLParser) -> None:
    ids = [node.attributes["id"] for node in book.css("[id]")]
    assert len(ids) == len(set(ids))
    inner = {str(node.attributes["href"])[1:] for node in book.css('a[href^="#"]')}
    assert inner <= set(ids)
    home = str(book.css_first("header a").attributes["href"])
    assert [node.html for node in book.css(f'article a[href^="{home}"]') if "/assets/" not in (node.html or "")] == []


def test_every_tab_stands_under_its_name_and_nothing_is_left_that_only_a_screen_can_use(
    site: Path, book: LexborHTMLParser
) -> None:
    labels = [
        label.text(strip=True)
        for chapter in chapters(built.load(site))
        for label in LexborHTMLParser((site / chapter.file).read_bytes()).css("article .tabbed-labels > label")
    ]
    assert [node.text() for node in book.css(".tabbed-block > h4.tab:first-child")] == labels
    assert book.css("script, input, button, details, .dark, [loading]") == []


def test_the_page_about_the_guide_names_the_pdf_once_with_its_date(printed: Path) -> None:
    about = LexborHTMLParser((printed / "about/index.html").read_bytes())
    (place,) = about.css("#offline-edition")
    assert place.css_first("a").attributes["href"] == "../guide.pdf"
    assert "November 24, 2026" in place.text()


def test_the_pdf_goes_out_with_the_published_site_which_is_not_printed_again(shipped: Path) -> None:
    about = LexborHTMLParser((shipped / "about/index.html").read_bytes())
    assert about.css_first("#offline-edition a").attributes["href"] == "../guide.pdf"
    before = (shipped / "guide.pdf").read_bytes()
    assert before.startswith(b"%PDF")
    done = guide("pdf", shipped)
    assert (done.returncode, (shipped / "guide.pdf").read_bytes() == before) == (2, True)
    assert "it is published" in done.stderr


def test_a_folder_that_is_no_site_is_not_printed(tmp_path: Path) -> None:
    assert guide("pdf", tmp_path).returncode == 2
    (tmp_path / "index.html").write_text("<p>no menu</p>")
    done = guide("pdf", tmp_path)
    assert done.returncode == 2
    assert "no menu of guides" in done.stderr


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_code_on_a_wide_page_is_that_of_its_address(browser: Browser, site_url: str, scheme: Any) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 844}, color_scheme=scheme, device_scale_factor=4)
    page.goto(site_url + "turn-on/mac/")
    address = page.locator("link[rel=canonical]").get_attribute("href")
    rows = [
        [bool(dark) for dark in row] for row in segno.make(address, error="l", micro=False, boost_error=False).matrix
    ]
    code = page.get_by_role("img", name="QR code of this page’s address")
    code.evaluate("e => e.decode()")
    assert code.locator("..").inner_text().strip() == "Continue on your phone"
    picture = Image.open(BytesIO(code.screenshot())).convert("L")
    side = len(rows) + 8  # with the quiet zone of four modules around it
    step = picture.width / side
    drawn = [
        [picture.getpixel((int((x + 0.5) * step), int((y + 0.5) * step))) < 128 for x in range(side)]
        for y in range(side)
    ]
    assert [row[4:-4] for row in drawn[4:-4]] == rows
    ground = [*drawn[0], *drawn[3], *drawn[-1], *(dark for row in drawn for dark in row[:4] + row[-4:])]
    assert not any(ground)
    page.close()


def test_the_code_is_on_paper_and_not_on_a_phone(browser: Browser, site_url: str) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(site_url + "turn-on/mac/")
    code = page.locator(".phone img")
    assert not code.is_visible()
    page.emulate_media(media="print")
    assert code.is_visible()
    page.close()
