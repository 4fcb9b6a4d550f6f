"""Every change is stored with its cause, or kept until the database works; time triggers changes as well."""

from dataclasses import replace
from datetime import timedelta

import pytest
import structlog.testing

from driver.config.models import SystemConfig
from driver.config.phones import PhoneConfig
from driver.domain.alarms import Shelf
from driver.domain.asset import AlarmRules, Asset
from driver.domain.asset_changes import (
    AcknowledgeGiven,
    CommLost,
    CommRestored,
    ConditionsFound,
    FaultCleared,
    FaultRaised,
    Masked,
    Operator,
)
from driver.domain.asset_events import AssetEvent
from driver.domain.facts import CauseKind, CommReason, Condition, FaultCause
from driver.domain.status_table import State, default_table
from driver.errors import StoreUnavailableError, UnstorableError
from driver.ports.store import AuditEntry, DropAsset, SetMark
from driver.services.asset_catalog import AssetCatalog, asset_catalog
from driver.services.assets import STORE_PAUSE, Assets
from support.driver_memory import GUARD, OURS
from support.driver_services import PHONES, ServicesRig

NOT_SENT = FaultRaised(FaultCause.SEND_FAILED, CauseKind.EVENT, "not sent")
DAY = timedelta(days=1)
MARK = SetMark("somebody's", "own")
DESK = PhoneConfig(id="desk", external_phone_number=GUARD, twilio_phone_number=OURS)


def catalog(*phones: PhoneConfig) -> AssetCatalog:
    return asset_catalog(SystemConfig(), phones, lambda _asset_id: AlarmRules())


def assets(here: ServicesRig, *phones: PhoneConfig) -> Assets:
    """Return assets as they are after startup."""
    return Assets(catalog(*phones), here.store, here.clock, ids=here.ids, activity=here.activity)


@pytest.fixture
async def here() -> ServicesRig:
    made = ServicesRig()
    await made.online()
    return made


async def test_a_change_is_one_commit_with_its_events_and_its_audit_line(here: ServicesRig) -> None:
    commits = len(here.memory.commits)
    staged = await here.assets.apply("guard", NOT_SENT)
    assert [list(staged.writes)] == here.memory.commits[commits:]
    assert here.memory.assets["guard"] == here.asset()
    changed = [line for line in here.memory.audit_lines if line.command_or_status == "Fault"]
    assert [(line.action, line.user_name, line.computer, line.location) for line in changed] == [
        ("Status changed", "driver", "", "Guard"),
        ("Status changed", "driver", "", "Twilio SMS"),
    ]
    assert staged.why == ""
    refused = await here.assets.apply("guard", AcknowledgeGiven(Operator("alice"), "A0"))
    assert refused.why != ""


async def test_an_asset_that_is_gone_and_a_fault_that_there_is_not_change_nothing(here: ServicesRig) -> None:
    commits = len(here.memory.commits)
    assert (await here.assets.apply("", NOT_SENT)).writes == ()
    assert (await here.assets.apply("guard", FaultCleared(CauseKind.EVENT))).writes == ()
    assert len(here.memory.commits) == commits
    await here.assets.apply("guard", NOT_SENT)
    await here.assets.apply("guard", FaultCleared(CauseKind.EVENT))
    assert here.faults() == {}


async def test_an_event_shows_the_asset_as_it_is_now(here: ServicesRig) -> None:
    entry = here.assets.catalog.entries["guard"]
    earlier = here.clock.now() - timedelta(seconds=9)
    event = here.assets.event(entry, AssetEvent("Rang", {"Times": 2}), event_id="E1", occurred_at=earlier)
    assert (event.event_id, event.name, event.parameters, event.occurred_at) == ("E1", "Rang", {"Times": 2}, earlier)
    assert event.observed_at == here.clock.now()
    assert event.initial == {
        "Item ID": "IntegratedSystems/twilio/Phone/guard",
        "Item Type": "Phone",
        "Name": "Guard",
        "Status": "Normal",
    }
    plain = here.assets.event(entry, AssetEvent("Rang", {}))
    assert len(plain.event_id) == 26
    assert plain.occurred_at == here.clock.now()


