"""Tests on demand everything this driver needs: the connection to Twilio, the account, the clock, the database."""

from collections.abc import Sequence

from driver.config.models import ReceiveConfig, StatesConfig
from driver.errors import StoreUnavailableError
from driver.ports.gateway import GatewayError, SmsGateway
from driver.ports.store import SetMark, Store
from driver.runtime.clock import Clock
from driver.runtime.idle import IdleTracker
from driver.services.account_checks import CheckFinding, CheckLevel, account_findings
from driver.services.assets import Assets

#: Mark that the test writes into the database.
TESTED = "selftest.at"


class SelfTest:
    """Runs the test."""

    def __init__(
        self,
        gateway: SmsGateway,
        store: Store,
        assets: Assets,
        *,
        clock: Clock,
        activity: IdleTracker,
        states: StatesConfig,
        receive: ReceiveConfig,
        inbound_address: str,
    ) -> None:
        self._gateway = gateway
        self._store = store
        self._assets = assets
        self._clock = clock
        self._activity = activity
        self.configure(states, receive, inbound_address=inbound_address)

    def configure(self, states: StatesConfig, receive: ReceiveConfig, *, inbound_address: str) -> None:
        """Apply new settings to tests from now on."""
        self._states = states
        self._receive = receive
        self._inbound_address = inbound_address

    async def run(self) -> Sequence[CheckFinding]:
        """Return the findings, in the order of the test. No message is sent."""
        with self._activity.work():
            return [*await self._twilio(), await self._database()]

    async def _twilio(self) -> Sequence[CheckFinding]:
        try:
            account = await self._gateway.account(
                services=self._assets.catalog.messaging_services, pools=bool(self._inbound_address)
            )
        except GatewayError as exc:
            return [CheckFinding(CheckLevel.PROBLEM, "twilio", exc.detail, "check network, address and credentials")]
        about = account_findings(
            account,
            self._assets.catalog,
            self._states,
            receive=self._receive,
            inbound_address=self._inbound_address,
            now=self._clock.now(),
        )
        return [CheckFinding(CheckLevel.OK, "twilio", "reachable, answers"), *about]

    async def _database(self) -> CheckFinding:
        try:
            await self._store.commit([SetMark(TESTED, self._clock.now().isoformat())])
        except StoreUnavailableError as exc:
            return CheckFinding(CheckLevel.PROBLEM, "database", str(exc), "make the database available")
        return CheckFinding(CheckLevel.OK, "database", "accepts commits")
