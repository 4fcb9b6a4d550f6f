"""What an engineer sees of a change to an asset: every fact and every alarm that differs, and nothing else."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from driver.domain.alarms import AlarmRecord, RecordState, Shelf
from driver.domain.asset import Asset
from driver.domain.asset_diff import differences
from driver.domain.commands import AssetType
from driver.domain.facts import CauseKind, CommLoss, CommReason, Condition, Facts, Fault, FaultCause, Mask
from driver.domain.status_table import State

NOW = datetime(2026, 1, 1, tzinfo=UTC)
WELL = Asset("guard", AssetType.PHONE, Facts(), "Normal", NOW)
FAULT = Fault(FaultCause.SEND_FAILED, CauseKind.EVENT, "not sent", NOW, NOW)
RECORD = AlarmRecord("A1", State.FAULT, "Fault", RecordState.ACTIVE_UNACKED, NOW, NOW, NOW)


@pytest.mark.parametrize(
    ("after", "answer"),
    [
        (WELL, ()),
        (replace(WELL, status="Fault"), ("status: Normal -> Fault",)),
        (
            replace(WELL, facts=Facts(comm=CommLoss(CommReason.TIMEOUT, "no answer", NOW))),
            ("comm: up -> TIMEOUT (no answer)",),
        ),
        (
            replace(WELL, facts=Facts(comm=CommLoss(CommReason.PARENT_DOWN, "", NOW))),
            ("comm: up -> PARENT_DOWN",),
        ),
        (replace(WELL, facts=Facts(mask=Mask("ann", NOW))), ("mask: - -> by ann",)),
        (
            replace(WELL, facts=Facts(mask=Mask("ann", NOW, NOW + timedelta(hours=1)))),
            ("mask: - -> by ann until 2026-01-01T01:00:00+00:00",),
        ),
        (
            replace(WELL, facts=Facts(faults=(replace(FAULT, count=2),))),
            ("fault send_failed (event): - -> not sent, 2 times",),
        ),
        (
            replace(WELL, facts=Facts(conditions=(Condition(FaultCause.TRIAL, "a trial", "", NOW),))),
            ("condition trial: - -> a trial",),
        ),
        (
            replace(WELL, shelves=(Shelf("A1", State.FAULT, "ann", NOW, NOW + timedelta(hours=1)),)),
            ("shelf Fault: - -> by ann until 2026-01-01T01:00:00+00:00",),
        ),
        (replace(WELL, records=(RECORD,)), ("alarm A1: - -> Fault UA counted 1",)),
        (
            replace(WELL, records=(replace(RECORD, annunciated_at=None),)),
            ("alarm A1: - -> Fault UA counted 1, silent",),
        ),
    ],
)
def test_each_difference_is_told_both_ways(after: Asset, answer: tuple[str, ...]) -> None:
    assert differences(WELL, after) == answer
    back = tuple(
        f"{what}: {new} -> {old}" for what, old, new in (line.replace(" -> ", ": ").split(": ", 2) for line in answer)
    )
    assert differences(after, WELL) == back
