"""The open alarms as one message."""

from datetime import UTC, datetime, timedelta

from driver.domain.alarm_status import MAX_PARTS, OpenAlarm, alarm_status
from driver.domain.relevance import Subject, SubjectKind
from driver.domain.rule_state import Allowances, RuleState
from driver.domain.segments import count
from driver.domain.severity import Severities

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
ALLOWANCES = Allowances(severities=Severities({"Intruder": 1}))


def alarms(number: int, alarm_type: str = "Fault") -> list[OpenAlarm]:
    return [
        OpenAlarm(
            Subject(SubjectKind.ALARM, f"p{n}", f"A{n}"),
            f"Phone of the desk {n}, {alarm_type}",
            alarm_type,
            NOW - timedelta(minutes=n),
        )
        for n in range(number)
    ]


def test_as_many_as_fit_are_listed_with_codes_and_only_those_get_one() -> None:
    urgent = OpenAlarm(Subject(SubjectKind.ALARM, "u", "U"), "Vault, Intruder", "Intruder", NOW)
    state, text = alarm_status(RuleState(), "guard", [*alarms(50), urgent], now=NOW, allowances=ALLOWANCES)
    assert text.startswith("51 open alarms, first: 10: Vault, Intruder, 12:00 UTC; 11: Phone of the desk 49, Fault")
    assert count(text) == MAX_PARTS
    assert len(state.codes) == text.count("UTC")
    again, same = alarm_status(state, "guard", [*alarms(50), urgent], now=NOW, allowances=ALLOWANCES)
    assert (again, same) == (state, text), "who asks again gets the same codes"


def test_an_alarm_too_long_for_the_text_is_listed_all_the_same() -> None:
    long = OpenAlarm(Subject(SubjectKind.ALARM, "p", "A"), "ж" * 200, "Fault", NOW)
    _, text = alarm_status(RuleState(), "guard", [long, *alarms(1)], now=NOW, allowances=ALLOWANCES)
    assert "ж" * 200 in text or "Phone of the desk 0" in text


def test_what_somebody_acknowledged_comes_last_and_has_no_code() -> None:
    acked = OpenAlarm(Subject(SubjectKind.ALARM, "a", "A"), "Vault, Intruder", "Intruder", NOW, waits=False)
    state, text = alarm_status(RuleState(), "guard", [acked, *alarms(1)], now=NOW, allowances=ALLOWANCES)
    assert text.endswith("; Vault, Intruder, acknowledged by somebody.")
    assert [known.code for known in state.codes] == ["10"]


def test_no_alarms() -> None:
    assert alarm_status(RuleState(), "guard", [], now=NOW, allowances=ALLOWANCES) == (RuleState(), "No open alarms.")


def test_one_alarm() -> None:
    _, text = alarm_status(RuleState(), "guard", alarms(1), now=NOW, allowances=ALLOWANCES)
    assert text == "1 open alarm. 10: Phone of the desk 0, Fault, 12:00 UTC."
