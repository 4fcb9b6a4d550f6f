"""Monitors whether Twilio is reachable, and the state of the account and its numbers.

One success restores communication; it takes several failures in a row to lose it, unless waiting cannot help: rejected
credentials count immediately. Loss and recovery are logged once each.
"""

import asyncio
from datetime import timedelta

import structlog

from driver.config.models import StatesConfig
from driver.domain.asset_changes import FaultCleared, FaultRaised
from driver.domain.facts import CauseKind, CommReason, FaultCause
from driver.ports.gateway import GatewayError, RemoteAccount, SmsGateway
from driver.runtime.clock import Clock
from driver.runtime.idle import IdleTracker
from driver.services.account_conditions import conditions, number_problems
from driver.services.assets import Assets
from driver.services.connectivity import Connectivity
from driver.services.rate_limits import RateLimits

_log = structlog.get_logger("driver.health")
_AT_ONCE = frozenset({CommReason.AUTH_FAILED, CommReason.CONFIG_INVALID})
#: Seconds to the next probe after one failure, two in a row, and so on; the last value applies from then on.
BACK_OFF_S = (5.0, 10.0, 20.0, 40.0, 60.0)


class TwilioMonitor:
    """Probes Twilio and turns what it finds into facts."""

    def __init__(
        self,
        gateway: SmsGateway,
        assets: Assets,
        clock: Clock,
        *,
        activity: IdleTracker,
        states: StatesConfig,
        limits: RateLimits,
    ) -> None:
        self._gateway = gateway
        self._limits = limits
        self._assets = assets
        self._communication = Connectivity(assets)
        self._clock = clock
        self._activity = activity
        self._states = states
        self._failures = 0
        self._wanted = asyncio.Event()
        limits.on_refusal = self._wanted.set
        self._asked = False
        self._probing = asyncio.Lock()
        self._told = ""
        self._limited = False
        self._contradicted = False
        self.account: RemoteAccount | None = None

    def configure(self, states: StatesConfig) -> None:
        """Apply new settings, and probe Twilio immediately."""
        self._states = states
        self.ask()

    async def run(self) -> None:
        """Probe at the interval, sooner while something is wrong, and whenever asked."""
        while True:
            self._asked = self._contradicted = False
            healthy = await self.probe()
            if self._contradicted and not healthy:
                self.ask()
            wait = self._states.probe_interval_s
            if not healthy:
                wait = min(wait, BACK_OFF_S[min(self._failures, len(BACK_OFF_S)) - 1])
            await self._rest(self._clock.monotonic() + timedelta(seconds=wait))

    async def _rest(self, until: timedelta) -> None:
        """Wait until a moment, until a probe is requested, or until Twilio may accept requests again."""
        while not self._asked and self._clock.monotonic() < until:
            again = self._limits.ask_at
            if again is not None and not self._limited:
                await self.rate_limited(self._limits.refusal)
            await self._activity.rest(self._wanted, until if again is None else min(until, again))
            if again is not None and self._clock.monotonic() >= again:
                return

    def ask(self) -> None:
        """Request a probe soon."""
        self._asked = True
        self._wanted.set()

    async def probe(self) -> bool:
        """Request the account from Twilio now; return whether it answered."""
        async with self._probing:
            try:
                account = await self._gateway.account(services=self._assets.catalog.messaging_services)
            except GatewayError as exc:
                if exc.reason is not None:
                    await self.failed(exc.reason, exc.detail)
                elif exc.http_status == 429:
                    await self.rate_limited(exc.detail)
                    return True
                else:
                    await self.failed(CommReason.UNREACHABLE, exc.detail)
                return False
            await self._answered(account)
            return True

    def answered(self) -> None:
        """Record that Twilio answered some request.

        If that is news, probe it. A probe that is already under way will show it, unless it fails all the same.
        """
        self._failures = 0
        if not (self._assets.system_down or (self._limited and self._limits.ask_at is None)):
            return
        if self._probing.locked():
            self._contradicted = True
        else:
            self.ask()

    async def rate_limited(self, detail: str) -> None:
        """Record that Twilio refuses requests because there are too many."""
        self._limited = True
        words = f"Twilio refuses requests because there are too many ({detail})"
        hint = f"a lower twilio.concurrency (now {self._limits.maximum}), or fewer programs on this account"
        raised = FaultRaised(FaultCause.RATE_LIMITED, CauseKind.STANDING, words, 20429, hint)
        await self._assets.apply(self._assets.catalog.system.asset_id, raised)
        self._wanted.set()

    async def failed(self, reason: CommReason, detail: str) -> None:
        """Record that Twilio did not answer, or rejected the credentials."""
        self._failures += 1
        down = self._assets.system_down
        if down or reason in _AT_ONCE or self._failures >= self._states.comm_loss_threshold:
            said = f"{reason}: {detail}"
            if self._told != said:
                _log.warning("twilio_unreachable", reason=reason.value, detail=detail)
                self._told = said
                await self._communication.lost(reason, detail)
        elif self._failures == 1:
            self.ask()

    async def _answered(self, account: RemoteAccount) -> None:
        self._failures = 0
        self.account = account
        if self._told or self._assets.system_down:
            _log.info("twilio_reachable", account_type=account.kind, numbers=len(account.numbers))
        self._told = ""
        catalog = self._assets.catalog
        await self._communication.restored(number_problems(account, catalog))
        await self._communication.conditions(conditions(account, catalog, self._clock.now()))
        await self._account_status(account)

    async def _account_status(self, account: RemoteAccount) -> None:
        system = self._assets.catalog.system.asset_id
        # One response does not end a pause that Twilio asked for: messages still wait for it.
        free = self._limits.ask_at is None
        self._limited = self._limited and not free
        over = {FaultCause.RATE_LIMITED} if free else set()
        if account.status == "active":
            over.add(FaultCause.ACCOUNT_SUSPENDED)
        else:
            words = f"the Twilio account is {account.status}"
            hint = "an active account in the Twilio console"
            raised = FaultRaised(FaultCause.ACCOUNT_SUSPENDED, CauseKind.STANDING, words, hint=hint)
            await self._assets.apply(system, raised)
        known = {fault.cause for fault in self._assets.get(system).facts.faults}
        if over & known:
            await self._assets.apply(system, FaultCleared(CauseKind.STANDING, tuple(over)))
