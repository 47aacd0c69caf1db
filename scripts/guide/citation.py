"""The title of a source ends in the month in which it was read, and how: taken apart, and told to readers."""

from __future__ import annotations

import re
from calendar import month_name

LANGUAGES = ("Chinese", "French", "German", "Italian", "Japanese", "Korean", "Portuguese", "Russian", "Spanish")
# What keeps a source from being the page itself, read whole, as it is today in English; in the words readers see.
STATUSES = ("an older copy", "first part only", "a third party’s copy", *(f"in {name}" for name in LANGUAGES))
TITLE = re.compile(
    r"(?P<name>.*\S) \((?P<no>not )?read (?P<year>20\d\d)-(?P<month>0[1-9]|1[0-2])(?(no)|(?P<how>(?:, [^,()]+)*))\)"
)


def read_month(title: str) -> tuple[int, int] | None:
    """Return the year and month in which a source was read, or looked for; None where its title does not say."""
    match = TITLE.fullmatch(title)
    return (int(match["year"]), int(match["month"])) if match else None


def statuses(title: str) -> list[str]:
    """Return what the title says of how the source was read; nothing where it was the page itself."""
    match = TITLE.fullmatch(title)
    return (match["how"] or "").split(", ")[1:] if match else []


def told(title: str) -> tuple[str, str]:
    """Return a source's name, and what readers are told after it: when and how it was read, or that it was not."""
    match = TITLE.fullmatch(title)
    if not match:
        return title, ""
    if match["no"]:
        return match["name"], ", not read for this guide"
    how = f" ({', '.join(statuses(title))})" if match["how"] else ""
    return match["name"], f", read in {month_name[int(match['month'])]} {match['year']}{how}"
