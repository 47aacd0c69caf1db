"""Writing files so that nobody ever finds half of one."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def write(path: Path, data: bytes) -> bool:
    """Write a file whole or not at all; return whether it has changed.

    The draft lies in the same folder, so that putting it in place is one step of the file system. A run that is killed
    leaves the old file as it was.
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
    finally:
        draft.unlink(missing_ok=True)
    return True
