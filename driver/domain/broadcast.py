"""A broadcast: one message to several phones, sent as one command, and the progress of each phone's message."""

import json
from collections.abc import Sequence
from enum import StrEnum

from driver.domain.commands import DEAD, ExecutionState
from driver.domain.delivery import CANCELED as TAKEN_BACK
from driver.domain.execution import Execution
from driver.domain.message_status import LOST, MessageStatus

#: The scope of a broadcast's own execution; the executions of its messages belong to their assets.
BROADCAST = "broadcast"
#: The parameter of a broadcast's own execution that names its phones.
PHONES = "Phones"


class Progress(StrEnum):
    """The progress of one phone's message, for people."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    CANCELED = "canceled"
    UNKNOWN = "unknown"


_OF_STATUS = {
    MessageStatus.SENT: Progress.SENT,
    MessageStatus.PARTIALLY_DELIVERED: Progress.SENT,
    MessageStatus.DELIVERED: Progress.DELIVERED,
    MessageStatus.READ: Progress.DELIVERED,
}


def progress_of(execution: Execution, status: MessageStatus | None) -> Progress:
    """Return the progress of a message, from its execution and from the last status that Twilio reported."""
    if not execution.state.final:
        return Progress.WAITING
    if execution.result == TAKEN_BACK:
        return Progress.CANCELED
    if execution.state is ExecutionState.UNKNOWN:
        return Progress.UNKNOWN
    if execution.state in (*DEAD, ExecutionState.REJECTED) or status in LOST:
        return Progress.FAILED
    return Progress.ACCEPTED if status is None else _OF_STATUS.get(status, Progress.ACCEPTED)


def named_phones(asset_ids: Sequence[str]) -> str:
    """Return the phones of a broadcast as a parameter value."""
    return json.dumps(list(asset_ids))


def command_ids(broadcast: Execution) -> list[str]:
    """Return the command ids of a broadcast's messages, in the order of its phones."""
    return [command_id(broadcast, asset_id) for asset_id in json.loads(broadcast.parameters[PHONES])]


def command_id(broadcast: Execution, asset_id: str) -> str:
    """Return the command id of one phone's message."""
    return f"{broadcast.execution_id}/{asset_id}"
