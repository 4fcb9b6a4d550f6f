"""The gateway, implemented over the official SDK's client.

The SDK's resource classes are not used: loading them slows the start, and filling one makes every message slower.
"""

import functools
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from twilio.base.exceptions import TwilioException
from twilio.rest import Client

from driver.config.models import TwilioConfig
from driver.domain.message import is_sid
from driver.domain.outbound_message import OutboundMessage
from driver.domain.phone_numbers import is_messaging_service
from driver.domain.send_result import Accepted, Failure, FailureKind, Outcome
from driver.domain.storable_text import storable_count, storable_text
from driver.gateway.access_tokens import AccessTokens
from driver.gateway.credentials import Credentials, secrets_of
from driver.gateway.deserializers import MAX_SHORT, media_address, message, short_text, unreadable
from driver.gateway.errors import MAX_DETAIL, classify, gateway_error, too_many
from driver.gateway.paging import MAX_ADDRESS, TWILIO, PagedLists, Row, fetched
from driver.gateway.request_failed import RequestFailedError
from driver.gateway.transport import LATEST_ANSWER, Transport
from driver.ports.gateway import (
    GatewayError,
    InboundPage,
    RemoteAccount,
    RemoteMessage,
    RemoteNumber,
    RemoteService,
    UnreadableMessage,
)
from driver.runtime.clock import Clock
from driver.services.rate_limits import RateLimits

#: Twilio's maximum page size.
PAGE_SIZE = 1000
#: Statuses of a list that the credentials may not read, or that does not exist at the address.
UNREADABLE = (403, 404)
#: Statuses of resources that an OAuth app has no permission for; 401 / 70051 is also that of wrong credentials.
FORBIDDEN = (401, 403)
#: Twilio's hosts of Messaging Services and of access tokens; at any other base URL, all products share one address.
SERVICES, TOKENS = "https://messaging.twilio.com", "https://oauth.twilio.com"
_FAILED = (TwilioException, RequestFailedError, ValueError, KeyError, TypeError, AttributeError, RecursionError)


