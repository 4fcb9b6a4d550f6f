"""Sends reminders, and retries those that Twilio did not accept."""

from collections import deque

from requests.exceptions import ConnectionError as NoConnectionError
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client


class Reminders:
    """Reminders that wait until Twilio accepts them."""

    def __init__(self, client: Client, from_number: str) -> None:
        self._client = client
        self._from = from_number
        self.waiting: deque[tuple[str, str]] = deque()

    def add(self, to: str, body: str) -> None:
        """Add a reminder for somebody."""
        self.waiting.append((to, body))

    def send(self) -> None:
        """Try each waiting reminder once."""
        for _ in range(len(self.waiting)):
            to, body = self.waiting.popleft()
            if not self._sent(to, body):
                self.waiting.append((to, body))

    def _sent(self, to: str, body: str) -> bool:
        try:
            self._client.messages.create(to=to, from_=self._from, body=body)
        except TwilioRestException as exc:
            return exc.status < 500 and exc.status != 429
        except NoConnectionError:
            # The response was lost, but the message may exist: check before sending again.
            return any(message.body == body for message in self._client.messages.list(to=to, limit=50))
        return True