async def test_a_condition_is_logged_when_it_comes_and_when_it_goes(here: ServicesRig) -> None:
    found = Condition(FaultCause.TRIAL, "a trial", "upgrade", here.clock.now())
    with structlog.testing.capture_logs() as logged:
        await here.assets.apply("twilio", ConditionsFound((found,)))
        await here.assets.apply("twilio", ConditionsFound(()))
        await here.assets.apply("twilio", CommLost(CommReason.TIMEOUT, "gone"))
    said = [(each["event"], each["log_level"], each["asset_id"]) for each in logged if "condition" in each["event"]]
    assert said == [("condition_found", "warning", "twilio"), ("condition_ended", "info", "twilio")]
    assert all(each["condition"] == "trial" for each in logged if "condition" in each["event"])


async def test_what_the_database_does_not_take_is_kept_and_the_others_bring_theirs_again(here: ServicesRig) -> None:
    here.memory.fail()
    staged = here.assets.stage("guard", NOT_SENT)
    with pytest.raises(StoreUnavailableError):
        await here.assets.commit(staged.writes, [MARK])
    assert here.faults("twilio")[FaultCause.STORE_UNAVAILABLE] == ("the disk is full", None, "a working database")
    here.memory.fail("still full")
    await here.assets.save([])
    assert here.faults("twilio")[FaultCause.STORE_UNAVAILABLE][0] == "the disk is full", "one fault, however often"
    here.memory.work()
    await here.assets.save([])
    assert here.memory.assets["guard"] == here.asset()
    assert here.memory.marks == {}
    assert set(here.faults("twilio")) == {FaultCause.CHILD_FAULT}
    await here.assets.save([])
    assert here.memory.assets["twilio"] == here.asset("twilio")
    commits = len(here.memory.commits)
    await here.assets.save([])
    assert len(here.memory.commits) == commits


async def test_the_task_tries_again_after_a_pause_and_rests_otherwise(here: ServicesRig) -> None:
    async with here.running(here.assets.run):
        assert here.clock.next_due() is None
        here.memory.fail()
        await here.assets.apply("guard", NOT_SENT)
        await here.clock.advance(STORE_PAUSE.total_seconds())
        here.memory.work()
        commits = len(here.memory.commits)
        await here.clock.advance(STORE_PAUSE.total_seconds() - 0.1)
        assert len(here.memory.commits) == commits
        await here.clock.advance(2 * STORE_PAUSE.total_seconds())
        assert here.memory.assets["guard"] == here.asset()
        assert here.memory.assets["twilio"] == here.asset("twilio")
        assert FaultCause.STORE_UNAVAILABLE not in here.faults("twilio")
        assert here.clock.next_due() is None


async def test_a_working_database_ends_no_other_fault(here: ServicesRig) -> None:
    await here.assets.apply("twilio", FaultRaised(FaultCause.WEBHOOK_INVALID, CauseKind.STANDING, "no"))
    await here.assets.apply("guard", CommRestored())
    assert set(here.faults("twilio")) == {FaultCause.WEBHOOK_INVALID}
    here.memory.fail()
    await here.assets.apply("guard", Masked(Operator("alice"), None))
    assert set(here.faults("twilio")) == {FaultCause.WEBHOOK_INVALID, FaultCause.STORE_UNAVAILABLE}
    here.memory.work()
    await here.assets.save([])
    assert set(here.faults("twilio")) == {FaultCause.WEBHOOK_INVALID}


async def test_what_can_never_be_stored_holds_up_nothing_else(here: ServicesRig) -> None:
    bad = SetMark("bad", "half a character")
    here.memory.fail()
    await here.assets.save([bad])
    await here.assets.apply("guard", NOT_SENT)
    here.memory.failing = lambda writes: UnstorableError("odd") if bad in writes else None
    await here.assets.commit([], [MARK])
    assert here.memory.assets["guard"] == here.asset()
    assert here.memory.marks == {MARK.name: MARK.value}
    await here.assets.save([])
    commits = len(here.memory.commits)
    with pytest.raises(UnstorableError):
        await here.assets.commit([bad])
    assert FaultCause.STORE_UNAVAILABLE not in here.faults("twilio"), "the database is fine"
    await here.assets.save([])
    assert len(here.memory.commits) == commits


