"""The fake compared with traffic recorded from 2022 to 2026: one row for each fact, with its source."""

import asyncio
import contextlib
import re
from typing import Any

import pytest

from support.fake_cases import WHATSAPP, Fact, ask
from support.fake_seeds import whole_seed
from support.fake_wire import GUARD, OURS, Wire, seed, wire
from support.recorded_facts import FACTS
from support.recorded_trials import DAY

SERVICE = f"MG{'2' * 32}"


@pytest.mark.parametrize("fact", FACTS, ids=[f"{fact.fact} ({fact.source})" for fact in FACTS])
async def test_what_was_recorded(fact: Fact) -> None:
    async with wire(seed=whole_seed(dict(fact.seed), **fact.account)) as site:
        for request in fact.before:
            await ask(site, request)
            await site.fake.wait_idle()
        status, body, _ = await ask(site, fact.request)
    assert status == fact.status, body
    if fact.code is not None:
        assert (body["code"], body["message"]) == (fact.code, fact.text)


async def test_the_day_of_a_trial_ends_24_hours_later() -> None:
    fact = DAY[0]
    async with wire(seed=whole_seed({}, **fact.account)) as site:
        for _ in range(5):
            await site.created()
            await site.fake.clock.advance(3600)
        assert (await ask(site, fact.request))[0] == 429
        await site.fake.clock.advance(19 * 3600)
        assert (await ask(site, fact.request))[0] == 201
    async with wire(seed=whole_seed({"daily_trial_limit": 0}, **fact.account)) as site:
        for _ in range(6):
            await site.created()


# The form of responses


async def raw(site: Wire, head: str, body: str = "") -> tuple[str, dict[str, str], str]:
    """Send a request as is; return the response's status line, headers and body."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(site.fake.base_url.rpartition(":")[2]))
    with contextlib.closing(writer):
        writer.write(f"{head}\r\nHost: api.twilio.com\r\nConnection: close\r\n\r\n{body}".encode())
        text = (await reader.read()).decode()
    lines, _, rest = text.partition("\r\n\r\n")
    first, *others = lines.split("\r\n")
    return first, dict(line.split(": ", 1) for line in others), rest


async def test_the_gateway_answers_401_as_on_2026_03_30() -> None:
    """Without Authorization the path does not matter; the body is compact and has the recorded length."""
    async with wire() as site:
        for path in ("/2010-04-01/Accounts/None/Messages.json", "/2010-04-01/Nothing.json", "/v1/Nothing"):
            first, headers, body = await raw(site, f"GET {path} HTTP/1.1")
            assert first == "HTTP/1.1 401 UNAUTHORIZED"
            assert body == (
                '{"code":20003,"message":"Authentication Error - No credentials provided",'
                '"more_info":"https://www.twilio.com/docs/errors/20003","status":401}'
            )
            assert headers["Content-Length"] == "141"
            assert set(headers) == {
                "Content-Type", "Content-Length", "Connection", "Date", "X-Twilio-Error-Code", "Twilio-Request-Id",
                "Twilio-Request-Duration", "X-Home-Region", "X-API-Domain", "Strict-Transport-Security",
                "WWW-Authenticate", "X-Cache", "Via", "X-Amz-Cf-Pop", "X-Amz-Cf-Id", "X-Powered-By", "X-Shenanigans",
                "Vary",
            }  # fmt: skip
            assert headers["Content-Type"] == "application/json"
            assert headers["X-Twilio-Error-Code"] == "20003"
            assert headers["X-Cache"] == "Error from cloudfront"
            assert re.fullmatch(r"[\w-]+==", headers["X-Amz-Cf-Id"])


async def test_a_creation_is_answered_as_on_2026_04_08() -> None:
    async with wire() as site, site.create() as answer:
        assert answer.status == 201
        assert answer.headers["Content-Type"] == "application/json;charset=utf-8"
        assert set(answer.headers) == {
            "Content-Type", "Content-Length", "Connection", "Date", "Twilio-Concurrent-Requests", "Twilio-Request-Id",
            "Twilio-Request-Duration", "X-Home-Region", "X-API-Domain", "Strict-Transport-Security", "X-Cache", "Via",
            "X-Amz-Cf-Pop", "X-Amz-Cf-Id", "X-Powered-By", "X-Shenanigans", "Vary",
        }  # fmt: skip
        assert (answer.headers["Vary"], answer.headers["X-Cache"]) == ("Origin", "Miss from cloudfront")


async def test_pages_elsewhere_may_read_answers_only_if_they_say_where_they_are() -> None:
    async with wire() as site:
        url = f"{site.messages_url}.json"
        async with site.session.get(url, headers={"Origin": "https://example.com"}) as answer:
            assert answer.headers["Access-Control-Allow-Origin"] == "*"
        async with site.session.options(url) as answer:
            assert answer.status == 200
            assert "POST" in answer.headers["Access-Control-Allow-Methods"]


async def test_an_error_repeats_its_code_in_a_header() -> None:
    """Seen on 2025-09-18, 2025-10-29, 2025-11-04 and 2026-03-30."""
    async with wire() as site, site.create(To="nobody at all") as answer:
        assert answer.headers["X-Twilio-Error-Code"] == "21211"
        assert answer.headers["Twilio-Concurrent-Requests"] == "1"


async def test_a_service_that_is_unavailable_says_so_as_on_2025_10_20() -> None:
    """Source: OrchardCMS/OrchardCore#18484."""
    async with wire() as site:
        await site.plant({"type": "http_error", "status": 503})
        async with site.create() as answer:
            assert await answer.text() == (
                '{"code":20503,"message":"Service is unavailable, please try again",'
                '"more_info":"https://www.twilio.com/docs/errors/503","status":503}'
            )


