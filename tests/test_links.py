"""`guide links`: every fault that it has to find on a built site, and its silence on a good one."""

from __future__ import annotations

import json
import socket
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
from small_site import HOME, feed, good, index, not_found, page, sitemap, write


def check(folder: Path, files: dict[str, str | bytes]) -> set[str]:
    """Return `file: message` of each finding on a site of these files; each has a line if it is about an address."""
    found = links.check(load(write(folder, files)))
    assert all(finding.line for finding in found if ": " in finding.found and finding.path.endswith("html"))
    return {f"{Path(finding.path).relative_to(folder).as_posix()}: {finding.message}" for finding in found}


# What stands in the head or body of mac/index.html, and what has to be said about it.
IN_A_PAGE = {
    "missing page": ('<a href="../nope/">', "../nope/: it leads nowhere"),
    "missing page by the wrong case": ('<a href="../Phone/">', '../Phone/: it leads nowhere; did you mean "phone/"?'),
    "missing page that stands elsewhere": ('<a href="./plain.html">', 'it leads nowhere; did you mean "plain.html"?'),
    "missing anchor": ('<a href="../phone/#here">', 'there is no #here in phone/index.html; did you mean "there"?'),
    "missing anchor in the page itself": ('<a href="#gone">', "#gone: there is no #gone in mac/index.html"),
    "folder without its slash, with an anchor": ('<a href="../phone#there">', "slash; write ../phone/#there"),
    "folder without its slash": ('<a href="../phone">', "../phone: a folder without its slash; write ../phone/"),
    "missing picture": ('<img alt="" src="../no-picture.png">', "../no-picture.png: it leads nowhere"),
    "missing script": ('<script src="../no-script.js"></script>', "../no-script.js: it leads nowhere"),
    "missing stylesheet": ('<link rel="stylesheet" href="../no.css">', "../no.css: it leads nowhere"),
    "missing icon": ('<link rel="icon" href="../no-icon.svg">', "../no-icon.svg: it leads nowhere"),
    "missing srcset": ('<img alt="" srcset="../card.png 1x, ../no-2x.png 2x">', "../no-2x.png: it leads nowhere"),
    "missing picture source": ('<picture><source srcset="../no-dark.webp"></picture>', "../no-dark.webp: it leads nowhere"),
    "missing video": ('<video src="../no-video.mp4"></video>', "../no-video.mp4: it leads nowhere"),
    "missing poster": ('<video poster="../no-poster.png"></video>', "../no-poster.png: it leads nowhere"),
    "missing frame": ('<iframe src="../no-frame.html"></iframe>', "../no-frame.html: it leads nowhere"),
    "missing object": ('<object data="../no-object.svg"></object>', "../no-object.svg: it leads nowhere"),
    "missing svg image": ('<svg><image href="../no-image.png"/></svg>', "../no-image.png: it leads nowhere"),
    "missing url() in a style element": ("<style>b{background:url(../no-style.png)}</style>", "../no-style.png: it leads nowhere"),
    "missing url() in a style attribute": ('<b style="background:url(\'../no-attr.png\')">', "../no-attr.png: it leads nowhere"),
    "missing og:image": (f'<meta property="og:image" content="{HOME}no-card.png">', f"{HOME}no-card.png: it leads nowhere"),
    "og:image off the site": ('<meta property="og:image" content="https://a.example/">', "a.example/: it leads off"),
    "relative og:image": ('<meta property="og:image" content="../card.png">', "../card.png: it is not a full address"),
    "rooted og:image": ('<meta property="og:image" content="/card.png">', ": /card.png: it is not a full address"),
    "alternate off the site": ('<link rel="alternate" href="https://b.example/">', "b.example/: it leads off"),
    "missing alternate": (f'<link rel="alternate" href="{HOME}no-feed.xml">', f"{HOME}no-feed.xml: it leads nowhere"),
    "duplicate id": ('<i id="x"></i><b id="x"></b>', "#x: the id is there more than once"),
    "malformed mailto": ('<a href="mailto:nobody">', "mailto:nobody: this is not a mail address"),
    "mailto with two at signs": ('<a href="mailto:a@b@example.org">', "mailto:a@b@example.org: this is not a mail address"),
    "malformed tel": ('<a href="tel:call us">', "tel:call us: this is not a telephone number"),
    "tel without a digit": ('<a href="tel:+">', "tel:+: this is not a telephone number"),
    "javascript link": ('<a href="javascript:void(0)">', "javascript:void(0): a script instead of an address"),
    "climbs out of the site": ('<a href="../../../mac/">', "../../../mac/: it leads out of the site by its path"),
    "climbs out and back in": ('<a href="../../guide/mac/">', "../../guide/mac/: it leads out"),
    "rooted outside the site": ('<a href="/mac/">', ": /mac/: it leads out of the site by its path; a path under /guide/; make it relative"),
    "rooted": ('<a href="/guide/phone/">', "/guide/phone/: it is absolute"),
    "full address of the site itself": (f'<img alt="" src="{HOME}card.png">', f"{HOME}card.png: it is absolute"),
    "full address of the site itself by http": ('<a href="http://example.org/guide/mac/">', "mac/: it is absolute"),
    "no address at all": ('<a href="http://[::1">', "http://[::1: this is not an address"),
    "space around an address": ('<a href=" ../nope-either/ ">', "../nope-either/: "),
    "forwards to nowhere": ('<meta http-equiv="refresh" content="0; url=../no-page/">', "../no-page/: it leads nowhere"),
}  # fmt: skip
# Other files of the site, each with all its faults, and what has to be said about each of them.
ELSEWHERE = {
    "style.css": (
        '@import "no-import.css"; a{background:url(no-css.png)} b{background:url(/guide/card.png)}',
        {"no-import.css: it leads nowhere", "no-css.png: it leads nowhere", "/guide/card.png: it is absolute"},
    ),
    "404.html": (
        not_found('<a href="nope/">') + '<a href="mac/"></a><a href="/mac/">',
        {
            "/guide/nope/: it leads nowhere",
            "mac/: it is relative on a page that is served",
            "/mac/: it leads out of the site by its path; a path under /guide/",
        },
    ),
    "sitemap.xml": (
        sitemap(HOME, HOME + "nope/", "https://example.com/guide/"),
        {f"{HOME}nope/: it leads nowhere", "https://example.com/guide/: it leads off the site"},
    ),
    "feed.xml": (feed(HOME + "nope/"), {f"{HOME}nope/: it leads nowhere"}),
    "search/search_index.json": (
        index("nope/", "phone/#no"),
        {"nope/: it leads nowhere", "phone/#no: there is no #no in phone"},
    ),
    "search.json": (json.dumps({"items": [{"location": "no/"}]}), {"no/: it leads nowhere"}),
    "sitemap-broken.xml": ("<urlset><loc>", {"it cannot be read"}),
    "search-broken.json": ("{", {"it cannot be read"}),
    "alone/index.html": (page("alone/index.html", body='<a href="">'), {"no other page links to it"}),
    "plain.html": (
        page("plain.html", canonical='<link rel="canonical" href="https://other.example/plain.html">'),
        {"https://other.example/plain.html: it leads off the site"},
    ),
    "other/index.html": (
        page("other/index.html", canonical=f'<link rel="canonical" href="{HOME}in/">'),
        {f"{HOME}in/: it leads nowhere", "no other page links to it"},
    ),
}


