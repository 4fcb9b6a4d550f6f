"""Watching a fake over HTTP: waiting for messages, request logs, events, accounts."""

import asyncio
import json
from typing import Any

import pytest

from fake_twilio.request_log import CAPACITY, Journal
from support.fake_wire import ACCOUNT, GATE, GUARD, OURS, Wire, seed, wire


async def test_waiting_answers_as_soon_as_a_message_fits() -> None:
    async with wire() as one:
        waiting = asyncio.ensure_future(
            one.control("GET", "/messages/wait", to=GUARD, body="^Fire", status="delivered", timeout="20")
        )
        await one.created("All clear")
        await one.created("Fire in building 4")
        found = await waiting
        assert found["message"]["body"] == "Fire in building 4"
        assert found["message"]["status"] == "delivered"


async def test_a_cursor_tells_messages_apart_that_look_alike() -> None:
    async with wire() as one:
        cursor, seen = "0", []
        for _ in range(3):
            await one.created("the same")
            found = await one.control("GET", "/messages/wait", body="the same", after=cursor)
            cursor = found["cursor"]
            seen.append(found["message"]["sid"])
        assert len(set(seen)) == 3
        await one.control("GET", "/messages/wait", body="the same", after=cursor, timeout="0.01", expect=408)


async def test_the_messages_of_all_accounts_are_told_in_the_order_of_making() -> None:
    document = seed()
    child, other = f"AC{'8' * 32}", "+12015550120"
    numbers = [{"phone_number": other}]
    document["accounts"].insert(0, {"sid": child, "auth_token": "c", "owner": ACCOUNT, "numbers": numbers})
    async with wire(seed=document) as one:
        url = one.messages_url.replace(ACCOUNT, child)
        for number in range(4):
            if number % 2:
                form = {"To": GUARD, "From": other, "Body": f"text {number}"}
                async with one.session.post(f"{url}.json", data=form) as answer:
                    assert answer.status == 201
            else:
                await one.created(f"text {number}")
        cursor, seen = "0", []
        for _ in range(4):
            found = await one.control("GET", "/messages/wait", body="^text", after=cursor)
            cursor = found["cursor"]
            seen.append(found["message"]["body"])
        assert seen == [f"text {number}" for number in range(4)]


async def test_a_time_out_tells_what_came_near() -> None:
    async with wire() as one:
        await one.created("Fire")
        query = {"to": GUARD, "from": OURS, "status": "failed", "body": "Fire", "direction": "outbound-api"}
        problem = await one.control("GET", "/messages/wait", timeout="0.01", expect=408, **query)
        (near,) = problem["near_misses"]
        assert near["misses"] == ["status"]
        assert near["message"]["status"] == "delivered"


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({"after": "x"}, "after='x' is not a whole number"),
        ({"body": "("}, "body='(' is not a regular expression"),
        ({"timeout": "-1"}, "timeout='-1' is not a number of seconds"),
    ],
)
async def test_questions_that_make_no_sense_are_explained(query: dict[str, str], shown: str) -> None:
    async with wire() as one:
        problem = await one.control("GET", "/messages/wait", expect=400, **query)
        assert shown in problem["detail"]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/messages", "limit"),
        ("/requests", "since"),
        ("/requests", "limit"),
        ("/webhooks", "since"),
        ("/webhooks", "limit"),
        ("/messages/wait", "after"),
        ("/messages/wait", "timeout"),
        ("/idle", "timeout"),
    ],
)
async def test_numbers_that_are_none_are_refused_by_name(path: str, name: str) -> None:
    async with wire() as one:
        for text in ("x", "-1", "1_0", "²", "٣", "nan", "9" * 5000):
            problem = await one.control("GET", path, expect=400, **{name: text})
            assert problem["detail"].startswith(f"{name}=")


@pytest.mark.parametrize("path", ["/requests/{}", "/webhooks/{}", "/faults/fault-{}", "/handsets/{}/messages"])
async def test_what_an_odd_path_names_is_not_there(path: str) -> None:
    async with wire() as one:
        for text in ("²", "9" * 5000, "%00", "%ED%A0%80", "-1"):
            url = f"{one.fake.base_url}/_fake/v1{path.format(text)}"
            async with one.session.get(url) as answer:
                assert 400 <= answer.status < 500, (path, text[:10])


async def test_the_events_begin_at_the_present_for_a_number_that_is_none() -> None:
    async with wire() as one:
        for text in ("²", "9" * 5000, "x"):
            url = f"{one.fake.base_url}/_fake/v1/events"
            async with one.session.get(url, headers={"Last-Event-ID": text}) as answer:
                assert answer.status == 200
                assert await answer.content.readline() == b": hello\n"


async def test_the_journal_of_requests() -> None:
    async with wire() as one:
        fault = await one.plant({"type": "rate_limit"}, match={"to": GATE})
        await one.created("kept")
        async with one.create("refused", To=GATE):
            pass
        first, second = (await one.control("GET", "/requests"))["requests"]
        assert (first["operation"], first["status"], first["fault"], first["to"]) == (
            "messages.create",
            201,
            None,
            GUARD,
        )
        assert (second["status"], second["fault"]) == (429, fault)
        assert json.loads(first["response"])["body"] == "kept"
        assert "Body=kept" in first["body"]
        assert first["seconds"] >= 0
        assert "authorization" not in {name.lower() for name in first["headers"]}
        filtered = await one.control("GET", "/requests", to=GATE, operation="messages.create")
        assert [entry["number"] for entry in filtered["requests"]] == [2]
        assert (await one.control("GET", "/requests", since="1", limit="1"))["requests"] == [second]
        assert await one.control("GET", "/requests/2") == second
        await one.control("GET", "/requests/3", expect=404)
        for query in ({"since": "x"}, {"limit": "0"}):
            await one.control("GET", "/requests", expect=400, **query)


