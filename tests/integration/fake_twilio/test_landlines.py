"""Numbers that cannot receive messages: refused at once, or with forced delivery accepted and lost."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from support.fake_wire import GUARD, OURS, Wire, seed, wire

OFFICE, ABROAD, NOWHERE = "+12015550150", "+442071234567", "+12015550151"
NO_ROUTE = (
    "Message cannot be sent with the current combination of 'To' (+1201555XXXX) and/or 'From' (+12015550100) parameters"
)


@asynccontextmanager
async def site() -> AsyncIterator[Wire]:
    """Open a fake with two landlines and one unreachable number."""
    known: dict[str, Any] = {
        **seed(geo_permissions=["US", "GB"]),
        "landlines": [OFFICE, ABROAD],
        "unreachable": [NOWHERE],
    }
    async with wire(seed=known) as here:
        yield here


@pytest.mark.parametrize(
    ("to", "code", "text"),
    [
        (OFFICE, 21635, "'To' number cannot be a landline"),
        (ABROAD, 21614, "'To' number: +44207123XXXX, is not a valid mobile number"),
        (NOWHERE, 21612, NO_ROUTE),
    ],
)
async def test_what_cannot_be_texted_is_refused(to: str, code: int, text: str) -> None:
    async with site() as here, here.create(To=to) as answer:
        shown = await answer.json()
        assert (answer.status, shown["code"], shown["message"]) == (400, code, text)


@pytest.mark.parametrize("to", [OFFICE, ABROAD])
async def test_a_text_forced_on_a_landline_is_lost(to: str) -> None:
    async with site() as here:
        sent = await here.created(To=to, ForceDelivery="true")
        await here.fake.wait_idle()
        shown = await here.fetch(sent["sid"])
        assert (shown["status"], shown["error_code"]) == ("undelivered", 30006)
        assert here.fake.handset(to).messages == []


async def test_no_force_reaches_where_no_route_leads() -> None:
    async with site() as here, here.create(To=NOWHERE, ForceDelivery="true") as answer:
        assert (await answer.json())["code"] == 21612


async def test_a_twilio_number_that_can_only_talk_gets_no_texts() -> None:
    talks = {"phone_number": OFFICE, "capabilities": ["voice"]}
    async with wire(seed=seed(numbers=[{"phone_number": OURS}, talks])) as here:
        await here.fake.handset(GUARD).send(OFFICE, "hello")
        await here.fake.wait_idle()
        assert await here.listed() == []
        sent = await here.created(To=OFFICE)
        await here.fake.wait_idle()
        shown = await here.fetch(sent["sid"])
        assert (shown["status"], shown["error_code"], await here.listed()) == ("undelivered", 30006, ["hello"])
