"""Texts that are repeated until somebody acknowledges: when the next one is due, if there is one."""

from dataclasses import replace
from datetime import datetime, timedelta

from driver.domain.rule_state import Allowances, PendingMessage


def next_repetition(item: PendingMessage, now: datetime, allowances: Allowances) -> PendingMessage | None:
    """Return what follows a text that is sent now, or None if it was the last.

    Repetitions that fell due while nothing could be sent are left out, so that none come in a burst.
    """
    again = item.repetition
    if again is None:
        return None
    every = timedelta(seconds=again.every_s)
    steps = max((now - item.due) // every, 0) + 1
    if steps > again.left:
        return None
    due = later = item.due + steps * every
    if again.quiet and allowances.quiet_hours is not None:
        later = allowances.quiet_hours.earliest(due, item.severity)
    number = again.number + steps
    return replace(
        item,
        key=f"{again.key}:repetition {number}",
        due=later,
        in_quiet_hours=later != due,
        repetition=replace(again, left=again.left - steps, number=number),
    )
