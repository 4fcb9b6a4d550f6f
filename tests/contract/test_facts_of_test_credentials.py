"""Facts about test credentials: magic numbers to text, buy and call, and what test credentials cannot do.

Source: Twilio's documentation of test credentials, and suites that assert its texts.
"""

from typing import Any

import aiohttp
import pytest

from support.fake_wire import ACCOUNT, GATE, GUARD, OURS, Wire, seed, wire

TEST, TEST_TOKEN = f"AC{'7' * 32}", "token-of-the-test-credentials"


MAGIC = "+15005550006"


API = f"/2010-04-01/Accounts/{ACCOUNT}"


def with_test_credentials() -> dict[str, Any]:
    """Return a seed with test credentials beside a real account."""
    document = seed()
    document["accounts"].append({"sid": TEST, "auth_token": TEST_TOKEN, "test_credentials": True})
    return document


async def tried(site: Wire, method: str, path: str, **form: str) -> tuple[int, Any]:
    """Send a request with the test credentials; return the error code (0 if accepted) and the response document."""
    url = f"{site.fake.base_url}/2010-04-01/Accounts/{TEST}{path}"
    headers = {"Authorization": aiohttp.encode_basic_auth(TEST, TEST_TOKEN)}
    async with site.session.request(method, url, data=form or None, headers=headers) as answer:
        document = await answer.json()
        return document.get("code", 0) or 0, document


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"From": "+15005550001"}, 21212),
        ({"From": MAGIC}, 0),
        ({"From": "+15005550007"}, 21606),
        ({"From": "+15005550008"}, 21611),
        ({"From": OURS}, 21606),
        ({"To": "+15005550001"}, 21211),
        ({"To": "+15005550002"}, 21612),
        ({"To": "+15005550003"}, 21408),
        ({"To": "+15005550004"}, 21610),
        ({"To": "+15005550009"}, 21614),
        ({"To": "nobody at all"}, 21211),
        ({"To": GUARD}, 0),
        ({"Body": ""}, 21602),
    ],
)
async def test_magic_numbers(form: dict[str, str], code: int) -> None:
    async with wire(seed=with_test_credentials()) as site:
        given = {"From": MAGIC, "To": GUARD, "Body": "x", "StatusCallback": site.hook_url, **form}
        found, document = await tried(site, "POST", "/Messages.json", **given)
        assert found == code, document
        if not code:
            assert (document["status"], document["from"]) == ("queued", MAGIC)
            await site.fake.wait_idle()
            # Nothing was stored, no webhook was called, and nothing can be read.
            assert site.received == []
            assert (await tried(site, "GET", f"/Messages/{document['sid']}.json"))[0] == 20008
            assert (await tried(site, "GET", "/Messages.json"))[0] == 20008
            assert len(site.fake.context.state.logs[TEST].rows) == 0


SUITES_ASSERT = {
    ("From", "+15005550001"): "The 'From' number +15005550001 is not a valid phone number, shortcode, or alphanumeric "
    "sender ID.",
    ("From", "+15005550007"): "The From phone number +15005550007 is not a valid, SMS-capable inbound phone number or "
    "short code for your account.",
    ("From", "+15005550008"): "SMS queue is full.",
    ("To", "+15005550001"): "The 'To' number +15005550001 is not a valid phone number.",
    ("To", "+15005550002"): "The 'To' phone number: +15005550002, is not currently reachable using the 'From' phone "
    "number: +15005550006 via SMS.",
    ("To", "+15005550009"): "To number: +15005550009, is not a mobile number",
}
"""The older error texts, by the parameter that has the magic number."""


@pytest.mark.parametrize(("name", "number"), SUITES_ASSERT)
async def test_the_texts_that_suites_have_asserted(name: str, number: str) -> None:
    async with wire(seed=with_test_credentials() | {"wire_generation": "2019"}) as site:
        given = {"From": MAGIC, "To": GUARD, "Body": "x", name: number}
        assert (await tried(site, "POST", "/Messages.json", **given))[1]["message"] == SUITES_ASSERT[name, number]


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"PhoneNumber": "+15005550000"}, 21422),
        ({"PhoneNumber": "+15005550001"}, 21421),
        ({"PhoneNumber": MAGIC}, 0),
        ({"PhoneNumber": "+14155550101"}, 21422),
        ({"AreaCode": "533"}, 21452),
        ({"AreaCode": "500"}, 0),
        ({"AreaCode": "415"}, 21452),
        ({}, 21421),
    ],
)
async def test_magic_purchases(form: dict[str, str], code: int) -> None:
    async with wire(seed=with_test_credentials()) as site:
        found, document = await tried(site, "POST", "/IncomingPhoneNumbers.json", **form)
        assert found == code, document
        if not code:
            assert (document["phone_number"], document["friendly_name"]) == (MAGIC, "(500) 555-0006")


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"From": "+15005550001"}, 21212),
        ({"From": MAGIC}, 0),
        ({"From": "+15005550007"}, 21210),
        ({"From": GATE}, 21210),
        ({"To": "+15005550001"}, 21217),
        ({"To": "+15005550002"}, 21214),
        ({"To": "+15005550003"}, 21215),
        ({"To": "+15005550004"}, 21216),
        ({"To": "nobody"}, 21217),
    ],
)
async def test_magic_calls(form: dict[str, str], code: int) -> None:
    async with wire(seed=with_test_credentials()) as site:
        given = {"From": MAGIC, "To": GUARD, "Url": site.hook_url, **form}
        found, document = await tried(site, "POST", "/Calls.json", **given)
        assert found == code, document
        if not code:
            assert (document["status"], document["from_formatted"]) == ("queued", "(500) 555-0006")
            assert (await tried(site, "GET", f"/Calls/{document['sid']}.json"))[0] == 20404
            await site.fake.wait_idle()
            assert site.received == []


async def test_accounts_make_no_calls() -> None:
    async with wire() as site:
        form = {"From": OURS, "To": GUARD, "Url": site.hook_url}
        async with site.session.post(f"{site.fake.base_url}{API}/Calls.json", data=form) as answer:
            assert (answer.status, (await answer.json())["code"]) == (404, 20404)


async def test_anything_else_is_closed_to_test_credentials() -> None:
    async with wire(seed=with_test_credentials()) as site:
        for path in (".json", "/Balance.json", "/IncomingPhoneNumbers.json", "/Applications.json"):
            code, document = await tried(site, "GET", path)
            assert (code, document["status"]) == (20008, 403)
            assert document["message"] == "Resource not accessible with Test Account Credentials"
