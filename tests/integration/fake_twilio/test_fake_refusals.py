"""Every error that a request can reach, reached by a request."""

import asyncio
import json
from typing import Any

import pytest

from fake_twilio.clock import turn
from fake_twilio.errors import CATALOGUE
from support.fake_wire import ACCOUNT, GUARD, OURS, TOKEN, Wire, seed, wire

CHILD, STRANGER, TEST = (f"AC{digit * 32}" for digit in "123")
OTHERS, VOICE_ONLY, SERVICE_NUMBER = "+12015550110", "+12015550120", "+12015550130"
EMPTY_SERVICE, SERVICE, VOICE_SERVICE = (f"MG{digit * 32}" for digit in "123")
STANDARD_KEY = f"SK{'1' * 32}"


def whole_seed(**account: Any) -> dict[str, Any]:
    """Return a seed with an account of every kind."""
    document = seed(
        numbers=[
            {"phone_number": OURS},
            {"phone_number": VOICE_ONLY, "capabilities": ["voice"]},
            {"phone_number": SERVICE_NUMBER},
        ],
        messaging_services=[
            {"sid": EMPTY_SERVICE},
            {"sid": SERVICE, "numbers": [SERVICE_NUMBER]},
            {"sid": VOICE_SERVICE, "numbers": [VOICE_ONLY]},
        ],
        api_keys=[{"sid": STANDARD_KEY, "secret": "secret"}],
        **account,
    )
    document["accounts"] += [
        {"sid": STRANGER, "auth_token": "b", "numbers": [{"phone_number": OTHERS}]},
        {"sid": TEST, "auth_token": "t", "test_credentials": True},
    ]
    return document


MESSAGE = {"To": GUARD, "From": OURS, "Body": "hello"}
LATER = "2026-01-01T01:00:00Z"
SCHEDULED = {"From": "", "MessagingServiceSid": SERVICE, "ScheduleType": "fixed"}

CREATIONS: list[tuple[int, dict[str, Any], dict[str, Any]]] = [
    (21604, {}, {"To": ""}),
    (21603, {}, {"From": ""}),
    (21602, {}, {"Body": ""}),
    (21619, {}, {"Body": "", "From": "", "MessagingServiceSid": SERVICE}),
    (21617, {}, {"Body": "a" * 1601}),
    (21211, {}, {"To": "+15555550100"}),
    (21265, {}, {"To": "12345"}),
    (21266, {}, {"To": OURS}),
    (21212, {}, {"From": "?!"}),
    (21659, {}, {"From": "+12015550199"}),
    (21660, {}, {"From": OTHERS}),
    (21661, {}, {"From": VOICE_ONLY}),
    (21267, {"type": "Trial"}, {"From": "MyCompany"}),
    (21408, {}, {"To": "+442079460000"}),
    (21608, {"type": "Trial"}, {"To": "+12015550109"}),
    (21609, {}, {"StatusCallback": "notaurl"}),
    (21609, {}, {"StatusCallback": "http://under_score.example.com/"}),
    (21620, {}, {"MediaUrl": "example.com/a.png"}),
    (21623, {}, {"MediaUrl": [f"http://example.com/{n}.png" for n in range(11)]}),
    (21621, {}, {"From": SERVICE_NUMBER, "SendAsMms": "true"}),
    (21624, {}, {"ValidityPeriod": "36001"}),
    (21654, {}, {"ContentVariables": "{}"}),
    (21655, {}, {"ContentSid": "HX1"}),
    (21655, {}, {"ContentSid": f"HX{'0' * 32}"}),
    (21656, {}, {"ContentSid": f"HX{'0' * 32}", "ContentVariables": "[1]"}),
    (21664, {}, {"FallbackFrom": OURS}),
    (21701, {}, {"From": "", "MessagingServiceSid": f"MG{'9' * 32}"}),
    (21705, {}, {"From": "", "MessagingServiceSid": "MG1"}),
    (21704, {}, {"From": "", "MessagingServiceSid": EMPTY_SERVICE}),
    (21703, {}, {"From": "", "MessagingServiceSid": VOICE_SERVICE}),
    (21711, {}, {"MessagingServiceSid": SERVICE}),
    (21910, {}, {"To": f"whatsapp:{GUARD}"}),
    (21420, {}, {"ApplicationSid": f"AP{'0' * 32}"}),
    (30029, {}, {"ContentRetention": "burn"}),
    (30030, {}, {"AddressRetention": "burn"}),
    (35111, {}, SCHEDULED),
    (35114, {}, {**SCHEDULED, "SendAt": "2026-01-01T00:14:59Z"}),
    (35114, {}, {**SCHEDULED, "SendAt": "2026-02-05T00:00:01Z"}),
    (35115, {}, {**SCHEDULED, "SendAt": "tomorrow"}),
    (35117, {}, {**SCHEDULED, "SendAt": "2026-01-02"}),
    (35118, {}, {"ScheduleType": "fixed", "SendAt": LATER}),
    (35126, {}, {**SCHEDULED, "ScheduleType": "loose", "SendAt": LATER}),
    (20005, {"status": "suspended"}, {}),
    (20005, {"balance": "0"}, {}),
    (572006, {"type": "Trial", "profile": "free-units"}, {}),
    (20001, {}, {"RiskCheck": "perhaps"}),
]