async def test_the_generation_of_2019_keeps_its_form() -> None:
    async with wire(seed={**seed(), "wire_generation": "2019"}) as site:
        async with site.create(To="nobody") as answer:
            assert '"code": 21211, "message"' in await answer.text()
            assert "X-Twilio-Error-Code" not in answer.headers
            assert answer.headers["Access-Control-Allow-Origin"] == "*"
        async with site.create() as answer:
            assert answer.headers["Content-Type"] == "application/json"
        first, _, _ = await raw(site, "GET /2010-04-01/Accounts/None/Messages.json HTTP/1.1")
        assert first == "HTTP/1.1 404 NOT FOUND"


# The Message resource


async def failed(site: Wire, **form: str) -> dict[str, Any]:
    """Return a message that ended undelivered with 30003."""
    await site.plant({"type": "delivery", "status": "undelivered", "error_code": 30003}, times=1)
    sid = (await site.created(**form))["sid"]
    await site.fake.wait_idle()
    return await site.fetch(sid)


async def test_messages_show_no_title_of_their_error() -> None:
    """Seen on 2023-08-15 and in 2026 (30034); a switch restores what the reference documents."""
    async with wire() as site:
        row = await failed(site)
        assert (row["error_code"], row["error_message"]) == (30003, None)
    async with wire(seed={**seed(), "error_messages": True}) as site:
        assert (await failed(site))["error_message"] == "Unreachable destination handset"


async def test_undelivered_messages_are_charged_at_the_price_of_2025() -> None:
    """The charge was seen on 2023-08-15, the price of 0.0083 per segment in 2025-05."""
    async with wire() as site:
        assert (await failed(site))["price"] == "-0.00830"
    async with wire(seed={**seed(), "wire_generation": "2019"}) as site:
        assert (await failed(site))["price"] == "-0.00790"


