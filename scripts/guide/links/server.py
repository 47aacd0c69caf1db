"""A local web server for a built site, as a static host serves it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any


def unthrottled(_path: str) -> dict[str, str]:
    """Return the header that lifts linkchecker's throttle of one address per 0.1 to 0.6 s."""
    return {"LinkChecker": "local"}


@contextmanager
def serve(root: Path, base: str, headers: Callable[[str], dict[str, str]] = unthrottled) -> Iterator[str]:
    """Serve a folder under the path `base` on a free port of 127.0.0.1; yields the address of its root.

    `headers` returns what an answer has in its head beside the usual, for the path that was asked for.
    """

    class Handler(SimpleHTTPRequestHandler):
        """Answers from the folder; what lies outside `base`, or is a folder without index.html, is 404."""

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

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}{base}"
        finally:
            server.shutdown()
            thread.join()
