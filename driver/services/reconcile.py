"""Finds out whether a text exists at Twilio, since no key makes sending it twice harmless."""

from dataclasses import dataclass
from datetime import timedelta

import structlog

from driver.domain.matching import same_text
from driver.ports.gateway import GatewayError, RemoteMessage, SmsGateway
from driver.ports.records import OutboxText
from driver.ports.store import Store

_log = structlog.get_logger("driver.reconcile")
#: Twilio's clock and ours may differ, and its dates have whole seconds.
SKEW = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look at Twilio's list told: the message, that it is not there, or (``trouble``) nothing."""

    found: RemoteMessage | None = None
    trouble: str = ""


class Reconcile:
    """Looks for texts in doubt."""

    def __init__(self, store: Store, gateway: SmsGateway) -> None:
        self._store = store
        self._gateway = gateway

    async def look(self, text: OutboxText) -> Looked:
        """Look for a text that may have been created: same numbers, same words, new enough, and nobody else's."""
        since = (text.first_at or text.created_at) - SKEW
        try:
            rows = await self._gateway.find(sender=text.sender, recipient=text.recipient, since=since)
        except GatewayError as trouble:
            _log.warning("cannot look for the message", asset=text.asset_id, detail=trouble.detail)
            return Looked(trouble=trouble.detail)
        alike = [row for row in rows if same_text(text.body, row.body)]
        others = await self._store.known_messages([row.sid for row in alike])
        own = [row for row in alike if row.sid not in others]
        return Looked(found=own[-1] if own else None)
