"""Takes over a changed configuration while everything runs, or says what is wrong with it and changes nothing."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

import structlog

from driver.app.active import DriverContext
from driver.app.http_servers import LogAccess
from driver.app.wiring import Services
from driver.config.hot_reload import hot_reload
from driver.config.models import DriverConfig
from driver.config.secrets import secrets_in
from driver.errors import StoreUnavailableError
from driver.ports.store import AppendAudit

_log = structlog.get_logger("driver")


class ConfigReload:
    """Carries out one reload at a time."""

    def __init__(self, ground: DriverContext, journal: LogAccess, active: Callable[[], Services | None]) -> None:
        self._ground = ground
        self._journal = journal
        self._active = active
        self._one_at_a_time = asyncio.Lock()

    async def reload(self, wanted: DriverConfig) -> None:
        """Take over what can be taken over, and name in the log what waits for a restart.

        Raises:
            ConfigurationError: what can be taken over does not go with what has to wait; nothing was changed.
            StartError: a certificate or what is remembered does not go with it; nothing was changed.
        """
        async with self._one_at_a_time:
            taken, parts = hot_reload(self._ground.config, wanted), self._active()
            self._journal.redactor.configure(secrets_in(wanted), bodies=taken.config.log.bodies)
            self._ground.listeners.reload_certificate(taken.config)
            if parts is not None:
                await parts.reload(taken.config)
            self._ground.config = taken.config
            await self._ground.listeners.configure(taken.config)
            self._journal.traces.configure(taken.config.log.level)
            _log.info("configuration reloaded", changed=taken.changed)
            if taken.waiting:
                _log.warning("changes that only a restart takes over", keys=taken.waiting)
            if parts is not None:
                await _write_down(parts, ", ".join(taken.changed) or "nothing changed")


async def _write_down(parts: Services, changed: str) -> None:
    line = parts.assets.audit(parts.assets.catalogue.system, "Configuration", f"Reloaded: {changed}")
    with suppress(StoreUnavailableError):
        await parts.store.commit([AppendAudit(line)])
