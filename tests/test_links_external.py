"""`guide links --external`: how an address is classed, and how kindly it is asked for, on a web of our own."""

from __future__ import annotations

import _thread
import asyncio
import datetime
import gc
import json
import signal
import threading
from collections import defaultdict
from dataclasses import replace
from email.utils import format_datetime
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from click.testing import CliRunner
from guide.cli import main
from guide.findings import CannotRunError
from guide.links import external, web
from guide.links.site import load
from guide.links.verdict import judge
from guide.pages.page import Source
from small_site import write
from small_web import Local, Web, open_web

if TYPE_CHECKING:
    from collections.abc import Iterator

FAST = web.Pace(pause=0, each=5, overall=30, repeats=1, backoff=0.01, patience=5)
DAY = datetime.date(2026, 11, 24)
TITLE = "Two-factor authentication for Apple Account (read 2026-11)"

# path: what sources.md calls it, class, and words of the reason
CASES = {
    "/102660": (TITLE, "fine", ""),
    "/paper.pdf": (TITLE, "fine", ""),
    "/no-head": ("", "fine", ""),
    "/lies-to-head": ("", "fine", ""),
    "/flaky": ("", "fine", ""),
    "/busy-0": ("", "fine", ""),
    "/away": ("", "fine", ""),
    "/111111": ("", "fine", ""),
    "/huge": ("Huge (read 2026-11)", "fine", ""),
    "/huge-untitled": ("", "fine", ""),
    "/wrong-charset": ("Schlüssel für Ihr Konto (read 2026-11)", "fine", ""),
    "/unknown-charset": ("Schlüssel für Ihr Konto (read 2026-11)", "fine", ""),
    "/untitled": ("", "fine", ""),
    "/moved": ("", "moved", "/102660"),
    "/moved-twice": ("", "moved", "/102660"),
    "/moved-then-away": ("", "moved", "/away"),
    "/HT204915": (TITLE, "moved", "https://support.apple.com/102660"),
    "/other": (TITLE, "changed", "Keep your account secure - Apple Support"),
    "/untitled?": (TITLE, "changed", "it has no title now"),
    "/missing": ("", "broken", "404 Not Found"),
    "/gone": ("", "broken", "410 Gone"),
    "/soft-200": ("", "broken", "a soft 404: it answers 200"),
    "/soft-home": ("", "broken", "a soft 404: it redirects to https://support.apple.com/"),
    "/soft-locale-home": ("", "broken", "a soft 404: it redirects to https://support.apple.com/en-us/"),
    "/soft-search": ("", "broken", "a soft 404"),
    "/soft-error": ("", "broken", "a soft 404"),
    "https://nowhere.test/": ("", "broken", "no such host"),
    "https://offline.test/": ("", "could not verify", "no"),
    "/forbidden": ("", "could not verify", "403 Forbidden"),
    "/odd": ("", "could not verify", "499"),
    "/nowhere-to-go": ("", "could not verify", "300 Multiple Choices"),
    "/unchanged": ("", "could not verify", "304 Not Modified"),
    "/error": ("", "could not verify", "500 Internal Server Error"),
    "/members": ("", "could not verify", "it redirects to https://support.apple.com/login"),
    "/no-address": ("", "could not verify", "Invalid IPv6 URL"),
    "/loop": ("", "could not verify", "it redirects in a circle"),
    "/hop": ("", "could not verify", "it redirects in a circle"),
    "/drip": ("", "could not verify", "no answer within 0.5 s"),
    "/drip-head": ("", "could not verify", "no answer within 0.5 s"),
    "/noise": ("", "could not verify", ""),
    "/hangs-up": ("", "could not verify", "Server disconnected"),
    "/bad-gzip": ("", "could not verify", ""),
    "ftp://support.apple.com/": ("", "could not verify", ""),
    "https://support.apple.com:x/": ("", "could not verify", ""),
}


def full(address: str) -> str:
    return f"https://support.apple.com{address}" if address.startswith("/") else address


@pytest.fixture(scope="module")
def small_web() -> Iterator[Web]:
    with open_web() as opened:
        yield opened


@pytest.fixture(scope="module")
def answers(small_web: Web) -> dict[str, web.Answer]:
    found = []
    for slow, each in ((True, 0.5), (False, FAST.each)):
        addresses = [full(path) for path in CASES if path.startswith("/drip") is slow]
        found += web.ask(addresses, "test", pace=replace(FAST, each=each), transport=Local(small_web.port))
    return {answer.address: answer for answer in found}


@pytest.mark.parametrize("address", CASES)
def test_an_address_is_classed(address: str, answers: dict[str, web.Answer]) -> None:
    called, kind, words = CASES[address]
    verdict = judge(answers[full(address)], called)
    assert verdict.kind == kind, verdict
    assert words in f"{verdict.why} {verdict.new} {verdict.title}"


def test_what_is_no_page_is_asked_for_by_head_alone(answers: dict[str, web.Answer], small_web: Web) -> None:
    assert small_web.methods("/paper.pdf") == ["HEAD"]
    assert small_web.methods("/missing") == ["HEAD", "GET"]
    assert small_web.methods("/flaky") == ["HEAD", "GET", "GET"]
    assert small_web.methods("/loop-2") == ["HEAD"]


