"""The independent Twilio stub, misbehaving through its tricks, and the webhooks that it would call."""

import asyncio
import base64
import hashlib
import hmac
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from random import Random
from urllib.parse import urlsplit

import aiohttp

from chaos.ledger import Create, Row, key_of
from chaos.pace import now, wait
from chaos.twilio_backend import OURS
from support.misbehaving_tricks import answer, drip, drop, edited, flood, gzip_bomb, pages, redirect, refuse, silent
from support.misbehaving_twilio import Exchange, MisbehavingTwilio, Trick, honestly, misbehaving_twilio

PAGE = b"<html><body><h1>502 Bad Gateway</h1></body></html>"
LOOP = "/2010-04-01/Accounts/AC/Messages.json?Page=1"
CREATE, LIST, ALL = "messages.create", "messages.list", "*"
#: By name: the operation that fails, how, how often, and whether a create with this response is in doubt.
WAYS: dict[str, tuple[str, Trick, float, bool]] = {
    "create: cut after": (CREATE, drop(after=60), 0.5, True),
    "create: reset after": (CREATE, drop(after=0), 0.5, True),
    "create: reset before": (CREATE, drop(done=False), 0.5, True),
    "create: silent after": (CREATE, silent(), 0.3, True),
    "create: silent before": (CREATE, silent(done=False), 0.3, True),
    "create: drips": (CREATE, drip(), 0.3, True),
    "create: HTML": (CREATE, answer(502, PAGE, Content_Type="text/html"), 0.5, True),
    "create: HTML with 200": (CREATE, answer(200, PAGE, Content_Type="text/html"), 0.5, True),
    "create: redirect": (CREATE, redirect("/elsewhere"), 0.5, True),
    "create: answer without SID": (CREATE, edited(lambda row: {**row, "sid": None}), 0.5, True),
    "create: 503": (CREATE, refuse(503, 20503), 0.5, True),
    "create: refused and listed": (CREATE, refuse(400, 21612, listed=True), 0.5, False),
    "create: 429": (CREATE, refuse(429, 20429), 0.7, False),
    "create: 429 with Retry-After": (CREATE, refuse(429, 20429, Retry_After="2"), 0.7, False),
    "list: loops": (LIST, pages(lambda _: LOOP), 0.5, False),
    "list: never ends": (LIST, pages(lambda count: f"{LOOP}&n={count}"), 0.5, False),
    "list: drips": (LIST, drip(), 0.3, False),
    "list: chunks for ever": (LIST, drip(chunked=True), 0.3, False),
    "list: flood": (LIST, flood(24), 0.2, False),
    "list: gzip bomb": (LIST, gzip_bomb(24), 0.2, False),
    "list: not JSON": (LIST, answer(200, b"{"), 0.5, False),
    "all: cut": (ALL, drop(after=90), 0.4, True),
    "all: silent": (ALL, silent(done=False), 0.2, True),
    "all: HTML": (ALL, answer(503, PAGE, Content_Type="text/html"), 0.5, True),
}
LAG, TWICE, MIXED, LOST = "list: late", "webhooks: twice", "webhooks: out of order", "webhooks: lost"


