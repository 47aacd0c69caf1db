"""Every command that a document or a message names can be run as it is printed."""

from __future__ import annotations

import ast
import re
import shlex
from pathlib import Path

import click
import pytest
from guide.cli import main

ROOT = Path(__file__).parents[1]
DOCUMENTS = ["README.md", "CONTRIBUTING.md", ".github/pull_request_template.md"]
# What a reader puts in place of a word in capitals.
EXAMPLES = {"DATE": "2026-11-24", "NEW": "help/b.md", "OLD": "help/a.md"}
TARGETS = set(re.findall(r"^([a-z.-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
COMMANDS = "|".join(main.commands)
# In a message the command ends with what is no option, value or file.
SAID = re.compile(rf"\bguide ((?:{COMMANDS})\b(?: (?:--?[a-z]+|[A-Z]+(?![a-z])|(?<=shots )[a-z]+|\{{\}}))*)")


def in_documents() -> list[tuple[str, str]]:
    found = []
    for name in DOCUMENTS:
        text = (ROOT / name).read_text("utf-8")
        blocks = re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
        spans = re.findall(r"(?<!`)`([^`]+)`(?!`)", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL))
        lines = [line.partition(" #")[0] for block in blocks for line in block.splitlines()]
        found += [(name, " ".join(span.split())) for span in [*spans, *lines]]
    return [(name, span) for name, span in found if re.match(r"(\w+=\S+ )*(\S*/)?(guide|make) \S", span)]


def in_messages() -> list[tuple[str, str]]:
    found = []
    for path in sorted((ROOT / "scripts" / "guide").rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # docstrings
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                parts = [part.value if isinstance(part, ast.Constant) else "{}" for part in node.values]
                said |= {id(part) for part in node.values}
                text = "".join(map(str, parts))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
                text = node.value
            else:
                continue
            found += [(path.name, f"guide {match[1]}") for match in SAID.finditer(text)]
    return found


def parse(command: str) -> None:
    """Take a command apart as it would be when it is run, and run nothing."""
    words = [EXAMPLES.get(word, word.replace("{}", "2026-11-24")) for word in shlex.split(command)]
    words = words[next(number for number, word in enumerate(words) if "=" not in word) :]
    if words[0] == "make":
        assert {word for word in words[1:] if "=" not in word} <= TARGETS
        return
    group: click.Command = main
    rest = words[1:]
    while isinstance(group, click.Group) and rest != ["--help"]:
        assert rest, command
        assert rest[0] in group.commands, command
        group, rest = group.commands[rest[0]], rest[1:]
    if "--help" not in rest:
        group.make_context(group.name, rest)


@pytest.mark.parametrize(("where", "command"), [*in_documents(), *in_messages()])
def test_a_printed_command_can_be_run(where: str, command: str):
    parse(command)


def test_both_are_found():
    assert ("CONTRIBUTING.md", "guide checked PAGE --on DATE") in in_documents()
    assert ("due.py", "guide checked {} --on {}") in in_messages()


@pytest.mark.parametrize(
    "command", ["guide checked PAGE", "guide new TITLE", "guide due --on soon", "guide shots nosuch"]
)
def test_a_command_that_lacks_something_is_found(command: str):
    with pytest.raises((click.UsageError, AssertionError)):
        parse(command)
