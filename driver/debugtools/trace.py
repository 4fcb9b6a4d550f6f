"""Traces: topics of assets that are recorded for a limited time, in addition to what the configured level includes.

The level only applies to the message flow. Every other topic is recorded only while it is traced, so that the level
``DEBUG`` does not flood the log.
"""

from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from driver.debugtools.log_buffer import LEVELS
from driver.runtime.clock import Clock
from driver.runtime.log_topics import LogTopic

#: Key that marks records kept only because of a trace; they go into the buffer, but not to stderr.
TRACED = "traced"
EVERYTHING = ""


@dataclass(frozen=True, slots=True)
class Trace:
    """The topics of an asset (of all assets if ``asset`` is empty) that are recorded until a given time."""

    asset: str
    topics: frozenset[LogTopic]
    until: datetime


class Traces:
    """Starts and stops traces; as the first structlog processor, it filters records."""

    def __init__(self, clock: Clock, level: str) -> None:
        self._clock = clock
        self._traces: Mapping[str, tuple[frozenset[LogTopic], timedelta]] = {}
        self.configure(level)

    def configure(self, level: str) -> None:
        """Change the minimum level of records; traces continue."""
        self._level = LEVELS[level.lower()]

    def switch(self, asset: str, topics: Iterable[LogTopic], minutes: float) -> None:
        """Trace exactly these topics of an asset for some minutes; without topics, stop tracing it."""
        others = {key: kept for key, kept in self._lasting().items() if key != asset}
        wanted = frozenset(topics), self._clock.monotonic() + timedelta(minutes=minutes)
        self._traces = {**others, asset: wanted} if wanted[0] else others

    def stop(self) -> None:
        """Stop all traces."""
        self._traces = {}

    def active(self) -> tuple[Trace, ...]:
        """Return the active traces."""
        now, passed = self._clock.now(), self._clock.monotonic()
        return tuple(Trace(asset, topics, now + (end - passed)) for asset, (topics, end) in self._lasting().items())

    def drops(self, method: str, fields: Mapping[str, Any]) -> bool:
        """Return whether a record would certainly be dropped; this is cheaper than creating the record."""
        return not self._traces and ("topic" in fields or LEVELS.get(method, LEVELS["error"]) < self._level)

    def __call__(self, _logger: object, method: str, record: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        """Pass a record on or drop it; callable values are evaluated only for records that are kept.

        Raises:
            DropEvent: The record is below the level, or has a topic that requires a trace, and is not traced.
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
