"""Texts going out and coming in: receipts, webhooks, TwiML, opt-out, services, media, queues; over real HTTP."""

import asyncio
import csv
import re
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from fake_twilio.clock import ManualClock, turn
from fake_twilio.model.number import IncomingNumber
from fake_twilio.network.replies import DEFAULT_REPLY
from support.fake_wire import ACCOUNT, GUARD, OURS, TOKEN, Received, Wire, seed, wire

SERVICE = f"MG{'2' * 32}"
SECOND = "+13125550100"

ORDER = (
    "ToCountry ToState SmsMessageSid NumMedia ToCity FromZip SmsSid FromState SmsStatus FromCity Body FromCountry To "
    "ToZip NumSegments MessageSid AccountSid From ApiVersion"
)


def twiml(text: str, content_type: str = "text/xml") -> Any:
    """Return an answering machine that always says this."""
    return lambda call: web.Response(text=text, content_type=content_type)


async def bodies(site: Wire, **query: str) -> list[str]:
    """Return the bodies of the listed messages, oldest first."""
    async with site.session.get(f"{site.messages_url}.json", params=query) as answer:
        return [row["body"] for row in (await answer.json())["messages"]][::-1]


async def alerts(site: Wire) -> list[int]:
    """Return the codes of the alerts, oldest first."""
    async with site.session.get(f"{site.fake.base_url}/v1/Alerts") as answer:
        return [int(row["error_code"]) for row in (await answer.json())["alerts"]][::-1]


async def text(site: Wire, body: str, phone: str = GUARD, to: str = OURS) -> None:
    """Text from a phone and wait for everything that follows."""
    await site.fake.handset(phone).send(to, body)
    await site.fake.settle()


async def test_receipts_never_announce_the_first_status() -> None:
    async with wire(pace="realistic") as site:
        created = await site.created(StatusCallback=f"{site.hook_url}?a=1")
        assert created["status"] == "queued"
        assert not site.received
        await site.fake.clock.advance(10)
        assert site.events() == ["sent", "delivered"]
        last = site.received[-1]
        assert last.genuine
        assert dict(last.form) == {
            "RawDlrDoneDate": "2601010000",
            "SmsSid": created["sid"],
            "SmsStatus": "delivered",
            "MessageStatus": "delivered",
            "To": GUARD,
            "MessageSid": created["sid"],
            "AccountSid": ACCOUNT,
            "From": OURS,
            "ApiVersion": "2010-04-01",
        }


async def test_the_target_of_receipts() -> None:
    async with wire() as site:
        base = f"{site.fake.base_url}/2010-04-01/Accounts/{ACCOUNT}/Applications.json"
        async with site.session.post(base, data={"MessageStatusCallback": f"{site.hook_url}?from=application"}) as made:
            application = (await made.json())["sid"]
        await site.created(ApplicationSid=application)
        await site.fake.settle()
        assert len(site.received) == 2
        await site.created(ApplicationSid=application, StatusCallback=site.hook_url)
        await site.fake.settle()
        assert len(site.received) == 4
        assert all(call.genuine for call in site.received)


async def test_an_incoming_text_is_announced_as_twilio_announces_it() -> None:
    async with wire() as site:
        await text(site, "Ärger & Co")
        (call,) = site.received
        assert " ".join(call.form) == ORDER
        assert call.genuine
        assert (call.form["Body"], call.form["FromState"], call.form["ToCity"]) == ("Ärger & Co", "NJ", "JERSEY CITY")
        assert call.form["SmsSid"] == call.form["MessageSid"] == call.form["SmsMessageSid"]
        row = await site.fetch(call.form["MessageSid"])
        assert (row["direction"], row["status"], row["num_segments"]) == ("inbound", "received", "1")
        assert row["date_sent"] == row["date_created"]
        assert row["price"] == "-0.00750"


