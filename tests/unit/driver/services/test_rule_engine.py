"""Rules watch events and send what is due, each text once, over restarts and failures of the database as well."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import structlog.testing

from driver.config.models import PhoneConfig
from driver.domain.asset_changes import FaultCleared, FaultRaised
from driver.domain.asset_events import AssetEvent
from driver.domain.commands import MESSAGE_CONTENT, ExecutionState
from driver.domain.events import MESSAGE_ACCEPTED, MESSAGE_DROPPED
from driver.domain.facts import CauseKind, FaultCause
from driver.domain.message import received_message
from driver.domain.outbound_message import OutboundMessage
from driver.domain.rule_state import Allowances
from driver.domain.rules import GOES_ROUND, Rule, RuleStep
from driver.errors import StoreUnavailableError
from driver.ports.store import AppendEvent
from driver.services.event_bus import EventBus
from driver.services.rule_engine import AGENDA, CATCH_UP_PAGE, PAUSE_S, SEEN_EVERY, RuleEngine
from support.driver_memory import GATE, GUARD, OURS
from support.driver_services import PHONES, ServicesRig

NOT_SENT = FaultRaised(FaultCause.SEND_FAILED, CauseKind.EVENT, "not sent")
ALARM = Rule("alarm", "AlarmRaised", {"Asset": ("guard",)}, (RuleStep(("gate",), "{Name}: {Reason}"),))
ASKING = Rule("asking", "AlarmRaised", {"Asset": ("guard",)}, (RuleStep(("gate",), "{Name} {Code}"),))
RANG = Rule("rang", "AlarmMasked", {}, (RuleStep(("gate",), "{Name} rang"),))
LISTED = Allowances(acknowledgers=frozenset({"gate"}))


class Rules:
    """The rules of a driver whose other services are the rig's."""

    def __init__(self, rig: ServicesRig, *rules: Rule, allowances: Allowances = LISTED) -> None:
        self.rig = rig
        self.bus = EventBus(rig.activity, rig.memory.events[-1].seq if rig.memory.events else 0)
        rig.memory.on_events(self.bus.publish)
        self.engine = RuleEngine(
            rules,
            allowances,
            store=rig.store,
            bus=self.bus,
            assets=rig.assets,
            commands=rig.commands,
            clock=rig.clock,
            activity=rig.activity,
            remembered=rig.memory.marks.get(AGENDA, ""),
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with self.rig.running(self.engine.run):
            yield
        self.bus.restart(0, "stopped")


@pytest.fixture
async def here() -> AsyncIterator[ServicesRig]:
    with structlog.testing.capture_logs():
        made = ServicesRig()
        made.assets.configure(rollup=False, grace_s=0)
        await made.online()
        yield made


def texts(here: ServicesRig) -> list[str]:
    """Return the texts that wait to go out."""
    return [message.body for message in here.outbox.waiting()]


async def happen(here: ServicesRig, name: str, asset_id: str = "guard", event_id: str = "", **parameters: Any) -> None:
    """Have an event happen to an asset."""
    entry = here.assets.catalog.entries[asset_id]
    fields = {key.replace("_", " "): value for key, value in parameters.items()}
    event = here.assets.event(entry, AssetEvent(name, fields), event_id=event_id)
    await here.store.commit([AppendEvent(event)])
    await here.clock.wait_idle()


async def texted(here: ServicesRig, body: str, sid: str = "SM1", sender: str = GATE) -> None:
    """Have a person text our number."""
    await here.inbox.accept(received_message(sid, sender, OURS, body=body, at=here.clock.now()), way="poll")
    await here.clock.wait_idle()


async def fault(here: ServicesRig) -> None:
    await here.assets.apply("guard", NOT_SENT)
    await here.clock.wait_idle()


async def test_a_rule_texts_on_its_event_as_an_operator_would(here: ServicesRig) -> None:
    async with Rules(here, ALARM).running():
        await fault(here)
        (message,) = here.outbox.waiting()
        assert (message.body, message.asset_id, message.user) == ("Guard: Not sent", "gate", "alarm")
        assert message.command_id.startswith("workflow:")
        assert here.memory.audit_lines[-1].user_name == "alarm"
        await here.assets.apply("gate", NOT_SENT)
        await here.clock.wait_idle()
        assert len(texts(here)) == 1


async def test_every_common_field_can_be_said(here: ServicesRig) -> None:
    names = ("Asset", "Name", "Location", "Item ID", "Item Type", "Status", "Event", "Time", "Media", "Error Code")
    rule = Rule("all", "AlarmMasked", {}, (RuleStep(("gate",), "|".join(f"{{{name}}}" for name in names)),))
    async with Rules(here, rule).running():
        await happen(here, "AlarmMasked", Media=["a", "b"], Error_Code=None)
        item = "IntegratedSystems/twilio/Phone/guard"
        assert texts(here) == [f"guard|Guard|Guard|{item}|Phone|Normal|AlarmMasked|00:00 UTC|a, b|"]


async def test_an_event_of_an_asset_that_is_gone_has_no_location(here: ServicesRig) -> None:
    rule = Rule("all", "AlarmMasked", {}, (RuleStep(("gate",), "at {Location}."),))
    async with Rules(here, rule).running():
        entry = replace(here.assets.catalog.entries["guard"])
        event = replace(here.assets.event(entry, AssetEvent("AlarmMasked", {})), asset_id="gone")
        await here.store.commit([AppendEvent(event)])
        await here.clock.wait_idle()
        assert texts(here) == ["at ."]


async def test_what_is_due_later_is_sent_then_unless_it_is_over(here: ServicesRig) -> None:
    later = replace(ALARM, steps=(RuleStep(("gate",), "{Name} still", after_s=60),))
    async with Rules(here, later).running():
        await fault(here)
        await here.clock.advance(59)
        assert texts(here) == []
        await here.clock.advance(1)
        assert texts(here) == ["Guard still"]
        await here.assets.apply("guard", FaultCleared(CauseKind.EVENT))
        await here.assets.apply("guard", NOT_SENT)
        await here.assets.apply("guard", FaultCleared(CauseKind.EVENT))
        await here.clock.advance(60)
        assert texts(here) == ["Guard still"]
        (drop,) = here.memory.named(MESSAGE_DROPPED)
        assert drop["Rule"] == "alarm"


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
        del here.memory.marks[AGENDA]
    assert texts(here) == ["Guard rang"]


async def test_many_missed_events_are_read_page_by_page(here: ServicesRig) -> None:
    async with Rules(here, RANG).running():
        await happen(here, "AlarmMasked")
    entry = here.assets.catalog.entries["guard"]
    missed = [AppendEvent(here.assets.event(entry, AssetEvent("StateChanged", {}))) for _ in range(CATCH_UP_PAGE)]
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
        await here.store.commit([AppendEvent(here.assets.event(entry, AssetEvent("AlarmMasked", {})))])
        await here.clock.wait_idle()
        assert (texts(here), subscription.lost) == (["Guard rang"], False)
        await happen(here, "AlarmMasked")
        assert texts(here) == ["Guard rang"] * 2


async def test_a_database_that_fails_has_rules_try_again_after_a_pause(here: ServicesRig) -> None:
    async with Rules(here, RANG).running():
        await happen(here, "AlarmMasked", event_id="first")
        store_texts = texts(here)
        here.memory.failing = lambda writes: (
            None
            if all(isinstance(write, AppendEvent) for write in writes)
            else StoreUnavailableError("the disk is full")
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
        assert AGENDA in here.memory.marks
    none = Rules(here)
    async with none.running():
        assert AGENDA not in here.memory.marks
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
    here.memory.marks[AGENDA] = "scribble"
    with pytest.raises(ValueError, match="Expecting value"):
        Rules(here, ALARM)
    async with Rules(here).running():
        assert here.memory.marks == {}


async def test_other_rules_are_taken_over_while_everything_runs(here: ServicesRig) -> None:
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
        assert AGENDA not in here.memory.marks
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
        before = here.memory.marks[AGENDA]
        for _ in range(SEEN_EVERY - 1):
            await happen(here, "StateChanged")
        assert here.memory.marks[AGENDA] == before
        await happen(here, "StateChanged")
        assert here.memory.marks[AGENDA] != before


async def test_a_text_of_a_rule_triggers_no_rule_about_texts(here: ServicesRig) -> None:
    about = Rule("about", MESSAGE_ACCEPTED, {}, (RuleStep(("guard",), "sent: {Execution ID}"),))
    async with Rules(here, RANG, about).running():
        await happen(here, "AlarmMasked")
        (message,) = here.outbox.waiting()
        await happen(here, MESSAGE_ACCEPTED, "gate", Execution_ID=message.execution_id)
        assert texts(here) == ["Guard rang"]
        (drop,) = here.memory.named(MESSAGE_DROPPED)
        assert (drop["Rule"], GOES_ROUND in drop["Reason"]) == ("about", True)
        for unknown in ({"Execution_ID": "E0"}, {}):
            await happen(here, MESSAGE_ACCEPTED, "gate", **unknown)
        assert texts(here)[1:] == ["sent: E0", "sent: "]


async def test_a_drop_that_could_go_round_triggers_nothing(here: ServicesRig) -> None:
    about = Rule("about", MESSAGE_DROPPED, {}, (RuleStep(("guard",), "dropped: {Rule}"),))
    async with Rules(here, about).running():
        await happen(here, MESSAGE_DROPPED, "gate", Reason="its alarm is over", Rule="alarm")
        assert texts(here) == ["dropped: alarm"]
        await happen(here, MESSAGE_DROPPED, "gate", Reason="its alarm is over", Rule="about")
        await happen(here, MESSAGE_DROPPED, "gate", Reason=GOES_ROUND, Rule="alarm")
        assert texts(here) == ["dropped: alarm"]


async def test_an_answer_acknowledges_and_is_answered(here: ServicesRig) -> None:
    async with Rules(here, ASKING).running():
        await fault(here)
        code = texts(here)[0].split()[-1]
        await texted(here, code)
        (record,) = here.asset("guard").records
        assert (record.state.acked, record.acked_by) == (True, "Gate")
        assert texts(here)[-1] == "Acknowledged: Guard, Fault."
        await texted(here, code, "SM2", sender=GUARD)
        assert len(texts(here)) == 2, "only from phones that may acknowledge"


async def test_a_text_of_several_phones_is_one_answer() -> None:
    with structlog.testing.capture_logs():
        again = PhoneConfig(id="again", external_phone_number=GATE, twilio_phone_number=OURS)
        here = ServicesRig(*PHONES, again)
        await here.online()
        allowances = Allowances(acknowledgers=frozenset({"gate", "again"}))
        async with Rules(here, ASKING, allowances=allowances).running():
            await texted(here, "status")
            assert texts(here) == ["No open alarms."]
            await texted(here, "status", "SM2")
            assert texts(here) == ["No open alarms."] * 2


async def test_phones_that_a_rule_names_and_that_there_are_not_are_named_in_the_log(here: ServicesRig) -> None:
    strange = Rule("strange", "AlarmMasked", {}, (RuleStep(("nobody", "this", "gate"), "rang"),))
    with structlog.testing.capture_logs() as logged:
        Rules(here, strange, allowances=Allowances(acknowledgers=frozenset({"boss"})))
        Rules(here, allowances=Allowances(acknowledgers=frozenset({"chief"})))
    named = [each["asset_id"] for each in logged if each["event"] == "rule_references_unknown_phone"]
    assert named == ["boss", "nobody"]


async def test_a_text_that_cannot_be_sent_becomes_a_dead_letter(here: ServicesRig) -> None:
    strange = Rule("strange", "AlarmMasked", {}, (RuleStep(("nobody",), "rang"),))
    async with Rules(here, strange).running():
        await happen(here, "AlarmMasked")
        (drop,) = here.memory.named(MESSAGE_DROPPED)
        assert drop["Reason"].endswith("there is no asset 'nobody'")
        (letter,) = here.memory.executions.values()
        assert isinstance(letter, OutboundMessage)
        assert (letter.state, letter.parameters[MESSAGE_CONTENT]) == (ExecutionState.TERMINATED, "rang")
