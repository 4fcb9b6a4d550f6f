"""Facts about the Message resource: fields, statuses, lists and pages, segments.

Sources: Twilio's API reference of the Message resource, its OpenAPI specification, its documentation of statuses,
responses seen on the wire, and the vectors of its segment calculator.
"""

import re
from typing import Any
from urllib.parse import parse_qsl

import pytest

from fake_twilio.clock import ManualClock
from support.fake_wire import ACCOUNT, GATE, GUARD, OURS, Received, Wire, seed, wire

SERVICE = f"MG{'2' * 32}"
PREFIX = "Sent from your Twilio trial account - "
RFC_2822 = re.compile(r"[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} \+0000")
KEYS = {
    "account_sid", "api_version", "body", "date_created", "date_sent", "date_updated", "direction", "error_code",
    "error_message", "from", "messaging_service_sid", "num_media", "num_segments", "price", "price_unit", "sid",
    "status", "subresource_uris", "to", "uri",
}  # fmt: skip


def served(**account: Any) -> dict[str, Any]:
    """Return a seed whose account has a service with our number in its pool."""
    return seed(messaging_services=[{"sid": SERVICE, "numbers": [OURS]}], **account)


async def page(site: Wire, query: str = "") -> Any:
    """Return a page of the account's messages."""
    async with site.session.get(f"{site.messages_url}.json{query}") as answer:
        return await answer.json()


# Fields


async def test_every_key_is_there_and_has_its_type() -> None:
    async with wire() as site:
        await site.plant({"type": "delivery", "status": "undelivered", "error_code": 30003})
        sid = (await site.created())["sid"]
        await site.fake.wait_idle()
        row = await site.fetch(sid)
        assert set(row) == KEYS
        assert (row["num_segments"], row["num_media"]) == ("1", "0")
        assert (row["error_code"], row["error_message"]) == (30003, None)
        assert re.fullmatch(r"-0\.\d{5}", row["price"])
        assert row["price_unit"] == "USD"
        assert all(RFC_2822.fullmatch(row[name]) for name in ("date_created", "date_updated", "date_sent"))
        assert set(row["subresource_uris"]) == {"media", "feedback"}
        assert row["uri"] == f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}.json"


async def test_sids_tell_texts_from_media() -> None:
    async with wire() as site:
        assert re.fullmatch("SM[0-9a-f]{32}", (await site.created())["sid"])
        made = await site.created("long " * 60, SendAsMms="true")
        assert re.fullmatch("MM[0-9a-f]{32}", made["sid"])
        assert (made["num_segments"], made["num_media"]) == ("1", "0")


async def test_a_services_message_has_no_sender_yet() -> None:
    async with wire(seed=served()) as site:
        made = await site.created(From="", MessagingServiceSid=SERVICE)
        assert (made["from"], made["num_segments"], made["status"]) == (None, "0", "accepted")
        assert made["messaging_service_sid"] == SERVICE
        # The SID of a service is accepted as a sender too.
        assert (await site.created(From=SERVICE))["messaging_service_sid"] == SERVICE
        given = await site.created(MessagingServiceSid=SERVICE)
        assert (given["from"], given["num_segments"]) == (OURS, "1")


async def test_directions() -> None:
    def answer(call: Received) -> Any:
        from aiohttp import web

        return web.Response(text="<Response><Message>ok</Message></Response>", content_type="text/xml")

    async with wire(answer=answer) as site:
        await site.created()
        await site.fake.handset(GUARD).send(OURS, "hello")
        await site.fake.wait_idle()
        rows = {row["body"]: row for row in (await page(site))["messages"]}
        assert [row["direction"] for row in (await page(site))["messages"]][::-1] == [
            "outbound-api",
            "inbound",
            "outbound-reply",
        ]
        inbound = rows["hello"] if rows["hello"]["direction"] == "inbound" else (await page(site))["messages"][1]
        assert (inbound["status"], inbound["num_segments"]) == ("received", "1")
        assert inbound["date_sent"] == inbound["date_created"]
        assert inbound["price"].startswith("-")


# Status


async def test_a_text_passes_through_every_status() -> None:
    async with wire(seed=served(), pace="realistic") as site:
        sid = (await site.created(From="", MessagingServiceSid=SERVICE))["sid"]
        seen = ["accepted"]
        for _ in range(200):
            status = (await site.fetch(sid))["status"]
            if status != seen[-1]:
                seen.append(status)
            await site.fake.clock.advance(0.05)
        assert seen == ["accepted", "queued", "sending", "sent", "delivered"]