async def test_a_change_is_taken_back_unless_something_else_has_changed_the_asset_since(here: ServicesRig) -> None:
    before = [here.asset("guard"), here.asset("gate")]
    writes = [*here.assets.stage("guard", NOT_SENT).writes, *here.assets.stage("gate", NOT_SENT).writes]
    here.assets.stage("gate", CommLost(CommReason.TIMEOUT, "gone"))
    here.assets.take_back(before, writes)
    assert here.asset("guard") == before[0]
    assert here.faults("gate") != {}


async def test_until_twilio_answers_nobody_knows_better_and_a_grace_keeps_alarms_back() -> None:
    here = ServicesRig()
    made = assets(here, *PHONES)
    made.start({}, 30)
    for entry, asset in made.all():
        loss = asset.facts.comm
        assert loss is not None
        assert (loss.reason, loss.detail, asset.records) == (CommReason.INITIALIZING, "", ())
        assert loss.phones == (2 if entry is made.catalog.system else 0)
    async with here.running(made.run):
        await here.clock.advance(29)
        assert made.get("twilio").records == ()
        await here.clock.advance(1)
        assert len(made.get("twilio").records) == 1
        assert here.memory.assets["twilio"] == made.get("twilio")


async def test_what_is_remembered_goes_on_and_an_active_alarm_needs_no_grace(here: ServicesRig) -> None:
    await here.assets.apply("guard", NOT_SENT)
    await here.monitor.failed(CommReason.AUTH_FAILED, "refused")
    made = assets(here, *PHONES)
    made.start(here.memory.assets, 30)
    assert made.get("guard").facts.faults == here.asset("guard").facts.faults
    assert made.get("twilio").records[0].alarm_id == here.asset("twilio").records[0].alarm_id
    assert made.get("twilio").startup_grace_until is None
    loss = made.get("twilio").facts.comm
    assert loss is not None
    assert (loss.reason, loss.phones) == (CommReason.INITIALIZING, 2)
    fresh = assets(here, *PHONES)
    fresh.start({"guard": here.asset("guard")}, 30)
    assert fresh.get("guard").startup_grace_until == here.clock.now() + timedelta(seconds=30)
    assert fresh.get("guard").facts.faults


@pytest.mark.parametrize("suppress", [True, False])
async def test_phones_under_the_same_rules_begin_as_each_would_alone(here: ServicesRig, suppress: bool) -> None:
    names = ("new", "healthy", "healthier", "faulty", "latched", "masked", "shelved", "renamed", "newer", "down")
    remembered = {name: replace(here.asset("guard"), asset_id=name) for name in ("healthy", "healthier", "renamed")}
    remembered["renamed"] = replace(remembered["renamed"], status="No Communication", since=here.clock.now() - DAY)
    await here.assets.apply("guard", NOT_SENT)
    remembered["faulty"] = replace(here.asset("guard"), asset_id="faulty")
    alarm = remembered["faulty"].records[0]
    remembered["latched"] = replace(remembered["healthy"], asset_id="latched", records=(replace(alarm, alarm_id="b"),))
    shelf = Shelf("a", State.FAULT, "alice", here.clock.now(), here.clock.now() + DAY)
    remembered["shelved"] = replace(remembered["healthy"], asset_id="shelved", shelves=(shelf,))
    await here.assets.apply("gate", Masked(Operator("alice")))
    remembered["masked"] = replace(here.asset("gate"), asset_id="masked")
    await here.monitor.failed(CommReason.AUTH_FAILED, "refused")
    remembered["down"] = replace(here.asset("gate"), asset_id="down")
    rules = AlarmRules(default_table(latch=True), suppress_parent_down=suppress)

    def begun(*phones: str) -> dict[str, Asset]:
        configured = [PhoneConfig(id=name, external_phone_number=GUARD, twilio_phone_number=OURS) for name in phones]
        made = Assets(
            asset_catalog(SystemConfig(), configured, lambda _asset_id: rules),
            here.store,
            here.clock,
            ids=here.ids,
            activity=here.activity,
        )
        made.start(remembered, 30 if suppress else 0)
        records = {name: made.get(name).records for name in phones}
        alarm_ids = [record.alarm_id for found in records.values() for record in found]
        assert len(set(alarm_ids)) == len(alarm_ids)
        return {
            name: replace(made.get(name), records=tuple(replace(record, alarm_id="") for record in found))
            for name, found in records.items()
        }

    for order in (names, names[::-1]):
        assert begun(*order) == {name: begun(name)[name] for name in order}


