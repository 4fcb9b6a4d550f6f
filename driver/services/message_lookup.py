"""Finds out whether a message exists at Twilio, which has no idempotency keys to make resending safe."""

from collections.abc import Collection
from datetime import timedelta

import structlog

from driver.domain.body_matching import same_text
from driver.domain.delivery import Found, LookupFailed, NotFound
from driver.domain.message import Receipt
from driver.domain.message_status import NEVER_LEFT
from driver.domain.outbound_message import OutboundMessage
from driver.domain.phone_numbers import is_messaging_service
from driver.domain.send_result import Accepted, Failure, FailureKind
from driver.ports.gateway import GatewayError, RemoteMessage, SmsGateway
from driver.ports.store import Store
from driver.services.assets import Assets
from driver.services.orphan_receipts import OrphanReceipts
from driver.services.twilio_monitor import TwilioMonitor

_log = structlog.get_logger("driver.lookup")
#: Twilio's dates are in whole seconds, and its clock is known to about a second.
MARGIN = timedelta(seconds=5)


class MessageLookup:
    """Looks up messages in doubt, by a receipt that names one, or else in Twilio's list."""

    def __init__(
        self,
        store: Store,
        gateway: SmsGateway,
        assets: Assets,
        *,
        monitor: TwilioMonitor,
        orphan_receipts: OrphanReceipts,
    ) -> None:
        self._store = store
        self._gateway = gateway
        self._assets = assets
        self._monitor = monitor
        self._orphan_receipts = orphan_receipts
        self._services: set[str] = set()

    def note_sender(self, from_number: str) -> None:
        """Note a Messaging Service that messages are sent from: its messages belong to no other sender."""
        if is_messaging_service(from_number):
            self._services.add(from_number)

    async def look_up(self, message: OutboundMessage) -> Found | NotFound | LookupFailed:
        """Find out whether Twilio has a message that may have been created."""
        receipt = self._orphan_receipts.of(message.execution_id)
        if receipt is not None:
            return await self._named_by(receipt)
        try:
            found = await self._in_list(message)
        except GatewayError as exc:
            _log.warning("lookup_failed", asset_id=message.asset_id, reason=exc.detail)
            return LookupFailed(exc.detail)
        if self._assets.system_down:
            await self._monitor.probe()  # Twilio answers, so a message about the lost connection may be obsolete
        return found

    async def _named_by(self, receipt: Receipt) -> Found | NotFound:
        """Return the message that a receipt names, as Twilio shows it, or else with what the receipt says."""
        try:
            row = await self._gateway.message(receipt.sid)
        except GatewayError:
            row = None
        return Found(Accepted(receipt.sid, receipt.status)) if row is None else judged([row])

    async def _in_list(self, message: OutboundMessage) -> Found | NotFound:
        """Look for a message in Twilio's list: same numbers, same text, new enough, and not of another sender."""
        since = (message.first_at or message.created_at) - MARGIN
        rows = await self._gateway.find(from_number=message.from_number, to_number=message.to_number, since=since)
        others = {*self._services, *self._assets.catalog.messaging_services} - {message.from_number}
        alike = [row for row in rows if same_text(message.body, row.body) and _sent_by(message, row, others)]
        known = await self._store.known_messages([row.sid for row in alike])
        return judged([row for row in alike if row.sid not in known])


def judged(rows: Collection[RemoteMessage]) -> Found | NotFound:
    """Return what rows that can only be this message, newest first, show about it.

    A request that Twilio refuses leaves a message with status ``failed`` in its lists (since April 2024), and a message
    that failed never left: neither was sent, but another row may have been.
    """
    for row in rows:
        if row.status not in NEVER_LEFT:
            return Found(Accepted(row.sid, row.status, row.segments))
    for row in rows:
        error = f", error {row.error_code}" if row.error_code else ""
        return NotFound(Failure(FailureKind.REFUSED, f"Twilio lists it as {row.status}{error}", code=row.error_code))
    return NotFound()


def _sent_by(message: OutboundMessage, row: RemoteMessage, others: Collection[str]) -> bool:
    """Return whether a row can be from a message's sender: a pooled number sends for itself and for its service."""
    if is_messaging_service(message.from_number):
        return row.messaging_service_sid in ("", message.from_number)
    return row.messaging_service_sid not in others
