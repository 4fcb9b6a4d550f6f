"""The tags that feature files may carry. Any other tag is a mistake in spelling and is refused."""

from __future__ import annotations

import re
from collections.abc import Iterable

TAGS = {
    "fake-only": "cannot be seen on the real Twilio; checked against what the steps need",
    "real-only": "can only be seen on the real Twilio",
    "one-driver": "shows what is lost when another driver takes over; not played with a pair",
    "slow": "takes more than five real seconds where the clock cannot be moved (given by the harness itself as well)",
    "wip": "work in progress: is played but may fail; refused by --check in CI",
    "manual": "needs a person; only played when asked for with -m manual",
    "magic": "plays with Twilio's magic numbers and test credentials",
}
"""Tag and what it means."""

FAMILIES = {
    r"bug-\d+": "shows that this bug is fixed",
    r"verified-\d{4}-\d{2}-\d{2}": "seen passing against the real Twilio on that day",
}
"""Tags that carry a value: their pattern and what they mean."""


def meaning(tag: str) -> str | None:
    """What a tag means, None if it is not declared."""
    if tag in TAGS:
        return TAGS[tag]
    return next((text for pattern, text in FAMILIES.items() if re.fullmatch(pattern, tag)), None)


def undeclared(tags: Iterable[str]) -> list[str]:
    """The tags that are not declared, sorted."""
    return sorted({tag for tag in tags if meaning(tag) is None})
