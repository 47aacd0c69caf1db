"""`guide links --external`: how an address is classed, and how kindly it is asked for, on a web of our own."""

from __future__ import annotations

import datetime
import json
import time
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from threading import Thread

import httpx
import pytest
from click.testing import CliRunner
from guide.cli import main
from guide.findings import CannotRunError, lines
from guide.site import external
from guide.site.model import load
from small_site import write

DAY = datetime.date(2026, 11, 24)
OK = 200, ""
# path: status, and where it redirects to
PATHS = {
    "/102660": OK, "/other": OK, "/": OK, "/en-us/": OK, "/kb/index": OK, "/login": OK, "/de-de/guide/mac/15.0/use-it-abc1": OK,
    "/en-us/102660": OK, "/en-us/title-of-it-111111": OK, "/slow": OK,
    "/missing": (404, ""), "/gone": (410, ""), "/forbidden": (403, ""), "/busy": (429, ""), "/error": (500, ""),
    "/moved": (301, "/102660"), "/moved-twice": (308, "/moved"), "/moved-then-away": (301, "/away"), "/HT204915": (301, "/en-us/102660"),
    "/away": (302, "/other"), "/111111": (301, "/en-us/111111"), "/en-us/111111": (302, "/en-us/title-of-it-111111"),
    "/guide/mac/abc1": (301, "/de-de/guide/mac/15.0/use-it-abc1"), "/secure": (301, "https://www.a.test/other"),
    "/soft-home": (302, "/"), "/soft-locale-home": (301, "/en-us/"), "/loop": (302, "/loop"),
}  # fmt: skip
CASES = {
    "/102660": ("fine", ""),
    "/": ("fine", ""),
    "/away": ("fine", ""),
    "/111111": ("fine", ""),
    "/guide/mac/abc1": ("fine", ""),
    "/moved": ("moved", "to https://a.test/102660"),
    "/moved-twice": ("moved", "to https://a.test/102660"),
    "/moved-then-away": ("moved", "to https://a.test/away"),
    "/HT204915": ("moved", "to https://a.test/en-us/102660"),
    "/secure": ("moved", "to https://www.a.test/other"),
    "/missing": ("broken", "404 Not Found"),
    "/gone": ("broken", "410 Gone"),
    "/soft-home": ("broken", "it redirects to the start page, https://a.test/"),
    "/soft-locale-home": ("broken", "it redirects to the start page, https://a.test/en-us/"),
    "https://nowhere.test/": ("broken", "no such host"),
    "https://offline.test/": ("could not verify", "Temporary failure"),
    "/forbidden": ("could not verify", "403 Forbidden"),
    "/busy": ("could not verify", "429 Too Many Requests"),
    "/error": ("could not verify", "500 Internal Server Error"),
    "/loop": ("could not verify", "maximum allowed redirects"),
    "ftp://a.test/": ("could not verify", ""),
}
asked: list[tuple[str, str, float]] = []


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        asked.append((self.headers["Host"], self.headers["User-Agent"], time.monotonic()))
        status, location = PATHS[self.path]
        time.sleep(0.6 if self.path == "/slow" else 0)
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


