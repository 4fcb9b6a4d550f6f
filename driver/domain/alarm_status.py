"""The open alarms as one message, most urgent first, each with the code that acknowledges it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from driver.domain.relevance import Subject
from driver.domain.rule_state import Allowances, RuleState
from driver.domain.segments import count

#: The maximum number of segments; alarms that do not fit are only counted.
MAX_PARTS = 2


@dataclass(frozen=True, slots=True)
class OpenAlarm:
    """An alarm that is not over: it ``waits`` for acknowledgement, or somebody has acknowledged it."""

    subject: Subject
    about: str
    alarm_type: str
    raised_at: datetime
    waits: bool = True
    acked_by: str = ""


def alarm_status(
    rule_state: RuleState, handset: str, alarms: Iterable[OpenAlarm], *, now: datetime, allowances: Allowances
) -> tuple[RuleState, str]:
    """Return the rule state with the codes that the message contains, and the text of the message."""
    ordered = sorted(
        alarms, key=lambda alarm: (not alarm.waits, allowances.severities.of(alarm.alarm_type), alarm.raised_at)
    )
    listed: list[str] = []
    for alarm in ordered:
        after, entry = _entry(rule_state, handset, alarm, now=now, allowances=allowances)
        if listed and count(_sentence(len(ordered), [*listed, entry])) > MAX_PARTS:
            break
        rule_state = after
        listed.append(entry)
    return rule_state, _sentence(len(ordered), listed)


def _entry(
    rule_state: RuleState, handset: str, alarm: OpenAlarm, *, now: datetime, allowances: Allowances
) -> tuple[RuleState, str]:
    if not alarm.waits:
        return rule_state, f"{alarm.about}, acknowledged by {alarm.acked_by or 'somebody'}"
    rule_state, code = rule_state.with_code(handset, (alarm.subject,), alarm.about, at=now)
    return rule_state, f"{code}: {alarm.about}, {allowances.clock_time(alarm.raised_at)}"


def _sentence(number: int, listed: list[str]) -> str:
    if not number:
        return "No open alarms."
    more = ", first" if len(listed) < number else ""
    return f"{number} open {'alarm' if number == 1 else 'alarms'}{more}{':' if more else '.'} {'; '.join(listed)}."
