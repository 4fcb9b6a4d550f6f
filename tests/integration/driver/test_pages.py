"""Long, endless and broken lists: what was read counts, and no request lasts forever."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from driver.gateway import client
from driver.runtime import idle
from support.driver_site import GATE, GUARD, OURS, MisbehavingSite, misbehaving_site, settings
from support.misbehaving_tricks import answer, drip, drop, edited, flood, gzip_bomb, pages, refuse, silent
from support.misbehaving_twilio import Exchange, Trick, honestly

TROUBLE = refuse(503, 20503)


@pytest.fixture(autouse=True)
def _short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Request a hundred rows per page, so that a few hundred messages fill several pages."""
    monkeypatch.setattr(client, "PAGE_SIZE", 100)


async def fault(here: MisbehavingSite) -> str:
    faults = (await here.asset("twilio"))["facts"]["faults"]
    return str(next((f["detail"] for f in faults if f["cause"] == "poll_lagging"), ""))


def every_second(trick: Trick) -> Trick:
    """Play a trick on every other request of the operation, but not on the driver's first one."""

    async def play(exchange: Exchange) -> None:
        count = len(exchange.twilio.asked(exchange.operation))
        await (trick if count % 2 == 1 else honestly)(exchange)

    return play


def many(here: MisbehavingSite, count: int) -> list[str]:
    texts = [f"text {number}" for number in range(count)]
    for text in texts:
        here.twilio.text(GUARD, text)
    return texts


async def test_all_pages_of_a_backlog_arrive_in_order(tmp_path: Path) -> None:
    async with misbehaving_site(tmp_path) as here:
        texts = many(here, 350)
        await here.clock.advance(10)
        assert await here.texts() == texts


async def test_what_a_page_brought_is_kept_and_the_next_round_goes_on_from_there(tmp_path: Path) -> None:
    async with misbehaving_site(tmp_path) as here:
        texts = many(here, 250)
        refused: list[Exchange] = []

        async def twice_no_second_page(exchange: Exchange) -> None:
            if "PageToken" in exchange.query and len(refused) < 2:
                refused.append(exchange)
                await TROUBLE(exchange)
            else:
                await honestly(exchange)

        here.twilio.trick("messages.list", twice_no_second_page)
        await here.clock.advance(10)
        assert await here.texts() == texts[-100:]
        await here.clock.advance(10)
        assert sorted(await here.texts()) == sorted(texts)


async def test_a_backlog_arrives_at_once_although_half_of_the_requests_fail(tmp_path: Path) -> None:
    async with misbehaving_site(tmp_path) as here:
        texts = many(here, 350)
        here.twilio.trick("messages.list", every_second(TROUBLE))
        await here.clock.advance(10)
        assert await here.texts() == texts


async def test_a_backlog_cut_short_comes_after_a_restart(tmp_path: Path) -> None:
    async with misbehaving_site(tmp_path, start=False) as here:
        config = settings(here.twilio, tmp_path)
        async with here.running(config):
            texts = many(here, 250)
            here.twilio.trick("messages.list", honestly, times=1)
            here.twilio.trick("messages.list", TROUBLE)
            await here.clock.advance(10)
            assert len(await here.texts()) == 100
        here.twilio.behave()
        await here.clock.advance(900)
        async with here.running(config):
            assert sorted(await here.texts()) == sorted(texts)


async def test_texts_that_come_while_a_backlog_waits_do_not_wait_for_it(tmp_path: Path) -> None:
    async with misbehaving_site(tmp_path) as here:
        texts = many(here, 250)

        async def no_second_page(exchange: Exchange) -> None:
            await (TROUBLE if "PageToken" in exchange.query else honestly)(exchange)

        here.twilio.trick("messages.list", no_second_page)
        await here.clock.advance(20)
        here.twilio.text(GUARD, "urgent")
        await here.clock.advance(60)
        assert (await here.texts())[-1] == "urgent"
        assert "failed" in await fault(here)
        here.twilio.behave()
        await here.clock.advance(90)
        assert sorted(await here.texts()) == sorted([*texts, "urgent"])
        assert await fault(here) == ""


