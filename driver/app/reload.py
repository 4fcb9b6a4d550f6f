"""Reloads a changed configuration while everything runs, or says what is wrong with it and changes nothing."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

import structlog

from driver.app.active import DriverContext
from driver.app.http_servers import LogAccess
from driver.app.standby_view import StandbyView
from driver.app.wiring import Services
from driver.config.hot_reload import hot_reload
from driver.config.models import DriverConfig
from driver.config.secrets import secrets_in
from driver.errors import StoreUnavailableError
from driver.ports.store import AppendAudit

_log = structlog.get_logger("driver")


class ConfigReload:
    """Carries out one reload at a time."""

    def __init__(
        self,
        context: DriverContext,
        journal: LogAccess,
        active: Callable[[], Services | None],
        *,
        standby: Callable[[], StandbyView | None],
    ) -> None:
        self._context = context
        self._journal = journal
        self._active = active
        self._standby = standby
        self._one_at_a_time = asyncio.Lock()

    async def reload(self, wanted: DriverConfig) -> None:
        """Reload what can be reloaded, and name in the log what waits for a restart.

        Raises:
            ConfigurationError: what can be reloaded does not go with what has to wait; nothing was changed.
            StartError: a certificate or what is remembered does not go with it; nothing was changed.
        """
        async with self._one_at_a_time:
            taken, services = hot_reload(self._context.config, wanted), self._active()
            self._journal.redactor.configure(secrets_in(wanted), bodies=taken.config.log.bodies)
            self._context.listeners.reload_certificate(taken.config)
            if services is not None:
                await services.reload(taken.config)
            self._context.config = taken.config
            await self._context.listeners.configure(taken.config)
            if (view := self._standby()) is not None:
                await view.reload()
            self._journal.traces.configure(taken.config.log.level)
            _log.info("configuration_reloaded", changed=taken.changed)
            if taken.waiting:
                _log.warning("restart_needed", keys=taken.waiting)
            if services is not None:
                await _write_down(services, ", ".join(taken.changed) or "nothing changed")


async def _write_down(services: Services, changed: str) -> None:
    line = services.assets.audit(services.assets.catalog.system, "Configuration", f"Reloaded: {changed}")
    with suppress(StoreUnavailableError):
        await services.store.commit([AppendAudit(line)])
