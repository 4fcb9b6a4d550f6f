"""Searching for numbers to buy: every filter does what its name says, and a bad one is refused."""

from typing import Any

import pytest

from support.fake_wire import ACCOUNT, Wire, wire


async def search(site: Wire, kind: str = "Local", country: str = "US", **query: str) -> tuple[int, Any]:
    """Return status and answer of a search."""
    url = f"{site.fake.base_url}/2010-04-01/Accounts/{ACCOUNT}/AvailablePhoneNumbers/{country}/{kind}.json"
    async with site.session.get(url, params=query) as answer:
        return answer.status, await answer.json()


@pytest.mark.parametrize(
    ("query", "begins"),
    [
        ({"AreaCode": "415"}, ["+1415"]),
        ({"Contains": "+1415555010*"}, ["+1415"]),
        ({"Contains": "kiss"}, []),
        ({"Contains": "55501", "AreaCode": "312"}, ["+1312"]),
        ({"Contains": "ILL", "AreaCode": "312"}, []),
        ({"Contains": "jkl01", "AreaCode": "312"}, ["+1312"]),
        ({"InRegion": "HI"}, ["+1808"]),
        ({"NearNumber": "+18085550199"}, ["+1808"]),
        ({"NearNumber": "+18085550199", "InRegion": "hi"}, ["+1808"]),
        ({"NearNumber": "+18085550199", "InRegion": "CA"}, []),
        ({"NearNumber": "+442071234567"}, []),
        ({"AreaCode": "808", "SmsEnabled": "true", "MmsEnabled": "true", "VoiceEnabled": "true"}, ["+1808"]),
        ({"AreaCode": "808", "FaxEnabled": "false", "Beta": "false", "ExcludeAllAddressRequired": "true"}, ["+1808"]),
        ({"FaxEnabled": "true"}, []),
        ({"SmsEnabled": "false"}, []),
        ({"InLocality": "Honolulu"}, []),
        ({"InPostalCode": "96801"}, []),
    ],
)
async def test_a_search_finds_what_it_asks_for(query: dict[str, str], begins: list[str]) -> None:
    async with wire() as site:
        status, answer = await search(site, **query)
        assert status == 200
        assert sorted({row["phone_number"][:5] for row in answer["available_phone_numbers"]}) == begins


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"SmsEnabled": "maybe"}, 20001),
        ({"Beta": "2"}, 20001),
        ({"Contains": "415#"}, 20001),
        ({"PageSize": "many"}, 20001),
        ({"PageSize": "1001"}, 20007),
    ],
)
async def test_a_search_that_makes_no_sense_is_refused(query: dict[str, str], code: int) -> None:
    async with wire() as site:
        status, answer = await search(site, **query)
        assert (status, answer["code"]) == (400, code)


async def test_toll_free_numbers_are_a_kind_of_their_own() -> None:
    async with wire() as site:
        _, local = await search(site, PageSize="1000")
        _, toll_free = await search(site, "TollFree", PageSize="1000")
        both = [
            {row["phone_number"][2:5] for row in answer["available_phone_numbers"]} for answer in (local, toll_free)
        ]
        assert both[0]
        assert both[1]
        assert not both[0] & both[1]
        assert (await search(site, "Mobile"))[1]["available_phone_numbers"] == []
