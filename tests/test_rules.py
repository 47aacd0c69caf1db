"""Each rule of `guide check` finds its fault, with its message, and is silent on what looks alike.

A case in tests/rules/RULE.yml changes one place of the guide in tests/small_guide, in which there is nothing to find:
it is every case with its fault taken away.
"""

from __future__ import annotations

import ast
import datetime
from pathlib import Path

import pytest
import yaml
from conftest import small_guide
from guide.findings import lines
from guide.rules.check import check, sentences

HERE = Path(__file__).parent
TODAY = datetime.date(2026, 11, 24)
CASES = [
    (path.stem, case)
    for path in sorted((HERE / "rules").glob("*.yml"))
    for case in yaml.safe_load(path.read_text("utf-8"))
]


@pytest.fixture
def guide(tmp_path):
    return small_guide(tmp_path)


def change(guide, change):
    path = guide / "docs" / change["in"]
    text = path.read_text("utf-8")
    assert text.count(change["old"]) == 1
    path.write_text(text.replace(change["old"], change["new"]), "utf-8")


def test_nothing_is_found_where_there_is_no_fault(guide):
    assert check((), TODAY, guide) == []


@pytest.mark.parametrize(("rule", "case"), CASES, ids=[f"{rule}: {case['case']}" for rule, case in CASES])
def test_rule(guide, rule, case):
    change(guide, case)
    if "and" in case:
        change(guide, {"in": case["in"], **case["and"]})
    for name, text in case.get("add", {}).items():
        (guide / "docs" / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    found = check((), TODAY, guide)
    assert lines(found) == ([case["says"]] if "says" in case else [])
    assert {finding.rule for finding in found} <= {rule}


def test_every_rule_has_a_fault_that_trips_it_and_one_that_looks_alike():
    assert {rule for rule, case in CASES if "says" in case} == set(sentences())
    assert {rule for rule, case in CASES if "says" not in case} == set(sentences())


def test_every_rule_has_its_sentences():
    assert all(sentence.endswith((".", "…")) for sentence in sentences().values())


# What each part may import: those that stand before it, also in functions.
PARTS = [
    "findings", "settings", "files", "data", "citation", "lock", "markdown", "reading", "rules", "upkeep", "browser",
    "pictures", "site", "ads", "publish", "paper", "cli",
]  # fmt: skip


def test_parts_know_only_those_below_them():
    folder = HERE.parent / "scripts" / "guide"
    for path in folder.rglob("*.py"):
        name = path.relative_to(folder).parts[0].removesuffix(".py")
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            module = node.module if isinstance(node, ast.ImportFrom) else None
            if module and module.partition(".")[0] == "guide":
                imported = [module.split(".")[1]] if "." in module else [each.name for each in node.names]
                for part in imported:
                    assert PARTS.index(part) <= PARTS.index(name), f"{path}:{node.lineno}: {part}"