@pytest.mark.parametrize(
    ("document", "content_type", "replies", "codes"),
    [
        ("<Response><Message>one</Message><Message>two</Message></Response>", "text/xml", ["one", "two"], []),
        ("<Response><Sms>old</Sms></Response>", "application/xml", ["old"], []),
        ("plain words", "text/plain", ["plain words"], []),
        ("<Response/>", "text/xml", [], []),
        ("{}", "application/json", [], [12300]),
        ("<Response>", "text/xml", [], [12100]),
        ("<Answer/>", "text/xml", [], [12102]),
        ("<Response><Say>x</Say><Message>y</Message></Response>", "text/xml", ["y"], [14110]),
        (f"<Response>{'<Message>x</Message>' * 12}</Response>", "text/xml", ["x"] * 10, [14109]),
        ("<Response><Message>" + "x" * 1601 + "</Message></Response>", "text/xml", [], [14103]),
        ("<Response><Message to='nobody'>x</Message></Response>", "text/xml", [], [14101]),
        ("<Response><Message from='+13125550199'>x</Message></Response>", "text/xml", [], [14108]),
        ("<Response><Message statusCallback='http://a_b/'>x</Message></Response>", "text/xml", ["x"], [14105]),
        ("<Response>" + " " * 70_000 + "</Response>", "text/xml", [], [11750]),
    ],
)
async def test_answers(document: str, content_type: str, replies: list[str], codes: list[int]) -> None:
    async with wire(answer=twiml(document, content_type)) as site:
        await text(site, "hello")
        assert await bodies(site, From=OURS) == replies
        assert await alerts(site) == codes
        async with site.session.get(f"{site.messages_url}.json", params={"From": OURS}) as answer:
            assert {row["direction"] for row in (await answer.json())["messages"]} <= {"outbound-reply"}


async def test_a_redirect_leads_on_and_an_endless_one_is_stopped() -> None:
    def once(call: Received) -> web.Response:
        document = "<Response><Message>done</Message></Response>"
        return web.Response(text=document if len(site.received) > 1 else REDIRECT, content_type="text/xml")

    async with wire(answer=once) as site:
        await text(site, "hello")
        assert await bodies(site, From=OURS) == ["done"]
    async with wire(answer=twiml(REDIRECT)) as site:
        await text(site, "hello")
        assert len(site.received) == 50
        assert await alerts(site) == [14106]


REDIRECT = "<Response><Redirect>/next</Redirect></Response>"


async def test_a_failing_webhook_leaves_an_alert_and_is_asked_nothing_twice() -> None:
    async with wire(answer=lambda call: web.Response(status=503)) as site:
        await text(site, "hello")
        assert len(site.received) == 1
        assert await alerts(site) == [11217]


async def test_the_fallback_learns_why() -> None:
    def answer(call: Received) -> web.Response:
        if "ErrorCode" in call.form:
            return web.Response(text="<Response><Message>sorry</Message></Response>", content_type="text/xml")
        return web.Response(status=500)

    async with wire(answer=answer) as site:
        state = site.fake.world.state
        from dataclasses import replace

        number = state.number(OURS)
        assert isinstance(number, IncomingNumber)
        state.put_number(replace(number, sms_fallback_url=f"{site.hook_url}/fallback"))
        await text(site, "hello")
        assert await bodies(site, From=OURS) == ["sorry"]
        assert (site.received[1].form["ErrorCode"], site.received[1].form["ErrorUrl"]) == ("11217", site.hook_url)
        assert site.received[1].genuine


@pytest.mark.parametrize(("fragment", "calls"), [("", 1), ("#rc=3&rp=5xx", 4), ("#rc=0&rp=5xx", 1), ("#rp=4xx", 1)])
async def test_overrides_in_the_fragment(fragment: str, calls: int) -> None:
    async with wire(answer=lambda call: web.Response(status=500)) as site:
        await site.created(StatusCallback=f"{site.hook_url}{fragment}")
        await site.fake.settle()
        assert len([event for event in site.events() if event == "sent"]) == calls
        assert all(call.genuine for call in site.received)
        assert len({call.token for call in site.received if call.form["MessageStatus"] == "sent"}) == 1


