"""Rolls phones up to the system: it is in Fault while any phone is, with one fault however many phones there are."""

from driver.domain.asset import Asset
from driver.domain.asset_changes import FaultCleared, FaultRaised
from driver.domain.facts import CauseKind, FaultCause
from driver.services.asset_catalog import AssetCatalog


class SystemRollup:
    """Tracks which phones are in Fault and not masked; ``wanted`` is whether the system follows them."""

    def __init__(self, *, wanted: bool) -> None:
        self.wanted = wanted
        self._faulty: set[str] = set()

    def note(self, phone: Asset) -> None:
        """Record a phone's state."""
        faulty = bool(phone.facts.faults) and phone.facts.mask is None
        (self._faulty.add if faulty else self._faulty.discard)(phone.asset_id)

    def forget(self, asset_id: str) -> None:
        """Remove a phone that no longer exists."""
        self._faulty.discard(asset_id)

    @property
    def faulty(self) -> frozenset[str]:
        """The phones that are in Fault and not masked."""
        return frozenset(self._faulty)

    def change(self, system: Asset, catalog: AssetCatalog) -> FaultRaised | FaultCleared | None:
        """Return the change that makes the system reflect its phones; None if it already does."""
        known = next((fault for fault in system.facts.faults if fault.cause is FaultCause.CHILD_FAULT), None)
        if not self._faulty or not self.wanted:
            return FaultCleared(CauseKind.STANDING, (FaultCause.CHILD_FAULT,)) if known else None
        words, hint = self._words(catalog)
        if known is not None and known.detail == words:
            return None
        return FaultRaised(FaultCause.CHILD_FAULT, CauseKind.STANDING, words, hint=hint)

    def _words(self, catalog: AssetCatalog) -> tuple[str, str]:
        """Return what is wrong, and what to do about it."""
        count = len(self._faulty)
        if count > 1:
            return f"{count} phones are in Fault", "Clear the faults of these phones"
        caption = catalog.entries[min(self._faulty)].caption
        return f"the phone {caption} is in Fault", f"Clear the fault of phone {caption}"
