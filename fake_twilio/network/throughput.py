"""How fast a sender sends: a queue for each, as long as its speed makes it, on the fake's clock.

Source: Twilio's documentation of message segments per second, and of error 21611. Only at realistic pace: at instant
pace nothing waits.
"""

from datetime import datetime, timedelta

from fake_twilio.errors import TwilioError
from fake_twilio.model.area_codes import TOLL_FREE
from fake_twilio.model.phone import is_short_code
from fake_twilio.network.world import World

LONGEST_QUEUE = timedelta(hours=10)
"""What a sender may have waiting before it takes no more."""

LONG_CODE, TOLL_FREE_NUMBER, INTERNATIONAL, SHORT_CODE = 1.0, 3.0, 10.0, 100.0


def segments_per_second(sender: str) -> float:
    """Return how many segments a sender can send in a second."""
    if is_short_code(sender):
        return SHORT_CODE
    if sender.startswith("+1"):
        return TOLL_FREE_NUMBER if sender[2:5] in TOLL_FREE else LONG_CODE
    return INTERNATIONAL


class Throughput:
    """Keeps each sender's queue."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._free: dict[str, datetime] = {}
        world.on_reset.append(self._free.clear)

    def check(self, sender: str) -> None:
        """Check that a sender takes another message.

        Raises:
            TwilioError: 21611 when more than ten hours of messages wait already.
        """
        if self.full(sender):
            raise TwilioError(21611, sender=sender)

    def full(self, sender: str) -> bool:
        """Tell whether more than ten hours of messages wait for a sender."""
        free = self._free.get(sender)
        return free is not None and free - self._world.now() > LONGEST_QUEUE

    def slot(self, sender: str, segments: int) -> datetime:
        """Return when a sender comes to a message that is queued now, and keep that time for it."""
        now = self._world.now()
        if self._world.pace == "instant":
            return now
        start = max(now, self._free.get(sender, now))
        self._free[sender] = start + timedelta(seconds=max(segments, 1) / segments_per_second(sender))
        return start