async def test_a_number_that_nobody_configured_answers_by_itself() -> None:
    document = seed("https://demo.twilio.com/welcome/sms/reply")
    document["accounts"][0]["type"] = "Trial"
    async with wire(seed=document) as site:
        await text(site, "hello")
        assert await bodies(site, From=OURS) == [f"Sent from your Twilio trial account - {DEFAULT_REPLY}"]


async def test_twiml_bins() -> None:
    sid = f"EH{'5' * 32}"
    document = seed(
        f"https://handler.twilio.com/twiml/{sid}",
        twiml_bins=[{"sid": sid, "twiml": "<Response><Message>from the bin</Message></Response>"}],
    )
    async with wire(seed=document) as site:
        await text(site, "hello")
        assert await bodies(site, From=OURS) == ["from the bin"]


async def test_stop_start_and_help() -> None:
    async with wire() as site:
        await text(site, "Stop")
        assert site.received[0].form["Body"] == "Stop"
        async with site.create("are you there?") as answer:
            assert (answer.status, (await answer.json())["message"]) == (
                400,
                "Attempt to send to unsubscribed recipient",
            )
        await text(site, "HELP")
        await text(site, "start")
        await site.created("welcome back")
        await site.fake.settle()
        texts = await bodies(site, From=OURS)
        assert texts[0].startswith("You have successfully been unsubscribed.")
        assert texts[1] == "Reply STOP to unsubscribe. Msg&Data Rates May Apply."
        assert texts[2].startswith("You have successfully been re-subscribed")
        assert texts[3] == "welcome back"


def with_service(**service: Any) -> dict[str, Any]:
    """Return a seed with a service that has two numbers."""
    document = seed(numbers=[{"phone_number": OURS}, {"phone_number": SECOND}])
    document["accounts"][0]["messaging_services"] = [{"sid": SERVICE, "numbers": [OURS, SECOND], **service}]
    return document


async def test_a_service_chooses_near_by_and_sticks_to_it() -> None:
    async with wire(seed=with_service()) as site:
        site_state = site.fake.world.state
        for to, expected in (("+13125550150", SECOND), (GUARD, OURS), ("+14155550150", OURS)):
            sid = (await site.created(To=to, From="", MessagingServiceSid=SERVICE))["sid"]
            await site.fake.settle()
            assert (await site.fetch(sid))["from"] == expected
        assert site_state.sticky == {
            f"{SERVICE} +13125550150": SECOND,
            f"{SERVICE} {GUARD}": OURS,
            f"{SERVICE} +14155550150": OURS,
        }


async def test_a_service_without_inbound_url_loses_texts() -> None:
    async with wire(seed=with_service()) as site:
        await text(site, "lost")
        assert not await bodies(site)
        assert not site.received


async def test_stop_to_one_number_of_a_service_stops_all_of_it() -> None:
    async with wire(seed=with_service(use_inbound_webhook_on_number=True)) as site:
        await text(site, "STOP", to=SECOND)
        async with site.create(From=OURS) as answer:
            assert (await answer.json())["code"] == 21610
        sid = (await site.created(From="", MessagingServiceSid=SERVICE))["sid"]
        await site.fake.settle()
        row = await site.fetch(sid)
        assert (row["status"], row["error_code"]) == ("failed", 21610)
        assert row["error_message"] == "Attempt to send to unsubscribed recipient"


