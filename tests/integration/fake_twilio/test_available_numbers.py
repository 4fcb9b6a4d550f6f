"""Searching for numbers to buy: every filter does what its name says, and an invalid one is refused."""

from typing import Any

import pytest

from support.fake_wire import ACCOUNT, Wire, seed, wire


async def search(site: Wire, kind: str = "Local", country: str = "US", **query: str) -> tuple[int, Any]:
    """Return the status and body of a search response."""
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
        ({"Contains": "+1312%7$", "AreaCode": "312"}, ["+1312"]),
        ({"Contains": "+312", "AreaCode": "312"}, []),
        ({"Contains": "312$", "AreaCode": "312"}, []),
        ({"InLocality": "Honolulu"}, ["+1808"]),
        ({"InLocality": "+18085550199"}, ["+1808"]),
        ({"InLocality": "Springfield", "InRegion": "MO"}, ["+1417"]),
        ({"InRegion": "+18085550199"}, ["+1808"]),
        ({"InPostalCode": "96813"}, ["+1808"]),
        ({"InPostalCode": "96814"}, []),
        ({"InPostalCode": "+18085550199"}, ["+1808"]),
        ({"InLata": "834"}, ["+1808"]),
        ({"InLata": "664", "InRateCenter": "LASCRUCES"}, ["+1575"]),
        ({"InLata": "664", "InRateCenter": "HONOLULU"}, []),
        ({"InLata": "+18085550199", "InRateCenter": "+18085550199"}, ["+1808"]),
        ({"NearLatLong": "21.3,-157.8"}, ["+1808"]),
        ({"NearLatLong": "21.3,-157.8", "AreaCode": "415"}, []),
        ({"NearLatLong": "35.5,-157.8", "Distance": "500"}, []),
        ({"NearNumber": "+16025550100", "Distance": "1", "PageSize": "1000"}, ["+1480", "+1602", "+1623"]),
        ({"NearNumber": "+13105550100", "NearLatLong": "32.72,-117.16"}, []),
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
        ({"Contains": "206*55*"}, 20001),
        ({"PageSize": "many"}, 20001),
        ({"Contains": "4"}, 20001),
        ({"Contains": "12345678901234567"}, 20001),
        ({"NearLatLong": "here"}, 20001),
        ({"NearLatLong": "91,0"}, 20001),
        ({"NearNumber": "+18085550199", "Distance": "501"}, 20001),
        ({"NearNumber": "+18085550199", "Distance": "0"}, 20001),
        ({"PageSize": "1001"}, 20007),
    ],
)
async def test_a_search_that_makes_no_sense_is_refused(query: dict[str, str], code: int) -> None:
    async with wire() as site:
        status, answer = await search(site, **query)
        assert (status, answer["code"]) == (400, code)


@pytest.mark.parametrize(("distance", "codes"), [(25, {"520"}), (110, {"520", "480", "602", "623"})])
async def test_a_greater_distance_finds_more(distance: int, codes: set[str]) -> None:
    async with wire() as site:
        _, answer = await search(site, NearNumber="+15205550100", Distance=str(distance), PageSize="1000")
        assert {row["phone_number"][2:5] for row in answer["available_phone_numbers"]} == codes


async def test_an_offer_says_where_it_is() -> None:
    async with wire() as site:
        _, answer = await search(site, AreaCode="808", PageSize="1")
        (offer,) = answer["available_phone_numbers"]
        assert (offer["locality"], offer["region"]) == ("Honolulu", "HI")
        assert (offer["latitude"], offer["longitude"]) == ("21.310000", "-157.860000")
        assert (offer["lata"], offer["rate_center"], offer["postal_code"]) == ("834", "HONOLULU", "96813")
        _, answer = await search(site, country="CA", AreaCode="709", PageSize="1")
        (offer,) = answer["available_phone_numbers"]
        assert (offer["lata"], offer["rate_center"], offer["postal_code"]) == ("888", "STJOHNS", None)
        _, answer = await search(site, "TollFree", PageSize="1")
        (offer,) = answer["available_phone_numbers"]
        assert {offer[name] for name in ("region", "lata", "rate_center", "postal_code")} == {None}


@pytest.mark.parametrize("country", ["US", "CA"])
async def test_north_america_has_no_mobile_numbers(country: str) -> None:
    async with wire() as site:
        status, problem = await search(site, "Mobile", country)
        assert (status, problem["code"]) == (404, 20404)


async def test_great_britain_has_all_kinds_and_nothing_on_offer() -> None:
    async with wire() as site:
        for kind in ("Local", "Mobile", "TollFree"):
            assert (await search(site, kind, "GB"))[1]["available_phone_numbers"] == []
        url = f"{site.fake.base_url}/2010-04-01/Accounts/{ACCOUNT}/AvailablePhoneNumbers/GB.json"
        async with site.session.get(url) as answer:
            assert sorted((await answer.json())["subresource_uris"]) == ["local", "mobile", "toll_free"]


async def test_pages_of_a_search_follow_one_another() -> None:
    async with wire() as site:
        found = [
            [
                row["phone_number"]
                for row in (await search(site, Page=page, PageSize=size))[1]["available_phone_numbers"]
            ]
            for page, size in (("0", "4"), ("0", "2"), ("1", "2"), ("99999", "1000"), ("x", "2"))
        ]
        assert found[1] + found[2] == found[0]
        assert (found[3], found[4]) == ([], found[1])


async def test_toll_free_numbers_are_those_of_all_north_america() -> None:
    async with wire() as site:
        _, american = await search(site, "TollFree", PageSize="3")
        status, canadian = await search(site, "TollFree", "CA", PageSize="3")
        assert status == 200
        assert [row["iso_country"] for row in canadian["available_phone_numbers"]] == ["CA"] * 3
        assert [
            [row["phone_number"] for row in offer["available_phone_numbers"]] for offer in (american, canadian)
        ] == [["+18005550100", "+18005550101", "+18005550102"]] * 2


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


async def test_around_2019_a_star_stood_for_a_digit_anywhere_in_a_pattern() -> None:
    async with wire(seed={**seed(), "wire_generation": "2019"}) as site:
        status, answer = await search(site, AreaCode="312", Contains="312*550*")
        assert status == 200
        assert {row["phone_number"][:5] for row in answer["available_phone_numbers"]} == {"+1312"}
