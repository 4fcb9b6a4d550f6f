"""The loop guard: two machines that answer each other without end are stopped.

Source: Twilio's error catalogue, 14107 (its own replies) and 30039 (texts that come in).
"""

from collections import deque
from datetime import datetime, timedelta
from typing import NamedTuple

from fake_twilio.context import Context

REPLIES = 30
"""Replies, or turns of a conversation, that may follow each other within ``GAP``."""

GAP = timedelta(seconds=30)

_MAX_PAIRS = 10_000
"""Pairs that are remembered before those are forgotten that fell silent."""


class _Turns(NamedTuple):
    """How often a conversation has changed sides, each time within the gap, and what came last."""

    changes: int
    sender: str
    at: datetime


class LoopGuard:
    """Counts what goes to and fro between two numbers."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._replies: dict[tuple[str, str], deque[datetime]] = {}
        self._turns: dict[tuple[str, str], _Turns] = {}
        context.on_reset += [self._replies.clear, self._turns.clear]

    def admits(self, sender: str, to: str) -> bool:
        """Count a reply between two numbers; False when more than 30 came with gaps shorter than 30 s."""
        now = self._context.now()
        replies = self._replies.setdefault(_pair(sender, to), deque(maxlen=REPLIES))
        if replies and now - replies[-1] >= GAP:
            replies.clear()
        if len(replies) == REPLIES:
            return False
        replies.append(now)
        if len(self._replies) > _MAX_PAIRS:
            self._replies = {pair: times for pair, times in self._replies.items() if times and now - times[-1] < GAP}
        return True

    def circles(self, sender: str, to: str) -> bool:
        """Count a text that comes in; True when it is one of two machines that keep answering each other.

        That is when more than 30 texts changed sides with gaps shorter than 30 s. Many texts from one side, such as a
        load test's, are not conversations.
        """
        now = self._context.now()
        pair = _pair(sender, to)
        before = self._turns.get(pair)
        count = 0
        if before is not None and now - before.at < GAP:
            count = before.changes + 1 if before.sender != sender else before.changes
        if count > REPLIES:
            return True
        self._turns[pair] = _Turns(count, sender, now)
        if len(self._turns) > _MAX_PAIRS:
            self._turns = {pair: turns for pair, turns in self._turns.items() if now - turns.at < GAP}
        return False


def _pair(sender: str, to: str) -> tuple[str, str]:
    return (sender, to) if sender < to else (to, sender)
