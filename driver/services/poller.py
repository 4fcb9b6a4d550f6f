"""Fetches arriving texts by asking Twilio, so that no address of ours has to be public.

Twilio offers no cursor, only filters on the date, so each round asks for a window that overlaps the last one and the
SIDs decide what is new. A sweep asks for a whole day now and then and finds what came late.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from driver.clock import Clock
from driver.config.models import ReceiveConfig
from driver.domain.changes import FaultCleared, FaultRaised
from driver.domain.events import InboundText
from driver.domain.facts import CauseKind, FaultCause
from driver.errors import StoreUnavailableError
from driver.ports.gateway import GatewayError, RemoteMessage, SmsGateway
from driver.ports.store import SetMark, Store
from driver.services.activity import Activity, Pulse
from driver.services.assets import Assets
from driver.services.health import Health
from driver.services.inbox import Inbox
from driver.services.metrics import Metrics

_log = structlog.get_logger("driver.poller")
CURSOR = "poll.cursor"
_SWEEP = timedelta(days=1)
#: A poll never waits longer than this, however often Twilio failed.
LONGEST_WAIT_S = 60.0
#: So many polls failed in a row mean that arriving texts come late.
LAGGING_AFTER = 3
#: For so long after a text arrived, more are expected and polls come at the floor of the interval.
LIVELY = timedelta(seconds=60)


class Poller:
    """Polls each of our numbers in turn."""

    def __init__(
        self,
        store: Store,
        gateway: SmsGateway,
        inbox: Inbox,
        assets: Assets,
        health: Health,
        clock: Clock,
        activity: Activity,
        metrics: Metrics,
        config: ReceiveConfig,
        cursor: datetime,
    ) -> None:
        self._store = store
        self._gateway = gateway
        self._inbox = inbox
        self._assets = assets
        self._health = health
        self._clock = clock
        self._activity = activity
        self._config = config
        self._cursor = cursor
        self._swept: timedelta | None = None
        self._last_new: timedelta | None = None
        self._metrics = metrics
        self._pulse = Pulse()

    def configure(self, config: ReceiveConfig) -> None:
        """Take over other intervals, beginning with a poll."""
        self._config = config
        self._pulse.give()

    async def run(self) -> None:
        """Poll at the interval; while polls fail, ever less often."""
        failures = 0
        while True:
            if await self.poll():
                failures = 0
                interval = self._interval()
                await self._caught_up()
            else:
                interval = self._config.poll_interval_s
                failures += 1
                await self._lagging(failures)
                interval = max(interval, min(LONGEST_WAIT_S, interval * 2 ** (failures - 1)))
            await self._activity.rest(self._pulse, self._clock.monotonic() + timedelta(seconds=interval))

    async def _lagging(self, failures: int) -> None:
        """Say that arriving texts are late, unless the reason is the known one that nothing reaches Twilio."""
        if failures < LAGGING_AFTER or self._assets.system_down:
            return
        words = f"{failures} polls for arriving texts failed in a row; texts come late"
        raised = FaultRaised(FaultCause.POLL_LAGGING, CauseKind.CONDITION, words, hint="polls that are answered again")
        await self._assets.apply(self._assets.catalogue.system.asset_id, raised)

    async def _caught_up(self) -> None:
        system = self._assets.catalogue.system.asset_id
        if any(fault.cause is FaultCause.POLL_LAGGING for fault in self._assets.get(system).facts.faults):
            await self._assets.apply(system, FaultCleared(CauseKind.CONDITION, (FaultCause.POLL_LAGGING,)))

    def _interval(self) -> float:
        """Return the seconds to the next poll: few while people are texting; with webhooks polling only sweeps."""
        if self._config.mode == "webhook":
            return self._config.sweep_interval_s
        if self._last_new is not None and self._clock.monotonic() - self._last_new < LIVELY:
            return min(self._config.poll_floor_s, self._config.poll_interval_s)
        return self._config.poll_interval_s

    async def poll(self) -> bool:
        """Ask for every number once; True if Twilio and the database answered."""
        begun, at = self._clock.now(), self._clock.monotonic()
        sweep = self._swept is None or at - self._swept >= timedelta(seconds=self._config.sweep_interval_s)
        overlap = _SWEEP if sweep else timedelta(seconds=self._config.overlap_s)
        since = min(self._cursor, begun) - overlap
        try:
            for number in self._numbers():
                await self._take(await self._gateway.inbound_since(number=number, since=since))
            await self._store.commit([SetMark(CURSOR, begun.isoformat())])
        except GatewayError as trouble:
            _log.debug("poll failed", detail=trouble.detail)
            self._metrics.polls.labels("failed").inc()
            if trouble.http_status == 429:
                await self._health.rate_limited(trouble.detail)
            elif trouble.reason is not None:
                await self._health.failed(trouble.reason, trouble.detail)
            return False
        except StoreUnavailableError as trouble:
            _log.debug("a poll's texts could not be stored and will be asked for again", trouble=str(trouble))
            return False
        self._cursor = begun
        if sweep:
            self._swept = at
        self._metrics.polls.labels("answered").inc()
        self._health.answered()
        return True

    def _numbers(self) -> Sequence[str]:
        """Return our numbers: those of the phones and, once Twilio has told them, all others that can text."""
        owned = self._health.account.numbers if self._health.account else ()
        others = (number.phone_number for number in owned if number.sms_capable)
        return tuple(dict.fromkeys((*self._assets.catalogue.twilio_numbers, *others)))

    async def _take(self, found: Sequence[RemoteMessage]) -> None:
        known = await self._store.known_messages([message.sid for message in found])
        for message in found:
            if message.sid in known or message.status == "receiving":
                continue
            media = tuple(await self._gateway.media(message.sid)) if message.media_count else ()
            moment = message.sent_at or message.created_at or self._clock.now()
            text = InboundText(message.sid, message.source, message.destination, message.body, moment, media)
            if await self._inbox.accept(text, way="poll"):
                self._last_new = self._clock.monotonic()