async def test_other_assets_are_applied_while_everything_runs(here: ServicesRig) -> None:
    async with here.running(here.assets.run):
        await here.assets.apply("guard", NOT_SENT)
        here.assets.configure(rollup=True, grace_s=50)
        incomplete = PhoneConfig(id="spare", external_phone_number=GUARD)
        await here.assets.reconfigure(catalog(PHONES[1], DESK, incomplete))
        assert [entry.asset_id for entry, _ in here.assets.all()] == ["twilio", "gate", "desk", "spare"]
        written = here.memory.commits[-1]
        assert DropAsset("guard") in written
        assert {write.asset_id for write in written if isinstance(write, Asset)} == {
            "twilio",
            "desk",
            "spare",
        }
        desk, spare = here.asset("desk").facts.comm, here.asset("spare").facts.comm
        assert desk is not None
        assert spare is not None
        assert (desk.reason, desk.detail) == (CommReason.INITIALIZING, "")
        assert (spare.reason, spare.detail) == (CommReason.CONFIG_INVALID, "Twilio Phone Number not configured")
        assert here.asset("desk").startup_grace_until == here.clock.now() + timedelta(seconds=50)
        assert here.faults("twilio") == {}, "the phone that was in Fault is gone"
        assert here.asset("gate").facts.comm is None


async def test_the_systems_loss_concerns_the_phones_that_there_are_now(here: ServicesRig) -> None:
    await here.monitor.failed(CommReason.AUTH_FAILED, "refused")
    commits = len(here.memory.commits)
    await here.assets.reconfigure(here.assets.catalog)
    assert len(here.memory.commits) == commits
    await here.assets.reconfigure(catalog(*PHONES, DESK, PhoneConfig(id="spare")))
    loss = here.asset("twilio").facts.comm
    assert loss is not None
    assert (loss.phones, loss.reason, loss.detail) == (3, CommReason.AUTH_FAILED, "refused")


async def test_a_clock_that_is_set_moves_what_is_due_with_it(here: ServicesRig) -> None:
    until = here.clock.now() + timedelta(seconds=100)
    await here.assets.apply("guard", Masked(Operator("alice"), until))
    made = assets(here, *PHONES)
    made.start({}, 30)
    before = {entry.asset_id: asset for entry, asset in made.all()}
    made.reclock(timedelta(seconds=1000))
    for entry, asset in made.all():
        assert asset != before[entry.asset_id]
        assert asset.startup_grace_until == here.clock.now() + timedelta(seconds=1030)
    await made.save([])
    assert here.memory.assets["guard"] == made.get("guard")
    commits = len(here.memory.commits)
    here.assets.reclock(timedelta(0))
    await here.assets.save([])
    assert len(here.memory.commits) == commits


async def test_a_mask_ends_when_it_is_due(here: ServicesRig) -> None:
    async with here.running(here.assets.run):
        until = here.clock.now() + timedelta(seconds=100)
        await here.assets.apply("guard", Masked(Operator("alice"), until))
        await here.clock.advance(99)
        assert here.asset().facts.mask is not None
        await here.clock.advance(1)
        assert here.asset().facts.mask is None
        assert here.clock.next_due() is None
        assert AuditEntry in {type(write) for write in here.memory.commits[-1]}
