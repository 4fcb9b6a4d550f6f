"""Converts pytest's reports on scenarios to results, with evidence from the harness."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest

from gherkin_tools.collector import scenario_of, scenario_run
from harness.redaction import shortened
from harness.report.scenario_result import FAILED, NOT_REACHED, PASSED, Evidence, ScenarioResult, StepResult
from harness.report.terminal_report import Failure
from harness.takeovers import TAKEOVER
from harness.twilio.real_settings import FILE

EVIDENCE = pytest.StashKey[Callable[[], Evidence]]()
"""Key for the function that reports what happened in a scenario."""

_GATHERED = pytest.StashKey[Evidence]()


@pytest.hookimpl(trylast=True)
def pytest_bdd_step_error(request: pytest.FixtureRequest) -> None:
    """Collect evidence while the harness still exists."""
    keep_evidence(request.node)


def keep_evidence(item: pytest.Item) -> None:
    """Collect evidence from a scenario's harness while it still exists."""
    if (ask := item.stash.get(EVIDENCE, None)) is None:
        return
    try:
        item.stash[_GATHERED] = ask()
    except Exception as exc:  # noqa: BLE001 - a report must not hide the failure it is about
        item.stash[_GATHERED] = Evidence(log=[f"(no evidence: {type(exc).__name__}: {exc})"])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the result to the report, and show a failure as its scenario."""
    report = yield
    scenario = scenario_of(item)
    if scenario is None:
        return report
    if report.when == "setup":
        item.user_properties += _properties(item, scenario)
    if report.when == "call" or report.outcome != "passed":
        result = _scenario_result(item, scenario, report, call=call)
        report.scenario_result = result.pack()  # type: ignore[attr-defined]
        if report.failed and not item.config.getoption("fulltrace"):
            report.longrepr = Failure(result)  # type: ignore[assignment]
    return report


def _scenario_result(
    item: pytest.Item, scenario: Any, report: pytest.TestReport, *, call: pytest.CallInfo[None]
) -> ScenarioResult:
    twilio = scenario_run(item)
    steps = []
    for index, step in enumerate(scenario.steps):
        outcome = NOT_REACHED if index >= len(twilio.seconds) else FAILED if index == twilio.failed else PASSED
        rows = step.datatable.raw() if step.datatable else []
        seconds = twilio.seconds[index] if index < len(twilio.seconds) else 0.0
        steps.append(StepResult(step.keyword, step.name, step.line_number, outcome, seconds, rows, step.docstring))
    callspec = getattr(item, "callspec", None)
    failure = _failure_text(report, call)
    if report.failed and TAKEOVER in item.stash:
        failure += f"\nthe other driver had taken over before: {item.stash[TAKEOVER]}"
    return ScenarioResult(
        node=item.nodeid,
        feature=scenario.feature.name,
        rule=scenario.rule.name if scenario.rule else "",
        scenario=scenario.name,
        case=callspec.id if callspec else "",
        file=os.path.relpath(item.path, item.config.rootpath),
        line=scenario.line_number,
        outcome=report.outcome,
        seconds=call.duration,
        steps=steps,
        failure=shortened(failure) if item.config.getoption("twilio") == "real" else failure,
        evidence=item.stash.get(_GATHERED, Evidence()),
        options=_options(item.config),
        keyword=scenario.keyword,
        description=scenario.description,
        tags=sorted(scenario.feature.tags | (scenario.rule.tags if scenario.rule else set()) | scenario.tags),
    )


def _properties(item: pytest.Item, scenario: Any) -> list[tuple[str, object]]:
    """Return the JUnit properties of a scenario, beside its name and outcome."""
    place = f"{os.path.relpath(item.path, item.config.rootpath)}:{scenario.line_number}"
    tags = scenario.feature.tags | (scenario.rule.tags if scenario.rule else set()) | scenario.tags
    found: list[tuple[str, object]] = [("feature", scenario.feature.name), ("place", place)]
    found += [("rule", scenario.rule.name)] if scenario.rule else []
    found += [(side, item.config.getoption(side)) for side in ("twilio", "driver")]
    return [*found, *(("tag", tag) for tag in sorted(tags))]


def _failure_text(report: pytest.TestReport, call: pytest.CallInfo[None]) -> str:
    """Return the assertion message of a failure; for other errors, with locations in the suite."""
    if call.excinfo is None:
        return ""
    if report.skipped:
        return str(call.excinfo.value)
    error = call.excinfo.value
    text = str(error) or type(error).__name__
    if isinstance(error, (AssertionError, pytest.fail.Exception)):
        return text
    frames = [f for f in traceback.extract_tb(error.__traceback__) if "site-packages" not in f.filename][-4:]
    places = "".join(f"\n  {Path(f.filename).name}:{f.lineno} in {f.name}: {f.line}" for f in frames)
    return f"{type(error).__name__}: {text}{places}"


def _options(config: pytest.Config) -> list[str]:
    usual = {"twilio": "fake", "driver": "in-process", "takeover_seed": None, "budget": None, "real_settings": FILE}
    chosen = {name: config.getoption(name) for name in usual}
    other = [f"--{name.replace('_', '-')}={value}" for name, value in chosen.items() if value != usual[name]]
    return [*other, *(["--faulty-line"] if config.getoption("faulty_line") else [])]
