"""Virtual handsets: what a phone shows, and a person typing into it."""

from collections.abc import Sequence

from fake_twilio.model.message import Message, Status
from fake_twilio.model.phone import e164
from fake_twilio.network.inbound import Inbound
from fake_twilio.network.world import World

_ARRIVED = frozenset({Status.DELIVERED, Status.READ})


class UnknownNumberError(ValueError):
    """A text was sent to a number that no account of the fake has."""


class Handsets:
    """Every phone in the world; each exists as soon as somebody names its number."""

    def __init__(self, world: World, inbound: Inbound) -> None:
        self._world = world
        self._inbound = inbound

    def conversation(self, phone: str) -> list[Message]:
        """Return what a phone shows, both directions, in the order of time: what arrived, and what was sent from it."""
        shown = []
        for log in self._world.state.logs.values():
            shown += [
                log.rows[sid]
                for sid in log.by_to.get(phone, ())
                if log.rows[sid].outbound and log.rows[sid].status in _ARRIVED
            ]
            shown += [log.rows[sid] for sid in log.by_sender.get(phone, ()) if not log.rows[sid].outbound]
        return sorted(shown, key=lambda message: message.number)

    def send(self, phone: str, to: str, body: str, media_urls: Sequence[str] = ()) -> Message:
        """Text a Twilio number from a phone and return the row of the incoming message.

        Raises:
            UnknownNumberError: when no account has the number.
        """
        number = self._world.state.number(e164(to) or to)
        if number is None:
            known = ", ".join(sorted(self._world.state.number_sids)) or "none"
            raise UnknownNumberError(f"{to} is not a number of this fake; known are {known}")
        return self._inbound.receive(number, phone, body, media_urls)