class StubTwilioBackend:
    """The stub, in this process. Its webhooks are called here, because it has none."""

    name = "stub"

    def __init__(self, twilio: MisbehavingTwilio, inbound_url: str) -> None:
        self._twilio = twilio
        self._inbound_url = inbound_url
        self._unclear: set[int] = set()
        self._at: list[tuple[Exchange, Create]] = []
        self._mood = ""
        self._chance = Random(0)
        self.account_sid = twilio.account_sid
        self.auth_token = twilio.auth_token
        self.base_url = twilio.base_url

    async def text(self, person: str, body: str) -> None:
        """Send a message from somebody to our number."""
        self._twilio.text(person, body)

    def creates(self) -> Iterator[Create]:
        """Yield the requests to create a message."""
        self.look()
        for exchange, create in self._at:
            yield Create(create.key, create.at, id(exchange) not in self._unclear)

    def rows(self) -> Iterator[Row]:
        """Yield the messages."""
        for row in self._twilio.messages:
            incoming = row["direction"] == "inbound"
            yield Row(row["sid"], key_of(row["body"]), incoming, not incoming and row["status"] == "failed")

    def ways(self) -> tuple[str, ...]:
        """Return the available kinds of misbehavior."""
        return (*WAYS, LAG, TWICE, MIXED, LOST)

    @contextmanager
    def misbehave(self, way: str, chance: Random) -> Iterator[None]:
        """Use the trick until the block ends."""
        self._chance = chance
        if way == LAG:
            self._twilio.lag = self._twilio.lag.__class__(seconds=3)
        elif way in WAYS:
            operation, trick, probability, unclear = WAYS[way]
            self._twilio.trick(operation, self._sometimes(trick, probability, unclear=unclear))
        else:
            self._mood = way
        try:
            yield
        finally:
            self._mood = ""
            self._twilio.lag = self._twilio.lag.__class__()
            self._twilio.behave()

    def _sometimes(self, trick: Trick, probability: float, *, unclear: bool) -> Trick:
        async def play(exchange: Exchange) -> None:
            if self._chance.random() >= probability:
                await honestly(exchange)
                return
            if unclear:
                self._unclear.add(id(exchange))
            await trick(exchange)

        return play

    def look(self) -> None:
        """Record when requests arrive; the stub keeps their order but not their times."""
        known = len(self._at)
        for exchange in self._twilio.asked(CREATE)[known:]:
            self._at.append((exchange, Create(key_of(exchange.form.get("Body", "")), now())))

    async def call_webhooks(self) -> None:
        """Report incoming messages and the status of outgoing ones to the driver, with the active disturbances."""
        shown = 0
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=3)) as http:
            while True:
                self.look()
                calls = []
                for row in self._twilio.messages[shown:]:
                    calls += self._calls_about(row)
                shown = len(self._twilio.messages)
                if self._mood == LOST:
                    calls = []
                if self._mood == TWICE:
                    calls = [call for call in calls for _ in range(2)]
                if self._mood == MIXED:
                    self._chance.shuffle(calls)
                for url, form in calls:
                    await self._call(http, url, form)
                await wait(0.2)

    def _calls_about(self, row: dict[str, str]) -> list[tuple[str, dict[str, str]]]:
        form = {"AccountSid": self.account_sid, "MessageSid": row["sid"], "From": row["from"], "To": row["to"]}
        if row["direction"] == "inbound":
            return [(self._inbound_url, {**form, "Body": row["body"].encode(errors="replace").decode()})]
        asked = [each for each, create in self._at if create.key == key_of(row["body"])]
        url = asked[-1].form.get("StatusCallback", "") if asked else ""
        if row["status"] != "queued" or not url:
            return []
        row["status"] = "delivered"
        return [(url, {**form, "MessageStatus": status}) for status in ("sent", "delivered")]

    async def _call(self, http: aiohttp.ClientSession, url: str, form: dict[str, str]) -> None:
        signed = url + "".join(key + form[key] for key in sorted(form))
        made = base64.b64encode(hmac.new(self.auth_token.encode(), signed.encode(), hashlib.sha1).digest()).decode()
        with suppress(aiohttp.ClientError, TimeoutError):
            async with http.post(url, data=form, headers={"X-Twilio-Signature": made}) as answered:
                await answered.read()


@asynccontextmanager
async def stub_twilio_backend(inbound_url: str) -> AsyncIterator[StubTwilioBackend]:
    """Run the stub; messages to its number make it call ``inbound_url``."""
    if urlsplit(inbound_url).hostname != "127.0.0.1":
        raise ValueError(f"webhooks only go to this machine, not to {inbound_url!r}")
    async with misbehaving_twilio(now) as twilio:
        twilio.numbers = [OURS]
        backend = StubTwilioBackend(twilio, inbound_url)
        caller = asyncio.ensure_future(backend.call_webhooks())
        try:
            yield backend
        finally:
            caller.cancel()
            await asyncio.gather(caller, return_exceptions=True)