async def test_media_go_out_and_come_in() -> None:
    png = b"\x89PNG fake"

    async def picture(request: web.BaseRequest) -> web.StreamResponse:
        large = "large" in request.path
        return web.Response(body=b"x" * 600_000 if large else png, content_type="text/csv" if large else "image/png")

    runner = web.ServerRunner(web.Server(picture))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    shelf = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        async with wire() as site:
            made = await site.created(MediaUrl=f"{shelf}/a.png")
            assert (made["sid"][:2], made["num_media"]) == ("MM", "1")
            await site.fake.settle()
            base = f"{site.messages_url}/{made['sid']}/Media"
            async with site.session.get(f"{base}.json") as answer:
                (medium,) = (await answer.json())["media_list"]
            assert medium["content_type"] == "image/png"
            async with site.session.get(f"{base}/{medium['sid']}") as answer:
                assert await answer.read() == png
            late = await site.created(MediaUrl=f"{shelf}/large.csv")
            gone = await site.created(MediaUrl="http://127.0.0.1:1/none.png")
            await site.fake.settle()
            assert (await site.fetch(late["sid"]))["error_code"] == 30019
            assert (await site.fetch(gone["sid"]))["error_code"] == 11200
            await site.fake.handset(GUARD).send(OURS, "look", [f"{shelf}/b.png"])
            await site.fake.settle()
            form = site.received[-1].form
            assert (form["NumMedia"], form["MediaContentType0"]) == ("1", "image/png")
            async with aiohttp.request("GET", form["MediaUrl0"], auth=None, headers=site.session.headers) as answer:
                assert await answer.read() == png
    finally:
        await runner.cleanup()


async def test_validity_and_the_queue_of_a_slow_sender() -> None:
    async with wire(pace="realistic") as site:
        first = [(await site.created(str(n)))["sid"] for n in range(3)]
        impatient = (await site.created("now or never", ValidityPeriod="2"))["sid"]
        await site.fake.clock.advance(1.9)
        assert (await site.fetch(first[2]))["status"] == "queued"
        await site.fake.clock.advance(0.6)
        assert (await site.fetch(impatient))["error_code"] == 30036
        await site.fake.clock.advance(30)
        assert (await site.fetch(first[2]))["status"] == "delivered"
        now = site.fake.world.now()
        from datetime import timedelta

        site.fake.network.throughput._free[OURS] = now + timedelta(hours=11)
        async with site.create() as answer:
            assert (await answer.json())["code"] == 21611


async def test_retention_and_smart_encoding() -> None:
    async with wire() as site:
        sid = (await site.created("secret", ContentRetention="discard", AddressRetention="obfuscate"))["sid"]
        await site.fake.settle()
        row = await site.fetch(sid)
        assert (row["body"], row["to"]) == ("", "+1201555XXXX")
        assert (await site.created("it\u2019s", SmartEncoded="true"))["body"] == "it's"


async def test_a_suspended_account_fails_what_it_had_accepted() -> None:
    async with wire(pace="realistic") as site:
        sid = (await site.created())["sid"]
        url = f"{site.fake.base_url}/2010-04-01/Accounts/{ACCOUNT}.json"
        async with site.session.post(url, data={"Status": "suspended"}) as answer:
            assert (await answer.json())["status"] == "suspended"
        await site.fake.clock.advance(10)
        assert (await site.fetch(sid))["error_code"] == 30002


async def test_numbers_of_the_fake_can_text_each_other_but_not_for_ever() -> None:
    document = seed(numbers=[{"phone_number": OURS}, {"phone_number": SECOND}])
    async with wire(seed=document, answer=twiml("<Response><Message>and you?</Message></Response>")) as site:
        from dataclasses import replace

        state = site.fake.world.state
        for number in state.numbers.of(ACCOUNT):
            state.put_number(replace(number, sms_url=site.hook_url))
        await site.created(To=SECOND)
        await site.fake.settle()
        assert await alerts(site) == [14107]
        assert len(site.received) == 31


async def test_free_units() -> None:
    async with wire(seed=seed(type="Trial", profile="free-units")) as site:
        created = await site.created("sms_2fa")
        assert created["body"] == "Sent from your Twilio trial account - Your verification code is 123456."


