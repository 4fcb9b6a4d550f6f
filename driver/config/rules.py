"""The ``[notify]`` and ``[[workflows]]`` sections: rules, proofs of life, and who may acknowledge by replying."""

import re
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Annotated, Any, Literal, Self, get_args
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, model_validator

from driver.config.secrets import Sensitive
from driver.config.types import Identifier, Seconds, Section
from driver.domain.answer_pins import MAX_DIGITS, MIN_DIGITS
from driver.domain.proofs import Proof
from driver.domain.quiet_hours import QuietHours
from driver.domain.relevance import CAN_END, OPEN_ALARM_EVENTS
from driver.domain.rule_state import Allowances
from driver.domain.rules import CODE, DEFAULT_TEMPLATES, EVENT_FIELDS, THIS_PHONE, Rule, RuleStep, fields_in, fields_of
from driver.domain.severity import TOP_SEVERITY, Severities


def _time(value: object) -> time:
    try:
        return datetime.strptime(value, "%H:%M").time()  # type: ignore[arg-type] # noqa: DTZ007 - a time without a day
    except (TypeError, ValueError):
        raise ValueError("expected a time of day in quotes, for example '22:00'") from None


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise ValueError("expected a time zone such as 'America/Toronto'") from None
    return name


Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
TimeOfDay = Annotated[time, BeforeValidator(_time)]
Zone = Annotated[str, AfterValidator(_zone)]
Severity = Annotated[int, Field(ge=TOP_SEVERITY, le=99)]
#: A longer delay is certainly a mistake in the unit.
MAX_DELAY_S = 7 * 86400


