"""Faults of requests and responses, as a client sees them: refused, late, cut off, or missing."""

import asyncio
import json

import aiohttp
import pytest

from fake_twilio import ManualClock
from support.fake_wire import Wire, wire


async def _idle(one: Wire) -> None:
    await one.fake.clock.wait_idle()


async def test_an_http_error_refuses_and_creates_nothing() -> None:
    async with wire() as one:
        await one.plant({"type": "http_error", "status": 503, "headers": {"X-Why": "test"}})
        async with one.create() as answer:
            assert (answer.status, (await answer.json())["code"]) == (503, 20503)
            assert answer.headers["X-Why"] == "test"
        assert await one.listed() == []


async def test_an_error_may_have_the_form_of_newer_products() -> None:
    async with wire() as one:
        await one.plant({"type": "http_error", "status": 503, "headers": {"X-Why": "test"}, "rfc9457": True})
        async with one.create() as answer:
            body = await answer.json(content_type="application/problem+json")
            assert (answer.status, answer.headers["X-Why"]) == (503, "test")
        assert body == {
            "type": "https://www.twilio.com/docs/errors/20503",
            "title": "Service unavailable",
            "status": 503,
            "code": 20503,
            "detail": "Service is unavailable, please try again",
        }
        assert await one.listed() == []


async def test_a_rate_limit_says_when_to_come_back() -> None:
    async with wire() as one:
        await one.plant({"type": "rate_limit", "retry_after": 2})
        async with one.create() as answer:
            assert (answer.status, (await answer.json())["code"]) == (429, 20429)
            assert answer.headers["Retry-After"] == "2"
        assert await one.listed() == []


async def test_latency_answers_late_on_the_fakes_clock_but_processes_at_once() -> None:
    clock = ManualClock()
    async with wire(clock=clock) as one:
        await one.plant({"type": "latency", "seconds": 30}, match={"operation": "messages.create"})
        sending = asyncio.ensure_future(one.created())
        while not one.fake.requests:
            await clock.wait_idle()
        await clock.advance(29.9)
        assert not sending.done()
        assert await one.listed() == ["hello"]
        await clock.advance(0.1)
        assert (await sending)["body"] == "hello"


async def test_a_late_answer_bears_the_date_of_its_sending() -> None:
    clock = ManualClock()
    async with wire(clock=clock) as one:
        await one.plant({"type": "latency", "seconds": 30})
        asking = asyncio.ensure_future(one.session.get(f"{one.messages_url}.json"))
        while not one.fake.requests:
            await clock.wait_idle()
        await clock.advance(30)
        assert (await asking).headers["Date"] == "Thu, 01 Jan 2026 00:00:30 GMT"


async def test_latency_delays_a_refusal_too() -> None:
    clock = ManualClock()
    async with wire(clock=clock) as one:
        await one.plant({"type": "http_error", "status": 500})
        await one.plant({"type": "latency", "seconds": 0})
        async with one.create() as answer:
            assert answer.status == 500
        faults = await one.control("GET", "/faults")
        # The first fault refused the request, so the second was never matched.
        assert [fault["matched"] for fault in faults["faults"]] == [1, 0]
        await one.control("DELETE", "/faults")
        await one.plant({"type": "latency", "seconds": 5})
        await one.plant({"type": "http_error", "status": 500})
        sending = asyncio.ensure_future(one.create().__aenter__())
        while len(one.fake.requests) < 2:
            await clock.wait_idle()
        assert one.fake.requests[-1].fault == "fault-1,fault-2"
        await clock.advance(5)
        assert (await sending).status == 500


@pytest.mark.parametrize(("effect", "made"), [("reset_before", 0), ("reset_after", 1)])
async def test_a_reset_before_or_after_the_message_was_created(effect: str, made: int) -> None:
    async with wire() as one:
        await one.plant({"type": effect})
        with pytest.raises(aiohttp.ClientConnectionError):
            await one.create()
        assert len(await one.listed()) == made


@pytest.mark.parametrize(("effect", "made"), [("hang_before", 0), ("hang_after", 1)])
async def test_no_answer_before_or_after_the_message_was_created(effect: str, made: int) -> None:
    async with wire() as one:
        await one.plant({"type": effect}, match={"operation": "messages.create"})
        sending = asyncio.ensure_future(one.created())
        while not one.fake.requests:
            await one.fake.clock.wait_idle()
        # A client that is kept waiting does not count as work in flight: time can pass.
        await one.fake.clock.advance(3600)
        assert not sending.done()
        assert len(await one.listed()) == made
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)


async def test_a_truncated_answer_to_a_processed_request() -> None:
    async with wire() as one:
        await one.plant({"type": "truncate", "keep": 10})
        async with one.create() as answer:
            assert answer.status == 201
            with pytest.raises(aiohttp.ClientPayloadError):
                await answer.read()
        assert await one.listed() == ["hello"]


async def test_json_that_cannot_be_read_for_a_processed_request() -> None:
    async with wire() as one:
        await one.plant({"type": "malformed_json"})
        async with one.create() as answer:
            assert (answer.status, answer.content_type) == (201, "application/json")
            with pytest.raises(json.JSONDecodeError):
                json.loads(await answer.text())
        assert await one.listed() == ["hello"]


async def test_a_gateways_html_page_for_a_processed_request() -> None:
    async with wire() as one:
        await one.plant({"type": "html_error"})
        async with one.create() as answer:
            assert (answer.status, answer.content_type) == (502, "text/html")
            assert "<h1>502 Bad Gateway</h1>" in await answer.text()
        assert await one.listed() == ["hello"]


async def test_a_list_lags_behind_while_fetching_does_not() -> None:
    async with wire() as one:
        await one.created("old")
        await one.fake.clock.advance(100)
        await one.plant({"type": "list_lag", "seconds": 60}, times=None)
        sid = (await one.created("new"))["sid"]
        await _idle(one)
        assert await one.listed() == ["old"]
        assert (await one.fetch(sid))["body"] == "new"
        await one.fake.clock.advance(60)
        assert await one.listed() == ["new", "old"]
