"""Every asset as it is, and each event, for listeners: many may begin at once, and phones may be many as well.

What has not changed since it was last written is not written again.
"""

import orjson

from driver.api.frames import EventFrame, EventModel
from driver.dataserver.serializers import asset_model
from driver.domain.asset import Asset
from driver.domain.events import Event
from driver.runtime.clock import Clock
from driver.services.asset_catalog import AssetEntry
from driver.services.asset_states import AssetStates

#: Written events that are kept for the other listeners.
MAX_EVENTS = 256


class Snapshot:
    """Writes the assets of a snapshot."""

    def __init__(self, assets: AssetStates, clock: Clock) -> None:
        self._assets = assets
        self._clock = clock
        self._written: dict[str, tuple[AssetEntry, Asset, orjson.Fragment]] = {}
        self._events: dict[int, bytes] = {}

    def assets(self) -> list[orjson.Fragment]:
        """Return every asset as JSON, the system first."""
        now, before = self._clock.now(), self._written
        self._written = {}
        for entry, asset in self._assets.all():
            known = before.get(entry.asset_id)
            # An alarm's age differs at each look.
            if known is None or known[0] is not entry or known[1] is not asset or asset.records:
                model = asset_model(entry, asset, now, self._assets.cause_of)
                known = (entry, asset, orjson.Fragment(model.model_dump_json()))
            self._written[entry.asset_id] = known
        return [fragment for _, _, fragment in self._written.values()]

    def event(self, event: Event) -> bytes:
        """Return the frame of an event."""
        written = self._events.get(event.seq)
        if written is None:
            frame = EventFrame(seq=event.seq, event=EventModel.model_validate(event))
            written = self._events[event.seq] = frame.model_dump_json().encode()
            if len(self._events) > MAX_EVENTS:
                del self._events[next(iter(self._events))]
        return written
