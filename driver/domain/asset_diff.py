"""The differences between two states of one asset, fact by fact and alarm by alarm, for engineers."""

from driver.domain.alarms import AlarmRecord, Shelf
from driver.domain.asset import Asset
from driver.domain.facts import CommLoss, Condition, Fault, Mask


def differences(before: Asset, after: Asset) -> tuple[str, ...]:
    """Return each difference as ``what: before -> after``; ``-`` stands for nothing."""
    pairs = [
        ("status", before.status, after.status),
        ("comm", _comm(before.facts.comm), _comm(after.facts.comm)),
        ("mask", _mask(before.facts.mask), _mask(after.facts.mask)),
    ]
    was, now = (
        {_key(fault): fault for fault in before.facts.faults},
        {_key(fault): fault for fault in after.facts.faults},
    )
    pairs += [(f"fault {key}", _fault(was.get(key)), _fault(now.get(key))) for key in dict.fromkeys([*was, *now])]
    found = {condition.cause: condition for condition in before.facts.conditions}
    holds = {condition.cause: condition for condition in after.facts.conditions}
    pairs += [
        (f"condition {cause}", _condition(found.get(cause)), _condition(holds.get(cause)))
        for cause in dict.fromkeys([*found, *holds])
    ]
    old, new = {r.alarm_id: r for r in before.records}, {r.alarm_id: r for r in after.records}
    pairs += [(f"alarm {key}", _record(old.get(key)), _record(new.get(key))) for key in dict.fromkeys([*old, *new])]
    put, kept = {s.status: s for s in before.shelves}, {s.status: s for s in after.shelves}
    pairs += [(f"shelf {key}", _shelf(put.get(key)), _shelf(kept.get(key))) for key in dict.fromkeys([*put, *kept])]
    return tuple(f"{what}: {one} -> {other}" for what, one, other in pairs if one != other)


def _comm(comm: CommLoss | None) -> str:
    if comm is None:
        return "up"
    return f"{comm.reason} ({comm.detail})" if comm.detail else str(comm.reason)


def _mask(mask: Mask | None) -> str:
    return "-" if mask is None else f"by {mask.by}" + (f" until {mask.until.isoformat()}" if mask.until else "")


def _key(fault: Fault) -> str:
    return f"{fault.cause} ({fault.kind})"


def _fault(fault: Fault | None) -> str:
    return "-" if fault is None else f"{fault.detail}, {fault.count} times"


def _condition(condition: Condition | None) -> str:
    return "-" if condition is None else condition.detail


def _record(record: AlarmRecord | None) -> str:
    if record is None:
        return "-"
    silent = "" if record.annunciated_at else ", silent"
    return f"{record.status} {record.state} counted {record.count}{silent}"


def _shelf(shelf: Shelf | None) -> str:
    return "-" if shelf is None else f"by {shelf.by} until {shelf.until.isoformat()}"
