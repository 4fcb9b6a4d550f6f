"""Facts about phone numbers and verified callers, one test each.

Sources: Twilio's API reference and OpenAPI specification, and responses seen on the wire.
"""

import re

import pytest
from aiohttp import web

from support.fake_wire import ACCOUNT, GUARD, OURS, Received, seed, wire

API = f"/2010-04-01/Accounts/{ACCOUNT}"


# Numbers


async def test_what_is_not_set_on_a_number_is_empty_for_texts_and_null_for_voice() -> None:
    async with wire(seed=seed()) as site:
        (row,) = (await site.good("GET", f"{API}/IncomingPhoneNumbers.json"))["incoming_phone_numbers"]
        assert (row["sms_url"], row["sms_fallback_url"], row["sms_application_sid"]) == ("", "", "")
        assert (row["voice_url"], row["trunk_sid"]) == (None, None)
        assert (row["sms_method"], row["status"], row["type"]) == ("POST", "in-use", "local")
        assert (row["friendly_name"], row["address_requirements"]) == ("(201) 555-0100", "none")
        assert row["capabilities"] == {"voice": True, "sms": True, "mms": True}


async def test_a_number_is_bought_by_its_digits_or_by_its_area_code() -> None:
    async with wire() as site:
        path = f"{API}/IncomingPhoneNumbers.json"
        status, row = await site.call("POST", path, AreaCode="415")
        assert (status, row["phone_number"][:5]) == (201, "+1415")
        assert row["sms_url"].rstrip("/") == "https://demo.twilio.com/welcome/sms/reply"
        assert row["voice_url"] == "https://demo.twilio.com/welcome/voice/"
        assert (await site.call("POST", path, PhoneNumber=row["phone_number"]))[1]["code"] == 21422
        assert (await site.call("POST", path, AreaCode="999"))[1]["code"] == 21452
        assert (await site.call("POST", path, PhoneNumber="nobody"))[1]["code"] == 21421
        assert (await site.call("DELETE", f"{API}/IncomingPhoneNumbers/{row['sid']}.json"))[0] == 204
        assert (await site.call("GET", f"{API}/IncomingPhoneNumbers/{row['sid']}.json"))[0] == 404


async def test_numbers_are_found_by_a_part_of_their_digits() -> None:
    async with wire() as site:
        for pattern, count in (("555", 1), ("+1201***0100", 1), ("+1202*", 0), (OURS, 1)):
            listed = await site.good("GET", f"{API}/IncomingPhoneNumbers.json", PhoneNumber=pattern)
            assert len(listed["incoming_phone_numbers"]) == count, pattern


async def test_numbers_are_found_by_their_name_and_by_their_kind() -> None:
    numbers = [{"phone_number": OURS}, {"phone_number": "+18005550100", "friendly_name": "Hotline"}]
    async with wire(seed=seed(numbers=numbers)) as site:
        for path, query, found in (
            ("", {"FriendlyName": "Hotline"}, ["+18005550100"]),
            ("", {"FriendlyName": "Hot"}, []),
            ("/Local", {}, [OURS]),
            ("/TollFree", {}, ["+18005550100"]),
            ("/Mobile", {}, []),
        ):
            listed = await site.good("GET", f"{API}/IncomingPhoneNumbers{path}.json", **query)
            assert [row["phone_number"] for row in listed["incoming_phone_numbers"]] == found, (path, query)


@pytest.mark.parametrize(
    ("kind", "phone_number", "others"),
    [
        ("Local", "+14155550188", ("TollFree", "Mobile")),
        ("TollFree", "+18885550188", ("Local", "Mobile")),
        ("Mobile", "+447400123456", ("Local", "TollFree")),
    ],
)
async def test_a_number_is_bought_and_listed_among_its_own_kind(
    kind: str, phone_number: str, others: tuple[str, ...]
) -> None:
    async with wire(seed=seed(numbers=[])) as site:
        for other in others:
            path = f"{API}/IncomingPhoneNumbers/{other}.json"
            status, problem = await site.call("POST", path, PhoneNumber=phone_number)
            assert (status, problem["code"]) == (400, 21458)
        path = f"{API}/IncomingPhoneNumbers/{kind}.json"
        await site.good("POST", path, PhoneNumber=phone_number)
        (row,) = (await site.good("GET", path))["incoming_phone_numbers"]
        whole = await site.good("GET", row["uri"])
        assert (whole["phone_number"], whole["type"]) == (
            phone_number,
            {"TollFree": "toll free"}.get(kind, kind.lower()),
        )


