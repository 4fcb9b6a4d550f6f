"""Messaging services: which sender they select, which messages they lose, and whom they block."""

from typing import Any

from aiohttp import web

from support.fake_wire import ACCOUNT, GUARD, OURS, Received, seed, wire

SERVICE = f"MG{'2' * 32}"


SECOND = "+13125550100"


def with_service(**service: Any) -> dict[str, Any]:
    """Return a seed with a service that has two numbers."""
    document = seed(numbers=[{"phone_number": OURS}, {"phone_number": SECOND}])
    document["accounts"][0]["messaging_services"] = [{"sid": SERVICE, "numbers": [OURS, SECOND], **service}]
    return document


async def test_a_service_chooses_near_by_and_sticks_to_it() -> None:
    async with wire(seed=with_service()) as site:
        site_state = site.fake.context.state
        for to, expected in (("+13125550150", SECOND), (GUARD, OURS), ("+14155550150", OURS)):
            sid = (await site.created(To=to, From="", MessagingServiceSid=SERVICE))["sid"]
            await site.fake.wait_idle()
            assert (await site.fetch(sid))["from"] == expected
        assert site_state.sticky == {
            f"{SERVICE} +13125550150": SECOND,
            f"{SERVICE} {GUARD}": OURS,
            f"{SERVICE} +14155550150": OURS,
        }


async def test_a_service_without_inbound_url_loses_texts() -> None:
    async with wire(seed=with_service()) as site:
        await site.text("lost")
        assert not await site.bodies()
        assert not site.received


async def test_stop_to_one_number_of_a_service_stops_all_of_it() -> None:
    async with wire(seed=with_service(use_inbound_webhook_on_number=True)) as site:
        await site.text("STOP", to=SECOND)
        async with site.create(From=OURS) as answer:
            assert (await answer.json())["code"] == 21610
        sid = (await site.created(From="", MessagingServiceSid=SERVICE))["sid"]
        await site.fake.wait_idle()
        row = await site.fetch(sid)
        assert (row["status"], row["error_code"]) == ("failed", 21610)


async def test_an_answer_in_twiml_is_sent_by_the_number_and_not_by_its_service() -> None:
    def answer(_: Received) -> web.Response:
        return web.Response(text="<Response><Message>on our way</Message></Response>", content_type="text/xml")

    async with wire(seed=lambda hook: with_service(inbound_request_url=hook), answer=answer) as site:
        await site.text("help at the gate", to=SECOND)
        incoming, reply = (await site.good("GET", f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"))["messages"][::-1]
        assert (incoming["direction"], incoming["messaging_service_sid"]) == ("inbound", SERVICE)
        assert (reply["direction"], reply["from"], reply["messaging_service_sid"]) == ("outbound-reply", SECOND, None)


async def test_a_service_can_lose_its_name_but_not_be_made_without_one() -> None:
    async with wire(seed=with_service()) as site:
        assert (await site.good("POST", f"/v1/Services/{SERVICE}", FriendlyName=""))["friendly_name"] == ""
        async with site.session.post(f"{site.fake.base_url}/v1/Services", data={"FriendlyName": ""}) as answer:
            assert (answer.status, (await answer.json())["code"]) == (400, 20001)
