"""Serialized snapshots and events for the event streams, efficient for many concurrent clients and many phones.

Unchanged assets are not serialized again, and clients that connect at the same time share the same bytes. The snapshot
of ten thousand phones takes several megabytes, and is released once nobody is sending it any more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from weakref import ReferenceType, ref

from driver.api.frames import EventFrame, EventModel
from driver.dataserver.serializers import asset_model
from driver.domain.asset import Asset
from driver.domain.events import Event
from driver.runtime.clock import Clock
from driver.services.asset_catalog import AssetEntry
from driver.services.asset_states import AssetStates

#: Maximum number of serialized events that are kept for the other clients.
MAX_EVENTS = 256
#: Clients that connect within this time get the same frame, if nothing has changed; also the precision of alarm ages.
SAME_MOMENT = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, weakref_slot=True)
class WrittenSnapshot:
    """A serialized ``SnapshotFrame``, kept alive by the streams that are sending it, which can share it."""

    seq: int
    moment: datetime
    data: bytes


@dataclass(frozen=True, slots=True)
class WrittenEvents:
    """Events serialized as WebSocket frames, with the monotonic time of serialization."""

    events: Sequence[Event]
    data: bytes
    at: timedelta


class Snapshot:
    """Serializes the frames that all clients receive."""

    def __init__(self, assets: AssetStates, clock: Clock) -> None:
        self._assets = assets
        self._clock = clock
        self._written: dict[str, tuple[AssetEntry, Asset, bytes]] = {}
        self._last: ReferenceType[WrittenSnapshot] | None = None
        self._events: dict[int, bytes] = {}
        self._together: WrittenEvents | None = None

    def frame(self, seq: int) -> WrittenSnapshot:
        """Return the state of all assets after the event with this number, the system first."""
        now, last = self._clock.now(), self._last() if self._last is not None else None
        over = last is None or last.seq != seq or abs(now - last.moment) >= SAME_MOMENT
        changed = self._write_changed(now, aged=over)
        if last is None or over or changed:
            assets = b",".join(written for _, _, written in self._written.values())
            last = WrittenSnapshot(seq, now, b'{"type":"snapshot","seq":%d,"assets":[%b]}' % (seq, assets))
            self._last = ref(last)
        return last

    def _write_changed(self, now: datetime, *, aged: bool) -> bool:
        """Serialize changed assets and return whether there are any; with ``aged``, assets with alarms are included."""
        before, self._written = self._written, {}
        changed = False
        for entry, asset in self._assets.all():
            known = before.get(entry.asset_id)
            if known is None or known[0] is not entry or known[1] is not asset or (aged and asset.records):
                model = asset_model(self._assets, entry, asset, now=now)
                known = (entry, asset, model.model_dump_json().encode())
                changed = True
            self._written[entry.asset_id] = known
        return changed or len(before) != len(self._written)

    def event(self, event: Event) -> bytes:
        """Return the frame of an event."""
        written = self._events.get(event.seq)
        if written is None:
            frame = EventFrame(seq=event.seq, event=EventModel.model_validate(event))
            written = self._events[event.seq] = frame.model_dump_json().encode()
            if len(self._events) > MAX_EVENTS:
                del self._events[next(iter(self._events))]
        return written

    def together(self, events: Sequence[Event]) -> WrittenEvents:
        """Return serialized events; the next request for the same events returns the same bytes."""
        last = self._together
        if last is None or last.events is not events:
            data = b"".join(_text_frame(self.event(event)) for event in events)
            last = self._together = WrittenEvents(events, data, self._clock.monotonic())
        return last


def _text_frame(text: bytes) -> bytes:
    """Return a text as a single unmasked WebSocket frame, as a server sends it (RFC 6455)."""
    size = len(text)
    if size < 126:
        return b"\x81%c" % size + text
    if size < 65_536:
        return b"\x81\x7e" + size.to_bytes(2) + text
    return b"\x81\x7f" + size.to_bytes(8) + text
