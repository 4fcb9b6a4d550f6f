"""Stores messages that people send to our numbers: each SID once, the system's event first, then each phone's.

A PIN in a message is removed before anything is stored, and Twilio is asked to delete it as well.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import structlog

from driver.domain.answer_pins import without_pins
from driver.domain.asset_events import AssetEvent
from driver.domain.events import MESSAGE_RECEIVED, MESSAGE_RECEIVED_FROM_EXTERNAL, received_parameters
from driver.domain.message import Message
from driver.domain.phone_numbers import shortened
from driver.ports.store import Once, OnceKind, SetMark, Store, Write
from driver.runtime.metrics import Metrics
from driver.services.asset_catalog import AssetCatalog
from driver.services.assets import Assets
from driver.services.pin_redaction import REDACT_MARK, PinRedaction

_log = structlog.get_logger("driver.inbox")
#: Prefix of the marks for messages whose media are to be fetched later.
MEDIA_MARK = "media."


def hidden(catalog: AssetCatalog, pins: Mapping[str, str], from_number: str, *, body: str) -> str:
    """Return a person's message, safe to store: without the PINs of this person's phones."""
    return without_pins(
        body, [pins[phone.asset_id] for phone in catalog.phones_of(from_number) if phone.asset_id in pins]
    )


class Inbox:
    """Turns an incoming message into events, in the same commit that stores its SID."""

    def __init__(self, store: Store, assets: Assets, metrics: Metrics, *, redaction: PinRedaction) -> None:
        self._store = store
        self._redaction = redaction
        self._pins: Mapping[str, str] = {}
        self._metrics = metrics
        self._assets = assets
        self._latest = datetime.min.replace(tzinfo=UTC)

    def configure(self, pins: Mapping[str, str]) -> None:
        """Look for these PINs, by phone, from now on."""
        self._pins = pins

    async def accept(
        self, message: Message, *, way: str, media_late: bool = False, had_pin: bool | None = None
    ) -> bool:
        """Store a message that came by ``way`` (``poll``, ``webhook``); return whether it was new.

        ``media_late`` records that its media are still to be fetched. ``had_pin`` is given if PINs were already
        removed: whether there was one.

        Raises:
            StoreUnavailableError: it could not be stored; the caller must submit it again.
        """
        catalog = self._assets.catalog
        phones = catalog.phones_for(message.from_number, message.to_number)
        redact = had_pin
        if redact is None:
            body = hidden(catalog, self._pins, message.from_number, body=message.body)
            redact = body != message.body
            message = replace(message, body=body)
        listed = replace(message, asset_id=phones[0].asset_id if phones else "", created_at=self._in_order(message))
        writes: list[Write] = [listed]
        if media_late:
            writes.append(SetMark(MEDIA_MARK + message.sid, message.created_at.isoformat()))
        if redact:
            writes.append(SetMark(REDACT_MARK + message.sid, message.created_at.isoformat()))
        for entry in (catalog.system, *phones):
            name = MESSAGE_RECEIVED if entry is catalog.system else MESSAGE_RECEIVED_FROM_EXTERNAL
            asset_event = AssetEvent(name, received_parameters(entry.asset_type, message))
            event_id = f"{message.sid}:{entry.asset_id}"
            writes.append(self._assets.event(entry, asset_event, event_id=event_id, occurred_at=message.created_at))
        done = await self._store.commit(writes, once=Once(OnceKind.MESSAGE, message.sid))
        (self._metrics.received if done.fresh else self._metrics.duplicates).labels(way).inc()
        if done.fresh and redact:
            self._redaction.want(message.sid)
        if done.fresh:
            _log.info(
                "message_received", sid=message.sid, from_number=shortened(message.from_number), phones=len(phones)
            )
        return done.fresh

    def _in_order(self, message: Message) -> datetime:
        """Return a time that puts a message after earlier ones of the same second.

        Twilio's dates are in whole seconds, and a conversation is sorted by time.
        """
        moment = message.created_at
        if moment.replace(microsecond=0) == self._latest.replace(microsecond=0):
            moment = max(moment, self._latest + timedelta.resolution)
        self._latest = moment
        return moment
