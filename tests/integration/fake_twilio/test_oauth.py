"""OAuth apps: client credentials are exchanged for an access token that every host accepts until it expires.

Source: Twilio's documentation of the OAuth Token API, and twilio-python 9.13, ``ClientCredentialProvider``.
"""

import asyncio
from typing import Any

import aiohttp
import pytest

from fake_twilio import FakeTwilio, ManualClock
from fake_twilio.model.hosts import serves
from support.fake_wire import ACCOUNT, GUARD, OURS, Wire, seed, wire

CLIENT, SECRET = "OQ" + "1" * 32, "the-secret-of-the-app"
APP = {"client_id": CLIENT, "client_secret": SECRET, "friendly_name": "Driver"}
FORM = {"client_id": CLIENT, "client_secret": SECRET, "grant_type": "client_credentials"}


def with_app(**more: Any) -> dict[str, Any]:
    return seed(oauth_apps=[APP | more])


async def token(site: Wire, status: int = 200, **form: str) -> Any:
    """Request a token without credentials in the header and return the response."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{site.fake.base_url}/v2/token", data={k: v for k, v in (FORM | form).items() if v}) as answer,
    ):
        assert answer.status == status, await answer.text()
        return await answer.json()


async def listed(site: Wire, bearer: str, path: str = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json") -> int:
    headers = {"Authorization": f"Bearer {bearer}"}
    async with aiohttp.ClientSession() as session, session.get(site.fake.base_url + path, headers=headers) as answer:
        if answer.status == 401:
            assert (await answer.json())["code"] == 20003
        return answer.status


async def test_a_token_is_given_and_taken_on_every_host() -> None:
    async with wire(seed=with_app()) as site:
        given = await token(site)
        assert {key: given[key] for key in given if key != "access_token"} == {
            "id_token": None,
            "token_type": "Bearer",
            "expires_in": 3600,
            "refresh_token": None,
        }
        for path in (f"/2010-04-01/Accounts/{ACCOUNT}.json", "/v1/Services", "/v1/Alerts"):
            assert await listed(site, given["access_token"], path) == 200


async def test_a_token_expires_by_the_clock_and_others_stay_good() -> None:
    async with wire(seed=with_app(token_lifetime=600)) as site:
        first = (await token(site))["access_token"]
        await site.fake.clock.advance(300)
        second = (await token(site))["access_token"]
        assert [await listed(site, each) for each in (first, second)] == [200, 200]
        await site.fake.clock.advance(300)
        assert [await listed(site, each) for each in (first, second)] == [401, 200]


@pytest.mark.parametrize(
    ("form", "status", "code"),
    [
        ({"client_secret": "another"}, 401, 20003),
        ({"client_id": "OQ" + "2" * 32}, 401, 20003),
        ({"grant_type": "password"}, 400, 20001),
        ({"grant_type": ""}, 400, 20001),
        ({"client_secret": ""}, 400, 20001),
    ],
)
async def test_who_is_not_the_app_gets_no_token(form: dict[str, str], status: int, code: int) -> None:
    async with wire(seed=with_app()) as site:
        assert (await token(site, status, **form))["code"] == code


async def test_a_token_that_was_changed_is_nobody_s() -> None:
    async with wire(seed=with_app()) as site:
        head, claims, signature = (await token(site))["access_token"].split(".")
        broken = (
            "",
            "x",
            "a.b.c",
            f"{head}.{claims}",
            f"{head}.{claims}.",
            f"{head}.W10.{signature}",
            f"..{signature}",
        )
        for bearer in (*broken, f"{head}.{claims}.\xff\udcff"):
            assert await listed(site, bearer) == 401


async def test_only_the_own_account_is_open_to_an_app() -> None:
    other = {"sid": "AC" + "2" * 32, "auth_token": "other"}
    document = with_app()
    document["accounts"].append(other)
    async with wire(seed=document) as site:
        bearer = (await token(site))["access_token"]
        assert await listed(site, bearer, f"/2010-04-01/Accounts/{other['sid']}/Messages.json") == 401


async def test_faults_strike_the_token_too() -> None:
    async with wire(seed=with_app()) as site:
        await site.plant({"type": "http_error", "status": 503}, match={"operation": "*"})
        await token(site, 503)


async def test_the_log_keeps_neither_secret_nor_token() -> None:
    async with wire(seed=with_app()) as site:
        bearer = (await token(site))["access_token"]
        await token(site, 401, client_secret="a-wrong-secret")
        await listed(site, bearer)
        shown = str([(each.body, each.response, each.headers) for each in site.fake.requests])
        assert CLIENT in shown
        assert not [secret for secret in (SECRET, "a-wrong-secret", bearer) if secret in shown]


async def test_a_snapshot_keeps_apps_and_their_tokens() -> None:
    async with wire(seed=with_app()) as site:
        bearer = (await token(site))["access_token"]
        document = await site.fake.snapshot()
        async with FakeTwilio(seed(), clock=ManualClock()) as other:
            other.restore(document)
            assert await listed(Wire(other, site.session, "", []), bearer) == 200


def test_the_token_has_a_host_of_its_own() -> None:
    assert [host for host in ("api", "oauth", "www", "messaging") if serves(f"{host}.twilio.com", "/v2/token")] == [
        "oauth",
        "www",
    ]


async def test_the_official_sdk_logs_in_this_way() -> None:
    from twilio.credential.client_credential_provider import ClientCredentialProvider
    from twilio.http.client_token_manager import ClientTokenManager
    from twilio.rest import Client

    async with wire(seed=with_app()) as site:
        tokens = ClientTokenManager("client_credentials", CLIENT, SECRET)
        tokens.client = Client("nobody", "nothing")
        tokens.client.oauth.base_url = site.fake.base_url
        provider = ClientCredentialProvider(CLIENT, SECRET, tokens)
        client = Client(account_sid=ACCOUNT, credential_provider=provider)
        client.api.base_url = site.fake.base_url
        made = await asyncio.to_thread(client.messages.create, to=GUARD, from_=OURS, body="by an app")
        assert made.status == "queued"
        assert [message.body for message in site.fake.handset(GUARD).messages] == ["by an app"]