def _one_or_several(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _event(name: str) -> str:
    if name not in EVENT_FIELDS:
        raise ValueError(f"expected one of {', '.join(EVENT_FIELDS)}")
    return name


Several = Annotated[tuple[str, ...], BeforeValidator(_one_or_several), Field(min_length=1)]


def _pin(value: object) -> object:
    text = value.get_secret_value() if isinstance(value, SecretStr) else value
    if not isinstance(text, str) or not re.fullmatch(rf"[0-9]{{{MIN_DIGITS},{MAX_DIGITS}}}", text):
        raise ValueError(f"expected {MIN_DIGITS} to {MAX_DIGITS} digits in quotes, more than an ack code has")
    return text


class PinConfig(Section):
    """A PIN that a person's replies must contain to acknowledge."""

    phone: Identifier
    """Asset id of the person's phone; one of ``notify.acknowledgers``."""
    pin: Annotated[SecretStr, BeforeValidator(_pin), Sensitive()]
    """5 to 8 digits, sent along with the ack code: ``10 47112``. The PIN is neither logged nor stored, and Twilio is
    asked to delete the text of messages that contain it."""


class ProofConfig(Section):
    """A proof of life: a scheduled message that a person has to answer, otherwise the phone goes into Fault."""

    name: Annotated[str, Field(max_length=100)] = ""
    """Name in the log and the alarm. If empty, its number is used."""
    phone: Identifier
    """Asset id of the phone that gets the message."""
    at: TimeOfDay
    """Time of day, for example ``"07:30"``."""
    zone: Zone
    """Time zone, for example ``"America/Toronto"``."""
    days: Annotated[tuple[Weekday, ...], Field(min_length=1)] = get_args(Weekday)
    """Weekdays on which the message is sent."""
    message: Annotated[str, Field(min_length=1, max_length=1600)] = "Test of the alarm chain. Please answer OK."
    """Text of the message."""
    answer: Annotated[str, Field(min_length=1)] = "*"
    """Pattern that the reply must match; ``*`` and ``?`` are wildcards."""
    answer_within_s: Annotated[float, Field(ge=60, le=43200)] = 1800.0
    """Seconds within which the reply must arrive, at most 12 hours."""

    def proof(self, number: int) -> Proof:
        """Return the proof of life as a domain object."""
        week: tuple[str, ...] = get_args(Weekday)
        return Proof(
            self.name or f"proof {number}",
            self.phone,
            self.at,
            ZoneInfo(self.zone),
            self.message,
            timedelta(seconds=self.answer_within_s),
            frozenset(map(week.index, self.days)),
            self.answer,
        )


class QuietHoursConfig(Section):
    """Hours, in the local time of a time zone, during which messages about less urgent alarms wait."""

    start: TimeOfDay
    """Time of day at which quiet hours begin, for example ``"22:00"``."""
    end: TimeOfDay
    """Time of day at which quiet hours end. If it is before ``start``, they end on the next day."""
    zone: Zone
    """Time zone, for example ``"America/Toronto"``."""
    from_severity: Annotated[int, Field(gt=TOP_SEVERITY, le=99)] = 2
    """The most urgent severity that waits. Severity 1 never waits."""

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if self.start == self.end:
            raise ValueError("start and end are the same; for no quiet hours, remove quiet_hours")
        return self


class NotifyConfig(Section):
    """Settings shared by all rules: templates, who may acknowledge by replying, limits, quiet hours."""

    templates: dict[str, Annotated[str, Field(min_length=1, max_length=1600)]] = Field(default_factory=dict)
    """Message templates by name, in addition to the built-in ones: ``alarm``, ``alarm without code``, ``unanswered
    alarm``, ``alarm over`` and ``message``."""
    acknowledgers: tuple[Identifier, ...] = ()
    """Asset ids of the phones whose replies acknowledge alarms."""
    proofs: tuple[ProofConfig, ...] = ()
    """Proofs of life: scheduled messages that must be answered."""
    pins: tuple[PinConfig, ...] = ()
    """PINs of the people who need one to acknowledge."""
    texts_per_hour: Annotated[int, Field(ge=1, le=1000)] = 20
    """Maximum number of rule messages that one phone gets per hour. Messages of severity 1, and one digest of all
    others, are not counted. A message counts only against messages that are no more urgent than it."""
    replies_per_hour: Annotated[int, Field(ge=0, le=100)] = 5
    """Maximum number of answers per hour that one phone gets to the messages it sends."""
    severities: dict[str, Severity] = Field(default_factory=dict)
    """Severity by alarm type; 1 is the most urgent."""
    other_severity: Severity = 3
    """Severity of alarm types that are not listed in ``severities``."""
    quiet_hours: QuietHoursConfig | None = None
    """When less urgent messages wait; none by default."""

    @model_validator(mode="after")
    def _one_pin_each(self) -> Self:
        for number, each in enumerate(self.pins):
            if each.phone in {other.phone for other in self.pins[:number]}:
                raise ValueError(f"pins: {each.phone!r} has two PINs; keep one")
        return self

    @model_validator(mode="after")
    def _named_once(self) -> Self:
        names = [each.name for each in self._proofs()]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"proofs: the name {name!r} is used twice")
        return self

    def _proofs(self) -> tuple[Proof, ...]:
        return tuple(each.proof(number) for number, each in enumerate(self.proofs, start=1))

    def pin_of(self) -> Mapping[str, str]:
        """Return the PINs by phone."""
        return {each.phone: each.pin.get_secret_value() for each in self.pins}

    def allowances(self, validity_s: float) -> Allowances:
        """Return these settings as a domain object; ``validity_s`` is how long a message remains useful."""
        quiet = self.quiet_hours
        return Allowances(
            acknowledgers=frozenset(self.acknowledgers),
            need_pin=frozenset(each.phone for each in self.pins),
            texts_per_hour=self.texts_per_hour,
            replies_per_hour=self.replies_per_hour,
            quiet_hours=QuietHours(quiet.start, quiet.end, ZoneInfo(quiet.zone), quiet.from_severity)
            if quiet
            else None,
            severities=self.alarm_severities(),
            validity=timedelta(seconds=validity_s),
            proofs=self._proofs(),
        )

    def alarm_severities(self) -> Severities:
        """Return the severities of alarms."""
        return Severities(dict(self.severities), self.other_severity)


