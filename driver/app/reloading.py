"""Takes over a changed configuration while everything runs, or says what is wrong with it and changes nothing."""

import asyncio
from contextlib import suppress

import structlog

from driver.app.listeners import Listeners
from driver.app.parts import Parts
from driver.config.models import DriverConfig
from driver.config.takeover import takeover
from driver.debugtools.redact import Redactor
from driver.debugtools.trace import Traces
from driver.errors import StoreUnavailableError
from driver.ports.store import AppendAudit

_log = structlog.get_logger("driver")


class Reloading:
    """Carries out one reload at a time."""

    def __init__(self, parts: Parts, listeners: Listeners, redactor: Redactor, traces: Traces) -> None:
        self._parts = parts
        self._listeners = listeners
        self._redactor = redactor
        self._traces = traces
        self._one_at_a_time = asyncio.Lock()

    @property
    def config(self) -> DriverConfig:
        """The configuration that is in force."""
        return self._parts.tables.config

    async def reload(self, wanted: DriverConfig) -> None:
        """Take over what can be taken over, and name in the log what waits for a restart.

        Raises:
            ConfigurationError: what can be taken over does not go with what has to wait; nothing was changed.
            StartError: a certificate or what is remembered does not go with it; nothing was changed.
        """
        async with self._one_at_a_time:
            taken = takeover(self.config, wanted)
            self._redactor.configure(secrets_of(wanted), bodies=taken.config.log.bodies)
            self._listeners.reload_certificate(taken.config)
            await self._parts.reload(taken.config)
            await self._listeners.configure(taken.config)
            self._traces.configure(taken.config.log.level)
            _log.info("configuration reloaded", changed=taken.changed)
            if taken.waiting:
                _log.warning("changes that only a restart takes over", keys=taken.waiting)
            await self._write_down(", ".join(taken.changed) or "nothing changed")

    async def _write_down(self, changed: str) -> None:
        assets = self._parts.assets
        line = assets.audit(assets.catalogue.system, "Configuration", f"Reloaded: {changed}")
        with suppress(StoreUnavailableError):
            await self._parts.store.commit([AppendAudit(line)])


def secrets_of(config: DriverConfig) -> list[str]:
    """Return the secrets that no log may show."""
    twilio = config.twilio
    kept = (twilio.auth_token, twilio.auth_token_secondary, twilio.api_key_secret)
    return [secret.get_secret_value() for secret in kept if secret is not None]
