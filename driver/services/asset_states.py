"""The state of every asset, and what can be derived from it, on the active driver and on a standby."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from driver.domain.alarms import AlarmRecord
from driver.domain.asset import Asset
from driver.domain.commands import AssetType
from driver.domain.facts import OF_THE_SYSTEM, CommLoss, Facts, FaultCause
from driver.domain.relevance import Subject, cleared, reworded, why_over
from driver.domain.status_table import State
from driver.services.asset_catalog import AssetCatalog, AssetEntry
from driver.services.system_rollup import SystemRollup


class AssetStates:
    """The states of all assets."""

    def __init__(self, catalog: AssetCatalog, *, rollup: bool = True) -> None:
        self.catalog = catalog
        self._phones = SystemRollup(wanted=rollup)
        self._states: dict[str, Asset] = {}

    def show(self, assets: Iterable[Asset]) -> None:
        """Show states as another driver stored them; assets that are not in the catalog are left out."""
        for asset in assets:
            entry = self.catalog.entries.get(asset.asset_id)
            if entry is not None:
                self._keep(entry, asset)

    def get(self, asset_id: str) -> Asset:
        """Return an asset's state."""
        return self._states[asset_id]

    def why_over(self, subjects: Sequence[Subject]) -> str:
        """Return why a message about these subjects is no longer true, as a clause; empty while any still holds."""
        return why_over(subjects, self._states.get)

    def cleared(self, subjects: Sequence[Subject]) -> bool:
        """Return whether the cause of every alarm among these subjects is over, so that only latches keep them."""
        return cleared(subjects, self._states.get)

    def reworded(self, text: str, subjects: Sequence[Subject]) -> str:
        """Return the text, adding that its alarm is over if only the latch keeps the alarm."""
        return reworded(text, subjects, self._states.get)

    def all(self) -> Sequence[tuple[AssetEntry, Asset]]:
        """Return every asset with its state, the system first."""
        return [(entry, self._states[entry.asset_id]) for entry in self.catalog.entries.values()]

    def cause_of(self, asset: Asset, record: AlarmRecord) -> str:
        """Return the id of the alarm that an alarm follows from; empty if it does not follow from any."""
        system = self._states[self.catalog.system.asset_id]
        cause: AlarmRecord | None = None
        if asset.asset_type is AssetType.PHONE:
            if record.status is State.NO_COMMUNICATION and OF_THE_SYSTEM.issuperset(record.causes):
                cause = system.record(State.NO_COMMUNICATION)
        elif record.causes == (FaultCause.CHILD_FAULT,):
            found = (self._states[phone].record(State.FAULT) for phone in self._phones.faulty)
            cause = min(
                (each for each in found if each), key=lambda each: (each.raised_at, each.alarm_id), default=None
            )
        return cause.alarm_id if cause is not None else ""

    @property
    def system_down(self) -> bool:
        """Whether the system has no communication."""
        return self._states[self.catalog.system.asset_id].facts.comm is not None

    def _keep(self, entry: AssetEntry, asset: Asset) -> None:
        self._states[entry.asset_id] = asset
        if entry.asset_type is AssetType.PHONE:
            self._phones.note(asset)


def first_state(entry: AssetEntry, loss: CommLoss, *, startup_grace_until: datetime | None = None) -> Asset:
    """Return the state of an asset about which nothing is known yet; ``loss`` says since when and why."""
    status = State.NO_COMMUNICATION.value
    return Asset(
        entry.asset_id, entry.asset_type, Facts(comm=loss), status, loss.since, startup_grace_until=startup_grace_until
    )
