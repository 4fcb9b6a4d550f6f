"""Drivers that are killed or suspended, and machines whose clock is changed."""

import signal
from collections.abc import AsyncIterator
from random import Random

from chaos.misfortunes.register import misfortune
from chaos.pace import wait
from chaos.site import Plan, Site

MAX_STEP_S = 90.0


def _is_killed(plan: Plan) -> bool:
    return plan.killed


@misfortune("kill", "process", (0.5, 4.0), _is_killed)
async def kill(site: Site, chance: Random) -> AsyncIterator[str]:
    """Kill a driver; it is restarted immediately."""
    site.any_driver(chance).signal(signal.SIGKILL)
    yield "kill"


@misfortune("kill storm", "process", (4.0, 8.0), _is_killed)
async def kill_storm(site: Site, chance: Random) -> AsyncIterator[str]:
    """Kill a driver four times in a row, during and right after its start."""
    for _ in range(4):
        site.any_driver(chance).signal(signal.SIGKILL)
        await wait(chance.uniform(0.3, 2.0))
    yield "kill storm"


@misfortune("suspend", "process", (0.5, 6.0))
async def suspend(site: Site, chance: Random) -> AsyncIterator[str]:
    """Suspend a driver; after two seconds another one takes over."""
    driver = site.any_driver(chance)
    driver.signal(signal.SIGSTOP)
    try:
        yield "suspend"
    finally:
        driver.signal(signal.SIGCONT)


@misfortune("stop", "process", (1.0, 4.0), _is_killed)
async def stop(site: Site, chance: Random) -> AsyncIterator[str]:
    """Stop a driver gracefully, as an update does; it is restarted."""
    site.any_driver(chance).signal(signal.SIGTERM)
    yield "stop"


def _has_a_wrong_clock(plan: Plan) -> bool:
    """Return whether the clock may be wrong; one site keeps the right time, so that ages can be checked there."""
    return plan.drivers > 1 or not plan.killed


@misfortune("clock step", "clock", (2.0, 12.0), _has_a_wrong_clock, interrupts=False)
async def clock_step(site: Site, chance: Random) -> AsyncIterator[str]:
    """Set the clock of a driver's machine forward or back, and later right again."""
    driver, seconds = site.any_driver(chance), chance.choice((-1, 1)) * chance.uniform(2.0, MAX_STEP_S)
    site.ledger.largest_step_s = max(site.ledger.largest_step_s, abs(seconds))
    driver.set_clock(seconds)
    try:
        yield "clock forward" if seconds > 0 else "clock back"
    finally:
        driver.set_clock(0.0)