@pytest.fixture(scope="module")
def in_a_page(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    files = good()
    files["mac/index.html"] = page("mac/index.html", "", "".join(fault for fault, _ in IN_A_PAGE.values()))
    files["index.html"] = page("index.html", body='<a href="mac/"></a><a href="nope/"></a>')
    return check(tmp_path_factory.mktemp("faults"), files)


@pytest.mark.parametrize("name", IN_A_PAGE)
def test_a_fault_in_a_page_is_found_once(name: str, in_a_page: set[str]) -> None:
    said = IN_A_PAGE[name][1]
    mine = [line for line in in_a_page if line.startswith("mac/index.html: ") and said in line]
    assert len(mine) == 1, mine or "\n".join(sorted(in_a_page))


def test_nothing_else_is_found_in_that_page(in_a_page: set[str]) -> None:
    mine = [line for line in in_a_page if line.startswith("mac/index.html: ")]
    assert len(mine) == len(IN_A_PAGE), "\n".join(sorted(mine))


def test_a_fault_that_two_pages_share_is_found_on_both(in_a_page: set[str]) -> None:
    assert {line for line in in_a_page if "nope/: " in line} == {
        "mac/index.html: ../nope/: it leads nowhere",
        "index.html: nope/: it leads nowhere",
    }


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    faulty = {file: content for file, (content, _) in ELSEWHERE.items()}
    return check(tmp_path_factory.mktemp("elsewhere"), good() | faulty)


@pytest.mark.parametrize("file", ELSEWHERE)
def test_the_faults_of_another_file_are_found_and_no_more(file: str, elsewhere: set[str]) -> None:
    mine = {line for line in elsewhere if line.startswith(f"{file}: ")}
    expected = ELSEWHERE[file][1]
    assert len(mine) == len(expected), mine
    assert all(any(said in line for line in mine) for said in expected), mine


def test_no_other_file_has_a_fault(elsewhere: set[str]) -> None:
    assert len(elsewhere) == sum(len(expected) for _, expected in ELSEWHERE.values()), elsewhere


@pytest.mark.parametrize("home", [HOME, "https://example.org/", "https://example.org/a/b%20c/"])
def test_a_good_site_is_silent_under_any_path(home: str, tmp_path: Path) -> None:
    path = home.removeprefix("https://example.org")
    moved = {
        name: content.replace(HOME, home).replace('"/guide/', f'"{path}') if isinstance(content, str) else content
        for name, content in good().items()
    }
    assert check(tmp_path, moved) == set()


def test_a_site_without_canonical_addresses_is_checked(tmp_path: Path) -> None:
    files = {"index.html": '<a href="a.html"></a><a href="/a.html">', "a.html": '<a href="./">'}
    assert check(tmp_path, dict(files)) == {
        "index.html: /a.html: it is absolute; a relative address: the site has to work under any path"
    }


def test_what_most_pages_share_is_said_once(tmp_path: Path) -> None:
    last = "as on 8 other pages; look in the theme and in the navigation"
    shared = page("p.html", canonical="", body='<a href="nope/"></a>')
    found = check(tmp_path, good() | {f"p{number}.html": shared for number in range(9)} | {"style.css": "a{}"})
    assert [line for line in found if "nope/" in line] == [f"p0.html: nope/: it leads nowhere, {last}"]


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
