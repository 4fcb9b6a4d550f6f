"""Opens what the options choose: a Twilio, a driver backend, and the time that both share."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from harness.driver.configuration import HARNESS_TOKEN, header
from harness.time.clock import ManualTime, MovableClock, RealTime, Time
from harness.twilio.budget import Budget
from harness.twilio.real_settings import RealSettings

if TYPE_CHECKING:
    import aiohttp

    from harness.protocols import DriverBackend, TwilioBackend


@dataclass
class Environment:
    """What all scenarios of a session share. ``driver`` creates a driver backend in a folder."""

    twilio: TwilioBackend
    driver: Callable[[Path], DriverBackend]
    time: Time
    _unhandled: list[str] = field(default_factory=list)

    def watch(self) -> None:
        """Record every exception that reaches the event loop because nothing awaits it."""

        def note(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
            self._unhandled.append(f"unhandled on the event loop: {context['message']}: {context.get('exception')!r}")

        asyncio.get_running_loop().set_exception_handler(note)

    async def faults_in_background(self) -> list[str]:
        """Return the exceptions recorded since the last call."""
        seen, self._unhandled = self._unhandled, []
        return seen


@dataclass(frozen=True)
class Choice:
    """The chosen backends. ``real`` and ``guard`` come with the real Twilio; ``line`` adds the fault proxy."""

    twilio: str = "fake"
    driver: str = "in-process"
    real: RealSettings | None = None
    guard: Budget | None = None
    line: bool = False


@asynccontextmanager
async def open_environment(choice: Choice) -> AsyncIterator[Environment]:
    """Open the environment for a session."""
    import aiohttp  # late: not needed to lint feature files

    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30)))
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="harness-")))
        together = choice.twilio == "fake" and choice.driver in ("in-process", "pair")
        movable = _movable_clock() if together else None
        twilio = await stack.enter_async_context(_twilio_backend(choice, movable, session))
        time: Time = ManualTime(movable) if movable else RealTime(0.05 if choice.twilio == "fake" else 1.0)
        driver = await stack.enter_async_context(
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30), headers=header(HARNESS_TOKEN))
        )
        if choice.driver == "pair":
            drivers = _pairs(movable, driver, stack)
        else:
            drivers = _driver_backend(choice.driver, movable, driver, folder=folder)
        environment = Environment(twilio, drivers, time)
        environment.watch()
        yield environment


def _movable_clock() -> MovableClock:
    from fake_twilio.clock import ManualClock

    return ManualClock()


def _twilio_backend(
    choice: Choice, clock: MovableClock | None, session: aiohttp.ClientSession
) -> AbstractAsyncContextManager[TwilioBackend]:
    if choice.twilio == "fake":
        from harness.twilio.fake_twilio import fake_twilio_backend

        return fake_twilio_backend(clock, session)
    if choice.twilio == "test-credentials":
        from harness.twilio.magic_test_credentials import magic_test_credentials_backend

        return magic_test_credentials_backend()
    assert choice.real is not None, "the real Twilio is never used without its settings"
    assert choice.guard is not None, "the real Twilio is never used without a budget"
    if choice.line:
        from harness.twilio.fault_proxy import fault_proxy

        return fault_proxy(choice.real, choice.guard)
    from harness.twilio.real_twilio import real_twilio_backend

    return real_twilio_backend(choice.real, choice.guard)


def _pairs(
    clock: MovableClock | None, session: aiohttp.ClientSession, stack: AsyncExitStack
) -> Callable[[Path], DriverBackend]:
    from harness.driver.driver_pair import DriverPair
    from harness.driver.postgres_server import PostgresDatabases, postgres_server

    assert clock is not None, "two drivers only run against the fake"
    databases = PostgresDatabases(stack.enter_context(postgres_server()).url)
    return lambda _: DriverPair(clock, session, databases)


def _driver_backend(
    driver: str, clock: MovableClock | None, session: aiohttp.ClientSession, *, folder: Path
) -> Callable[[Path], DriverBackend]:
    if driver == "in-process":
        from harness.driver.database import EmptyDatabase
        from harness.driver.driver_in_process import DriverInProcess

        database = EmptyDatabase(folder)
        return lambda _: DriverInProcess(clock, session, database)
    from harness.driver.container import IMAGE, DriverContainer
    from harness.driver.driver_subprocess import DriverSubprocess, LocalProcess

    return lambda place: DriverSubprocess(
        LocalProcess() if driver == "subprocess" else DriverContainer(IMAGE), session, place
    )
