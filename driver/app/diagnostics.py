"""Collects what the report of the debug tools tells: the only place that may look into every part at once."""

import platform
from collections import Counter
from importlib.metadata import version
from itertools import islice

import driver
from driver.app.parts import Parts
from driver.debugtools.inspect_api import Sections
from driver.debugtools.log_buffer import LogBuffer
from driver.debugtools.trace import Traces
from driver.domain.events import iso

#: Texts of the queue that a report shows.
SHOWN_TEXTS = 100
_LIBRARIES = ("aiohttp", "sqlalchemy", "twilio")


def sections(parts: Parts, ring: LogBuffer, traces: Traces) -> Sections:
    """Return the sections of the report."""
    started = parts.clock.now()

    def versions() -> object:
        return {"driver": driver.__version__, "python": platform.python_version()} | {
            name: version(name) for name in _LIBRARIES
        }

    def clock() -> object:
        ahead = parts.transport.twilio_clock.ahead
        ahead_s = None if ahead is None else round(ahead.total_seconds())
        return {"startedAt": iso(started), "now": iso(parts.clock.now()), "twilioAheadS": ahead_s}

    def assets() -> object:
        return Counter(asset.status for _, asset in parts.assets.all())

    def queue() -> object:
        shown = [
            {
                "execution": text.execution_id,
                "asset": text.asset_id,
                "sender": text.from_number,
                "recipient": text.to_number,
                "attempt": text.attempt,
                "inDoubt": text.in_doubt,
                "dueAt": iso(text.due_at),
            }
            for text in islice(parts.outbox.waiting(), SHOWN_TEXTS)
        ]
        return {"size": parts.outbox.size, "texts": shown}

    def timers() -> object:
        return [{"task": task, "until": until and iso(until)} for task, until in parts.activity.resting()]

    return {
        "versions": versions,
        "clock": clock,
        "configuration": lambda: parts.tables.config.model_dump(mode="json"),
        "account": lambda: parts.health.account,
        "assets": assets,
        "queue": queue,
        "tasks": lambda: parts.supervisor.health,
        "timers": timers,
        "events": lambda: {"last": parts.bus.last_seq},
        "log": lambda: {"last": ring.last, "traces": traces.active()},
    }
