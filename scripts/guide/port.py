"""The port of the preview: the one that is named, or the first free one from 8000."""

from __future__ import annotations

import socket
import sys


def free(port: int) -> bool:
    """Return whether nobody listens on a port of this machine's."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def main(named: str = "") -> None:
    """Print the port; exit with one line where the named one is none, or busy."""
    candidates = range(8000, 8100) if not named else [int(named)] if named.isdecimal() else []
    port = next((each for each in candidates if 0 < each < 65536 and free(each)), None)
    if not port:
        sys.exit(
            f"PORT={named}: busy, or no port; name another, or none: make serve takes the first free one from 8000"
        )
    sys.stdout.write(f"{port}\n")


if __name__ == "__main__":
    main(*sys.argv[1:2])
