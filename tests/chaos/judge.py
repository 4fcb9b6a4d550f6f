"""Compares what was collected with what the driver guarantees; see ``docs/explanation/guarantees.md``."""

import signal
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from chaos.ledger import FINAL, Create, Ledger, Outcome, Promise, Row

#: Longest time between a request to create a message and an interruption that lost its response or its record.
NEAR = timedelta(seconds=4)
#: From the last check of the clock to the request's arrival at Twilio.
ON_THE_WAY = timedelta(seconds=5)
#: From a failed attempt to the next one.
RESEND_S = 5
#: The exit status of a driver that cannot reach what it needs to start.
NO_DATABASE = 3
RECEIVED = "Message Received"
ACCEPTED = "MessageAccepted"


@dataclass
class Verdict:
    """Findings, each with the IDs that it is about, and how often the one known gap occurred."""

    findings: list[str] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)


def judge(ledger: Ledger) -> Verdict:
    """Compare everything with everything."""
    verdict = Verdict()
    verdict.findings += ledger.complaints
    creates, sent = defaultdict(list), defaultdict(list)
    for create in ledger.creates:
        creates[create.key].append(create)
    for row in ledger.rows:
        if not row.incoming and not row.refused:
            sent[row.key].append(row)
    for promise in ledger.promises:
        made = creates.pop(promise.key, [])
        live = sent.pop(promise.key, [])
        if len(live) > 1 and _in_the_gap(ledger, made):
            verdict.gaps.append(f"{promise.key}: sent {len(live)} times around a suspension")
            live = _adopted(ledger, promise, live)
        verdict.findings += _of_promise(ledger, promise, made, live)
    verdict.findings += [f"{key}: sent without a command" for key in sent]
    verdict.findings += _of_events(ledger)
    verdict.findings += _of_exits(ledger)
    suspensions = sum(each.kind == "suspend" for each in ledger.interruptions)
    if len(verdict.gaps) > 1 + suspensions // 20:
        verdict.findings.append(f"{len(verdict.gaps)} doubled texts at {suspensions} suspensions: {verdict.gaps}")
    return verdict


def _of_promise(ledger: Ledger, promise: Promise, made: list[Create], live: list[Row]) -> Iterator[str]:
    name = f"{promise.key} ({', '.join(sorted(promise.executions)) or 'no execution'})"
    if promise.refusal:
        yield f"{name}: refused as wrong: {promise.refusal}"
        return
    if promise.acknowledged_at is None:
        yield f"{name}: was never acknowledged"
        return
    if len(promise.executions) != 1:
        yield f"{name}: one commandId, {len(promise.executions)} executions"
        return
    outcome = ledger.outcomes.get(next(iter(promise.executions)))
    if outcome is None:
        yield f"{name}: acknowledged, and its execution is gone"
        return
    if outcome.state not in FINAL:
        yield f"{name}: has no outcome, it is {outcome.state!r}"
    if outcome.attempts > 2 or len(made) > 2:
        yield f"{name}: {outcome.attempts} attempts, {len(made)} requests to Twilio"
    yield from (f"{name}: {wrong}" for wrong in _of_texts(ledger, promise, outcome, made, live))
    latest = promise.acknowledged_at + timedelta(seconds=ledger.validity_s + 2 * ledger.largest_step_s) + ON_THE_WAY
    if any(create.at > latest for create in made):
        yield f"{name}: sent after it was too old"


def _of_texts(ledger: Ledger, promise: Promise, outcome: Outcome, made: list[Create], live: list[Row]) -> Iterator[str]:
    sids = [row.sid for row in live]
    # Between two wrong clocks; if a first attempt failed, the next one comes later and would be too old.
    youngest = ledger.validity_s - 2 * ledger.largest_step_s - (RESEND_S if outcome.attempts else 0)
    if len(sids) > 1:
        yield f"sent {len(sids)} times: {', '.join(sids)}"
    elif outcome.state == "succeeded" and sids != [outcome.sid]:
        yield f"succeeded with {outcome.sid or 'no message'}, but Twilio has {', '.join(sids) or 'none'}"
    elif outcome.state in ("terminated", "rejected") and sids:
        yield f"{outcome.state}, but it was sent: {', '.join(sids)}"
    elif outcome.state == "terminated" and outcome.attempts < 2 and outcome.age_s < youngest:
        yield f"given up after {outcome.attempts} attempts, {outcome.age_s:.0f} s old"
    elif outcome.state == "unknown" and not _in_doubt(ledger, promise, made):
        yield "unknown, although every answer was clear and nothing was interrupted"


def _in_doubt(ledger: Ledger, promise: Promise, made: list[Create]) -> bool:
    if not made:
        asked = promise.acknowledged_at or promise.asked_at
        return any(each.ended >= asked for each in ledger.interruptions)
    return any(not create.clear or _interrupted(ledger, create) for create in made)


def _interrupted(ledger: Ledger, create: Create) -> bool:
    return any(each.began - NEAR <= create.at <= each.ended + NEAR for each in ledger.interruptions)


def _in_the_gap(ledger: Ledger, made: list[Create]) -> bool:
    """Return whether a request may come from a driver that woke up after another one had taken over.

    It was suspended right before its request, long enough for a takeover. This is the only way to double a message.
    """
    if ledger.takeover_s is None or len(made) > 2:
        return False
    takeover = timedelta(seconds=ledger.takeover_s)
    long = [each for each in ledger.interruptions if each.kind == "suspend" and each.ended - each.began >= takeover]
    return any(each.began + takeover <= create.at <= each.ended + NEAR for each in long for create in made)


def _adopted(ledger: Ledger, promise: Promise, live: list[Row]) -> list[Row]:
    outcomes = (ledger.outcomes.get(each) for each in promise.executions)
    known = {outcome.sid for outcome in outcomes if outcome is not None}
    return [row for row in live if row.sid in known]


def _of_exits(ledger: Ledger) -> Iterator[str]:
    """A driver may only exit because it cannot start without its database, or is stopped before it can listen."""
    causes = {NO_DATABASE: "database", -signal.SIGTERM: "stop"}
    for name, when, status in ledger.exits:
        cause = causes.get(status, "")
        near = (each for each in ledger.interruptions if each.began - NEAR <= when <= each.ended + NEAR)
        if status and not (cause and any(each.kind.startswith(cause) for each in near)):
            yield f"{name}: ended by itself with status {status} at {when:%H:%M:%S}"


def _of_events(ledger: Ledger) -> Iterator[str]:
    for place, event in enumerate(ledger.events, 1):
        if event.seq != place:
            yield f"seq {event.seq} follows seq {place - 1}"
            break
    ends = Counter(event.execution for event in ledger.events if event.name == ACCEPTED)
    for execution, outcome in ledger.outcomes.items():
        if outcome.state == "succeeded" and not ends[execution]:
            yield f"{execution}: succeeded without an event"
    received = Counter(
        (event.name, event.asset, event.sid) for event in ledger.events if event.name.startswith(RECEIVED)
    )
    incoming = {row.sid: row.key for row in ledger.rows if row.incoming}
    for (name, asset, sid), times in received.items():
        if sid not in incoming:
            yield f"{sid}: {name!r} of {asset}, but Twilio has no such text"
        elif times > 1:
            yield f"{sid}: {name!r} of {asset} {times} times"
    known = {sid for name, _, sid in received if name == RECEIVED}
    yield from (f"{sid} ({key}): no event of this text" for sid, key in incoming.items() if sid not in known)
