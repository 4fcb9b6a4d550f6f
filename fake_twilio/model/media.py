"""What is attached to messages: media with their content, and feedback about delivery.

Source: Twilio's API reference, Media and MessageFeedback.
"""

from datetime import datetime

from fake_twilio.records import dataclass

IMAGE_LIMIT = 5 * 1024 * 1024
"""The size limit, in bytes, of a JPEG, PNG or GIF, and of all media of a message together."""

OTHER_LIMIT = 500 * 1024
"""The size limit, in bytes, of any other media type."""

_LARGE_TYPES = frozenset({"image/jpeg", "image/png", "image/gif"})


@dataclass(frozen=True, slots=True)
class Media:
    """A media file of a message."""

    sid: str
    account_sid: str
    parent_sid: str
    content_type: str
    content: bytes
    created: datetime
    updated: datetime


@dataclass(frozen=True, slots=True)
class Feedback:
    """Whether the recipient is known to have received a message."""

    sid: str
    account_sid: str
    outcome: str
    created: datetime
    updated: datetime


def size_limit(content_type: str) -> int:
    """Return the size limit, in bytes, of a media type."""
    return IMAGE_LIMIT if content_type.partition(";")[0].strip().lower() in _LARGE_TYPES else OTHER_LIMIT
