"""The differences between two states of one asset, fact by fact and alarm by alarm, for engineers."""

from collections.abc import Iterator

from driver.domain.asset import Asset
from driver.domain.facts import CommLoss, Mask


def differences(before: Asset, after: Asset) -> tuple[str, ...]:
    """Return each difference as ``what: before -> after``; ``-`` stands for nothing."""
    pairs = (
        (what, was.get(what, "-"), now.get(what, "-"))
        for was, now in zip(_parts(before), _parts(after), strict=True)
        for what in was | now
    )
    return tuple(f"{what}: {one} -> {other}" for what, one, other in pairs if one != other)


def _parts(asset: Asset) -> Iterator[dict[str, str]]:
    """Yield the parts of an asset as texts by name: its status, each fault, each condition, and so on."""
    facts = asset.facts
    yield {"status": asset.status, "comm": _comm(facts.comm), "mask": _mask(facts.mask)}
    yield {f"fault {each.cause} ({each.kind})": f"{each.detail}, {each.count} times" for each in facts.faults}
    yield {f"condition {each.cause}": each.detail for each in facts.conditions}
    yield {
        f"alarm {each.alarm_id}": f"{each.status} {each.state} counted {each.count}"
        f"{'' if each.annunciated_at else ', silent'}"
        for each in asset.records
    }
    yield {f"shelf {each.status}": f"by {each.by} until {each.until.isoformat()}" for each in asset.shelves}


def _comm(comm: CommLoss | None) -> str:
    if comm is None:
        return "up"
    return f"{comm.reason} ({comm.detail})" if comm.detail else str(comm.reason)


def _mask(mask: Mask | None) -> str:
    return "-" if mask is None else f"by {mask.by}" + (f" until {mask.until.isoformat()}" if mask.until else "")
