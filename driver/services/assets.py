"""Holds every asset's state: applies changes, rolls phones up to the system, and returns what to store and publish.

The state in memory is authoritative and changes immediately; ``stage`` returns the writes that make it durable, so that
a caller can commit them together with their cause. Events are published after that commit.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from logging import INFO, WARNING

import structlog

from driver.domain.asset import Asset
from driver.domain.asset_changes import Change, CommLost, FaultCleared, FaultRaised, TimePassed
from driver.domain.asset_diff import differences
from driver.domain.asset_events import CONDITION_ENDED, CONDITION_FOUND, AssetEvent
from driver.domain.commands import AssetType, CommandResult
from driver.domain.events import Event
from driver.domain.facts import HEALTHY, OF_THE_SYSTEM, CauseKind, CommLoss, CommReason, FaultCause
from driver.domain.state_machine import next_due, reclocked, transition
from driver.domain.status_table import State
from driver.errors import StoreUnavailableError, UnstorableError
from driver.ports.store import AuditEntry, DropAsset, Store, Write
from driver.runtime.clock import Clock
from driver.runtime.idle import IdleTracker
from driver.runtime.log_topics import LogTopic
from driver.runtime.ulid import Ids
from driver.services.asset_catalog import AssetCatalog, AssetEntry, incomplete
from driver.services.asset_states import AssetStates, first_state

_log = structlog.get_logger("driver.assets")
_LOGGED = {CONDITION_FOUND: (WARNING, "condition_found"), CONDITION_ENDED: (INFO, "condition_ended")}
#: How long to wait before trying again to store what the database refused.
STORE_PAUSE = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Staged:
    """The result of a change, and the writes that make it durable."""

    writes: tuple[Write, ...] = ()
    result: CommandResult = CommandResult.OK
    why: str = ""


class Assets(AssetStates):
    """The states of all assets, and what changes them."""

    def __init__(
        self,
        catalog: AssetCatalog,
        store: Store,
        clock: Clock,
        *,
        ids: Ids,
        activity: IdleTracker,
        rollup: bool = True,
    ) -> None:
        super().__init__(catalog, rollup=rollup)
        self._store = store
        self._clock = clock
        self._ids = ids
        self._activity = activity
        self._due: dict[str, datetime] = {}
        self._unsaved: list[Write] = []
        self._timer = asyncio.Event()
        self._grace = timedelta(0)

    def start(self, remembered: Mapping[str, Asset], grace_s: float) -> None:
        """Restore the stored states, with No Communication (INITIALIZING) until Twilio answers."""
        self._grace = timedelta(seconds=grace_s)
        loss = CommLoss(CommReason.INITIALIZING, "", self._clock.now())
        alike: dict[int, Asset] = {}  # what most phones begin as, by their rules
        for entry in self.catalog.entries.values():
            known = remembered.get(entry.asset_id)
            plain = known is None or (known.facts == HEALTHY and not known.records and not known.shelves)
            other = alike.get(id(entry.rules)) if plain else None
            if other is not None and (known is None or known.status != other.status):
                self._keep(entry, replace(other, asset_id=entry.asset_id))
                continue
            self._begin(entry, known, loss)
            begun = self._states[entry.asset_id]
            if plain and entry.asset_type is AssetType.PHONE and begun.since == loss.since and not begun.records:
                alike[id(entry.rules)] = begun

    def configure(self, *, rollup: bool, grace_s: float) -> None:
        """Apply new settings; ``reconfigure`` updates the states."""
        self._phones.wanted = rollup
        self._grace = timedelta(seconds=grace_s)

    async def reconfigure(self, catalog: AssetCatalog) -> None:
        """Apply new assets and rules while everything runs; assets that remain keep their state under the new rules."""
        gone = [asset_id for asset_id in self._states if asset_id not in catalog.entries]
        writes: list[Write] = [DropAsset(asset_id) for asset_id in gone]
        self.catalog = catalog
        for asset_id in gone:
            del self._states[asset_id]
            self._due.pop(asset_id, None)
            self._phones.forget(asset_id)
        for entry in catalog.entries.values():
            if entry.asset_id in self._states:
                writes.extend(self.stage(entry.asset_id, TimePassed()).writes)
            else:
                self._begin(entry, None, CommLoss(CommReason.INITIALIZING, "", self._clock.now()))
                writes.append(self._states[entry.asset_id])
            if entry.own_problem:
                writes.extend(self.stage(entry.asset_id, incomplete(entry)).writes)
        writes.extend(self._roll_up())
        writes.extend(self._recount())
        await self.save(writes)

    def _begin(self, entry: AssetEntry, known: Asset | None, loss: CommLoss) -> None:
        """Put an asset into its first state, in which it is not yet known whether it can communicate."""
        now = loss.since
        if entry.asset_type is AssetType.SYSTEM:
            loss = replace(loss, phones=self.concerned())
        if known is None or known.asset_type is not entry.asset_type:
            started = first_state(entry, loss, startup_grace_until=now + self._grace)
        else:
            alarm = known.record(State.NO_COMMUNICATION)
            grace_until = None if alarm is not None and alarm.state.active else now + self._grace
            started = replace(known, facts=replace(known.facts, comm=loss), startup_grace_until=grace_until)
        self._keep(entry, transition(started, TimePassed(), entry.rules, now=now, mint=self._ids).asset)

    def concerned(self) -> int:
        """Return how many phones lose communication with the system: those without a problem of their own."""
        return sum(not self._has_own_loss(phone) for phone in self.catalog.phones)

    def _has_own_loss(self, phone: AssetEntry) -> bool:
        known = self._states.get(phone.asset_id)
        loss = known.facts.comm if known is not None else None
        return bool(phone.own_problem) or (loss is not None and loss.reason not in OF_THE_SYSTEM)

    def _recount(self) -> tuple[Write, ...]:
        """Update the number of phones affected by the system's loss of communication."""
        system = self.catalog.system
        loss = self._states[system.asset_id].facts.comm
        if loss is None or loss.phones == self.concerned():
            return ()
        again = CommLost(loss.reason, loss.detail, loss.hint, self.concerned())
        return self.stage(system.asset_id, again).writes

    async def apply(self, asset_id: str, change: Change) -> Staged:
        """Apply a change and make it durable, now or as soon as the database allows it."""
        staged = self.stage(asset_id, change)
        await self.save(staged.writes)
        return staged

    async def commit(self, staged: Sequence[Write], others: Sequence[Write] = ()) -> None:
        """Commit staged writes together with others.

        Raises:
            StoreUnavailableError: nothing was stored; the staged writes are kept until the database works, the others
                must be submitted again by the caller.
            UnstorableError: nothing was stored, and these writes never can be.
        """
        before, self._unsaved = self._unsaved, []
        try:
            await self._commit_behind(before, [*staged, *others])
        except UnstorableError:
            raise
        except StoreUnavailableError as exc:
            self._unsaved = [*before, *staged, *self._unsaved]
            self.store_failed(str(exc))
            raise
        self._store_works()

    async def _commit_behind(self, before: Sequence[Write], writes: Sequence[Write]) -> None:
        """Commit writes together with earlier pending ones; pending writes that can never be stored are dropped."""
        try:
            await self._store.commit([*before, *writes])
        except UnstorableError:
            if not before:
                raise
            for write in before:
                with suppress(UnstorableError):  # the store has logged it
                    await self._store.commit([write])
            await self._store.commit(writes)

    async def save(self, writes: Sequence[Write]) -> None:
        """Commit staged writes, if any, or keep them until the database works."""
        if not writes and not self._unsaved:
            return
        with suppress(StoreUnavailableError):
            await self.commit(writes)

    def take_back(self, before: Sequence[Asset], staged: Sequence[Write]) -> None:
        """Undo a staged change that could not be stored, unless something else has changed the asset since."""
        saved = {write.asset_id: write for write in staged if isinstance(write, Asset)}
        for asset in before:
            entry = self.catalog.entries.get(asset.asset_id)
            if entry is not None and self._states.get(asset.asset_id) is saved.get(asset.asset_id):
                self._keep(entry, asset)

    def stage(self, asset_id: str, change: Change) -> Staged:
        """Apply a change in memory and roll it up to the system; return the writes to commit.

        Every accepted message clears faults, of which there are rarely any, so that case is cheap. An asset that no
        longer exists, or that a message never had (``""``), does not change.
        """
        entry = self.catalog.entries.get(asset_id)
        if entry is None:
            return Staged()
        before = self._states[asset_id]
        if isinstance(change, FaultCleared) and not before.facts.faults:
            return Staged()
        changed = transition(before, change, entry.rules, now=self._clock.now(), mint=self._ids)
        writes: list[Write] = []
        if changed.asset != before:
            self._keep(entry, changed.asset)
            writes.append(changed.asset)
            _log.debug(
                "asset_changed",
                topic=LogTopic.STATE,
                asset_id=asset_id,
                cause=type(change).__name__,
                changes=partial(differences, before, changed.asset),
            )
        for asset_event in changed.asset_events:
            writes.append(self.event(entry, asset_event))
            if asset_event.name in _LOGGED:
                level, log_event = _LOGGED[asset_event.name]
                fields = {name.lower(): value for name, value in asset_event.parameters.items()}
                _log.log(level, log_event, asset_id=entry.asset_id, **fields)
            if asset_event.name == "StateChanged":
                writes.append(self.audit(entry, changed.asset.status, "Status changed"))
        if entry.asset_type is AssetType.PHONE:
            writes.extend(self._roll_up())
        return Staged(tuple(writes), changed.result, changed.why)

    def event(
        self, entry: AssetEntry, asset_event: AssetEvent, *, event_id: str = "", occurred_at: datetime | None = None
    ) -> Event:
        """Wrap an asset event as an event, with the asset's current values as its initial values."""
        now = self._clock.now()
        asset = self._states[entry.asset_id]
        return Event(
            event_id=event_id or self._ids(),
            asset_id=entry.asset_id,
            item_id=entry.item_id,
            item_type=entry.asset_type.value,
            name=asset_event.name,
            parameters=asset_event.parameters,
            initial={
                "Item ID": entry.item_id,
                "Item Type": entry.asset_type.value,
                "Name": entry.caption,
                "Status": asset.status,
            },
            occurred_at=occurred_at or now,
            observed_at=now,
        )

    def audit(
        self, entry: AssetEntry, command_or_status: str, action: str, *, computer: str = "", user: str = "driver"
    ) -> AuditEntry:
        """Return an audit entry about an asset."""
        return AuditEntry(
            at=self._clock.now(),
            device_type=entry.asset_type.value,
            command_or_status=command_or_status,
            action=action,
            computer=computer,
            user_name=user,
            location=entry.location,
        )

    def reclock(self, step: timedelta) -> None:
        """Recompute due times after the wall clock was set."""
        for entry in self.catalog.entries.values():
            before = self._states[entry.asset_id]
            after = reclocked(before, step)
            if after != before:
                self._keep(entry, after)
                self._unsaved.append(after)
        self._timer.set()

    async def run(self) -> None:
        """Apply what time changes: masks that end, faults that have been held long enough, the startup grace."""
        while True:
            now = self._clock.now()
            over = [asset_id for asset_id, due in self._due.items() if due <= now]
            await self.save([write for asset_id in over for write in self.stage(asset_id, TimePassed()).writes])
            again = [self._clock.now() + STORE_PAUSE] if self._unsaved else []
            await self._activity.rest(self._timer, min([*self._due.values(), *again], default=None))

    def store_failed(self, detail: str) -> None:
        """Show on the system that the database fails; this fault, too, is stored only once the database works."""
        raised = FaultRaised(FaultCause.STORE_UNAVAILABLE, CauseKind.STANDING, detail, hint="a working database")
        system = self.catalog.system.asset_id
        if not any(fault.cause is FaultCause.STORE_UNAVAILABLE for fault in self._states[system].facts.faults):
            self._unsaved.extend(self.stage(system, raised).writes)
            self._timer.set()

    def _store_works(self) -> None:
        system = self.catalog.system.asset_id
        if any(fault.cause is FaultCause.STORE_UNAVAILABLE for fault in self._states[system].facts.faults):
            cleared = FaultCleared(CauseKind.STANDING, (FaultCause.STORE_UNAVAILABLE,))
            self._unsaved.extend(self.stage(system, cleared).writes)
            self._timer.set()

    def _roll_up(self) -> tuple[Write, ...]:
        system = self.catalog.system
        change = self._phones.change(self._states[system.asset_id], self.catalog)
        return self.stage(system.asset_id, change).writes if change is not None else ()

    def _keep(self, entry: AssetEntry, asset: Asset) -> None:
        super()._keep(entry, asset)
        due = next_due(asset, entry.rules)
        if due is None:
            self._due.pop(entry.asset_id, None)
        elif self._due.get(entry.asset_id) != due:
            self._due[entry.asset_id] = due
            self._timer.set()
