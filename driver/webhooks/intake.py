"""Processes Twilio's verified webhooks: an incoming message, or a receipt."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from driver.domain.message import Receipt, received_message
from driver.domain.storable_text import storable_count
from driver.ports.requests import TakenRequest
from driver.services.delivery_tracking import DeliveryTracking
from driver.services.inbox import Inbox
from driver.services.orphan_receipts import OrphanReceipts

Form = Mapping[str, str]
INBOUND, RECEIPT = "inbound", "receipt"


@dataclass(frozen=True, slots=True)
class StoredIntake:
    """Accepts webhooks on a standby: they are stored for the active driver before Twilio gets a response.

    ``put`` stores one, ``hide`` removes the PINs from a message from a number.
    """

    put: Callable[[Mapping[str, Any]], Awaitable[None]]
    hide: Callable[[str, str], str]

    async def inbound(self, form: Form, query: Mapping[str, str]) -> None:
        """Store an incoming message."""
        body = form.get("Body", "")
        fit = self.hide(form["From"], body)
        content = {"path": INBOUND, "form": {**form, "Body": fit}, "query": dict(query), "had_pin": fit != body}
        await self.put(content)

    async def receipt(self, form: Form, query: Mapping[str, str]) -> None:
        """Store a receipt for one of our messages."""
        await self.put({"path": RECEIPT, "form": dict(form), "query": dict(query)})


@dataclass(frozen=True, slots=True)
class WebhookIntake:
    """Processes webhooks on the active driver.

    ``twilio_now`` returns Twilio's time, since its forms have no date; a form may have been accepted some time ago.
    """

    inbox: Inbox
    tracking: DeliveryTracking
    orphan_receipts: OrphanReceipts
    twilio_now: Callable[[], datetime]

    async def inbound(self, form: Form, _query: Mapping[str, str]) -> None:
        """Process an incoming message."""
        await self._take_in(form, timedelta(0), None)

    async def carry_out(self, taken: TakenRequest) -> None:
        """Process a webhook that another driver accepted.

        Raises:
            StoreUnavailableError: it cannot be stored now.
        """
        content = taken.content
        if content["path"] == INBOUND:
            await self._take_in(content["form"], taken.age, content["had_pin"])
        else:
            await self.receipt(content["form"], content["query"])

    async def _take_in(self, form: Form, age: timedelta, had_pin: bool | None) -> None:
        media = tuple(form.get(f"MediaUrl{n}", "") for n in range(min(storable_count(form.get("NumMedia")) or 0, 10)))
        received = received_message(
            form["MessageSid"],
            form["From"],
            form["To"],
            body=form.get("Body", ""),
            at=self.twilio_now() - age,
            media=tuple(filter(None, media)),
        )
        await self.inbox.accept(received, way="webhook", had_pin=had_pin)

    async def receipt(self, form: Form, query: Mapping[str, str]) -> None:
        """Process a receipt for one of our messages; one that is not known yet may be identified by its execution."""
        sid, status, code = form["MessageSid"], form["MessageStatus"], form.get("ErrorCode", "")
        receipt = Receipt(sid, status, storable_count(code), form.get("From", ""), form.get("To", ""))
        known, execution_id = await self.tracking.report(receipt, way="webhook"), query.get("execution")
        if not known and execution_id and await self.orphan_receipts.add(execution_id, receipt):
            await self.tracking.report(receipt, way="webhook")


Intake = StoredIntake | WebhookIntake
"""Accepts complete forms. Raises ``StoreUnavailableError`` if a form cannot be stored; the sender must then send it
again."""
