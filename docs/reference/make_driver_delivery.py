"""Writes the table of what happens to an outgoing message, from the state machine itself.

Run it after changing ``driver/domain/delivery.py``; ``tests/docs`` fails when the page is not up to date.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from driver.domain.delivery import (
    CANCELED,
    DROPPED,
    Action,
    Broken,
    Canceled,
    DeliveryPolicy,
    Due,
    Found,
    LookupFailed,
    NotFound,
    Observation,
    Obsolete,
    Step,
    step,
)
from driver.domain.execution import Attempt
from driver.domain.outbound_message import OutboundMessage
from driver.domain.send_result import Accepted, Failure, FailureKind

NOW = datetime(2026, 1, 1, tzinfo=UTC)
POLICY = DeliveryPolicy()
_LIMIT = NOW + timedelta(hours=4)
_FRESH = OutboundMessage(
    execution_id="e1",
    asset_id="guard",
    created_at=NOW,
    from_number="+12015550100",
    to_number="+12015550101",
    due_at=NOW,
    expires_at=_LIMIT,
)


def _tried(attempts: int, **more: object) -> OutboundMessage:
    made = tuple(Attempt(number, NOW) for number in range(1, attempts + 1))
    return replace(_FRESH, **{"attempts": made, "in_doubt": True, **more})  # type: ignore[arg-type]  # its own keys


UNDER_WAY = ("accepted", "refused", "transient", "unknown", "error", "expired", "canceled")
#: Situation -> message, moment, and what can be observed then.
SITUATIONS: dict[str, tuple[OutboundMessage, datetime, tuple[str, ...]]] = {
    "waits for attempt 1": (_FRESH, NOW, ("due", "obsolete", "canceled", "broken")),
    "waits for attempt 2": (_tried(1, in_doubt=False), NOW, ("due", "obsolete", "canceled", "broken")),
    "waits, and is too old": (replace(_FRESH, expires_at=NOW), NOW, ("due",)),
    "attempt 1 is under way": (_tried(1), NOW, UNDER_WAY),
    "attempt 2 is under way": (_tried(2), NOW, UNDER_WAY),
    "in doubt after attempt 1": (_tried(1), NOW, ("due", "found", "not found", "look-up failed")),
    "in doubt after attempt 1, last look": (
        _tried(1, lookups=POLICY.lookups_before_resend - 1, failed_lookups=POLICY.lookups - 1),
        NOW,
        ("found", "not found", "look-up failed"),
    ),
    "in doubt after attempt 2": (_tried(2), NOW, ("due", "found", "not found", "look-up failed")),
    "in doubt after attempt 2, last look": (
        _tried(2, lookups=POLICY.lookups - 1, failed_lookups=POLICY.lookups - 1),
        NOW,
        ("found", "not found", "look-up failed"),
    ),
    "in doubt, too old, last look": (
        _tried(1, lookups=POLICY.lookups - 1),
        _LIMIT,
        ("found", "not found"),
    ),
}
OBSERVATIONS: dict[str, Observation] = {
    "due": Due(),
    "accepted": Accepted("SM1", "queued"),
    "refused": Failure(FailureKind.REFUSED, "refused"),
    "transient": Failure(FailureKind.TRANSIENT, "not sent"),
    "unknown": Failure(FailureKind.UNKNOWN, "no answer"),
    "error": Failure(FailureKind.UNKNOWN, "HTTP 503", 503, answered=True),
    "expired": Failure(FailureKind.EXPIRED, "too old"),
    "found": Found(Accepted("SM1", "queued")),
    "not found": NotFound(),
    "look-up failed": LookupFailed("no connection"),
    "obsolete": Obsolete("the alarm is over"),
    "canceled": Canceled("operator"),
    "broken": Broken("a bug"),
}
ON_PURPOSE = (DROPPED, CANCELED)
MEANINGS = {
    "due": "its time has come, also after a restart",
    "accepted": "Twilio accepted it",
    "refused": "Twilio refused it",
    "transient": "it did not leave, or Twilio had no room (429, 20422, 21611, 21702)",
    "unknown": "no answer, or none in Twilio's form",
    "error": "an error that Twilio itself names (5xx)",
    "expired": "it became too old just before it would have left",
    "found": "a list or a receipt shows it at Twilio",
    "not found": "Twilio's list does not show it, or only as `failed`",
    "look-up failed": "Twilio could not be asked",
    "obsolete": "what a rule's text says is no longer so",
    "canceled": "a person takes it back",
    "broken": "the driver itself failed on it three times",
}
HEAD = """# What happens to an outgoing message

Made by `make_driver_delivery.py` from the state machine that decides it, with default settings. `—` cannot happen.
A message that has ended stays as it is, whatever is observed.

"""


def _words(taken: Step, now: datetime) -> str:
    message = taken.message
    match taken.action:
        case Action.SEND:
            return f"attempt {len(message.attempts)}"
        case Action.LOOK_UP:
            return "look it up"
        case Action.WAIT:
            left = (message.due_at - now).total_seconds()
            return f"look it up in {left:g} s" if message.in_doubt else f"attempt again in {left:g} s"
        case Action.END:
            return f"**{message.state.value}**" + (f" ({message.result})" if message.result in ON_PURPOSE else "")
        case Action.NOTHING:
            return "stays as it is"


def page() -> str:
    """Return the page."""
    lines = ["| | " + " | ".join(OBSERVATIONS) + " |", "|---" * (len(OBSERVATIONS) + 1) + "|"]
    for name, (message, now, possible) in SITUATIONS.items():
        cells = [
            _words(step(message, seen, POLICY, now=now), now) if about in possible else "—"
            for about, seen in OBSERVATIONS.items()
        ]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    lines += [
        "",
        "| observation | meaning |",
        "|---|---|",
        *(f"| {name} | {MEANINGS[name]} |" for name in OBSERVATIONS),
    ]
    return HEAD + "\n".join(lines) + "\n"


PAGES = {"driver-delivery.md": page}

if __name__ == "__main__":
    for file, made in PAGES.items():
        (Path(__file__).parent / file).write_text(made(), encoding="utf-8")
