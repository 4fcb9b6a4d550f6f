"""Traces: which topics of which assets are kept besides what the configured level keeps, each for a while only.

The level decides about the flow of texts. Every other topic is kept only while somebody traces it, so that a driver
on the level ``DEBUG`` does not drown its own log.
"""

from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from driver.debugtools.log_buffer import LEVELS
from driver.runtime.clock import Clock
from driver.runtime.log_topics import LogTopic

#: Key of records that only a trace has kept: they go into the buffer, not to stderr.
TRACED = "traced"
EVERYTHING = ""


@dataclass(frozen=True, slots=True)
class Trace:
    """The topics of one asset (of all assets where ``asset`` is empty) that are kept until a moment."""

    asset: str
    topics: frozenset[LogTopic]
    until: datetime


class Traces:
    """Switches traces on and off; as a structlog processor it stands before all others and lets records through."""

    def __init__(self, clock: Clock, level: str) -> None:
        self._clock = clock
        self._traces: Mapping[str, tuple[frozenset[LogTopic], timedelta]] = {}
        self.configure(level)

    def configure(self, level: str) -> None:
        """Keep records from another level on; traces go on."""
        self._level = LEVELS[level.lower()]

    def switch(self, asset: str, topics: Iterable[LogTopic], minutes: float) -> None:
        """Trace these topics of an asset and no others of it, for some minutes; no topics: stop tracing it."""
        others = {key: kept for key, kept in self._lasting().items() if key != asset}
        wanted = frozenset(topics), self._clock.monotonic() + timedelta(minutes=minutes)
        self._traces = {**others, asset: wanted} if wanted[0] else others

    def stop(self) -> None:
        """Trace nothing any more."""
        self._traces = {}

    def active(self) -> tuple[Trace, ...]:
        """Return the traces that are not over."""
        now, passed = self._clock.now(), self._clock.monotonic()
        return tuple(Trace(asset, topics, now + (end - passed)) for asset, (topics, end) in self._lasting().items())

    def drops(self, method: str, fields: Mapping[str, Any]) -> bool:
        """Return whether a record is dropped for certain; to know that costs less than to make one."""
        return not self._traces and ("topic" in fields or LEVELS.get(method, LEVELS["error"]) < self._level)

    def __call__(self, _logger: object, method: str, record: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        """Let a record through, or drop it; what a record says only when it is seen (a callable) is worked out here.

        Raises:
            DropEvent: the record is below the level, or of a topic that is never kept unasked, and nobody traces it.
        """
        if self.drops(method, record):
            raise structlog.DropEvent
        if "topic" in record or LEVELS.get(method, LEVELS["error"]) < self._level:
            if not self._wanted(record):
                raise structlog.DropEvent
            record[TRACED] = True
        for key, value in record.items():
            if callable(value):
                record[key] = value()
        return record

    def _lasting(self) -> Mapping[str, tuple[frozenset[LogTopic], timedelta]]:
        passed = self._clock.monotonic()
        return {asset: kept for asset, kept in self._traces.items() if kept[1] > passed}

    def _wanted(self, record: Mapping[str, Any]) -> bool:
        topic, asset = record.get("topic", LogTopic.FLOW), record.get("asset_id", EVERYTHING)
        return any(topic in topics and traced in (EVERYTHING, asset) for traced, (topics, _) in self._lasting().items())
