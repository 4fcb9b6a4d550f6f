"""Time, and letting it pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import given, parsers, when

from bench.needs import Capability, needs
from steps.words import WORDS

if TYPE_CHECKING:
    from bench.bench import Bench

LONGEST_REAL_WAIT = 15.0
"""Seconds that a scenario may really wait where the clock cannot be moved."""


@given(parsers.parse("{seconds:Duration} pass", WORDS))
@when(parsers.parse("{seconds:Duration} pass", WORDS))
@needs(Capability.CLOCK, when=lambda seconds: seconds > LONGEST_REAL_WAIT)
def seconds_pass(bench: Bench, seconds: float) -> None:
    """Time passes, and everything that falls due in it happens."""
    bench.pass_time(seconds)
