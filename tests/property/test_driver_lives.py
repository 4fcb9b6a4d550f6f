"""A driver's life as a random sequence of sends, faults, crashes, restarts, receipts, and messages arriving both ways.

In any order: nothing acknowledged is lost, no message is sent twice, none is attempted more than twice, each incoming
message causes its events once, and the status of an asset follows from its facts.
"""

import asyncio
import json
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from driver.domain.asset import active_states
from driver.domain.status_table import shown
from driver.errors import StoreUnavailableError
from fake_twilio import FakeTwilio, ManualClock
from harness.loopback import free_port
from support.driver_site import GATE, GUARD, OURS, Site
from support.driver_site import settings as driver_settings

pytestmark = pytest.mark.long

TWILIO_FAULTS: Sequence[tuple[str, dict[str, Any]]] = (
    ("messages.create", {"type": "http_error", "status": 400, "code": 21612}),
    ("messages.create", {"type": "http_error", "status": 401, "code": 20003}),
    ("messages.create", {"type": "http_error", "status": 503}),
    ("messages.create", {"type": "rate_limit", "retry_after": 1}),
    ("messages.create", {"type": "reset_before"}),
    ("messages.create", {"type": "reset_after"}),
    ("messages.create", {"type": "truncate"}),
    ("messages.create", {"type": "malformed_json"}),
    ("messages.list", {"type": "http_error", "status": 503}),
    ("messages.list", {"type": "reset_after"}),
    ("messages.fetch", {"type": "http_error", "status": 500}),
    ("delivery", {"type": "delivery", "status": "undelivered", "error_code": 30003}),
    ("callback", {"type": "callback_drop"}),
    ("callback", {"type": "callback_duplicate"}),
    ("callback", {"type": "callback_bad_signature"}),
    ("inbound_webhook", {"type": "inbound_drop"}),
    ("inbound_webhook", {"type": "inbound_duplicate"}),
    ("inbound_webhook", {"type": "inbound_bad_signature"}),
)
PHONES = {"guard": GUARD, "gate": GATE}


