"""Snapshots of all assets: serialized once for concurrent clients, and again after a change."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from driver.api.frames import SnapshotFrame
from driver.config.models import SystemConfig
from driver.config.phones import PhoneConfig
from driver.dataserver.snapshot import SAME_MOMENT, Snapshot, WrittenSnapshot
from driver.domain.alarms import AlarmRecord, RecordState
from driver.domain.asset import AlarmRules, Asset
from driver.domain.facts import CommLoss, CommReason
from driver.domain.status_table import State
from driver.services.asset_catalog import asset_catalog
from driver.services.asset_states import AssetStates, first_state
from fake_twilio import ManualClock

NOW = datetime(2026, 1, 31, tzinfo=UTC)


class Site:
    """Two phones and their snapshots."""

    def __init__(self) -> None:
        phones = [PhoneConfig.model_validate({"id": name}) for name in ("gate", "door")]
        catalog = asset_catalog(SystemConfig(), phones, lambda _asset: AlarmRules())
        loss = CommLoss(CommReason.INITIALIZING, "", NOW)
        self.states = AssetStates(catalog)
        self.states.show(first_state(entry, loss) for entry in catalog.entries.values())
        self.clock = ManualClock(NOW)
        self.snapshot = Snapshot(self.states, self.clock)

    def show(self, **changes: Any) -> Asset:
        """Change the state of the gate."""
        gate = replace(self.states.get("gate"), **changes)
        self.states.show([gate])
        return gate


def alarms(frame: WrittenSnapshot) -> list[dict[str, Any]]:
    return [alarm for asset in json.loads(frame.data)["assets"] for alarm in asset["alarms"]]


def test_listeners_of_one_moment_get_the_same_bytes() -> None:
    site = Site()
    frame = site.snapshot.frame(7)
    assert [asset.asset_id for asset in SnapshotFrame.model_validate_json(frame.data).assets] == [
        "twilio",
        "gate",
        "door",
    ]
    assert site.snapshot.frame(7) is frame


def test_another_event_or_another_state_is_another_snapshot() -> None:
    site = Site()
    frame = site.snapshot.frame(7)
    site.show(status="Fault")
    changed = site.snapshot.frame(7)
    assert [json.loads(each.data)["assets"][1]["status"] for each in (frame, changed)] == ["No Communication", "Fault"]
    assert json.loads(site.snapshot.frame(8).data)["seq"] == 8


async def test_the_age_of_an_alarm_is_exact_to_the_moment() -> None:
    site = Site()
    record = AlarmRecord("a", State.FAULT, "Fault", RecordState.ACTIVE_UNACKED, NOW, NOW, NOW)
    site.show(records=(record,))
    sent = site.snapshot.frame(7)
    ages = [alarms(sent)[0]["age"]]
    for seconds in (SAME_MOMENT.total_seconds() / 2, 5):
        await site.clock.advance(seconds)
        ages.append(alarms(site.snapshot.frame(7))[0]["age"])
    assert ages == [0, 0, 5.5]
    assert sent.moment == NOW
