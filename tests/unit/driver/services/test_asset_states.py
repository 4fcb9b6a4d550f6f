"""States as another driver stored them, and events that continue from another position."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from driver.config.models import SystemConfig
from driver.config.phones import PhoneConfig
from driver.domain.alarms import AlarmRecord, RecordState
from driver.domain.asset import AlarmRules
from driver.domain.commands import AssetType
from driver.domain.facts import CauseKind, CommLoss, CommReason, Facts, Fault, FaultCause
from driver.domain.status_table import State
from driver.runtime.idle import IdleTracker
from driver.services.asset_catalog import asset_catalog
from driver.services.asset_states import AssetStates, first_state
from driver.services.event_bus import EventBus
from fake_twilio import ManualClock

NOW = datetime(2026, 1, 31, tzinfo=UTC)
LOSS = CommLoss(CommReason.INITIALIZING, "", NOW)


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
        assert (asset.facts.comm.reason, asset.facts.comm.detail) == ("INITIALIZING", "")


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


def alarm(alarm_id: str, status: State, *causes: str, minute: int = 0) -> AlarmRecord:
    at = NOW.replace(minute=minute)
    return AlarmRecord(alarm_id, status, status.value, RecordState.ACTIVE_UNACKED, at, at, causes=causes)


def test_a_phones_lost_communication_follows_from_the_systems_unless_it_has_a_cause_of_its_own() -> None:
    shown = states()
    system, guard = (asset for _, asset in shown.all())
    shown.show([replace(system, records=(alarm("S1", State.NO_COMMUNICATION, "TIMEOUT"),))])
    assert shown.cause_of(guard, alarm("G1", State.NO_COMMUNICATION, "PARENT_DOWN")) == "S1"
    assert shown.cause_of(guard, alarm("G1", State.NO_COMMUNICATION, "PARENT_DOWN", "CONFIG_INVALID")) == ""
    assert shown.cause_of(guard, alarm("G1", State.FAULT)) == ""
    shown.show([system])
    assert shown.cause_of(guard, alarm("G1", State.NO_COMMUNICATION, "PARENT_DOWN")) == ""


def test_the_systems_fault_follows_from_the_first_alarm_of_its_phones() -> None:
    shown = states(("desk", "gate", "guard"))
    system, *phones = (asset for _, asset in shown.all())
    sent = Fault(FaultCause.SEND_FAILED, CauseKind.EVENT, "not sent", NOW, NOW)
    ill = [
        replace(phone, facts=Facts(faults=(sent,)), records=(alarm(f"A{minute}", State.FAULT, minute=minute),))
        for phone, minute in zip(phones, (3, 1, 2), strict=True)
    ]
    child = alarm("S1", State.FAULT, FaultCause.CHILD_FAULT.value)
    assert shown.cause_of(system, child) == ""
    shown.show(ill)
    assert shown.cause_of(system, child) == "A1"
    assert shown.cause_of(system, alarm("S1", State.FAULT, "trial")) == ""


def test_an_asset_is_found_by_its_id_and_by_its_own_path_only() -> None:
    catalog = states().catalog
    guard = catalog.entries["guard"]
    assert (catalog.find("guard"), catalog.find(guard.item_id)) == (guard, guard)
    assert [catalog.find(name) for name in ("nobody", "Phone/guard", f"{guard.item_id}/", "/guard")] == [None] * 4
