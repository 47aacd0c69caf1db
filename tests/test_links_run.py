"""`guide links` as a command: its words and exit codes, the real engine, and how server and crawl end."""

from __future__ import annotations

import shutil
import subprocess
import threading
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner
from conftest import ROOT
from guide.cli import main
from guide.findings import CannotRunError
from guide.links import crawl, gate
from guide.links.server import serve
from guide.links.site import Site, load, of_data, of_page, of_style
from hypothesis import given
from hypothesis import strategies as st
from small_site import HOME, good, page, write


def test_this_site_is_silent(site: Path) -> None:
    built = load(site)
    assert len(built.pages) > 45
    assert gate.check(built, ROOT / "docs") == []


def test_the_command_says_where_and_counts_what_leads_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "site", {"index.html": '<a href="nope/"></a><a href="https://example.com/#a">'})
    result = CliRunner().invoke(main, ["links"])
    assert result.stdout == "site/index.html: links: index.html → nope/: 404 File not found\n"
    assert "1 pages, 2 links; 1 lead out, not fetched" in result.stderr
    assert result.exit_code == 1


def test_the_command_lists_what_leads_out(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "index.html": page(
                "index.html", body='<a href="https://e.org/#a"></a><a href="//e.org/"></a><img src="//e.com/i">'
            )
        },
    )
    result = CliRunner().invoke(main, ["links", "--list", str(tmp_path)])
    assert result.stdout == "https://e.com/i ← index.html\nhttps://e.org/ ← index.html\n"
    assert result.exit_code == 0


@pytest.mark.parametrize(("made", "said"), [([], "no such folder"), (["site/a.html"], "there is no index.html")])
def test_a_folder_that_is_no_site_is_exit_code_2(made: list[str], said: str, tmp_path: Path) -> None:
    write(tmp_path, dict.fromkeys(made, ""))
    result = CliRunner().invoke(main, ["links", str(tmp_path / "site")])
    assert result.exit_code == 2
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_no_proxy_and_no_language_of_the_user_changes_what_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"http_proxy": "http://127.0.0.1:9", "LANGUAGE": "de", "HOME": str(tmp_path / "home")}.items():
        monkeypatch.setenv(name, value)
    found = gate.check(load(write(tmp_path, {"index.html": '<a href="mailto:x">'})), tmp_path)
    assert [finding.found for finding in found] == ["index.html → mailto:x: Missing `@' in mail address `x'."]
    assert not (tmp_path / "home").exists()


def test_a_site_that_only_its_owner_can_read_is_checked(tmp_path: Path) -> None:
    files = write(tmp_path / "site", {"index.html": "<p>x"})
    (files / "index.html").chmod(0o600)
    files.chmod(0o700)
    assert gate.check(load(files), tmp_path) == []


@pytest.mark.parametrize("end", [KeyboardInterrupt, RuntimeError, SystemExit])
def test_server_and_crawl_stop_however_it_ends(
    end: type[BaseException], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[subprocess.Popen[bytes]] = []

    class Interrupted(subprocess.Popen):
        def communicate(self, *_: object, **__: object) -> tuple[bytes, bytes]:
            started.append(self)
            raise end

    monkeypatch.setattr(crawl.subprocess, "Popen", Interrupted)
    threads = threading.active_count()
    with pytest.raises(end):
        gate.check(load(write(tmp_path, good())), tmp_path)
    assert [process.poll() is not None for process in started] == [True]
    assert threading.active_count() == threads


def test_a_crawl_that_breaks_is_exit_code_2(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crawl.sys, "executable", shutil.which("false"))
    with pytest.raises(CannotRunError, match="linkchecker stopped with an error of its own"):
        gate.check(load(write(tmp_path, good())), tmp_path)


def test_a_crawl_that_hangs_is_exit_code_2(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crawl, "SECONDS", 0.01)
    with pytest.raises(CannotRunError, match="did not finish"):
        gate.check(load(write(tmp_path, good())), tmp_path)


def test_the_server_answers_as_a_host_does(tmp_path: Path) -> None:
    write(tmp_path, {"index.html": "home", "a/index.html": "a", "empty/x.txt": "x"})

    def status(address: str) -> int:
        return httpx.get(address, trust_env=False).status_code

    with serve(tmp_path, "/g/") as home:
        assert [status(home + path) for path in ("", "a/", "a", "empty/", "no", "../etc")] == [
            200,
            200,
            301,
            404,
            404,
            404,
        ]
        assert status(home.replace("/g/", "/index.html")) == 404


@given(st.binary() | st.text(alphabet="/.:[]#?%@\\ é\x00\n<>\"'(,;=").map(str.encode))
def test_any_bytes_are_read_as_a_page_and_a_style_sheet(data: bytes) -> None:
    html = (
        b'<a href="' + data + b'" id="' + data + b'" style="' + data + b'"><img srcset="' + data + b'"><style>' + data
    )
    site = Site(Path("site"), frozenset({"index.html"}), {"index.html": of_page("index.html", html)}, (), {}, HOME)
    assert isinstance(gate.outward(site), dict)
    assert list(of_style(data.decode("utf-8", "replace"))) is not None


@given(st.binary(), st.sampled_from(["sitemap.xml", "search.json"]))
def test_any_bytes_are_read_as_data_or_refused_in_words(data: bytes, name: str) -> None:
    with suppress(ValueError):
        assert isinstance(of_data(name, data), list)


def test_deep_nesting_is_one_clear_error(tmp_path: Path) -> None:
    write(tmp_path, {"index.html": "", "a.css": "(" * 100_000})
    with pytest.raises(CannotRunError, match="cannot read it"):
        load(tmp_path)
    write(tmp_path, {"a.css": "", "search.json": "[" * 100_000})
    assert "search.json" in load(tmp_path).unreadable


def test_the_command_annotates_for_github(tmp_path: Path) -> None:
    write(tmp_path, {"index.html": '<a href="nope/">'})
    result = CliRunner().invoke(main, ["links", "--format", "github", str(tmp_path)])
    assert result.stdout.startswith("::error file=")