async def test_a_message_on_whatsapp_begins_without_a_currency() -> None:
    """Seen on 2021-05-24."""
    async with wire(seed=seed(channel_senders=[{"sender": WHATSAPP}])) as site:
        made = await site.created(From=WHATSAPP, To=f"whatsapp:{GUARD}")
        assert (made["price"], made["price_unit"]) == (None, None)
        assert (await site.created())["price_unit"] == "USD"


async def test_an_opted_out_recipient_of_a_service_fails_later() -> None:
    """Source: twilio/twilio-python#478."""
    document = seed(messaging_services=[{"sid": SERVICE, "numbers": [OURS], "inbound_request_url": "http://x/"}])
    async with wire(seed=document) as site:
        await site.fake.handset(GUARD).send(OURS, "STOP")
        sid = (await site.created(MessagingServiceSid=SERVICE))["sid"]
        await site.fake.wait_idle()
        row = await site.fetch(sid)
        assert (row["status"], row["error_code"]) == ("failed", 21610)


# Webhooks

PLAIN = ["ApiVersion", "MessageStatus", "SmsSid", "SmsStatus", "To", "From", "MessageSid", "AccountSid"]
DONE = [*PLAIN[:2], "RawDlrDoneDate", *PLAIN[2:]]
LOST = [*DONE[:3], "ErrorCode", *DONE[3:]]


async def shown(site: Wire, **form: str) -> list[Any]:
    """Return the callbacks of a message."""
    await site.created(StatusCallback=site.hook_url, **form)
    await site.fake.wait_idle()
    return [call for call in site.received if "MessageStatus" in call.form]


async def test_status_callbacks_have_the_order_of_2025() -> None:
    """Seen on 2025-08-24 and 2025-11-16; RawDlrDoneDate before ErrorCode, without ErrorMessage: 2023-03 and 07."""
    async with wire(seed=lambda url: seed(url, messaging_services=[{"sid": SERVICE, "numbers": [OURS]}])) as site:
        sent, delivered = await shown(site)
        assert [list(sent.form), list(delivered.form)] == [PLAIN, DONE]
        site.received.clear()
        assert [list(call.form) for call in await shown(site, From="", MessagingServiceSid=SERVICE)] == [
            ["MessagingServiceSid", *PLAIN],
            ["MessagingServiceSid", *PLAIN],
            ["MessagingServiceSid", *DONE],
        ]
        site.received.clear()
        await site.plant({"type": "delivery", "status": "undelivered", "error_code": 30003})
        assert list((await shown(site))[-1].form) == LOST


async def test_status_callbacks_name_their_character_set_and_incoming_texts_do_not() -> None:
    """Seen in 2023-03 and 04, in 2025 and on 2026-09-25; both name the region."""
    async with wire() as site:
        for call in await shown(site):
            assert call.headers["Content-Type"] == "application/x-www-form-urlencoded; charset=utf-8"
            assert call.headers["X-Home-Region"] == "us1"
            assert call.genuine
        await site.fake.handset(GUARD).send(OURS, "hello")
        await site.fake.wait_idle()
        assert site.received[-1].headers["Content-Type"] == "application/x-www-form-urlencoded"
        assert site.received[-1].headers["X-Home-Region"] == "us1"


async def test_a_switch_brings_the_title_of_the_error_back() -> None:
    async with wire(seed=lambda url: {**seed(url), "error_messages": True}) as site:
        await site.plant({"type": "delivery", "status": "undelivered", "error_code": 30003})
        assert (await shown(site))[-1].form["ErrorMessage"] == "Unreachable destination handset"


async def test_what_no_carrier_took_has_no_date_of_a_receipt() -> None:
    """Error 30034, seen in VA notification-api#1095 and #1376, 2023-07-17."""
    numbers = [{"phone_number": OURS, "registration": "unregistered"}]
    async with wire(seed=seed(numbers=numbers)) as site:
        form = (await shown(site))[-1].form
        assert (form["MessageStatus"], form["ErrorCode"]) == ("undelivered", "30034")
        assert "RawDlrDoneDate" not in form


