"""The pytest plugin of the feature suite: collects feature files, gives each scenario its bench, reports failures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bench.collect import FeatureFile, asynchronous_steps

if TYPE_CHECKING:
    from anyio.from_thread import BlockingPortal

    from bench.bench import Bench
    from bench.fake_side import FakeSide


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Take `.feature` files for test modules."""
    if file_path.suffix == ".feature":
        return FeatureFile.from_parent(parent, path=file_path)
    return None


def pytest_collection_finish(session: pytest.Session) -> None:
    """Refuse `async def` steps: called without being awaited, they would always pass.

    Raises:
        pytest.UsageError: With the name of each such step.
    """
    if names := asynchronous_steps():
        raise pytest.UsageError("steps must be plain functions; these are `async def`: " + ", ".join(names))


@pytest.fixture(scope="session")
def portal() -> Iterator[BlockingPortal]:
    """The background event loop that the fake and the driver live in."""
    from anyio.from_thread import start_blocking_portal

    with start_blocking_portal("asyncio") as portal:
        yield portal


@pytest.fixture(scope="session")
def stage(portal: BlockingPortal, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FakeSide, Any, Any]]:
    """What all scenarios share: the fake, its clock, and a client session."""
    from contextlib import asynccontextmanager

    import aiohttp

    from bench.fake_side import fake_side
    from fake_twilio.clock import ManualClock

    @asynccontextmanager
    async def opened() -> Any:
        clock = ManualClock()
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30)) as session,
            fake_side(clock, tmp_path_factory.mktemp("twilio"), session) as fake,
        ):
            yield fake, clock, session

    with portal.wrap_async_context_manager(opened()) as everything:
        yield everything


@pytest.fixture
def bench(portal: BlockingPortal, stage: tuple[FakeSide, Any, Any], tmp_path: Path) -> Iterator[Bench]:
    """A fresh bench for one scenario: Twilio back at its seed, no driver running yet."""
    from bench.bench import Bench

    fake, clock, session = stage
    portal.call(fake.reset)
    bench = Bench(portal, fake, clock, session, tmp_path)
    try:
        yield bench
        broken = bench.check_invariants()
    finally:
        bench.stop_driver()
    assert not broken, "\n".join(broken)
