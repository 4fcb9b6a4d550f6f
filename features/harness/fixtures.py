"""The fixtures behind the steps: the event loop, the shared environment, and a new harness for each scenario."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

from harness.plugin import CHOICE, INTERRUPTED
from harness.report.result_collector import EVIDENCE, keep_evidence
from harness.twilio.real_settings import NotReadyError

if TYPE_CHECKING:
    from harness.environment import Environment
    from harness.harness import Harness
    from harness.time.event_loop import Loop

_MEMORY = Path("/dev/shm")  # noqa: S108 - nothing secret is put there, and under a name of its own


@pytest.fixture(scope="session")
def loop() -> Iterator[Loop]:
    """Yield the event loop of the harness, the fake and the driver."""
    from harness.time.event_loop import Loop

    with closing(Loop()) as loop:
        yield loop


@pytest.fixture(scope="session")
def environment(request: pytest.FixtureRequest, loop: Loop) -> Iterator[Environment]:
    """Yield what all scenarios share: Twilio, time, and the driver backend.

    The session ends here if Twilio's accounts are not in order, because no scenario could run.
    """
    from harness.environment import open_environment

    with ExitStack() as stack:
        try:
            environment = stack.enter_context(loop.within(open_environment(request.config.stash[CHOICE])))
        except NotReadyError as exc:
            pytest.exit(str(exc), returncode=pytest.ExitCode.USAGE_ERROR)
        gc.freeze()  # imported objects stay; scanning them repeatedly takes longer than a scenario
        yield environment


@pytest.fixture
def folder() -> Iterator[Path]:
    """Yield a folder for the driver's database; in memory where possible, because each commit is synced."""
    with TemporaryDirectory(prefix="scenario-", dir=_MEMORY if _MEMORY.is_dir() else None) as name:
        yield Path(name)


@pytest.fixture
def harness(  # noqa: PLR0917 - pytest passes fixtures by name
    request: pytest.FixtureRequest, loop: Loop, environment: Environment, folder: Path
) -> Iterator[Harness]:
    """Yield a new harness for one scenario: Twilio in its initial state, no driver running."""
    __tracebackhide__ = True
    from harness.harness import Harness

    loop.call(environment.twilio.begin)
    wanted = request.config.getoption("report") is not None
    harness = Harness(
        loop, environment.twilio, environment.driver, time=environment.time, folder=folder, with_pictures=wanted
    )
    request.node.stash[EVIDENCE] = harness.evidence
    broken: list[str] = []
    try:
        yield harness
        if request.node.stash.get(INTERRUPTED, False):
            return  # Ctrl-C reaches the driver too, which may already have exited
        broken = harness.broken_invariants()
        broken += loop.call(environment.faults_in_background)
        if broken:
            keep_evidence(request.node)
    finally:
        harness.stop_drivers()
    if broken:
        pytest.fail("\n".join(broken), pytrace=False)
