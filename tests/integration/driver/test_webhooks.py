"""The signed webhook and the receipts, alone and with polling: one event per SID, whatever is lost or duplicated."""

import asyncio
from pathlib import Path

import pytest

from harness.loopback import free_port
from support.driver_site import GUARD, OURS, Site, settings, site
from support.driver_webhooks import post, webhook_site


async def texts(here: Site) -> list[object]:
    return [event["parameters"]["Message Content"] for event in await here.events("Message Received")]


def inbound(here: Site, sid: str = "SM" + "1" * 32, body: str = "hello", **more: str) -> dict[str, str]:
    return {
        "MessageSid": sid,
        "AccountSid": here.fake.account_sid,
        "From": GUARD,
        "To": OURS,
        "Body": body,
        "NumMedia": "0",
        **more,
    }


@pytest.mark.parametrize("mode", ["webhook", "both"])
async def test_a_text_arrives_at_once_and_once(tmp_path: Path, mode: str) -> None:
    async with webhook_site(tmp_path, mode) as here:
        await here.fake.handset(GUARD).send(OURS, "quick")
        await here.clock.wait_idle()
        assert await texts(here) == ["quick"]
        await here.clock.advance(700)
        assert await texts(here) == ["quick"]


async def test_a_lost_webhook_costs_delay_and_no_message(tmp_path: Path) -> None:
    async with webhook_site(tmp_path, "webhook", sms_path="/nowhere") as here:
        await here.fake.handset(GUARD).send(OURS, "lost on the way")
        await here.clock.advance(299)
        assert await texts(here) == []
        await here.clock.advance(10)
        assert await texts(here) == ["lost on the way"]


async def test_receipts_come_by_callback(tmp_path: Path) -> None:
    async with webhook_site(tmp_path) as here:
        execution = await here.send("Fire")
        assert (await here.execution(execution))["delivery"] == "delivered"
        assert len(await here.events("MessageDelivered")) == 1
        assert not [exchange for exchange in here.fake.requests if exchange.operation == "messages.fetch"]


async def test_a_receipt_out_of_order_moves_nothing_back(tmp_path: Path) -> None:
    async with webhook_site(tmp_path) as here:
        execution = await here.send("Fire")
        sid = (await here.execution(execution))["messageSid"]
        form = {"MessageSid": sid, "MessageStatus": "sent", "AccountSid": here.fake.account_sid}
        assert await post(here, "/twilio/status", form) == 204
        assert (await here.execution(execution))["delivery"] == "delivered"


async def test_receipts_that_come_at_the_same_moment_are_taken_in_one_after_another(tmp_path: Path) -> None:
    async with webhook_site(tmp_path) as here:
        here.fault({"type": "callback_drop"}, "callback", times=None)
        execution = await here.send("Fire")
        sid = (await here.execution(execution))["messageSid"]
        shown = [{"MessageSid": sid, "MessageStatus": "delivered", "AccountSid": here.fake.account_sid}] * 4
        assert await asyncio.gather(*(post(here, "/twilio/status", form) for form in shown)) == [204] * 4
        assert (await here.execution(execution))["delivery"] == "delivered"
        assert len(await here.events("MessageDelivered")) == 1


async def test_a_wrong_signature_is_refused_and_counted(tmp_path: Path) -> None:
    async with webhook_site(tmp_path) as here:
        assert await post(here, "/twilio/sms", inbound(here), signature="bm90IHRoZSBzaWduYXR1cmU=") == 403
        assert await post(here, "/twilio/sms", inbound(here), signature="") == 403
        assert await post(here, "/twilio/sms", inbound(here), token="some-other-token") == 403
        assert await texts(here) == []
        assert 'sms_driver_webhooks_refused_total{reason="signature"} 3.0' in await here.client.metrics()


async def test_both_tokens_are_good_while_rotating(tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here:
        port = free_port()
        receive = {"mode": "both", "webhook_port": port, "public_url": f"http://127.0.0.1:{port}"}
        config = settings(here.fake, tmp_path, receive=receive, twilio={"auth_token_secondary": "the-next-token"})
        async with here.running(config):
            assert await post(here, "/twilio/sms", inbound(here, "SM" + "a" * 32)) == 200
            assert await post(here, "/twilio/sms", inbound(here, "SM" + "b" * 32), token="the-next-token") == 200
            assert len(await texts(here)) == 2


async def test_a_replayed_request_makes_no_second_event(tmp_path: Path) -> None:
    async with webhook_site(tmp_path) as here:
        for _ in range(3):
            assert await post(here, "/twilio/sms", inbound(here)) == 200
        assert await texts(here) == ["hello"]


async def test_media_are_listed_in_the_event(tmp_path: Path) -> None:
    async with webhook_site(tmp_path) as here:
        form = inbound(here, NumMedia="1", MediaUrl0="https://api.twilio.com/media/ME1", MediaContentType0="image/png")
        assert await post(here, "/twilio/sms", form) == 200
        [event] = await here.events("Message Received")
        assert event["parameters"]["Media"] == ["https://api.twilio.com/media/ME1"]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"AccountSid": "AC" + "f" * 32}, 403),
        ({"From": ""}, 400),
        ({"Body": "x" * 70_000}, 413),
        ({f"Field{n}": "" for n in range(400)}, 400),
    ],
)
async def test_what_is_not_a_text_for_us_is_refused(tmp_path: Path, change: dict[str, str], status: int) -> None:
    async with webhook_site(tmp_path) as here:
        assert await post(here, "/twilio/sms", {**inbound(here), **change}) == status
        assert await texts(here) == []


async def test_an_address_twilio_cannot_use_costs_the_callback_and_no_text(tmp_path: Path) -> None:
    async with webhook_site(tmp_path) as here:
        here.fault({"type": "http_error", "status": 400, "code": 21609})
        execution = await here.send("Fire")
        await here.clock.advance(20)
        assert here.received() == ["Fire"]
        assert (await here.execution(execution))["delivery"] == "delivered"
        system = await here.asset("twilio")
        assert [fault["cause"] for fault in system["facts"]["faults"]] == ["webhook_invalid"]