class TwilioGateway:
    """Implements ``driver.ports.gateway.SmsGateway``."""

    def __init__(self, config: TwilioConfig, transport: Transport, clock: Clock, *, limits: RateLimits) -> None:
        self._transport = transport
        self._clock = clock
        self._limits = limits
        self._twilio_clock = transport.twilio_clock
        self._base_url = config.base_url
        self._account_sid = config.account_sid
        self.configure(config)

    def configure(self, config: TwilioConfig) -> None:
        """Apply new credentials, timeouts or limits; requests in flight finish with the old ones."""
        user, secrets = secrets_of(config)
        self._transport.configure(timeout_s=config.timeout_s, connect_timeout_s=config.connect_timeout_s)
        self._by_key = config.api_key_sid is not None and config.oauth_client_id is None
        self._by_app = config.oauth_client_id is not None
        self._limits.maximum = config.concurrency
        self._services_seen: tuple[RemoteService, ...] | None = None
        self._client = Client(
            user, secrets[0], self._account_sid, http_client=self._transport, environment={"TWILIO_REGION": ""}
        )
        at_twilio = str(urlsplit(self._base_url).hostname).endswith(TWILIO)
        self._services_url = SERVICES if at_twilio else self._base_url
        tokens_url = TOKENS if at_twilio else self._base_url
        ask = functools.partial(self._transport.ask_for_token, f"{tokens_url}/v2/token")
        self._transport.logins = (
            AccessTokens(user, secrets[0], ask, clock=self._clock) if self._by_app else Credentials(user, secrets)
        )
        self._pages = PagedLists(self._client, self._clock, self._place)

    async def send(self, message: OutboundMessage, *, callback: str) -> Outcome:
        """Try once to hand over a message, unless it becomes too old while waiting for its turn."""
        from_number, life = message.from_number, message.life(self._clock.now())
        asked = self._clock.monotonic()
        async with self._limits.request():
            begun = self._clock.monotonic()
            left = None if life is None else life - (begun - asked)
            if left is not None and left <= timedelta(0):
                return Failure(FailureKind.EXPIRED, "it became too old while waiting to be sent")
            LATEST_ANSWER.set(None)
            try:
                made = await self._post("Messages", _form(message, left, callback))
                status, segments = storable_text(str(made.get("status"))), storable_count(made.get("num_segments"))
                outcome: Outcome = Accepted(_required(made.get("sid")), status[:MAX_SHORT], segments)
            except _FAILED as exc:
                failure = classify(exc, LATEST_ANSWER.get())
                outcome = replace(failure, detail=storable_text(failure.detail)[:MAX_DETAIL])
            refusal = outcome if isinstance(outcome, Failure) and outcome.limit is not None else None
            self._took(refusal, begun, from_number)
        if isinstance(outcome, Accepted):
            self._limits.accepted(from_number, resent=len(message.attempts) > 1)
        return outcome

    async def find(self, *, from_number: str, to_number: str, since: datetime) -> Sequence[RemoteMessage]:
        """Return messages to a number that we created since a time on Twilio's clock, newest first.

        There is no date filter: a message that is still queued has no sent date, and whether Twilio lists it under
        one is not documented. A message that cannot be read may be the one in question, so it is an error.
        """
        asked = {"To": to_number, "PageSize": str(PAGE_SIZE)}
        if not is_messaging_service(from_number):
            asked["From"] = from_number
        found: list[RemoteMessage] = []
        async with _Asking():
            async for page in self._pages.read(self._address("Messages"), "messages", asked):
                if page.unreadable:
                    raise GatewayError(f"Twilio lists {page.unreadable} rows that are not messages", reason=None)
                messages, broken = self._read(page.rows)
                for row in broken:
                    if not row.inbound and (row.created_at is None or row.created_at >= since):
                        raise GatewayError(f"Twilio lists message {row.sid}, but {row.reason}", reason=None)
                new = [message for message in messages if message.created_at is None or message.created_at >= since]
                found.extend(message for message in new if message.direction != "inbound")
                if not new:
                    break
        return found

    async def inbound(self, *, number: str, since: datetime, resume: str = "") -> AsyncIterator[InboundPage]:
        """Yield messages sent to one of our numbers since a time on Twilio's clock, page by page, newest page first.

        Twilio's dates are in whole seconds and its lists are newest first, so within a second the list's order counts.
        """
        asked = {"To": number, "DateSent>": f"{since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}", "PageSize": str(PAGE_SIZE)}
        async with _Asking():
            async for page in self._pages.read(self._address("Messages"), "messages", asked, resume=resume):
                messages, broken = self._read(page.rows)
                found = [message for message in reversed(messages) if message.direction == "inbound"]
                found.sort(key=lambda message: message.sent_at or since)
                yield InboundPage(tuple(found), tuple(row for row in broken if row.inbound), page.next)

    def twilio_time(self, monotonic: timedelta) -> datetime | None:
        """Return Twilio's time at a time of the monotonic clock, never too late; None if it is not yet known."""
        return self._twilio_clock.at(monotonic)

    def twilio_now(self) -> datetime:
        """Return Twilio's current time, or this machine's if it is not yet known."""
        return self._twilio_clock.at(self._clock.monotonic()) or self._clock.now()

    def _read(self, rows: Sequence[Row]) -> tuple[list[RemoteMessage], list[UnreadableMessage]]:
        """Return the messages of a page, and the rows that cannot be read as messages."""
        messages, broken = [], []
        for row in rows:
            try:
                messages.append(message(row))
            except (ValueError, TypeError) as exc:
                broken.append(unreadable(row, str(exc)))
        return messages, broken

    async def _post(self, resource: str, form: Mapping[str, object]) -> Row:
        return fetched(await self._client.request_async("POST", self._address(resource), data=form))

    def _address(self, resource: str) -> str:
        return f"{self._base_url}/2010-04-01/Accounts/{self._account_sid}/{resource}.json"

    async def message(self, sid: str) -> RemoteMessage | None:
        """Return one message, or None if Twilio no longer has it."""
        try:
            async with self._place():
                response = await self._client.request_async("GET", self._address(f"Messages/{sid}"))
            return message(fetched(response))
        except _FAILED as exc:
            error = gateway_error(exc, LATEST_ANSWER.get())
            if error.http_status == 404:
                return None
            raise error from exc

    async def media(self, sid: str) -> Sequence[str]:
        """Return the URLs of a message's media."""
        async with _Asking():
            rows = await self._pages.rows(self._address(f"Messages/{sid}/Media"), "media_list", {"PageSize": "50"})
            addresses = (media_address(row, self._base_url) for row in rows)
            return tuple(address for address in addresses if address)

    async def redact(self, sid: str) -> None:
        """Delete the text of a message at Twilio."""
        async with _Asking(), self._place():
            await self._post(f"Messages/{sid}", {"Body": ""})

    async def account(self, *, services: Collection[str] = (), pools: bool = False) -> RemoteAccount:
        """Return the account and its numbers; credentials that may not read the account get only its numbers.

        Such credentials are a standard API key, or an OAuth app without that permission.
        """
        every = {"PageSize": str(PAGE_SIZE)}
        async with _Asking():
            status, kind = "active", ""
            if not self._by_key:
                address = f"{self._base_url}/2010-04-01/Accounts/{self._account_sid}.json"
                async with self._place():
                    answer = await self._client.request_async("GET", address)
                if not (self._by_app and answer.status_code in FORBIDDEN):
                    account = fetched(answer)
                    status, kind = short_text(account, "status"), short_text(account, "type")
            rows = await self._pages.rows(self._address("IncomingPhoneNumbers"), "incoming_phone_numbers", every)
            numbers = tuple(
                RemoteNumber(
                    short_text(row, "phone_number"),
                    _can_text(row.get("capabilities")),
                    short_text(row, "sms_url", MAX_ADDRESS),
                    short_text(row, "sms_method") or "POST",
                    short_text(row, "sms_application_sid"),
                )
                for row in rows
            )
            verified: tuple[str, ...] = ()
            if kind == "Trial":
                callers = await self._pages.rows(self._address("OutgoingCallerIds"), "outgoing_caller_ids", every)
                verified = tuple(short_text(row, "phone_number") for row in callers)
        known = await self._services(services, pools=pools) if services or pools else None
        ahead = self._twilio_clock.ahead
        return RemoteAccount(
            self._account_sid,
            status,
            kind,
            numbers,
            verified,
            known,
            by_secondary=self._transport.logins.by_secondary,
            clock_ahead_s=None if ahead is None else ahead.total_seconds(),
            answer_s=self._twilio_clock.trip_s,
        )

    async def _services(self, wanted: Collection[str], *, pools: bool) -> tuple[RemoteService, ...] | None:
        """Return the account's Messaging Services; None if the credentials or the address give no access to them.

        They have a host of their own, which carries no messages: while it fails, the last known services count.
        """
        try:
            self._services_seen = await self._look_into_services(wanted, pools=pools)
        except GatewayError as exc:
            if exc.http_status in UNREADABLE:
                self._services_seen = None
        return self._services_seen

    async def _look_into_services(self, wanted: Collection[str], *, pools: bool) -> tuple[RemoteService, ...]:
        address = f"{self._services_url}/v1/Services"
        async with _Asking():
            rows = await self._pages.rows(address, "services", {"PageSize": "100"})
            known = [(short_text(row, "sid"), row) for row in rows]
        services = []
        for sid, row in known:
            can_text, senders = await self._pool(f"{address}/{sid}") if pools or sid in wanted else (True, ())
            by_number = bool(row.get("use_inbound_webhook_on_number"))
            url = short_text(row, "inbound_request_url", MAX_ADDRESS)
            method = short_text(row, "inbound_method") or "POST"
            services.append(RemoteService(sid, can_text, not url and not by_number, url, method, by_number, senders))
        return tuple(services)

    async def _pool(self, service: str) -> tuple[bool, tuple[str, ...]]:
        """Return whether a service has an SMS sender (a number, a short code or a name), and its numbers."""
        try:
            async with _Asking():
                rows = await self._pages.rows(f"{service}/PhoneNumbers", "phone_numbers", {"PageSize": str(PAGE_SIZE)})
                numbers = tuple(short_text(row, "phone_number") for row in rows)
                if any("SMS" in (row.get("capabilities") or ()) for row in rows):
                    return True, numbers
                for kind, key in (("ShortCodes", "short_codes"), ("AlphaSenders", "alpha_senders")):
                    if await self._pages.rows(f"{service}/{kind}", key, {"PageSize": "100"}):
                        return True, numbers
                return False, numbers
        except GatewayError as exc:
            if exc.http_status in UNREADABLE:
                return True, ()
            raise

    @asynccontextmanager
    async def _place(self) -> AsyncIterator[None]:
        """Take a slot among the requests in flight, and adapt their limit to the response."""
        async with self._limits.request():
            begun = self._clock.monotonic()
            LATEST_ANSWER.set(None)
            try:
                yield
            finally:
                self._took(too_many(LATEST_ANSWER.get()), begun)

    def _took(self, refusal: Failure | None, begun: timedelta, from_number: str = "") -> None:
        """Adapt the limit of requests in flight to a response; a missing response changes nothing."""
        if refusal is not None:
            self._limits.refused(refusal, begun, from_number)
        elif LATEST_ANSWER.get() is not None:
            self._limits.answered(begun)