@pytest.mark.parametrize(("code", "account", "form"), CREATIONS, ids=[f"{code}-{form}" for code, _, form in CREATIONS])
async def test_creations(code: int, account: dict[str, Any], form: dict[str, Any]) -> None:
    document = whole_seed(**account)
    document["accounts"][0]["numbers"][2]["capabilities"] = ["sms"]
    async with wire(seed=document) as site:
        pairs = [
            (name, value)
            for name, values in {**MESSAGE, **form}.items()
            for value in (values if isinstance(values, list) else [values])
        ]
        async with site.session.post(f"{site.messages_url}.json", data=pairs) as answer:
            body = await answer.json()
    entry = CATALOGUE[code]
    assert (answer.status, body["code"]) == (entry.status, code), body
    assert list(body) == ["code", "message", "more_info", "status"]
    assert body["more_info"] == f"https://www.twilio.com/docs/errors/{code}"
    assert body["status"] == entry.status
    assert "{" not in body["message"]


async def refused(site: Wire, code: int, method: str, path: str, **form: str) -> dict[str, Any]:
    """Call and check that exactly this error comes back."""
    url = path if path.startswith("http") else f"{site.fake.base_url}{path}"
    arguments: dict[str, Any] = {"data": form} if method == "POST" else {"params": form}
    async with site.session.request(method, url, **arguments) as answer:
        body: dict[str, Any] = json.loads(await answer.text())
    assert (answer.status, body["code"]) == (CATALOGUE[code].status, code), body
    return body


NUMBERS = f"/2010-04-01/Accounts/{ACCOUNT}/IncomingPhoneNumbers"
CALLERS = f"/2010-04-01/Accounts/{ACCOUNT}/OutgoingCallerIds"

