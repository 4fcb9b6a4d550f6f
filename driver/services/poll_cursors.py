"""How far each of our numbers has been polled for messages, in Twilio's time, so that the local clock is irrelevant.

Each poll reads everything since a number's cursor. If a poll cannot finish, it leaves a gap: the newer part is stored,
and the list continues where it stopped. The cursor advances only when no gap is left, so after a restart everything
since the cursor is read again, and the SIDs decide what is new.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from driver.ports.store import SetMark

#: The time from which messages count as received by this driver: local time until Twilio first answers, then Twilio's.
FLOOR = "receive.floor"
#: Prefix of the marks that hold cursors; each group of numbers has its own.
CURSOR = "poll.cursor."
#: With more gaps than this, the number is polled again from its cursor instead of following them one by one.
MAX_GAPS = 10


@dataclass(slots=True)
class PollCursor:
    """How far a number has been polled: everything before ``cursor`` is stored, and up to ``top`` all but the gaps.

    ``failures`` counts consecutive failed polls, ``due`` is when the next poll is due on the monotonic clock, and
    ``late`` says why messages to the number are late.
    """

    cursor: datetime
    top: datetime
    gaps: list[str] = field(default_factory=list)
    failures: int = 0
    due: timedelta = timedelta.min
    late: str = ""

    def asked(self, begun: datetime, left: str) -> None:
        """Record a poll that began at a moment and stopped at ``left``, which is empty if it finished."""
        self.top = max(self.top, begun)
        if left:
            self.gaps.append(left)
        if len(self.gaps) > MAX_GAPS:
            self.start_over()
        self.close()

    def went_on(self, gap: str, left: str, *, lost: bool) -> None:
        """Record how far a gap was followed: to its end, to ``left``, or to a dead end (``lost``)."""
        if lost:
            self.start_over()
        elif gap in self.gaps:
            self.gaps.remove(gap)
            if left:
                self.gaps.append(left)
        self.close()

    def start_over(self) -> None:
        """Discard the gaps, and poll again from the cursor."""
        self.gaps.clear()
        self.top = self.cursor

    def close(self) -> None:
        """Advance the cursor if no gaps are left."""
        if not self.gaps:
            self.cursor = self.top


class PollCursors:
    """The cursor of every number. ``floor`` is where a number starts that was never polled.

    ``begun`` is False until the floor is in Twilio's time, which takes the first response after the very first start.
    """

    def __init__(self, marks: Mapping[str, str]) -> None:
        self.floor = datetime.fromisoformat(marks[FLOOR])
        self._by_number: dict[str, PollCursor] = {}
        for name in marks:
            if name.startswith(CURSOR):
                for number, text in json.loads(marks[name]).items():
                    moment = datetime.fromisoformat(text)
                    self._by_number[number] = PollCursor(moment, moment)
        self.begun = bool(self._by_number)

    def begin(self, floor: datetime) -> None:
        """Start all numbers at a moment of Twilio's time."""
        self.floor, self.begun = floor, True
        for cursor in self._by_number.values():
            cursor.cursor = cursor.top = floor

    def of(self, number: str) -> PollCursor:
        """Return the cursor of a number."""
        return self._by_number.setdefault(number, PollCursor(self.floor, self.floor))

    def forget_failures(self) -> None:
        """Make every number due again: failures while Twilio was unreachable say nothing about a number."""
        for cursor in self._by_number.values():
            cursor.failures, cursor.due, cursor.late = 0, timedelta.min, ""

    def mark(self, group: str, numbers: Iterable[str]) -> SetMark:
        """Return the mark that stores the cursors of a group of numbers."""
        return SetMark(CURSOR + group, json.dumps({number: self.of(number).cursor.isoformat() for number in numbers}))
