"""Sender throughput: a queue per sender, drained at the sender's rate on the fake's clock.

Source: Twilio's documentation of message segments per second, and of errors 21611 and 30001. A rate that the seed
sets applies at every pace. Twilio's default rates apply at realistic pace only, so that nothing waits unless
requested.
"""

from datetime import datetime, timedelta

from fake_twilio.context import Context
from fake_twilio.errors import TwilioError
from fake_twilio.model.addresses import is_short_code
from fake_twilio.model.area_codes import is_toll_free
from fake_twilio.model.incoming_phone_number import IncomingPhoneNumber
from fake_twilio.model.message import Message

MAX_QUEUE = timedelta(hours=10)
"""The maximum backlog of a sender; beyond it, new messages are refused."""

_NOTHING = timedelta()

LONG_CODE, TOLL_FREE_NUMBER, INTERNATIONAL, SHORT_CODE = 1.0, 3.0, 10.0, 100.0


def segments_per_second(sender: str) -> float:
    """Return the default rate of a sender in segments per second."""
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
        """Return the rate of a message's sender in segments per second, 0 for unlimited.

        The number's own rate overrides the account's, which overrides the default.
        """
        state, sender = self._context.state, message.sender
        if not self._anything_waits or sender is None:
            return 0
        number = state.number(sender)
        own = number.messages_per_second if isinstance(number, IncomingPhoneNumber) else 0
        own = own or state.accounts[message.account_sid].messages_per_second
        return own or (segments_per_second(sender) if self._context.pace == "realistic" else 0)

    def check(self, sender: str) -> None:
        """Check that a sender accepts another message.

        Raises:
            TwilioError: 21611 if its backlog exceeds ten hours.
        """
        if self.full(sender):
            raise TwilioError(21611, sender=sender)

    def full(self, sender: str) -> bool:
        """Return whether a sender's backlog exceeds ten hours."""
        return sender in self._free and self.wait(sender) > MAX_QUEUE

    def wait(self, sender: str) -> timedelta:
        """Return how long a message that is queued now would wait for a sender."""
        free = self._free.get(sender)
        return max(free - self._context.now(), _NOTHING) if free is not None else _NOTHING

    def slot(self, message: Message, now: datetime) -> datetime:
        """Return when a message that is queued now will be sent, and reserve that slot."""
        speed = self.speed(message)
        if not speed or message.sender is None:
            return now
        start = max(now, self._free.get(message.sender, now))
        self._free[message.sender] = start + timedelta(seconds=max(message.segments, 1) / speed)
        return start

    def recall(self, message: Message, due: datetime) -> None:
        """Restore the slot of a message that was queued before a restart."""
        speed = self.speed(message)
        if speed and message.sender is not None:
            free = due + timedelta(seconds=max(message.segments, 1) / speed)
            self._free[message.sender] = max(free, self._free.get(message.sender, free))

    def _begin(self) -> None:
        """Start with empty queues, and find out whether any sender has a rate; in most fakes, none has."""
        self._free.clear()
        state = self._context.state
        speeds = [row.messages_per_second for rows in (state.accounts.values(), state.numbers) for row in rows]
        self._anything_waits = self._context.pace == "realistic" or any(speeds)
