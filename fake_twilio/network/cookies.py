"""Cookies of webhooks: one for each pair of numbers, forgotten after four idle hours.

Source: Twilio's documentation of cookies in messaging webhooks.
"""

from datetime import datetime, timedelta

from fake_twilio.model.message import Message
from fake_twilio.network.caller import Answer

IDLE = timedelta(hours=4)
KEPT = 10_000
"""Pairs that are remembered."""


class Cookies:
    """Keeps what customers' servers set."""

    def __init__(self) -> None:
        self._jar: dict[tuple[str, str], tuple[str, datetime]] = {}

    def get(self, message: Message, now: datetime) -> str:
        """Return the cookie of a message's pair of numbers, empty when there is none."""
        found = self._jar.get(_pair(message))
        if found is None or now - found[1] > IDLE:
            return ""
        self._jar[_pair(message)] = (found[0], now)
        return found[0]

    def keep(self, message: Message, answer: Answer, now: datetime) -> None:
        """Keep the cookie that an answer sets, if it sets one."""
        for name, value in answer.headers:
            if name.lower() == "set-cookie":
                if len(self._jar) >= KEPT:
                    self._jar.pop(next(iter(self._jar)))
                self._jar[_pair(message)] = (value.partition(";")[0].strip(), now)
                return

    def clear(self) -> None:
        """Forget everything."""
        self._jar.clear()


def _pair(message: Message) -> tuple[str, str]:
    return (message.sender or "", message.to)
