"""Takeovers with ``--driver=pair``: the standby takes over before one randomly chosen step of each scenario."""

from __future__ import annotations

import random
from typing import Any

import pytest

TAKEOVER = pytest.StashKey[str]()
"""The step before which the other driver took over, once it has."""

_DUE = pytest.StashKey[int]()
_LARGEST = 1_000_000


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that repeats the takeovers of an earlier run."""
    group = parser.getgroup("features", "feature files")
    group.addoption("--takeover-seed", metavar="N", type=int, help="with --driver=pair: repeat these takeovers")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Choose a seed unless one is given; worker processes get the same seed.

    Raises:
        pytest.UsageError: If a seed is given without a pair.
    """
    pair = config.getoption("driver") == "pair"
    if not pair and config.option.takeover_seed is not None:
        raise pytest.UsageError("--takeover-seed only works with two drivers: add --driver=pair, or remove it")
    if pair and config.option.takeover_seed is None:
        config.option.takeover_seed = random.SystemRandom().randrange(_LARGEST)


def pytest_report_header(config: pytest.Config) -> str | None:
    """Print how to repeat the takeovers of this run."""
    seed = config.option.takeover_seed
    return None if seed is None else f"takeovers: --takeover-seed={seed}"


def pytest_bdd_before_scenario(request: pytest.FixtureRequest, scenario: Any) -> None:
    """Choose the step before which the other driver takes over."""
    seed = request.config.option.takeover_seed
    if seed is not None:
        draw = random.Random(f"{seed} {request.node.nodeid}")  # noqa: S311 - not used for secrets
        request.node.stash[_DUE] = draw.randrange(len(scenario.steps))


def pytest_bdd_before_step(request: pytest.FixtureRequest, scenario: Any, step: Any) -> None:
    """Let the other driver take over before the chosen step or, if no driver runs then, before a later one."""
    item = request.node
    if _DUE not in item.stash or TAKEOVER in item.stash:
        return
    if scenario.steps.index(step) >= item.stash[_DUE] and request.getfixturevalue("harness").hand_over():
        item.stash[TAKEOVER] = f"{step.keyword} {step.name}"