async def test_the_date_of_a_receipt_is_the_carriers_own() -> None:
    """Seen on 2023-03-31: a receipt in the recipient's local time."""
    async with wire() as site:
        assert (await shown(site, To="+14155550101"))[-1].form["RawDlrDoneDate"] == "2512311600"


async def test_whatsapp_callbacks_of_2026() -> None:
    """Seen on 2026-09-25: no EventType, ExternalUserId from arrival on, StructuredMessage while it is being sent."""
    async with wire(seed=lambda url: seed(url, channel_senders=[{"sender": WHATSAPP}])) as site:
        calls = await shown(site, From=WHATSAPP, To=f"whatsapp:{GUARD}")
        await site.control("POST", f"/handsets/{GUARD}/read")
        await site.fake.wait_idle()
        forms = {call.form["MessageStatus"]: call.form for call in site.received}
        assert len(calls) == 2
        assert not any("EventType" in form for form in forms.values())
        assert forms["sent"]["StructuredMessage"] == "false"
        assert "ExternalUserId" not in forms["sent"]
        assert forms["delivered"]["ExternalUserId"] == forms["read"]["ExternalUserId"]
        assert re.fullmatch(r"US\.\d{20}", forms["read"]["ExternalUserId"])


async def test_whatsapp_texts_of_2026_come_in_with_their_context() -> None:
    """ChannelMetadata seen in 2025, ExternalUserId in 2026-09."""
    document = {"channel_senders": [{"sender": WHATSAPP}]}
    async with wire(
        seed=lambda url: seed(url, channel_senders=[{**document["channel_senders"][0], "callback_url": url}])
    ) as site:
        await site.control(
            "POST", f"/handsets/{GUARD}/messages", {"to": WHATSAPP, "body": "hi", "profile_name": "Ann"}, 201
        )
        await site.fake.wait_idle()
        form = site.received[-1].form
        assert form["ChannelMetadata"] == (
            '{"type":"whatsapp","data":{"context":{"ProfileName":"Ann","WaId":"12015550101"}}}'
        )
        assert re.fullmatch(r"US\.\d{20}", form["ExternalUserId"])
        assert list(form)[-4:] == ["ChannelMetadata", "ExternalUserId", "From", "ApiVersion"]


async def test_a_webhook_that_answers_an_error_still_is_11200() -> None:
    """Seen in 2026-08; 11217 is documented but was never seen."""
    from aiohttp import web

    async with wire(answer=lambda call: web.Response(status=500)) as site:
        await site.fake.handset(GUARD).send(OURS, "hello")
        await site.fake.wait_idle()
        async with site.session.get(f"{site.fake.base_url}/v1/Alerts") as answer:
            assert [row["error_code"] for row in (await answer.json())["alerts"]] == ["11200"]


async def test_media_of_the_fakes_own_are_no_stranger_on_this_machine() -> None:
    def answer(call: Any) -> Any:
        from aiohttp import web

        return web.Response(body=b"png", content_type="image/png") if call.method == "GET" else web.Response()

    async with wire(seed=lambda url: {**seed(url), "local_urls": False}, answer=answer) as site:
        await site.fake.handset(GUARD).send(OURS, "look", [f"{site.hook_url}/a.png"])
        await site.fake.wait_idle()
        await site.created(MediaUrl=site.received[-1].form["MediaUrl0"])


async def test_a_reply_to_a_premium_number_leaves_the_alert_of_a_bad_recipient() -> None:
    from aiohttp import web

    reply = '<Response><Message to="+19005550100">x</Message></Response>'
    async with wire(answer=lambda call: web.Response(text=reply, content_type="text/xml")) as site:
        await site.fake.handset(GUARD).send(OURS, "hello")
        await site.fake.wait_idle()
        async with site.session.get(f"{site.fake.base_url}/v1/Alerts") as answer:
            assert [row["error_code"] for row in (await answer.json())["alerts"]] == ["14101"]
