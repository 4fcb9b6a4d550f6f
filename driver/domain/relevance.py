"""What a rule's message is about, and whether it still holds: nothing is sent that is no longer true."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from driver.domain.alarms import AlarmRecord
from driver.domain.asset import Asset
from driver.domain.asset_events import CONDITION_FOUND

#: Twilio refuses longer texts (error 21617).
MAX_LENGTH = 1600
#: Added to a message about an alarm that is over and only latched.
OVER = " (It is over.)"


class SubjectKind(StrEnum):
    """The kinds of things that can end after a message about them was written."""

    ALARM = "alarm"
    STATUS = "status"
    CONDITION = "condition"


@dataclass(frozen=True, slots=True)
class Subject:
    """One alarm (by its id), status or condition of an asset."""

    kind: SubjectKind
    asset_id: str
    name: str


#: Events of an alarm that somebody can still acknowledge: only their messages carry codes, and stop once it is.
OPEN_ALARM_EVENTS = frozenset({"AlarmRaised", "AlarmRepeated"})
#: Events about something that can end, so that a message about it can be repeated until then.
CAN_END = (*sorted(OPEN_ALARM_EVENTS), "StateChanged", CONDITION_FOUND)


def subject_of(event: str, asset_id: str, fields: Mapping[str, str]) -> tuple[Subject, ...]:
    """Return the subjects that a message about an event depends on; empty if the event cannot become obsolete."""
    if event in OPEN_ALARM_EVENTS:
        return (Subject(SubjectKind.ALARM, asset_id, fields.get("Alarm ID", "")),)
    if event == "StateChanged":
        return (Subject(SubjectKind.STATUS, asset_id, fields.get("Status", "")),)
    if event == CONDITION_FOUND:
        return (Subject(SubjectKind.CONDITION, asset_id, fields.get("Condition", "")),)
    return ()


def why_over(subjects: Sequence[Subject], find: Callable[[str], Asset | None]) -> str:
    """Return why a message about these subjects is no longer true, as a clause; empty while any still holds."""
    ended = [_ended(subject, find(subject.asset_id)) for subject in subjects]
    if not ended or "" in ended:
        return ""
    return ended[0] if len(ended) == 1 else "everything it is about is over, acknowledged, masked or shelved"


def cleared(subjects: Sequence[Subject], find: Callable[[str], Asset | None]) -> bool:
    """Return whether the cause of every alarm among these subjects is over, so that only latches keep them."""
    records = [_record(subject, find(subject.asset_id)) for subject in subjects if subject.kind is SubjectKind.ALARM]
    return bool(records) and all(record is None or not record.state.active for record in records)


def reworded(text: str, subjects: Sequence[Subject], find: Callable[[str], Asset | None]) -> str:
    """Return the text, adding that its alarm is over if only the latch keeps the alarm until Acknowledge."""
    for subject in subjects if len(subjects) == 1 else ():
        record = _record(subject, find(subject.asset_id))
        if record is not None and not record.state.active and not text.endswith(OVER):
            return text[: MAX_LENGTH - len(OVER)] + OVER
    return text


def written(subjects: Iterable[Subject]) -> str:
    """Return subjects as text, one per line."""
    return "\n".join(f"{subject.kind} {subject.asset_id} {subject.name}" for subject in subjects)


def read(text: str) -> tuple[Subject, ...]:
    """Parse the output of ``written``."""
    parts = (line.split(" ", 2) for line in text.split("\n") if line)
    return tuple(Subject(SubjectKind(kind), asset_id, name) for kind, asset_id, name in parts)


def _ended(subject: Subject, asset: Asset | None) -> str:
    if asset is None:
        return "its asset is gone"
    if subject.kind is SubjectKind.ALARM:
        return _alarm_ended(subject, asset)
    if subject.kind is SubjectKind.STATUS:
        return "" if asset.status == subject.name else f"the status is now {asset.status}"
    holds = any(condition.cause.value == subject.name for condition in asset.facts.conditions)
    return "" if holds else "the condition is over"


def _record(subject: Subject, asset: Asset | None) -> AlarmRecord | None:
    records = () if asset is None else asset.records
    return next((record for record in records if record.alarm_id == subject.name), None)


def _alarm_ended(subject: Subject, asset: Asset) -> str:
    """Return why no more messages are sent about an alarm; only this decides it, for repetitions as well."""
    record = _record(subject, asset)
    if record is None:
        return "the alarm is over"
    if record.state.acked:
        return f"the alarm is acknowledged by {record.acked_by or 'somebody'}"
    if asset.facts.mask is not None:
        return "the asset is masked"
    return "the alarm is shelved" if asset.silenced(record.status) else ""