class StepConfig(Section):
    """One message: ``to`` names the phones; ``template`` or ``message`` gives the text."""

    to: Annotated[tuple[Identifier, ...], BeforeValidator(_one_or_several), Field(min_length=1)]
    """Asset id of a phone, or a list of several; ``this`` is the phone of the event."""
    template: str | None = None
    """Name of a template in ``notify.templates``, or of a built-in one."""
    message: Annotated[str, Field(min_length=1, max_length=1600)] | None = None
    """The message itself, with fields in braces."""
    after_s: Annotated[Seconds, Field(le=MAX_DELAY_S)] = 0.0
    """Seconds to wait after the event."""
    repeat_every_s: Annotated[float, Field(ge=30, le=MAX_DELAY_S)] | None = None
    """Seconds between repetitions, which continue until somebody acknowledges or the problem is over. If not set, the
    message is not repeated."""
    repeat_times: Annotated[int, Field(ge=1, le=100)] = 3
    """Maximum number of repetitions, if ``repeat_every_s`` is set."""

    @model_validator(mode="after")
    def _one_message(self) -> Self:
        if (self.template is None) == (self.message is None):
            raise ValueError("expected either template (a name in notify.templates) or message")
        return self


class WorkflowConfig(Section):
    """A workflow rule: ``on`` an event, ``where`` its fields match, ``do`` the steps."""

    name: Annotated[str, Field(max_length=100)] = ""
    """Name in the log and the audit. If empty, its number is used."""
    on: Annotated[str, AfterValidator(_event)]
    """Event that triggers the rule."""
    where: dict[str, Several] = Field(default_factory=dict)
    """Fields of the event, each with one or more patterns of which one must match; ``*`` and ``?`` are wildcards."""
    do: Annotated[tuple[StepConfig, ...], Field(min_length=1)]
    """The messages to send."""
    quiet: bool = True
    """Whether quiet hours hold back the rule's messages."""
    severity: Severity | None = None
    """Severity of the rule's messages. 1 is the most urgent, and neither limits nor quiet hours hold it back. By
    default, the severity of the alarm; 2 for messages from people; ``notify.other_severity`` for anything else."""

    @model_validator(mode="after")
    def _known_fields(self) -> Self:
        known = fields_of(self.on)
        if self.on not in CAN_END and any(step.repeat_every_s for step in self.do):
            raise ValueError(
                f"repeat_every_s: {self.on} has no end to stop repeating; expected on = one of {', '.join(CAN_END)}"
            )
        for name in self.where:
            if name not in known:
                raise ValueError(f"where: {self.on} has no field {name!r}; its fields are {', '.join(known)}")
        return self


def rules_of(workflows: tuple[WorkflowConfig, ...], notify: NotifyConfig) -> tuple[Rule, ...]:
    """Return the rules as domain objects.

    Raises:
        ValueError: a template does not exist, a message uses a field its event does not have, or a code goes to
            somebody who may not acknowledge.
    """
    rules: list[Rule] = []
    for number, workflow in enumerate(workflows, start=1):
        name = workflow.name or f"workflow {number}"
        if any(rule.name == name for rule in rules):
            raise ValueError(f"workflows: the name {name!r} is used twice")
        steps = tuple(_step(name, workflow, step, notify=notify) for step in workflow.do)
        rules.append(Rule(name, workflow.on, dict(workflow.where), steps, workflow.quiet, workflow.severity))
    return tuple(rules)


def _step(name: str, workflow: WorkflowConfig, step: StepConfig, *, notify: NotifyConfig) -> RuleStep:
    message = step.message
    if message is None:
        templates = {**DEFAULT_TEMPLATES, **notify.templates}
        message = templates.get(str(step.template))
        if message is None:
            known = ", ".join(templates)
            raise ValueError(f"{name}: unknown template {step.template!r}; known templates: {known}")
    allowed: tuple[Any, ...] = fields_of(workflow.on)
    for field in fields_in(message):
        if field not in allowed:
            raise ValueError(f"{name}: {workflow.on} has no field {{{field}}}; its fields are {', '.join(allowed)}")
    strangers = [phone for phone in step.to if phone not in notify.acknowledgers and phone != THIS_PHONE]
    if CODE in fields_in(message) and workflow.on in OPEN_ALARM_EVENTS and strangers:
        raise ValueError(
            f"{name}: {{{CODE}}} goes to {', '.join(strangers)}, who may not acknowledge; add them to "
            "notify.acknowledgers, or remove the code"
        )
    return RuleStep(
        step.to, message, step.after_s, step.repeat_every_s or 0.0, step.repeat_times if step.repeat_every_s else 0
    )
