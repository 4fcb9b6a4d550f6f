"""Calling webhooks: form, headers, signature, retries, redirects, journal; shared by receipts and incoming messages."""

import base64
import re
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import quote_plus, unquote, urljoin, urlsplit

from fake_twilio.clock import monotonic
from fake_twilio.journal import WebhookAttempt
from fake_twilio.model.account import Account
from fake_twilio.model.dates import iso_milliseconds
from fake_twilio.model.message import Message
from fake_twilio.network.caller import Answer, Caller, NoAnswer
from fake_twilio.network.cookies import Cookies
from fake_twilio.network.detours import PLAIN, Order
from fake_twilio.network.overrides import Overrides, read_overrides
from fake_twilio.network.signature import sign, signed_url
from fake_twilio.network.world import World

Parameters = list[tuple[str, str]]

_HOST = re.compile(r"https?://[^/?#]", re.IGNORECASE)
_MAX_REDIRECTS = 10
_FOLLOWED = frozenset({301, 302, 303, 307})


class Delivery(NamedTuple):
    """What became of one webhook: the answer, or the alert's code and a sentence."""

    answer: Answer | None
    code: int
    reason: str
    url: str


def callable_url(url: str) -> bool:
    """Tell whether Twilio would accept this as a webhook URL.

    Http or https, a host without underscores, at most 4000 characters.
    """
    if len(url) > 4000 or not _HOST.match(url) or any(character.isspace() for character in url):
        return False
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    return bool(host) and "_" not in (host or "")


def encode(parameters: Iterable[tuple[str, str]]) -> bytes:
    """Return parameters in form encoding, in their order."""
    return "&".join(f"{quote_plus(name)}={quote_plus(value, errors='replace')}" for name, value in parameters).encode()


