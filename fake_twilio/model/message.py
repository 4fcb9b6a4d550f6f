"""A message and its life: the row that the API shows, and the order in which statuses may follow each other.

Source: Twilio's documentation of the Message resource and of outbound message statuses.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from operator import attrgetter
from typing import TypeVar, dataclass_transform


class Status(StrEnum):
    """Where a message is in its life."""

    ACCEPTED = "accepted"
    SCHEDULED = "scheduled"
    CANCELED = "canceled"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    READ = "read"
    RECEIVING = "receiving"
    RECEIVED = "received"


class Direction(StrEnum):
    """Which way a message goes, and what made it go."""

    INBOUND = "inbound"
    API = "outbound-api"
    CALL = "outbound-call"
    REPLY = "outbound-reply"


TERMINAL = frozenset(
    {Status.DELIVERED, Status.UNDELIVERED, Status.FAILED, Status.CANCELED, Status.READ, Status.RECEIVED}
)
"""Statuses that a message never leaves, ``read`` after ``delivered`` excepted."""

COMPLETE = TERMINAL | {Status.SENT}
"""Statuses in which a message may be redacted or deleted.

Carriers without receipts leave messages at ``sent`` forever.
"""

LEFT = frozenset({Status.SENT, Status.DELIVERED, Status.UNDELIVERED})
"""Statuses of a message that has left Twilio: from the first of them on it has a date of sending and a price."""

RANK = {
    Status.SCHEDULED: 0,
    Status.ACCEPTED: 1,
    Status.QUEUED: 2,
    Status.SENDING: 3,
    Status.SENT: 4,
    Status.DELIVERED: 5,
    Status.UNDELIVERED: 5,
    Status.FAILED: 5,
    Status.CANCELED: 5,
    Status.READ: 6,
    Status.RECEIVING: 0,
    Status.RECEIVED: 5,
}
"""How far along each status is; a message only ever moves to a higher rank."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a sender asked for besides the text; most messages have none of it."""

    status_callback: str = ""
    application_sid: str = ""
    validity_period: int = 36_000
    send_at: datetime | None = None
    media_urls: tuple[str, ...] = ()
    content_sid: str = ""
    content_variables: str = ""
    content_retention: str = ""
    address_retention: str = ""
    provide_feedback: bool = False
    force_delivery: bool = False
    attempt: int | None = None
    risk_check: str = ""
    persistent_actions: tuple[str, ...] = ()
    send_as_mms: bool = False
    smart_encoded: bool = False
    shorten_urls: bool = False
    max_price: str = ""
    traffic_type: str = ""
    fallback_from: str = ""
    message_intent: str = ""


NO_OPTIONS = Options()


T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def sealed(cls: type[T]) -> type[T]:
    """Make a data class that may not be changed, which the type checker enforces.

    Freezing it at run time too would make each new row three times as expensive, and every message needs two rows.
    """
    return dataclass(slots=True, unsafe_hash=True)(cls)


@sealed
class Message:
    """One text, in or out. Times are aware, in UTC.

    ``number`` counts messages in the order in which they were made, across accounts; ``position`` is what lists are
    sorted by: the second of sending (of making, while not sent), then ``number``. ``refused`` marks the trace of a
    request that was answered with an error: it never was a message, and only lists and fetches show it.
    """

    sid: str
    account_sid: str
    direction: Direction
    to: str
    sender: str | None
    body: str
    status: Status
    segments: int
    media: int
    created: datetime
    updated: datetime
    number: int
    position: int
    sent: datetime | None = None
    service_sid: str | None = None
    price: str | None = None
    error_code: int | None = None
    options: Options = NO_OPTIONS
    refused: bool = False

    @property
    def outbound(self) -> bool:
        """Return whether the message goes from Twilio to a handset."""
        return self.direction is not Direction.INBOUND

    @property
    def terminal(self) -> bool:
        """Return whether nothing more will happen to the message."""
        return self.status in TERMINAL


_FIELDS = tuple(Message.__annotations__)
_PLACES = {name: place for place, name in enumerate(_FIELDS)}
_values = attrgetter(*_FIELDS)


def changed(message: Message, **changes: object) -> Message:
    """Return a copy with some fields changed.

    The same as ``dataclasses.replace``, at a fifth of its price (every status change pays it).
    """
    values = list(_values(message))
    for name, value in changes.items():
        values[_PLACES[name]] = value
    return Message(*values)


def position(when: datetime, number: int) -> int:
    """Return what sorts a message in lists: the whole second, then the order of making."""
    return (int(when.timestamp()) << 40) | number


def may_become(current: Status, following: Status) -> bool:
    """Return whether a status may follow another.

    Never backwards, never out of a terminal one, so late news cannot undo an outcome.
    """
    if current in TERMINAL:
        return current is Status.DELIVERED and following is Status.READ
    if following is Status.CANCELED:
        return current is Status.SCHEDULED
    return RANK[following] > RANK[current]
