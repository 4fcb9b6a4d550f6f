"""Messages as the API shows them, and the order in which their statuses may follow each other.

Source: Twilio's documentation of the Message resource and of outbound message statuses.
"""

from datetime import datetime
from enum import StrEnum
from operator import attrgetter

from fake_twilio.records import dataclass


class Status(StrEnum):
    """The status of a message."""

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
    """The direction of a message, and what created it."""

    INBOUND = "inbound"
    API = "outbound-api"
    CALL = "outbound-call"
    REPLY = "outbound-reply"


TERMINAL = frozenset(
    {Status.DELIVERED, Status.UNDELIVERED, Status.FAILED, Status.CANCELED, Status.READ, Status.RECEIVED}
)
"""Statuses that a message never leaves, except that ``read`` may follow ``delivered``."""

COMPLETE = TERMINAL | {Status.SENT}
"""Statuses in which a message may be redacted or deleted.

Carriers that send no delivery receipts leave messages at ``sent`` forever.
"""

LEFT = frozenset({Status.SENT, Status.DELIVERED, Status.UNDELIVERED})
"""Statuses of a message that has left Twilio. The first of them sets its sending date and price."""

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
"""The order of the statuses; a message only moves to a higher rank."""


@dataclass(frozen=True, slots=True)
class Options:
    """Optional parameters of a message; most messages have none of them."""

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


@dataclass(frozen=True, slots=True)
class Message:
    """A message, inbound or outbound. Times are timezone-aware, in UTC.

    ``number`` counts messages in the order of their creation, across accounts; ``position`` is the sort key of lists:
    the second of sending (of creation, while not sent), then ``number``. ``refused`` marks the record of a request that
    failed with an error: it never became a message and appears only in lists and fetches.
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
        """Return whether the message has reached its final status."""
        return self.status in TERMINAL


_FIELDS = tuple(Message.__annotations__)
_PLACES = {name: place for place, name in enumerate(_FIELDS)}
_values = attrgetter(*_FIELDS)


def changed(message: Message, **changes: object) -> Message:
    """Return a copy with some fields changed.

    Equivalent to ``dataclasses.replace`` at a fifth of the cost, which every status change incurs.
    """
    values = list(_values(message))
    for name, value in changes.items():
        values[_PLACES[name]] = value
    return Message(*values)


def position(when: datetime, number: int) -> int:
    """Return the sort key of a message in lists: the whole second, then the order of creation."""
    return (int(when.timestamp()) << 40) | number


def may_become(current: Status, following: Status) -> bool:
    """Return whether a status may follow another.

    Statuses never go backward and never leave a terminal one, so a late update cannot undo an outcome.
    """
    if current in TERMINAL:
        return current is Status.DELIVERED and following is Status.READ
    if following is Status.CANCELED:
        return current is Status.SCHEDULED
    return RANK[following] > RANK[current]
