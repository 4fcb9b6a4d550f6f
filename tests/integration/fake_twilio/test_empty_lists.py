"""Lists that are always empty here, the picture of Twilio's samples, and what numbers look like since 2023."""

from typing import Any

import pytest
from twilio.rest import Client

from fake_twilio import FakeTwilio, ManualClock
from fake_twilio.api.empty_lists import ROUTES
from support.fake_wire import ACCOUNT, OURS, TOKEN, seed, wire

API = f"/2010-04-01/Accounts/{ACCOUNT}"
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize("path", [route.pattern.replace("{account}", ACCOUNT) for route in ROUTES])
async def test_a_list_is_empty(path: str) -> None:
    async with wire() as site:
        async with site.session.get(f"{site.fake.base_url}{path}.json") as answer:
            document = await answer.json()
            assert answer.status == 200
        rows = [value for value in document.values() if isinstance(value, list)]
        assert rows == [[]]
        assert (document["start"], document["end"], document["next_page_uri"]) == (0, 0, None)
        assert document["first_page_uri"] == f"{path}.json?PageSize=50&Page=0"
        async with site.session.get(f"{site.fake.base_url}{path}/XX1.json") as answer:
            assert answer.status == 404


def test_the_sdk_finds_nothing_there() -> None:
    with FakeTwilio.running(clock=ManualClock()) as fake:
        client = Client(ACCOUNT, TOKEN)
        client.api.base_url = fake.base_url
        lists: list[Any] = [
            client.calls, client.addresses, client.conferences, client.recordings, client.queues,
            client.transcriptions, client.signing_keys, client.connect_apps, client.authorized_connect_apps,
            client.api.account.sip.domains, client.usage.triggers,
        ]  # fmt: skip
        assert [each.list() for each in lists] == [[]] * len(lists)


async def test_the_owl_is_a_picture_that_can_be_sent() -> None:
    async with wire() as site:
        url = f"{site.fake.base_url}/owl.png"
        async with site.session.get(url, headers={"Host": "demo.twilio.com", "Authorization": ""}) as answer:
            assert (answer.status, answer.content_type) == (200, "image/png")
            picture = await answer.read()
        assert picture.startswith(PNG)
        async with site.session.get(url, headers={"Host": "api.twilio.com"}) as answer:
            assert answer.status == 404
        sid = (await site.created(MediaUrl="https://demo.twilio.com/owl.png"))["sid"]
        await site.fake.wait_idle()
        assert (await site.fetch(sid))["status"] == "delivered"
        assert [row.content for row in site.fake.context.state.media] == [picture]


async def test_a_number_looks_as_it_was_recorded_in_2023() -> None:
    document = seed(numbers=[{"phone_number": OURS}, {"phone_number": "+442079460001"}])
    async with wire(seed=document) as site:
        async with site.session.get(f"{site.fake.base_url}{API}/IncomingPhoneNumbers.json") as answer:
            ours, theirs = (await answer.json())["incoming_phone_numbers"]
        assert ours["voice_fallback_url"] == ""
        assert ours["capabilities"] == {"voice": True, "sms": True, "mms": True}
        assert "voice_receive_mode" not in ours
        assert (ours["emergency_status"], theirs["emergency_status"]) == ("Active", "Inactive")
        url = f"{site.fake.base_url}{API}/IncomingPhoneNumbers/{ours['sid']}.json"
        async with site.session.post(url, data={"EmergencyStatus": "Inactive"}) as answer:
            assert (await answer.json())["emergency_status"] == "Inactive"


async def test_around_2019_it_looked_otherwise() -> None:
    async with wire(seed=seed() | {"wire_generation": "2019"}) as site:
        async with site.session.get(f"{site.fake.base_url}{API}/IncomingPhoneNumbers.json") as answer:
            (row,) = (await answer.json())["incoming_phone_numbers"]
        assert (row["voice_fallback_url"], row["voice_receive_mode"]) == (None, "voice")
        assert (row["capabilities"]["fax"], row["emergency_status"]) == (False, "Inactive")