async def test_xml_and_csv() -> None:
    async with wire(clock=ManualClock(datetime(2023, 8, 24, 5, 1, 45, tzinfo=UTC))) as site:
        sid = (await site.created("a < b"))["sid"]
        async with site.session.get(f"{site.messages_url}/{sid}") as answer:
            document = await answer.text()
        assert answer.content_type == "application/xml"
        head, _, inside = document.partition("<TwilioResponse><Message>")
        assert head == "<?xml version='1.0' encoding='UTF-8'?>\n"
        assert " ".join(re.findall(r"<([A-Z]\w+)/?>", inside)[:19]) == (
            "Sid DateCreated DateUpdated DateSent AccountSid To From MessagingServiceSid Body Status NumSegments "
            "NumMedia Direction ApiVersion Price PriceUnit ErrorCode ErrorMessage Uri"
        )
        assert "<Body>a &lt; b</Body>" in document
        assert "<DateCreated>Thu, 24 Aug 2023 05:01:45 +0000</DateCreated>" in document
        assert "<ErrorCode/>" in document
        async with site.session.get(f"{site.messages_url}.csv") as answer:
            names, row = csv.reader((await answer.text()).splitlines())
        assert answer.content_type == "text/csv"
        assert (names[0], row[names.index("Body")]) == ("Sid", "a < b")


async def test_the_headers_of_every_answer() -> None:
    async with wire() as site:
        for path, status, reason in ((".json", 201, "CREATED"), ("/SM1.json", 404, "NOT FOUND")):
            method = "POST" if status == 201 else "GET"
            form = {"To": GUARD, "From": OURS, "Body": "hello"}
            async with site.session.request(method, f"{site.messages_url}{path}", data=form) as answer:
                assert (answer.status, answer.reason) == (status, reason)
                headers = dict(answer.headers)
                assert len(await answer.read()) == int(headers.pop("Content-Length"))
            assert re.fullmatch("RQ[0-9a-f]{32}", headers.pop("Twilio-Request-Id"))
            assert re.fullmatch(r"\d+\.\d{3}", headers.pop("Twilio-Request-Duration"))
            assert headers == {
                "Date": "Thu, 01 Jan 2026 00:00:00 GMT",
                "Content-Type": "application/json",
                "Connection": "keep-alive",
                "Twilio-Concurrent-Requests": "1",
                "Access-Control-Allow-Origin": "*",
                "Access-Control-Allow-Headers": "Accept, Authorization, Content-Type, If-Match, If-Modified-Since, "
                "If-None-Match, If-Unmodified-Since, Idempotency-Key",
                "Access-Control-Allow-Methods": "GET, POST, DELETE, OPTIONS",
                "Access-Control-Expose-Headers": "ETag",
                "Access-Control-Allow-Credentials": "true",
                "X-Powered-By": "AT-5000",
                "X-Shenanigans": "none",
                "X-Home-Region": "us1",
                "X-API-Domain": "api.twilio.com",
                "Strict-Transport-Security": "max-age=31536000",
            }


async def test_the_number_of_requests_at_the_same_time() -> None:
    async with wire() as site:
        await site.plant({"type": "latency", "seconds": 5}, times=2)
        slow = [asyncio.create_task(site.created(str(number))) for number in range(2)]
        while len(site.fake.requests) < 2:
            await turn()
        async with site.create() as third:
            assert third.headers["Twilio-Concurrent-Requests"] == "3"
        await site.fake.clock.advance(5)
        await asyncio.gather(*slow)
        async with site.create() as alone:
            assert alone.headers["Twilio-Concurrent-Requests"] == "1"


async def test_a_client_that_gives_up_counts_no_more() -> None:
    async with wire(seed=seed() | {"concurrency_limit": 1}) as site:
        await site.plant({"type": "hang_after"})
        hanging = asyncio.create_task(site.created())
        while not site.fake.requests:
            await turn()
        async with site.create() as refused:
            assert refused.status == 429
        hanging.cancel()
        await asyncio.gather(hanging, return_exceptions=True)
        while (await (answer := await site.create()).json())["status"] == 429:
            await turn()
        assert answer.status == 201


