"""Implements the gateway with the official SDK."""

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from twilio.base import values
from twilio.base.exceptions import TwilioException
from twilio.rest import Client

from driver.clock import Clock
from driver.config.models import TwilioConfig
from driver.domain.outcome import Accepted, Failure, FailureKind, Outcome
from driver.domain.phone import is_messaging_service
from driver.gateway.failures import classify, gateway_error, too_many
from driver.gateway.logins import Logins
from driver.gateway.transport import LATEST_ANSWER, CallFailedError, Transport
from driver.ports.gateway import GatewayError, RemoteAccount, RemoteMessage, RemoteNumber, RemoteService
from driver.services.rate_limits import RateLimits

#: Under this name each of Twilio's products has a host of its own; anywhere else all are behind one address.
TWILIO = ".twilio.com"
#: Twilio's largest page.
PAGE_SIZE = 1000
#: Statuses of a list that the credentials may not read, or that the address does not have.
UNREADABLE = (403, 404)
_TROUBLE = (TwilioException, CallFailedError, ValueError, KeyError, TypeError, AttributeError)


class TwilioGateway:
    """Implements ``driver.ports.gateway.SmsGateway``."""

    def __init__(self, config: TwilioConfig, transport: Transport, clock: Clock, limits: RateLimits) -> None:
        self._transport = transport
        self._clock = clock
        self._limits = limits
        self._base_url = config.base_url
        self._account_sid = config.account_sid
        self.configure(config)

    def configure(self, config: TwilioConfig) -> None:
        """Take over other credentials, time-outs or limits; calls in flight end as they began."""
        user, secrets = _secrets(config)
        self._transport.logins = Logins(user, secrets)
        self._transport.configure(timeout_s=config.timeout_s, connect_timeout_s=config.connect_timeout_s)
        self._by_key = config.api_key_sid is not None
        self._limits.maximum = config.concurrency
        self._services_seen: tuple[RemoteService, ...] | None = None
        self._client = Client(
            user,
            secrets[0],
            self._account_sid,
            http_client=self._transport,
            environment={"TWILIO_REGION": ""},
        )
        self._client.api.base_url = self._base_url
        if not str(urlsplit(self._base_url).hostname).endswith(TWILIO):
            self._client.messaging.base_url = self._base_url

    async def send(
        self, *, from_number: str, to_number: str, body: str, expires_at: datetime | None, callback: str
    ) -> Outcome:
        """Try once to hand over a message, unless it becomes too old while it waits for its place."""
        origin = {"messaging_service_sid" if is_messaging_service(from_number) else "from_": from_number}
        async with self._limits.request():
            begun = self._clock.now()
            if expires_at is not None and begun >= expires_at:
                return Failure(FailureKind.EXPIRED, "it became too old while it waited to be sent")
            LATEST_ANSWER.set(None)
            try:
                made = await self._client.messages.create_async(
                    to=to_number,
                    body=body,
                    validity_period=_validity(expires_at, begun),
                    status_callback=callback or values.unset,
                    **origin,
                )
                outcome: Outcome = Accepted(_required(made.sid), str(made.status), _count(made.num_segments))
            except _TROUBLE as exc:
                outcome = classify(exc, LATEST_ANSWER.get())
            refusal = outcome if isinstance(outcome, Failure) and outcome.limit is not None else None
            self._took(refusal, begun, from_number)
        return outcome

    async def find(self, *, from_number: str, to_number: str, since: datetime) -> Sequence[RemoteMessage]:
        """Return messages to a number that we created since a moment, newest first.

        The filter on dates is left out on purpose: a message that is still queued has no date of sending, and
        whether Twilio then lists it under a date filter is not documented.
        """
        asked: dict[str, Any] = {"to": to_number}
        if not is_messaging_service(from_number):
            asked["from_"] = from_number
        found: list[RemoteMessage] = []
        async with self._asking():
            async for row in await self._stream(asked):
                message = _remote(row)
                if message.created_at is not None and message.created_at < since - timedelta(minutes=1):
                    break
                if message.direction != "inbound":
                    found.append(message)
        return found

    async def inbound_since(self, *, number: str, since: datetime) -> Sequence[RemoteMessage]:
        """Return texts sent to one of our numbers since a moment, oldest first, all pages.

        Twilio's dates have whole seconds and its lists are newest first, so within a second the list's order counts.
        """
        found: list[RemoteMessage] = []
        async with self._asking():
            async for row in await self._stream({"to": number, "date_sent_after": since.astimezone(UTC)}):
                message = _remote(row)
                if message.direction == "inbound":
                    found.append(message)
        found.reverse()
        return sorted(found, key=lambda message: message.sent_at or message.created_at or since)

    async def message(self, sid: str) -> RemoteMessage | None:
        """Return one message, or None if Twilio has no such message any more."""
        try:
            async with self._asking():
                return _remote(await self._client.messages(sid).fetch_async())
        except GatewayError as exc:
            if exc.http_status == 404:
                return None
            raise

    async def media(self, sid: str) -> Sequence[str]:
        """Return the addresses of a message's media."""
        async with self._asking():
            rows = await self._client.messages(sid).media.list_async(page_size=50)
            return tuple(f"{self._client.api.base_url}{row.uri.removesuffix('.json')}" for row in rows if row.uri)

    async def account(self, *, services: Collection[str] = (), pools: bool = False) -> RemoteAccount:
        """Return the account and its numbers; an API key may not read the account, so then only its numbers tell."""
        async with self._asking():
            status, kind = "active", ""
            if not self._by_key:
                account = await self._client.api.accounts(self._account_sid).fetch_async()
                status, kind = str(account.status), str(account.type)
            rows = await self._client.incoming_phone_numbers.list_async(page_size=PAGE_SIZE)
            numbers = tuple(
                RemoteNumber(
                    str(row.phone_number),
                    _can_text(row.capabilities),
                    row.sms_url or "",
                    row.sms_method or "POST",
                    row.sms_application_sid or "",
                )
                for row in rows
            )
            verified: tuple[str, ...] = ()
            if kind == "Trial":
                callers = await self._client.outgoing_caller_ids.list_async(page_size=PAGE_SIZE)
                verified = tuple(str(row.phone_number) for row in callers)
        known = await self._services(services, pools=pools) if services or pools else None
        by_secondary = self._transport.logins.by_secondary
        return RemoteAccount(self._account_sid, status, kind, numbers, verified, known, by_secondary=by_secondary)

    async def _services(self, wanted: Collection[str], *, pools: bool) -> tuple[RemoteService, ...] | None:
        """Return the account's Messaging Services; None where they may not be read, or the address has none.

        They have a host of their own, through which no text goes: while that fails, what was seen last is what counts.
        """
        try:
            self._services_seen = await self._look_into_services(wanted, pools=pools)
        except GatewayError as trouble:
            if trouble.http_status in UNREADABLE:
                self._services_seen = None
        return self._services_seen

    async def _look_into_services(self, wanted: Collection[str], *, pools: bool) -> tuple[RemoteService, ...]:
        async with self._asking():
            rows = await self._client.messaging.v1.services.list_async(page_size=100)
        services = []
        for row in rows:
            sid = str(row.sid)
            can_text, senders = await self._pool(sid) if pools or sid in wanted else (True, ())
            by_number = bool(row.use_inbound_webhook_on_number)
            url, method = row.inbound_request_url or "", row.inbound_method or "POST"
            services.append(RemoteService(sid, can_text, not url and not by_number, url, method, by_number, senders))
        return tuple(services)

    async def _pool(self, sid: str) -> tuple[bool, tuple[str, ...]]:
        """Return whether a service has a sender that can text (a number, a short code, a name), and its numbers."""
        pool = self._client.messaging.v1.services(sid)
        try:
            async with self._asking():
                rows = await pool.phone_numbers.list_async(page_size=PAGE_SIZE)
                numbers = tuple(str(row.phone_number) for row in rows)
                if any("SMS" in (row.capabilities or ()) for row in rows):
                    return True, numbers
                others = await pool.short_codes.list_async(limit=1) or await pool.alpha_senders.list_async(limit=1)
                return bool(others), numbers
        except GatewayError as trouble:
            if trouble.http_status in UNREADABLE:
                return True, ()
            raise

    async def _stream(self, asked: dict[str, Any]) -> Any:
        return await self._client.messages.stream_async(page_size=PAGE_SIZE, **asked)

    @asynccontextmanager
    async def _asking(self) -> AsyncIterator[None]:
        """Take a place among the requests in flight, and turn the SDK's exceptions into ours."""
        async with self._limits.request():
            begun = self._clock.now()
            LATEST_ANSWER.set(None)
            try:
                yield
            except _TROUBLE as exc:
                raise gateway_error(exc, LATEST_ANSWER.get()) from exc
            finally:
                self._took(too_many(LATEST_ANSWER.get()), begun)

    def _took(self, refusal: Failure | None, begun: datetime, from_number: str = "") -> None:
        """Learn from an answer how many requests Twilio takes; no answer tells nothing."""
        if refusal is not None:
            self._limits.refused(refusal, begun, from_number)
        elif LATEST_ANSWER.get() is not None:
            self._limits.answered(begun)


