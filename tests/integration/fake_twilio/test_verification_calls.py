"""Verifying a number: the call comes in time, the code is entered on the phone, and a callback reports the outcome."""

from typing import Any

import pytest
from yarl import URL

from support.fake_wire import ACCOUNT, GATE, GUARD, OURS, Wire, seed, wire

OTHER = f"AC{'9' * 32}"


async def ask(site: Wire, **form: str) -> tuple[int, Any]:
    """Request the verification of a number."""
    url = f"{site.fake.base_url}/2010-04-01/Accounts/{ACCOUNT}/OutgoingCallerIds.json"
    async with site.session.post(url, data={"PhoneNumber": GATE, **form}) as answer:
        return answer.status, await answer.json()


async def calls(site: Wire) -> list[Any]:
    """Return the phone's call log."""
    return list((await site.control("GET", f"/handsets/{GATE}/calls"))["calls"])


async def verified(site: Wire) -> list[str]:
    """Return the account's verified callers as the API lists them."""
    url = f"{site.fake.base_url}/2010-04-01/Accounts/{ACCOUNT}/OutgoingCallerIds.json"
    async with site.session.get(url) as answer:
        return [row["phone_number"] for row in (await answer.json())["outgoing_caller_ids"]]


async def test_the_code_on_the_phone_verifies_it_and_the_callback_says_so() -> None:
    async with wire(seed=seed(type="Trial")) as site:
        status, asked = await ask(site, FriendlyName="Gate", StatusCallback=site.hook_url, Extension="12w#")
        assert (status, asked["friendly_name"]) == (200, "Gate")
        (ringing,) = await calls(site)
        assert (ringing["validation_code"], ringing["call_status"]) == (asked["validation_code"], "in-progress")
        assert (ringing["call_sid"], ringing["extension"]) == (asked["call_sid"], "12w#")
        entered = await site.control("POST", f"/handsets/{GATE}/validations", {"code": ringing["validation_code"]}, 201)
        await site.fake.wait_idle()
        (shown,) = site.received
        assert shown.genuine
        assert (shown.form["VerificationStatus"], shown.form["CallStatus"]) == ("success", "completed")
        assert (shown.form["OutgoingCallerIdSid"], shown.form["CallSid"]) == (entered["sid"], asked["call_sid"])
        assert (shown.form["To"], shown.form["AccountSid"]) == (GATE, ACCOUNT)
        assert await verified(site) == [GUARD, GATE]
        assert (await site.created(To=GATE))["to"] == GATE
        assert [call["outcome"] for call in await calls(site)] == ["success"]
        await site.control("POST", f"/handsets/{GATE}/validations", {"code": ringing["validation_code"]}, 404)
        assert (await ask(site))[1]["code"] == 21450


async def test_it_rings_when_the_delay_is_over() -> None:
    async with wire() as site:
        _, asked = await ask(site, CallDelay="60")
        code = {"code": asked["validation_code"]}
        assert await calls(site) == []
        await site.control("POST", f"/handsets/{GATE}/validations", code, 404)
        await site.control("POST", "/clock/advance", {"seconds": 59})
        await site.control("POST", f"/handsets/{GATE}/validations", code, 404)
        await site.control("POST", "/clock/advance", {"seconds": 1})
        assert [call["call_status"] for call in await calls(site)] == ["in-progress"]
        handsets = (await site.control("GET", "/handsets"))["handsets"]
        assert {row["number"]: row["called"] for row in handsets} == {GUARD: False, GATE: True}
        await site.control("POST", f"/handsets/{GATE}/validations", code, 201)


@pytest.mark.parametrize("call_status", ["no-answer", "busy", "completed"])
async def test_a_call_that_ends_without_the_code_fails(call_status: str) -> None:
    async with wire() as site:
        await ask(site, StatusCallback=f"{site.hook_url}?site=7", StatusCallbackMethod="GET")
        ended = await site.control("POST", f"/handsets/{GATE}/calls/end", {"call_status": call_status}, 200)
        assert [row["outcome"] for row in ended["calls"]] == ["failed"]
        await site.fake.wait_idle()
        (attempt,) = site.fake.webhooks
        sent = URL(f"{site.hook_url}?{attempt.body}").query
        assert (attempt.method, sent["VerificationStatus"], sent["CallStatus"]) == ("GET", "failed", call_status)
        assert "OutgoingCallerIdSid" not in sent
        assert await verified(site) == [GUARD]
        await site.control("POST", f"/handsets/{GATE}/calls/end", {}, 404)


async def test_the_third_wrong_code_ends_it() -> None:
    async with wire() as site:
        _, asked = await ask(site, StatusCallback=site.hook_url)
        for _ in range(3):
            await site.control("POST", f"/handsets/{GATE}/validations", {"code": "wrong"}, 409)
        await site.control("POST", f"/handsets/{GATE}/validations", {"code": asked["validation_code"]}, 404)
        await site.fake.wait_idle()
        assert [call.form["VerificationStatus"] for call in site.received] == ["failed"]


async def test_a_callback_that_fails_leaves_an_alert() -> None:
    async with wire() as site:
        _, asked = await ask(site, StatusCallback="http://127.0.0.1:1/")
        await site.control("POST", f"/handsets/{GATE}/calls/end", {}, 200)
        await site.fake.wait_idle()
        (alert,) = site.fake.context.state.alerts
        assert (alert.code, alert.resource_sid) == (11205, asked["call_sid"])


@pytest.mark.parametrize(
    ("code", "form"),
    [
        (21401, {"PhoneNumber": ""}),
        (21401, {"PhoneNumber": "nobody"}),
        (21449, {"PhoneNumber": OURS}),
        (21450, {"PhoneNumber": GUARD}),
        (21454, {"CallDelay": "61"}),
        (21454, {"CallDelay": "-1"}),
        (21454, {"CallDelay": f"{'0' * 12}61"}),
        (20002, {"FriendlyName": "x" * 65}),
        (20001, {"Extension": "first floor"}),
        (21609, {"StatusCallback": "nonsense"}),
        (21403, {"StatusCallbackMethod": "PUT"}),
    ],
)
async def test_what_cannot_be_verified_is_refused(code: int, form: dict[str, str]) -> None:
    async with wire() as site:
        status, problem = await ask(site, **form)
        assert (status, problem["code"]) == (400, code)
        assert await calls(site) == []


async def test_a_number_of_another_trial_is_refused() -> None:
    document = seed(type="Trial")
    document["accounts"].append({"sid": OTHER, "auth_token": "t", "type": "Trial", "verified": [GATE]})
    async with wire(seed=document) as site:
        assert (await ask(site))[1]["code"] == 21453


async def test_a_call_goes_on_after_a_snapshot() -> None:
    async with wire() as site:
        _, asked = await ask(site, CallDelay="30", StatusCallback=site.hook_url)
        kept = await site.control("GET", "/snapshot")
        await site.control("POST", "/reset")
        await site.control("PUT", "/snapshot", kept)
        assert await calls(site) == []
        await site.control("POST", "/clock/advance", {"seconds": 30})
        await site.control("POST", f"/handsets/{GATE}/validations", {"code": asked["validation_code"]}, 201)
        await site.fake.wait_idle()
        assert [call.form["VerificationStatus"] for call in site.received] == ["success"]
