"""Sets up logging: every record is redacted, then goes to the buffer and, as one line, to stderr.

An error in processing a record costs at most that record and never reaches the code that logged it.
"""

import logging
import sys
from collections.abc import Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import structlog

from driver.debugtools.log_buffer import LEVELS, LogBuffer
from driver.debugtools.log_writer import LogLines
from driver.debugtools.redact import Redactor
from driver.debugtools.trace import TRACED, Traces
from driver.domain.control_characters import escaped
from driver.runtime.clock import Clock


@dataclass(frozen=True, slots=True)
class LogAccess:
    """Access to the driver's log: its records, their redaction, the traces, and the lines written."""

    buffer: LogBuffer
    redactor: Redactor
    traces: Traces
    lines: LogLines


@contextmanager
def logging_to(journal: LogAccess, clock: Clock) -> Iterator[None]:
    """Send records of the driver and its libraries to the log while the context lasts."""

    def stamp(_logger: object, _method: str, record: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        record["at"] = clock.now().strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        record.setdefault("source", "driver")
        return record

    def keep(_logger: object, _method: str, record: MutableMapping[str, Any]) -> str:
        traced = record.pop(TRACED, False)
        shown = {key: _harmless(key, value) for key, value in record.items()}
        journal.buffer.add(shown)
        if traced:
            return ""
        fields = "  ".join(f"{key}={escaped(str(value))}" for key, value in shown.items() if key not in _OTHERS)
        line = f"{record['at']} {record['level']:<8}{shown.get('event', '')}  {fields}".rstrip()
        return line + "".join(f"\n  | {part}" for part in str(shown.get(_TRACEBACK, "")).splitlines())

    def named(name: str = "driver") -> _Line:
        return _Line(name, journal.lines)

    steps: Sequence[structlog.typing.Processor] = (
        structlog.contextvars.merge_contextvars,
        journal.traces,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        stamp,
        structlog.processors.format_exc_info,
        journal.redactor,
        keep,
    )

    def process(logger: Any, method: str, record: MutableMapping[str, Any]) -> Any:
        """Run all steps; if one fails, log a reduced record with the reason."""
        kept: Any = {**record}
        try:
            for step in steps:
                kept = step(logger, method, kept)
        except structlog.DropEvent:
            raise
        except Exception as exc:  # noqa: BLE001 - an unwritable field must not stop the code that logs
            rest = {"event": str(record.get("event")), "level": method, "logger": logger.name}
            kept = keep(logger, method, stamp(logger, method, {**rest, "unwritable": type(exc).__name__}))
        return kept

    structlog.configure(
        processors=[process],
        wrapper_class=_logger_class(journal.traces),
        logger_factory=named,
        cache_logger_on_first_use=False,
    )
    handler = _Bridge(journal, clock)
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
        # Two drivers in one process log to the one that started last, also after the other has ended.
        if structlog.get_config()["logger_factory"] is named:
            structlog.reset_defaults()


def warnings_to_stderr() -> None:
    """Log warnings and errors to stderr, for commands whose stdout is reserved for their result."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS["warning"]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


#: The only field of a record that may contain line breaks.
_TRACEBACK = "exception"
_OTHERS = frozenset({"at", "level", "logger", "event", "source", "topic", _TRACEBACK})


def _harmless(key: str, value: Any) -> Any:
    """Return a value that can neither imitate other lines nor control a terminal."""
    return escaped(value, lines=key == _TRACEBACK) if isinstance(value, str) else value


def _logger_class(traces: Traces) -> Any:
    """Return a logger class that skips records that would be dropped: every message would create several of them."""
    every: Any = structlog.make_filtering_bound_logger(LEVELS["debug"])

    class Wanted(every):  # type: ignore[misc]  # created by structlog
        def debug(self, event: str, *args: Any, **fields: Any) -> Any:
            return None if traces.drops("debug", fields) else super().debug(event, *args, **fields)

        def info(self, event: str, *args: Any, **fields: Any) -> Any:
            return None if traces.drops("info", fields) else super().info(event, *args, **fields)

    return Wanted


@dataclass(frozen=True, slots=True)
class _Line:
    """A named logger that writes one line per record."""

    name: str
    lines: LogLines

    def msg(self, line: str) -> None:
        if line:
            self.lines.put(line)

    debug = info = warning = error = critical = exception = msg


class _Bridge(logging.Handler):
    """Adds warnings of libraries to the buffer; lower levels contain phone numbers and are left out."""

    def __init__(self, journal: LogAccess, clock: Clock) -> None:
        super().__init__(logging.WARNING)
        self._journal = journal
        self._clock = clock

    def emit(self, record: logging.LogRecord) -> None:
        """Add a record of a library."""
        try:
            message = self._journal.redactor.text(record.getMessage())
        except Exception as exc:  # noqa: BLE001 - a malformed record must not affect the library
            message = f"a record that cannot be written ({type(exc).__name__})"
        self._journal.buffer.add(
            {
                "event": escaped(message),
                "level": record.levelname.lower(),
                "logger": record.name,
                "at": self._clock.now().strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
                "source": "driver",
            }
        )
