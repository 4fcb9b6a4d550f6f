"""How fast a sender sends: a queue for each, as long as its speed makes it, on the fake's clock.

Source: Twilio's documentation of message segments per second, and of errors 21611 and 30001. A speed that the seed
sets counts at every pace; the speeds of Twilio's kinds of senders count at realistic pace only, so that nothing waits
where it was not requested.
"""

from datetime import datetime, timedelta

from fake_twilio.context import Context
from fake_twilio.errors import TwilioError
from fake_twilio.model.addresses import is_short_code
from fake_twilio.model.area_codes import is_toll_free
from fake_twilio.model.incoming_phone_number import IncomingPhoneNumber
from fake_twilio.model.message import Message

MAX_QUEUE = timedelta(hours=10)
"""What a sender may have waiting before it takes no more."""

_NOTHING = timedelta()

LONG_CODE, TOLL_FREE_NUMBER, INTERNATIONAL, SHORT_CODE = 1.0, 3.0, 10.0, 100.0


def segments_per_second(sender: str) -> float:
    """Return how many segments a sender can send in a second."""
    if is_short_code(sender):
        return SHORT_CODE
    if sender.startswith("+1"):
        return TOLL_FREE_NUMBER if is_toll_free(sender) else LONG_CODE
    return INTERNATIONAL


class Throughput:
    """Keeps each sender's queue."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._free: dict[str, datetime] = {}
        self._anything_waits = False
        context.on_reset.append(self._begin)
        self._begin()

    def speed(self, message: Message) -> float:
        """Return the segments that a message's sender sends in a second, 0 where nothing waits.

        The number's own speed overrides its account's, and that the one of its kind.
        """
        state, sender = self._context.state, message.sender
        if not self._anything_waits or sender is None:
            return 0
        number = state.number(sender)
        own = number.messages_per_second if isinstance(number, IncomingPhoneNumber) else 0
        own = own or state.accounts[message.account_sid].messages_per_second
        return own or (segments_per_second(sender) if self._context.pace == "realistic" else 0)

    def check(self, sender: str) -> None:
        """Check that a sender takes another message.

        Raises:
            TwilioError: 21611 when more than ten hours of messages wait already.
        """
        if self.full(sender):
            raise TwilioError(21611, sender=sender)

    def full(self, sender: str) -> bool:
        """Return whether more than ten hours of messages wait for a sender."""
        return sender in self._free and self.wait(sender) > MAX_QUEUE

    def wait(self, sender: str) -> timedelta:
        """Return how long a message that is queued now has to wait for a sender."""
        free = self._free.get(sender)
        return max(free - self._context.now(), _NOTHING) if free is not None else _NOTHING

    def slot(self, message: Message, now: datetime) -> datetime:
        """Return when a sender gets to a message that is queued now, and reserve that time."""
        speed = self.speed(message)
        if not speed or message.sender is None:
            return now
        start = max(now, self._free.get(message.sender, now))
        self._free[message.sender] = start + timedelta(seconds=max(message.segments, 1) / speed)
        return start

    def recall(self, message: Message, due: datetime) -> None:
        """Restore when a sender gets to a message that was queued before a restart."""
        speed = self.speed(message)
        if speed and message.sender is not None:
            free = due + timedelta(seconds=max(message.segments, 1) / speed)
            self._free[message.sender] = max(free, self._free.get(message.sender, free))

    def _begin(self) -> None:
        """Begin with empty queues, and find out whether any sender has a speed: most fakes have none, and are quick."""
        self._free.clear()
        state = self._context.state
        speeds = [row.messages_per_second for rows in (state.accounts.values(), state.numbers) for row in rows]
        self._anything_waits = self._context.pace == "realistic" or any(speeds)