class Webhooks:
    """Calls customers' servers on behalf of a world."""

    def __init__(self, world: World, caller: Caller) -> None:
        self._world = world
        self._caller = caller
        self._cookies = Cookies()
        world.on_reset.append(self._cookies.clear)

    async def deliver(
        self,
        kind: str,
        message: Message,
        method: str,
        url: str,
        parameters: Parameters,
        *,
        event: str = "",
        order: Order = PLAIN,
    ) -> Delivery:
        """Call a webhook, again where Twilio would, and return what became of it; every attempt is journaled.

        Args:
            kind: `callback` or `inbound_webhook`.
            message: the message that the call is about.
            method: `GET` or `POST`.
            url: as the customer configured it, fragment and user information included.
            parameters: the form, in order.
            event: what is announced, for the journal, such as `sent`.
            order: what faults make of the call. Copies carry the same idempotency token; their answers do not count.
        """
        overrides = read_overrides(url)
        idempotency_token = self._world.ids.uuid()
        delivery = Delivery(None, 11100, "the URL cannot be called", url)
        for attempt in range(1, overrides.retries + 2):
            made = _Attempt(kind, message, event, order.fault, attempt, idempotency_token, order.forged)
            delivery, retry = await self._follow(made, method, url, parameters, overrides)
            if not retry:
                break
        for _ in range(order.copies):
            copy = _Attempt(kind, message, event, order.fault, 1, idempotency_token, order.forged)
            await self._follow(copy, method, url, parameters, overrides)
        return delivery

    def drop(
        self, kind: str, message: Message, method: str, url: str, parameters: Parameters, fault: str, *, event: str = ""
    ) -> None:
        """Journal a call that a fault swallowed, as an attempt that never reached anybody."""
        attempt = _Attempt(kind, message, event, fault, 1, "", forged=False)
        failure = NoAnswer(0, "never made: a fault dropped it")
        self._note(attempt, method, url, {}, encode(parameters), None, failure, 0.0)

    async def _follow(
        self, attempt: "_Attempt", method: str, url: str, parameters: Parameters, overrides: Overrides
    ) -> tuple[Delivery, bool]:
        """Make one attempt, redirects included; also tell whether the policy asks for another one."""
        here = url
        for _ in range(_MAX_REDIRECTS + 1):
            if not callable_url(here):
                return Delivery(None, 11100, "the URL cannot be called", here), False
            try:
                answer = await self._request(attempt, method, here, parameters, overrides)
            except NoAnswer as failure:
                kind = "ct" if failure.connecting else "rt"
                return Delivery(None, failure.code, failure.reason, here), bool({kind, "all"} & overrides.policy)
            if 300 <= answer.status < 400:
                location = next((value for name, value in answer.headers if name.lower() == "location"), "")
                if answer.status not in _FOLLOWED or not location:
                    return Delivery(
                        answer, 11216, f"HTTP {answer.status} is not a redirect that is followed", here
                    ), False
                here = urljoin(here, location)
                if answer.status != 307:
                    method, parameters = "GET", []
                continue
            if answer.status >= 400:
                kind = f"{answer.status // 100}xx"
                return (
                    Delivery(answer, 11217, f"the server answered HTTP {answer.status}", here),
                    bool({kind, "all"} & overrides.policy),
                )
            return Delivery(answer, 0, "", here), False
        return Delivery(None, 11215, "too many redirects", here), False

    async def _request(
        self, attempt: "_Attempt", method: str, url: str, parameters: Parameters, overrides: Overrides
    ) -> Answer:
        world = self._world
        account = world.state.accounts.get(attempt.message.account_sid)
        target, credentials = _without_userinfo(signed_url(url))
        headers = {"User-Agent": "TwilioProxy/1.1", "Accept": "*/*", "I-Twilio-Idempotency-Token": attempt.token}
        form = encode(parameters)
        body: bytes | None = None
        if method == "GET":
            if form:
                separator = "&" if "?" in target else "?"
                target = f"{target}{separator}{form.decode()}"
            signature_url, signed = _with_userinfo(target, url), []
        else:
            body = form
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            signature_url, signed = signed_url(url), parameters
        headers |= _signature(account, signature_url, signed, forged=attempt.forged)
        cookie = self._cookies.get(attempt.message, world.now())
        if cookie:
            headers["Cookie"] = cookie
        if credentials:
            headers["Authorization"] = credentials
        started = monotonic()
        answer, failure = None, None
        try:
            answer = await self._caller.call(
                method,
                target,
                headers,
                body,
                connect_seconds=overrides.connect,
                read_seconds=overrides.read,
                total_seconds=overrides.total,
            )
        except NoAnswer as caught:
            failure = caught
        headers.pop("Authorization", None)
        shown_url = _without_userinfo(signature_url)[0]
        self._note(attempt, method, url, headers, form, answer, failure, monotonic() - started, shown_url)
        if answer is not None:
            self._cookies.keep(attempt.message, answer, world.now())
        if answer is None:
            raise failure or NoAnswer(11205, "no answer")
        return answer

    def _note(
        self,
        attempt: "_Attempt",
        method: str,
        url: str,
        headers: dict[str, str],
        form: bytes,
        answer: Answer | None,
        failure: NoAnswer | None,
        seconds: float,
        signature_url: str = "",
    ) -> None:
        world = self._world
        message = attempt.message
        entry = WebhookAttempt(
            number=world.webhooks.next_number(),
            at=world.now(),
            kind=attempt.kind,
            message_sid=message.sid,
            account_sid=message.account_sid,
            sender=message.sender or "",
            to=message.to,
            method=method,
            url=_without_userinfo(url)[0],
            headers=tuple(headers.items()),
            body=form.decode(),
            attempt=attempt.number,
            status=answer.status if answer else None,
            reply=answer.body.decode("utf-8", "replace") if answer else "",
            reply_type=answer.content_type if answer else "",
            error=failure.reason if failure else "",
            fault=attempt.fault,
            seconds=seconds,
            event=attempt.event,
            signed_url=signature_url,
        )
        world.webhooks.add(entry)
        if world.events.wanted:
            world.events.publish(
                "webhook",
                {
                    "number": entry.number,
                    "kind": entry.kind,
                    "message_sid": entry.message_sid,
                    "event": entry.event,
                    "url": entry.url,
                    "attempt": entry.attempt,
                    "status": entry.status,
                    "error": entry.error,
                    "from": entry.sender,
                    "to": entry.to,
                    "at": iso_milliseconds(entry.at),
                    "fault": entry.fault,
                },
            )


class _Attempt(NamedTuple):
    """What stays the same through the redirects of one attempt."""

    kind: str
    message: Message
    event: str
    fault: str
    number: int
    token: str
    forged: bool


def _signature(account: Account | None, url: str, signed: Parameters, *, forged: bool) -> dict[str, str]:
    """Return the headers that prove that a call comes from Twilio; forged ones prove nothing."""
    wrong = "not " if forged else ""
    if account is not None and account.webhook_key:
        return {
            "X-Twilio-Signature": sign(wrong + account.webhook_secret, url, signed, "sha256"),
            "X-Twilio-Webhooks-Signature-Settings": f"key={account.webhook_key},algorithm=HMAC_SHA256",
        }
    return {"X-Twilio-Signature": sign(wrong + (account.auth_token if account else ""), url, signed)}


def _without_userinfo(url: str) -> tuple[str, str]:
    """Return the URL without `user:password@`, and the Authorization header that they become."""
    parts = urlsplit(url)
    userinfo, at, host = parts.netloc.rpartition("@")
    if not at:
        return url, ""
    plain = parts._replace(netloc=host).geturl()
    return plain, "Basic " + base64.b64encode(unquote(userinfo).encode()).decode()


def _with_userinfo(target: str, url: str) -> str:
    """Put the user information of `url`, if any, back into `target`."""
    userinfo, at, _ = urlsplit(url).netloc.rpartition("@")
    parts = urlsplit(target)
    return parts._replace(netloc=f"{userinfo}@{parts.netloc}").geturl() if at else target
