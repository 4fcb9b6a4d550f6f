"""WhatsApp and RCS: senders, addresses, webhook fields, and read receipts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web

from support.fake_wire import GATE, GUARD, OURS, Received, Wire, seed, wire

SERVICE = f"MG{'2' * 32}"
WHATSAPP, RCS = f"whatsapp:{OURS}", "rcs:brightgate_agent"
INSTALL, AGENT = f"XE{'3' * 32}", f"XE{'4' * 32}"
GUARD_THERE = f"whatsapp:{GUARD}"


@asynccontextmanager
async def connected(**more: Any) -> AsyncIterator[Wire]:
    """Open a fake whose account has a WhatsApp number, an RCS agent and a service with our number in its pool."""
    senders = [{"sender": WHATSAPP, "sid": INSTALL}, {"sender": RCS, "sid": AGENT}]
    services = [{"sid": SERVICE, "numbers": [OURS], **more.pop("service", {})}]
    document = seed(channel_senders=senders, messaging_services=services) | more
    async with wire(seed=document) as site:
        yield site


async def call(site: Wire, method: str, path: str, **form: str) -> tuple[int, Any]:
    url = f"{site.fake.base_url}/v1/Services/{SERVICE}/ChannelSenders{path}"
    async with site.session.request(method, url, data=form or None) as answer:
        return answer.status, await answer.json(content_type=None) if answer.status != 204 else None


async def sender(site: Wire, to: str, **form: str) -> Any:
    created = await site.created(To=to, From="", MessagingServiceSid=SERVICE, **form)
    await site.fake.wait_idle()
    return (await site.fetch(created["sid"]))["from"]


@pytest.mark.parametrize(
    ("code", "form"),
    [
        (21910, {"From": OURS, "To": GUARD_THERE}),
        (21910, {"From": WHATSAPP, "To": GUARD}),
        (21211, {"From": WHATSAPP, "To": "whatsapp:nobody"}),
        (21211, {"From": RCS, "To": "rcs:somebody"}),
        (21211, {"From": "messenger:1", "To": "messenger:me"}),
        (21212, {"From": "whatsapp:nobody", "To": GUARD_THERE}),
        (21212, {"From": "rcs:no agent", "To": f"rcs:{GUARD}"}),
        (63007, {"From": f"whatsapp:{GATE}", "To": GUARD_THERE}),
        (63007, {"From": "rcs:stranger", "To": f"rcs:{GUARD}"}),
    ],
)
async def test_an_address_that_cannot_be_is_refused(code: int, form: dict[str, str]) -> None:
    async with connected() as site, site.create(**form) as answer:
        assert (answer.status, (await answer.json())["code"]) == (400, code)


async def test_receipts_name_the_channel_and_the_reader() -> None:
    async with connected() as site:
        made = await site.created("a”b" * 100, From=WHATSAPP, To=GUARD_THERE, StatusCallback=site.hook_url)
        assert (made["from"], made["to"], made["num_segments"]) == (WHATSAPP, GUARD_THERE, "1")
        await site.fake.wait_idle()
        assert (await site.fake.handset(GUARD).read())[0].sid == made["sid"]
        await site.fake.wait_idle()
        assert (await site.fetch(made["sid"]))["status"] == "read"
        assert site.events() == ["sent", "delivered", "read"]
        assert [call.form.get("EventType") for call in site.received] == [None, None, None]
        assert [call.form.get("StructuredMessage") for call in site.received] == ["false", None, None]
        assert all(call.genuine for call in site.received)
        last = site.received[-1].form
        assert (last["ChannelPrefix"], last["ChannelInstallSid"]) == ("whatsapp", INSTALL)
        assert last["ChannelToAddress"] == "+1201555XXXX"
        assert "RawDlrDoneDate" not in last
        assert await site.fake.handset(GUARD).read() == []


async def test_a_failure_says_what_the_channel_said() -> None:
    async with connected() as site:
        await site.plant({"type": "delivery", "status": "undelivered", "error_code": 30008})
        await site.created(From=WHATSAPP, To=GUARD_THERE, StatusCallback=site.hook_url)
        await site.fake.wait_idle()
        last = site.received[-1].form
        assert (last["ErrorCode"], "EventType" in last) == ("30008", False)
        assert last["ChannelStatusMessage"] == "Unknown error"


async def test_nobody_tells_who_read_a_text() -> None:
    async with connected() as site:
        made = await site.created()
        await site.fake.wait_idle()
        assert (await site.control("POST", f"/handsets/{GUARD}/read"))["messages"] == []
        assert (await site.fetch(made["sid"]))["status"] == "delivered"


async def test_a_message_says_who_wrote_it() -> None:
    async with connected() as site:
        state = site.fake.context.state
        state.channel_senders.put(replace(state.channel_senders.rows[INSTALL], callback_url=site.hook_url))
        body = {"to": WHATSAPP, "body": "STOP", "profile_name": "Night guard"}
        message = await site.control("POST", f"/handsets/{GUARD}/messages", body, 201)
        assert (message["from"], message["to"]) == (GUARD_THERE, WHATSAPP)
        await site.fake.handset(GUARD).send(WHATSAPP, "again")
        await site.fake.handset(GATE).send(WHATSAPP, "me too")
        await site.fake.wait_idle()
        forms = {call.form["Body"]: call.form for call in site.received}
        assert [(form["ProfileName"], form["WaId"]) for form in forms.values()] == [
            ("Night guard", GUARD[1:]),
            ("Night guard", GUARD[1:]),
            ("(201) 555-0102", GATE[1:]),
        ]
        assert not {"FromCity", "ToCountry", "ChannelPrefix"} & set(forms["again"])
        assert site.fake.context.state.opted_out == set()
        assert [row.body for row in site.fake.handset(GUARD).messages] == ["STOP", "again"]


@pytest.mark.parametrize(
    ("content_type", "kind"),
    [("image/png", "image"), ("video/mp4", "video"), ("audio/ogg", "audio"), ("application/pdf", "document")],
)
async def test_a_message_says_what_kind_it_is(content_type: str, kind: str) -> None:
    def answer(call: Received) -> web.Response:
        return web.Response(body=b"x", content_type=content_type) if call.method == "GET" else web.Response()

    def document(url: str) -> dict[str, Any]:
        return seed(channel_senders=[{"sender": WHATSAPP, "callback_url": url}])

    async with wire(seed=document, answer=answer) as site:
        await site.fake.handset(GUARD).send(WHATSAPP, "only words")
        await site.fake.handset(GUARD).send(WHATSAPP, "look", [f"{site.hook_url}/medium"])
        await site.fake.wait_idle()
        kinds = [call.form["MessageType"] for call in site.received if call.method == "POST"]
        assert sorted(kinds) == sorted(["text", kind])


async def test_an_answer_goes_back_on_the_same_channel() -> None:
    sid = f"EH{'5' * 32}"
    twiml = "<Response><Message>ok</Message></Response>"
    senders = [{"sender": WHATSAPP, "callback_url": f"https://handler.twilio.com/twiml/{sid}"}]
    async with wire(seed=seed(channel_senders=senders, twiml_bins=[{"sid": sid, "twiml": twiml}])) as site:
        await site.fake.handset(GUARD).send(WHATSAPP, "hello")
        await site.fake.wait_idle()
        reply = site.fake.handset(GUARD).messages[-1]
        assert (reply.body, reply.sender, reply.to) == ("ok", WHATSAPP, GUARD_THERE)


async def test_the_sandbox_is_everybodys() -> None:
    async with connected() as site:
        await site.created(From="whatsapp:+14155238886", To=GUARD_THERE, StatusCallback=site.hook_url)
        await site.fake.wait_idle()
        assert site.received[0].form["ChannelInstallSid"].startswith("XE")


async def test_a_service_has_them_in_its_pool() -> None:
    async with connected() as site:
        async with site.create(To=GUARD_THERE, From="", MessagingServiceSid=SERVICE) as answer:
            assert (answer.status, (await answer.json())["code"]) == (400, 21703)
        status, member = await call(site, "POST", "", Sid=INSTALL)
        assert (status, member["sender"], member["sender_type"]) == (201, WHATSAPP, "WhatsApp")
        await call(site, "POST", "", Sid=AGENT)
        assert [row["sender"] for row in (await call(site, "GET", ""))[1]["senders"]] == [WHATSAPP, RCS]
        assert (await call(site, "GET", f"/{AGENT}"))[1]["sender_type"] == "RCS"
        assert await sender(site, GUARD_THERE) == WHATSAPP
        assert await sender(site, f"rcs:{GUARD}") == RCS
        assert await sender(site, GUARD) == OURS
        assert (await call(site, "DELETE", f"/{INSTALL}"))[0] == 204
        assert (await call(site, "DELETE", f"/{INSTALL}"))[0] == 404


async def test_rcs_reaches_some_and_the_others_are_texted() -> None:
    async with connected(service={"channel_senders": [RCS]}, rcs=[GUARD]) as site:
        assert await sender(site, GUARD, FallbackFrom=OURS) == RCS
        assert await sender(site, GATE) == OURS
        assert (await site.control("POST", f"/handsets/{GUARD}/read"))["messages"][0]["from"] == RCS


async def test_a_service_announces_what_its_channel_sender_is_told_to() -> None:
    async with wire() as outer:
        senders = [{"sender": WHATSAPP, "status_callback_url": outer.hook_url}]
        async with wire(seed=seed(channel_senders=senders)) as site:
            await site.created(From=WHATSAPP, To=GUARD_THERE)
            await site.fake.wait_idle()
        assert outer.events() == ["sent", "delivered"]


async def test_they_survive_a_snapshot() -> None:
    async with connected(service={"channel_senders": [WHATSAPP]}) as site:
        await site.fake.handset(GUARD).send(WHATSAPP, "hi", profile_name="Night guard")
        kept = await site.control("GET", "/snapshot")
        await site.control("POST", "/reset")
        await call(site, "DELETE", f"/{INSTALL}")
        await site.control("PUT", "/snapshot", kept)
        assert await sender(site, GUARD_THERE) == WHATSAPP
        assert site.fake.context.state.profile_names == {GUARD: "Night guard"}


async def test_the_phones_are_those_of_people_whatever_they_write_on() -> None:
    async with connected() as site:
        await site.fake.handset(GATE).send(WHATSAPP, "hello")
        handsets = (await site.control("GET", "/handsets"))["handsets"]
        assert [row["number"] for row in handsets] == [GUARD, GATE]
        (account,) = (await site.control("GET", "/accounts"))["accounts"]
        assert (account["short_codes"], account["channel_senders"]) == ([], [WHATSAPP, RCS])
