"""The data files: YAML read strictly, each mistake with its line, and what the files hold.

PyYAML, because MkDocs reads front matter with it: what that would misread silently (a second key of the same name,
`on` as true, `12:30` as 750) is found here.
"""

from __future__ import annotations

import datetime
import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import pydantic
import yaml
from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from guide import files
from guide.findings import CannotRunError, Finding, Place, lines, nearest

SafeLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
KEY = "[key]"  # how pydantic ends the way to a key that is wrong


class Strict(pydantic.BaseModel):
    """Base of every data file's schema: no unknown key, no silent conversion."""

    model_config = pydantic.ConfigDict(extra="forbid", strict=True, frozen=True)


Model = TypeVar("Model")


class Loader(SafeLoader):  # type: ignore[misc]
    """Says at which line a value cannot be what it looks like, or a key stands twice."""

    def construct_object(self, node: yaml.Node, deep: bool = False) -> object:
        try:
            return super().construct_object(node, deep)
        except (ValueError, LookupError, TypeError, AttributeError, OverflowError) as error:
            problem = f"{str(node.value)[:60]}: {error}"
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=node.start_mark) from error

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> object:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                problem = f'key "{key.value}" stands twice'
                raise yaml.MarkedYAMLError(problem=problem, problem_mark=key.start_mark, note="remove one")
            seen.add(key.value)
        return super().construct_mapping(node, deep)


@dataclass(frozen=True)
class Places:
    """Where each key and value of a YAML document stands, which begins on line `first` of the file."""

    path: str
    root: yaml.Node | None = None
    first: int = 1

    def of(self, *keys: str | int) -> Place:
        """Return the place of the value reached by `keys`, or of the nearest parent that exists."""
        node = place = self.root
        for key in keys:
            if isinstance(node, yaml.MappingNode):
                place, node = next(((k, v) for k, v in node.value if k.value == str(key)), (place, node))
            elif isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
                place = node = node.value[key]
        return self.at(place.start_mark) if place else Place(self.path, self.first, 1)

    def at(self, mark: yaml.Mark) -> Place:
        return Place(self.path, mark.line + self.first, mark.column + 1)


def parse(
    source: str, path: str, schema: type[Model], *, rule: str, first_line: int = 1
) -> tuple[Model | None, Places, list[Finding]]:
    """Read YAML text into `schema`, which begins on `first_line` of a file; no value where there are findings."""
    places = Places(path, None, first_line)
    try:
        loader = Loader(source)
        root = loader.get_single_node()
        data = loader.construct_document(root) if root else None
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        place = places.at(mark) if mark else places.of()
        fix = getattr(error, "note", None) or "fix the line or quote the value"
        return None, places, [place.finding(f"this is not YAML ({problem})", "", fix, rule)]
    places = Places(path, root, first_line)
    adapter = pydantic.TypeAdapter(schema)
    try:
        return adapter.validate_python(data), places, []
    except pydantic.ValidationError as error:
        problems = error.errors()
    keys = [each for each in problems if each["loc"][-1:] == (KEY,)]  # what stands under them has no name
    definitions = [adapter.json_schema(), *adapter.json_schema().get("$defs", {}).values()]
    found = [(places.of(*each["loc"]), _explain(dict(each), definitions, data)) for each in keys or problems]
    return None, places, [place.finding(*said, rule=rule) for place, said in found]


def _explain(problem: dict[str, Any], definitions: list[dict[str, Any]], data: Any) -> tuple[str, str, str]:  # noqa: ANN401
    loc, value, kind = problem["loc"], problem["input"], problem["type"]
    if kind == "extra_forbidden":
        for key in loc[:-1]:
            data = data[key]
        # The keys of that definition which has most of those that stand beside it.
        keys = (definition.get("properties", {}).keys() for definition in definitions)
        known = sorted(max(keys, key=lambda each: len(each & data.keys())))
        return f'unknown key "{loc[-1]}"', f"one of: {', '.join(known)}", nearest(str(loc[-1]), known)
    if kind == "missing":
        return f'key "{loc[-1]}" is missing', "", f"add {loc[-1]}:"
    shown = {list: "a list", dict: "a mapping", type(None): "empty"}.get(type(value), f"`{str(value)[:60]}`")
    expected = re.sub(
        "^(Value error, |(Input should|String should|List should) (be|have) )",
        "",
        problem["msg"].replace(" after validation", ""),
    )
    expected = "keys with values" if kind in {"dict_type", "model_type"} else expected
    misread = isinstance(value, bool | int | float) and kind in {"string_type", "literal_error"}
    return f"{_named(loc)} is {shown}", f"expected {expected}", "put the value in quotes" if misread else ""


def _named(loc: tuple[str | int, ...]) -> str:
    """Return the last key on the way to a value, and behind it the numbers of the items, from 1."""
    if loc[-1:] == (KEY,):
        return "a key"
    last = max((place for place, part in enumerate(loc) if isinstance(part, str)), default=0)
    name = [part if isinstance(part, str) else str(part + 1) for part in loc[last:]]
    return f'"{", ".join(name)}"' if name else "this"


def read(root: Path, path: Path, schema: type[Model], *, rule: str) -> tuple[Model | None, Places, list[Finding]]:
    """Read the YAML file of that path below `root` into `schema`, as `parse` does."""
    return parse(files.read(root / path, path.as_posix()), path.as_posix(), schema, rule=rule)


