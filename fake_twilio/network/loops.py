"""The loop guard: two numbers that answer each other without end are stopped.

Source: Twilio's error catalogue, 14107 and 30039.
"""

from collections import deque
from datetime import datetime, timedelta

from fake_twilio.network.world import World

REPLIES = 30
GAP = timedelta(seconds=30)


class LoopGuard:
    """Counts the replies between two numbers."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._replies: dict[tuple[str, str], deque[datetime]] = {}
        world.on_reset.append(self._replies.clear)

    def admits(self, sender: str, to: str) -> bool:
        """Count a reply between two numbers; False when more than 30 came with gaps shorter than 30 s."""
        now = self._world.now()
        key = (sender, to) if sender < to else (to, sender)
        replies = self._replies.setdefault(key, deque(maxlen=REPLIES))
        if replies and now - replies[-1] >= GAP:
            replies.clear()
        if len(replies) == REPLIES:
            return False
        replies.append(now)
        if len(self._replies) > 10_000:
            self._replies = {pair: times for pair, times in self._replies.items() if times and now - times[-1] < GAP}
        return True
