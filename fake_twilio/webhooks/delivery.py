"""Delivering webhooks: parameters, headers, signature, retries, redirects; for callbacks and inbound messages."""

from fake_twilio.clock import monotonic
from fake_twilio.context import Context
from fake_twilio.errors import GENERATIONS
from fake_twilio.model.account import Account
from fake_twilio.model.message import Message
from fake_twilio.model.webhook_rule import ALGORITHMS, NONE, DeliverySetting, WebhookSetting
from fake_twilio.webhooks.client import WebhookClient
from fake_twilio.webhooks.cookies import Cookies
from fake_twilio.webhooks.faults import PLAIN, WebhookTiming
from fake_twilio.webhooks.listener_logins import ListenerLogins
from fake_twilio.webhooks.log import Attempt, Sent, log_attempt
from fake_twilio.webhooks.overrides import Overrides, of_setting, read_overrides
from fake_twilio.webhooks.request import (
    FOLLOWED,
    MAX_REDIRECTS,
    NoResponse,
    Parameters,
    WebhookOutcome,
    WebhookResponse,
    callable_url,
    encode,
    joined,
)
from fake_twilio.webhooks.signature import sign, signed_url
from fake_twilio.webhooks.url_credentials import with_userinfo, without_userinfo


class Webhooks:
    """Calls customers' servers."""

    def __init__(self, context: Context, client: WebhookClient) -> None:
        self._context = context
        self._client = client
        self._cookies = Cookies()
        self._logins = ListenerLogins(context, client)
        context.on_reset += [self._cookies.clear, client.forget]

    async def deliver(
        self,
        kind: str,
        message: Message,
        method: str,
        *,
        url: str,
        parameters: Parameters,
        event: str = "",
        order: WebhookTiming = PLAIN,
    ) -> WebhookOutcome:
        """Call a webhook until it responds or the retries of its URL are used up.

        Args:
            kind: ``callback`` or ``inbound_webhook``, for the journal.
            message: the message concerned.
            method: GET or POST.
            url: as configured; a fragment contains overrides.
            parameters: the form, or the query of a GET.
            event: the status that a callback reports, such as ``sent``.
            order: how faults change the request. Copies carry the same idempotency token; their responses are ignored.
        """
        delivery = WebhookOutcome(None, 11100, "the URL is invalid", url)
        if not callable_url(url):
            return delivery
        token = self._context.ids.uuid()
        setting = self._context.state.delivery_setting(message.account_sid, url, int(token[:8], 16) % 100)
        overrides = self._overrides(message.account_sid, setting, url)
        deadline = monotonic() + overrides.total
        attempt = Attempt(
            kind,
            message,
            event,
            fault=order.fault,
            number=1,
            token=token,
            forged=order.forged,
            deadline=deadline,
            setting=setting,
        )
        for number in range(1, overrides.retries + 2):
            attempt = attempt._replace(number=number)
            delivery, retry = await self._follow(attempt, method, url, parameters=parameters, overrides=overrides)
            if not retry or monotonic() >= deadline:
                break
        for _ in range(order.copies):
            copy = attempt._replace(number=1, deadline=monotonic() + overrides.total)
            await self._follow(copy, method, url, parameters=parameters, overrides=overrides)
        return delivery._replace(warnings=overrides.warnings) if overrides.warnings else delivery

    def drop(
        self, kind: str, message: Message, method: str, *, url: str, parameters: Parameters, fault: str, event: str = ""
    ) -> None:
        """Log a request that a fault dropped, as an attempt that was never sent."""
        attempt = Attempt(kind, message, event, fault=fault, number=1, token="", forged=False, deadline=0)
        failure = NoResponse(0, "not sent: dropped by a fault")
        log_attempt(
            self._context, attempt, Sent(method, url, {}, encode(parameters)), answer=None, failure=failure, seconds=0.0
        )

    def _overrides(self, account_sid: str, setting: DeliverySetting | None, url: str) -> Overrides:
        """Return the overrides of a webhook: from its rule's setting, else its account's in the seed, else its URL."""
        if setting is not None:
            return of_setting(setting.connection or WebhookSetting())
        account = self._context.state.accounts.get(account_sid)
        seeded = account.webhook_setting if account is not None else None
        return of_setting(seeded) if seeded is not None else read_overrides(url)

    async def _follow(
        self, attempt: Attempt, method: str, url: str, *, parameters: Parameters, overrides: Overrides
    ) -> tuple[WebhookOutcome, bool]:
        """Make one attempt, including redirects; also return whether the policy requires another."""
        here = url
        for _ in range(MAX_REDIRECTS + 1):
            if not callable_url(here):
                return WebhookOutcome(None, 11100, "the URL is invalid", here), False
            answer, sent = await self._request(attempt, method, here, parameters=parameters, overrides=overrides)
            asked = tuple(sent.headers.items())
            if isinstance(answer, NoResponse):
                kind = "ct" if answer.connecting else "rt"
                return WebhookOutcome(None, answer.code, answer.reason, here, asked), bool(
                    {kind, "all"} & overrides.policy
                )
            if 300 <= answer.status < 400:
                location = next((value for name, value in answer.headers if name.lower() == "location"), "")
                if answer.status not in FOLLOWED or not location:
                    reason = f"a redirect with HTTP {answer.status} is not followed"
                    return WebhookOutcome(answer, 11216, reason, here, asked), False
                here = joined(here, location)
                if answer.status != 307:
                    method, parameters = "GET", []
                continue
            if answer.status >= 400:
                kind = f"{answer.status // 100}xx"
                reason = f"the server responded with HTTP {answer.status}"
                return WebhookOutcome(answer, 11200, reason, here, asked), bool({kind, "all"} & overrides.policy)
            return WebhookOutcome(answer, 0, "", here, asked), False
        return WebhookOutcome(None, 11215, "too many redirects", here), False

    async def _request(
        self, attempt: Attempt, method: str, url: str, *, parameters: Parameters, overrides: Overrides
    ) -> tuple[WebhookResponse | NoResponse, Sent]:
        """Make one request; return its outcome, and the request without credentials."""
        context = self._context
        account = context.state.accounts.get(attempt.message.account_sid)
        target, login = without_userinfo(signed_url(url))
        headers = {"User-Agent": "TwilioProxy/1.1", "Accept": "*/*", "I-Twilio-Idempotency-Token": attempt.token}
        new = context.generation == GENERATIONS[0]
        headers |= {"X-Home-Region": "us1"} if new else {"Cache-Control": "max-age=259200"}
        form = encode(parameters)
        body: bytes | None = None
        if method == "GET":
            if form:
                separator = "&" if "?" in target else "?"
                target = f"{target}{separator}{form.decode()}"
            signature_url, signed = with_userinfo(target, url), []
        else:
            body = form
            charset = "; charset=utf-8" if new and attempt.kind == "callback" else ""
            headers["Content-Type"] = f"application/x-www-form-urlencoded{charset}"
            signature_url, signed = signed_url(url), parameters
        headers |= self._signature(account, attempt, signature_url, signed=signed)
        cookie = self._cookies.get(attempt.message, context.now())
        if cookie:
            headers["Cookie"] = cookie
        started = monotonic()
        answer, failure = None, None
        try:
            authorization = login.basic if login is not None else ""
            if attempt.setting is not None and attempt.setting.auth.scheme != NONE:
                authorization, login = await self._logins.login(attempt.setting.auth)
            answer = await self._client.call(
                method,
                target,
                headers | {"Authorization": authorization} if authorization else headers,
                body=body,
                connect_seconds=overrides.connect,
                read_seconds=overrides.read,
                total_seconds=max(attempt.deadline - started, 0.001),
                login=login,
            )
        except NoResponse as exc:
            failure = exc
        sent = Sent(method, url, headers, form, signature_url)
        log_attempt(context, attempt, sent, answer=answer, failure=failure, seconds=monotonic() - started)
        if answer is None:
            return failure or NoResponse(11205, "no response"), sent
        self._cookies.keep(attempt.message, answer, context.now())
        return answer, sent

    def _signature(self, account: Account | None, attempt: Attempt, url: str, *, signed: Parameters) -> dict[str, str]:
        """Return the headers that authenticate a request as Twilio's; forged ones are invalid."""
        wrong = "not " if attempt.forged else ""
        setting = attempt.setting
        if setting is not None and setting.key_sid:
            key = self._context.state.shared_keys.rows[setting.key_sid]
            name, secret, algorithm = key.sid, key.secret, setting.algorithm
        elif account is not None and account.webhook_key:
            name, secret, algorithm = account.webhook_key, account.webhook_secret, "HMAC_SHA256"
        else:
            return {"X-Twilio-Signature": sign(wrong + (account.auth_token if account else ""), url, signed)}
        return {
            "X-Twilio-Signature": sign(wrong + secret, url, signed, algorithm=ALGORITHMS[algorithm]),
            "X-Twilio-Webhooks-Signature-Settings": f"key={name},algorithm={algorithm}",
        }
