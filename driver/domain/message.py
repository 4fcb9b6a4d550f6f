"""A message as Twilio has it, in either direction, and what a receipt says about one."""

from dataclasses import dataclass
from datetime import datetime

from driver.domain.message_status import MessageStatus

#: Twilio's SIDs are never longer.
MAX_SID = 64


@dataclass(frozen=True, slots=True)
class Message:
    """A message as Twilio last reported it. ``execution_id`` and ``asset_id`` are empty for inbound ones."""

    sid: str
    direction: str
    from_number: str
    to_number: str
    body: str
    status: MessageStatus
    created_at: datetime
    updated_at: datetime
    execution_id: str = ""
    asset_id: str = ""
    error_code: int | None = None
    segments: int | None = None
    media: tuple[str, ...] = ()


def is_sid(text: str) -> bool:
    """Return whether a text can be a Twilio SID."""
    return 0 < len(text) <= MAX_SID and text.isascii() and text.isalnum()


def received_message(
    sid: str, from_number: str, to_number: str, *, body: str, at: datetime, media: tuple[str, ...] = ()
) -> Message:
    """Return a message that somebody sent to one of our numbers."""
    status = MessageStatus.RECEIVED
    return Message(sid, "inbound", from_number, to_number, body, status, created_at=at, updated_at=at, media=media)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What Twilio reports about one of our messages: its status. The numbers are empty where they are not needed."""

    sid: str
    status: str
    error_code: int | None = None
    from_number: str = ""
    to_number: str = ""
