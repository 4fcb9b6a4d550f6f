"""The last log records, numbered, for whoever looks in and for those who keep watching."""

from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40, "critical": 50}


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Which records are wanted; empty fields let everything through."""

    level: str = ""
    logger: str = ""
    asset: str = ""
    text: str = ""

    def lets(self, record: Mapping[str, Any]) -> bool:
        """Tell whether a record is wanted."""
        if self.level and LEVELS.get(str(record.get("level")), 0) < LEVELS.get(self.level.lower(), 0):
            return False
        if self.logger and not str(record.get("logger", "")).startswith(self.logger):
            return False
        if self.asset and self.asset not in (record.get("asset"), record.get("asset_id")):
            return False
        return not self.text or self.text.lower() in " ".join(map(str, record.values())).lower()


class LogBuffer:
    """Keeps at most ``size`` records; older ones are gone, and the numbers show how many."""

    def __init__(self, size: int = 5000) -> None:
        self._records: deque[Mapping[str, Any]] = deque(maxlen=size)
        self._watchers: set[Callable[[], None]] = set()
        self.last = 0

    def add(self, record: Mapping[str, Any]) -> None:
        """Keep a record under the next number."""
        self.last += 1
        self._records.append({"id": self.last, **record})
        for watcher in tuple(self._watchers):
            with suppress(Exception):  # whoever logs has nothing to do with who watches
                watcher()

    def since(self, number: int, wanted: LogFilter, limit: int) -> list[Mapping[str, Any]]:
        """Return the wanted records after a number, oldest first."""
        found = [r for r in self._records if r["id"] > number and wanted.lets(r)]
        return found[:limit] if number else found[-limit:]

    def watch(self, watcher: Callable[[], None]) -> Callable[[], None]:
        """Call ``watcher`` at each new record; returns how to stop."""
        self._watchers.add(watcher)
        return lambda: self._watchers.discard(watcher)