async def test_a_carrier_without_receipts_leaves_a_text_at_sent() -> None:
    async with wire() as site:
        await site.plant({"type": "delivery", "status": "sent"})
        sid = (await site.created())["sid"]
        await site.fake.clock.advance(86_400 * 14)
        row = await site.fetch(sid)
        assert row["status"] == "sent"
        assert row["price"] is not None
        async with site.session.post(f"{site.messages_url}/{sid}.json", data={"Body": ""}) as answer:
            assert (answer.status, (await answer.json())["body"]) == (200, "")


async def test_redacting_a_text_that_stays_sent_does_not_send_it_again() -> None:
    async with wire() as site:
        await site.plant({"type": "delivery", "status": "sent"})
        sid = (await site.created())["sid"]
        await site.fake.wait_idle()
        before = await site.fetch(sid)
        await site.fake.clock.advance(3600)
        async with site.session.post(f"{site.messages_url}/{sid}.json", data={"Body": ""}) as answer:
            after = await answer.json()
        assert (after["status"], after["body"]) == ("sent", "")
        assert after["date_sent"] == before["date_sent"] != after["date_updated"]


# Lists


async def test_a_page_says_where_it_is_and_where_others_are() -> None:
    async with wire() as site:
        for number in range(5):
            await site.created(f"text {number}")
        first = await page(site, f"?PageSize=2&DateSent=2026-01-01&From=%2B12015550100&To={GUARD.replace('+', '%2B')}")
        assert set(first) == {
            "end", "first_page_uri", "messages", "next_page_uri", "page", "page_size", "previous_page_uri", "start",
            "uri",
        }  # fmt: skip
        assert (first["start"], first["end"], first["page"], first["page_size"]) == (0, 1, 0, 2)
        path, _, query = first["next_page_uri"].partition("?")
        assert path == f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
        assert "+" not in query
        names = [name for name, _ in parse_qsl(query)]
        assert names == ["To", "From", "DateSent", "PageSize", "Page", "PageToken"]
        assert dict(parse_qsl(query))["PageToken"] == f"PA{first['messages'][-1]['sid']}"
        second = await page(site, f"?{query}")
        assert (second["start"], second["end"], second["page"]) == (2, 3, 1)
        assert second["previous_page_uri"] is not None
        _, _, query = second["next_page_uri"].partition("?")
        third = await page(site, f"?{query}")
        assert ([row["body"] for row in third["messages"]], third["next_page_uri"]) == (["text 0"], None)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("?PageSize=1000", 0),
        ("?PageSize=1001", 20007),
        ("?PageSize=0", 20001),
        ("?DateSent=%3E%3D2019-08-08", 20001),
        ("?DateSent%3E=nonsense", 20001),
    ],
)
async def test_questions_that_are_refused(query: str, code: int) -> None:
    async with wire() as site:
        assert (await page(site, query)).get("code", 0) == code


async def test_days_are_those_of_gmt_and_both_ends_count() -> None:
    async with wire(pace="instant") as site:
        for _ in range(3):
            await site.created(f"{site.fake.clock.now():%d}")
            await site.fake.wait_idle()
            await site.fake.clock.advance(86_400)
        for query, days in (
            ("?DateSent=2026-01-02", ["02"]),
            ("?DateSent=2026-01-02T00:00:00Z", ["02"]),
            ("?DateSent%3E=2026-01-02", ["03", "02"]),
            ("?DateSent%3C=2026-01-02", ["02", "01"]),
            ("?DateSent%3E=2026-01-02&DateSent%3C=2026-01-02", ["02"]),
            ("?DateSent%3E=2026-01-01T00:00:01Z", ["03", "02"]),
            ("?DateSent=2026-01", ["03", "02", "01"]),
            ("?DateSent=2027", []),
        ):
            assert [row["body"] for row in (await page(site, query))["messages"]] == days, query


async def test_of_one_second_the_message_that_was_made_last_stands_first_whenever_it_was_sent() -> None:
    async with wire() as site:
        await site.plant({"type": "hold"}, times=3)
        first, second, third = [(await site.created(text))["sid"] for text in ("one", "two", "three")]
        await site.fake.clock.advance(60)
        for sid in (third, first, second):
            await site.control("POST", f"/held/{sid}/release", {"status": "delivered"})
            await site.fake.wait_idle()
        assert await site.listed() == ["three", "two", "one"]


