"""JSON Schemas of the data files, for editors, from the definitions by which `guide check` reads them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pydantic

from guide import files
from guide.findings import CannotRunError
from guide.pictures.spec import SPEC, Pictures
from guide.publish.moved import REDIRECTS
from guide.upkeep.due import RELEASES, Release
from guide.vocabulary import INCLUDES, Tab, Use

FOLDER = Path(".vscode/schemas")
FILES: dict[Path, Any] = {
    SPEC: Pictures,
    INCLUDES / "labels.yml": dict[str, list[Use]],
    INCLUDES / "tabs.yml": list[Tab],
    RELEASES: list[Release],
    REDIRECTS: dict[str, str],
}


def schemas() -> dict[Path, bytes]:
    """Return each schema as the file in which it is kept."""
    found = {}
    for path, definition in FILES.items():
        schema = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": path.as_posix(),
            **pydantic.TypeAdapter(definition).json_schema(),
        }
        found[FOLDER / f"{path.stem}.json"] = (json.dumps(schema, indent=1, ensure_ascii=False) + "\n").encode()
    return found


def write(root: Path = Path()) -> list[Path]:
    """Write the schemas; return those that have changed.

    Raises CannotRunError where `root` is not the guide's.
    """
    if not (root / "docs").is_dir():
        raise CannotRunError("there is no folder docs here; run this where mkdocs.yml stands")
    return [path for path, data in schemas().items() if files.write(root / path, data)]
