"""The life cycle of a message at Twilio: its statuses, which are final, and why a status never moves back."""

from enum import StrEnum


class MessageStatus(StrEnum):
    """Twilio's statuses (Twilio documentation, "Message resource", status values)."""

    ACCEPTED = "accepted"
    SCHEDULED = "scheduled"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    PARTIALLY_DELIVERED = "partially_delivered"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    READ = "read"
    CANCELED = "canceled"
    RECEIVING = "receiving"
    RECEIVED = "received"


#: How far along a status is. Receipts arrive late, twice and out of order, so only a higher rank replaces a lower one.
RANK: dict[MessageStatus, int] = {
    MessageStatus.SCHEDULED: 0,
    MessageStatus.ACCEPTED: 1,
    MessageStatus.QUEUED: 2,
    MessageStatus.SENDING: 3,
    MessageStatus.SENT: 4,
    MessageStatus.PARTIALLY_DELIVERED: 5,
    MessageStatus.DELIVERED: 6,
    MessageStatus.UNDELIVERED: 6,
    MessageStatus.FAILED: 6,
    MessageStatus.CANCELED: 6,
    MessageStatus.READ: 7,
    MessageStatus.RECEIVING: 0,
    MessageStatus.RECEIVED: 6,
}

#: Statuses after which Twilio reports nothing more that matters here.
FINAL = frozenset(status for status, rank in RANK.items() if rank >= 6)

#: Final statuses that mean the message did not reach the handset.
LOST = frozenset({MessageStatus.UNDELIVERED, MessageStatus.FAILED, MessageStatus.CANCELED})

#: Statuses of a message that never left Twilio; one that Twilio refused to create is listed as failed, too.
NEVER_LEFT = frozenset({MessageStatus.FAILED, MessageStatus.CANCELED})


def advance(current: MessageStatus, reported: MessageStatus) -> MessageStatus:
    """Return the status after a report: whichever is further along; of two final ones, the one known first."""
    return reported if RANK[reported] > RANK[current] else current
