"""States as another driver stored them, and events that go on from another place."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from driver.config.models import PhoneConfig, SystemConfig
from driver.domain.asset import AlarmRules
from driver.domain.commands import AssetType
from driver.domain.facts import CommLoss, CommReason, Facts
from driver.runtime.idle import IdleTracker
from driver.services.asset_catalog import asset_catalog
from driver.services.asset_states import AssetStates, first_state
from driver.services.event_bus import EventBus
from fake_twilio import ManualClock

LOSS = CommLoss(CommReason.INITIALIZING, "", datetime(2026, 1, 31, tzinfo=UTC))


def states(phones: Sequence[str] = ("guard",)) -> AssetStates:
    phone_configs = [PhoneConfig.model_validate({"id": phone}) for phone in phones]
    catalog = asset_catalog(SystemConfig(), phone_configs, lambda _asset: AlarmRules())
    made = AssetStates(catalog)
    made.show(first_state(entry, LOSS) for entry in catalog.entries.values())
    return made


def test_nothing_is_known_at_first() -> None:
    for entry, asset in states().all():
        assert (asset.asset_id, asset.status) == (entry.asset_id, "No Communication")
        assert asset.facts.comm is not None
        assert asset.facts.comm.reason == "INITIALIZING"


def test_a_stored_state_is_shown_and_one_of_an_asset_that_is_gone_is_not() -> None:
    shown = states()
    normal = replace(shown.get("guard"), facts=Facts(), status="Normal")
    gone = first_state(shown.catalog.entries["guard"], LOSS)
    shown.show([normal, replace(gone, asset_id="gone")])
    assert shown.get("guard").status == "Normal"
    assert [entry.asset_type for entry, _ in shown.all()] == [AssetType.SYSTEM, AssetType.PHONE]
    assert shown.system_down


def test_subscriptions_end_when_the_events_go_on_from_another_place() -> None:
    bus = EventBus(IdleTracker(ManualClock()), 7)
    before = bus.subscribe()
    bus.restart(3, "takeover")
    assert (before.closed, bus.closing, bus.last_seq) == (True, "takeover", 3)
    assert not bus.subscribe().closed
