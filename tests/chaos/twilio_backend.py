"""The interface of a Twilio backend: the fake, or the independent stub."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from random import Random
from typing import Protocol

from chaos.ledger import Create, Row

OURS = "+12015550100"
#: Messages to one number go out one after the other, so there are enough numbers that an outage fills no queue.
PEOPLE = {f"phone-{number}": f"+120155501{number:02}" for number in range(10, 40)}
#: Numbers of people who are not phone assets; their messages only cause events of the system.
STRANGER = "+12015550199"


class TwilioBackend(Protocol):
    """A Twilio that can be made to misbehave."""

    name: str
    account_sid: str
    auth_token: str
    base_url: str

    async def text(self, person: str, body: str) -> None:
        """Send a message from somebody to our number."""
        ...

    def creates(self) -> Iterator[Create]:
        """Yield the requests to create a message."""
        ...

    def rows(self) -> Iterator[Row]:
        """Yield the messages."""
        ...

    def ways(self) -> tuple[str, ...]:
        """Return the available kinds of misbehavior, by name."""
        ...

    def misbehave(self, way: str, chance: Random) -> AbstractContextManager[None]:
        """Misbehave in this way until the block ends."""
        ...
