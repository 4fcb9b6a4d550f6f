"""The states an asset can be brought into and the changes it can meet, named as in the transition tables."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from driver.domain.asset import AlarmRules, Asset
from driver.domain.asset_changes import (
    AcknowledgeGiven,
    CancelGiven,
    Change,
    CommLost,
    CommRestored,
    FaultCleared,
    FaultRaised,
    Masked,
    Operator,
    ResetGiven,
)
from driver.domain.asset_events import Transition
from driver.domain.commands import AssetType
from driver.domain.facts import CauseKind, CommReason, Facts, FaultCause
from driver.domain.state_machine import transition
from driver.domain.status_table import State, default_table

START = datetime(2026, 1, 1, tzinfo=UTC)
BY = Operator("ann")

#: The columns of the tables.
CHANGES: Mapping[str, Change] = {
    "F+c": FaultRaised(FaultCause.ACCOUNT_SUSPENDED, CauseKind.STANDING, "the account is suspended"),
    "F+e": FaultRaised(FaultCause.SEND_FAILED, CauseKind.EVENT, "a message could not be sent"),
    "F-": FaultCleared(CauseKind.STANDING),
    "C-": CommLost(CommReason.UNREACHABLE, "no connection"),
    "C+": CommRestored(),
    "Mask": Masked(BY),
    "Ack": AcknowledgeGiven(BY),
    "Reset": ResetGiven(BY),
    "OK": FaultCleared(CauseKind.EVENT, (FaultCause.SEND_FAILED,)),
    "Cancel": CancelGiven(BY),
}

#: The rows of the tables: how to bring a healthy asset into each state.
PATHS: Mapping[str, tuple[str, ...]] = {
    "Normal": (),
    "Standing fault UA": ("F+c",),
    "Fault send UA": ("F+e",),
    "Standing fault AA": ("F+c", "Ack"),
    "Fault send AA": ("F+e", "Ack"),
    "Fault gone UL": ("F+c", "F-"),
    "Fault gone AL": ("F+c", "Ack", "F-"),
    "NoComm UA": ("C-",),
    "NoComm AA": ("C-", "Ack"),
    "Comm back UL": ("C-", "C+"),
    "Comm back AL": ("C-", "Ack", "C+"),
    "Masked, healthy": ("Mask",),
    "Masked over standing fault UA": ("F+c", "Mask"),
}


@dataclass
class Walk:
    """An asset that goes through changes; each step is a second apart, and each alarm gets the next number."""

    rules: AlarmRules
    asset: Asset
    now: datetime = START

    def __post_init__(self) -> None:
        self._numbers = itertools.count(1)

    def step(self, change: Change) -> Transition:
        """Apply one change."""
        self.now += timedelta(seconds=1)
        done = transition(self.asset, change, self.rules, now=self.now, mint=lambda: f"alarm-{next(self._numbers)}")
        self.asset = done.asset
        return done


def healthy(asset_type: AssetType = AssetType.PHONE) -> Asset:
    """Return an asset with nothing wrong."""
    return Asset("a", asset_type, Facts(), State.NORMAL.value, START)


def rules(*, latch: bool, **choices: bool | float) -> AlarmRules:
    """Return rules over the default table."""
    return replace(AlarmRules(table=default_table(latch=latch)), **choices)  # type: ignore[arg-type]


def walk(row: str, *, latch: bool, asset_type: AssetType = AssetType.PHONE, **choices: bool | float) -> Walk:
    """Bring an asset into the state named by a row of the tables."""
    walked = Walk(rules(latch=latch, **choices), healthy(asset_type))
    for name in PATHS[row]:
        walked.step(CHANGES[name])
    return walked


def records(asset: Asset) -> str:
    """Return the states of an asset's alarm records, for example ``UA`` or ``UA AL``."""
    return " ".join(sorted(record.state.value for record in asset.records))
