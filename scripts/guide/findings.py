"""What a check has to say, and how it is said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


class CannotRunError(Exception):
    """The command could not do its work at all: one line says why and what to do; exit code 2."""


@dataclass(frozen=True, order=True)
class Finding:
    """One thing that is wrong, at a place a person can open.

    `line` and `column` count from 1; 0 means that the whole file, or the whole line, is meant.
    """

    path: str
    line: int
    column: int
    rule: str
    found: str
    expected: str
    mend: str

    @property
    def message(self) -> str:
        """What was found, what was expected, how to mend it, in one line whatever was found."""
        return " ".join("; ".join(part for part in (self.found, self.expected, self.mend) if part).splitlines())

    @property
    def place(self) -> str:
        """`file:line:column`, as far as they are known."""
        numbers = [str(number) for number in (self.line, self.column) if number]
        return ":".join([self.path, *numbers])


def text(finding: Finding) -> str:
    """Return a finding as a line for a person: `file:line: rule: found; expected; how to mend it`."""
    return f"{finding.place}: {finding.rule}: {finding.message}"


def github(finding: Finding) -> str:
    """Return a finding as a GitHub Actions annotation.

    Escapes: https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts
    """
    message = finding.message.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    path = finding.path.replace("%", "%25").replace(":", "%3A").replace(",", "%2C")
    place = f"file={path},line={max(finding.line, 1)}" + (f",col={finding.column}" if finding.column else "")
    return f"::error {place},title={finding.rule}::{message}"


FORMATS = {"text": text, "github": github}


def lines(findings: Iterable[Finding], form: str = "text") -> list[str]:
    """Return all findings as lines, sorted by place, each once."""
    return [FORMATS[form](finding) for finding in sorted(set(findings))]


def nearest(name: str, known: Iterable[str]) -> str:
    """Return `did you mean "…"?` for the known name nearest to `name`, or nothing."""
    folded = {candidate.casefold(): candidate for candidate in known}
    match = get_close_matches(name[:100].casefold(), folded, n=1, cutoff=0.6)
    return f'did you mean "{folded[match[0]]}"?' if match else ""
