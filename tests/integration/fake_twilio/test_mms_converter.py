"""Media to countries without MMS: a message with links, or a refusal."""

import re
from typing import Any

from aiohttp import web

from support.fake_wire import ACCOUNT, GUARD, OURS, Received, Wire, seed, wire

SERVICE = f"MG{'2' * 32}"
BRITISH = "+447400123456"


def picture(_: Received) -> web.Response:
    return web.Response(body=b"png", content_type="image/png")


def abroad(**service: Any) -> dict[str, Any]:
    """Return a seed with a service that may also text Great Britain."""
    services = [{"sid": SERVICE, "numbers": [OURS], **service}]
    return seed(messaging_services=services, geo_permissions=["US", "GB"])


async def sent(site: Wire, **form: str) -> dict[str, Any]:
    """Send a picture and return the final state of the message."""
    made = await site.created(MediaUrl=f"{site.hook_url}/gate.png", **form)
    assert made["sid"].startswith("MM")
    await site.fake.wait_idle()
    return await site.fetch(made["sid"])


async def test_they_become_links_where_there_is_no_mms() -> None:
    async with wire(seed=abroad(), answer=picture) as site:
        for sender in ({}, {"From": "", "MessagingServiceSid": SERVICE}):
            row = await sent(site, To=BRITISH, **sender)
            text, link = row["body"].split("\n")
            assert (text, row["num_media"], row["num_segments"], row["status"]) == ("hello", "1", "1", "delivered")
            async with site.session.get(link) as answer:
                assert await answer.read() == b"png"
            assert [shown.body for shown in site.fake.handset(BRITISH).messages][-1] == row["body"]
            assert row["price"] == "-0.04000"
        url = f"{site.fake.base_url}/2010-04-01/Accounts/{ACCOUNT}/Usage/Records/Today.json?Category=mms"
        async with site.session.get(url) as answer:
            assert (await answer.json())["usage_records"][0]["count"] == "0"


async def test_a_long_text_with_links_counts_its_segments() -> None:
    async with wire(seed=abroad(), answer=picture) as site:
        row = await sent(site, To=BRITISH, Body="a" * 150)
        assert row["num_segments"] == "2"
        assert re.fullmatch("a{150}\nhttp://.*/media/AC.*/ME.*", row["body"])


async def test_they_stay_media_where_there_is_mms() -> None:
    async with wire(seed=abroad(mms_converter=False), answer=picture) as site:
        row = await sent(site, To=GUARD, From="", MessagingServiceSid=SERVICE)
        assert (row["body"], row["num_segments"], row["price"]) == ("hello", "1", "-0.02000")


async def test_a_service_without_the_converter_refuses_them() -> None:
    async with wire(seed=abroad(mms_converter=False), answer=picture) as site:
        form = {"To": BRITISH, "From": "", "MessagingServiceSid": SERVICE, "MediaUrl": f"{site.hook_url}/gate.png"}
        async with site.create(**form) as answer:
            assert (answer.status, (await answer.json())["code"]) == (400, 21612)
        assert site.fake.messages == []
        await site.created(To=BRITISH, From="", MessagingServiceSid=SERVICE)