async def test_the_journal_of_webhooks_judges_signatures() -> None:
    async with wire() as one:
        await one.plant({"type": "callback_bad_signature"})
        await one.created(StatusCallback=one.hook_url)
        await one.fake.clock.wait_idle()
        sent, delivered = (await one.control("GET", "/webhooks"))["webhooks"]
        assert (sent["event"], sent["signature"]["genuine"]) == ("sent", False)
        assert (delivered["event"], delivered["signature"]["genuine"]) == ("delivered", True)
        assert delivered["signature"]["base_string"].startswith(one.hook_url + "AccountSid" + ACCOUNT)


async def test_a_journal_is_bounded_and_says_what_it_let_go() -> None:
    journal: Journal[Any] = Journal(capacity=3)
    for _ in range(5):
        journal.add(journal.next_number())
    assert (list(journal.entries), journal.dropped) == ([3, 4, 5], 2)
    async with wire() as one:
        assert one.fake.context.requests.entries.maxlen == CAPACITY
        assert (await one.control("GET", "/requests"))["dropped"] == 0


async def _events(one: Wire, count: int, **headers: str) -> list[tuple[int, str, Any]]:
    """Follow the event stream until this many events have arrived."""
    found: list[tuple[int, str, Any]] = []
    async with one.session.get(f"{one.fake.base_url}/_fake/v1/events", headers=headers) as stream:
        assert stream.content_type == "text/event-stream"
        await stream.content.readuntil(b"\n\n")
        following = asyncio.ensure_future(_cause(one))
        while len(found) < count:
            block = (await stream.content.readuntil(b"\n\n")).decode()
            fields = dict(line.split(": ", 1) for line in block.strip().splitlines())
            found.append((int(fields["id"]), fields["event"], json.loads(fields["data"])))
        await following
    return found


async def _cause(one: Wire) -> None:
    await one.created("seen", StatusCallback=one.hook_url)


async def test_every_change_is_told_as_it_happens() -> None:
    async with wire() as one:
        found = await _events(one, 6)
        kinds = [kind for _, kind, _ in found]
        assert kinds.count("message") == 3
        assert kinds.count("request") == 1
        assert kinds.count("webhook") == 2
        statuses = [data["status"] for _, kind, data in found if kind == "message"]
        assert statuses == ["queued", "sent", "delivered"]
        # A client that reconnects gets the events it missed.
        again = await _events(one, 9, **{"Last-Event-ID": str(found[2][0])})
        assert [number for number, _, _ in again[:3]] == [number for number, _, _ in found[3:]]


async def test_accounts_are_shown_without_secrets_and_changed() -> None:
    async with wire(seed=seed(type="Trial")) as one:
        document = await one.control("GET", "/accounts")
        assert one.fake.auth_token not in json.dumps(document)
        assert document["accounts"][0]["verified"] == [GUARD]
        async with one.create(To=GATE) as refused:
            assert (await refused.json())["code"] == 21608
        await one.control("POST", f"/accounts/{ACCOUNT}/verified", {"phone_number": GATE})
        await one.created(To=GATE)
        await one.control("DELETE", f"/accounts/{ACCOUNT}/verified/{GATE}")
        await one.control("DELETE", f"/accounts/{ACCOUNT}/verified/{GATE}", expect=404)
        assert (await one.control("POST", f"/accounts/{ACCOUNT}", {"type": "Full"}))["type"] == "Full"
        assert (await one.created(To=GATE))["body"] == "hello"
        number = f"/accounts/{ACCOUNT}/numbers/{OURS}"
        changed = await one.control("POST", number, {"sms_url": one.hook_url, "sms_method": "POST"})
        assert changed["numbers"][0]["sms_url"] == one.hook_url


@pytest.mark.parametrize(
    ("path", "body", "shown"),
    [
        (f"/accounts/{ACCOUNT}", {"type": "Gold"}, "type: 'Gold' is not one of Trial, Full"),
        (f"/accounts/{ACCOUNT}", {"balance": "much"}, "balance: 'much' is not an amount"),
        (f"/accounts/{ACCOUNT}/numbers/{OURS}", {"sms_url": "nowhere"}, "sms_url: 'nowhere' is not an http"),
        (f"/accounts/{ACCOUNT}/numbers/{OURS}", {"sms_method": "PUT"}, "sms_method: 'PUT' is not GET or POST"),
        (f"/accounts/{ACCOUNT}/verified", {"phone_number": "12"}, "'12' is not a number such as"),
    ],
)
async def test_changes_that_make_no_sense_are_explained(path: str, body: dict[str, str], shown: str) -> None:
    async with wire() as one:
        problem = await one.control("POST", path, body, 400)
        assert shown in problem["detail"]


async def test_unknown_accounts_and_numbers_are_404() -> None:
    async with wire() as one:
        await one.control("POST", f"/accounts/AC{'9' * 32}", {"type": "Full"}, 404)
        await one.control("POST", f"/accounts/{ACCOUNT}/numbers/+12015550199", {"sms_url": ""}, 404)


async def test_whoever_watches_is_told_why_a_webhook_failed() -> None:
    async with wire(seed=seed("http://127.0.0.1:1/nobody")) as one:
        await one.fake.handset(GUARD).send(OURS, "hello")
        await one.fake.wait_idle()
        found = await _events(one, one.fake.context.events.last, **{"Last-Event-ID": "0"})
        (alert,) = [shown for _, kind, shown in found if kind == "alert"]
        assert (alert["code"], alert["text"]) == (11205, "the connection was refused")
