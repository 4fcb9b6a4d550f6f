"""Reading rows, including those with the names of older drivers."""

from datetime import UTC, datetime

from driver.domain.facts import CauseKind, FaultCause
from driver.store.row_codec import asset_record

OLD = (
    '{"asset_id":"twilio","asset_type":"System","facts":{"comm":null,"faults":[{"cause":"store_trouble",'
    '"kind":"condition","detail":"the disk is full","since":"2026-01-01T00:00:05Z","last_seen":"2026-01-01T00:00:05Z"}]'
    ',"mask":null,"conditions":[]},"status":"Fault","since":"2026-01-01T00:00:05Z","records":[],'
    '"held_until":"2026-01-01T00:00:30Z"}'
)


def test_an_asset_is_read_under_its_older_names() -> None:
    asset = asset_record({"asset_id": "twilio", "state": OLD})
    [fault] = asset.facts.faults
    assert (fault.cause, fault.kind) == (FaultCause.STORE_UNAVAILABLE, CauseKind.STANDING)
    assert asset.startup_grace_until == datetime(2026, 1, 1, 0, 0, 30, tzinfo=UTC)
