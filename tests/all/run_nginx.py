"""The real nginx with deploy/nginx.conf on loopback, at the root and below a path: `make test-nginx`."""

from __future__ import annotations

import datetime
import gzip
import os
import re
import socket
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

import brotli
import httpx
import pytest
from conftest import ROOT, build, program
from guide.publish import steps

if TYPE_CHECKING:
    from collections.abc import Iterator

MODULE = Path("/usr/lib/nginx/modules/ngx_http_brotli_filter_module.so")
AROUND = """
load_module {module};
{user}
daemon off;
pid {folder}/pid;
error_log {folder}/errors;
events {{ }}
http {{
    include /etc/nginx/mime.types;
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""
EVERYWHERE = {
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


@pytest.fixture(scope="module", params=["", "/guide"], ids=["root", "below-a-path"])
def web(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of nginx that serves the published site."""
    nginx = program("nginx", "nginx-light libnginx-mod-http-brotli-filter")
    assert MODULE.is_file(), "apt-get install libnginx-mod-http-brotli-filter"
    folder, below = tmp_path_factory.mktemp("nginx"), request.param
    built = build(folder / "built", f"https://example.org{below}/")
    moves = folder / "redirects.yml"
    moves.write_text("old/mac/: turn-on/mac/\n")
    assert steps.run(built, folder / f"root{below}", datetime.date.today(), moves, ROOT / steps.CACHE) == []
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    text = (ROOT / "deploy/nginx.conf").read_text("utf-8")
    for old, new in {
        "listen 80;": f"listen 127.0.0.1:{port};",
        "listen [::]:80;": "",
        "/srv/two-locks": f"{folder}/root",
        'default "";': f'default "{below}";',
    }.items():
        assert old in text
        text = text.replace(old, new)
    (folder / "site.conf").write_text(text)
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(AROUND.format(module=MODULE, folder=folder, user=user))
    server = subprocess.Popen([nginx, "-e", str(folder / "errors"), "-c", str(folder / "nginx.conf")])
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}{below}/") as client:
            for _ in range(100):
                try:
                    client.get("")
                    break
                except httpx.ConnectError:
                    time.sleep(0.05)
            yield client
    finally:
        server.terminate()
        server.wait(10)


def raw(web: httpx.Client, path: str, accept: str) -> tuple[httpx.Response, bytes]:
    with web.stream("GET", path, headers={"accept-encoding": accept}) as response:
        return response, b"".join(response.iter_raw())


def named(web: httpx.Client, start: str, file: str = "") -> str:
    """Return the name of a file, as the start page has it, or another file."""
    return re.search(rf'(?<!\w){re.escape(start)}[^"]*', web.get(file).text)[0]


STYLE, SCRIPT = "assets/stylesheets/guide.", "assets/javascripts/guide."


def test_a_page_comes_by_brotli_by_gzip_or_plain(web: httpx.Client) -> None:
    plain = raw(web, "turn-on/mac/", "identity")[1]
    for accept, expand in (("br, gzip", brotli.decompress), ("gzip", gzip.decompress)):
        response, body = raw(web, "turn-on/mac/", accept)
        assert response.headers["content-encoding"] == accept.partition(",")[0]
        assert response.headers["vary"] == "Accept-Encoding"
        assert response.headers["content-type"] == "text/html; charset=utf-8"
        assert len(body) < len(plain) / 3
        assert expand(body) == plain


def test_every_answer_has_the_headers(web: httpx.Client) -> None:
    for path in ("", "turn-on/mac/", named(web, STYLE), "feed.xml", "no/such/page/"):
        headers = web.get(path).headers
        assert {name: headers[name] for name in EVERYWHERE} == EVERYWHERE
        assert headers["content-security-policy"] == "frame-ancestors 'none'"


def test_pages_are_kept_for_minutes_and_what_is_named_by_content_for_ever(web: httpx.Client) -> None:
    assert web.get("").headers["cache-control"] == "public, max-age=600"
    assert web.get("assets/favicon.svg").headers["cache-control"] == "public, max-age=86400"
    assert web.get(named(web, STYLE)).headers["cache-control"] == "public, max-age=31536000, immutable"
    search = "assets/javascripts/" + named(web, "search.", named(web, SCRIPT))
    for file in (search, named(web, "search.", search)):
        assert web.get(file).headers["cache-control"] == "public, max-age=31536000, immutable"


def test_an_unknown_address_shows_the_404_page(web: httpx.Client) -> None:
    response = web.get("no/such/page/")
    assert response.status_code == 404
    assert "<h1>This page is not here</h1>" in response.text
    address = web.base_url.join(f"{web.base_url.path}{named(web, STYLE)}")
    assert f'href="{address.path}"' in response.text


def test_an_old_address_leads_on(web: httpx.Client) -> None:
    response = web.get("old/mac/")
    assert (response.status_code, response.headers["location"]) == (301, f"{web.base_url.path}turn-on/mac/")


def test_a_folder_without_its_slash_leads_to_it_by_path_alone(web: httpx.Client) -> None:
    response = web.get("turn-on/mac")
    assert (response.status_code, response.headers["location"]) == (301, f"{web.base_url.path}turn-on/mac/")


def test_what_is_not_for_readers_is_not_served(web: httpx.Client) -> None:
    assert web.get("_headers").status_code == 404
    assert web.get("_redirects.map").status_code == 404
