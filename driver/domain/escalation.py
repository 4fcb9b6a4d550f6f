"""What rules still have to do: texts with due times, open codes and spent allowances, as one frozen value that is kept.

All that rules remember is in here, so a restart changes nothing: due times are moments, not delays.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from driver.domain.quiet import QuietHours
from driver.domain.replies import next_code
from driver.domain.rules import CODE, OPEN_ALARM_EVENTS, THIS_PHONE, Rule, Step, rendered
from driver.domain.severity import Severities

HOUR = timedelta(hours=1)
#: A code is answered for so long after its alarm is over, and then given up.
CODE_LASTS = timedelta(hours=24)
#: More waiting texts than this are not taken on; ``Agenda.lost`` counts those that were not.
MOST_WAITING = 10_000


@dataclass(frozen=True, slots=True)
class Waiting:
    """A text that is due at a moment. ``alarm_id`` is empty unless it only goes out while that alarm is open.

    ``key`` makes sending it twice impossible; ``answer`` marks an answer to somebody's text.
    """

    key: str
    rule: str
    to: str
    text: str
    due: datetime
    asset_id: str = ""
    alarm_id: str = ""
    answer: bool = False


@dataclass(frozen=True, slots=True)
class Code:
    """The short code by which a phone can acknowledge an alarm. ``about`` tells the alarm in words."""

    phone: str
    code: str
    asset_id: str
    alarm_id: str
    about: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Agenda:
    """Everything rules remember. ``seq`` is the last event they saw; ``spent`` are the texts of the last hour.

    ``lost`` counts texts that were not taken on because too many waited already.
    """

    seq: int = 0
    waiting: tuple[Waiting, ...] = ()
    codes: tuple[Code, ...] = ()
    spent: tuple[tuple[str, bool, datetime], ...] = ()
    lost: int = 0

    def next_due(self) -> datetime | None:
        """Return when something has to be done, or None."""
        return min((item.due for item in self.waiting), default=None)

    def code_for(self, phone: str, code: str) -> Code | None:
        """Return what a code stands for; without a code, the only one the phone has."""
        own = [known for known in self.codes if known.phone == phone]
        if not code:
            return own[0] if len(own) == 1 else None
        return next((known for known in own if known.code == code), None)


@dataclass(frozen=True, slots=True)
class Allowances:
    """Who may acknowledge by answering, and how many texts an hour one phone gets at most."""

    acknowledgers: frozenset[str] = frozenset()
    texts_per_hour: int = 20
    replies_per_hour: int = 5
    quiet_hours: QuietHours | None = None
    severities: Severities = field(default_factory=Severities)


@dataclass(frozen=True, slots=True)
class Trigger:
    """An event that rules look at, with its fields as text."""

    event_id: str
    asset_id: str
    fields: Mapping[str, str]
    at: datetime


def triggered(agenda: Agenda, trigger: Trigger, rules: tuple[Rule, ...], allowances: Allowances) -> Agenda:
    """Return the agenda with everything that the rules put on it because of an event."""
    severity = allowances.severities.of(trigger.fields.get("Alarm Type", ""))
    fields = {**trigger.fields, "Severity": str(severity) if "Alarm Type" in trigger.fields else ""}
    for rule in rules:
        if not rule.fits(fields):
            continue
        for number, step in enumerate(rule.steps):
            due = trigger.at + timedelta(seconds=step.after_s)
            if rule.quiet and fields["Severity"] and allowances.quiet_hours is not None:
                due = allowances.quiet_hours.earliest(due, severity)
            for phone in dict.fromkeys(step.to):
                agenda = _put(agenda, trigger, fields, rule, step, number, phone, due, allowances)
    return agenda


def take_due(
    agenda: Agenda, now: datetime, is_open: Callable[[str, str], bool], allowances: Allowances
) -> tuple[Agenda, tuple[Waiting, ...], tuple[Waiting, ...]]:
    """Return the agenda without what is due, the texts to send now, and those that allowances do not permit.

    Texts about an alarm that is acknowledged, masked or over by now are simply gone.
    """
    spent = tuple(entry for entry in agenda.spent if entry[2] > now - HOUR)
    send, refused = [], []
    for item in sorted((item for item in agenda.waiting if item.due <= now), key=lambda item: item.due):
        if item.alarm_id and not is_open(item.asset_id, item.alarm_id):
            continue
        limit = allowances.replies_per_hour if item.answer else allowances.texts_per_hour
        if sum(phone == item.to and answer == item.answer for phone, answer, _ in spent) >= limit:
            refused.append(item)
            continue
        spent = (*spent, (item.to, item.answer, now))
        send.append(item)
    left = tuple(item for item in agenda.waiting if item.due > now)
    return replace(agenda, waiting=left, spent=spent), tuple(send), tuple(refused)


def tidied(agenda: Agenda, now: datetime, exists: Callable[[str, str], bool]) -> Agenda:
    """Return the agenda without codes that nobody needs any more."""
    kept = tuple(
        code for code in agenda.codes if exists(code.asset_id, code.alarm_id) or code.made_at > now - CODE_LASTS
    )
    return agenda if len(kept) == len(agenda.codes) else replace(agenda, codes=kept)


def without_strangers(agenda: Agenda, rules: Collection[str]) -> Agenda:
    """Return the agenda without the texts of rules that there are not any more; answers stay."""
    return replace(agenda, waiting=tuple(item for item in agenda.waiting if item.answer or item.rule in rules))


def answered(agenda: Agenda, key: str, to: str, text: str, now: datetime) -> Agenda:
    """Return the agenda with an answer to somebody's text, due at once."""
    return replace(agenda, waiting=(*agenda.waiting, Waiting(key, "reply", to, text, now, answer=True)))


def _put(
    agenda: Agenda,
    trigger: Trigger,
    fields: Mapping[str, str],
    rule: Rule,
    step: Step,
    number: int,
    phone: str,
    due: datetime,
    allowances: Allowances,
) -> Agenda:
    to = trigger.asset_id if phone == THIS_PHONE else phone
    alarm_id = trigger.fields.get("Alarm ID", "") if rule.on in OPEN_ALARM_EVENTS else ""
    if alarm_id and to in allowances.acknowledgers:
        agenda, code = _with_code(agenda, to, trigger, alarm_id)
        fields = {**fields, CODE: code}
    item = Waiting(
        key=f"workflow:{trigger.event_id}:{rule.name}:{number}:{to}",
        rule=rule.name,
        to=to,
        text=rendered(step.message, fields),
        due=due,
        asset_id=trigger.asset_id,
        alarm_id=alarm_id,
    )
    if len(agenda.waiting) >= MOST_WAITING:
        return replace(agenda, lost=agenda.lost + 1)
    return replace(agenda, waiting=(*agenda.waiting, item))


def _with_code(agenda: Agenda, phone: str, trigger: Trigger, alarm_id: str) -> tuple[Agenda, str]:
    own = [known for known in agenda.codes if known.phone == phone]
    for known in own:
        if (known.asset_id, known.alarm_id) == (trigger.asset_id, alarm_id):
            return agenda, known.code
    code = next_code(own[-1].code if own else "", {known.code for known in own})
    about = f"{trigger.fields.get('Name', '')}, {trigger.fields.get('Alarm Type', '')}"
    fresh = Code(phone, code, trigger.asset_id, alarm_id, about, trigger.at)
    return replace(agenda, codes=(*agenda.codes, fresh)), code
