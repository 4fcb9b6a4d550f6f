"""One error of the catalogue, and the ways in which it can be reached."""

from enum import StrEnum
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

    ``text`` may hold ``{to}`` (masked in the current generation), ``{sender}``, ``{account}``, ``{path}``, ``{value}``,
    …; ``old_text`` and ``old_code`` are what the same situation said around 2019, empty and 0 where nothing else is
    known. ``page`` is the number of the page that error bodies point to where that is not the code. ``level`` is the
    level of the alert for codes that the debugger shows. ``reach`` is set where it does not follow from the rest,
    ``why`` where the code cannot be reached.
    """

    code: int
    status: int
    title: str
    when: str
    text: str = ""
    old_text: str = ""
    level: str = ""
    reach: tuple[Reach, ...] = ()
    why: str = ""
    old_code: int = 0
    page: int = 0

    @property
    def ways(self) -> tuple[Reach, ...]:
        """How the code can be reached."""
        if self.reach:
            return self.reach
        return (Reach.REQUEST if self.status else Reach.ALERT if self.level else Reach.MESSAGE,)
