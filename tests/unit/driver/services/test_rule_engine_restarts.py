"""Each message of a rule is sent once, even across restarts, rule changes and database failures."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, time, timedelta

import pytest
import structlog.testing

from driver.domain.asset_events import AssetEvent
from driver.domain.events import MESSAGE_DROPPED, Event
from driver.domain.proofs import Proof
from driver.domain.quiet_hours import QuietHours
from driver.domain.rule_state import Allowances
from driver.domain.rules import RuleStep
from driver.errors import StoreUnavailableError
from driver.services.rule_engine import CATCH_UP_PAGE, PAUSE_S, RULE_STATE, SEEN_EVERY
from support.driver_memory import GUARD
from support.driver_rules import ALARM, LISTED, RANG, Rules, fault, happen, texted, texts
from support.driver_services import ServicesRig


@pytest.fixture
async def here() -> AsyncIterator[ServicesRig]:
    with structlog.testing.capture_logs():
        made = ServicesRig()
        made.assets.configure(rollup=False, grace_s=0)
        await made.online()
        yield made


async def test_a_restart_goes_on_where_the_driver_stopped(here: ServicesRig) -> None:
    later = replace(ALARM, steps=(RuleStep(("gate",), "{Name} still", after_s=60),))
    async with Rules(here, later, RANG).running():
        await fault(here)
    await happen(here, "AlarmMasked", "gate")
    async with Rules(here, later, RANG).running():
        assert texts(here) == ["Gate rang"], "what happened meanwhile"
        await here.clock.advance(60)
        assert texts(here) == ["Gate rang", "Guard still"]
    async with Rules(here, later, RANG).running():
        assert len(texts(here)) == 2, "nothing is sent twice"


async def test_rules_that_are_new_see_events_from_now_on(here: ServicesRig) -> None:
    await happen(here, "AlarmMasked")
    async with Rules(here, RANG).running():
        assert texts(here) == []
        await happen(here, "AlarmMasked")
        assert texts(here) == ["Guard rang"]


async def test_the_same_event_again_sends_nothing_twice(here: ServicesRig) -> None:
    for _ in range(2):
        async with Rules(here, RANG).running():
            await happen(here, "AlarmMasked", event_id="EV1")
        del here.memory.marks[RULE_STATE]
    assert texts(here) == ["Guard rang"]


async def test_many_missed_events_are_read_page_by_page(here: ServicesRig) -> None:
    async with Rules(here, RANG).running():
        await happen(here, "AlarmMasked")
    entry = here.assets.catalog.entries["guard"]
    missed = [here.assets.event(entry, AssetEvent("StateChanged", {})) for _ in range(CATCH_UP_PAGE)]
    await here.store.commit(missed)
    await happen(here, "AlarmMasked")
    with structlog.testing.capture_logs() as logged:
        async with Rules(here, RANG).running():
            assert texts(here) == ["Guard rang"] * 2
    assert [each for each in logged if each["event"] == "rule_events_missed"] == []


async def test_events_that_are_not_kept_any_more_are_named(here: ServicesRig) -> None:
    async with Rules(here, RANG).running():
        await happen(here, "AlarmMasked")
    seen = here.memory.events[-1].seq
    for _ in range(2):
        await happen(here, "AlarmMasked")
    here.memory.events = [event for event in here.memory.events if event.seq != seen + 1]
    with structlog.testing.capture_logs() as logged:
        async with Rules(here, RANG).running():
            assert len(texts(here)) == 2
    (missed,) = (each for each in logged if each["event"] == "rule_events_missed")
    assert (missed["after"], missed["before"]) == (seen, seen + 2)


async def test_a_queue_that_overflowed_is_read_from_the_store(here: ServicesRig) -> None:
    rules = Rules(here, RANG)
    async with rules.running():
        entry = here.assets.catalog.entries["guard"]
        here.memory.fail()
        await here.clock.wait_idle()
        (subscription,) = rules.bus._subscriptions
        here.memory.work()
        subscription.queue.clear()
        subscription.lost = True
        await here.store.commit([here.assets.event(entry, AssetEvent("AlarmMasked", {}))])
        await here.clock.wait_idle()
        assert (texts(here), subscription.lost) == (["Guard rang"], False)
        await happen(here, "AlarmMasked")
        assert texts(here) == ["Guard rang"] * 2


async def test_an_event_that_was_read_from_the_store_already_counts_once(here: ServicesRig) -> None:
    rules = Rules(here, RANG)
    async with rules.running():
        await happen(here, "AlarmMasked")
        rules.bus.publish(here.memory.events[-1:])
        await here.clock.wait_idle()
        assert len(rules.engine._rule_state.spent) == 1


async def test_a_database_that_fails_has_rules_try_again_after_a_pause(here: ServicesRig) -> None:
    async with Rules(here, RANG).running():
        await happen(here, "AlarmMasked", event_id="first")
        store_texts = texts(here)
        here.memory.failing = lambda writes: (
            None if all(isinstance(write, Event) for write in writes) else StoreUnavailableError("the disk is full")
        )
        await happen(here, "AlarmMasked")
        assert texts(here) == store_texts
        here.memory.work()
        await here.clock.advance(PAUSE_S - 0.5)
        assert texts(here) == store_texts
        await here.clock.advance(1)
        assert len(texts(here)) == 2


async def test_without_rules_nothing_is_watched_and_what_is_left_is_forgotten(here: ServicesRig) -> None:
    later = replace(ALARM, steps=(RuleStep(("gate",), "{Name} still", after_s=60),))
    async with Rules(here, later).running():
        await fault(here)
        assert RULE_STATE in here.memory.marks
    none = Rules(here)
    async with none.running():
        assert RULE_STATE not in here.memory.marks
        (drop,) = here.memory.named(MESSAGE_DROPPED)
        assert drop["Reason"] == "its rule is gone"
        assert none.bus._subscriptions == {}
        commits = len(here.memory.commits)
        await happen(here, "AlarmMasked")
        none.engine.reclock(timedelta(seconds=1))
        await here.clock.wait_idle()
        assert len(here.memory.commits) == commits + 1
    async with Rules(here).running():
        assert len(here.memory.commits) == commits + 1, "there is nothing to forget"


async def test_what_is_remembered_has_to_be_understood_only_where_there_are_rules(here: ServicesRig) -> None:
    here.memory.marks[RULE_STATE] = "scribble"
    with pytest.raises(ValueError, match="Expecting value"):
        Rules(here, ALARM)
    async with Rules(here).running():
        assert here.memory.marks == {}


async def test_other_rules_are_applied_while_everything_runs(here: ServicesRig) -> None:
    later = replace(ALARM, steps=(RuleStep(("gate",), "{Name} still", after_s=60),))
    rules = Rules(here, later)
    async with rules.running():
        await fault(here)
        rules.engine.configure((RANG,), LISTED)
        await here.clock.wait_idle()
        assert [drop["Rule"] for drop in here.memory.named(MESSAGE_DROPPED)] == ["alarm"]
        await happen(here, "AlarmMasked")
        assert texts(here) == ["Guard rang"]
        rules.engine.configure((), Allowances())
        await here.clock.wait_idle()
        assert RULE_STATE not in here.memory.marks
        await happen(here, "AlarmMasked")
        rules.engine.configure((RANG,), LISTED)
        await here.clock.wait_idle()
        assert texts(here) == ["Guard rang"], "new rules see events from now on"
        await happen(here, "AlarmMasked")
        assert texts(here) == ["Guard rang"] * 2


async def test_a_clock_that_is_set_moves_what_is_due_with_it(here: ServicesRig) -> None:
    later = replace(ALARM, steps=(RuleStep(("gate",), "{Name} still", after_s=60),))
    rules = Rules(here, later)
    async with rules.running():
        await fault(here)
        rules.engine.reclock(timedelta(seconds=40))
        rules.engine.reclock(timedelta(seconds=20))
        await here.clock.wait_idle()
        await here.clock.advance(119)
        assert texts(here) == []
        await here.clock.advance(1)
        assert texts(here) == ["Guard still"]


async def test_events_that_trigger_nothing_are_remembered_now_and_then(here: ServicesRig) -> None:
    async with Rules(here, RANG).running():
        await happen(here, "AlarmMasked")
        before = here.memory.marks[RULE_STATE]
        for _ in range(SEEN_EVERY - 1):
            await happen(here, "StateChanged")
        assert here.memory.marks[RULE_STATE] == before
        await happen(here, "StateChanged")
        assert here.memory.marks[RULE_STATE] != before


async def test_what_waits_for_the_end_of_quiet_hours_does_so_after_the_clock_was_set(here: ServicesRig) -> None:
    quiet = Allowances(quiet_hours=QuietHours(time(22), time(7), UTC, 2))
    rules = Rules(here, ALARM, allowances=quiet)
    async with rules.running():
        await fault(here)
        rules.engine.reclock(timedelta(hours=1))
        await here.clock.advance(7 * 3600 - 1)
        assert texts(here) == []
        await here.clock.advance(1)
        assert texts(here) == ["Guard: Not sent"]


async def test_an_answer_among_missed_events_counts_before_it_is_said_to_be_missing(here: ServicesRig) -> None:
    proof = Proof("night", "guard", time(1), UTC, "Are you there?", timedelta(minutes=10))
    proofs = Allowances(proofs=(proof,))
    async with Rules(here, allowances=proofs).running():
        await here.clock.advance(3600)
        assert texts(here) == ["Are you there?"]
    await texted(here, "here", sender=GUARD)
    await here.clock.advance(3600)
    async with Rules(here, allowances=proofs).running():
        assert here.faults() == {}
    assert "Fault" not in [line.command_or_status for line in here.memory.audit_lines]
