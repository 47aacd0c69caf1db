"""Reading YAML strictly: every mistake is a finding with line and column.

PyYAML, because MkDocs reads front matter with it: what it would misread silently (a second key of the same
name, `on` as true, `12:30` as 750) is found here.
"""

from __future__ import annotations

from typing import Any, TypeVar

import pydantic
import yaml

from guide.findings import Finding, nearest

DEPTH = 20  # of lists and mappings in each other; libyaml's composer recurses, and a deep file would end the process

Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Strict(pydantic.BaseModel):
    """Base of every data file's schema: no unknown key, no silent conversion."""

    model_config = pydantic.ConfigDict(extra="forbid", strict=True, frozen=True)


Model = TypeVar("Model")


class Places:
    """Where each key and value of a YAML document stands."""

    def __init__(self, root: yaml.Node | None, first_line: int) -> None:
        self._root = root
        self._first = first_line
        self._pairs: dict[int, dict[str, tuple[yaml.Node, yaml.Node]]] = {}

    def of(self, keys: tuple[Any, ...]) -> tuple[int, int]:
        """Return line and column of the value reached by `keys`, or of the nearest parent that exists."""
        node, place = self._root, self._root
        for key in keys:
            if isinstance(node, yaml.MappingNode):
                if id(node) not in self._pairs:
                    self._pairs[id(node)] = {
                        str(k.value): (k, v) for k, v in node.value if isinstance(k, yaml.ScalarNode)
                    }
                place, node = self._pairs[id(node)].get(str(key), (place, node))
            elif isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
                place = node = node.value[key]
        if place is None:
            return self._first, 1
        return place.start_mark.line + self._first, place.start_mark.column + 1


def parse(
    source: str, path: str, schema: type[Model], *, rule: str, first_line: int = 1
) -> tuple[Model | None, Places, list[Finding]]:
    """Read YAML text into `schema`.

    `first_line` is the line of the file on which `source` begins. The value is None where there are findings.
    """

    def finding(line: int, column: int, found: str, expected: str = "", mend: str = "") -> Finding:
        return Finding(path, line, column, rule, found, expected, mend)

    try:
        root, data = load(source)
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        line, column = (mark.line + first_line, mark.column + 1) if mark else (first_line, 1)
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        found = f"this is not YAML ({problem})"
        return None, Places(None, first_line), [finding(line, column, found, "", "mend the line or quote the value")]
    places = Places(root, first_line)
    findings = [
        finding(mark.line + first_line, mark.column + 1, f'key "{key}" stands twice', "each key once", "remove one")
        for key, mark in _duplicates(root)
    ]
    try:
        value = pydantic.TypeAdapter(schema).validate_python(data)
    except pydantic.ValidationError as error:
        known = pydantic.TypeAdapter(schema).json_schema()
        findings += [finding(*places.of(problem["loc"]), *_explain(dict(problem), known)) for problem in error.errors()]
    return (None if findings else value), places, findings


def load(source: str) -> tuple[yaml.Node | None, Any]:
    """Return a document's nodes and its data; raises YAMLError or ValueError where it is not YAML that can be read."""
    depth = 0
    for event in yaml.parse(source, Loader=Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEPTH:
            mark: Any = event.start_mark
            raise yaml.MarkedYAMLError(problem="too many lists in lists", problem_mark=mark)
    try:
        return yaml.compose(source, Loader=Loader), yaml.load(source, Loader=Loader)  # noqa: S506 - a safe loader
    except (LookupError, AttributeError, TypeError, OverflowError, RecursionError) as error:
        # How PyYAML's constructors end on a value that its tag does not fit, such as `!!bool perhaps`.
        raise yaml.YAMLError("a value that does not fit its tag") from error


def _duplicates(node: yaml.Node | None) -> list[tuple[str, yaml.Mark]]:
    found: list[tuple[str, yaml.Mark]] = []
    stack = [node] if node else []
    done: set[int] = set()
    while stack:
        here = stack.pop()
        if id(here) in done:
            continue
        done.add(id(here))
        if isinstance(here, yaml.MappingNode):
            seen: set[str] = set()
            for key, value in here.value:
                name = str(key.value)
                if name in seen:
                    found.append((name, key.start_mark))
                seen.add(name)
                stack.append(value)
        elif isinstance(here, yaml.SequenceNode):
            stack.extend(here.value)
    return found


def _explain(problem: dict[str, Any], schema: dict[str, Any]) -> tuple[str, str, str]:
    loc = problem["loc"]
    key = loc[-1] if loc else "the whole"
    if problem["type"] == "extra_forbidden":
        known = _siblings(schema, loc)
        return f'unknown key "{key}"', f"one of: {', '.join(known)}", nearest(str(key), known)
    if problem["type"] == "missing":
        return f'key "{key}" is missing', "", f"add {key}:"
    value = problem["input"]
    shown = "a list or a mapping" if isinstance(value, dict | list) else f"`{str(value)[:60]}`"
    expected = problem["msg"]
    for words in ("Value error, ", "Input should be ", "String should have "):
        expected = expected.removeprefix(words)
    misread = isinstance(value, bool | int | float) and problem["type"] in {"string_type", "literal_error"}
    return f'"{key}" is {shown}', f"expected {expected}", "put the value in quotes" if misread else ""


def _siblings(root: dict[str, Any], loc: tuple[Any, ...]) -> list[str]:
    """Return the keys known where the last key of `loc` stands, by walking the JSON Schema."""
    nodes = [root]
    for key in loc[:-1]:
        nodes = _spread(nodes, root)
        below = [node["properties"][key] for node in nodes if key in node.get("properties", {})]
        below += [node[word] for node in nodes for word in ("items", "additionalProperties") if node.get(word)]
        nodes = below or nodes
    return sorted({name for node in _spread(nodes, root) for name in node.get("properties", {})})


def _spread(nodes: list[dict[str, Any]], root: dict[str, Any]) -> list[dict[str, Any]]:
    """Follow references and alternatives to the schemas that they stand for."""
    found = []
    for node in nodes:
        if "$ref" in node:
            found += _spread([root["$defs"][node["$ref"].rpartition("/")[2]]], root)
        elif "anyOf" in node or "oneOf" in node:
            found += _spread([*node.get("anyOf", []), *node.get("oneOf", [])], root)
        else:
            found.append(node)
    return found
