"""The error catalogue: ``catalogue.csv``, one row a code, and the ways in which a code can be reached.

Texts and codes are facts taken from Twilio's error catalogue (www.twilio.com/docs/api/errors), its API reference and
answers seen on the wire.
"""

import csv
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple


class Reach(StrEnum):
    """How a client of the fake meets a code. The contract tests reach every code as its row says."""

    REQUEST = "request"
    """A request is refused with it."""
    MESSAGE = "message"
    """A message has it as ``error_code``, by the fake's own rules."""
    ALERT = "alert"
    """A webhook or its answer leaves an alert with it."""
    FAULT = "fault"
    """Only a fault that somebody plants brings it about: it stands for a failure of Twilio's or of a carrier's."""
    NOWHERE = "nowhere"
    """The fake never says it; ``Entry.why`` is the reason."""


class Entry(NamedTuple):
    """One error.

    A ``status`` of 0 means that the code never answers an API request: it marks a message or an alert. ``level`` is the
    level of the alert for codes that the debugger shows. ``reach`` is set where it does not follow from the rest.
    ``when`` says when it happens. ``text`` is the text on the wire; it may hold ``{to}`` (masked in the current
    generation), ``{sender}``, ``{account}``, ``{path}``, ``{value}``, …; ``old_code`` and ``old_text`` are what the
    same situation said around 2019, 0 and empty where nothing else is known. ``page`` is the number of the page that
    error bodies point to where that is not the code, ``why`` the reason where the code cannot be reached.
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
        """How the code can be reached."""
        if self.reach:
            return self.reach
        return (Reach.REQUEST if self.status else Reach.ALERT if self.level else Reach.MESSAGE,)

    @property
    def ends_messages(self) -> bool:
        """Whether a message can end with it: it answers no request, and the codes of alerts alone are smaller."""
        return not self.status and self.code > 20_000


def _read() -> dict[int, Entry]:
    with (Path(__file__).parent / "catalogue.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    entries = [
        Entry(
            code=int(row["code"]),
            status=int(row["status"] or 0),
            level=row["level"],
            reach=tuple(map(Reach, row["reach"].split())),
            title=row["title"],
            when=row["when"],
            text=row["text"],
            old_code=int(row["old_code"] or 0),
            old_text=row["old_text"],
            page=int(row["page"] or 0),
            why=row["why"],
        )
        for row in rows
    ]
    return {entry.code: entry for entry in entries}


CATALOGUE = _read()
"""Every error that the fake knows, by code."""
