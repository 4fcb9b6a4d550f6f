"""Forwarding requests: a second fake stands in for the real Twilio."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from twilio.rest import Client

from fake_twilio import FakeTwilio, ManualClock
from fake_twilio.intercept.upstream import Upstream
from support.fake_wire import ACCOUNT, TOKEN, Wire, seed, wire


@asynccontextmanager
async def _between(limit: int = 10) -> AsyncIterator[tuple[Wire, FakeTwilio]]:
    """Open a forwarding fake, whose own account has a different token, and the fake behind it."""
    async with FakeTwilio(seed(), clock=ManualClock()) as real:
        other = seed(auth_token="another token, which nobody sends")
        async with wire(seed=other, upstream=real.base_url, upstream_limit=limit) as one:
            yield one, real


async def test_requests_are_answered_by_the_other_twilio() -> None:
    async with _between() as (one, real):
        made = await one.created("through")
        assert [message.sid for message in real.messages] == [made["sid"]]
        assert one.fake.messages == []
        assert await one.listed() == ["through"]
        async with one.session.get(f"{one.messages_url}/SM{'0' * 32}.json") as missing:
            assert (missing.status, (await missing.json())["code"]) == (404, 20404)
            assert missing.headers["Twilio-Request-Id"] == real.requests[-1].request_id
            assert missing.headers.getall("Date") == [missing.headers["Date"]]


async def test_the_official_sdk_through_it() -> None:
    async with _between() as (one, real):
        client = Client(ACCOUNT, TOKEN)
        client.api.base_url = one.fake.base_url
        sent = await asyncio.to_thread(
            client.messages.create, to="+12015550101", from_="+12015550100", body="from the SDK"
        )
        assert real.messages[0].sid == sent.sid


async def test_faults_strike_on_the_way() -> None:
    async with _between() as (one, real):
        await one.plant({"type": "http_error", "status": 503}, match={"operation": "messages.create", "body": "before"})
        await one.plant({"type": "reset_after"}, match={"body": "after"})
        async with one.create("before") as refused:
            assert refused.status == 503
        assert real.messages == []
        with pytest.raises(aiohttp.ClientConnectionError):
            await one.create("after")
        assert [message.body for message in real.messages] == ["after"]
        # The request log has the entries, whichever Twilio answered.
        assert [entry.fault for entry in one.fake.requests] == ["fault-1", "fault-2"]


async def test_secrets_are_never_journaled() -> None:
    async with _between() as (one, real):
        async with one.session.get(f"{one.fake.base_url}/2010-04-01/Accounts/{ACCOUNT}.json") as answer:
            assert (await answer.json())["auth_token"] == TOKEN
        for fake in (one.fake, real):
            entry = fake.requests[-1]
            assert TOKEN.encode() not in entry.response
            assert b'"auth_token": "[removed]"' in entry.response
            assert b"authorization" not in {name.lower() for name, _ in entry.headers}


async def test_what_costs_money_has_a_limit() -> None:
    async with _between(limit=2) as (one, real):
        await one.created("one")
        await one.created("two")
        async with one.create("three") as refused:
            document = await refused.json()
            assert (refused.status, document["code"]) == (403, 20006)
            assert "the limit of 2 requests that cost money is reached" in document["message"]
            assert "--upstream-limit" in document["message"]
        assert len(real.messages) == 2
        # Reads are free.
        assert await one.listed() == ["two", "one"]


async def test_a_twilio_that_cannot_be_reached() -> None:
    async with wire(upstream="http://127.0.0.1:9") as one, one.create() as answer:
        assert answer.status == 502
        assert "http://127.0.0.1:9 cannot be reached" in await answer.text()


@pytest.mark.parametrize(
    ("target", "host", "origin"),
    [
        ("/2010-04-01/Accounts.json", "127.0.0.1:8945", "https://api.twilio.com"),
        ("/v1/Services", "127.0.0.1:8945", "https://messaging.twilio.com"),
        ("/v1/Alerts", "localhost", "https://monitor.twilio.com"),
        ("/v1/AuthTokens/Secondary", "localhost", "https://accounts.twilio.com"),
        ("/v1/Messaging/GeoPermissions?Limit=1", "localhost", "https://accounts.twilio.com"),
        ("/v1/CallerIds/SmsVerifications", "localhost", "https://numbers.twilio.com"),
        ("/v1/Webhooks/SharedKeys", "localhost", "https://webhooks.twilio.com"),
        ("/v2/token", "localhost", "https://oauth.twilio.com"),
        ("/owl.png", "localhost", "https://demo.twilio.com"),
        ("/media/AC0/ME0", "localhost", "https://api.twilio.com"),
        ("/v1/Services", "messaging.dublin.ie1.twilio.com", "https://messaging.dublin.ie1.twilio.com"),
        ("/v1/Credentials", "lookups.twilio.com", "https://lookups.twilio.com"),
    ],
)
def test_each_product_has_its_own_host_at_the_real_twilio(target: str, host: str, origin: str) -> None:
    assert Upstream("https://api.twilio.com")._origin(target, host) == origin


@pytest.mark.parametrize("url", ["api.twilio.com", "ftp://api.twilio.com", "https://", ""])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="is not a URL such as"):
        Upstream(url)


async def test_an_answer_keeps_the_content_type_that_it_came_with() -> None:
    older = seed() | {"wire_generation": "2019"}
    async with (
        FakeTwilio(older, clock=ManualClock()) as real,
        wire(upstream=real.base_url) as one,
        one.create("through") as answer,
    ):
        assert (answer.status, answer.headers["Content-Type"]) == (201, "application/json")
