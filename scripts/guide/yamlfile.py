"""Reading YAML strictly: every mistake is a finding with line and column.

PyYAML, because MkDocs reads front matter with it: what it would misread silently (a second key of the same
name, `on` as true, `12:30` as 750) is found here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import pydantic
import yaml

from guide.findings import CannotRunError, Finding, lines, nearest

DEPTH = 20  # of lists and mappings in each other; libyaml's composer recurses, and a deep file would end the process
KEY = ("[key]",)  # how pydantic ends the way to a key

SafeLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Strict(pydantic.BaseModel):
    """Base of every data file's schema: no unknown key, no silent conversion."""

    model_config = pydantic.ConfigDict(extra="forbid", strict=True, frozen=True)


Model = TypeVar("Model")


class Loader(SafeLoader):  # type: ignore[misc]
    """Keeps the keys that stand again in a mapping."""

    def __init__(self, source: str) -> None:
        super().__init__(source)
        self.again: list[yaml.Node] = []

    def construct_mapping(self, node: yaml.Node, deep: bool = False) -> object:
        """Construct it as ever, and keep those keys."""
        seen: set[str] = set()
        for key, _ in node.value if isinstance(node, yaml.MappingNode) else ():
            self.again += [key] if str(key.value) in seen else []
            seen.add(str(key.value))
        return super().construct_mapping(node, deep)

    def construct_yaml_timestamp(self, node: yaml.ScalarNode) -> object:
        """Construct it as ever, and say where what looks like a date is none."""
        try:
            return super().construct_yaml_timestamp(node)
        except (ValueError, AttributeError, OverflowError) as error:
            problem = f"{node.value[:60]} is not a date"
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=node.start_mark) from error


Loader.add_constructor("tag:yaml.org,2002:timestamp", Loader.construct_yaml_timestamp)


class Places:
    """Where each key and value of a YAML document stands."""

    def __init__(self, root: yaml.Node | None, first_line: int) -> None:
        self._root, self._first = root, first_line

    def of(self, keys: tuple[Any, ...]) -> tuple[int, int]:
        """Return line and column of the value reached by `keys`, or of the nearest parent that exists."""
        node, place = self._root, self._root
        for key in keys:
            if isinstance(node, yaml.MappingNode):
                place, node = next(((k, v) for k, v in node.value if k.value == str(key)), (place, node))
            elif isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
                place = node = node.value[key]
        return self.at(place.start_mark) if place else (self._first, 1)

    def at(self, mark: yaml.Mark) -> tuple[int, int]:
        """Return line and column of a mark of PyYAML's."""
        return mark.line + self._first, mark.column + 1


def parse(
    source: str, path: str, schema: type[Model], *, rule: str, first_line: int = 1
) -> tuple[Model | None, Places, list[Finding]]:
    """Read YAML text into `schema`.

    `first_line` is the line of the file on which `source` begins. The value is None where there are findings.
    What is empty is a finding, but for mere pairs, such as the redirects, of which there may be none.
    """
    places = Places(None, first_line)
    try:
        data, root, again = _load(source)
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        place, found = places.at(mark) if mark else (first_line, 1), f"this is not YAML ({problem})"
        return None, places, [Finding(path, *place, rule, found, "", "fix the line or quote the value")]
    if root is None and schema != dict[str, str]:
        return None, places, [Finding(path, first_line, 1, rule, "the file is empty", "", "put back what stood in it")]
    places, data = Places(root, first_line), {} if root is None else data
    wrong = [
        (places.at(key.start_mark), f'key "{key.value}" stands twice', "each key once", "remove one") for key in again
    ]
    value: Model | None = None
    try:
        value = pydantic.TypeAdapter(schema).validate_python(data)
    except pydantic.ValidationError as error:
        known = pydantic.TypeAdapter(schema).json_schema()
        problems = error.errors()
        keys = [each for each in problems if each["loc"][-1:] == KEY]  # what stands under them is named by no word
        wrong += [(places.of(each["loc"]), *_explain(dict(each), known, data)) for each in keys or problems]
    findings = [Finding(path, *place, rule, *said) for place, *said in wrong]
    return (None if findings else value), places, findings


def read(path: Path, schema: type[Model], *, rule: str) -> tuple[Model | None, Places, list[Finding]]:
    """Read a YAML file into `schema`, as `parse` does.

    Raises CannotRunError where the file cannot be read.
    """
    try:
        return parse(path.read_text("utf-8"), path.as_posix(), schema, rule=rule)
    except (OSError, UnicodeDecodeError) as error:
        raise CannotRunError(f"{path}: cannot be read ({error})") from error


def require(path: Path, schema: type[Model]) -> Model:
    """Read a YAML file into `schema`, or raise CannotRunError with the first thing that is wrong."""
    value, _, findings = read(path, schema, rule=path.stem)
    if value is None:
        raise CannotRunError(lines(findings)[0])
    return value


def _load(source: str) -> tuple[Any, yaml.Node | None, list[yaml.Node]]:
    """Return a document's data, its nodes and its keys that stand again; raises YAMLError or ValueError."""
    depth = 0
    for event in yaml.parse(source, Loader=SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEPTH:
            mark: Any = event.start_mark
            raise yaml.MarkedYAMLError(problem="too many lists in lists", problem_mark=mark)
    loader = Loader(source)
    try:
        root = loader.get_single_node()
        return loader.construct_document(root) if root else None, root, loader.again
    except (LookupError, AttributeError, TypeError, OverflowError, RecursionError) as error:
        # How PyYAML's constructors end on a value that its tag does not fit, such as `!!bool perhaps`.
        raise yaml.YAMLError("a value that does not fit its tag") from error


def _explain(problem: dict[str, Any], schema: dict[str, Any], data: Any) -> tuple[str, str, str]:  # noqa: ANN401
    loc = problem["loc"]
    if problem["type"] == "extra_forbidden":
        # The keys of that definition which has most of those that stand beside it.
        for key_around in loc[:-1]:
            data = data[key_around]
        keys = (model.get("properties", {}).keys() for model in [schema, *schema.get("$defs", {}).values()])
        known = sorted(max(keys, key=lambda each: len(each & data.keys())))
        return f'unknown key "{loc[-1]}"', f"one of: {', '.join(known)}", nearest(str(loc[-1]), known)
    if problem["type"] == "missing":
        return f'key "{loc[-1]}" is missing', "", f"add {loc[-1]}:"
    value = problem["input"]
    shown = "a list" if isinstance(value, list) else "a mapping" if isinstance(value, dict) else f"`{str(value)[:60]}`"
    expected = problem["msg"].replace(" after validation", "")
    for words in ("Value error, ", "Input should be ", "String should have ", "List should have "):
        expected = expected.removeprefix(words)
    expected = "keys with values" if problem["type"] in {"dict_type", "model_type"} else expected
    misread = isinstance(value, bool | int | float) and problem["type"] in {"string_type", "literal_error"}
    return f"{_named(loc, data)} is {shown}", f"expected {expected}", "put the value in quotes" if misread else ""


def _named(loc: tuple[Any, ...], data: Any) -> str:  # noqa: ANN401
    """Return the last key on the way to a value, and behind it the numbers of the items, from 1."""
    if loc[-1:] == KEY:
        return "a key"
    name: list[str] = []
    for key in loc:
        keyed = isinstance(data, dict)  # else a list, or a set, which pydantic takes for one
        name = [str(key)] if keyed else [*name, str(key + 1)]
        data = data.get(key) if keyed else list(data)[key]
    return f'"{", ".join(name)}"' if loc else "this"
