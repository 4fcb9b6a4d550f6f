"""The loop guard: stops two machines that keep answering each other.

Source: Twilio's error catalogue, 14107 (its own replies) and 30039 (inbound messages).
"""

from collections import deque
from datetime import datetime, timedelta
from typing import NamedTuple

from fake_twilio.context import Context

REPLIES = 30
"""The number of replies, or turns of a conversation, that may follow each other within ``GAP``."""

GAP = timedelta(seconds=30)

_MAX_PAIRS = 10_000
"""Pairs that are stored before inactive ones are removed."""


class _Turns(NamedTuple):
    """A conversation: how often it has changed sides, each time within the gap, and its last message."""

    changes: int
    sender: str
    at: datetime


class LoopGuard:
    """Counts the messages between pairs of numbers."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._replies: dict[tuple[str, str], deque[datetime]] = {}
        self._turns: dict[tuple[str, str], _Turns] = {}
        context.on_reset += [self._replies.clear, self._turns.clear]

    def admits(self, sender: str, to: str) -> bool:
        """Count a reply between two numbers; return False after more than 30 with gaps shorter than 30 s."""
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
        """Count an inbound message; return True if it belongs to two machines that keep answering each other.

        That is the case once messages have changed sides more than 30 times with gaps shorter than 30 s. Many messages
        from one side, such as those of a load test, do not count.
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
