"""The pictures' lock file: what pages need to know of each picture, and the hashes of what each was made from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from guide.findings import CannotRunError

LOCK = Path("docs/assets/shots/lock.json")


def read(path: Path) -> dict[str, dict[str, Any]]:
    """Return the pictures by their names; none where there is no lock."""
    try:
        pictures: dict[str, dict[str, Any]] = json.loads(path.read_bytes())["pictures"]
        if all(isinstance(entry, dict) for entry in pictures.values()):
            return pictures
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        pass
    raise CannotRunError(f"{path}: cannot be read; remove it, then run guide shots build")
