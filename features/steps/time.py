"""Steps that let time pass."""

from __future__ import annotations

from pytest_bdd import given, parsers, when

from bench.bench import Bench


@given(parsers.parse("{seconds:g} seconds pass"))
@when(parsers.parse("{seconds:g} seconds pass"))
def seconds_pass(bench: Bench, seconds: float) -> None:
    """Time passes, and everything that falls due in it happens."""
    bench.pass_time(seconds)
