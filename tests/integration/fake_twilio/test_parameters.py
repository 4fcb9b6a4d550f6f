"""Rarely used parameters: each is validated and does what its description says."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from support.fake_wire import ACCOUNT, GATE, GUARD, OURS, Wire, seed, wire

SERVICE = f"MG{'2' * 32}"
CHILD = f"AC{'8' * 32}"
API = "/2010-04-01/Accounts"
HOSTED = "+12015550111"


@asynccontextmanager
async def fake(**account: Any) -> AsyncIterator[Wire]:
    """Open a fake with a service, a hosted beta number, and a subaccount."""
    numbers = [{"phone_number": OURS}, {"phone_number": HOSTED, "origin": "hosted", "beta": True}]
    document = seed(messaging_services=[{"sid": SERVICE, "numbers": [OURS]}], numbers=numbers, **account)
    child = {"sid": CHILD, "auth_token": "child", "owner": ACCOUNT, "numbers": [{"phone_number": "+12015550120"}]}
    document["accounts"].append(child)
    async with wire(seed=document) as site:
        yield site


@pytest.mark.parametrize(
    ("code", "form"),
    [
        *((20001, {name: "perhaps"}) for name in ("ProvideFeedback", "ForceDelivery", "SmartEncoded", "SendAsMms")),
        (20001, {"Attempt": "first"}),
        (21627, {"MaxPrice": "cheap"}),
        (20001, {"RiskCheck": "off"}),
        (20001, {"TrafficType": "paid"}),
        (20001, {"MessageIntent": "boredom"}),
        (20001, {"ShortenUrls": "perhaps", "MessagingServiceSid": SERVICE}),
        (20001, {"ShortenUrls": "true"}),
        (21664, {"FallbackFrom": OURS}),
        (21664, {"FallbackFrom": OURS, "MessagingServiceSid": SERVICE}),
    ],
)
async def test_a_value_that_makes_no_sense_is_refused(code: int, form: dict[str, str]) -> None:
    async with fake() as site, site.create(**form) as answer:
        assert (answer.status, (await answer.json())["code"]) == (400, code)


async def test_values_that_make_sense_are_taken() -> None:
    async with fake() as site:
        options = {"ProvideFeedback": "true", "Attempt": "2", "MaxPrice": "0.05", "RiskCheck": "disable"}
        more = {"TrafficType": "free", "MessageIntent": "otp", "PersistentAction": "geo:40.7,-74.0|Gate"}
        shorten = {"ShortenUrls": "True", "MessagingServiceSid": SERVICE}
        made = await site.created(**options, **more, **shorten)
        message = site.fake.context.state.message(ACCOUNT, made["sid"])
        assert message is not None
        kept = message.options
        assert (kept.provide_feedback, kept.attempt, kept.max_price, kept.risk_check) == (True, 2, "0.05", "disable")
        assert (kept.traffic_type, kept.message_intent, kept.shorten_urls) == ("free", "otp", True)
        assert kept.persistent_actions == ("geo:40.7,-74.0|Gate",)


@pytest.mark.parametrize("sender", ["no sender at all", "+12015550199", "+12015550120", "rcs:agent"])
async def test_a_fallback_is_a_sender_of_the_account(sender: str) -> None:
    agent = [{"sender": "rcs:agent"}]
    services = [{"sid": SERVICE, "numbers": [OURS], "channel_senders": ["rcs:agent"]}]
    document = seed(channel_senders=agent, messaging_services=services)
    document["accounts"].append({"sid": CHILD, "auth_token": "c", "numbers": [{"phone_number": "+12015550120"}]})
    form = {"From": "", "MessagingServiceSid": SERVICE, "FallbackFrom": sender}
    async with wire(seed=document) as site, site.create(**form) as answer:
        assert (answer.status, (await answer.json())["code"]) == (400, 21665)


async def test_a_fallback_sends_where_rcs_does_not_reach() -> None:
    agent = [{"sender": "rcs:agent"}]
    services = [{"sid": SERVICE, "numbers": [OURS], "channel_senders": ["rcs:agent"]}]
    numbers = [{"phone_number": OURS}, {"phone_number": HOSTED}]
    document = seed(channel_senders=agent, messaging_services=services, numbers=numbers) | {"rcs": [GATE]}
    async with wire(seed=document) as site:
        senders = []
        for to in (GUARD, GATE):
            made = await site.created(To=to, From="", MessagingServiceSid=SERVICE, FallbackFrom=HOSTED)
            await site.fake.wait_idle()
            senders.append((await site.fetch(made["sid"]))["from"])
        assert senders == [HOSTED, "rcs:agent"]


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [("Usecase", "spam", 21713), ("MmsConverter", "perhaps", 20001), ("ScanMessageContent", "maybe", 20001)],
)
async def test_settings_of_a_service_are_checked(name: str, value: str, code: int) -> None:
    async with fake() as site:
        status, problem = await site.call("POST", f"/v1/Services/{SERVICE}", **{name: value})
        assert (status, problem["code"]) == (400, code)


async def test_settings_of_a_service_are_kept() -> None:
    async with fake() as site:
        form = {"Usecase": "poll", "MmsConverter": "false", "ScanMessageContent": "disable"}
        more = {"FallbackToLongCode": "false", "SynchronousValidation": "true"}
        await site.call("POST", f"/v1/Services/{SERVICE}", **form, **more)
        _, row = await site.call("GET", f"/v1/Services/{SERVICE}")
        assert (row["usecase"], row["mms_converter"], row["scan_message_content"]) == ("poll", False, "disable")
        assert (row["fallback_to_long_code"], row["synchronous_validation"]) == (False, True)


async def test_media_are_listed_by_their_day() -> None:
    async with fake() as site:
        made = await site.created()
        message = site.fake.context.state.message(ACCOUNT, made["sid"])
        assert message is not None
        first = site.fake.backend.media.keep(message, "image/png", b"png")
        await site.control("POST", "/clock/advance", {"seconds": 86_400})
        second = site.fake.backend.media.keep(message, "image/png", b"png")
        path = f"{API}/{ACCOUNT}/Messages/{made['sid']}/Media.json"
        for query, expected in (
            ({"DateCreated": "2026-01-01"}, [first.sid]),
            ({"DateCreated>": "2026-01-02"}, [second.sid]),
            ({"DateCreated<": "2026-01-01"}, [first.sid]),
            ({"DateCreated<": "2025-12-31"}, []),
            ({}, [first.sid, second.sid]),
        ):
            _, page = await site.call("GET", path, **query)
            assert [row["sid"] for row in page["media_list"]] == expected, query
        assert (await site.call("GET", path, DateCreated="yesterday"))[1]["code"] == 20001
        _, page = await site.call("GET", path, **{"DateCreated>": "2026-01-01", "PageSize": "1"})
        assert "DateCreated%3E=2026-01-01" in page["next_page_uri"]


async def test_usage_counts_subaccounts_unless_it_is_told_not_to() -> None:
    async with fake() as site:
        await site.created()
        async with site.session.post(
            f"{site.fake.base_url}{API}/{CHILD}/Messages.json", data={"To": GUARD, "From": "+12015550120", "Body": "x"}
        ) as answer:
            assert answer.status == 201
        await site.fake.wait_idle()
        path = f"{API}/{ACCOUNT}/Usage/Records/Today.json"
        for query, count in (({}, "2"), ({"IncludeSubaccounts": "true"}, "2"), ({"IncludeSubaccounts": "false"}, "1")):
            _, page = await site.call("GET", path, Category="sms", **query)
            assert page["usage_records"][0]["count"] == count, query
        assert (await site.call("GET", path, IncludeSubaccounts="some"))[1]["code"] == 20001
        _, page = await site.call("GET", f"{API}/{CHILD}/Usage/Records/Today.json", Category="sms")
        assert page["usage_records"][0]["count"] == "1"


async def test_usage_of_other_products_is_none() -> None:
    async with fake() as site:
        await site.created()
        await site.fake.wait_idle()
        path = f"{API}/{ACCOUNT}/Usage/Records/Today.json"
        (row,) = (await site.call("GET", path, Category="calls-inbound"))[1]["usage_records"]
        assert (row["category"], row["description"], row["count"]) == ("calls-inbound", "Calls inbound", "0")
        assert (row["usage"], row["price"], row["usage_unit"]) == ("0", "0", "")
        for category, usage in (("sms-outbound", "1"), ("totalprice", "0.00830")):
            (row,) = (await site.call("GET", path, Category=category))[1]["usage_records"]
            assert (row["usage"], row["price"], row["price_unit"]) == (usage, "0.00830", "usd")
        assert (await site.call("GET", path, Category="Not a category"))[1]["code"] == 20001


async def test_usage_is_asked_for_by_distance_from_today() -> None:
    async with fake() as site:
        await site.created()
        await site.fake.wait_idle()
        await site.control("POST", "/clock/advance", {"seconds": 3 * 86_400})
        path = f"{API}/{ACCOUNT}/Usage/Records.json"
        for start, count in (("-3days", "1"), ("-2days", "0"), ("-3 days", "1")):
            _, page = await site.call("GET", path, Category="sms", StartDate=start)
            assert page["usage_records"][0]["count"] == count, start
        assert (await site.call("GET", path, StartDate="-999999days"))[1]["code"] == 20001


async def test_numbers_are_listed_by_origin_and_newness() -> None:
    async with fake() as site:
        path = f"{API}/{ACCOUNT}/IncomingPhoneNumbers.json"
        for query, expected in (
            ({"Origin": "hosted"}, [HOSTED]),
            ({"Origin": "twilio"}, [OURS]),
            ({"Beta": "false"}, [OURS]),
            ({"Beta": "true"}, [OURS, HOSTED]),
        ):
            _, page = await site.call("GET", path, **query)
            assert [row["phone_number"] for row in page["incoming_phone_numbers"]] == expected, query
        for query in ({"Origin": "stolen"}, {"Beta": "perhaps"}):
            assert (await site.call("GET", path, **query))[1]["code"] == 20001


async def test_the_version_of_the_api_is_kept() -> None:
    async with fake() as site:
        sid = site.fake.context.state.senders[OURS].sid
        for path in (f"{API}/{ACCOUNT}/IncomingPhoneNumbers/{sid}.json", f"{API}/{ACCOUNT}/Applications.json"):
            _, row = await site.call("POST", path, ApiVersion="2008-08-01")
            assert row["api_version"] == "2008-08-01"
            assert (await site.call("POST", path, ApiVersion="1.0"))[1]["code"] == 20001


async def test_a_number_moves_to_a_subaccount_and_leaves_its_pool() -> None:
    async with fake() as site:
        sid = site.fake.context.state.senders[OURS].sid
        path = f"{API}/{ACCOUNT}/IncomingPhoneNumbers/{sid}.json"
        status, row = await site.call("POST", path, AccountSid=CHILD, FriendlyName="Moved")
        assert (status, row["account_sid"], row["friendly_name"]) == (200, CHILD, "Moved")
        assert (await site.call("GET", path))[0] == 404
        assert (await site.call("GET", path.replace(ACCOUNT, CHILD)))[1]["sid"] == sid
        async with site.create() as answer:
            assert (await answer.json())["code"] == 21660
        async with site.create(From="", MessagingServiceSid=SERVICE) as answer:
            assert (await answer.json())["code"] == 21704


async def test_a_mail_that_nobody_gets_cannot_be_half_suppressed() -> None:
    async with fake() as site:
        path = "/v1/AuthTokens/Secondary"
        assert (await site.call("POST", path, SuppressEmailNotification="half"))[1]["code"] == 20001
        assert (await site.call("POST", path, SuppressEmailNotification="true"))[0] == 201


async def test_retention_and_smart_encoding() -> None:
    async with wire() as site:
        sid = (await site.created("secret", ContentRetention="discard", AddressRetention="obfuscate"))["sid"]
        await site.fake.wait_idle()
        row = await site.fetch(sid)
        assert (row["body"], row["to"]) == ("", "+1201555XXXX")
        assert (await site.created("it\u2019s", SmartEncoded="true"))["body"] == "it's"
