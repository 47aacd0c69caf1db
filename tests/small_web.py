"""A web of our own: one local server that plays every host, answers in every way, and lies."""

from __future__ import annotations

import socket
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from collections.abc import Iterator

HTML = "text/html; charset=utf-8"
MEGABYTE = b" " * 1024 * 1024

# path: status, location or title
PLAIN = {
    "/102660": (200, "Two-factor authentication for Apple Account - Apple Support"),
    "/other": (200, "Keep your account secure - Apple Support"),
    "/missing": (404, ""),
    "/gone": (410, ""),
    "/soft-200": (200, "The page you\u2019re looking for can\u2019t be found."),
    "/forbidden": (403, ""),
    "/odd": (499, ""),
    "/nowhere-to-go": (300, ""),
    "/unchanged": (304, ""),
    "/error": (500, ""),
    "/moved": (301, "/102660"),
    "/moved-twice": (308, "/moved"),
    "/moved-then-away": (301, "/away"),
    "/HT204915": (301, "/en-us/102660"),
    "/away": (302, "/other"),
    "/111111": (301, "/en-us/111111"),
    "/en-us/111111": (302, "/en-us/title-of-it-111111"),
    "/en-us/title-of-it-111111": (200, "An article"),
    "/en-us/102660": (200, "Two-factor authentication for Apple Account - Apple Support"),
    "/soft-home": (302, "/"),
    "/soft-locale-home": (301, "/en-us/"),
    "/soft-search": (301, "/kb/index?page=search&q=soft-search"),
    "/soft-error": (302, "/errors/404.html"),
    "/": (200, "Support"),
    "/en-us/": (200, "Support"),
    "/kb/index": (200, "Search"),
    "/errors/404.html": (200, "Oops"),
    "/members": (302, "/login?next=/members"),
    "/login": (200, "Sign in"),
    "/no-port": (301, "http://127.0.0.1:99999/x"),
    "/no-address": (301, "http://[x"),
    "/loop": (302, "/loop-2"),
    "/loop-2": (302, "/loop"),
    "/untitled": (200, ""),
}


@dataclass
class Web:
    """The server's port, what it was asked, and how many bytes of a body it got rid of."""

    port: int = 0
    asked: list[tuple[str, str, str, float, float]] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    sent: Counter[str] = field(default_factory=Counter)

    def methods(self, path: str) -> list[str]:
        """The methods by which a path was asked for, in order."""
        return [method for _, method, asked, _, _ in self.asked if asked == path]


class Local(httpx.AsyncHTTPTransport):
    """Leads every host to the local server, but for hosts that do not exist."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self._port = port

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.host == "nowhere.test":
            raise httpx.ConnectError("no") from socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        if request.url.host == "offline.test":
            raise httpx.ConnectError("no") from socket.gaierror(socket.EAI_AGAIN, "Temporary failure")
        url = request.url
        if url.scheme in {"http", "https"}:
            url = url.copy_with(scheme="http", host="127.0.0.1", port=self._port)
        led = httpx.Request(request.method, url, headers=request.headers, extensions=request.extensions)
        return await super().handle_async_request(led)


@contextmanager
def open_web() -> Iterator[Web]:
    web = Web()

    class Handler(BaseHTTPRequestHandler):
        def handle_one_request(self) -> None:
            self.path = ""
            super().handle_one_request()

        def do_GET(self) -> None:
            start = time.monotonic()
            path = self.path.partition("?")[0]
            web.agents.add(self.headers["User-Agent"])
            earlier = len(web.methods(path))
            try:
                self.play(path, earlier)
                self.wfile.flush()
            except OSError:
                self.close_connection = True
            web.asked.append((self.headers["Host"], self.command, path, start, time.monotonic()))

        do_HEAD = do_GET  # noqa: N815 - the name that http.server calls

        def head(self, status: int, **headers: str) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()

        def body(self, data: bytes) -> None:
            if self.command == "GET":
                self.wfile.write(data)

        def play(self, path: str, earlier: int) -> None:  # noqa: PLR0912 - a list of lies
            if path in PLAIN:
                status, text = PLAIN[path]
                self.head(status, **({"Location": text} if 300 <= status < 400 and text else {"Content_Type": HTML}))
                self.body(f"<title>{text}</title>".encode() if text else b"<p>")
            elif path == "/paper.pdf":
                self.head(200, Content_Type="application/pdf")
            elif path in {"/no-head", "/lies-to-head"}:
                wrong = 405 if path == "/no-head" else 404
                self.head(wrong if self.command == "HEAD" else 200, Content_Type=HTML)
                self.body(b"<title>Here</title>")
            elif path == "/flaky":
                self.head(200 if earlier > 1 else 500, Content_Type=HTML)
                self.body(b"<title>Here</title>")
            elif path.startswith("/busy"):
                _, _, wait = path.partition("-")
                self.head(200 if earlier else 429, Retry_After=wait.replace("_", " "), Content_Type=HTML)
                self.body(b"<title>Here</title>")
            elif path.startswith("/hop"):
                self.head(302, Location=f"{path}p")
            elif path in {"/huge", "/huge-untitled"}:
                self.head(200, Content_Type=HTML, Content_Length=str(100 * len(MEGABYTE)))
                self.body(b"<title>Huge</title>" if path == "/huge" else b"")
                for _ in range(100 if self.command == "GET" else 0):
                    web.sent[path] += self.wfile.write(MEGABYTE)
            elif path == "/drip":
                self.head(200, Content_Type=HTML)
                while self.command == "GET":
                    self.body(b"<")
                    time.sleep(0.02)
            elif path == "/drip-head":
                while True:
                    self.wfile.write(b"H")
                    time.sleep(0.02)
            elif path == "/wrong-charset":
                self.head(200, Content_Type="text/html; charset=iso-8859-1")
                self.body("<title>Schlüssel für Ihr Konto</title>".encode())
            elif path == "/unknown-charset":
                self.head(200, Content_Type="text/html; charset=nonsense")
                self.body("<title>Schlüssel für Ihr Konto</title>".encode("latin-1"))
            elif path == "/bad-gzip":
                self.head(200, Content_Type=HTML, Content_Encoding="gzip")
                self.body(b"this is not gzip")
            elif path == "/noise":
                self.wfile.write(b"\x00\x01 noise\r\n\r\n")
            elif path == "/hangs-up":
                self.close_connection = True
            elif path == "/escape":
                self.head(200, Content_Type=HTML)
                self.body("<title>\x1b[31m @all `x`\n[a](b)\u202e</title>".encode())
            else:
                raise AssertionError(path)

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        web.port = server.server_port
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield web
        finally:
            server.shutdown()
