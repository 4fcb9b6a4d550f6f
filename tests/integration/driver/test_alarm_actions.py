"""Several alarms at once through the API: acknowledged in one step, shelved and unshelved, all or none."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from driver.api.alarm_models import AlarmsDoneModel
from driver.api.passwords import hash_token
from support.driver_database import locked
from support.driver_site import REFUSED, Site, refused, settings, site

UNTIL = datetime(2026, 1, 1, 0, 10, tzinfo=UTC)


async def broken(here: Site) -> dict[str, str]:
    """Put both phones into Fault; return the alarm ID of each asset."""
    here.fault(REFUSED, times=4)
    for asset in ("guard", "gate"):
        await here.send("lost", asset)
    await here.clock.advance(5)
    return {alarm["assetId"]: alarm["alarmId"] for alarm in await alarms(here)}


async def alarms(here: Site) -> list[dict[str, Any]]:
    return list(await here.alarms())


def done(*done: str, unchanged: Sequence[str] = (), gone: Sequence[str] = ()) -> AlarmsDoneModel:
    return AlarmsDoneModel(done=[*done], unchanged=[*unchanged], gone=[*gone])


async def lines(here: Site, command: str) -> list[dict[str, str]]:
    return [line for line in await here.audit() if line["Command/Status"] == command]


async def test_all_alarms_of_a_cause_are_acknowledged_in_one_step(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        ids = await broken(here)
        everything = ["none", *ids.values(), ids["guard"]]
        answer = await here.client.acknowledge_alarms(everything, comment="seen", workstation="w1")
        assert answer == done(*ids.values(), gone=["none"])
        assert {(a["state"], a["comment"], a["acknowledgedVia"]) for a in await alarms(here)} == {
            ("Acknowledged", "seen", "workstation")
        }
        assert await here.client.acknowledge_alarms([ids["guard"]]) == done(unchanged=[ids["guard"]])
        found = await lines(here, "Acknowledge")
        assert {line["Location"] for line in found} == {"Guard", "Gate", "Twilio SMS"}
        assert found[-1]["Action"].startswith("Command ok; Alarm ID: ")
        assert found[-1]["Action"].endswith("; Comment: seen")


async def test_what_follows_from_a_cause_is_acknowledged_with_it(tmp_path: Path) -> None:
    async with site(tmp_path, states={"suppress_child_comm_alarms": False}) as here:
        here.fault({"type": "http_error", "status": 503}, "*", times=None)
        await here.clock.advance(60)
        by_asset = {alarm["assetId"]: alarm for alarm in await alarms(here)}
        cause = by_asset["twilio"]["alarmId"]
        assert {alarm["cause"] for alarm in by_asset.values()} == {None, cause}
        await here.client.acknowledge_alarms([by_asset["gate"]["alarmId"]])
        answer = await here.client.acknowledge_alarms([cause], consequences=True)
        assert answer == done(cause, by_asset["guard"]["alarmId"])
        assert {alarm["state"] for alarm in await alarms(here)} == {"Acknowledged"}


async def test_a_shelved_alarm_is_listed_as_such_survives_a_restart_and_comes_back(tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here:
        config = settings(here.fake, tmp_path)
        async with here.running(config):
            ids = await broken(here)
            await here.client.shelve([ids["guard"]], UNTIL, "being repaired")
            [shelved] = [alarm for alarm in await alarms(here) if alarm["shelved"]]
            assert (shelved["assetId"], shelved["age"]) == ("guard", None)
            assert shelved["shelved"]["until"] == "2026-01-01T00:10:00.000Z"
            [line] = await lines(here, "Shelve")
            assert line["Action"] == (
                f"Command ok; Alarm ID: {ids['guard']}; Until: 2026-01-01T00:10:00.000Z; Comment: being repaired"
            )
        async with here.running(config):
            assert (await here.asset("guard"))["shelved"][0]["comment"] == "being repaired"
            await here.clock.advance(600)
            assert not any(alarm["shelved"] for alarm in await alarms(here))
            [back] = await here.events("AlarmUnshelved")
            assert back["assetId"] == "guard"


async def test_a_shelved_alarm_can_be_taken_back(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        ids = await broken(here)
        await here.client.shelve([ids["guard"]], UNTIL, "test")
        assert await here.client.unshelve([ids["guard"]]) == done(ids["guard"])
        assert not any(alarm["shelved"] for alarm in await alarms(here))
        assert await lines(here, "Unshelve")
        assert await here.client.unshelve([ids["guard"]]) == done(unchanged=[ids["guard"]])


async def test_a_shelved_alarm_is_not_texted_about(tmp_path: Path) -> None:
    rule = {"on": "AlarmRaised", "do": [{"to": "gate", "message": "{Name}"}]}
    async with site(tmp_path, workflows=[rule], states={"child_fault_rollup": False}) as here:
        here.fault(REFUSED, times=2)
        await here.send("lost")
        await here.clock.advance(5)
        before = here.creates()
        [alarm] = (await here.asset("guard"))["alarms"]
        await here.client.shelve([alarm["alarmId"]], UNTIL, "test")
        await here.command("guard", "Reset")
        here.fault(REFUSED, times=2)
        await here.send("lost again")
        await here.clock.advance(5)
        assert here.creates() == before + 2


@pytest.mark.parametrize(
    ("until", "wrong"),
    [
        ("2026-01-03T00:00:00Z", "within 24 h from now"),
        ("2026-01-02T00:00:00.001Z", "within 24 h from now"),
        ("2026-01-01T00:00:00Z", "within 24 h from now"),
        ("2020-01-01T00:00:00Z", "within 24 h from now"),
        ("2026-01-01T00:10:00", "timezone"),
        ("0001-01-01T00:00:00+14:00", "between the years 1970 and 9998"),
    ],
)
async def test_no_alarm_is_shelved_for_ever_or_without_a_reason(tmp_path: Path, until: str, wrong: str) -> None:
    async with site(tmp_path) as here:
        body = {"alarmIds": ["a"], "until": until, "comment": "why"}
        problem = await here.post("/api/alarms/shelve", body, status=400)
        assert wrong in str(problem)
        assert problem["errors"][0]["path"] == "until"
        problem = await refused(here.client.shelve(["a"], UNTIL, ""), 400)
        assert problem["errors"][0]["path"] == "comment"
        problem = await refused(here.client.acknowledge_alarms([]), 400)
        assert problem["errors"][0]["path"] == "alarmIds"


async def test_nothing_is_done_where_it_cannot_be_stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("driver.store.engines.BUSY_S", 0.05)
    async with site(tmp_path) as here:
        ids = await broken(here)
        with locked(tmp_path / "driver.db"):
            problem = await refused(here.client.acknowledge_alarms(list(ids.values())), 503)
            assert problem["code"] == "store_unavailable"
        assert {alarm["state"] for alarm in await alarms(here)} == {"Unacknowledged"}


async def test_who_only_watches_may_not(tmp_path: Path) -> None:
    tokens = [{"name": "wall", "token_hash": hash_token("w" * 20), "role": "viewer"}]
    async with site(tmp_path, dataserver={"tokens": tokens}) as here:
        for what in ("acknowledge", "shelve", "unshelve"):
            url = f"{here.driver.dataserver_url}/api/alarms/{what}"
            async with here.http.post(url, json={}, headers={"Authorization": "Bearer " + "w" * 20}) as answer:
                assert answer.status == 403


async def test_an_alarm_is_shelved_for_a_day_at_most(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        assert await here.client.shelve(["over"], here.clock.now() + timedelta(days=1), "why") == done(gone=["over"])
