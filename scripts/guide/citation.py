"""The title of a source ends in the month in which it was read: taken apart, and told to readers."""

from __future__ import annotations

import re
from calendar import month_name

TITLE = re.compile(r"(?P<name>.*\S) \((?P<no>not )?read (?P<year>20\d\d)-(?P<month>0[1-9]|1[0-2])\)")


def read_month(title: str) -> tuple[int, int] | None:
    """Return the year and month in which a source was read, or looked for; None where its title does not say."""
    match = TITLE.fullmatch(title)
    return (int(match["year"]), int(match["month"])) if match else None


def told(title: str) -> tuple[str, str]:
    """Return a source's name, and what readers are told after it: when it was read, or that it was not."""
    match = TITLE.fullmatch(title)
    if not match:
        return title, ""
    when = "not read for this guide" if match["no"] else f"read in {month_name[int(match['month'])]} {match['year']}"
    return match["name"], f", {when}"
