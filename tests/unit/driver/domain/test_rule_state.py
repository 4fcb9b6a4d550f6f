"""What the rule state records about a phone: whether it was sent instructions, and its wrong PINs."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from driver.domain.alarm_codes import FIRST_CODE, LAST_CODE, can_be_code
from driver.domain.answer_pins import WrongPin
from driver.domain.proofs import ProofRound
from driver.domain.quiet_hours import QuietHours
from driver.domain.relevance import Subject, SubjectKind
from driver.domain.rule_state import (
    AckCode,
    Allowances,
    RuleState,
    answered,
    reclocked,
)
from driver.domain.severity import TOP_SEVERITY

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def code(number: str, phone: str = "desk", alarm: str = "A1") -> AckCode:
    return AckCode(phone, number, (Subject(SubjectKind.ALARM, "gate", alarm),), "North gate, Fault", NOW)


def waits(alarms: Sequence[Subject]) -> bool:
    return all(alarm.name != "over" for alarm in alarms)


def test_a_phone_is_sent_once_how_to_answer_with_the_latest_code_that_waits() -> None:
    codes = (code("10"), code("11", alarm="A2"), code("12", alarm="over"), code("10", phone="boss"))
    after, shown = RuleState(codes=codes).explained("desk", waits)
    assert shown == "11"
    assert after.codes == (replace(codes[0], explained=True), replace(codes[1], explained=True), *codes[2:])
    assert after.explained("desk", waits) == (after, "")
    assert RuleState().explained("desk", waits) == (RuleState(), "")


def test_a_new_code_is_explained_although_older_ones_were() -> None:
    known = replace(code("10"), explained=True)
    after, shown = RuleState(codes=(known, code("11", alarm="A2"))).explained("desk", waits)
    assert shown == "11"
    assert [each.explained for each in after.codes] == [True, True]


def test_codes_go_on_behind_the_latest_although_earlier_ones_are_free_again() -> None:
    alarm = Subject(SubjectKind.ALARM, "gate", "A9")
    _, number = RuleState(codes=(code("14"), code("13", phone="boss"))).with_code("desk", (alarm,), "", at=NOW)
    assert number == "15"


def test_where_a_phone_has_every_code_the_oldest_makes_room() -> None:
    numbers = [str(number) for number in range(FIRST_CODE, LAST_CODE + 1) if can_be_code(number)]
    codes = tuple(code(number) for number in numbers)
    new, number = RuleState(codes=codes).with_code("desk", (Subject(SubjectKind.ALARM, "gate", "A9"),), "", at=NOW)
    assert number == numbers[0]
    assert new.codes[:-1] == codes[1:]


def test_a_time_of_day_is_the_sites_own_where_quiet_hours_name_its_zone() -> None:
    quiet = QuietHours(time(22), time(6), ZoneInfo("America/Toronto"))
    assert Allowances().clock_time(NOW + timedelta(hours=12)) == "12:00 UTC"
    assert Allowances(quiet_hours=quiet).clock_time(NOW + timedelta(hours=12)) == "07:00"


def test_when_the_clock_is_set_everything_stays_as_far_ahead_or_ago() -> None:
    waits, idle = ProofRound("a", "desk", NOW, NOW + SECOND), ProofRound("b", "desk", NOW)
    state = RuleState(codes=(code("10"),), wrong_pins=(WrongPin("desk", NOW),), proofs=(waits, idle))
    after = reclocked(state, 9 * SECOND, None)
    assert [each.made_at for each in after.codes] == [NOW + 9 * SECOND]
    assert [each.at for each in after.wrong_pins] == [NOW + 9 * SECOND]
    assert after.proofs == (replace(waits, deadline=NOW + 10 * SECOND), idle)


def test_an_answer_goes_out_at_once_and_first() -> None:
    [item] = answered(RuleState(), "k1", "desk", text="done", now=NOW).waiting
    assert (item.key, item.rule, item.to, item.text, item.due) == ("k1", "reply", "desk", "done", NOW)
    assert (item.answer, item.severity) == (True, TOP_SEVERITY)
