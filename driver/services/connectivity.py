"""Applies to the system and its phones whether Twilio answers, and what a probe of the account found."""

from collections.abc import Mapping, Sequence

from driver.domain.asset_changes import CommLost, CommRestored, ConditionsFound
from driver.domain.facts import CommReason, Condition
from driver.ports.store import Write
from driver.services.asset_catalog import AssetEntry, incomplete
from driver.services.assets import Assets


class Connectivity:
    """Applies what is known about communication to the assets."""

    def __init__(self, assets: Assets) -> None:
        self._assets = assets
        self._problems: Mapping[str, CommLost] = {}

    async def lost(self, reason: CommReason, detail: str) -> None:
        """Mark the system, and with it every phone, as having no communication."""
        await self._spread(CommLost(reason, detail, phones=self._assets.concerned()))

    async def restored(self, problems: Mapping[str, CommLost]) -> None:
        """Mark communication as working. ``problems`` lists phones that still cannot work, and why."""
        self._problems = problems
        await self._spread(CommRestored())

    async def conditions(self, found: Mapping[str, Sequence[Condition]]) -> None:
        """Apply what a probe found about each asset; assets that are not listed have no conditions."""
        writes: list[Write] = []
        for entry, asset in self._assets.all():
            now = found.get(entry.asset_id, ())
            if [(c.cause, c.detail) for c in now] != [(c.cause, c.detail) for c in asset.facts.conditions]:
                writes.extend(self._assets.stage(entry.asset_id, ConditionsFound(tuple(now))).writes)
        await self._assets.save(writes)

    async def _spread(self, change: CommLost | CommRestored) -> None:
        catalog = self._assets.catalog
        writes = list(self._assets.stage(catalog.system.asset_id, change).writes)
        for phone in catalog.phones:
            own = self._of_phone(phone, change)
            if not self._shows(phone, own):
                writes.extend(self._assets.stage(phone.asset_id, own).writes)
        await self._assets.save(writes)

    def _of_phone(self, phone: AssetEntry, change: CommLost | CommRestored) -> CommLost | CommRestored:
        if phone.own_problem:
            return incomplete(phone)
        if phone.asset_id in self._problems:
            return self._problems[phone.asset_id]
        return change if isinstance(change, CommRestored) else CommLost(CommReason.PARENT_DOWN, "")

    def _shows(self, phone: AssetEntry, own: CommLost | CommRestored) -> bool:
        """Return whether a phone already shows this."""
        known = self._assets.get(phone.asset_id).facts.comm
        if isinstance(own, CommRestored):
            return known is None
        return known is not None and (known.reason, known.detail) == (own.reason, own.detail)
