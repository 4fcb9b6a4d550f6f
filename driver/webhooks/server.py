"""The listener that Twilio calls: only small, verified forms, and 200 only after their content is on disk."""

from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import parse_qsl

import structlog
from aiohttp import web

from driver.config.models import DriverConfig, ReceiveConfig
from driver.domain.message import MAX_SID, is_sid
from driver.domain.storable_text import storable_text
from driver.errors import StoreUnavailableError
from driver.runtime.clock import Clock
from driver.runtime.idle import IdleTracker
from driver.runtime.log_rate_limit import LogRateLimit
from driver.runtime.log_topics import LogTopic
from driver.runtime.metrics import Metrics
from driver.webhooks.intake import Form, Intake
from driver.webhooks.signature import SETTINGS_HEADER, SigningKeys

_log = structlog.get_logger("driver.webhooks")
INBOUND_PATH, STATUS_PATH = "/twilio/sms", "/twilio/status"
#: Twilio's own forms stay well below both limits.
MAX_BODY = 65_536
MAX_FIELDS = 300
#: Makes Twilio send no reply to the person who sent the message.
_SILENCE = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


def inbound_address(receive: ReceiveConfig) -> str:
    """Return the URL that Twilio must call for messages to our numbers; empty if webhooks are off."""
    return "" if receive.mode == "poll" else f"{receive.public_url}{INBOUND_PATH}"


class WebhookServer:
    """Serves Twilio's requests; ``intake`` processes their content."""

    def __init__(
        self, intake: Intake, clock: Clock, activity: IdleTracker, *, metrics: Metrics, config: DriverConfig
    ) -> None:
        self._intake = intake
        self._activity = activity
        self._metrics = metrics
        self._limit = LogRateLimit(clock)
        self.configure(config)
        self.app = web.Application(client_max_size=MAX_BODY)
        self.app.add_routes(
            [
                web.post("/{prefix:.*}twilio/sms", self._genuine(INBOUND_PATH, self._inbound)),
                web.post("/{prefix:.*}twilio/status", self._genuine(STATUS_PATH, self._receipt)),
                web.get("/healthz", self._healthz),
            ]
        )

    def configure(self, config: DriverConfig) -> None:
        """Apply the keys, including the secondary ones during a rotation, and the URL that Twilio signs with."""
        twilio = config.twilio
        tokens = (twilio.auth_token, twilio.auth_token_secondary)
        shared_keys = (twilio.shared_key, twilio.shared_key_secondary)
        self._account_sid = twilio.account_sid
        self._keys = SigningKeys(
            *([one.get_secret_value() for one in each if one is not None] for each in (tokens, shared_keys))
        )
        self._public_url = config.receive.public_url or ""

    async def _healthz(self, _request: web.Request) -> web.Response:
        return web.Response(text="ok")

    def _genuine(
        self, path: str, handler: Callable[[Form, Mapping[str, str]], Awaitable[web.Response]]
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        """Pass only forms and queries that Twilio signed for our account to a handler, and count all others."""

        async def checked(request: web.Request) -> web.Response:
            with self._activity.work():
                try:
                    pairs = await self._pairs(request)
                except web.HTTPRequestEntityTooLarge:
                    self._refuse(request, "form", 413, words="")
                    raise
                if pairs is None:
                    return self._refuse(request, "form", 400, words="expected a small form")
                query = f"?{request.rel_url.raw_query_string}" if request.rel_url.raw_query_string else ""
                given = request.headers.get("X-Twilio-Signature", "")
                settings = request.headers.get(SETTINGS_HEADER)
                if not self._keys.fit(given, settings, f"{self._public_url}{path}{query}", form=pairs):
                    return self._refuse(request, "signature", 403, words=self._misfit(settings))
                form = self._clean(dict(pairs))
                _log.debug("webhook_received", topic=LogTopic.HTTP, path=path, query=dict(request.query), form=form)
                if form.get("AccountSid") != self._account_sid:
                    return self._refuse(request, "account", 403, words="another account")
                try:
                    return await handler(form, request.query)
                except StoreUnavailableError as exc:
                    _log.error("webhook_not_stored", reason=str(exc), hint="Polling will fetch its message.")
                    return self._refuse(request, "store", 503, words="try again")

        return checked

    @staticmethod
    def _clean(form: Form) -> Form:
        clean = {storable_text(key): storable_text(value) for key, value in form.items()}
        if clean != form:
            odd = [key for key, value in clean.items() if form.get(key) != value]
            _log.warning("odd_characters_replaced", sid=clean.get("MessageSid", "")[:MAX_SID], fields=odd)
        return clean

    def _misfit(self, settings: str | None) -> str:
        """Return why a signature is refused, for Twilio's debugger and for the log."""
        if settings is not None and not self._keys.shared_keys:
            return "signed with a shared key, but twilio.shared_key is not set"
        return "the signature does not match"

    @staticmethod
    async def _pairs(request: web.Request) -> list[tuple[str, str]] | None:
        try:
            raw = await request.read()
            return parse_qsl(raw.decode(), keep_blank_values=True, strict_parsing=True, max_num_fields=MAX_FIELDS)
        except ValueError:
            return None

    def _refuse(self, request: web.Request, why: str, status: int, *, words: str) -> web.Response:
        self._metrics.webhooks_refused.labels(why).inc()
        if why != "store" and (more := self._limit.let(why)) is not None:
            _log.warning("webhook_refused", reason=why, detail=words, peer=request.remote, path=request.path, **more)
        return web.Response(status=status, text=words)

    async def _inbound(self, form: Form, query: Mapping[str, str]) -> web.Response:
        if not is_sid(form.get("MessageSid", "")) or not form.get("From") or not form.get("To"):
            return web.Response(status=400, text="MessageSid, From and To are required")
        await self._intake.inbound(form, query)
        return web.Response(text=_SILENCE, content_type="text/xml")

    async def _receipt(self, form: Form, query: Mapping[str, str]) -> web.Response:
        if not is_sid(form.get("MessageSid", "")) or not form.get("MessageStatus"):
            return web.Response(status=400, text="MessageSid and MessageStatus are required")
        await self._intake.receipt(form, query)
        return web.Response(status=204)
