"""Sets up logging: every record goes through redaction into the ring and, as one line, to stderr."""

import logging
import sys
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any, TextIO

import structlog

from driver.clock import Clock
from driver.debugtools.redact import Redactor
from driver.debugtools.ring import LEVELS, Ring
from driver.debugtools.trace import TRACED, Traces
from driver.domain.visible import visible


@contextmanager
def logging_to(ring: Ring, redactor: Redactor, clock: Clock, traces: Traces, *, stderr: bool) -> Iterator[None]:
    """Send the driver's own and its libraries' records to the ring while the context lasts; ``traces`` says which."""

    def stamp(_logger: object, _method: str, record: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        record["at"] = clock.now().strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        record.setdefault("source", "driver")
        return record

    def keep(_logger: object, _method: str, record: MutableMapping[str, Any]) -> str:
        traced = record.pop(TRACED, False)
        shown = {key: _harmless(key, value) for key, value in record.items()}
        ring.add(shown)
        if traced:
            return ""
        fields = "  ".join(f"{key}={visible(str(value))}" for key, value in shown.items() if key not in _OTHERS)
        line = f"{record['at']} {record['level']:<8}{shown.get('event', '')}  {fields}".rstrip()
        return line + "".join(f"\n  | {part}" for part in str(shown.get(_TRACEBACK, "")).splitlines())

    named = _Named(print_to=sys.stderr if stderr else None)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            traces,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            stamp,
            structlog.processors.format_exc_info,
            redactor,
            keep,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS["debug"]),
        logger_factory=named,
        cache_logger_on_first_use=False,
    )
    handler = _Bridge(ring, redactor, clock)
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
        # Two drivers of one process log to the one that began last; it goes on when the other ends.
        if structlog.get_config()["logger_factory"] is named:
            structlog.reset_defaults()


def warnings_to_stderr() -> None:
    """Let a command that only asks keep stdout for its answer: what it logs beside goes to stderr, from warnings on."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS["warning"]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


#: The field of a record that has lines.
_TRACEBACK = "exception"
_OTHERS = frozenset({"at", "level", "logger", "event", "source", "topic", _TRACEBACK})


def _harmless(key: str, value: Any) -> Any:
    """Return a value of a record that cannot pass for other lines, nor act on a terminal."""
    return visible(value, lines=key == _TRACEBACK) if isinstance(value, str) else value


class _Named:
    """Makes loggers that know their name and print one line each."""

    def __init__(self, print_to: TextIO | None) -> None:
        self._print_to = print_to

    def __call__(self, name: str = "driver") -> "_Line":
        return _Line(name, self._print_to)


class _Line:
    def __init__(self, name: str, stream: TextIO | None) -> None:
        self.name = name
        self._stream = stream

    def msg(self, line: str) -> None:
        if line and self._stream is not None:
            print(line, file=self._stream, flush=True)

    debug = info = warning = error = critical = exception = msg


class _Bridge(logging.Handler):
    """Brings warnings of libraries into the ring; their lower levels hold phone numbers and are left out."""

    def __init__(self, ring: Ring, redactor: Redactor, clock: Clock) -> None:
        super().__init__(logging.WARNING)
        self._ring = ring
        self._redactor = redactor
        self._clock = clock

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one record of a library."""
        self._ring.add(
            {
                "event": visible(self._redactor.text(record.getMessage())),
                "level": record.levelname.lower(),
                "logger": record.name,
                "at": self._clock.now().strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
                "source": "driver",
            }
        )