OTHER_REFUSALS = [
    (20002, "POST", f"/2010-04-01/Accounts/{ACCOUNT}.json", {"FriendlyName": "x" * 65}),
    (20001, "POST", f"/2010-04-01/Accounts/{ACCOUNT}.json", {"Status": "asleep"}),
    (20004, "PUT", f"/2010-04-01/Accounts/{ACCOUNT}.json", {}),
    (20007, "GET", f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json", {"PageSize": "1001"}),
    (20001, "GET", f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json", {"PageSize": "many"}),
    (20001, "GET", f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json", {"DateSent": "=>2019-08-08"}),
    (20404, "GET", f"/2010-04-01/Accounts/{ACCOUNT}/Messages/SM{'0' * 32}.json", {}),
    (20404, "GET", "/2010-04-01/Accounts/invalid_sid/Messages.json", {}),
    (20404, "GET", "/2010-04-01/Nowhere.json", {}),
    (20003, "GET", f"/2010-04-01/Accounts/{STRANGER}/Messages.json", {}),
    (21401, "POST", f"{CALLERS}.json", {"PhoneNumber": "nobody"}),
    (21449, "POST", f"{CALLERS}.json", {"PhoneNumber": OURS}),
    (21450, "POST", f"{CALLERS}.json", {"PhoneNumber": GUARD}),
    (21454, "POST", f"{CALLERS}.json", {"PhoneNumber": "+12015550102", "CallDelay": "61"}),
    (21421, "POST", f"{NUMBERS}.json", {"PhoneNumber": "nobody"}),
    (21422, "POST", f"{NUMBERS}.json", {"PhoneNumber": OTHERS}),
    (21451, "POST", f"{NUMBERS}.json", {"AreaCode": "20"}),
    (21452, "POST", f"{NUMBERS}.json", {"AreaCode": "999"}),
    (21470, "POST", f"{NUMBERS}.json", {}),
    (21402, "POST", f"{NUMBERS}.json", {"AreaCode": "201", "SmsUrl": "nowhere"}),
    (21403, "POST", f"{NUMBERS}.json", {"AreaCode": "201", "SmsMethod": "PATCH"}),
    (21406, "POST", f"{NUMBERS}.json", {"AreaCode": "201", "SmsUrl": "", "SmsFallbackUrl": "http://example.com/"}),
    (21470, "POST", "/v1/Services", {}),
    (20404, "GET", f"/v1/Services/MG{'9' * 32}", {}),
    (20404, "POST", "/v1/AuthTokens/Promote", {}),
]


@pytest.mark.parametrize(("code", "method", "path", "form"), OTHER_REFUSALS)
async def test_other_refusals(code: int, method: str, path: str, form: dict[str, str]) -> None:
    async with wire(seed=whole_seed()) as site:
        await refused(site, code, method, path, **form)


async def test_refusals_that_need_a_story() -> None:
    async with wire(seed=whole_seed(type="Trial")) as site:
        body = await refused(site, 21404, "POST", f"{NUMBERS}.json", AreaCode="201")
        assert body["message"] == (
            "Trial accounts are allowed only one Twilio number. "
            "To purchase additional numbers, please upgrade your account."
        )
    async with wire(seed=whole_seed()) as site:
        listed = site.fake.world.state.numbers.of(ACCOUNT)
        voice_only = next(row for row in listed if row.phone_number == VOICE_ONLY)
        await refused(site, 21407, "POST", f"{NUMBERS}/{voice_only.sid}.json", SmsUrl="http://example.com/")
        pool = f"/v1/Services/{SERVICE}/PhoneNumbers"
        member = next(row for row in listed if row.phone_number == SERVICE_NUMBER)
        await refused(site, 21710, "POST", pool, PhoneNumberSid=member.sid)
        await refused(site, 21712, "POST", pool, PhoneNumberSid=voice_only.sid)


async def test_the_daily_limit_of_a_trial() -> None:
    async with wire(seed={**whole_seed(type="Trial"), "daily_trial_limit": 2}) as site:
        for _ in range(2):
            await site.created()
        body = await refused(site, 63038, "POST", f"{site.messages_url}.json", **MESSAGE)
        assert body["message"] == f"Account {ACCOUNT} exceeded the 2 daily messages limit"
        await site.fake.clock.advance(86_400)
        await site.created()


async def test_redacting_cancelling_and_deleting_too_early_or_too_late() -> None:
    async with wire(seed=whole_seed(), pace="realistic") as site:
        sid = (await site.created())["sid"]
        url = f"{site.messages_url}/{sid}.json"
        body = await refused(site, 20009, "POST", url, Body="")
        assert body["message"] == "Cannot delete message because delivery has not been completed."
        await refused(site, 20009, "DELETE", url)
        await refused(site, 30409, "POST", url, Status="canceled")
        await refused(site, 20001, "POST", url, Status="delivered")
        await site.fake.clock.advance(60)
        await refused(site, 20001, "POST", url, Body="other")
        async with site.session.post(url, data={"Body": ""}) as answer:
            assert (answer.status, (await answer.json())["body"]) == (200, "")
        async with site.session.delete(url) as answer:
            assert (answer.status, await answer.read()) == (204, b"")
        await refused(site, 20404, "GET", url)


@pytest.mark.parametrize(
    ("user", "secret", "text"),
    [
        (ACCOUNT, "wrong", "Authenticate"),
        (STANDARD_KEY, "wrong", "Authenticate"),
        ("nobody", TOKEN, "Authentication Error - invalid username"),
    ],
)
async def test_wrong_credentials(user: str, secret: str, text: str) -> None:
    import aiohttp

    async with wire(seed=whole_seed()) as site:
        headers = {"Authorization": aiohttp.encode_basic_auth(user, secret)}
        async with aiohttp.request("GET", f"{site.messages_url}.json", headers=headers) as answer:
            body = await answer.json()
        assert (answer.status, body["code"], body["message"]) == (401, 20003, text)
        assert answer.headers["WWW-Authenticate"] == 'Basic realm="Twilio API"'
        async with aiohttp.request("GET", f"{site.messages_url}.json") as answer:
            assert (await answer.json())["message"] == "Authentication Error - No credentials provided"


async def test_a_standard_key_reads_neither_accounts_nor_keys() -> None:
    import aiohttp

    async with wire(seed=whole_seed()) as site:
        headers = {"Authorization": aiohttp.encode_basic_auth(STANDARD_KEY, "secret")}
        base = f"{site.fake.base_url}/2010-04-01/Accounts"
        for path, status in (
            (f"/{ACCOUNT}/Messages", 200),
            (f"/{ACCOUNT}/Balance", 200),
            ("", 401),
            (f"/{ACCOUNT}", 401),
            (f"/{ACCOUNT}/Keys", 401),
        ):
            async with aiohttp.request("GET", f"{base}{path}.json", headers=headers) as answer:
                assert answer.status == status, path


async def test_test_credentials() -> None:
    import aiohttp

    async with wire(seed=whole_seed()) as site:
        headers = {"Authorization": aiohttp.encode_basic_auth(TEST, "t")}
        url = f"{site.fake.base_url}/2010-04-01/Accounts/{TEST}/Messages"
        made = []
        for form, expected in (
            ({"To": GUARD, "From": "+15005550006", "Body": "x"}, (201, None)),
            ({"To": "+15005550001", "From": "+15005550006", "Body": "x"}, (400, 21211)),
            ({"To": GUARD, "From": OURS, "Body": "x"}, (400, 21606)),
        ):
            async with aiohttp.request("POST", f"{url}.json", data=form, headers=headers) as answer:
                body = await answer.json()
                assert (answer.status, body.get("code")) == expected
            made.append(body.get("sid", ""))
        async with aiohttp.request("GET", f"{url}/{made[0]}.json", headers=headers) as answer:
            body = await answer.json()
        assert (answer.status, body["code"]) == (403, 20008)
        assert body["message"] == "Resource not accessible with Test Account Credentials"


async def test_json_is_not_read() -> None:
    async with wire() as site, site.session.post(f"{site.messages_url}.json", json=MESSAGE) as answer:
        assert (answer.status, (await answer.json())["code"]) == (400, 21604)


async def test_the_free_units_trial() -> None:
    async with wire(seed=whole_seed(type="Trial", profile="free-units")) as site:
        await refused(site, 10002, "POST", f"{NUMBERS}.json", AreaCode="201")
        form = {**MESSAGE, "To": "+12015550102", "Body": "sms_2fa"}
        await refused(site, 21608, "POST", f"{site.messages_url}.json", **form)
        async with site.session.post(f"{site.fake.base_url}{CALLERS}.json", data={"PhoneNumber": form["To"]}) as answer:
            assert answer.status == 200
        await refused(site, 572005, "POST", f"{site.messages_url}.json", **form)


async def test_more_requests_at_once_than_an_account_may_have() -> None:
    async with wire(seed={**whole_seed(), "concurrency_limit": 1}) as site:
        await site.plant({"type": "latency", "seconds": 5})
        slow = asyncio.create_task(site.created("slow"))
        while not site.fake.requests:
            await turn()
        body = await refused(site, 20429, "POST", f"{site.messages_url}.json", **MESSAGE)
        assert body["message"] == "Too Many Requests"
        await site.fake.clock.advance(5)
        assert (await slow)["body"] == "slow"
        await site.created("later")


async def test_the_older_generation_of_texts() -> None:
    async with wire(seed={**whole_seed(type="Trial"), "wire_generation": "2019"}) as site:
        url = f"{site.messages_url}.json"
        body = await refused(site, 21211, "POST", url, **{**MESSAGE, "To": "+15555550100"})
        assert body["message"] == "The 'To' number +15555550100 is not a valid phone number."
        body = await refused(site, 21608, "POST", url, **{**MESSAGE, "To": "+12015550109"})
        assert body["message"].endswith("unverified numbers.")


async def test_errors_in_xml() -> None:
    async with wire() as site, site.session.get(f"{site.messages_url}/SM1") as answer:
        assert answer.content_type == "application/xml"
        assert await answer.text() == (
            "<?xml version='1.0' encoding='UTF-8'?>\n<TwilioResponse><RestException><Code>20404</Code>"
            f"<Message>The requested resource /2010-04-01/Accounts/{ACCOUNT}/Messages/SM1 was not found</Message>"
            "<MoreInfo>https://www.twilio.com/docs/errors/20404</MoreInfo><Status>404</Status>"
            "</RestException></TwilioResponse>"
        )
