"""Passing time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import given, parsers, then, when

from harness.capabilities import Capability, needs
from harness.table_diff import compare
from steps.words import WORDS

if TYPE_CHECKING:
    from harness.harness import Harness

MAX_REAL_WAIT_S = 15.0
"""Longest real wait, in seconds, of a scenario whose clock cannot be moved."""


def _can_be_waited_for(seconds: float) -> bool:
    """Return whether a scenario can really wait for that time: a whole number of seconds, and only a few."""
    return seconds <= MAX_REAL_WAIT_S and seconds == int(seconds)


@given(parsers.parse("{seconds:Duration} {:Pass}", WORDS))
@when(parsers.parse("{seconds:Duration} {:Pass}", WORDS))
@needs(Capability.CLOCK, when=lambda seconds: not _can_be_waited_for(seconds))
def seconds_pass(harness: Harness, seconds: float) -> None:
    """Let time pass, and everything that is due in it happen. Seconds, minutes, hours or days."""
    harness.pass_time(seconds)


@then(parsers.parse("within {seconds:Duration} nothing more is sent", WORDS))
@needs(Capability.JOURNAL)
@needs(Capability.CLOCK, when=lambda seconds: not _can_be_waited_for(seconds))
def nothing_more_is_sent(harness: Harness, seconds: float) -> None:
    """Twilio received a request to send before; time passes, and it receives no further one."""
    assert harness.driver_runs, "no driver runs, so nothing can be sent"
    before = harness.twilio.requests(operation="messages.create")
    assert before, "Twilio was not asked to send anything before either, so this step proves nothing"
    harness.pass_time(seconds)
    after = harness.twilio.requests(operation="messages.create")[len(before) :]
    seen = compare([["body"]], [{"body": request["body"]} for request in after])
    assert seen.fits, f"more was sent: {seen.explanation}"
