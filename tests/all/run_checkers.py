"""The published site by two kinds of checkers from npm: `make test-nu`.

The Nu HTML checker reads every page; stylelint and eslint compare styles and scripts with what the oldest browsers in
`npm/package.json` know. What they may find stands in `exceptions.yml`.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
import yaml
from conftest import ROOT, program
from guide.site.server import serve
from selectolax.lexbor import LexborHTMLParser

if TYPE_CHECKING:
    from pathlib import Path

NPM = ROOT / ".made/npm"
EXCEPTIONS = yaml.safe_load((ROOT / "tests/all/exceptions.yml").read_text("utf-8"))

Found = dict[str, str]  # what was found, and the first place of it


def output(*command: str, folder: Path, codes: tuple[int, ...]) -> str:
    """Return what a program says; its exit code tells whether it could run."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode in codes, done.stdout + done.stderr
    return done.stdout or done.stderr  # both Nu and stylelint print what they find on stderr


def nu(site: Path) -> Found:
    """Check every page, served as it is uploaded; errors and warnings."""
    names = sorted(page.relative_to(site).as_posix() for page in site.rglob("*.html"))
    assert names
    checker = (
        program("java", "default-jre-headless"),
        "-Dnu.validator.servlet.allow-forbidden-hosts=true",
        "-jar",
        "vnu.jar",
        "--format",
        "json",
    )
    with serve(site, "/guide/") as address:
        addresses = [address + name.removesuffix("index.html") for name in names]
        said = output(*checker, *addresses, folder=NPM / "node_modules/vnu-jar/build/dist", codes=(0, 1))
    messages = json.loads(said)["messages"]
    return {one["message"]: f"{one.get('url')} {one.get('extract')}" for one in reversed(messages)}


def css(site: Path) -> Found:
    """Check every style sheet."""
    config = str(NPM / "stylelint.config.mjs")
    stylelint = str(NPM / "node_modules/.bin/stylelint")
    said = output(stylelint, "--config", config, "--formatter", "json", "**/*.css", folder=site, codes=(0, 2))
    found = {}
    for sheet in json.loads(said):
        for one in sheet["warnings"]:
            feature = re.search(r"featureId: (\S+)\)", one["text"])
            found[feature[1] if feature else one["text"]] = f"{sheet['source']}:{one['line']}:{one['column']}"
    return found


def javascript(site: Path, folder: Path) -> Found:
    """Check every script, those inside pages too."""
    inside = {
        node.text()
        for page in site.rglob("*.html")
        for node in LexborHTMLParser(page.read_text("utf-8")).css("script:not([src], [type])")
    }
    for number, text in enumerate(sorted(inside)):
        (folder / f"inside-pages-{number}.js").write_text(text, "utf-8")
    for script in site.rglob("*.js"):
        shutil.copy(script, folder)
    config = str(NPM / "eslint.config.mjs")
    eslint = str(NPM / "node_modules/.bin/eslint")
    said = output(
        eslint, "--config", config, "--no-inline-config", "--format", "json", ".", folder=folder, codes=(0, 1)
    )
    return {
        one["message"]: f"{script['filePath']}:{one['line']}:{one['column']}"
        for script in json.loads(said)
        for one in script["messages"]
    }


def unlike(found: Found, listed: dict[str, str]) -> list[str]:
    """Return what was found and is not listed, and what is listed and was not found."""
    new = [f"{place}: {what}" for what, place in found.items() if what not in listed]
    return new + [f"exceptions.yml: no longer found, remove it: {what}" for what in listed if what not in found]


def test_every_page_is_valid_html(shipped: Path):
    assert unlike(nu(shipped), EXCEPTIONS["nu"]) == []


def test_the_oldest_browsers_know_our_styles(shipped: Path):
    assert unlike(css(shipped), EXCEPTIONS["css"]) == []


def test_the_oldest_browsers_know_our_scripts(shipped: Path, tmp_path: Path):
    assert unlike(javascript(shipped, tmp_path), EXCEPTIONS["javascript"]) == []


def test_an_invalid_page_is_found(tmp_path: Path):
    (tmp_path / "index.html").write_text("<!doctype html><html lang=en><title>A</title><ul><p>B</ul>", "utf-8")
    assert "Element “p” not allowed as child of element “ul” in this context." in "".join(nu(tmp_path))


def test_a_style_that_is_too_new_is_found(tmp_path: Path):
    (tmp_path / "new.css").write_text("a:has(b) { inset: 0 }\n", "utf-8")
    assert set(css(tmp_path)) == {"selectors.has", "properties.inset"}


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("structuredClone({})", "structuredClone is not supported in Safari 13, iOS Safari 13.0-13.1"),
        ("/* eslint-disable */ structuredClone({})", "structuredClone is not supported in Safari 13"),
        ("a?.b", "Parsing error: Unexpected token ."),
    ],
)
def test_a_script_that_is_too_new_is_found(tmp_path: Path, script: str, message: str):
    site, folder = tmp_path / "site", tmp_path / "scripts"
    site.mkdir()
    folder.mkdir()
    (site / "index.html").write_text(f"<!doctype html><title>A</title><script>{script}</script>", "utf-8")
    assert message in "".join(javascript(site, folder))


def test_an_exception_is_for_what_is_found_and_nothing_else():
    assert unlike({"new": "page.html:1"}, {"gone": "its reason"}) == [
        "page.html:1: new",
        "exceptions.yml: no longer found, remove it: gone",
    ]


def test_a_missing_program_is_named_with_its_package():
    with pytest.raises(pytest.fail.Exception, match=r"^no-such-program is missing: apt-get install its-package$"):
        program("no-such-program", "its-package")
    assert program("no-such-program", "its-package", "sh")