class Local(httpx.HTTPTransport):
    """Leads every host to the local server, but for hosts that do not exist."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self.port = port

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.host in {"nowhere.test", "offline.test"}:
            nowhere = request.url.host == "nowhere.test"
            raise httpx.ConnectError(
                "[Errno -2] Name or service not known" if nowhere else "[Errno -3] Temporary failure"
            )
        url = request.url
        if url.scheme in {"http", "https"}:
            url = url.copy_with(scheme="http", host="127.0.0.1", port=self.port)
        led = httpx.Request(request.method, url, headers=request.headers, extensions=request.extensions)
        return super().handle_request(led)


@pytest.fixture(scope="module")
def web():
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield external.Web("test", pause=0, each=9, transport=Local(server.server_port))
        server.shutdown()


@pytest.mark.parametrize("address", CASES)
def test_an_address_is_classed(web: external.Web, address: str):
    full = f"https://a.test{address}" if address.startswith("/") else address
    ((_, kind, why),) = web.ask([full])
    assert (kind, CASES[address][1] in why) == (CASES[address][0], True), why


def test_an_address_that_takes_too_long_is_no_verdict(web: external.Web):
    ((_, kind, why),) = replace(web, each=0.2).ask(["https://a.test/slow"])
    assert (kind, why) == ("could not verify", "timed out")


def test_a_host_is_asked_with_a_pause_and_others_meanwhile(web: external.Web):
    asked.clear()
    addresses = [f"https://{host}.test{path}" for path in ("/102660", "/other") for host in "ab"]
    assert {kind for _, kind, _ in replace(web, pause=0.2).ask(addresses)} == {"fine"}
    times = {host: [time for name, _, time in asked if name == f"{host}.test"] for host in "ab"}
    assert all(after - before > 0.19 for each in times.values() for before, after in pairwise(each))
    assert times["b"][0] < times["a"][1]
    assert {agent for _, agent, _ in asked} == {"test"}


def test_the_limit_for_all_is_kept(web: external.Web):
    first, second = replace(web, pause=9, limit=1).ask(["https://a.test/102660", "https://a.test/other"])
    assert first[1:] == ("fine", "")
    assert second[1:] == ("could not verify", "not asked within 1 s")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    links = "".join(f'<a href="https://a.test{path}"></a>' for path in ("/moved#part", "/missing", "/error"))
    write(tmp_path / "docs", {"b.md": ""})
    return write(tmp_path / "site", {"index.html": '<a href="b/"></a>' + links, "b/index.html": links})


def run(site: Path, web: external.Web, day: datetime.date = DAY, state: Path | None = None) -> list[str]:
    loaded = load(site)
    found, summary = external.check(loaded, web.ask(external.outward(loaded)), {"https://a.test/moved": 7}, day, state)
    assert summary == "3 addresses: 1 could not verify, 1 moved, 1 broken"
    return lines(found)


def test_findings_are_where_the_source_is_defined_or_where_it_is_named(site: Path, web: external.Web):
    on = "named on b/, the home page"
    assert run(site, web) == [
        f"docs/b.md: broken: https://a.test/missing (404 Not Found); {on}; {external.FIXES['broken']}",
        f"docs/b.md: could not verify: https://a.test/error (500 Internal Server Error); {on}",
        f"docs/includes/sources.md:7: moved: https://a.test/moved (to https://a.test/102660); {on}; {external.FIXES['moved']}",
    ]


def test_the_state_remembers_since_when(site: Path, web: external.Web, tmp_path: Path):
    state = tmp_path / "state.json"
    run(site, web, DAY, state)
    seen = json.loads(state.read_text())
    seen["https://a.test/missing"][0] = "could not verify"
    seen["https://left.test/"] = ["fine", "2026-01-01"]
    state.write_text(json.dumps(seen))
    broken, _, moved = run(site, web, DAY + datetime.timedelta(days=30), state)
    assert "since" not in broken
    assert "; since 2026-11-24; named on" in moved
    assert "https://left.test/" not in json.loads(state.read_text())


@pytest.mark.parametrize("content", ["{", "[]", '{"a": ["fine", "some day"]}', '{"a": 3}'])
def test_a_state_of_another_kind_is_refused(content: str, site: Path, web: external.Web, tmp_path: Path):
    (tmp_path / "state.json").write_text(content)
    with pytest.raises(CannotRunError, match="not the state of an earlier run"):
        run(site, web, DAY, tmp_path / "state.json")


def test_without_a_network_there_is_no_verdict(tmp_path: Path, web: external.Web):
    site = write(tmp_path, {"index.html": '<a href="https://offline.test/"></a><a href="https://nowhere.test/">'})
    with pytest.raises(CannotRunError, match="check the network"):
        run(site, web)


@pytest.mark.parametrize(("path", "code"), [("/102660", 0), ("/missing", 1)])
def test_the_command(path: str, code: int, tmp_path: Path, web: external.Web, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    write(
        tmp_path / "docs/includes", {"../../mkdocs.yml": "{}", "sources.md": "", "tabs.yml": "[]", "labels.yml": "{}"}
    )
    write(tmp_path / "site", {"index.html": f'<a href="http://127.0.0.1:{web.transport.port}{path}">'})
    result = CliRunner().invoke(main, ["links", "--external", "--on", "2026-11-24", "--state", "state.json"])
    assert result.exit_code == code, result.output
    assert "1 addresses: 1 " in result.stderr
    assert (tmp_path / "state.json").exists()


def test_what_belongs_to_external_is_refused_without_it():
    assert CliRunner().invoke(main, ["links", "--state", "x"]).exit_code == 2
