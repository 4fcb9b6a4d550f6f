"""What rules add to the rule state for an event: each step's message with its due time, severity and code."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from driver.domain.relevance import OPEN_ALARM_EVENTS, subject_of
from driver.domain.rule_state import Allowances, PendingMessage, Repetition, RuleState
from driver.domain.rules import CODE, THIS_PHONE, WRITTEN_BY_PEOPLE, Rule, RuleStep, rendered
from driver.domain.severity import PEOPLE_SEVERITY

#: The maximum number of waiting messages; beyond it, the least urgent one is dropped, new or not.
MAX_WAITING = 10_000


@dataclass(frozen=True, slots=True)
class Trigger:
    """An event to evaluate rules for, with its fields as text."""

    event_id: str
    asset_id: str
    fields: Mapping[str, str]
    at: datetime


@dataclass(frozen=True, slots=True)
class Triggered:
    """The rule state with what rules added to it, and the messages for which it had no room."""

    rule_state: RuleState
    crowded_out: tuple[PendingMessage, ...] = ()


def triggered(rule_state: RuleState, trigger: Trigger, rules: tuple[Rule, ...], *, allowances: Allowances) -> Triggered:
    """Return the rule state with everything that the rules add to it for an event."""
    alarm = "Alarm Type" in trigger.fields
    severity = allowances.severities.of(trigger.fields.get("Alarm Type", ""))
    fields = {**trigger.fields, "Severity": str(severity) if alarm else ""}
    crowded_out: list[PendingMessage] = []
    for rule in rules:
        if not rule.fits(fields):
            continue
        urgency = rule.severity or (PEOPLE_SEVERITY if rule.on in WRITTEN_BY_PEOPLE else severity)
        for number, step in enumerate(rule.steps):
            due = trigger.at + timedelta(seconds=step.after_s)
            later = due
            if rule.quiet and alarm and allowances.quiet_hours is not None:
                later = allowances.quiet_hours.earliest(due, urgency)
            for phone in dict.fromkeys(step.to):
                to = trigger.asset_id if phone == THIS_PHONE else phone
                rule_state, item = _text(
                    rule_state, trigger, fields, rule=rule, step=step, to=to, allowances=allowances
                )
                key = f"workflow:{trigger.event_id}:{rule.name}:{number}:{to}"
                item = replace(item, key=key, due=later, in_quiet_hours=later != due, severity=urgency)
                if step.repeat_times:
                    again = Repetition(key, step.repeat_every_s, step.repeat_times, rule.quiet and alarm)
                    item = replace(item, repetition=again)
                rule_state, lost = _with_room(rule_state, item)
                crowded_out.extend(lost)
    return Triggered(rule_state, tuple(crowded_out))


def without_rules(rule_state: RuleState, kept: Collection[str]) -> tuple[RuleState, tuple[PendingMessage, ...]]:
    """Return the rule state without the messages of rules that no longer exist, and those messages; replies stay."""
    stays = tuple(item for item in rule_state.waiting if item.answer or item.rule in kept)
    gone = tuple(item for item in rule_state.waiting if not item.answer and item.rule not in kept)
    return replace(rule_state, waiting=stays), gone


def _text(
    rule_state: RuleState,
    trigger: Trigger,
    fields: Mapping[str, str],
    *,
    rule: Rule,
    step: RuleStep,
    to: str,
    allowances: Allowances,
) -> tuple[RuleState, PendingMessage]:
    subjects = subject_of(rule.on, trigger.asset_id, trigger.fields)
    summary = ""
    if rule.on in OPEN_ALARM_EVENTS:
        summary = f"{trigger.fields.get('Name', '')}, {trigger.fields.get('Alarm Type', '')}"
        if to in allowances.acknowledgers:
            rule_state, code = rule_state.with_code(allowances.handsets.get(to, to), subjects, summary, at=trigger.at)
            fields = {**fields, CODE: code}
    return rule_state, PendingMessage(
        "", rule.name, to, rendered(step.message, fields), trigger.at, subjects, summary=summary
    )


def _with_room(rule_state: RuleState, item: PendingMessage) -> tuple[RuleState, tuple[PendingMessage, ...]]:
    waiting = (*rule_state.waiting, item)
    if len(waiting) <= MAX_WAITING:
        return replace(rule_state, waiting=waiting), ()
    least = max(waiting, key=lambda each: (each.severity, each.due))
    return replace(rule_state, waiting=tuple(each for each in waiting if each is not least)), (least,)
