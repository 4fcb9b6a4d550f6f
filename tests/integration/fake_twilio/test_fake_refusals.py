"""Refusals that need a history: daily limits, messages too recent to delete, credentials of every kind."""

import json
from typing import Any

import pytest

from fake_twilio.errors import CATALOGUE
from support.fake_cases import CALLERS, MESSAGE
from support.fake_seeds import STANDARD_KEY, TEST, TOKENS, whole_seed
from support.fake_wire import ACCOUNT, GUARD, OURS, TOKEN, Wire, seed, wire


async def refused(site: Wire, code: int, method: str, path: str, **form: str) -> dict[str, Any]:
    """Send a request and check that exactly this error is returned."""
    url = path if path.startswith("http") else f"{site.fake.base_url}{path}"
    arguments: dict[str, Any] = {"data": form} if method == "POST" else {"params": form}
    async with site.session.request(method, url, **arguments) as answer:
        body: dict[str, Any] = json.loads(await answer.text())
    assert (answer.status, body["code"]) == (CATALOGUE[code].status, code), body
    return body


async def test_a_refused_message_leaves_a_trace_in_lists_and_nowhere_else() -> None:
    async with wire() as site:
        await refused(site, 21659, "POST", f"{site.messages_url}.json", **{**MESSAGE, "From": "+12015550199"})
        await refused(site, 21604, "POST", f"{site.messages_url}.json", **{**MESSAGE, "To": ""})
        async with site.session.get(f"{site.messages_url}.json") as answer:
            [row] = (await answer.json())["messages"]
        assert (row["status"], row["error_code"], row["price"]) == ("failed", 21659, None)
        assert (await site.fetch(row["sid"]))["error_code"] == 21659
        assert (await site.control("GET", "/messages"))["messages"] == []


async def test_refused_messages_leave_no_trace_where_the_seed_says_so() -> None:
    async with wire(seed=seed() | {"record_refused_creates": False}) as site:
        await refused(site, 21659, "POST", f"{site.messages_url}.json", **{**MESSAGE, "From": "+12015550199"})
        assert await site.listed() == []


async def test_the_daily_limit_of_a_trial(caplog: pytest.LogCaptureFixture) -> None:
    async with wire(seed={**whole_seed(type="Trial"), "daily_trial_limit": 2}) as site:
        for _ in range(2):
            await site.created()
        body = await refused(site, 63038, "POST", f"{site.messages_url}.json", **MESSAGE)
        assert body["message"] == f"Account {ACCOUNT} exceeded the 2 daily messages limit"
        await refused(site, 63038, "POST", f"{site.messages_url}.json", **MESSAGE)
        [said] = [record.getMessage() for record in caplog.records if record.name.endswith("quotas")]
        assert said == (
            f"trial_daily_limit_reached account_sid={ACCOUNT} limit=2 "
            'hint="set daily_trial_limit = 0 in the seed or upgrade the account to lift the limit"'
        )
        last = (await site.control("GET", "/requests"))["requests"][-1]
        assert last["why"].startswith(
            "63038: a trial account used up its messages of 24 hours (`daily_trial_limit = 0`"
        )
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
        headers = {"Authorization": aiohttp.encode_basic_auth(TEST, TOKENS[TEST])}
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
        form = {**MESSAGE, "To": "+12015550102", "Body": "sms_2fa"}
        await refused(site, 572002, "POST", f"{site.messages_url}.json", **form)
        async with site.session.post(f"{site.fake.base_url}{CALLERS}.json", data={"PhoneNumber": form["To"]}) as answer:
            assert answer.status == 200
        await refused(site, 572005, "POST", f"{site.messages_url}.json", **form)


async def test_errors_in_xml() -> None:
    async with wire() as site, site.session.get(f"{site.messages_url}/SM1") as answer:
        assert answer.content_type == "application/xml"
        assert await answer.text() == (
            "<?xml version='1.0' encoding='UTF-8'?>\n<TwilioResponse><RestException><Code>20404</Code>"
            f"<Message>The requested resource /2010-04-01/Accounts/{ACCOUNT}/Messages/SM1 was not found</Message>"
            "<MoreInfo>https://www.twilio.com/docs/errors/20404</MoreInfo><Status>404</Status>"
            "</RestException></TwilioResponse>"
        )