def _validity(expires_at: datetime | None, now: datetime) -> object:
    """Return for how many seconds Twilio may still deliver a message, so that a stale alarm never arrives."""
    return values.unset if expires_at is None else max(1, int((expires_at - now).total_seconds()))


def _secrets(config: TwilioConfig) -> tuple[str, Sequence[str]]:
    """Return who logs in, and with which secrets: an API key, or the account with its token and the secondary one."""
    tokens = (config.auth_token, config.auth_token_secondary)
    user, kept = (
        (config.account_sid, tokens) if config.api_key_sid is None else (config.api_key_sid, (config.api_key_secret,))
    )
    return user, tuple(secret.get_secret_value() for secret in kept if secret is not None)


def _remote(row: Any) -> RemoteMessage:
    return RemoteMessage(
        sid=_required(row.sid),
        direction="inbound" if str(row.direction) == "inbound" else "outbound",
        source=row.from_ or "",
        destination=row.to or "",
        body=row.body or "",
        status=str(row.status),
        created_at=row.date_created,
        sent_at=row.date_sent,
        error_code=row.error_code,
        segments=_count(row.num_segments),
        media_count=_count(row.num_media) or 0,
        messaging_service_sid=row.messaging_service_sid or "",
    )


def _required(sid: str | None) -> str:
    if not sid:
        raise ValueError("Twilio's answer has no SID")
    return sid


def _count(text: str | None) -> int | None:
    return int(text) if text and text.isdigit() else None


def _can_text(capabilities: Any) -> bool:
    """Read the capability; Twilio has written its key in lower and in upper case."""
    if isinstance(capabilities, dict):
        return bool(capabilities.get("sms", capabilities.get("SMS", False)))
    return bool(getattr(capabilities, "sms", False))
