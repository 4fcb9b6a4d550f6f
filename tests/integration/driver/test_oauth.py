"""The driver logs in with an OAuth app: tokens are fetched, renewed in time, replaced when refused, and never shown."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from support.driver_site import GUARD, OURS, Site, settings, site

CLIENT, SECRET = "OQ" + "1" * 32, "the-secret-of-the-app"
OTHER, OTHERS = "OQ" + "2" * 32, "the-secret-of-the-other-app"
APP = {"oauth_client_id": CLIENT, "oauth_client_secret": SECRET, "auth_token": None}
TOKEN, SENT = "oauth.token.create", "messages.create"


@asynccontextmanager
async def by_app(folder: Path, start: bool = True, *, lifetime: int = 3600, **twilio: Any) -> AsyncIterator[Site]:
    apps = [
        {"client_id": client, "client_secret": secret, "token_lifetime": lifetime}
        for client, secret in ((CLIENT, SECRET), (OTHER, OTHERS))
    ]
    async with site(folder, start=False, account={"oauth_apps": apps}) as here:
        if not start:
            yield here
            return
        async with here.running(settings(here.fake, folder, twilio=APP | twilio)):
            yield here


def asked(here: Site, operation: str = TOKEN) -> list[int]:
    """Return the response statuses of an operation."""
    return [exchange.status for exchange in here.fake.requests if exchange.operation == operation]


def refuse_token(here: Site, times: int = 1) -> None:
    """Have Twilio refuse the token of a create request as if it were revoked, but not the app."""
    here.fault({"type": "http_error", "status": 401, "code": 20003}, SENT, times=times)


async def test_everything_works_with_an_app_alone(tmp_path: Path) -> None:
    async with by_app(tmp_path) as here:
        await here.send("Fire")
        await here.fake.handset(GUARD).send(OURS, "Here")
        await here.clock.advance(20)
        assert here.received() == ["Fire"]
        assert len(await here.events("Message Received")) == 1
        assert (await here.status("twilio"), await here.status()) == ("Normal", "Normal")
        assert asked(here) == [200], "one token for all requests"


async def test_a_token_is_renewed_before_it_expires(tmp_path: Path) -> None:
    async with by_app(tmp_path, lifetime=600) as here:
        await here.clock.advance(6000)
        assert len(asked(here)) in (11, 12)
        assert set(asked(here)) == {200}
        assert 401 not in {exchange.status for exchange in here.fake.requests}


async def test_a_short_lived_token_is_renewed_at_half_its_life(tmp_path: Path) -> None:
    async with by_app(tmp_path, lifetime=60) as here:
        await here.clock.advance(600)
        assert len(asked(here)) < 25
        assert 401 not in {exchange.status for exchange in here.fake.requests}


async def test_a_refused_token_costs_no_attempt(tmp_path: Path) -> None:
    async with by_app(tmp_path) as here:
        refuse_token(here)
        execution = await here.send("Fire")
        attempts = (await here.execution(execution))["attempts"]
        assert [attempt["outcome"] for attempt in attempts] == ["accepted"]
        assert here.received() == ["Fire"]
        assert (asked(here), asked(here, SENT)) == ([200, 200], [401, 201])


async def test_a_fresh_token_that_is_refused_too_is_not_replaced_again(tmp_path: Path) -> None:
    async with by_app(tmp_path) as here:
        refuse_token(here, times=2)
        execution = await here.send("Fire")
        assert (asked(here), asked(here, SENT)) == ([200, 200], [401, 401])
        await here.clock.advance(5)
        assert (await here.execution(execution))["state"] == "succeeded"
        assert here.received() == ["Fire"]


async def test_a_token_endpoint_that_fails_is_no_wrong_login(tmp_path: Path) -> None:
    """Nothing is noticed while the old token is valid; then communication is lost, and no message is sent twice."""
    async with by_app(tmp_path, lifetime=600) as here:
        here.fault({"type": "http_error", "status": 503}, TOKEN, times=None)
        await here.clock.advance(590)
        assert await here.status("twilio") == "Normal"
        assert await here.logged("access_token_not_renewed") != []
        await here.clock.advance(240)
        comm = (await here.asset("twilio"))["facts"]["comm"]
        assert (await here.status("twilio"), comm["reason"]) == ("No Communication", "UNREACHABLE")
        await here.send("Fire")
        here.fake.faults.clear()
        await here.clock.advance(120)
        assert here.received() == ["Fire"]
        assert await here.status("twilio") == "Normal"


@pytest.mark.parametrize(
    "effect",
    [
        {"type": "html_error"},
        {"type": "malformed_json"},
        {"type": "reset_before"},
        {"type": "http_error", "status": 429},
    ],
)
async def test_an_answer_without_a_token_is_survived(tmp_path: Path, effect: dict[str, Any]) -> None:
    async with by_app(tmp_path, start=False) as here:
        here.fault(effect, TOKEN, times=2)
        async with here.running(settings(here.fake, tmp_path, twilio=APP)):
            await here.clock.advance(120)
            await here.send("Fire")
            await here.clock.advance(10)
            assert here.received() == ["Fire"]
            assert await here.status("twilio") == "Normal"


async def test_a_wrong_secret_is_wrong_credentials_at_once(tmp_path: Path) -> None:
    async with by_app(tmp_path, oauth_client_secret="not-the-secret") as here:
        comm = (await here.asset("twilio"))["facts"]["comm"]
        assert comm["reason"] == "AUTH_FAILED"
        await here.reload(tmp_path, twilio=APP)
        assert await here.status("twilio") == "Normal"


async def test_the_secret_is_rotated_without_a_restart(tmp_path: Path) -> None:
    async with by_app(tmp_path) as here, here.http.ws_connect(f"{here.driver.dataserver_url}/api/events") as stream:
        await here.send("before")
        await here.reload(tmp_path, twilio=APP | {"oauth_client_id": OTHER, "oauth_client_secret": OTHERS})
        await here.send("after")
        await here.reload(tmp_path)
        await here.send("with the auth token again")
        assert here.received() == ["before", "after", "with the auth token again"]
        assert "AlarmRaised" not in {event["name"] for event in await here.events()}
        assert not stream.closed
        forms = [str(each.body) for each in here.fake.requests if each.operation == TOKEN]
        assert ["1" * 32 in form for form in forms] == [True, False]


async def test_an_app_that_may_not_read_the_account_works(tmp_path: Path) -> None:
    async with by_app(tmp_path, start=False) as here:
        here.fault({"type": "http_error", "status": 401, "code": 70051}, "accounts.fetch", times=None)
        async with here.running(settings(here.fake, tmp_path, twilio=APP)):
            await here.clock.advance(300)
            assert await here.status("twilio") == "Normal"


async def test_neither_secret_nor_token_is_logged(tmp_path: Path) -> None:
    async with by_app(tmp_path) as here:
        await here.client.trace(["http"], minutes=60)
        await here.clock.advance(7200)
        log = str(await here.client.logs(pageSize="1000"))
        assert "/v2/token" in log
        assert not [secret for secret in (SECRET, "eyJ") if secret in log]
