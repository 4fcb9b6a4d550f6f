"""Builds the diagnostics report of the debug tools; the only module that may look into every component."""

import platform
from collections import Counter
from datetime import datetime
from importlib.metadata import version
from itertools import islice

import driver
from driver.api import debug_models as models
from driver.app.wiring import Services
from driver.debugtools.logging_setup import LogAccess

#: Maximum number of queued messages in a report.
SHOWN_MESSAGES = 100
_LIBRARIES = ("aiohttp", "sqlalchemy", "twilio")


def diagnostics(services: Services, journal: LogAccess, started: datetime) -> models.DiagnosticsModel:
    """Return a new report; ``started`` is when the driver became active."""
    ahead = services.transport.twilio_clock.ahead
    return models.DiagnosticsModel(
        versions={"driver": driver.__version__, "python": platform.python_version()}
        | {name: version(name) for name in _LIBRARIES},
        clock=models.ClockModel(
            started_at=started,
            now=services.clock.now(),
            twilio_ahead_s=None if ahead is None else round(ahead.total_seconds()),
        ),
        configuration=services.tables.config.model_dump(mode="json"),
        account=services.monitor.account,
        assets=Counter(asset.status for _, asset in services.assets.all()),
        queue=_queue(services),
        tasks=services.supervisor.health,
        timers=[models.TimerModel(task=task, until=until) for task, until in services.activity.resting()],
        events=models.EventCountModel(last=services.bus.last_seq),
        log=models.LogStateModel(last=journal.buffer.last, traces=journal.traces.active()),
    )


def _queue(services: Services) -> models.QueueModel:
    shown = [
        models.QueuedMessageModel(
            execution=message.execution_id,
            asset=message.phone_id,
            from_number=message.from_number,
            to_number=message.to_number,
            attempt=len(message.attempts),
            in_doubt=message.in_doubt,
            due_at=message.due_at,
        )
        for message in islice(services.outbox.waiting(), SHOWN_MESSAGES)
    ]
    return models.QueueModel(size=services.outbox.size, messages=shown)
