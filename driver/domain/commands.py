"""The commands of the platform's driver page: their display names, parameters and outcomes."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class AssetType(StrEnum):
    """What takes commands: the integrated system itself, and its phones."""

    SYSTEM = "System"
    PHONE = "Phone"


class Command(StrEnum):
    """Display names of the commands."""

    SEND_MESSAGE = "Send Message"
    MASK = "Mask"
    ACKNOWLEDGE = "Acknowledge"
    RESET = "Reset"
    CANCEL = "Cancel"


MESSAGE_CONTENT = "Message Content"
DESTINATION_NUMBER = "Destination Number"
SOURCE_PHONE_NUMBER = "Source Phone Number"
#: Not among the platform's parameters; an optional note that goes into the alarm record and the audit.
COMMENT = "Comment"
#: Not among the platform's parameters; the one alarm to acknowledge. Without it, Acknowledge applies to all.
ALARM_ID = "Alarm ID"
#: Not among the platform's parameters; when a mask ends by itself (ISO 8601). Without it a mask lasts until Reset.
UNTIL = "Until"

#: Of Send Message, and only of messages that rules send: the subjects of the message, which is dropped once they end.
ABOUT = "About"


@dataclass(frozen=True, slots=True)
class CommandForm:
    """The parameters a command takes."""

    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = (COMMENT,)


_STATE_COMMANDS: dict[Command, CommandForm] = {
    Command.MASK: CommandForm(optional=(COMMENT, UNTIL)),
    Command.ACKNOWLEDGE: CommandForm(optional=(COMMENT, ALARM_ID)),
    Command.RESET: CommandForm(),
    Command.CANCEL: CommandForm(),
}

#: Commands of an asset, by its type.
ASSET_COMMANDS: Mapping[AssetType, Mapping[Command, CommandForm]] = {
    AssetType.PHONE: {Command.SEND_MESSAGE: CommandForm((MESSAGE_CONTENT,), ()), **_STATE_COMMANDS},
    AssetType.SYSTEM: _STATE_COMMANDS,
}

#: Commands of the system as a workflow sees it.
SYSTEM_COMMANDS: Mapping[Command, CommandForm] = {
    Command.SEND_MESSAGE: CommandForm((MESSAGE_CONTENT, DESTINATION_NUMBER, SOURCE_PHONE_NUMBER), ()),
}

#: Stands in for the command where a received message was set aside; nobody can give it.
RECEIVE_MESSAGE = "Receive Message"


class CommandResult(StrEnum):
    """How a state command ended."""

    OK = "ok"
    NOOP = "noop"
    PARTIAL = "partial"
    REJECTED = "rejected"


class ExecutionState(StrEnum):
    """The state of a command's execution."""

    ACCEPTED = "accepted"
    EXECUTING = "executing"
    SUCCEEDED = "succeeded"
    TERMINATED = "terminated"
    REJECTED = "rejected"
    UNKNOWN = "unknown"

    @property
    def final(self) -> bool:
        """Whether nothing more will happen unless somebody acts."""
        return self not in (ExecutionState.ACCEPTED, ExecutionState.EXECUTING)


#: States of executions that are dead letters until they are requeued, and the result of one that was.
DEAD = (ExecutionState.TERMINATED, ExecutionState.UNKNOWN)
REQUEUED = "requeued"
