"""How far each of our numbers was asked for arriving texts, in Twilio's time, so that no clock of ours matters.

A number is asked for everything since its cursor. What a question could not finish is a gap: the newer part is in, and
the list goes on from where it stopped. The cursor moves on only when no gap is left, so a restart asks again for all of
it, and the SIDs decide what is new.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from driver.ports.store import SetMark

#: Names of the marks that hold cursors begin so; each group of numbers has its own.
CURSOR = "poll.cursor."
#: More gaps than this are not followed one by one: the number is asked again from its cursor on.
MAX_GAPS = 10


@dataclass(slots=True)
class PollCursor:
    """How far a number was asked: all before ``cursor`` is in, and up to ``top`` all but the gaps.

    ``failures`` counts polls in a row that failed, ``due`` is when it is asked again on the monotonic clock, and
    ``late`` says why texts to it come late.
    """

    cursor: datetime
    top: datetime
    gaps: list[str] = field(default_factory=list)
    failures: int = 0
    due: timedelta = timedelta.min
    late: str = ""

    def asked(self, begun: datetime, left: str) -> None:
        """Take note of a question that began at a moment and stopped at ``left``; empty if it was finished."""
        self.top = max(self.top, begun)
        if left:
            self.gaps.append(left)
        if len(self.gaps) > MAX_GAPS:
            self.start_over()
        self.close()

    def went_on(self, gap: str, left: str, *, lost: bool) -> None:
        """Take note of how far a gap was followed: to its end, to ``left``, or into nowhere."""
        if lost:
            self.start_over()
        elif gap in self.gaps:
            self.gaps.remove(gap)
            if left:
                self.gaps.append(left)
        self.close()

    def start_over(self) -> None:
        """Forget the gaps, and ask from the cursor on."""
        self.gaps.clear()
        self.top = self.cursor

    def close(self) -> None:
        """Move the cursor on if nothing is left before it."""
        if not self.gaps:
            self.cursor = self.top


class PollCursors:
    """The cursor of every number. ``floor`` is where a number begins that was never asked.

    ``begun`` is off until the floor is in Twilio's time, which takes the first answer of the very first start.
    """

    def __init__(self, marks: Mapping[str, str], floor: datetime) -> None:
        self.floor = floor
        self._by_number: dict[str, PollCursor] = {}
        for name in marks:
            if name.startswith(CURSOR):
                for number, text in json.loads(marks[name]).items():
                    moment = datetime.fromisoformat(text)
                    self._by_number[number] = PollCursor(moment, moment)
        self.begun = bool(self._by_number)

    def begin(self, floor: datetime) -> None:
        """Begin everywhere at a moment of Twilio's time."""
        self.floor, self.begun = floor, True
        for cursor in self._by_number.values():
            cursor.cursor = cursor.top = floor

    def of(self, number: str) -> PollCursor:
        """Return the cursor of a number."""
        return self._by_number.setdefault(number, PollCursor(self.floor, self.floor))

    def forget_failures(self) -> None:
        """Have every number asked again at once: what failed while nothing reached Twilio says nothing of a number."""
        for cursor in self._by_number.values():
            cursor.failures, cursor.due, cursor.late = 0, timedelta.min, ""

    def mark(self, group: str, numbers: Iterable[str]) -> SetMark:
        """Return what to remember of the numbers of a group."""
        return SetMark(CURSOR + group, json.dumps({number: self.of(number).cursor.isoformat() for number in numbers}))
