"""The tags that feature files may carry. Any other tag is taken for a misspelling and refused."""

from __future__ import annotations

import re
from collections.abc import Iterable

TAGS = {
    "fake-only": "cannot be observed on the real Twilio; checked against what the steps need",
    "real-only": "can only be observed on the real Twilio",
    "one-driver": "shows what is lost when another driver takes over; not run with a pair",
    "slow": "takes more than five real seconds where the clock cannot be moved; the harness adds it too",
    "wip": "work in progress: runs but may fail; refused by --check in CI",
    "manual": "needs a person; only runs with -m manual",
    "magic": "uses Twilio's magic numbers and test credentials",
}
"""Tags and their meanings."""

FAMILIES = {
    r"bug-\d+": "shows that this bug is fixed",
    r"verified-\d{4}-\d{2}-\d{2}": "seen passing against the real Twilio on that day",
}
"""Tags that carry a value: their patterns and meanings."""


def meaning(tag: str) -> str | None:
    """Return the meaning of a tag; None if it is undeclared."""
    if tag in TAGS:
        return TAGS[tag]
    return next((text for pattern, text in FAMILIES.items() if re.fullmatch(pattern, tag)), None)


def undeclared(tags: Iterable[str]) -> list[str]:
    """Return the undeclared tags, sorted."""
    return sorted({tag for tag in tags if meaning(tag) is None})
