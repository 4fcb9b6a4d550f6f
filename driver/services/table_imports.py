"""Imports table files while everything runs: checked as a whole, committed with an audit entry, then applied.

No message waits for an import and no connection breaks: messages already accepted carry their numbers, and assets that
remain keep their states.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from driver.config.models import DriverConfig, SystemConfig
from driver.config.phones import PhoneConfig
from driver.domain.asset import AlarmRules
from driver.domain.asset_changes import Operator
from driver.domain.asset_events import AssetEvent
from driver.domain.events import TABLES_CHANGED
from driver.errors import TableChangedError
from driver.ports.store import SetMark, Store, Write
from driver.services.assets import Assets
from driver.services.tables import Tables, mark
from driver.tables.csv_file import Sheet
from driver.tables.diff import ChangeKind
from driver.tables.models import TableKind
from driver.tables.plan import Mode, Plan, plan
from driver.tables.schemas import SCHEMAS

_AUDIT_NAMES = {TableKind.STATUS: "Status Tables", TableKind.COMMAND: "Command Tables", TableKind.ASSET: "Assets"}

Reconfigure = Callable[[SystemConfig, Sequence[PhoneConfig], Callable[[str], AlarmRules]], Awaitable[None]]
"""Applies a new system, new phones and new rules for each asset while everything runs."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, or would do: the plan, and the version of the table that it was made for or resulted in."""

    plan: Plan
    version: str


async def preview(tables: Tables, kind: TableKind, sheet: Sheet, *, mode: Mode) -> Imported:
    """Return what an import would do.

    Raises:
        TableError: the file cannot be imported.
    """
    version = tables.version(kind)
    made = await asyncio.to_thread(plan, SCHEMAS[kind], tables.project, sheet, mode=mode, context=tables.context)
    return Imported(made, version)


class TableImports:
    """Applies imports, one at a time."""

    def __init__(self, tables: Tables, store: Store, assets: Assets, *, reconfigure: Reconfigure) -> None:
        self.tables = tables
        self._store = store
        self._assets = assets
        self._reconfigure = reconfigure
        self._one_at_a_time = asyncio.Lock()

    async def apply(self, kind: TableKind, sheet: Sheet, mode: Mode, *, by: Operator, version: str) -> Imported:
        """Import a file.

        Args:
            kind: What is imported.
            sheet: The file.
            mode: What happens to rows that the file does not contain.
            by: Who imports, for the audit.
            version: The version that the caller saw; empty if it does not matter.

        Raises:
            TableError: the file cannot be imported; nothing was changed.
            TableChangedError: the table has changed meanwhile; nothing was changed.
            StoreUnavailableError: it cannot be stored; nothing was changed.
        """
        async with self._one_at_a_time:
            if version and version != self.tables.version(kind):
                raise TableChangedError(f"the {kind.value} tables have changed meanwhile; review the difference again")
            made = (await preview(self.tables, kind, sheet, mode=mode)).plan
            if made.changes:
                await self._store.commit(self._writes(kind, made, by))
                self.tables.apply(kind, made.after)
                await self._hand_over()
            return Imported(made, self.tables.version(kind))

    async def reload(self, config: DriverConfig, others: Callable[[DriverConfig], None]) -> None:
        """Apply the system, phones and state settings of a new configuration; what was imported stays.

        ``others`` applies the configuration everywhere else, once it is certain that this can be done.

        Raises:
            StartError: it contradicts what is stored; nothing was changed.
        """
        async with self._one_at_a_time:
            self.tables.configure(config)
            others(config)
            await self._hand_over()

    async def _hand_over(self) -> None:
        await self._reconfigure(self.tables.system, self.tables.phones, self.tables.rules_of)

    def _writes(self, kind: TableKind, made: Plan, by: Operator) -> Sequence[Write]:
        counts = {change: sum(c.kind is change for c in made.changes) for change in ChangeKind}
        words = ", ".join(f"{count} {change.value}" for change, count in counts.items() if count)
        system = self._assets.catalog.system
        asset_event = AssetEvent(
            TABLES_CHANGED,
            {"Table": kind.value, "User": by.user} | {change.value.capitalize(): n for change, n in counts.items()},
        )
        audit = self._assets.audit(
            system, _AUDIT_NAMES[kind], f"Imported: {words}", computer=by.workstation, user=by.user or "anonymous"
        )
        return [
            SetMark(mark(kind), self.tables.remembered_as(kind, made.after)),
            audit,
            self._assets.event(system, asset_event),
        ]
