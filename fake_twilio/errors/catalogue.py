"""The error catalogue, ``catalogue.csv``: one row per code, and how each code can be reached.

Texts and codes are facts taken from Twilio's error catalogue (www.twilio.com/docs/api/errors), its API reference and
responses seen on the wire.
"""

import csv
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple


class Reach(StrEnum):
    """How a client of the fake encounters a code. The contract tests reach every code as its row says."""

    REQUEST = "request"
    """A request is refused with it."""
    MESSAGE = "message"
    """A message gets it as ``error_code`` under the fake's own rules."""
    ALERT = "alert"
    """A webhook or its response raises an alert with it."""
    FAULT = "fault"
    """Only an injected fault produces it: it stands for a failure of Twilio or of a carrier."""
    NOWHERE = "nowhere"
    """The fake never produces it; ``Entry.why`` is the reason."""


class Entry(NamedTuple):
    """An error.

    A ``status`` of 0 means that the code is never the response to an API request: it marks a message or an alert.
    ``level`` is the alert level of codes that the debugger shows. ``reach`` is set only if it does not follow from the
    rest. ``when`` is when it occurs. ``text`` is the wire text, with placeholders such as ``{to}`` (masked in the
    current generation), ``{sender}``, ``{account}``, ``{path}`` and ``{value}``; ``old_code`` and ``old_text`` are the
    code and text of around 2019, 0 and empty if no others are known. ``page`` is the number of the page that error
    bodies link to, if it is not the code; ``why`` is the reason if the code cannot be reached.
    """

    code: int
    status: int
    level: str
    reach: tuple[Reach, ...]
    title: str
    when: str
    text: str
    old_code: int
    old_text: str
    page: int
    why: str

    @property
    def ways(self) -> tuple[Reach, ...]:
        """The ways to reach the code."""
        if self.reach:
            return self.reach
        return (Reach.REQUEST if self.status else Reach.ALERT if self.level else Reach.MESSAGE,)

    @property
    def ends_messages(self) -> bool:
        """Whether a message can end with it: it is not for API requests, and the codes of alerts alone are smaller."""
        return not self.status and self.code > 20_000


def _read() -> dict[int, Entry]:
    with (Path(__file__).parent / "catalogue.csv").open(encoding="utf-8", newline="") as file:
        names, *rows = csv.reader(file)
    if tuple(names) != Entry._fields:
        raise ValueError(f"the columns of catalogue.csv are {', '.join(Entry._fields)}")
    entries = {}
    for code, status, level, reach, title, when, text, old_code, old_text, page, why in rows:
        entries[int(code)] = Entry(
            int(code),
            int(status or 0),
            level,
            tuple(map(Reach, reach.split())),
            title,
            when,
            text,
            int(old_code or 0),
            old_text,
            int(page or 0),
            why,
        )
    return entries


CATALOGUE = _read()
"""All errors of the fake, by code."""
