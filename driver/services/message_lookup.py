"""Finds out whether a message exists at Twilio, since no key makes sending it twice harmless."""

from collections.abc import Collection
from datetime import timedelta

import structlog

from driver.domain.body_matching import same_text
from driver.domain.delivery import Found, LookupFailed, NotFound, OutboundMessage
from driver.domain.message_status import NEVER_LEFT
from driver.domain.phone_numbers import is_messaging_service
from driver.domain.send_result import Accepted, Failure, FailureKind
from driver.ports.gateway import GatewayError, RemoteMessage, SmsGateway
from driver.ports.store import Store

_log = structlog.get_logger("driver.reconcile")
#: Twilio's dates have whole seconds, and its clock is known to about a second.
MARGIN = timedelta(seconds=5)


class MessageLookup:
    """Looks for messages in doubt."""

    def __init__(self, store: Store, gateway: SmsGateway) -> None:
        self._store = store
        self._gateway = gateway

    async def look(self, message: OutboundMessage, services: Collection[str]) -> Found | NotFound | LookupFailed:
        """Look for a message that may have been created: same numbers, same text, new enough, and nobody else's.

        ``services`` are the Messaging Services that other messages may be sent from.
        """
        since = (message.first_at or message.created_at) - MARGIN
        try:
            rows = await self._gateway.find(from_number=message.from_number, to_number=message.to_number, since=since)
        except GatewayError as exc:
            _log.warning("cannot look for the message", asset=message.asset_id, detail=exc.detail)
            return LookupFailed(exc.detail)
        alike = [row for row in rows if same_text(message.body, row.body) and _sent_by(message, row, services)]
        known = await self._store.known_messages([row.sid for row in alike])
        return judged([row for row in alike if row.sid not in known])


def judged(rows: Collection[RemoteMessage]) -> Found | NotFound:
    """Return what rows that can only be this message, newest first, show of it.

    A request that Twilio refuses leaves a message of status ``failed`` in its lists (since April 2024), and a message
    that failed never left: neither is a message that was sent, and another one may be.
    """
    for row in rows:
        if row.status not in NEVER_LEFT:
            return Found(Accepted(row.sid, row.status, row.segments))
    for row in rows:
        error = f", error {row.error_code}" if row.error_code else ""
        return NotFound(Failure(FailureKind.REFUSED, f"Twilio lists it as {row.status}{error}", code=row.error_code))
    return NotFound()


def _sent_by(message: OutboundMessage, row: RemoteMessage, services: Collection[str]) -> bool:
    """Return whether a row can come from the sender of a message: a pooled number sends for itself and its service."""
    if is_messaging_service(message.from_number):
        return row.messaging_service_sid in ("", message.from_number)
    return row.messaging_service_sid not in services
