"""Real time, for programs that run in it."""

from collections.abc import Callable
from datetime import datetime, timedelta

from fake_twilio.clock import RealClock

CLOCK = RealClock()
LOOK_S = 0.1


def now() -> datetime:
    """Return the current time on a clock that is never changed."""
    return CLOCK.now()


async def wait(seconds: float) -> None:
    """Let this much time pass."""
    await CLOCK.sleep_until(CLOCK.now() + timedelta(seconds=seconds))


async def wait_for(condition: Callable[[], bool], seconds: float) -> bool:
    """Wait until a condition holds; False on timeout."""
    end = now() + timedelta(seconds=seconds)
    while not condition():
        if now() >= end:
            return False
        await wait(LOOK_S)
    return True
