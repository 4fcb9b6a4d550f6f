"""Workflow rules as data: on which event and under which conditions, which messages go to whom and when."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from driver.domain.asset_events import CONDITION_ENDED, CONDITION_FOUND, FAILOVER_NOTICE
from driver.domain.events import (
    DESTINATION_PHONE_NUMBER,
    MEDIA,
    MESSAGE_ACCEPTED,
    MESSAGE_DELIVERED,
    MESSAGE_DROPPED,
    MESSAGE_FAILED,
    MESSAGE_RECEIVED,
    MESSAGE_RECEIVED_FROM_EXTERNAL,
    RECEIVED_TIMESTAMP,
)
from driver.domain.shelving import SHELVED, UNSHELVED

CODE = "Code"
#: In place of an asset id: the phone the event is about.
THIS_PHONE = "this"

_ALARM = ("Alarm ID", "Alarm Type", "Alarm Status", "Count", "Acknowledged By", "Comment", "Reason", "Severity")
_NUMBERS = ("Destination Number", "Source Phone Number", "Execution ID")
#: The fields of every event.
COMMON_FIELDS = ("Asset", "Name", "Location", "Item ID", "Item Type", "Status", "Event", "Time")
#: The events that can trigger a rule, with the fields each has beyond the common ones.
EVENT_FIELDS: Mapping[str, tuple[str, ...]] = {
    MESSAGE_RECEIVED: ("Source Phone Number", DESTINATION_PHONE_NUMBER, "Message Content", RECEIVED_TIMESTAMP, MEDIA),
    MESSAGE_RECEIVED_FROM_EXTERNAL: ("Message Content", RECEIVED_TIMESTAMP, MEDIA),
    "AlarmRaised": (*_ALARM, CODE),
    "AlarmRepeated": (*_ALARM, CODE),
    "AlarmMasked": _ALARM,
    SHELVED: _ALARM,
    UNSHELVED: _ALARM,
    "AlarmAcknowledged": _ALARM,
    "AlarmCleared": _ALARM,
    "AlarmReset": _ALARM,
    "StateChanged": ("Previous Status", "Active States", "True States", "Reason"),
    CONDITION_FOUND: ("Condition", "Explanation", "Hint"),
    CONDITION_ENDED: ("Condition", "Explanation", "Hint"),
    MESSAGE_ACCEPTED: ("Message SID", "Attempts", "Explanation", *_NUMBERS),
    MESSAGE_DELIVERED: ("Message SID", *_NUMBERS),
    MESSAGE_FAILED: ("Message SID", "Reason", "Error Code", "Explanation", "Attempts", *_NUMBERS),
    MESSAGE_DROPPED: ("Reason", "Rule", *_NUMBERS),
    FAILOVER_NOTICE: ("Server Address", "Previous Server Address", "Term"),
    "TablesChanged": ("Table", "User", "Added", "Changed", "Removed"),
}
#: Events about a message that a person wrote.
WRITTEN_BY_PEOPLE = frozenset({MESSAGE_RECEIVED, MESSAGE_RECEIVED_FROM_EXTERNAL})
#: Events about our own messages. Those that rules sent trigger nothing, to avoid an endless loop.
OWN_MESSAGE_EVENTS = frozenset({MESSAGE_ACCEPTED, MESSAGE_DELIVERED, MESSAGE_FAILED})
#: Why a rule on one of these sends nothing about a message that a rule sent.
GOES_ROUND = "it is about a text that a rule sent, and could go round forever"

_FIELD = re.compile(r"\{([^{}]*)\}")

#: Templates that every site has: what, where, since when, how severe, how to answer, and finally why, in one SMS.
DEFAULT_TEMPLATES: Mapping[str, str] = {
    "alarm": "{Location}: {Alarm Type} since {Time}, severity {Severity}. Reply {Code} to acknowledge. {Reason}.",
    "alarm without code": "{Location}: {Alarm Type} since {Time}, severity {Severity}. {Reason}.",
    "unanswered alarm": "Nobody acknowledges: {Location}, {Alarm Type} since {Time}, severity {Severity}. {Reason}.",
    "alarm over": "{Location}: {Alarm Type} is over, {Time}.",
    "message": "{Name}, {Time}: {Message Content}",
}


@dataclass(frozen=True, slots=True)
class RuleStep:
    """One message to one or more phones, ``after_s`` seconds after the event.

    It is repeated at most ``repeat_times`` times, every ``repeat_every_s`` seconds, while its subject still holds.
    """

    to: tuple[str, ...]
    message: str
    after_s: float = 0.0
    repeat_every_s: float = 0.0
    repeat_times: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """What to do on an event. ``where`` maps fields to patterns (``*`` and ``?``), one of which must match.

    ``quiet`` is whether quiet hours hold its messages back, ``severity`` how urgent they are (None: as their alarm).
    """

    name: str
    on: str
    where: Mapping[str, tuple[str, ...]]
    steps: tuple[RuleStep, ...]
    quiet: bool = True
    severity: int | None = None

    def fits(self, fields: Mapping[str, str]) -> bool:
        """Return whether an event with these fields triggers the rule, ignoring case."""
        if fields["Event"] != self.on:
            return False
        return all(
            any(_fits(fields.get(name, ""), pattern) for pattern in patterns) for name, patterns in self.where.items()
        )

    def unmet(self, known: Mapping[str, Collection[str]]) -> Iterator[tuple[str, str]]:
        """Yield the fields and patterns that no known value matches, so that the rule never triggers.

        ``known`` lists the possible values by field; a field that it does not list can have any value.
        """
        for name, patterns in self.where.items():
            for pattern in patterns if name in known else ():
                if not any(_fits(value, pattern) for value in known[name]):
                    yield name, pattern


def _fits(value: str, pattern: str) -> bool:
    return fnmatchcase(value.casefold(), pattern.casefold())


def drop_goes_round(fields: Mapping[str, str], rules: Iterable[Rule]) -> bool:
    """Return whether messages about a dropped message could loop forever, so that no rule may send one."""
    about_drops = {rule.name for rule in rules if rule.on == MESSAGE_DROPPED}
    return fields["Reason"] == GOES_ROUND or fields["Rule"] in about_drops


def fields_of(event: str) -> tuple[str, ...]:
    """Return the names a rule on an event may use in ``where`` and in messages."""
    return COMMON_FIELDS + tuple(name for name in EVENT_FIELDS[event] if name not in COMMON_FIELDS)


def fields_in(message: str) -> Iterable[str]:
    """Return the fields a message uses."""
    return _FIELD.findall(message)


def rendered(message: str, fields: Mapping[str, str]) -> str:
    """Return a message with its fields filled in; their values are not expanded again."""
    return _FIELD.sub(lambda found: fields.get(found[1], ""), message)
