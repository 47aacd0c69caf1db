"""JSON Schemas of the data files, for editors, from the definitions by which `guide check` reads them."""

from __future__ import annotations

import json
from pathlib import Path

import pydantic

from guide import files
from guide.data import FILES
from guide.findings import CannotRunError

FOLDER = Path(".vscode/schemas")


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
