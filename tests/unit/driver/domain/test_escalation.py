"""Rules as data: what they match, how their messages are rendered, and what they add to the rule state."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from driver.domain.alarm_codes import FIRST_CODE, LAST_CODE, can_be_code
from driver.domain.escalation import MAX_WAITING, Trigger, triggered, without_rules
from driver.domain.flood_control import take_due
from driver.domain.quiet_hours import QuietHours
from driver.domain.relevance import Subject, SubjectKind
from driver.domain.rule_state import (
    CODE_LASTS,
    AckCode,
    Allowances,
    PendingMessage,
    RuleState,
    SpentAllowance,
    answered,
    without_expired,
)
from driver.domain.rules import Rule, RuleStep, rendered
from driver.domain.severity import PEOPLE_SEVERITY, Severities
from driver.services.rule_state_codec import dump, load

NOW = datetime(2026, 1, 1, 23, tzinfo=UTC)
FIELDS = {
    "Event": "AlarmRaised",
    "Asset": "gate",
    "Name": "North gate",
    "Alarm ID": "A1",
    "Alarm Type": "Fault",
    "Reason": "{Code} and {Name}",
}
CHAIN = Rule(
    "chain",
    "AlarmRaised",
    {"Alarm Type": ("Fault",)},
    (RuleStep(("desk",), "{Name}: {Reason}. Reply {Code}."), RuleStep(("boss", "desk"), "{Name} again", after_s=300)),
)
LISTED = Allowances(frozenset({"desk"}))


def trigger(event: str = "E1", **fields: str) -> Trigger:
    return Trigger(event, fields.get("Asset", "gate"), FIELDS | fields, NOW)


def put(*triggers: Trigger, rules: tuple[Rule, ...] = (CHAIN,), allowances: Allowances = LISTED) -> RuleState:
    rule_state = RuleState()
    for one in triggers:
        rule_state = triggered(rule_state, one, rules, allowances=allowances).rule_state
    return rule_state


def true(_subjects: Sequence[Subject]) -> str:
    return ""


def over(subjects: Sequence[Subject]) -> str:
    return "the alarm is over" if subjects else ""


def listed(_alarm: Subject) -> bool:
    return True


def test_a_field_is_never_read_as_a_message_again() -> None:
    assert rendered("{Reason} {Nothing} {Name}", FIELDS) == "{Code} and {Name}  North gate"


@pytest.mark.parametrize(
    ("where", "fits"),
    [
        ({}, True),
        ({"Name": ("north*",)}, True),
        ({"Name": ("south*", "*GATE")}, True),
        ({"Name": ("gate",)}, False),
        ({"Name": ("north*",), "Alarm Type": ("No Communication",)}, False),
        ({"Location": ("",)}, True),
        ({"Name": ("North [gate]",)}, False),
    ],
)
def test_where_names_patterns_of_which_one_must_fit(where: dict[str, tuple[str, ...]], fits: bool) -> None:
    assert replace(CHAIN, where=where).fits(FIELDS) is fits


def test_a_rule_only_looks_at_its_event() -> None:
    assert not CHAIN.fits(FIELDS | {"Event": "AlarmCleared"})


def test_a_chain_adds_every_step_to_the_rule_state_with_its_due_time() -> None:
    rule_state = put(trigger())
    assert {item.summary for item in rule_state.waiting} == {"North gate, Fault"}
    assert [(item.to, item.text, item.due - NOW) for item in rule_state.waiting] == [
        ("desk", "North gate: {Code} and {Name}. Reply 10.", timedelta(0)),
        ("boss", "North gate again", timedelta(seconds=300)),
        ("desk", "North gate again", timedelta(seconds=300)),
    ]
    assert rule_state.next_due() == NOW
    assert len({item.key for item in rule_state.waiting}) == 3


def test_one_alarm_has_one_code_a_phone_and_two_alarms_have_two() -> None:
    rule_state = put(trigger(), trigger("E2"), trigger("E3", **{"Alarm ID": "A2"}))
    assert [(code.code, code.alarms[0].name) for code in rule_state.codes] == [("10", "A1"), ("11", "A2")]
    known = rule_state.code_for("desk", "11")
    assert known is not None
    assert known.about == "North gate, Fault"
    assert rule_state.code_for("boss", "11") is None
    assert rule_state.code_for("desk", "") is None, "which of the two?"
    only = put(trigger()).code_for("desk", "")
    assert only is not None
    assert only.code == "10"


def test_nobody_unlisted_gets_a_code() -> None:
    rule_state = put(trigger(), allowances=Allowances())
    assert rule_state.codes == ()
    assert rule_state.waiting[0].text.endswith("Reply .")


def test_an_alarm_that_is_over_needs_no_text_and_the_text_is_not_forgotten() -> None:
    first = take_due(put(trigger()), NOW, true, allowances=LISTED)
    assert [item.to for item in first.send] == ["desk"]
    assert first.dropped == ()
    later = take_due(first.rule_state, NOW + timedelta(seconds=300), over, allowances=LISTED)
    assert (later.send, later.rule_state.waiting) == ((), ())
    assert [(item.to, why) for item, why in later.dropped] == [
        ("boss", "the alarm is over"),
        ("desk", "the alarm is over"),
    ]


def test_an_event_without_an_alarm_goes_out_whatever_happens_unless_it_is_too_old() -> None:
    rule = Rule("forward", "Message Received", {}, (RuleStep(("desk",), "{Message Content}"),))
    arrived = Trigger("E1", "twilio", {"Event": "Message Received", "Message Content": "help", "Name": "SMS"}, NOW)
    rule_state = put(arrived, rules=(rule,))
    assert [item.text for item in take_due(rule_state, NOW, over, allowances=LISTED).send] == ["help"]
    assert [item.text for item in take_due(rule_state, NOW + LISTED.validity, over, allowances=LISTED).send] == ["help"]
    late = take_due(rule_state, NOW + LISTED.validity + timedelta(minutes=1), over, allowances=LISTED)
    assert (late.send, [why for _, why in late.dropped]) == ((), ["it is too old: it was due 241 minutes ago"])


def test_this_is_the_events_own_phone() -> None:
    rule = replace(CHAIN, steps=(RuleStep(("this",), "x"),))
    assert put(trigger(), rules=(rule,)).waiting[0].to == "gate"


def test_quiet_hours_hold_back_what_is_not_urgent() -> None:
    quiet = QuietHours(time(22), time(6), UTC)
    allowances = replace(LISTED, quiet_hours=quiet, severities=Severities({"Fault": 2, "No Communication": 1}))
    morning = datetime(2026, 1, 2, 6, tzinfo=UTC)
    assert {item.due for item in put(trigger(), allowances=allowances).waiting} == {morning}
    rule = replace(CHAIN, where={})
    urgent = put(trigger(**{"Alarm Type": "No Communication"}), rules=(rule,), allowances=allowances)
    assert urgent.waiting[0].due == NOW
    assert [item.in_quiet_hours for item in (*put(trigger(), allowances=allowances).waiting, *urgent.waiting[:1])] == (
        [True, True, True, False]
    )
    loud = put(trigger(), rules=(replace(CHAIN, quiet=False),), allowances=allowances)
    assert loud.waiting[0].due == NOW


def test_severity_can_be_asked_for() -> None:
    rule = replace(CHAIN, where={"Severity": ("1", "2")})
    assert put(trigger(), rules=(rule,)).waiting == ()
    assert put(trigger(), rules=(rule,), allowances=replace(LISTED, severities=Severities({"Fault": 2}))).waiting


def test_a_phone_gets_only_so_many_texts_an_hour_and_answers_count_apart() -> None:
    allowances = replace(LISTED, texts_per_hour=2, replies_per_hour=1)
    rule_state = RuleState()
    for number in range(4):
        rule_state = answered(rule_state, f"a{number}", "desk", text="done", now=NOW)
        rule_state = replace(
            rule_state, waiting=(*rule_state.waiting, PendingMessage(f"t{number}", "r", "desk", "x", NOW))
        )
    done = take_due(rule_state, NOW, true, allowances=allowances)
    assert [item.key for item in done.send] == ["a0", "t0", "t1"]
    assert [(item.key, why) for item, why in done.dropped] == [
        (f"a{number}", "the hourly limit is reached: notify.replies_per_hour = 1") for number in (1, 2, 3)
    ]
    assert [item.key for item in done.folded] == ["t2", "t3"]
    rule_state = answered(done.rule_state, "later", "desk", text="done", now=NOW + timedelta(hours=1))
    again = take_due(rule_state, NOW + timedelta(hours=1), true, allowances=allowances)
    assert [item.key for item in again.send] == ["later", "t2:digest"]


def test_codes_outlive_their_alarm_by_a_day() -> None:
    rule_state = put(trigger())
    assert without_expired(rule_state, NOW + CODE_LASTS, listed) == rule_state
    assert without_expired(rule_state, NOW + CODE_LASTS - timedelta(seconds=1), lambda _: False) == rule_state
    assert without_expired(rule_state, NOW + CODE_LASTS, lambda _: False).codes == ()


def test_too_many_waiting_texts_are_named_and_the_least_urgent_are_given_up() -> None:
    waiting = (
        PendingMessage("late", "r", "desk", "x", NOW, severity=9),
        *(PendingMessage(str(n), "r", "desk", "x", NOW) for n in range(MAX_WAITING - 1)),
    )
    done = triggered(
        RuleState(waiting=waiting), trigger(), (CHAIN,), allowances=replace(LISTED, severities=Severities({"Fault": 2}))
    )
    assert len(done.rule_state.waiting) == MAX_WAITING
    assert [item.key for item in done.crowded_out] == ["late", "0", "1"]


def test_the_rule_state_is_remembered_whole() -> None:
    rule_state = replace(
        put(trigger()),
        seq=7,
        spent=(SpentAllowance("desk", NOW, answer=True), SpentAllowance("desk", NOW, digest=True)),
    )
    assert load(dump(rule_state)) == rule_state


def test_a_phone_whose_codes_are_all_taken_gets_the_oldest_one_again() -> None:
    alarm = Subject(SubjectKind.ALARM, "gate", "A0")
    numbers = filter(can_be_code, range(FIRST_CODE, LAST_CODE + 1))
    codes = tuple(AckCode("desk", str(number), (alarm,), "old", NOW) for number in numbers)
    rule_state, code = RuleState(codes=codes).with_code("desk", (replace(alarm, name="A1"),), "new", at=NOW)
    assert (code, len(rule_state.codes)) == ("10", len(codes))


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"format": 1}', '{"format": 2}', '{"format": 2, "agenda": {"waiting": [1]}}']
)
def test_what_is_not_a_rule_state_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - json's own error is one as well
        load(text)


def test_a_text_that_somebody_wrote_has_the_urgency_of_people_and_no_severity_of_an_alarm() -> None:
    rule = Rule("forward", "Message Received", {}, (RuleStep(("desk",), "[{Severity}] {Message Content}"),))
    arrived = Trigger("E1", "twilio", {"Event": "Message Received", "Message Content": "help"}, NOW)
    [item] = put(arrived, rules=(CHAIN, rule)).waiting
    assert (item.text, item.severity, item.summary) == ("[] help", PEOPLE_SEVERITY, "")


def test_what_a_rule_added_to_the_rule_state_goes_with_it_but_answers_stay() -> None:
    answer = PendingMessage("a", "answer", "desk", "done", NOW, answer=True)
    stays, goes = (PendingMessage(name, name, "desk", "x", NOW) for name in ("kept", "gone"))
    left, gone = without_rules(RuleState(waiting=(answer, stays, goes)), {"kept"})
    assert (left.waiting, gone) == ((answer, stays), (goes,))


def test_the_last_place_that_is_free_is_taken() -> None:
    one = replace(CHAIN, steps=CHAIN.steps[:1])
    waiting = tuple(PendingMessage(str(n), "r", "desk", "x", NOW) for n in range(MAX_WAITING - 1))
    done = triggered(RuleState(waiting=waiting), trigger(), (one,), allowances=LISTED)
    assert (len(done.rule_state.waiting), done.crowded_out) == (MAX_WAITING, ())