class _Asking(AbstractAsyncContextManager[None]):
    """Translates the SDK's exceptions, and those of unreadable responses, into ours."""

    async def __aexit__(self, kind: object, exc: BaseException | None, trace: object) -> None:
        if isinstance(exc, _FAILED):
            raise gateway_error(exc, LATEST_ANSWER.get()) from exc


def _form(message: OutboundMessage, left: timedelta | None, callback: str) -> dict[str, object]:
    """Return the form that creates a message. It expires when the message does, so that no stale alarm arrives."""
    sender = "MessagingServiceSid" if is_messaging_service(message.from_number) else "From"
    form: dict[str, object] = {"To": message.to_number, sender: message.from_number, "Body": message.body}
    if left is not None:
        form["ValidityPeriod"] = max(1, int(left.total_seconds()))
    return {**form, "StatusCallback": callback} if callback else form


def _required(sid: object) -> str:
    if not isinstance(sid, str) or not is_sid(sid):
        raise ValueError("Twilio's response has no SID")
    return sid


def _can_text(capabilities: Any) -> bool:
    """Return the SMS capability; Twilio has written its key in lower case and in upper case."""
    if isinstance(capabilities, dict):
        return bool(capabilities.get("sms", capabilities.get("SMS", False)))
    return bool(getattr(capabilities, "sms", False))
