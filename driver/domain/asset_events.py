"""Events of an asset's state, the driver's own beside the documented ones, and what a change made of the asset."""

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
    """Tell that another status is shown."""
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
    """Tell that the driver at ``address`` took over from the one at ``previous``, and how often the lead went over."""
    return AssetEvent(FAILOVER_NOTICE, {"Server Address": address, "Previous Server Address": previous, "Term": term})


def condition_event(name: str, condition: Condition) -> AssetEvent:
    """Tell that a probe found a condition, or that it is over (``name`` says which)."""
    return AssetEvent(
        name, {"Condition": condition.cause.value, "Explanation": condition.detail, "Hint": condition.hint}
    )


def alarm_event(name: str, asset: Asset, record: AlarmRecord) -> AssetEvent:
    """Tell of one alarm: raised, masked, repeated, acknowledged, cleared or reset (``name`` says which)."""
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
    """The asset after a change, what happened on the way, and how a command ended (``why`` if not plainly ok)."""

    asset: Asset
    asset_events: tuple[AssetEvent, ...] = ()
    result: CommandResult = CommandResult.OK
    why: str = ""