def require(root: Path, path: Path, schema: type[Model]) -> Model:
    """Read a YAML file into `schema`, or raise CannotRunError with the first thing that is wrong."""
    value, _, findings = read(root, path, schema, rule=path.stem)
    if value is None:
        raise CannotRunError(lines(findings)[0])
    return value


def quoted(text: str) -> str:
    """Return text as a YAML scalar, in quotes where it needs them (JSON's are YAML's too)."""
    try:
        plain = yaml.safe_load(text) == text
    except yaml.YAMLError:
        plain = False
    return text if plain else json.dumps(text, ensure_ascii=False)


# What the files hold

INCLUDES = Path("docs/includes")
LABELS, TABS = INCLUDES / "labels.yml", INCLUDES / "tabs.yml"
RELEASES, REDIRECTS = INCLUDES / "releases.yml", INCLUDES / "redirects.yml"
SPEC, PRACTICE = (Path("docs/assets/screens") / name for name in ("shots.yml", "practice.yml"))
Platform = Literal["mac", "iphone", "vision", "web", "watch", "windows", "apple-tv", "any"]
Version = tuple[int, ...]
RANGE = r"^([0-9]+(\.[0-9]+)*(-[0-9]+(\.[0-9]+)*)?)?$"


@cache
def versions(text: str) -> tuple[Version, Version]:
    """Return the first and last version of a range such as `10.15-12`, `13` or `17-26`."""
    ends = [tuple(int(part) for part in end.split(".")) for end in text.split("-")]
    return ends[0], ends[-1]


def _range(text: str) -> str:
    if text and (not re.search(RANGE, text) or versions(text)[0] > versions(text)[1]):
        raise ValueError('a range of versions, such as "10.15-12" or "13"')
    return text


Range = Annotated[str, AfterValidator(_range), Field(json_schema_extra={"pattern": RANGE})]  # for editors
Redirects = Annotated[dict[str, str], BeforeValidator(lambda value: value or {})]  # there may be none


class Tab(Strict):
    """A content tab's label, and the systems that its steps are for; `versions` empty: all of them."""

    label: str
    platform: Platform
    versions: Range = ""

    @property
    def last(self) -> Version:
        """The newest version that the tab is for; empty where it is for all."""
        return versions(self.versions)[1] if self.versions else ()


class Use(Strict):
    """Where a label is known to stand.

    `code` is the certainty: A stated by Apple; A-m by Apple, read through a mirror or another language; A-old by
    Apple in an older version; T by a third party only; I inferred. What is less certain cannot be entered.
    `source` is a label of sources.md.
    """

    platform: Platform
    versions: Range = ""
    code: Literal["A", "A-m", "A-old", "T", "I"]
    source: str

    def covers(self, tab: Tab) -> bool:
        """Return whether the label is known for all systems of a tab."""
        if self.platform not in (tab.platform, "any"):
            return False
        if not self.versions or not tab.versions:
            return True
        (first, last), (low, high) = versions(self.versions), versions(tab.versions)
        return first <= low and high <= last


class Release(Strict):
    """A system of Apple's; `out` is the day on which it was out at the latest."""

    platform: Platform
    name: str
    version: Annotated[Range, Field(min_length=1)]
    out: datetime.date
    source: str


Side = Literal["left", "right", "top", "bottom", "top-left", "top-right", "bottom-left", "bottom-right"]
Length = Annotated[int, Field(ge=0)]  # CSS pixels
Sentence = Annotated[str, Field(min_length=50, max_length=160)]  # what search engines show whole
NAME = "^[a-z0-9]+(-[a-z0-9]+)*$"  # of a picture, whose files have it, and of a target


class Callout(Strict):
    """A ring around a target, and a `badge` with a digit `at` a side of it."""

    target: str
    badge: Annotated[int, Field(ge=1, le=9)] | None = None
    at: Side = "top-left"


class Picture(Strict):
    """A picture: a screen, the part of it (x, y, width, height), the marks on it, and the words that go with it."""

    screen: str
    crop: Annotated[list[Length], Field(min_length=4, max_length=4)]
    callouts: list[Callout] = Field(default_factory=list)
    alt: str
    caption: str


Pictures = dict[Annotated[str, StringConstraints(pattern=NAME)], Picture]


class Screen(Strict):
    """A screen of a rehearsal: its target `press` leads on, those in `others` and the rest of it to a kind word.

    The picture is the one in shots.yml that shows the screen and has no callouts. `say` is left out where `step` gives
    the sentence. `names` are for targets without words of their own.
    """

    screen: str
    heading: str
    step: Annotated[int, Field(ge=1)] | None = None
    say: str = ""
    press: str
    others: dict[str, str] = Field(default_factory=dict)
    other: str
    names: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _said_once(self) -> Screen:
        if bool(self.step) == bool(self.say):
            raise ValueError("either step or say")
        return self


class Rehearsal(Strict):
    """A page that `guide practice` writes; `procedure` and the tab or heading `under` which its steps stand.

    Steps in `skip` have no screen, since no source describes it.
    """

    page: str
    title: Annotated[str, Field(min_length=1)]
    description: Sentence
    minutes: Annotated[int, Field(ge=1)]
    checked: datetime.date
    tags: list[str] = Field(default_factory=list)
    procedure: str
    under: str = ""
    skip: list[int] = Field(default_factory=list)
    screens: Annotated[list[Screen], Field(min_length=1)]
    done: list[str]


FILES: dict[Path, Any] = {
    SPEC: Pictures,
    PRACTICE: list[Rehearsal],
    LABELS: dict[str, list[Use]],
    TABS: list[Tab],
    RELEASES: list[Release],
    REDIRECTS: Redirects,
}
