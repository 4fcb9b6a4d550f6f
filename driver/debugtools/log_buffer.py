"""A buffer of the latest log records, numbered, for queries and for live streams."""

import json
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import orjson

from driver.debugtools.log_writer import LogLines

if TYPE_CHECKING:  # plain logging does not need the models of the API
    from driver.api.debug_models import LogQuery

LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40, "critical": 50}


class LogBuffer:
    """Stores at most ``size`` records; older ones are dropped, and the numbers show how many.

    ``lines`` receives each record as a line of JSON, for a file.
    """

    def __init__(self, size: int = 5000, lines: LogLines | None = None) -> None:
        self._records: deque[Mapping[str, Any]] = deque(maxlen=size)
        self._lines = lines
        self.size = size
        self._watchers: set[Callable[[], None]] = set()
        self.last = 0

    def add(self, record: Mapping[str, Any]) -> None:
        """Store a record under the next number."""
        self._number(record)
        if self._lines is not None:
            self._lines.put(dumped(record).decode())
        for watcher in tuple(self._watchers):
            with suppress(Exception):  # an error in a watcher must not affect whoever logs
                watcher()

    def restore(self, records: Iterable[Mapping[str, Any]]) -> None:
        """Add records from before a restart."""
        for record in records:
            self._number(record)

    def _number(self, record: Mapping[str, Any]) -> None:
        self.last += 1
        self._records.append({**record, "id": self.last})

    def since(self, number: int, query: "LogQuery", limit: int) -> list[Mapping[str, Any]]:
        """Return the matching records after a number, oldest first."""
        found = [r for r in self._records if r["id"] > number and _fits(r, query)]
        return found[:limit] if number else found[-limit:]

    def watch(self, watcher: Callable[[], None]) -> Callable[[], None]:
        """Call ``watcher`` for each new record; return a function that stops this."""
        self._watchers.add(watcher)
        return lambda: self._watchers.discard(watcher)


def _fits(record: Mapping[str, Any], query: "LogQuery") -> bool:
    """Return whether a record matches a query; empty fields match everything."""
    if query.level and LEVELS.get(str(record.get("level")), 0) < LEVELS[query.level]:
        return False
    if query.logger and not str(record.get("logger", "")).startswith(query.logger):
        return False
    if query.asset and query.asset not in (record.get("asset"), record.get("asset_id")):
        return False
    return not query.text or query.text.lower() in " ".join(map(str, record.values())).lower()


def dumped(value: object) -> bytes:
    """Return records as JSON, including values that orjson rejects, such as lone surrogates and large numbers."""
    try:
        return orjson.dumps(value, default=str)
    except TypeError:
        return json.dumps(value, default=str).encode()
