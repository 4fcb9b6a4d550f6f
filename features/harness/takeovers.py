"""With ``--driver=pair``: before one step of each scenario, drawn from a seed, the driver on standby takes over."""

from __future__ import annotations

import random
from typing import Any

import pytest

TAKEOVER = pytest.StashKey[str]()
"""The step before which the other driver took over, once it has."""

_DUE = pytest.StashKey[int]()
_LARGEST = 1_000_000


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that plays the same takeovers again."""
    group = parser.getgroup("features", "feature files")
    group.addoption("--takeover-seed", metavar="N", type=int, help="with --driver=pair: play these takeovers again")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Draw a seed where none is given; processes that play beside this one get the same.

    Raises:
        pytest.UsageError: When there is a seed and no pair.
    """
    pair = config.getoption("driver") == "pair"
    if not pair and config.option.takeover_seed is not None:
        raise pytest.UsageError("--takeover-seed is for two drivers: add --driver=pair, or leave it out")
    if pair and config.option.takeover_seed is None:
        config.option.takeover_seed = random.SystemRandom().randrange(_LARGEST)


def pytest_report_header(config: pytest.Config) -> str | None:
    """Say how to play the same takeovers again."""
    seed = config.option.takeover_seed
    return None if seed is None else f"takeovers: --takeover-seed={seed}"


def pytest_bdd_before_scenario(request: pytest.FixtureRequest, scenario: Any) -> None:
    """Draw the step before which the other driver takes over."""
    seed = request.config.option.takeover_seed
    if seed is not None:
        draw = random.Random(f"{seed} {request.node.nodeid}")  # noqa: S311 - nothing secret is drawn
        request.node.stash[_DUE] = draw.randrange(len(scenario.steps))


def pytest_bdd_before_step(request: pytest.FixtureRequest, scenario: Any, step: Any) -> None:
    """Let the other driver take over before the step that was drawn or, while no driver runs, before a later one."""
    item = request.node
    if _DUE not in item.stash or TAKEOVER in item.stash:
        return
    if scenario.steps.index(step) >= item.stash[_DUE] and request.getfixturevalue("harness").hand_over():
        item.stash[TAKEOVER] = f"{step.keyword} {step.name}"
