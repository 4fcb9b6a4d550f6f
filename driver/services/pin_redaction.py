"""Has Twilio delete the text of messages that contained a PIN: recorded with the message, retried until done."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta

import structlog

from driver.errors import StoreUnavailableError
from driver.ports.gateway import GatewayError, SmsGateway
from driver.ports.store import SetMark, Store
from driver.runtime.clock import Clock
from driver.runtime.idle import IdleTracker

_log = structlog.get_logger("driver.inbox")
#: Prefix of the marks for messages whose text Twilio is to delete.
REDACT_MARK = "redact."
#: How long to wait before trying Twilio, or the database, again.
AGAIN = timedelta(seconds=60)


class PinRedaction:
    """Runs as a long-lived task."""

    def __init__(
        self, store: Store, gateway: SmsGateway, clock: Clock, *, activity: IdleTracker, marks: Mapping[str, str]
    ) -> None:
        self._store = store
        self._gateway = gateway
        self._clock = clock
        self._activity = activity
        self._wanted = {name.removeprefix(REDACT_MARK): "" for name in marks if name.startswith(REDACT_MARK)}
        self._wakeup = asyncio.Event()

    def want(self, sid: str) -> None:
        """Have the text of a message deleted whose mark is stored."""
        self._wanted[sid] = ""
        self._wakeup.set()

    async def run(self) -> None:
        """Redact messages at Twilio until none are left."""
        while True:
            for sid in tuple(self._wanted):
                with suppress(StoreUnavailableError):
                    await self._redact(sid)
            await self._activity.rest(self._wakeup, self._clock.monotonic() + AGAIN if self._wanted else None)

    async def _redact(self, sid: str) -> None:
        try:
            await self._gateway.redact(sid)
        except GatewayError as exc:
            if exc.http_status != 404:
                if self._wanted[sid] != exc.detail:
                    _log.warning("pin_not_redacted", sid=sid, reason=exc.detail, hint="Retried every minute.")
                self._wanted[sid] = exc.detail
                return
        await self._store.commit([SetMark(REDACT_MARK + sid, "")])
        del self._wanted[sid]
        _log.info("pin_redacted", sid=sid)
