"""Text files in, and files out so that nobody ever finds half of one."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from guide.findings import CannotRunError, Finding


class UnreadableError(CannotRunError):
    """A file that cannot be read as text; `finding` says where and why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(f"{finding.place}: {finding.message}")
        self.finding = finding


def read(path: Path, name: str = "") -> str:
    """Return a text file's contents, its line ends as they are; `name` is how it is called where it cannot be read."""
    name = name or path.as_posix()
    try:
        data = path.read_bytes()
        return data.decode()
    except OSError as error:
        raise UnreadableError(Finding(name, 0, 0, "file", f"this cannot be read ({error.strerror})")) from error
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        fix = "save the file as UTF-8"
        raise UnreadableError(Finding(name, line, 0, "file", "this is not UTF-8 text", "", fix)) from error


def write(path: Path, data: bytes) -> bool:
    """Write a file whole or not at all; return whether it has changed.

    The draft lies in the same folder, so that putting it in place is one step of the file system. A run that is killed
    leaves the old file as it was. Raises OSError with the name of the file, not of the draft.
    """
    if path.is_file() and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.draft")
    try:
        draft.write_bytes(data)
        if path.exists():
            shutil.copymode(path, draft)
        draft.replace(path)
    except OSError as error:
        error.filename = str(path)
        raise
    finally:
        draft.unlink(missing_ok=True)
    return True