def test_of_a_huge_body_little_is_read(answers: dict[str, web.Answer], small_web: Web) -> None:
    assert small_web.sent["/huge"] < 20 * 1024 * 1024
    assert small_web.sent["/huge-untitled"] < 20 * 1024 * 1024


def test_a_host_is_asked_one_at_a_time_with_a_pause_and_hosts_side_by_side(monkeypatch: pytest.MonkeyPatch) -> None:
    with open_web() as opened:
        addresses = [f"https://{host}.test{path}" for path in ("/102660", "/other", "/moved") for host in "abc"]
        web.ask(addresses, "guide-test/1", pace=replace(FAST, pause=0.1), transport=Local(opened.port))
    hosts: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for host, _, _, start, end in opened.asked:
        hosts[host].append((start, end))
    for times in hosts.values():
        assert all(after[0] - before[1] > 0.09 for before, after in pairwise(sorted(times)))
    assert max(min(times) for times in hosts.values()) < min(max(times) for times in hosts.values())
    assert opened.agents == {"guide-test/1"}


@pytest.mark.parametrize("dated", [False, True])
def test_retry_after_is_obeyed(dated: bool) -> None:
    end = datetime.datetime.now(datetime.UTC).replace(microsecond=0) + datetime.timedelta(seconds=2)
    wait = format_datetime(end, usegmt=True).replace(" ", "_") if dated else "1"
    with open_web() as opened:
        (answer,) = web.ask([f"https://a.test/busy-{wait}"], "t", pace=FAST, transport=Local(opened.port))
    (_, _, _, _, refused), (_, _, _, again, _) = opened.asked
    assert answer.status == 200
    assert datetime.datetime.now(datetime.UTC) >= end if dated else again - refused > 0.9


def test_a_host_that_asks_for_too_much_patience_is_left_alone() -> None:
    with open_web() as opened:
        addresses = ["https://a.test/busy-3600", "https://a.test/102660", "https://b.test/102660"]
        found = web.ask(addresses, "t", pace=FAST, transport=Local(opened.port))
    assert [judge(answer).kind for answer in found] == ["could not verify", "could not verify", "fine"]
    assert "asks to wait 3600 s" in found[1].trouble
    assert [host for host, *_ in opened.asked].count("a.test") == 1


def test_the_limit_for_all_is_kept() -> None:
    with open_web() as opened:
        addresses = ["https://a.test/drip", "https://b.test/102660"]
        pace = replace(FAST, each=30, overall=1)
        found = web.ask(addresses, "t", pace=pace, transport=Local(opened.port))
    assert [judge(answer).kind for answer in found] == ["could not verify", "fine"]
    assert found[0].trouble == "not asked within the limit of 1 s for all"


def test_ctrl_c_ends_it_without_a_word(caplog: pytest.LogCaptureFixture) -> None:
    class ClosesSlowly(Local):
        async def __aexit__(self, *error: object) -> None:
            await asyncio.sleep(0.3)
            await super().__aexit__()

    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # what runs in the background ignores it
    with open_web() as opened:
        addresses = ["https://a.test/102660", "https://a.test/drip"]  # the second does not end by itself
        threading.Timer(0.5, _thread.interrupt_main).start()
        with pytest.raises(KeyboardInterrupt):
            web.ask(addresses, "t", pace=replace(FAST, each=60), transport=ClosesSlowly(opened.port))
    signal.signal(signal.SIGINT, before)
    gc.collect()
    assert caplog.records == []


def test_tls_trouble_is_no_verdict() -> None:
    with open_web() as opened:
        (answer,) = web.ask([f"https://127.0.0.1:{opened.port}/102660"], "t", pace=FAST)
    assert judge(answer).kind == "could not verify"
    assert answer.trouble.startswith("TLS: ")


def test_a_port_that_cannot_be_takes_no_other_answer_away() -> None:
    with open_web() as opened:
        home = f"http://127.0.0.1:{opened.port}"
        addresses = [f"{home}/no-port", "http://127.0.0.1:99999/", f"{home}/102660"]
        found = web.ask(addresses, "t", pace=FAST, transport=httpx.AsyncHTTPTransport())
    assert [judge(answer).kind for answer in found] == ["could not verify", "could not verify", "fine"]
    assert all("port must be 0-65535" in answer.trouble for answer in found[:2])
    assert opened.methods("/no-port") == ["HEAD"]


SOURCES = [
    Source("S-1", "https://a.test/other", TITLE, 7),
    Source("W-2", "https://a.test/HT204915", "Shop: account", 9),
]


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    paths = ("/other#part", "/HT204915", "/missing", "/error")
    links = "".join(f'<a href="https://a.test{path}"></a>' for path in paths)
    write(tmp_path / "docs", {"b.md": ""})
    return write(tmp_path / "site", {"index.html": '<a href="b/"></a>' + links, "b/index.html": links})


