"""Twilio as the services see it: a handful of calls with typed answers."""

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from driver.domain.facts import CommReason
from driver.domain.outbound_message import OutboundMessage
from driver.domain.send_result import Outcome
from driver.errors import DriverError


class GatewayError(DriverError):
    """Twilio could not be asked, or refused. ``reason`` is how this counts as loss of communication, if it does."""

    code = "gateway_error"

    def __init__(self, detail: str, *, reason: CommReason | None, http_status: int | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.reason = reason
        self.http_status = http_status


@dataclass(frozen=True, slots=True)
class RemoteMessage:
    """A message as Twilio shows it.

    Its times are those of Twilio's clock. ``sent_at`` is when Twilio handed the message on, until then when it was
    made. ``replaced`` names the fields in which characters that no database takes were replaced.
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
    """A row of Twilio's list that cannot be read as a message: what of it can be shown, and why it cannot be read."""

    sid: str
    from_number: str
    to_number: str
    reason: str
    inbound: bool = True
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class InboundPage:
    """A page of texts sent to one of our numbers, oldest first, and where the list goes on with older ones."""

    messages: tuple[RemoteMessage, ...]
    unreadable: tuple[UnreadableMessage, ...] = ()
    next: str = ""


@dataclass(frozen=True, slots=True)
class RemoteNumber:
    """A number of the account: whether it can text, and what it does with an arriving text.

    With ``application_sid`` that TwiML application answers, and the URL means nothing.
    """

    phone_number: str
    sms_capable: bool
    sms_url: str = ""
    sms_method: str = "POST"
    application_sid: str = ""


@dataclass(frozen=True, slots=True)
class RemoteService:
    """A Messaging Service: whether a sender of its pool can text, and whether it drops what people text back.

    Of a service that was not asked about, and of a pool that may not be read, nothing bad is claimed. What arrives
    goes to ``inbound_url``, unless each number's own address counts (``by_number``); ``senders`` are the numbers of a
    pool that was read.
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
    """The account: ``status`` active, suspended or closed; ``kind`` Trial or Full, empty where it may not be read.

    ``services`` are its Messaging Services as last seen, None where they were not asked for or may not be read.
    ``by_secondary``: Twilio refuses the token and takes the secondary one. ``clock_ahead_s`` is how far Twilio's clock
    is ahead of this machine's, None where its answers have no date; ``answer_s`` is how long an answer takes.
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
    """What the driver asks of Twilio."""

    async def send(self, message: OutboundMessage, *, callback: str) -> Outcome:
        """Try once to hand over a message that is not too old; no fault of Twilio or the network raises.

        Twilio reports to ``callback`` what becomes of it, unless that is empty.
        """
        ...

    async def find(self, *, from_number: str, to_number: str, since: datetime) -> Sequence[RemoteMessage]:
        """Return messages to a number that we created since a moment of Twilio's clock, newest first.

        Raises:
            GatewayError: Twilio could not be asked.
        """
        ...

    def inbound(self, *, number: str, since: datetime, resume: str = "") -> AsyncIterator[InboundPage]:
        """Yield texts sent to one of our numbers since a moment of Twilio's clock, page by page, the newest page first.

        ``resume`` goes on where another reading stopped: the ``next`` of its last page.

        Raises:
            GatewayError: Twilio could not be asked, or its list cannot be followed; what was yielded counts.
        """
        ...

    def twilio_now(self) -> datetime:
        """Return what Twilio's clock shows now, as far as it is known."""
        ...

    def twilio_time(self, monotonic: timedelta) -> datetime | None:
        """Return what Twilio's clock showed at a moment of the monotonic one, never too late; None if unknown yet."""
        ...

    async def message(self, sid: str) -> RemoteMessage | None:
        """Return one message, or None if Twilio has no such message any more.

        Raises:
            GatewayError: Twilio could not be asked.
        """
        ...

    async def media(self, sid: str) -> Sequence[str]:
        """Return the addresses of a message's media.

        Raises:
            GatewayError: Twilio could not be asked.
        """
        ...

    async def redact(self, sid: str) -> None:
        """Have Twilio forget the text of a message.

        Raises:
            GatewayError: Twilio could not be asked, or refused.
        """
        ...

    async def account(self, *, services: Collection[str] = (), pools: bool = False) -> RemoteAccount:
        """Return the account and its numbers; the answer shows that address, credentials and account work.

        ``services`` are the Messaging Services of interest; without any, nobody asks which there are. ``pools``: all
        are, to tell which numbers they have.

        Raises:
            GatewayError: with the reason why communication is down.
        """
        ...