async def test_lists_are_sorted_by_the_time_of_sending() -> None:
    async with wire(seed=served(), pace="realistic") as site:
        form = {"From": "", "MessagingServiceSid": SERVICE, "ScheduleType": "fixed", "SendAt": "2026-01-01T00:15:00Z"}
        await site.created("later", **form)
        await site.fake.clock.advance(60)
        await site.created("sooner")
        await site.fake.clock.advance(60)
        assert await site.listed() == ["sooner", "later"]
        await site.fake.clock.advance(3600)
        assert await site.listed() == ["later", "sooner"]


async def test_what_is_not_sent_yet_counts_by_the_day_of_its_making() -> None:
    async with wire(seed=served()) as site:
        form = {"From": "", "MessagingServiceSid": SERVICE, "ScheduleType": "fixed", "SendAt": "2026-01-03T00:00:00Z"}
        await site.created("later", **form)
        for day, count in (("2026-01-01", 1), ("2026-01-03", 0)):
            assert len((await page(site, f"?DateSent={day}"))["messages"]) == count
        await site.fake.clock.advance(86_400 * 2)
        for day, count in (("2026-01-01", 0), ("2026-01-03", 1)):
            assert len((await page(site, f"?DateSent={day}"))["messages"]) == count


async def test_there_is_no_filter_on_status_direction_text_or_day_of_making() -> None:
    async with wire() as site:
        await site.created()
        query = "?Status=failed&Direction=inbound&Body=x&DateCreated=2020-01-01"
        assert len((await page(site, query))["messages"]) == 1


async def test_the_number_of_a_page_is_the_clients_own_affair() -> None:
    """Only the token counts: a page without one is the first page, whatever its number."""
    async with wire() as site:
        for number in range(3):
            await site.created(f"text {number}")
        listed = await page(site, "?PageSize=2&Page=7")
        assert [row["body"] for row in listed["messages"]] == ["text 2", "text 1"]
        assert (listed["page"], (await page(site))["page_size"]) == (7, 50)


async def test_filters_by_both_ends() -> None:
    async with wire() as site:
        await site.created("out")
        await site.created("other", To=GATE)
        await site.fake.handset(GUARD).send(OURS, "in")
        await site.fake.wait_idle()
        quoted = {name: number.replace("+", "%2B") for name, number in (("ours", OURS), ("guard", GUARD))}
        for query, bodies in (
            (f"?To={quoted['guard']}", ["out"]),
            (f"?From={quoted['guard']}", ["in"]),
            (f"?To={quoted['ours']}", ["in"]),
            (f"?From={quoted['ours']}", ["other", "out"]),
            (f"?From={quoted['ours']}&To={quoted['guard']}", ["out"]),
        ):
            assert [row["body"] for row in (await page(site, query))["messages"]] == bodies, query


# Segments


@pytest.mark.parametrize(
    ("body", "plain", "trial"),
    [
        ("a" * 122, "1", "1"),
        ("a" * 123, "1", "2"),
        ("й" * 32, "1", "1"),
        ("й" * 33, "1", "2"),
        ("👍" * 35, "1", "2"),
        ("👍" * 36, "2", "2"),
        ("a" * 152 + "€" + "a" * 152, "3", "3"),
        ("a" * 1600, "11", "11"),
    ],
)
async def test_segments_count_what_is_sent(body: str, plain: str, trial: str) -> None:
    async with wire() as site:
        assert (await site.created(body))["num_segments"] == plain
    async with wire(seed=seed(type="Trial")) as site:
        made = await site.created(body)
        assert (made["body"], made["num_segments"]) == (PREFIX + body, trial)


@pytest.mark.parametrize(("setting", "form"), [(False, {"SmartEncoded": "true"}), (True, {})])
async def test_smart_encoding_replaces_lookalikes_before_counting(setting: bool, form: dict[str, str]) -> None:
    services = [{"sid": SERVICE, "numbers": [OURS], "smart_encoding": setting}]
    async with wire(seed=seed(messaging_services=services), clock=ManualClock()) as site:
        made = await site.created("“quoted” — " + "a" * 100, MessagingServiceSid=SERVICE, **form)
        assert made["body"].startswith('"quoted" - ')
        assert made["num_segments"] == "1"
