"""Twilio as the services see it: a few requests with typed responses."""

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from driver.domain.facts import CommReason
from driver.domain.outbound_message import OutboundMessage
from driver.domain.send_result import Outcome
from driver.errors import DriverError


class GatewayError(DriverError):
    """Twilio could not be reached, or refused. ``reason`` is set if this counts as a loss of communication."""

    code = "gateway_error"

    def __init__(self, detail: str, *, reason: CommReason | None, http_status: int | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.reason = reason
        self.http_status = http_status


@dataclass(frozen=True, slots=True)
class RemoteMessage:
    """A message as Twilio shows it.

    Its times are Twilio's. ``sent_at`` is when Twilio passed the message on, or before that, when it was created.
    ``replaced`` lists the fields in which characters that databases refuse were replaced.
    """

    sid: str
    direction: str
    from_number: str
    to_number: str
    body: str
    status: str
    created_at: datetime | None
    sent_at: datetime | None
    error_code: int | None = None
    segments: int | None = None
    media_count: int = 0
    messaging_service_sid: str = ""
    replaced: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnreadableMessage:
    """A row of Twilio's list that cannot be read as a message: what can be shown of it, and why it cannot be read."""

    sid: str
    from_number: str
    to_number: str
    reason: str
    inbound: bool = True
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class InboundPage:
    """A page of messages to one of our numbers, oldest first, and where the list continues with older ones."""

    messages: tuple[RemoteMessage, ...]
    unreadable: tuple[UnreadableMessage, ...] = ()
    next: str = ""


@dataclass(frozen=True, slots=True)
class RemoteNumber:
    """A number of the account: whether it is SMS-capable, and how it handles incoming messages.

    If ``application_sid`` is set, that TwiML application handles them, and the URL is ignored.
    """

    phone_number: str
    sms_capable: bool
    sms_url: str = ""
    sms_method: str = "POST"
    application_sid: str = ""


@dataclass(frozen=True, slots=True)
class RemoteService:
    """A Messaging Service: whether its pool has an SMS-capable sender, and whether it drops incoming messages.

    The defaults, for a service that was not queried or a pool that may not be read, report no problem. Incoming
    messages go to ``inbound_url``, or to each number's own URL (``by_number``); ``senders`` are the pool's numbers.
    """

    sid: str
    can_text: bool = True
    drops_incoming: bool = False
    inbound_url: str = ""
    inbound_method: str = "POST"
    by_number: bool = False
    senders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RemoteAccount:
    """The account: ``status`` active, suspended or closed; ``kind`` Trial or Full, empty if it may not be read.

    ``services`` are its Messaging Services as last seen, None if they were not requested or may not be read.
    ``by_secondary``: Twilio rejects the token and accepts the secondary one. ``clock_ahead_s`` is how far Twilio's
    clock is ahead of this machine's, None if its responses have no date; ``answer_s`` is how long a response takes.
    """

    sid: str
    status: str
    kind: str
    numbers: tuple[RemoteNumber, ...]
    verified: tuple[str, ...] = ()
    services: tuple[RemoteService, ...] | None = None
    by_secondary: bool = False
    clock_ahead_s: float | None = None
    answer_s: float = 0.0


class SmsGateway(Protocol):
    """What the driver needs from Twilio.

    Raises (every query): ``GatewayError`` when Twilio refused or could not be reached; the ``reason`` says why.
    """

    async def send(self, message: OutboundMessage, *, callback: str) -> Outcome:
        """Try once to send a message that is not too old; failures of Twilio or the network are returned, not raised.

        Twilio reports the message's status to ``callback``, unless that is empty.
        """

    async def find(self, *, from_number: str, to_number: str, since: datetime) -> Sequence[RemoteMessage]:
        """Return messages to a number that we created since a moment in Twilio's time, newest first."""

    def inbound(self, *, number: str, since: datetime, resume: str = "") -> AsyncIterator[InboundPage]:
        """Yield messages to one of our numbers since a moment in Twilio's time, page by page, newest page first.

        ``resume`` continues where an earlier call stopped: the ``next`` of its last page. A list that cannot be
        followed is a ``GatewayError`` as well; what was yielded before is valid.
        """

    def twilio_now(self) -> datetime:
        """Return Twilio's current time, as far as it is known."""

    def twilio_time(self, monotonic: timedelta) -> datetime | None:
        """Return Twilio's time at a moment of the monotonic clock, never too late; None if not known yet."""

    async def message(self, sid: str) -> RemoteMessage | None:
        """Return one message, or None if Twilio no longer has it."""

    async def media(self, sid: str) -> Sequence[str]:
        """Return the URLs of a message's media."""

    async def redact(self, sid: str) -> None:
        """Have Twilio delete the text of a message."""

    async def account(self, *, services: Collection[str] = (), pools: bool = False) -> RemoteAccount:
        """Return the account and its numbers; success shows that address, credentials and account work.

        ``services`` are the Messaging Services of interest; if there are none, they are not requested. ``pools``: all
        services are of interest, with the numbers they have.
        """
