"""A local web server for a built site, as a static host serves it, and linkchecker on it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from guide.site.model import NOT_FOUND, Site

RC = Path(__file__).with_name("linkcheckerrc")


def unthrottled(_path: str) -> dict[str, str]:
    """Return the header that lifts linkchecker's throttle of one address per 0.1 to 0.6 s."""
    return {"LinkChecker": "local"}


class Server(ThreadingHTTPServer):
    """Says nothing when a client hangs up before it has the whole answer."""

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - the base class's
        """Print every other error."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def serve(root: Path, base: str, headers: Callable[[str], dict[str, str]] = unthrottled) -> Iterator[str]:
    """Serve a folder under the path `base` on a free port of 127.0.0.1; yields the address of its root.

    `headers` returns the headers to add to the usual ones, for the path that was asked for.
    """

    class Handler(SimpleHTTPRequestHandler):
        """Answers from the folder; 404 is what lies outside `base`, or is a folder without index.html."""

        wbufsize = -1  # head and body in one packet

        def __init__(self, *arguments: Any) -> None:  # noqa: ANN401 - handed on as they come
            super().__init__(*arguments, directory=str(root))

        def translate_path(self, path: str) -> str:
            inside = path.startswith(base) and "%00" not in path
            return super().translate_path("/" + path[len(base) :]) if inside else ""

        def list_directory(self, path: object) -> None:  # noqa: ARG002 - the base class's name
            self.send_error(404)

        def end_headers(self) -> None:
            for header in headers(self.path).items():
                self.send_header(*header)
            super().end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing: what matters becomes a finding."""

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}{base}"
        finally:
            server.shutdown()
            thread.join()


def crawl(site: Site) -> int:
    """Run linkchecker, which prints what it finds, from the start page and the 404 page; return its exit code."""
    with serve(site.root, site.base) as home:
        starts = [home, *(home + page for page in {NOT_FOUND} & site.pages.keys())]
        command = [sys.executable, "-P", "-m", "linkcheck", "--config", str(RC), *starts]
        return subprocess.run(command, env={**os.environ, "no_proxy": "127.0.0.1"}, check=False).returncode
