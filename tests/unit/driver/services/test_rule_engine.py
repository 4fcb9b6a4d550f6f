"""Rules watch events and send what is due; replies acknowledge."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import structlog.testing

from driver.config.phones import PhoneConfig
from driver.domain.asset_changes import FaultCleared
from driver.domain.asset_events import AssetEvent
from driver.domain.commands import MESSAGE_CONTENT, ExecutionState
from driver.domain.events import MESSAGE_ACCEPTED, MESSAGE_DROPPED
from driver.domain.facts import CauseKind
from driver.domain.outbound_message import OutboundMessage
from driver.domain.rule_state import Allowances
from driver.domain.rules import GOES_ROUND, Rule, RuleStep
from driver.domain.severity import Severities
from driver.domain.status_table import State, StatusRow, StatusTable
from driver.services.asset_catalog import AssetCatalog
from support.driver_memory import GATE, GUARD, OURS
from support.driver_rules import ALARM, ASKING, NOT_SENT, RANG, Rules, fault, happen, texted, texts
from support.driver_services import PHONES, ServicesRig


@pytest.fixture
async def here() -> AsyncIterator[ServicesRig]:
    with structlog.testing.capture_logs():
        made = ServicesRig()
        made.assets.configure(rollup=False, grace_s=0)
        await made.online()
        yield made


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
        await here.store.commit([event])
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


async def test_what_a_rule_waits_for_and_no_asset_has_is_named_in_the_log(here: ServicesRig) -> None:
    def rule(name: str, **where: tuple[str, ...]) -> Rule:
        fields = {field.replace("_", " "): patterns for field, patterns in where.items()}
        return Rule(name, "AlarmRaised", fields, (RuleStep(("gate",), "rang"),))

    wrong = (
        rule("alarms", Name=("Gate", "Gaet"), Alarm_Type=("Fualt",), Status=("fault", "No comm*", "Ftaul")),
        rule("places", Location=("Guard", "Garden"), Asset=("gate", "Gate 2"), Item_Type=("Phone", "Phoen")),
        rule("others", Item_ID=("*/Phone/gate", "*/gaet"), Previous_Status=("Normal", "Norml"), Reason=("anything",)),
    )
    with structlog.testing.capture_logs() as logged:
        Rules(here, *wrong)
        Rules(here, rule("fine", Name=("gate", "G*"), Alarm_Type=("Fault",)))
    named = [
        (each["rule"], each["field"], each["pattern"]) for each in logged if each["event"] == "rule_field_never_fits"
    ]
    assert named == [
        ("alarms", "Name", "Gaet"),
        ("alarms", "Alarm Type", "Fualt"),
        ("alarms", "Status", "Ftaul"),
        ("places", "Location", "Garden"),
        ("places", "Asset", "Gate 2"),
        ("places", "Item Type", "Phoen"),
        ("others", "Item ID", "*/gaet"),
        ("others", "Previous Status", "Norml"),
    ]


async def test_a_status_of_any_asset_s_table_can_be_waited_for(here: ServicesRig) -> None:
    night = StatusTable("night", "Night", (StatusRow("Quiet", frozenset({State.NORMAL}), 1),))
    entries = [
        replace(entry, rules=replace(entry.rules, table=night)) if entry.asset_id == "guard" else entry
        for entry in here.assets.catalog.entries.values()
    ]
    assert entries[-1].asset_id != "guard"
    here.assets.catalog = AssetCatalog(entries)
    waiting = Rule("calm", "StateChanged", {"Status": ("Quiet", "Normal", "Calm")}, (RuleStep(("gate",), "calm"),))
    with structlog.testing.capture_logs() as logged:
        Rules(here, waiting)
    assert [each["pattern"] for each in logged if each["event"] == "rule_field_never_fits"] == ["Calm"]


async def test_severities_of_alarms_that_no_asset_has_are_named_in_the_log(here: ServicesRig) -> None:
    severities = Severities({"Fualt": 1, "Fault": 1, "A": 2})
    with structlog.testing.capture_logs() as logged:
        Rules(here, allowances=Allowances(severities=severities))
    unknown = [each["alarm_type"] for each in logged if each["event"] == "severity_for_unknown_alarm_type"]
    assert unknown == ["A", "Fualt"]


async def test_a_text_that_cannot_be_sent_becomes_a_dead_letter(here: ServicesRig) -> None:
    strange = Rule("strange", "AlarmMasked", {}, (RuleStep(("nobody",), "rang"),))
    async with Rules(here, strange).running():
        await happen(here, "AlarmMasked")
        (drop,) = here.memory.named(MESSAGE_DROPPED)
        assert drop["Reason"].endswith("there is no asset 'nobody'")
        (letter,) = here.memory.executions.values()
        assert isinstance(letter, OutboundMessage)
        assert (letter.state, letter.parameters[MESSAGE_CONTENT]) == (ExecutionState.TERMINATED, "rang")
