"""What the text of a rule is about, and whether that is still so: nobody is sent what is no longer true."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from driver.domain.alarms import AlarmRecord
from driver.domain.asset import Asset
from driver.domain.asset_events import CONDITION_FOUND

#: Twilio refuses longer texts (error 21617).
MAX_LENGTH = 1600
#: What is added to a text about an alarm that is over and only latched.
OVER = " (It is over.)"


class SubjectKind(StrEnum):
    """The kinds of things that can end after a text about them was written."""

    ALARM = "alarm"
    STATUS = "status"
    CONDITION = "condition"


@dataclass(frozen=True, slots=True)
class Subject:
    """One alarm (by its id), status or condition of an asset."""

    kind: SubjectKind
    asset_id: str
    name: str


#: Events of an alarm that somebody can still acknowledge: only their texts carry codes, and stop once it is.
OPEN_ALARM_EVENTS = frozenset({"AlarmRaised", "AlarmRepeated"})
#: Events of what ends some day, so that a text about them can be repeated until then.
CAN_END = (*sorted(OPEN_ALARM_EVENTS), "StateChanged", CONDITION_FOUND)


def subject_of(event: str, asset_id: str, fields: Mapping[str, str]) -> tuple[Subject, ...]:
    """Return what a text about an event stands and falls with; empty for what has happened once and for all."""
    if event in OPEN_ALARM_EVENTS:
        return (Subject(SubjectKind.ALARM, asset_id, fields.get("Alarm ID", "")),)
    if event == "StateChanged":
        return (Subject(SubjectKind.STATUS, asset_id, fields.get("Status", "")),)
    if event == CONDITION_FOUND:
        return (Subject(SubjectKind.CONDITION, asset_id, fields.get("Condition", "")),)
    return ()


def why_over(subjects: Sequence[Subject], find: Callable[[str], Asset | None]) -> str:
    """Return why a text about these subjects is no longer true, as a clause; empty while one of them still is."""
    ended = [_ended(subject, find(subject.asset_id)) for subject in subjects]
    if not ended or "" in ended:
        return ""
    return ended[0] if len(ended) == 1 else "everything that it is about is over, acknowledged, masked or shelved"


def cleared(subjects: Sequence[Subject], find: Callable[[str], Asset | None]) -> bool:
    """Return whether the cause of every alarm among these subjects is over, so that only latches keep them."""
    records = [_record(subject, find(subject.asset_id)) for subject in subjects if subject.kind is SubjectKind.ALARM]
    return bool(records) and all(record is None or not record.state.active for record in records)


def reworded(text: str, subjects: Sequence[Subject], find: Callable[[str], Asset | None]) -> str:
    """Return a text that also says that its alarm is over, where only the latch keeps the alarm until Acknowledge."""
    for subject in subjects if len(subjects) == 1 else ():
        record = _record(subject, find(subject.asset_id))
        if record is not None and not record.state.active and not text.endswith(OVER):
            return text[: MAX_LENGTH - len(OVER)] + OVER
    return text


def written(subjects: Iterable[Subject]) -> str:
    """Write subjects as text, one a line."""
    return "\n".join(f"{subject.kind} {subject.asset_id} {subject.name}" for subject in subjects)


def read(text: str) -> tuple[Subject, ...]:
    """Read what ``written`` wrote."""
    parts = (line.split(" ", 2) for line in text.split("\n") if line)
    return tuple(Subject(SubjectKind(kind), asset_id, name) for kind, asset_id, name in parts)


def _ended(subject: Subject, asset: Asset | None) -> str:
    if asset is None:
        return "its asset is gone"
    if subject.kind is SubjectKind.ALARM:
        return _alarm_ended(subject, asset)
    if subject.kind is SubjectKind.STATUS:
        return "" if asset.status == subject.name else f"the status is {asset.status} now"
    holds = any(condition.cause.value == subject.name for condition in asset.facts.conditions)
    return "" if holds else "the condition is over"


def _record(subject: Subject, asset: Asset | None) -> AlarmRecord | None:
    records = () if asset is None else asset.records
    return next((record for record in records if record.alarm_id == subject.name), None)


def _alarm_ended(subject: Subject, asset: Asset) -> str:
    """Return why nobody is texted about an alarm any more: the one place that says so, for repetitions as well."""
    record = _record(subject, asset)
    if record is None:
        return "the alarm is over"
    if record.state.acked:
        return f"the alarm is acknowledged by {record.acked_by or 'somebody'}"
    if asset.facts.mask is not None:
        return "the asset is masked"
    return "the alarm is shelved" if asset.silenced(record.status) else ""
