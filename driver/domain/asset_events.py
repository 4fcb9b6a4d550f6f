"""What happens to an asset's state, told with display names: the driver's own events beside the documented ones."""

from collections.abc import Mapping
from dataclasses import dataclass

from driver.domain.alarms import AlarmRecord
from driver.domain.asset import Asset, active_states, true_states
from driver.domain.explanations import reason
from driver.domain.facts import Condition

CONDITION_FOUND = "ConditionFound"
CONDITION_ENDED = "ConditionEnded"
FAILOVER_NOTICE = "FailoverNotice"


@dataclass(frozen=True, slots=True)
class Happening:
    """Something worth an event: its name and its parameters by display name."""

    name: str
    parameters: Mapping[str, object]


def state_changed(after: Asset, previous: str) -> Happening:
    """Tell that another status is shown."""
    return Happening(
        "StateChanged",
        {
            "Status": after.status,
            "Previous Status": previous,
            "Active States": sorted(active_states(after)),
            "True States": sorted(true_states(after.facts)),
            "Reason": reason(after),
        },
    )


def failover_notice(address: str, previous: str, term: int) -> Happening:
    """Tell that the driver at ``address`` took over from the one at ``previous``, and how often the lead went over."""
    return Happening(FAILOVER_NOTICE, {"Server Address": address, "Previous Server Address": previous, "Term": term})


def condition_happening(name: str, condition: Condition) -> Happening:
    """Tell that a probe found a condition, or that it is over (``name`` says which)."""
    return Happening(
        name, {"Condition": condition.cause.value, "Explanation": condition.detail, "Hint": condition.hint}
    )


def alarm_happening(name: str, asset: Asset, record: AlarmRecord) -> Happening:
    """Tell of one alarm: raised, masked, repeated, acknowledged, cleared or reset (``name`` says which)."""
    return Happening(
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
