"""Accounts that are suspended, closed or out of money: who may change that, and what happens to their messages."""

from datetime import timedelta
from typing import Any

import pytest

from support.fake_wire import ACCOUNT, GATE, GUARD, OURS, Wire, seed, wire

SERVICE = f"MG{'2' * 32}"
CHILD, CHILD_TOKEN, THEIRS = f"AC{'9' * 32}", "token-of-the-child", "+12015550120"
ACCOUNTS = "/2010-04-01/Accounts"


def family(**account: Any) -> dict[str, Any]:
    """Return a seed with an account and a subaccount, each with a number."""
    document = seed(messaging_services=[{"sid": SERVICE, "numbers": [OURS]}], **account)
    child = {"sid": CHILD, "auth_token": CHILD_TOKEN, "owner": ACCOUNT, "numbers": [{"phone_number": THEIRS}]}
    document["accounts"].append(child)
    return document


async def texts_to_the_child(site: Wire) -> list[str]:
    """Text the subaccount and return the bodies of all its messages."""
    await site.fake.handset(GATE).send(THEIRS, "hello")
    await site.fake.wait_idle()
    listed = await site.good("GET", f"{ACCOUNTS}/{CHILD}/Messages.json")
    return [row["body"] for row in listed["messages"]]


async def test_a_suspended_account_receives_nothing() -> None:
    async with wire(seed=family()) as site:
        await site.good("POST", f"{ACCOUNTS}/{CHILD}.json", Status="suspended")
        assert await texts_to_the_child(site) == []
        await site.good("POST", f"{ACCOUNTS}/{CHILD}.json", Status="active")
        assert await texts_to_the_child(site) == ["hello"]


async def test_an_account_without_money_receives_nothing() -> None:
    async with wire(seed=family(balance="0.01")) as site:
        assert await texts_to_the_child(site) == ["hello"]
        await site.control("POST", f"/accounts/{ACCOUNT}", {"balance": "-0.01"})
        assert await texts_to_the_child(site) == ["hello"]


async def test_an_account_that_is_closed_gives_its_numbers_back() -> None:
    async with wire(seed=family()) as site:
        await site.good("POST", f"{ACCOUNTS}/{CHILD}.json", Status="closed")
        listed = await site.good("GET", f"{ACCOUNTS}/{CHILD}/IncomingPhoneNumbers.json")
        assert listed["incoming_phone_numbers"] == []
        bought = await site.good("POST", f"{ACCOUNTS}/{ACCOUNT}/IncomingPhoneNumbers.json", PhoneNumber=THEIRS)
        assert bought["account_sid"] == ACCOUNT


@pytest.mark.parametrize("status", ["suspended", "closed"])
async def test_what_happens_to_an_owner_happens_to_its_subaccounts(status: str) -> None:
    async with wire(seed=family()) as site:
        await site.control("POST", f"/accounts/{ACCOUNT}", {"status": status})
        accounts = (await site.control("GET", "/accounts"))["accounts"]
        assert [(row["status"], row["numbers"] == []) for row in accounts] == [(status, status == "closed")] * 2


async def test_an_owner_that_is_closed_takes_along_the_subaccounts_that_were_suspended_before() -> None:
    async with wire(seed=family()) as site:
        await site.good("POST", f"{ACCOUNTS}/{CHILD}.json", Status="suspended")
        await site.control("POST", f"/accounts/{ACCOUNT}", {"status": "closed"})
        accounts = (await site.control("GET", "/accounts"))["accounts"]
        assert [(row["status"], row["numbers"]) for row in accounts] == [("closed", []), ("closed", [])]


@pytest.mark.parametrize("status", ["suspended", "closed"])
async def test_nobody_suspends_or_closes_themselves(status: str) -> None:
    async with wire(seed=family()) as site:
        assert (await site.call("POST", f"{ACCOUNTS}/{ACCOUNT}.json", Status=status))[1]["code"] == 21477
        own = (CHILD, CHILD_TOKEN)
        assert (await site.call("POST", f"{ACCOUNTS}/{CHILD}.json", *own, Status=status))[1]["code"] == 20006
        assert (await site.call("POST", f"{ACCOUNTS}/{CHILD}.json", *own, Status="active"))[0] == 200
        await site.good("POST", f"{ACCOUNTS}/{CHILD}.json", Status="suspended")
        assert (await site.call("POST", f"{ACCOUNTS}/{CHILD}.json", *own, Status="active"))[1]["code"] == 20006


async def test_what_twilio_has_sent_arrives_although_its_account_was_suspended_then() -> None:
    async with wire(seed=family(), pace="realistic") as site:
        sid = (await site.created())["sid"]
        while (await site.fetch(sid))["status"] != "sent":
            await site.fake.clock.advance(0.1)
        await site.control("POST", f"/accounts/{ACCOUNT}", {"status": "suspended"})
        await site.fake.clock.advance(60)
        assert (await site.fetch(sid))["status"] == "delivered"


async def test_what_waits_when_the_money_runs_out_fails() -> None:
    async with wire(seed=family()) as site:
        due = (site.fake.clock.now() + timedelta(hours=1)).isoformat()
        later = {"From": "", "MessagingServiceSid": SERVICE, "ScheduleType": "fixed", "SendAt": due}
        sid = (await site.created(To=GUARD, **later))["sid"]
        await site.control("POST", f"/accounts/{ACCOUNT}", {"balance": "-0.01"})
        await site.fake.clock.advance(3_601)
        row = await site.fetch(sid)
        assert (row["status"], row["error_code"]) == ("failed", 30002)
