"""Decides which ready message leaves first: the most urgent, without starving the others."""

import heapq
from typing import NamedTuple

#: This many messages in a row may overtake one that was accepted earlier; then the earliest of all goes first.
MAX_OVERTAKINGS = 4


class Lane(NamedTuple):
    """The pair of numbers and the severity within which messages keep their order."""

    from_number: str
    to_number: str
    severity: int

    @property
    def pair(self) -> tuple[str, str]:
        """The two numbers."""
        return self.from_number, self.to_number


class ReadyLane(NamedTuple):
    """A lane whose first message is due, by that message's place in the order of acceptance."""

    position: int
    lane: Lane


class ReadyLanes:
    """Lanes whose first message is due, and the order in which they take turns."""

    def __init__(self) -> None:
        self._by_severity: dict[int, list[ReadyLane]] = {}
        self._overtakings = 0

    def __bool__(self) -> bool:
        """Whether a lane is waiting for its turn."""
        return bool(self._by_severity)

    def clear(self) -> None:
        """Remove all lanes."""
        self._by_severity.clear()

    def add(self, position: int, lane: Lane) -> None:
        """Queue a lane whose first message is due."""
        heapq.heappush(self._by_severity.setdefault(lane.severity, []), ReadyLane(position, lane))

    def remove(self, lane: Lane) -> None:
        """Remove a lane from the queue, if it is there."""
        lanes = [ready for ready in self._by_severity.pop(lane.severity, ()) if ready.lane != lane]
        if lanes:
            heapq.heapify(lanes)
            self._by_severity[lane.severity] = lanes

    def take(self) -> tuple[Lane, bool]:
        """Return the lane whose turn it is, and whether it overtakes another."""
        earliest = min(self._by_severity, key=lambda severity: self._by_severity[severity][0])
        chosen = earliest if self._overtakings >= MAX_OVERTAKINGS else min(self._by_severity)
        lanes = self._by_severity[chosen]
        lane = heapq.heappop(lanes).lane
        if not lanes:
            del self._by_severity[chosen]
        return lane, chosen != earliest

    def left(self, *, overtook: bool) -> None:
        """Record that the message of a taken lane leaves."""
        self._overtakings = self._overtakings + 1 if overtook else 0
