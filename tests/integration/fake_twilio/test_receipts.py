"""Status callbacks: which statuses are reported for which way of sending, to which URL, with which fields."""

from typing import Any

import pytest

from support.fake_cases import LATER
from support.fake_seeds import SERVICE, TEXT_ONLY, whole_seed
from support.fake_wire import ACCOUNT, GUARD, OURS, Wire, seed, wire

BY_SERVICE = {"From": "", "MessagingServiceSid": SERVICE}
SCHEDULED = {**BY_SERVICE, "ScheduleType": "fixed", "SendAt": LATER}


async def announced(site: Wire, **form: str) -> list[str]:
    """Send a message with a status callback and return the reported statuses."""
    created = await site.created(StatusCallback=site.hook_url, **form)
    assert site.events() == []
    if "SendAt" in form:
        await site.fake.clock.advance(3599)
        assert site.events() == []
    await site.fake.clock.advance(60)
    assert created["status"] not in site.events()
    return site.events()


@pytest.mark.parametrize(
    ("form", "fate", "expected"),
    [
        ({}, None, ["sent", "delivered"]),
        ({}, {"status": "undelivered"}, ["sent", "undelivered"]),
        ({}, {"status": "failed"}, ["failed"]),
        ({}, {"status": "sent"}, ["sent"]),
        ({}, {"status": "queued"}, []),
        (BY_SERVICE, None, ["queued", "sent", "delivered"]),
        (BY_SERVICE, {"status": "failed"}, ["failed"]),
        (SCHEDULED, None, ["queued", "sent", "delivered"]),
        (SCHEDULED, {"status": "failed"}, ["failed"]),
    ],
)
@pytest.mark.parametrize("pace", ["instant", "realistic"])
async def test_what_is_announced(
    form: dict[str, str], fate: dict[str, str] | None, expected: list[str], pace: str
) -> None:
    async with wire(seed=whole_seed(), pace=pace) as site:
        if fate is not None:
            await site.plant({"type": "delivery", **fate})
        assert await announced(site, **form) == expected
        assert all(call.genuine for call in site.received)
        assert {call.method for call in site.received} <= {"POST"}


async def test_a_message_that_is_called_off() -> None:
    async with wire(seed=whole_seed()) as site:
        sid = (await site.created(**SCHEDULED, StatusCallback=site.hook_url))["sid"]
        async with site.session.post(f"{site.messages_url}/{sid}.json", data={"Status": "canceled"}) as answer:
            assert (await answer.json())["status"] == "canceled"
        await site.fake.wait_idle()
        assert site.events() == ["canceled"]


@pytest.mark.parametrize("status", ["delivered", "undelivered", "failed"])
async def test_the_form_of_the_last_receipt(status: str) -> None:
    async with wire(seed=whole_seed()) as site:
        await site.plant({"type": "delivery", "status": status})
        sid = (await site.created(**BY_SERVICE, StatusCallback=site.hook_url))["sid"]
        await site.fake.wait_idle()
        error = {
            "undelivered": {"ErrorCode": "30003"},
            "failed": {"ErrorCode": "30008"},
        }
        assert dict(site.received[-1].form) == {
            "MessageSid": sid,
            "SmsSid": sid,
            "MessageStatus": status,
            "SmsStatus": status,
            "AccountSid": ACCOUNT,
            "MessagingServiceSid": SERVICE,
            "From": TEXT_ONLY if status != "failed" else "",
            "To": GUARD,
            "ApiVersion": "2010-04-01",
            **({"RawDlrDoneDate": "2512311900"} if status != "failed" else {}),
            **error.get(status, {}),
        }


@pytest.mark.parametrize(
    ("form", "heard_by"),
    [
        ({"StatusCallback": "request", "ApplicationSid": "app", **BY_SERVICE}, "request"),
        ({"ApplicationSid": "app", **BY_SERVICE}, "application"),
        ({"StatusCallback": "request", **BY_SERVICE}, "request"),
        (BY_SERVICE, "service"),
        ({"StatusCallback": "request", "ApplicationSid": "app"}, "request"),
        ({"ApplicationSid": "app"}, "application"),
        ({}, None),
    ],
)
async def test_who_is_told(form: dict[str, str], heard_by: str | None) -> None:
    """The number's own StatusCallback is for calls; messages are never reported there."""

    def document(url: str) -> dict[str, Any]:
        made = whole_seed()
        made["accounts"][0]["messaging_services"][1]["status_callback"] = f"{url}/service"
        return made

    async with wire(seed=document) as site:
        base = f"{site.fake.base_url}/2010-04-01/Accounts/{ACCOUNT}"
        number = (await site.control("GET", "/snapshot"))["numbers"][0]["sid"]
        async with site.session.post(
            f"{base}/IncomingPhoneNumbers/{number}.json", data={"StatusCallback": f"{site.hook_url}/number"}
        ) as changed:
            assert changed.status == 200
        callback = {"MessageStatusCallback": f"{site.hook_url}/application"}
        async with site.session.post(f"{base}/Applications.json", data=callback) as made:
            application = (await made.json())["sid"]
        given = {"request": f"{site.hook_url}/request", "app": application}
        await site.created(**{name: given.get(value, value) for name, value in form.items()})
        await site.fake.wait_idle()
        assert {call.url.rpartition("/")[2] for call in site.received} == ({heard_by} if heard_by else set())


async def test_a_receipt_that_fails_is_not_made_again_and_leaves_an_alert() -> None:
    from aiohttp import web

    async with wire(seed=seed(), answer=lambda call: web.Response(status=500)) as site:
        await site.created(From=OURS, StatusCallback=site.hook_url)
        await site.fake.wait_idle()
        assert site.events() == ["sent", "delivered"]
        async with site.session.get(f"{site.fake.base_url}/v1/Alerts") as answer:
            assert [row["error_code"] for row in (await answer.json())["alerts"]] == ["11200"] * 2


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
            "RawDlrDoneDate": "2512311900",
            "SmsSid": created["sid"],
            "SmsStatus": "delivered",
            "MessageStatus": "delivered",
            "To": GUARD,
            "MessageSid": created["sid"],
            "AccountSid": ACCOUNT,
            "From": OURS,
            "ApiVersion": "2010-04-01",
        }