def run(site: Path, small_web: Web, day: datetime.date = DAY, state: Path | None = None) -> list[external.Outcome]:
    ask = partial(web.ask, pace=FAST, transport=Local(small_web.port))
    return external.check(load(site), SOURCES, day, state, ask)


def test_findings_stand_where_the_source_is_defined_or_where_it_is_named(site: Path, small_web: Web) -> None:
    found = run(site, small_web)
    on = "named on b/, the home page"
    broken, changed, moved, unsure = external.written(found, DAY, "text").splitlines()
    assert broken.startswith(f"docs/b.md: external: broken: https://a.test/missing (404 Not Found); {on}; look for")
    where, _, what = changed.partition(": external: changed: ")
    assert where == "docs/includes/sources.md:7"
    assert what.startswith('https://a.test/other is called "Keep your account secure - Apple Support" now; S-1, named')
    assert f'sources.md calls it "{TITLE}"' in what
    where, _, what = moved.partition(": external: moved: ")
    assert where == "docs/includes/sources.md:9"
    assert what.startswith(f"https://a.test/HT204915 → https://a.test/en-us/102660; W-2, {on}; read the new page")
    assert unsure == f"could not verify: https://a.test/error (500 Internal Server Error); {on}"
    assert external.summary(found) == "4 addresses: 1 could not verify, 1 moved, 1 changed, 1 broken"
    assert external.written(found, DAY, "github").count("::error file=") == 3


def test_json_holds_everything(site: Path, small_web: Web) -> None:
    data = json.loads(external.written(run(site, small_web), DAY, "json"))
    assert data["checked"] == "2026-11-24"
    assert [each["class"] for each in data["addresses"]] == ["broken", "changed", "moved", "could not verify"]
    assert data["addresses"][1]["label"] == "S-1"
    assert data["addresses"][1]["pages"] == ["b/", "the home page"]


def test_markdown_is_an_issue_in_which_strangers_name_nobody(tmp_path: Path, small_web: Web) -> None:
    site = write(tmp_path, {"index.html": '<a href="https://a.test/escape">'})
    sources = [Source("S-1", "https://a.test/escape", "Other", 1)]
    ask = partial(web.ask, pace=FAST, transport=Local(small_web.port))
    body = external.written(external.check(load(site), sources, DAY, None, ask), DAY, "markdown")
    assert body.splitlines()[2] == "## Changed"
    assert '- [ ] `changed: https://a.test/escape is called "[31m @all x [a](b)" now`' in body


def test_the_state_remembers_since_when(site: Path, small_web: Web, tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    run(site, small_web, DAY, state)
    later = DAY + datetime.timedelta(days=30)
    seen = json.loads(state.read_text())
    seen["https://a.test/missing"]["kind"] = "could not verify"
    seen["https://left.test/"] = {"kind": "fine", "since": "2026-01-01"}
    state.write_text(json.dumps(seen))
    found = {each.address: each for each in run(site, small_web, later, state)}
    assert found["https://a.test/other"].since == DAY
    assert found["https://a.test/missing"].since == later
    assert "since 2026-11-24; S-1" in external.written(list(found.values()), later, "text")
    assert "https://left.test/" not in json.loads(state.read_text())
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["state.json"]


@pytest.mark.parametrize("content", ["{", "[]", '{"a": {"kind": "well", "since": "2026-01-01"}}', "\x00"])
def test_a_state_of_another_kind_is_refused(content: str, site: Path, small_web: Web, tmp_path: Path) -> None:
    (tmp_path / "state.json").write_text(content)
    with pytest.raises(CannotRunError, match="no state of an earlier run"):
        run(site, small_web, DAY, tmp_path / "state.json")


def test_a_state_that_cannot_be_kept_is_refused_before_asking(site: Path, tmp_path: Path) -> None:
    with pytest.raises(CannotRunError, match="can be written to"):
        run(site, Web(port=9), DAY, tmp_path / "no-folder" / "state.json")


def test_without_a_network_there_is_no_verdict(tmp_path: Path, small_web: Web) -> None:
    site = write(tmp_path, {"index.html": '<a href="https://offline.test/"></a><a href="https://nowhere.test/">'})
    with pytest.raises(CannotRunError, match="look at the network"):
        run(site, small_web)


@pytest.mark.parametrize(("path", "code"), [("/102660", 0), ("/missing", 1), ("/error", 0)])
def test_the_command(path: str, code: int, tmp_path: Path, small_web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(web, "KIND", FAST)
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    write(tmp_path / "docs/includes", {"sources.md": "", "tabs.yml": "[]", "labels.yml": "{}"})
    write(tmp_path / "site", {"index.html": f'<a href="http://127.0.0.1:{small_web.port}{path}">'})
    result = CliRunner().invoke(main, ["links", "--external", "--on", "2026-11-24", "--state", "state.json"])
    assert result.exit_code == code, result.output
    assert "1 addresses: 1 " in result.stderr
    assert (tmp_path / "state.json").exists()


def test_what_belongs_to_external_is_refused_without_it() -> None:
    assert CliRunner().invoke(main, ["links", "--format", "json"]).exit_code == 2
