"""What a failover client yields besides frames of the stream: changes and losses of the connection."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from driver.api.models import AssetModel, CommunicationModel
from driver.domain.facts import CommReason
from driver.domain.status_table import State

FAILOVER_STATUS_CHANGED = "Failover Status Changed"


class ConnectionState(StrEnum):
    """The platform's Connection State, with the platform's names."""

    INITIATED = "Initiated"
    CONNECTION_SUCCEEDED = "Connection Succeeded"
    CONNECTION_FAILED = "Connection Failed"
    DISCONNECTED = "Disconnected"
    RECOVERY_STARTED = "Recovery Started"
    RECOVERY_TO_FAILOVER = "Recovery to Failover"
    RECOVERY_TO_PRIMARY = "Recovery to Primary"


@dataclass(frozen=True, slots=True)
class StatusChanged:
    """The platform's trigger *Failover Status Changed*. ``reason`` is our addition, for people."""

    server_address: str
    state: ConnectionState
    system_id: str = ""
    reason: str = ""

    def properties(self) -> Mapping[str, str]:
        """Return the trigger's properties by display name; values that are not known yet are empty."""
        return {
            "Item ID": f"IntegratedSystems/{self.system_id}" if self.system_id else "",
            "Item Type": "IntegratedSystem",
            "Name": FAILOVER_STATUS_CHANGED,
            "System ID": self.system_id,
            "System Name": "Twilio SMS",
            "Server Address": self.server_address,
            "Connection State": self.state.value,
        }


@dataclass(frozen=True, slots=True)
class Lost:
    """The stream was lost, so the state of the assets is unknown: all show No Communication, with the reason.

    Only the client can report this; a driver that has gone cannot.
    """

    assets: Sequence[AssetModel]


def unknown(asset: AssetModel, now: datetime) -> AssetModel:
    """Return an asset as shown when its driver does not respond."""
    states = [State.NO_COMMUNICATION]
    reason = CommReason.DRIVER_STOPPED
    comm = CommunicationModel(reason=reason, detail="the driver does not respond", hint="", since=now)
    facts = asset.facts.model_copy(update={"comm": comm})
    shown = {"status": states[0].value, "active_states": states, "true_states": states, "reason": reason.value}
    return asset.model_copy(update={**shown, "facts": facts})
