"""`guide links` and `guide crawl` as commands: their words and exit codes, the real engine, the server."""

from __future__ import annotations

import socket
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from click.testing import CliRunner
from conftest import guide
from guide.cli import main
from guide.site import links
from guide.site.model import load, parse
from guide.site.server import serve
from hypothesis import given
from hypothesis import strategies as st
from small_site import good, page, write


def test_this_site_is_silent(site: Path) -> None:
    built = load(site)
    assert len(built.pages) > 45
    assert links.check(built) == []


def test_the_command_says_where_and_counts_what_leads_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (write(tmp_path, {"docs/index.md": ""}))
    write(tmp_path / "site", {"index.html": '<p>\n<p>nope/\n<a href="nope/">\n<a href="https://example.com/#a">'})
    result = CliRunner().invoke(main, ["links"])
    assert result.stdout == "site/index.html:3: links: nope/: it leads nowhere; made from docs/index.md\n"
    assert "1 pages, 2 links; 1 lead out, not fetched" in result.stderr
    assert result.exit_code == 1
    result = CliRunner().invoke(main, ["links", "--format", "github"])
    assert result.stdout.startswith("::error file=site/index.html,line=3")
    result = CliRunner().invoke(main, ["links", "--format", "markdown"])
    assert result.stdout == "- [ ] `site/index.html:3`: `nope/: it leads nowhere; made from docs/index.md`\n"


def test_what_leads_out_is_listed_once_with_the_files_that_name_it() -> None:
    html = b'<a href="https://e.org/#a"></a><a href="//e.org/"></a><img src="//e.com/i">'
    assert links.outward(parse(Path("site"), {"index.html": html})) == {
        "https://e.com/i": ["index.html"],
        "https://e.org/": ["index.html"],
    }


@pytest.mark.parametrize(("made", "said"), [([], "no such folder"), (["site/a.html"], "there is no index.html")])
@pytest.mark.parametrize("command", ["links", "crawl", "pdf"])
def test_a_folder_that_is_no_site_is_exit_code_2(command: str, made: list[str], said: str, tmp_path: Path) -> None:
    write(tmp_path, dict.fromkeys(made, ""))
    result = CliRunner().invoke(main, [command, str(tmp_path / "site")])
    assert result.exit_code == 2
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_linkchecker_crawls_with_our_configuration_and_its_exit_code_is_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    faults = '<a href="../phone"></a><a href="mailto:nobody"></a><a href="mailto:a@b@example.org">'
    write(tmp_path, good() | {"mac/index.html": page("mac/index.html", body=faults)})
    done = guide("crawl", tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "1 warning found" in done.stdout.replace("warnings", "warning")
    assert "2 errors found" in done.stdout
    assert "Traceback" not in done.stderr
    write(tmp_path, good())
    assert guide("crawl", tmp_path).returncode == 0


def test_the_server_answers_as_a_host_does(tmp_path: Path) -> None:
    write(tmp_path, {"index.html": "home", "a/index.html": "a", "empty/x.txt": "x"})

    def status(address: str) -> int:
        return httpx.get(address, trust_env=False).status_code

    with serve(tmp_path, "/g/") as home:
        told = [status(home + path) for path in ("", "a/", "a", "empty/", "no", "../etc")]
        assert told == [200, 200, 301, 404, 404, 404]
        assert status(home.replace("/g/", "/index.html")) == 404


def test_a_client_that_hangs_up_is_no_error_of_ours(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, {"index.html": "home " * 10_000_000})
    with serve(tmp_path, "/") as home:
        for _ in range(3):
            with socket.create_connection(("127.0.0.1", urlsplit(home).port)) as client:
                client.sendall(b"GET / HTTP/1.0\r\n\r\n")
                assert client.recv(10)
        assert httpx.get(home, trust_env=False).status_code == 200
    assert capfd.readouterr().err == ""


@given(st.binary() | st.text(alphabet="/.:[]#?%@\\ é\x00\n<>\"'(,;=").map(str.encode))
def test_any_bytes_are_read_as_a_site(data: bytes) -> None:
    html = (
        b'<a href="' + data + b'" id="' + data + b'" style="' + data + b'"><img srcset="' + data + b'"><style>' + data
    )
    files = {"index.html": html, "a.css": data, "sitemap.xml": data, "search.json": data}
    site = parse(Path("site"), files)
    with suppress(KeyError):
        assert isinstance(links.outward(site), dict)
    assert {"sitemap.xml", "search.json"} <= {finding.path.removeprefix("site/") for finding in links.check(site)}
