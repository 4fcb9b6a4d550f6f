"""What hangs on messages: media with their bytes, and feedback about their arrival.

Source: Twilio's API reference, Media and MessageFeedback.
"""

from dataclasses import dataclass
from datetime import datetime

IMAGE_LIMIT = 5 * 1024 * 1024
"""Bytes that a jpeg, png or gif may have, and all media of a message together."""

OTHER_LIMIT = 500 * 1024
"""Bytes that any other kind of medium may have."""

_LARGE_TYPES = frozenset({"image/jpeg", "image/png", "image/gif"})


@dataclass(frozen=True, slots=True)
class Media:
    """One medium of a message."""

    sid: str
    account_sid: str
    parent_sid: str
    content_type: str
    content: bytes
    created: datetime
    updated: datetime


@dataclass(frozen=True, slots=True)
class Feedback:
    """Whether the recipient is known to have got a message."""

    sid: str
    account_sid: str
    outcome: str
    created: datetime
    updated: datetime


def size_limit(content_type: str) -> int:
    """Return how many bytes a medium of this type may have."""
    return IMAGE_LIMIT if content_type.partition(";")[0].strip().lower() in _LARGE_TYPES else OTHER_LIMIT