async def test_the_golden_sample_of_a_creation() -> None:
    async with wire(clock=ManualClock(datetime(2023, 8, 24, 5, 1, 45, tzinfo=UTC))) as site, site.create() as answer:
        raw = await answer.text()
        sid = (await answer.json())["sid"]
    base = f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}"
    assert await answer.json() == {
        "account_sid": ACCOUNT,
        "api_version": "2010-04-01",
        "body": "hello",
        "date_created": "Thu, 24 Aug 2023 05:01:45 +0000",
        "date_sent": None,
        "date_updated": "Thu, 24 Aug 2023 05:01:45 +0000",
        "direction": "outbound-api",
        "error_code": None,
        "error_message": None,
        "from": OURS,
        "messaging_service_sid": None,
        "num_media": "0",
        "num_segments": "1",
        "price": None,
        "price_unit": "USD",
        "sid": sid,
        "status": "queued",
        "subresource_uris": {"media": f"{base}/Media.json"},
        "to": GUARD,
        "uri": f"{base}.json",
    }
    assert '", "' in raw
    assert '": "' in raw
    assert "\n" not in raw


async def test_the_golden_sample_of_an_empty_list() -> None:
    async with wire() as site:
        async with site.session.get(f"{site.messages_url}.json", params={"To": "+123456789"}) as answer:
            listed = await answer.json()
        uri = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json?To=%2B123456789&PageSize=50&Page=0"
        assert listed == {
            "end": 0,
            "first_page_uri": uri,
            "messages": [],
            "next_page_uri": None,
            "page": 0,
            "page_size": 50,
            "previous_page_uri": None,
            "start": 0,
            "uri": uri,
        }
        assert TOKEN not in str(listed)


async def test_a_shared_key_signs_with_sha256() -> None:
    from twilio.request_validator import RequestValidator, get_signature_algorithm

    document = seed("", webhook_key="webhooks_sharedkey_1", webhook_secret="shared")
    calls: list[tuple[str, dict[str, str], dict[str, str]]] = []

    async def hook(request: web.BaseRequest) -> web.StreamResponse:
        form = {str(name): str(value) for name, value in (await request.post()).items()}
        calls.append((str(request.url), form, dict(request.headers)))
        return web.Response(headers={"Set-Cookie": f"visit={len(calls)}; Path=/"})

    runner = web.ServerRunner(web.Server(hook))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        async with wire(seed=document) as site:
            url = f"http://me:secret@127.0.0.1:{runner.addresses[0][1]}/status"
            await site.created(StatusCallback=url)
            await site.fake.settle()
            await site.fake.clock.advance(4 * 3600 + 1)
            await site.created(StatusCallback=url)
            await site.fake.settle()
    finally:
        await runner.cleanup()
    _, form, headers = calls[0]
    settings = headers["X-Twilio-Webhooks-Signature-Settings"]
    assert settings == "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256"
    algorithm = get_signature_algorithm(settings)
    # The user information is part of the URL that is signed; the request itself carries it as a header.
    expected = RequestValidator("shared").compute_signature(url, form, algorithm)
    assert headers["X-Twilio-Signature"] == expected
    assert headers["Authorization"] == aiohttp.encode_basic_auth("me", "secret")
    assert [call[2].get("Cookie") for call in calls] == [None, "visit=1", None, "visit=3"]


async def test_a_webhook_by_get_is_signed_over_its_whole_address() -> None:
    from dataclasses import replace

    from twilio.request_validator import RequestValidator

    seen: list[tuple[str, str, str]] = []

    async def hook(request: web.BaseRequest) -> web.StreamResponse:
        address = f"http://{request.headers['Host']}{request.raw_path}"
        seen.append((address, request.headers["X-Twilio-Signature"], request.url.query["Body"]))
        return web.Response(text="<Response/>", content_type="text/xml")

    runner = web.ServerRunner(web.Server(hook))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        async with wire() as site:
            state = site.fake.world.state
            number = state.number(OURS)
            assert isinstance(number, IncomingNumber)
            url = f"http://127.0.0.1:{runner.addresses[0][1]}/sms?site=7#rc=2"
            state.put_number(replace(number, sms_url=url, sms_method="GET"))
            await text(site, "a & b = \u20ac")
    finally:
        await runner.cleanup()
    ((address, signature, body),) = seen
    assert "site=7&ToCountry=US" in address
    assert body == "a & b = \u20ac"
    assert RequestValidator(TOKEN).validate(address, {}, signature)
    assert not RequestValidator(TOKEN).validate(address.replace("site=7", "site=8"), {}, signature)
