"""Events of an asset's state, including the driver's own beside the documented ones, and the result of a change."""

from collections.abc import Mapping
from dataclasses import dataclass

from driver.domain.alarms import AlarmRecord
from driver.domain.asset import Asset, active_states, true_states
from driver.domain.commands import CommandResult
from driver.domain.explanations import reason
from driver.domain.facts import Condition

CONDITION_FOUND = "ConditionFound"
CONDITION_ENDED = "ConditionEnded"
FAILOVER_NOTICE = "FailoverNotice"


@dataclass(frozen=True, slots=True)
class AssetEvent:
    """Something worth an event: its name and its parameters by display name."""

    name: str
    parameters: Mapping[str, object]


def state_changed(after: Asset, previous: str) -> AssetEvent:
    """Return the event for a change of the shown status."""
    return AssetEvent(
        "StateChanged",
        {
            "Status": after.status,
            "Previous Status": previous,
            "Active States": sorted(active_states(after)),
            "True States": sorted(true_states(after.facts)),
            "Reason": reason(after),
        },
    )


def failover_notice(address: str, previous: str, term: int) -> AssetEvent:
    """Return the event that the driver at ``address`` took over from ``previous``; ``term`` counts the takeovers."""
    return AssetEvent(FAILOVER_NOTICE, {"Server Address": address, "Previous Server Address": previous, "Term": term})


def condition_event(name: str, condition: Condition) -> AssetEvent:
    """Return the event that a probe found a condition, or that the condition is over (``name`` says which)."""
    return AssetEvent(
        name, {"Condition": condition.cause.value, "Explanation": condition.detail, "Hint": condition.hint}
    )


def alarm_event(name: str, asset: Asset, record: AlarmRecord) -> AssetEvent:
    """Return an event of one alarm: raised, masked, repeated, acknowledged, cleared or reset (``name`` says which)."""
    return AssetEvent(
        name,
        {
            "Alarm ID": record.alarm_id,
            "Alarm Type": record.alarm_type,
            "Alarm Status": record.status.value,
            "Count": record.count,
            "Acknowledged By": record.acked_by,
            "Comment": record.comment,
            "Reason": reason(asset),
        },
    )


@dataclass(frozen=True, slots=True)
class Transition:
    """The result of a change: the asset, its events, and how a command ended (``why`` if it was not simply ok)."""

    asset: Asset
    asset_events: tuple[AssetEvent, ...] = ()
    result: CommandResult = CommandResult.OK
    why: str = ""