async def test_an_area_code_counts_among_the_kind_that_is_asked_for() -> None:
    async with wire() as site:
        bought = await site.good("POST", f"{API}/IncomingPhoneNumbers/TollFree.json", AreaCode="888")
        assert bought["phone_number"][:5] == "+1888"
        for kind, area_code in (("Local", "888"), ("TollFree", "415"), ("Mobile", "415")):
            status, problem = await site.call("POST", f"{API}/IncomingPhoneNumbers/{kind}.json", AreaCode=area_code)
            assert (status, problem["code"]) == (400, 21452), kind


@pytest.mark.parametrize(("generation", "keys"), [("2026", "mms sms voice"), ("2019", "MMS SMS fax voice")])
async def test_capabilities_were_capitals_once(generation: str, keys: str) -> None:
    async with wire(seed=seed() | {"wire_generation": generation}) as site:
        (row,) = (await site.good("GET", f"{API}/IncomingPhoneNumbers.json"))["incoming_phone_numbers"]
        offers = await site.good("GET", f"{API}/AvailablePhoneNumbers/US/Local.json", PageSize=1)
        assert " ".join(sorted(row["capabilities"])) == keys
        assert " ".join(sorted(offers["available_phone_numbers"][0]["capabilities"])) == "MMS SMS fax voice"


async def test_an_application_goes_before_a_numbers_own_addresses() -> None:
    async with wire() as site:
        application = await site.good("POST", f"{API}/Applications.json", SmsUrl=f"{site.hook_url}/application")
        sid = site.fake.context.state.senders[OURS].sid
        path = f"{API}/IncomingPhoneNumbers/{sid}.json"
        await site.good("POST", path, SmsApplicationSid=application["sid"], SmsUrl=f"{site.hook_url}/own")
        await site.fake.handset(GUARD).send(OURS, "hello")
        await site.fake.wait_idle()
        assert [attempt.url for attempt in site.fake.webhooks] == [f"{site.hook_url}/application"]
        assert (await site.call("POST", path, SmsApplicationSid=f"AP{'0' * 32}"))[1]["code"] == 21420
        await site.call("DELETE", f"{API}/Applications/{application['sid']}.json")
        assert (await site.good("GET", path))["sms_application_sid"] == application["sid"]
        await site.fake.handset(GUARD).send(OURS, "hello again")
        await site.fake.wait_idle()
        assert site.fake.webhooks[-1].url == f"{site.hook_url}/own"


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("owner", ["number", "application"])
async def test_every_address_for_texts_and_its_method_count(owner: str, method: str) -> None:
    def answer(call: Received) -> web.Response:
        return web.Response(status=500 if "/first" in call.url else 200)

    async with wire(answer=answer) as site:
        form = {"SmsUrl": f"{site.hook_url}/first", "SmsMethod": method}
        form |= {"SmsFallbackUrl": f"{site.hook_url}/second", "SmsFallbackMethod": method}
        path = f"{API}/IncomingPhoneNumbers/{site.fake.context.state.senders[OURS].sid}.json"
        if owner == "application":
            made = await site.good("POST", f"{API}/Applications.json", **form)
            form = {"SmsApplicationSid": made["sid"]}
        await site.good("POST", path, **form)
        await site.fake.handset(GUARD).send(OURS, "hello")
        await site.fake.wait_idle()
        assert [(call.method, call.url.partition("?")[0].rpartition("/")[2]) for call in site.received] == [
            (method, "first"),
            (method, "second"),
        ]


async def test_the_offers_come_without_paging_keys() -> None:
    async with wire() as site:
        found = await site.good("GET", f"{API}/AvailablePhoneNumbers/US/Local.json", PageSize=1)
        assert set(found) == {"uri", "available_phone_numbers"}
        countries = (await site.good("GET", f"{API}/AvailablePhoneNumbers.json"))["countries"]
        assert [row["country_code"] for row in countries] == ["CA", "GB", "US"]


# Verified callers


async def test_verified_callers_are_found_renamed_and_forgotten() -> None:
    async with wire() as site:
        path = f"{API}/OutgoingCallerIds"
        (row,) = (await site.good("GET", f"{path}.json", PhoneNumber=GUARD))["outgoing_caller_ids"]
        assert re.fullmatch("PN[0-9a-f]{32}", row["sid"])
        await site.good("POST", f"{path}/{row['sid']}.json", FriendlyName="Guard desk")
        listed = await site.good("GET", f"{path}.json", FriendlyName="Guard desk")
        assert [each["phone_number"] for each in listed["outgoing_caller_ids"]] == [GUARD]
        assert (await site.call("DELETE", f"{path}/{row['sid']}.json"))[0] == 204
        assert (await site.good("GET", f"{path}.json"))["outgoing_caller_ids"] == []