async def test_a_long_backlog_of_one_number_takes_no_beat_from_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first number has several pages, and each of them takes eight seconds."""
    monkeypatch.setattr(idle, "LOOK_S", 0.0005)  # most of the time Twilio is slow on purpose
    other = "+12015550110"
    phones = [
        {"id": "guard", "external_phone_number": GUARD, "twilio_phone_number": OURS},
        {"id": "gate", "external_phone_number": GATE, "twilio_phone_number": other},
    ]
    async with misbehaving_site(tmp_path, phones=phones) as here:
        texts = many(here, 650)

        async def slow(exchange: Exchange) -> None:
            if exchange.query.get("To") == OURS or "PageToken" in exchange.query:
                await here.clock.sleep_until(here.clock.now() + timedelta(seconds=8))
            await honestly(exchange)

        here.twilio.trick("messages.list", slow)
        await here.clock.advance(30)
        for number in range(2):
            here.twilio.text(GATE, f"urgent {number}", to=other)
            await here.clock.advance(40)
            assert (await here.texts()).count(f"urgent {number}") == 1
        await here.clock.advance(150)
        assert sorted(await here.texts()) == sorted([*texts, *(f"urgent {number}" for number in range(2))])


LINKS: dict[str, Callable[[int], Any]] = {
    "loops": lambda _n: "/2010-04-01/Accounts/AC00000000000000000000000000000001/Messages.json?Page=1",
    "exceeds the limits": lambda n: f"/2010-04-01/Accounts/AC00000000000000000000000000000001/Messages.json?Page={n}",
    "continues elsewhere": lambda _n: "http://127.0.0.1:1/2010-04-01/Accounts/AC1/Messages.json?Page=1",
    "continues at something that is not an address": lambda _n: {"page": 1},
}


@pytest.mark.parametrize("said", LINKS)
async def test_a_list_that_cannot_be_followed_is_given_up_with_a_reason(tmp_path: Path, said: str) -> None:
    async with misbehaving_site(tmp_path) as here:
        here.twilio.text(GUARD, "first page")
        here.twilio.trick("messages.list", pages(LINKS[said]))
        await here.clock.advance(9)
        before = len(here.twilio.requests)
        await here.clock.advance(1)
        assert await here.texts() == ["first page"]
        assert len(here.twilio.requests) - before <= 45
        await here.clock.advance(60)
        assert said in await fault(here)
        assert here.driver.services.supervisor.health["poller"].failures == 0
        here.twilio.behave()
        here.twilio.text(GUARD, "later")
        await here.clock.advance(90)
        assert (await here.texts())[-1] == "later"
        assert await fault(here) == ""


def numbers_at_twilio(content: Any) -> Any:
    address = "https://api.twilio.com/2010-04-01/Accounts/AC00000000000000000000000000000001/Messages.json?Page=1"
    return content | {"next_page_uri": address}


async def test_a_whole_address_at_twilio_stays_behind_the_configured_one(tmp_path: Path) -> None:
    async with misbehaving_site(tmp_path) as here:
        here.twilio.text(GUARD, "one")
        here.twilio.trick("messages.list", edited(numbers_at_twilio), times=1)
        await here.clock.advance(10)
        assert await here.texts() == ["one"]
        assert await fault(here) == ""


BROKEN: dict[str, Trick] = {
    "flood": flood(20),
    "flood in chunks": flood(20, chunked=True),
    "gzip bomb": gzip_bomb(64),
    "drip": drip(),
    "drip in chunks": drip(chunked=True),
    "silence": silent(),
    "cut in the headers": drop(after=30),
    "cut in the body": drop(after=400),
    "closed": drop(),
    "no JSON": answer(200, b"<html>proxy</html>"),
    "no UTF-8": answer(200, b'{"messages": [{"body": "\xff"}]'),
    "not gzip": answer(200, b"plain", Content_Encoding="gzip"),
    "another shape": answer(200, b'{"messages": {"sid": 1}}'),
    "a list": answer(200, b"[]"),
    "a number of many digits": answer(200, b'{"messages": [], "page": ' + b"1" * 5000 + b"}"),
    "deep": answer(200, b'{"messages": ' + b"[" * 100_000),
    "empty": answer(200, b""),
    "an odd status": answer(599, b""),
    "no content": answer(204, b""),
}


@pytest.mark.parametrize("name", BROKEN)
async def test_an_answer_that_is_none_ends_its_question_and_nothing_else(tmp_path: Path, name: str) -> None:
    async with misbehaving_site(tmp_path) as here:
        here.twilio.trick("messages.list", BROKEN[name])
        await here.clock.advance(60)
        health = here.driver.services.supervisor.health
        assert all(task.failures == 0 for task in health.values()), health
        assert (await here.execution(await here.send("Fire")))["state"] == "succeeded"
        here.twilio.behave()
        here.twilio.text(GUARD, "through")
        await here.clock.advance(90)
        assert await here.texts() == ["through"]
        assert await here.status("twilio") == "Normal"


@pytest.mark.parametrize("operation", ["accounts.fetch", "numbers.list"])
@pytest.mark.parametrize("name", ["flood", "drip", "another shape", "a list", "deep", "no content"])
async def test_a_probe_survives_any_answer(tmp_path: Path, operation: str, name: str) -> None:
    async with misbehaving_site(tmp_path) as here:
        here.twilio.trick(operation, BROKEN[name])
        await here.clock.advance(150)
        health = here.driver.services.supervisor.health
        assert all(task.failures == 0 for task in health.values()), health
        here.twilio.behave()
        await here.clock.advance(90)
        assert await here.status("twilio") == "Normal"
