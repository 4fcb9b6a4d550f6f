"""Operator actions on several alarms at once: acknowledge, shelve, unshelve.

Each action is one commit, with an audit entry for each asset, whichever assets the alarms belong to.
"""

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from driver.domain.asset_changes import AcknowledgeGiven, Change, Operator, Shelved, Unshelved
from driver.domain.commands import CommandResult
from driver.domain.events import iso
from driver.domain.shelving import MAX_SHELVING
from driver.errors import CommandRefusedError, StoreUnavailableError
from driver.ports.store import Store, Write
from driver.runtime.clock import Clock
from driver.services.assets import Assets


@dataclass(frozen=True, slots=True)
class AlarmsDone:
    """The result for each alarm, by id: done, unchanged, or already over."""

    done: tuple[str, ...]
    unchanged: tuple[str, ...]
    gone: tuple[str, ...]


class AlarmActions:
    """Carries out actions on alarms."""

    def __init__(self, store: Store, assets: Assets, clock: Clock) -> None:
        self._store = store
        self._assets = assets
        self._clock = clock

    async def acknowledge(self, alarm_ids: Sequence[str], by: Operator, *, consequences: bool = False) -> AlarmsDone:
        """Acknowledge alarms, optionally with those that follow from them; same errors as ``shelve``."""
        if consequences:
            alarm_ids = [*alarm_ids, *self._followers(frozenset(alarm_ids))]
        return await self._change("Acknowledge", alarm_ids, by, change=lambda alarm_id: AcknowledgeGiven(by, alarm_id))

    async def shelve(self, alarm_ids: Sequence[str], until: datetime, by: Operator) -> AlarmsDone:
        """Shelve alarms until a given time.

        Raises:
            CommandRefusedError: the time has passed, or is too far ahead.
            StoreUnavailableError: the database cannot store it; nothing was done.
        """
        now = self._clock.now()
        if not now < until <= now + MAX_SHELVING:
            hours = MAX_SHELVING.total_seconds() / 3600
            raise CommandRefusedError(
                f"until is {iso(until)}; expected a moment within {hours:g} h from now, {iso(now)}", path="until"
            )
        note = f"Until: {iso(until)}"
        return await self._change(
            "Shelve", alarm_ids, by, change=lambda alarm_id: Shelved(by, alarm_id, until), note=note
        )

    async def unshelve(self, alarm_ids: Sequence[str], by: Operator) -> AlarmsDone:
        """Unshelve alarms, by their own ids or by those of the alarms that were shelved; same errors as ``shelve``."""
        return await self._change("Unshelve", alarm_ids, by, change=lambda alarm_id: Unshelved(by, alarm_id))

    async def _change(
        self, name: str, alarm_ids: Sequence[str], by: Operator, *, change: Callable[[str], Change], note: str = ""
    ) -> AlarmsDone:
        owners = self._owners()
        outcomes: dict[str, CommandResult] = {}
        changed = {owners[alarm_id] for alarm_id in alarm_ids if alarm_id in owners}
        before = [self._assets.get(asset_id) for asset_id in {*changed, self._assets.catalog.system.asset_id}]
        writes: list[Write] = []
        for alarm_id in dict.fromkeys(alarm_ids):
            asset_id = owners.get(alarm_id)
            if asset_id is None:
                continue
            staged = self._assets.stage(asset_id, change(alarm_id))
            outcomes[alarm_id] = staged.result
            writes += staged.writes
            if staged.result is CommandResult.OK:
                said = by.comment and f"Comment: {by.comment}"
                action = "; ".join(filter(None, ("Command ok", f"Alarm ID: {alarm_id}", note, said)))
                entry = self._assets.catalog.entries[asset_id]
                line = self._assets.audit(entry, name, action, computer=by.workstation, user=by.user)
                writes.append(line)
        try:
            await self._store.commit(writes)
        except StoreUnavailableError as exc:
            self._assets.take_back(before, writes)
            self._assets.store_failed(str(exc))
            raise
        done = tuple(alarm_id for alarm_id, result in outcomes.items() if result is CommandResult.OK)
        unchanged = tuple(alarm_id for alarm_id, result in outcomes.items() if result is CommandResult.NOOP)
        known = {*done, *unchanged}
        return AlarmsDone(done, unchanged, tuple(dict.fromkeys(each for each in alarm_ids if each not in known)))

    def _followers(self, causes: AbstractSet[str]) -> Iterator[str]:
        """Yield the unacknowledged alarms that follow from others."""
        for _, asset in self._assets.all():
            for record in asset.records:
                if not record.state.acked and self._assets.cause_of(asset, record) in causes:
                    yield record.alarm_id

    def _owners(self) -> dict[str, str]:
        """Return the asset of each alarm, and of each shelved alarm."""
        owners = {}
        for entry, asset in self._assets.all():
            owners.update({shelf.alarm_id: entry.asset_id for shelf in asset.shelves})
            owners.update({record.alarm_id: entry.asset_id for record in asset.records})
        return owners
