"""Time, and letting it pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import given, parsers, then, when

from harness.capabilities import Capability, needs
from harness.table_diff import compare
from steps.words import WORDS

if TYPE_CHECKING:
    from harness.harness import Harness

MAX_REAL_WAIT_S = 15.0
"""Seconds that a scenario may really wait where the clock cannot be moved."""


def _can_be_waited_for(seconds: float) -> bool:
    """Whether that time can also pass for real: at most some seconds, and whole ones."""
    return seconds <= MAX_REAL_WAIT_S and seconds == int(seconds)


@given(parsers.parse("{seconds:Duration} {:Pass}", WORDS))
@when(parsers.parse("{seconds:Duration} {:Pass}", WORDS))
@needs(Capability.CLOCK, when=lambda seconds: not _can_be_waited_for(seconds))
def seconds_pass(harness: Harness, seconds: float) -> None:
    """Time passes, and everything that falls due in it happens. Seconds, minutes, hours or days."""
    harness.pass_time(seconds)


@then(parsers.parse("within {seconds:Duration} nothing more is sent", WORDS))
@needs(Capability.JOURNAL)
@needs(Capability.CLOCK, when=lambda seconds: not _can_be_waited_for(seconds))
def nothing_more_is_sent(harness: Harness, seconds: float) -> None:
    """Twilio was asked to send something before; now time passes, and it is asked to send nothing in it."""
    assert harness.driver_runs, "no driver runs, so nothing could be sent"
    before = harness.twilio.requests(operation="messages.create")
    assert before, "Twilio was not asked to send anything before either, so nothing more proves nothing"
    harness.pass_time(seconds)
    after = harness.twilio.requests(operation="messages.create")[len(before) :]
    seen = compare([["body"]], [{"body": request["body"]} for request in after])
    assert seen.fits, f"more was sent: {seen.explanation}"
