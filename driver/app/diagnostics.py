"""Collects the report of the debug tools; the only module that may look into every part."""

import platform
from collections import Counter
from importlib.metadata import version
from itertools import islice

import driver
from driver.app.wiring import Services
from driver.debugtools.inspect_api import Sections
from driver.debugtools.log_buffer import LogBuffer
from driver.debugtools.trace import Traces
from driver.domain.events import iso

#: Texts of the queue that a report shows.
SHOWN_TEXTS = 100
_LIBRARIES = ("aiohttp", "sqlalchemy", "twilio")


def sections(services: Services, log_buffer: LogBuffer, traces: Traces) -> Sections:
    """Return the sections of the report."""
    started = services.clock.now()

    def versions() -> object:
        return {"driver": driver.__version__, "python": platform.python_version()} | {
            name: version(name) for name in _LIBRARIES
        }

    def clock() -> object:
        ahead = services.transport.twilio_clock.ahead
        ahead_s = None if ahead is None else round(ahead.total_seconds())
        return {"startedAt": iso(started), "now": iso(services.clock.now()), "twilioAheadS": ahead_s}

    def assets() -> object:
        return Counter(asset.status for _, asset in services.assets.all())

    def queue() -> object:
        shown = [
            {
                "execution": message.execution_id,
                "asset": message.phone_id,
                "sender": message.from_number,
                "recipient": message.to_number,
                "attempt": len(message.attempts),
                "inDoubt": message.in_doubt,
                "dueAt": iso(message.due_at),
            }
            for message in islice(services.outbox.waiting(), SHOWN_TEXTS)
        ]
        return {"size": services.outbox.size, "texts": shown}

    def timers() -> object:
        return [{"task": task, "until": until and iso(until)} for task, until in services.activity.resting()]

    return {
        "versions": versions,
        "clock": clock,
        "configuration": lambda: services.tables.config.model_dump(mode="json"),
        "account": lambda: services.monitor.account,
        "assets": assets,
        "queue": queue,
        "tasks": lambda: services.supervisor.health,
        "timers": timers,
        "events": lambda: {"last": services.bus.last_seq},
        "log": lambda: {"last": log_buffer.last, "traces": traces.active()},
    }
