"""The auth token is rotated at runtime, whether the driver's configuration is updated in time or not."""

from pathlib import Path

import aiohttp

from support.driver_site import GUARD, OURS, Site, settings, site

TAKES_OTHER = "credentials_switched"


async def rotated(here: Site, step: str) -> str:
    """Create a secondary token or promote it, as in Twilio's console; return the secondary token that Twilio shows."""
    auth = {"Authorization": aiohttp.encode_basic_auth(here.fake.account_sid, here.fake.auth_token)}
    async with here.http.post(f"{here.fake.base_url}/v1/AuthTokens/{step}", headers=auth) as answer:
        assert answer.status in {200, 201}
        return str((await answer.json()).get("secondary_auth_token", ""))


async def test_a_token_is_rotated_without_a_gap(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        old, fresh = here.fake.auth_token, await rotated(here, "Secondary")
        await here.reload(tmp_path, twilio={"auth_token": fresh, "auth_token_secondary": old})
        await here.send("before the promotion")
        await rotated(here, "Promote")
        await here.send("after it")
        await here.reload(tmp_path, twilio={"auth_token": fresh})
        await here.clock.advance(120)
        assert here.received() == ["before the promotion", "after it"]
        assert "AlarmRaised" not in {event["name"] for event in await here.events()}


async def test_a_rotated_token_is_swapped_while_texts_wait(tmp_path: Path) -> None:
    """Twilio's rotation: a secondary token is created and promoted; from then on the old one is refused."""
    async with site(tmp_path) as here:
        async with here.http.ws_connect(f"{here.driver.dataserver_url}/api/events") as stream:
            fresh = await rotated(here, "Secondary")
            await rotated(here, "Promote")
            first = await here.send("while the old one is refused")
            assert (await here.asset("twilio"))["facts"]["comm"]["reason"] == "AUTH_FAILED"
            await here.reload(tmp_path, twilio={"auth_token": fresh})
            assert await here.status("twilio") == "Normal"
            await here.clock.advance(5)
            second = await here.send("with the new one")
            assert [(await here.execution(each))["state"] for each in (first, second)] == ["succeeded"] * 2
            assert here.received() == ["while the old one is refused", "with the new one"]
            assert not stream.closed
        log = str(await here.client.logs(pageSize="1000"))
        assert fresh not in log
        assert here.fake.auth_token not in log


async def test_a_secondary_token_that_was_promoted_is_used_by_itself(tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here:
        old, fresh = here.fake.auth_token, await rotated(here, "Secondary")
        both = {"auth_token": old, "auth_token_secondary": fresh}
        async with here.running(settings(here.fake, tmp_path, twilio=both)):
            await here.send("with the old one")
            await rotated(here, "Promote")
            execution = await here.send("with the new one")
            assert [attempt["outcome"] for attempt in (await here.execution(execution))["attempts"]] == ["accepted"]
            await here.fake.handset(GUARD).send(OURS, "heard")
            await here.clock.advance(120)
            assert here.received() == ["with the old one", "with the new one"]
            names = {event["name"] for event in await here.events()}
            assert "Message Received" in names
            assert "AlarmRaised" not in names
            [record] = await here.logged(TAKES_OTHER)
            assert (record["level"], record["takes"], record["refuses"]) == (
                "warning",
                "auth_token_secondary",
                "auth_token",
            )
            findings = (await here.client.selftest()).findings
            assert "put that token into auth_token" in {finding.remedy for finding in findings}
            log = str(await here.client.logs(pageSize="1000"))
            assert old not in log
            assert fresh not in log


async def test_two_tokens_that_are_both_refused_are_wrong_credentials(tmp_path: Path) -> None:
    async with site(tmp_path, twilio={"auth_token": "one", "auth_token_secondary": "other"}) as here:
        comm = (await here.asset("twilio"))["facts"]["comm"]
        assert comm["reason"] == "AUTH_FAILED"
        assert await here.logged(TAKES_OTHER) == []
