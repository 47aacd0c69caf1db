"""What the environment sets for mkdocs.yml; a mistake there would be a finding on every page, or none."""

from __future__ import annotations

import re
from collections.abc import Mapping

from guide.findings import CannotRunError

FORMS = {
    "SITE_URL": (r"https?://[^\s/?#]+(/[^\s?#]*)?", "https://example.org/guide/"),
    "ISSUES_URL": (r"https?://[^\s/?#]+(/\S*)?", "https://github.com/OWNER/NAME/issues/new"),
    "REPORT_MAIL": (r"[^\s@<>:,;\"?&]+@[^\s@<>:,;\"?&]+\.[^\s@<>:,;\"?&.]+", "guide@example.org"),
}


def require(environment: Mapping[str, str]) -> None:
    """Raise CannotRunError with the name of a setting that is set, and is not what it has to be."""
    for name, (form, example) in FORMS.items():
        value = environment.get(name, "")
        if value and not re.fullmatch(form, value):
            raise CannotRunError(f'{name} is "{value[:80]}"; give it as {example}, or leave it out')