class Lives(RuleBasedStateMachine):
    """One database and one fake; drivers come and go."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.loop = self.runner.get_loop()
        self.outside = AsyncExitStack()
        self.inside = AsyncExitStack()
        self.sent: dict[str, tuple[str, str]] = {}
        self.unacknowledged: list[dict[str, Any]] = []
        self.arrived: list[str] = []
        self.up = False
        self.count = 0

    @initialize(mode=st.sampled_from(["poll", "webhook", "both"]), latch=st.booleans())
    def begin(self, mode: str, latch: bool) -> None:
        self.runner.run(self._begin(mode, latch=latch))

    async def _begin(self, mode: str, *, latch: bool) -> None:
        folder = Path(self.outside.enter_context(tempfile.TemporaryDirectory()))
        port = free_port()
        clock = ManualClock()
        account = {
            "sid": "AC0123456789abcdef0123456789abcdef",
            "auth_token": "fake0auth0token0for0local0tests0",
            "numbers": [{"phone_number": OURS, "sms_url": f"http://127.0.0.1:{port}/twilio/sms"}],
        }
        fake = await self.outside.enter_async_context(FakeTwilio({"accounts": [account]}, clock=clock))
        http = await self.outside.enter_async_context(aiohttp.ClientSession())
        self.site = Site(fake, clock, http)
        receive = {
            "mode": mode,
            "webhook_host": "127.0.0.1",
            "webhook_port": port,
            "public_url": f"http://127.0.0.1:{port}",
            "sweep_interval_s": 60,
        }
        self.config = driver_settings(fake, folder, receive=receive, states={"latch": latch})
        await self._start()

    async def _start(self) -> None:
        self.line = await self.inside.enter_async_context(aiohttp.ClientSession())
        await self.inside.enter_async_context(self.site.running(self.config, self.line))
        self.up = True
        for body in [*self.unacknowledged]:
            await self._post(body)

    async def _post(self, body: dict[str, Any]) -> None:
        """Send a command as a client that repeats whatever was not acknowledged."""
        sent = {key: value for key, value in body.items() if key != "asset"}
        path = f"/api/assets/{body['asset']}/commands"
        response = await self.site.client.request("POST", path, body=sent)
        if response.status != 202:
            assert response.status == 503
            return
        self.unacknowledged.remove(body)
        self.sent[json.loads(response.body)["executionId"]] = (body["asset"], body["parameters"]["Message Content"])

    @precondition(lambda self: self.up)
    @rule(asset=st.sampled_from(sorted(PHONES)))
    def send(self, asset: str) -> None:
        self.count += 1
        parameters = {"Message Content": f"text {self.count}"}
        body = {"asset": asset, "command": "Send Message", "parameters": parameters, "commandId": f"c{self.count}"}
        self.unacknowledged.append(body)
        self.runner.run(self._post(body))

    @precondition(lambda self: self.up)
    @rule(asset=st.sampled_from(["guard", "gate", "twilio"]), name=st.sampled_from(["Mask", "Acknowledge", "Reset"]))
    def command(self, asset: str, name: str) -> None:
        self.runner.run(self._command(asset, name))

    async def _command(self, asset: str, name: str) -> None:
        response = await self.site.client.request("POST", f"/api/assets/{asset}/commands", body={"command": name})
        assert response.status in (202, 503)

    @rule(number=st.sampled_from(sorted(PHONES.values())))
    def text_arrives(self, number: str) -> None:
        self.count += 1
        self.arrived.append(f"answer {self.count}")
        self.runner.run(self._text(number, self.arrived[-1]))

    async def _text(self, number: str, body: str) -> None:
        await self.site.fake.handset(number).send(OURS, body)

    @rule(fault=st.sampled_from(TWILIO_FAULTS), times=st.integers(1, 2))
    def fault(self, fault: tuple[str, dict[str, Any]], times: int) -> None:
        self.site.fault(fault[1], fault[0], times=times)

    @rule(seconds=st.sampled_from([0.0, 1.0, 5.0, 11.0, 61.0]))
    def time_passes(self, seconds: float) -> None:
        self.runner.run(self.site.clock.advance(seconds))

    @precondition(lambda self: self.up)
    @rule(commits=st.integers(0, 6))
    def doom(self, commits: int) -> None:
        """Let nothing of this driver reach disk or network after this many more commits, as if it were dead."""
        writer = self.site.driver.services.store._writer
        left = commits
        original = writer._together

        async def together(requests: Any) -> None:
            nonlocal left
            if left <= 0:
                self._cut_off()
                raise StoreUnavailableError("the process is dead")
            left -= 1
            await original(requests)

        writer._together = together  # type: ignore[method-assign]

    def _cut_off(self) -> None:
        for connection in list(self.line.connector._acquired if self.line.connector else ()):
            connection.close()

    @precondition(lambda self: self.up)
    @rule()
    def stop(self) -> None:
        self.runner.run(self._stop())

    async def _stop(self) -> None:
        await self.inside.aclose()
        self.inside = AsyncExitStack()
        self.up = False

    @precondition(lambda self: not self.up)
    @rule()
    def start(self) -> None:
        self.runner.run(self._start())

    @invariant()
    def no_text_is_sent_twice(self) -> None:
        if not hasattr(self, "site"):
            return
        for number in PHONES.values():
            got = self.site.received(number)
            assert len(got) == len(set(got))

    @invariant()
    def what_is_shown_follows_from_the_facts(self) -> None:
        if not self.up:
            return
        for entry, asset in self.site.driver.services.assets.all():
            assert asset.status == shown(active_states(asset), entry.rules.table)

    def teardown(self) -> None:
        try:
            if hasattr(self, "site"):
                self.runner.run(self._end())
        finally:
            self.runner.run(self._close())
            self.runner.close()

    async def _end(self) -> None:
        """Let everything finish with a working Twilio and check the outcome."""
        self.site.fake.faults.clear()
        if self.up:
            await self._stop()
        await self._start()
        await self.site.clock.advance(300)
        assert not self.unacknowledged
        assert self.site.driver.services.outbox.size == 0
        received = [event["parameters"]["Message Content"] for event in await self.site.events("Message Received")]
        assert sorted(received) == sorted(self.arrived), "a text that arrived was lost or told twice"
        on_handsets = {text for number in PHONES.values() for text in self.site.received(number)}
        for execution, (_, text) in self.sent.items():
            answer = await self.site.execution(execution)
            assert 1 <= len(answer["attempts"]) <= 2
            assert answer["state"] in {"succeeded", "terminated", "unknown"}
            if answer["state"] != "unknown":
                arrived = answer["state"] == "succeeded" and answer["delivery"] != "undelivered"
                assert (text in on_handsets) is arrived, answer

    async def _close(self) -> None:
        await self.inside.aclose()
        await self.outside.aclose()


TestLives = pytest.mark.timeout(240)(Lives.TestCase)
TestLives.settings = settings(
    max_examples=20,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
