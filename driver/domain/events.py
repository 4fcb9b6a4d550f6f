"""Events as the platform's workflows see them: immutable snapshots under the documented display names."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from driver.domain.commands import MESSAGE_CONTENT, SOURCE_PHONE_NUMBER, AssetType
from driver.domain.message import Message

MESSAGE_RECEIVED = "Message Received"
MESSAGE_RECEIVED_FROM_EXTERNAL = "Message Received from External Number"
DESTINATION_PHONE_NUMBER = "Destination Phone Number"
RECEIVED_TIMESTAMP = "Received Timestamp"
#: Not a documented parameter; only present when a message carries media.
MEDIA = "Media"

MESSAGE_ACCEPTED = "MessageAccepted"
MESSAGE_DELIVERED = "MessageDelivered"
MESSAGE_FAILED = "MessageFailed"
#: A rule's message was deliberately not sent: it is no longer true, or a limit forbids it.
MESSAGE_DROPPED = "MessageDropped"
#: A person canceled a message while it waited.
MESSAGE_CANCELED = "MessageCanceled"
#: Tables or assets were imported.
TABLES_CHANGED = "TablesChanged"


@dataclass(frozen=True, slots=True)
class Event:
    """One event of one item.

    ``initial`` is the item as it was when the event occurred (the workflow's *Initial* values), and never changes.
    ``occurred_at`` is Twilio's time if Twilio has one, ``observed_at`` the driver's.
    """

    event_id: str
    asset_id: str
    item_id: str
    item_type: str
    name: str
    parameters: Mapping[str, object]
    initial: Mapping[str, object]
    occurred_at: datetime
    observed_at: datetime
    seq: int = 0


def iso(moment: datetime) -> str:
    """Format a moment as the interfaces promise: ISO 8601, UTC, milliseconds, ``Z``."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def received_parameters(asset_type: AssetType, message: Message) -> dict[str, object]:
    """Return the documented parameters of a received message: four for the system, two for a phone."""
    parameters: dict[str, object] = {}
    if asset_type is AssetType.SYSTEM:
        parameters[SOURCE_PHONE_NUMBER] = message.from_number
        parameters[DESTINATION_PHONE_NUMBER] = message.to_number
    parameters[MESSAGE_CONTENT] = message.body
    parameters[RECEIVED_TIMESTAMP] = iso(message.created_at)
    if message.media:
        parameters[MEDIA] = list(message.media)
    return parameters


def item_id(system_id: str, asset_type: AssetType, asset_id: str) -> str:
    """Return the platform's path of an item, for example ``IntegratedSystems/twilio/Phone/guard-desk``."""
    system = f"IntegratedSystems/{system_id}"
    return system if asset_type is AssetType.SYSTEM else f"{system}/{asset_type.value}/{asset_id}"


@lru_cache
def alias(display_name: str) -> str:
    """Return the stable camelCase form of a display name: ``Source Phone Number`` becomes ``sourcePhoneNumber``."""
    words: list[str] = re.findall(r"[A-Za-z0-9]+", display_name)
    first, rest = words[0], words[1:]
    if not rest:
        return first[0].lower() + first[1:]
    return first.lower() + "".join(word.capitalize() for word in rest)
