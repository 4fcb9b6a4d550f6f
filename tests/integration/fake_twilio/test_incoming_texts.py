"""Incoming messages: the webhook and its form, its fallback, automatic replies of numbers, media in both directions."""

from typing import Any

import aiohttp
from aiohttp import web

from fake_twilio.messages.twiml_replies import DEFAULT_REPLY
from fake_twilio.model.incoming_phone_number import IncomingPhoneNumber
from harness.loopback import serving
from support.fake_wire import ACCOUNT, GUARD, OURS, Received, Wire, seed, wire

SECOND = "+13125550100"


ORDER = (
    "ToCountry ToState SmsMessageSid NumMedia ToCity FromZip SmsSid FromState SmsStatus FromCity Body FromCountry To "
    "ToZip NumSegments MessageSid AccountSid From ApiVersion"
)


def twiml(text: str, content_type: str = "text/xml") -> Any:
    """Return a server that always responds with this document."""
    return lambda call: web.Response(text=text, content_type=content_type)


async def alerts(site: Wire) -> list[int]:
    """Return the codes of the alerts, oldest first."""
    async with site.session.get(f"{site.fake.base_url}/v1/Alerts") as answer:
        return [int(row["error_code"]) for row in (await answer.json())["alerts"]][::-1]


async def test_an_incoming_text_is_announced_as_twilio_announces_it() -> None:
    async with wire() as site:
        await site.text("Ärger & Co")
        (call,) = site.received
        assert " ".join(call.form) == ORDER
        assert call.genuine
        assert (call.form["Body"], call.form["FromState"], call.form["ToCity"]) == ("Ärger & Co", "NJ", "JERSEY CITY")
        assert call.form["SmsSid"] == call.form["MessageSid"] == call.form["SmsMessageSid"]
        row = await site.fetch(call.form["MessageSid"])
        assert (row["direction"], row["status"], row["num_segments"]) == ("inbound", "received", "1")
        assert row["date_sent"] == row["date_created"]
        assert row["price"] == "-0.00750"


async def test_a_failing_webhook_leaves_an_alert_and_is_asked_nothing_twice() -> None:
    async with wire(answer=lambda call: web.Response(status=503)) as site:
        await site.text("hello")
        assert len(site.received) == 1
        assert await alerts(site) == [11200]
        await site.fake.clock.advance(86_400)
        assert len(site.received) == 1
        assert (await site.fetch(site.received[0].form["MessageSid"]))["status"] == "received"


async def test_the_fallback_learns_why() -> None:
    def answer(call: Received) -> web.Response:
        if "ErrorCode" in call.form:
            return web.Response(text="<Response><Message>sorry</Message></Response>", content_type="text/xml")
        return web.Response(status=500)

    async with wire(answer=answer) as site:
        state = site.fake.context.state
        from dataclasses import replace

        number = state.number(OURS)
        assert isinstance(number, IncomingPhoneNumber)
        state.numbers.put(replace(number, sms_fallback_url=f"{site.hook_url}/fallback"))
        await site.text("hello")
        assert await site.bodies(From=OURS) == ["sorry"]
        assert (site.received[1].form["ErrorCode"], site.received[1].form["ErrorUrl"]) == ("11200", site.hook_url)
        # Their order in 2026.
        assert list(site.received[1].form)[:5] == ["ToCountry", "ErrorUrl", "ToState", "SmsMessageSid", "ErrorCode"]
        assert {name: site.received[1].form[name] for name in site.received[0].form} == site.received[0].form
        assert site.received[1].genuine


async def test_a_number_that_nobody_configured_answers_by_itself() -> None:
    document = seed("https://demo.twilio.com/welcome/sms/reply")
    document["accounts"][0]["type"] = "Trial"
    async with wire(seed=document) as site:
        await site.text("hello")
        assert await site.bodies(From=OURS) == [f"Sent from your Twilio trial account - {DEFAULT_REPLY}"]


async def test_twiml_bins() -> None:
    sid = f"EH{'5' * 32}"
    document = seed(
        f"https://handler.twilio.com/twiml/{sid}",
        twiml_bins=[{"sid": sid, "twiml": "<Response><Message>from the bin</Message></Response>"}],
    )
    async with wire(seed=document) as site:
        await site.text("hello")
        assert await site.bodies(From=OURS) == ["from the bin"]


async def test_media_go_out_and_come_in() -> None:
    png = b"\x89PNG fake"

    async def picture(request: web.BaseRequest) -> web.StreamResponse:
        large = "large" in request.path
        return web.Response(body=b"x" * 600_000 if large else png, content_type="text/csv" if large else "image/png")

    async with serving(picture) as shelf, wire() as site:
        made = await site.created(MediaUrl=f"{shelf}/a.png")
        assert (made["sid"][:2], made["num_media"]) == ("MM", "1")
        await site.fake.wait_idle()
        base = f"{site.messages_url}/{made['sid']}/Media"
        async with site.session.get(f"{base}.json") as answer:
            (medium,) = (await answer.json())["media_list"]
        assert medium["content_type"] == "image/png"
        async with site.session.get(f"{base}/{medium['sid']}") as answer:
            assert await answer.read() == png
        late = await site.created(MediaUrl=f"{shelf}/large.csv")
        gone = await site.created(MediaUrl="http://127.0.0.1:1/none.png")
        await site.fake.wait_idle()
        assert (await site.fetch(late["sid"]))["error_code"] == 30019
        assert (await site.fetch(gone["sid"]))["error_code"] == 11200
        await site.fake.handset(GUARD).send(OURS, "look", [f"{shelf}/b.png"])
        await site.fake.wait_idle()
        form = site.received[-1].form
        assert (form["NumMedia"], form["MediaContentType0"]) == ("1", "image/png")
        async with aiohttp.request("GET", form["MediaUrl0"], auth=None, headers=site.session.headers) as answer:
            assert await answer.read() == png


async def test_numbers_of_the_fake_can_text_each_other_but_not_for_ever() -> None:
    document = seed(numbers=[{"phone_number": OURS}, {"phone_number": SECOND}])
    async with wire(seed=document, answer=twiml("<Response><Message>and you?</Message></Response>")) as site:
        from dataclasses import replace

        state = site.fake.context.state
        for number in state.numbers.of(ACCOUNT):
            state.numbers.put(replace(number, sms_url=site.hook_url))
        await site.created(To=SECOND)
        await site.fake.wait_idle()
        assert await alerts(site) == [14107]
        assert len(site.received) == 31
