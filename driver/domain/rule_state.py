"""What rules still have to do: messages with due times, open codes and used allowances, as one frozen, stored value.

It contains everything that rules remember, so a restart changes nothing: due times are moments, not delays.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from driver.domain.alarm_codes import MAX_CODES, next_code
from driver.domain.answer_pins import WrongPin
from driver.domain.proofs import Proof, ProofRound
from driver.domain.quiet_hours import QuietHours
from driver.domain.relevance import Subject, SubjectKind
from driver.domain.severity import TOP_SEVERITY, Severities

#: How long a code still gets an answer after its alarm is over.
CODE_LASTS = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Repetition:
    """How a message is repeated after it was sent: ``left`` more times, every ``every_s`` seconds.

    ``key`` is that of the first message, ``number`` counts the repetitions, ``quiet`` is whether quiet hours hold them.
    """

    key: str
    every_s: float
    left: int
    quiet: bool = True
    number: int = 0


@dataclass(frozen=True, slots=True)
class PendingMessage:
    """A message with a due time, which is only sent while one of its ``subjects`` still holds, if it has any.

    ``key`` prevents sending it twice; ``answer`` marks a reply to somebody's message. ``summary`` is its entry in a
    digest. ``in_quiet_hours`` marks a message that waits for quiet hours to end, ``folded`` one that waits for a
    digest because the hourly allowance is used up.
    """

    key: str
    rule: str
    to: str
    text: str
    due: datetime
    subjects: tuple[Subject, ...] = ()
    answer: bool = False
    severity: int = 3
    summary: str = ""
    in_quiet_hours: bool = False
    folded: bool = False
    repetition: Repetition | None = None

    @property
    def repeated(self) -> bool:
        """Whether it was sent before, so that nothing is lost by dropping it once its subjects are over."""
        return self.repetition is not None and self.repetition.number > 0

    @property
    def alarms(self) -> tuple[Subject, ...]:
        """The alarms that the message is about."""
        return tuple(subject for subject in self.subjects if subject.kind is SubjectKind.ALARM)

    @property
    def urgent(self) -> bool:
        """Whether neither quiet hours nor the hourly limit apply to it."""
        return self.severity <= TOP_SEVERITY


@dataclass(frozen=True, slots=True)
class AckCode:
    """The short code with which a phone can acknowledge one or more alarms. ``about`` describes them.

    ``explained``: the person has been sent instructions, because something they sent was not understood.
    """

    phone: str
    code: str
    alarms: tuple[Subject, ...]
    about: str
    made_at: datetime
    explained: bool = False


@dataclass(frozen=True, slots=True)
class SpentAllowance:
    """A message that was sent to a phone, which counts for an hour."""

    phone: str
    at: datetime
    answer: bool = False
    severity: int = 3
    digest: bool = False


@dataclass(frozen=True, slots=True)
class RuleState:
    """Everything rules remember. ``seq`` is the last event they saw; ``spent`` are the messages of the last hour."""

    seq: int = 0
    waiting: tuple[PendingMessage, ...] = ()
    codes: tuple[AckCode, ...] = ()
    spent: tuple[SpentAllowance, ...] = ()
    wrong_pins: tuple[WrongPin, ...] = ()
    proofs: tuple[ProofRound, ...] = ()

    def next_due(self) -> datetime | None:
        """Return when the next message is due, or None."""
        return min((item.due for item in self.waiting), default=None)

    def code_for(self, phone: str, code: str) -> AckCode | None:
        """Return a phone's code; without ``code``, the only one that the phone has."""
        own = [known for known in self.codes if known.phone == phone]
        if not code:
            return own[0] if len(own) == 1 else None
        return next((known for known in own if known.code == code), None)

    def explained(self, phone: str, waits: Callable[[Sequence[Subject]], bool]) -> "tuple[RuleState, str]":
        """Return the rule state after a phone is sent instructions, and a code to show; empty if it already was.

        ``waits`` returns whether any alarm of a code is waiting for acknowledgement.
        """
        own = [known for known in self.codes if known.phone == phone and waits(known.alarms)]
        if all(known.explained for known in own):
            return self, ""
        codes = tuple(replace(known, explained=True) if known in own else known for known in self.codes)
        return replace(self, codes=codes), own[-1].code

    def with_code(
        self, phone: str, alarms: tuple[Subject, ...], about: str, *, at: datetime
    ) -> "tuple[RuleState, str]":
        """Return the rule state with a phone's code for alarms, and the code: an existing one, or a new one."""
        own = [known for known in self.codes if known.phone == phone]
        for known in own:
            if known.alarms == alarms:
                return self, known.code
        codes, taken = self.codes, {known.code for known in own}
        if len(own) >= MAX_CODES:
            codes = tuple(known for known in codes if known is not own[0])
            taken.discard(own[0].code)
        code = next_code(own[-1].code if own else "", taken)
        return replace(self, codes=(*codes, AckCode(phone, code, alarms, about, at))), code


@dataclass(frozen=True, slots=True)
class Allowances:
    """Who may acknowledge by replying and who needs a PIN for it, how many messages per hour a phone gets, and when.

    ``validity`` is how long a message about something that cannot end is useful after it was due. ``handsets`` maps
    each acknowledger to the one that keeps its codes: phones with the same external number are one handset.
    """

    acknowledgers: frozenset[str] = frozenset()
    need_pin: frozenset[str] = frozenset()
    handsets: Mapping[str, str] = field(default_factory=dict)
    texts_per_hour: int = 20
    replies_per_hour: int = 5
    quiet_hours: QuietHours | None = None
    severities: Severities = field(default_factory=Severities)
    validity: timedelta = timedelta(hours=4)
    proofs: tuple[Proof, ...] = ()

    def clock_time(self, moment: datetime) -> str:
        """Format a moment for people: in the time zone of the quiet hours, otherwise in UTC."""
        quiet = self.quiet_hours
        return moment.astimezone(quiet.zone).strftime("%H:%M") if quiet else moment.strftime("%H:%M UTC")


def answered(rule_state: RuleState, key: str, to: str, *, text: str, now: datetime) -> RuleState:
    """Return the rule state with a reply to somebody's message, due immediately."""
    item = PendingMessage(key, "reply", to, text, now, answer=True, severity=TOP_SEVERITY)
    return replace(rule_state, waiting=(*rule_state.waiting, item))


def without_expired(rule_state: RuleState, now: datetime, exists: Callable[[Subject], bool]) -> RuleState:
    """Return the rule state without codes that are no longer needed."""
    kept = tuple(code for code in rule_state.codes if code.made_at > now - CODE_LASTS or any(map(exists, code.alarms)))
    return rule_state if len(kept) == len(rule_state.codes) else replace(rule_state, codes=kept)


def reclocked(rule_state: RuleState, step: timedelta, quiet: QuietHours | None) -> RuleState:
    """Return the rule state with every time still as far ahead or ago as before, after the wall clock was set.

    Messages that wait for the end of quiet hours still wait for that.
    """
    waiting = tuple(
        item if quiet is not None and quiet.ends_at(item.due) else replace(item, due=item.due + step)
        for item in rule_state.waiting
    )
    codes = tuple(replace(code, made_at=code.made_at + step) for code in rule_state.codes)
    spent = tuple(replace(each, at=each.at + step) for each in rule_state.spent)
    wrong_pins = tuple(replace(each, at=each.at + step) for each in rule_state.wrong_pins)
    proofs = tuple(replace(each, deadline=each.deadline and each.deadline + step) for each in rule_state.proofs)
    return replace(rule_state, waiting=waiting, codes=codes, spent=spent, wrong_pins=wrong_pins, proofs=proofs)
