"""What a failover client tells: frames of the stream, how the connection stands, and that nothing is known any more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Frame = dict[str, Any]
FAILOVER_STATUS_CHANGED = "Failover Status Changed"


class ConnectionState(StrEnum):
    """The platform's Connection State, by its own names."""

    INITIATED = "Initiated"
    CONNECTION_SUCCEEDED = "Connection Succeeded"
    CONNECTION_FAILED = "Connection Failed"
    DISCONNECTED = "Disconnected"
    RECOVERY_STARTED = "Recovery Started"
    RECOVERY_TO_FAILOVER = "Recovery to Failover"
    RECOVERY_TO_PRIMARY = "Recovery to Primary"


@dataclass(frozen=True, slots=True)
class StatusChanged:
    """The platform's trigger *Failover Status Changed*. ``reason`` is ours: why, in words."""

    server_address: str
    state: ConnectionState
    system_id: str = ""
    reason: str = ""

    def properties(self) -> Mapping[str, str]:
        """Return the trigger's properties by their display names; what is not known yet is empty."""
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
    """The stream is lost, so nothing is known: every asset is shown as No Communication, with this reason.

    Only a client can say so; a driver that is gone cannot.
    """

    assets: Sequence[Frame]


def unknown(asset: Frame) -> Frame:
    """Return an asset of whose driver nothing is heard."""
    states = ["No Communication"]
    lost = {"reason": "DRIVER_STOPPED", "detail": "the driver does not answer"}
    told = {"status": states[0], "activeStates": states, "trueStates": states, "reason": "DRIVER_STOPPED"}
    return {**asset, **told, "facts": {**asset.get("facts", {}), "comm": lost}}
