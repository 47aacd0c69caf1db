"""What a check has to say, and how it is said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import NamedTuple


class CannotRunError(Exception):
    """The command could not do its work at all: one line says why and what to do; exit code 2."""


class Place(NamedTuple):
    """A line and column of a file, from 1; 0 means that the whole file, or the whole line, is meant."""

    path: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        """`file:line:column`, as far as they are known."""
        return ":".join([self.path, *(str(number) for number in (self.line, self.column) if number)])

    def down(self, lines: int) -> Place:
        """Return the place so many lines further down."""
        return self._replace(line=self.line + lines)

    def finding(self, found: str, expected: str = "", fix: str = "", rule: str = "") -> Finding:
        """Return what is wrong here."""
        return Finding(*self, rule, found, expected, fix)


@dataclass(frozen=True, order=True)
class Finding:
    """One thing that is wrong, at a place that a person can open: what was found, what was expected, how to fix it."""

    path: str
    line: int
    column: int
    rule: str
    found: str
    expected: str = ""
    fix: str = ""

    @property
    def message(self) -> str:
        """All that it says, in one line whatever was found."""
        return " ".join("; ".join(filter(None, (self.found, self.expected, self.fix))).splitlines())

    @property
    def place(self) -> Place:
        """Where it is."""
        return Place(self.path, self.line, self.column)


def text(finding: Finding) -> str:
    """Return a finding as a line for a person: `file:line: rule: found; expected; how to fix it`."""
    return f"{finding.place}: {finding.rule}: {finding.message}"


def github(finding: Finding) -> str:
    """Return a finding as a GitHub Actions annotation.

    Escapes: https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts
    """
    message = finding.message.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    path = finding.path.replace("%", "%25").replace(":", "%3A").replace(",", "%2C")
    place = f"file={path},line={max(finding.line, 1)}" + (f",col={finding.column}" if finding.column else "")
    return f"::error {place},title={finding.rule}::{message}"


def markdown(finding: Finding) -> str:
    """Return a finding as a line of a list to tick off; in code spans, strangers' words link nowhere."""
    return f"- [ ] `{finding.place}`: `{finding.message.replace('`', '')}`"


FORMATS = {"text": text, "github": github, "markdown": markdown}


def lines(findings: Iterable[Finding], form: str = "text") -> list[str]:
    """Return all findings as lines, sorted by place, each once."""
    return [FORMATS[form](finding) for finding in sorted(set(findings))]


def nearest(name: str, known: Iterable[str]) -> str:
    """Return `did you mean "…"?` for the known name nearest to `name`, other than itself, or nothing."""
    folded = {candidate.casefold(): candidate for candidate in known if candidate not in {name, ""}}
    match = get_close_matches(name[:100].casefold(), folded, n=1, cutoff=0.6)
    return f'did you mean "{folded[match[0]]}"?' if match else ""
