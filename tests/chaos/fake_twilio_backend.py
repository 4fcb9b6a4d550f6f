"""This project's fake Twilio, misbehaving through its faults."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from random import Random
from typing import Any
from urllib.parse import parse_qs

from chaos.ledger import Create, Row, key_of
from chaos.twilio_backend import OURS
from fake_twilio import FakeTwilio, Fault
from support.fake_wire import seed

Effect = dict[str, Any]
#: By name: the operation that fails, how, and how often.
WAYS: dict[str, tuple[str, Effect, float]] = {
    "create: answer lost after": ("messages.create", {"type": "reset_after"}, 0.5),
    "create: answer lost before": ("messages.create", {"type": "reset_before"}, 0.5),
    "create: no answer after": ("messages.create", {"type": "hang_after"}, 0.3),
    "create: no answer before": ("messages.create", {"type": "hang_before"}, 0.3),
    "create: cut off": ("messages.create", {"type": "truncate"}, 0.5),
    "create: bad JSON": ("messages.create", {"type": "malformed_json"}, 0.5),
    "create: HTML": ("messages.create", {"type": "html_error"}, 0.5),
    "create: 500": ("messages.create", {"type": "http_error", "status": 500}, 0.5),
    "create: 503": ("messages.create", {"type": "http_error", "status": 503}, 0.5),
    "create: refused": ("messages.create", {"type": "http_error", "status": 400, "code": 21612}, 0.5),
    "create: 429": ("messages.create", {"type": "rate_limit"}, 0.7),
    "create: 429 with Retry-After": ("messages.create", {"type": "rate_limit", "retry_after": 2}, 0.7),
    "all: 429": ("*", {"type": "rate_limit"}, 0.7),
    "all: 500": ("*", {"type": "http_error", "status": 500}, 0.5),
    "all: slow": ("*", {"type": "latency", "seconds": 0.2, "jitter": 2.0}, 0.5),
    "all: cut off": ("*", {"type": "truncate"}, 0.4),
    "list: late": ("messages.list", {"type": "list_lag", "seconds": 3}, 1.0),
    "list: half fail": ("messages.list", {"type": "http_error", "status": 503}, 0.5),
    "list: HTML": ("messages.list", {"type": "html_error"}, 0.5),
    "receipts: lost": ("callback", {"type": "callback_drop"}, 0.5),
    "receipts: twice": ("callback", {"type": "callback_duplicate", "times": 2}, 0.7),
    "receipts: out of order": ("callback", {"type": "callback_reorder"}, 0.7),
    "receipts: late": ("callback", {"type": "callback_delay", "seconds": 3}, 0.7),
    "incoming: lost": ("inbound_webhook", {"type": "inbound_drop"}, 0.7),
    "incoming: twice": ("inbound_webhook", {"type": "inbound_duplicate", "times": 2}, 0.7),
    "incoming: out of order": ("inbound_webhook", {"type": "inbound_reorder"}, 0.7),
    "incoming: badly signed": ("inbound_webhook", {"type": "inbound_bad_signature"}, 0.5),
}
#: After these, a client does not know whether the message exists.
UNCLEAR = frozenset(
    {"reset_after", "reset_before", "hang_after", "hang_before", "truncate", "malformed_json", "html_error", "latency"}
)


class FakeTwilioBackend:
    """The fake, in this process."""

    name = "fake"

    def __init__(self, fake: FakeTwilio) -> None:
        self._fake = fake
        self._effects: dict[str, Effect] = {}
        self.account_sid = fake.account_sid
        self.auth_token = fake.auth_token
        self.base_url = fake.base_url

    async def text(self, person: str, body: str) -> None:
        """Send a message from somebody to our number."""
        await self._fake.handset(person).send(OURS, body)

    def creates(self) -> Iterator[Create]:
        """Yield the requests to create a message, including those that faults swallowed."""
        for exchange in self._fake.context.requests.entries:
            if exchange.operation == "messages.create":
                (body,) = parse_qs(exchange.body.decode(), keep_blank_values=True)["Body"]
                effects = (self._effects.get(each, {}) for each in exchange.fault.split(",") if each)
                unclear = exchange.status >= 500 or any(effect.get("type") in UNCLEAR for effect in effects)
                yield Create(key_of(body), exchange.at, not unclear)

    def rows(self) -> Iterator[Row]:
        """Yield the messages."""
        for message in self._fake.context.state.messages():
            refused = message.outbound and message.status.value == "failed"
            yield Row(message.sid, key_of(message.body), not message.outbound, refused)

    def ways(self) -> tuple[str, ...]:
        """Return the available kinds of misbehavior."""
        return tuple(WAYS)

    @contextmanager
    def misbehave(self, way: str, chance: Random) -> Iterator[None]:
        """Inject the fault until the block ends."""
        operation, effect, probability = WAYS[way]
        planted = self._fake.faults.add(Fault(effect, {"operation": operation}, times=None, probability=probability))
        self._effects[planted.id] = effect
        try:
            yield
        finally:
            self._fake.faults.remove(planted.id)


@asynccontextmanager
async def fake_twilio_backend(inbound_url: str) -> AsyncIterator[FakeTwilioBackend]:
    """Run the fake, whose number calls ``inbound_url``."""
    number = {"phone_number": OURS, "sms_url": inbound_url}
    async with FakeTwilio(seed(type="Full", numbers=[number])) as fake:
        yield FakeTwilioBackend(fake)
