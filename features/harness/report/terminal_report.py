"""Turns what pytest reports into results on scenarios, and shows failing ones as the scenario, step by step."""

from __future__ import annotations

import os
import shlex
import traceback
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest

from gherkin_tools.collector import definitions, scenario_of, scenario_run
from harness.redaction import shortened
from harness.report import cucumber_json, cucumber_messages
from harness.report.html_report import page
from harness.report.scenario_result import FAILED, MARKS, NOT_REACHED, PASSED, Evidence, ScenarioResult, StepResult
from harness.takeovers import TAKEOVER
from harness.time.clock import RealTime
from harness.twilio.real_settings import FILE

EVIDENCE = pytest.StashKey[Callable[[], Evidence]]()
"""Where a scenario's harness leaves the function that reports what happened."""

_GATHERED = pytest.StashKey[Evidence]()
CUCUMBER = pytest.StashKey[Path]()
"""Where Cucumber's JSON is to be written, if it is."""

_VERDICTS = pytest.StashKey[dict[str, ScenarioResult]]()
_DEFAULT_PAGE = Path("reports/features.html")
_SHOWN = 15


class Failure:
    """A failed scenario as the terminal shows it, in place of a traceback."""

    def __init__(self, result: ScenarioResult) -> None:
        self.result = result

    def toterminal(self, tw: Any) -> None:
        """Write the scenario with a mark for each step, what went wrong, what happened, and how to play it again."""
        colors = {PASSED: {"green": True}, FAILED: {"red": True}, NOT_REACHED: {"light": True}}
        for text, outcome in lines(self.result):
            tw.line(text, **colors.get(outcome, {}))

    def __str__(self) -> str:
        return "\n".join(text for text, _ in lines(self.result))


def lines(result: ScenarioResult) -> list[tuple[str, str]]:
    """A failed scenario as lines, each with the outcome that colors it (or nothing)."""
    found = [(f"{result.file}:{result.line}", ""), (result.title, ""), ("", "")]
    failure = [(f"      {line}", FAILED) for line in result.failure.splitlines()]
    at_a_step = False
    for step in result.steps:
        found.append((f"  {MARKS[step.outcome]} {step.keyword} {step.text}", step.outcome))
        found += [(f"  {line}".rstrip(), step.outcome) for line in step.below.splitlines()]
        if step.outcome == FAILED:
            found += failure
            at_a_step = True
    if not at_a_step:
        found += [("", ""), *failure]
    evidence = result.evidence
    for head, said in (
        ("what happened (clock time):", ["  ".join(row) for row in evidence.timeline]),
        ("the driver's log:", evidence.log),
    ):
        if said:
            left_out = [f"… {len(said) - _SHOWN} earlier ones are on the page"] if len(said) > _SHOWN else []
            found += [("", ""), (f"  {head}", "")]
            found += [(f"    {line}", "") for line in [*left_out, *list(said)[-_SHOWN:]]]
    return [*found, ("", ""), (f"  again: {result.rerun}", "")]


@pytest.hookimpl(trylast=True)
def pytest_bdd_step_error(request: pytest.FixtureRequest) -> None:
    """Ask the harness what happened while it is still there."""
    keep_evidence(request.node)


def keep_evidence(item: pytest.Item) -> None:
    """Ask the harness of a scenario what happened, while it still can."""
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
    """Put the result into the report, and show a failure as its scenario."""
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
    """What JUnit's file says of a scenario beside its name and outcome."""
    place = f"{os.path.relpath(item.path, item.config.rootpath)}:{scenario.line_number}"
    tags = scenario.feature.tags | (scenario.rule.tags if scenario.rule else set()) | scenario.tags
    found: list[tuple[str, object]] = [("feature", scenario.feature.name), ("place", place)]
    found += [("rule", scenario.rule.name)] if scenario.rule else []
    found += [(side, item.config.getoption(side)) for side in ("twilio", "driver")]
    return [*found, *(("tag", tag) for tag in sorted(tags))]


def _failure_text(report: pytest.TestReport, call: pytest.CallInfo[None]) -> str:
    """What went wrong, as the assertion says it; where it is not an assertion, with the places in the suite."""
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


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Make room for the results, and take over the writing of Cucumber's JSON from pytest-bdd."""
    if config.option.cucumber_json_path:
        config.stash[CUCUMBER] = Path(config.option.cucumber_json_path).expanduser()
        config.option.cucumber_json_path = None
    config.stash[_VERDICTS] = {}
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Controller(config), "harness-controller")


def _try_to_write(option: str, file: Path) -> None:
    """Find out before anything is played whether a report can be written.

    Raises:
        pytest.UsageError: When it cannot.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        new = not file.exists()
        with file.open("ab"):
            pass
        if new:
            file.unlink()
    except OSError as exc:
        raise pytest.UsageError(f"--{option}={file}: no report can be written there ({exc.strerror})") from None


class _Controller:
    """Gathers the results of all processes in the one that reports."""

    def __init__(self, config: pytest.Config) -> None:
        self.results: dict[str, ScenarioResult] = config.stash[_VERDICTS]
        self.wanted: str | None = config.getoption("report")
        self.cucumber = config.stash.get(CUCUMBER, None)
        self.messages = Path(file) if (file := config.getoption("messages")) else None
        files = {"report": self.wanted and Path(self.wanted), "cucumberjson": self.cucumber, "messages": self.messages}
        for option, file in files.items():
            if file:
                _try_to_write(option, file)
        self.root = config.rootpath
        command = shlex.join(["pytest", *map(str, config.invocation_params.args)])
        self.played = f"{RealTime().now():%Y-%m-%d %H:%M} UTC: {command}"

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take in a result; a later failure of the same scenario counts more than an earlier pass."""
        if packed := getattr(report, "scenario_result", None):
            result = ScenarioResult.unpack(packed)
            known = self.results.get(result.node)
            if known is None or known.outcome == "passed":
                self.results[result.node] = result

    def pytest_sessionfinish(self) -> None:
        """Write the reports for machines where they were asked for."""
        if self.cucumber is not None:
            cucumber_json.write(self.cucumber, self.results.values(), self.root)
        if self.messages is not None:
            cucumber_messages.write(
                self.messages, self.results.values(), definitions(), root=self.root, ended=RealTime().now()
            )

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Write the page when it was asked for or when it is needed, and say where the reports are."""
        for name, file in (("Cucumber JSON", self.cucumber), ("Cucumber Messages", self.messages)):
            if file is not None:
                terminalreporter.write_line(f"{name}: {file.resolve().as_uri()}")
        failed = any(result.outcome == "failed" for result in self.results.values())
        if not self.results or not (self.wanted or failed):
            return
        file = Path(self.wanted) if self.wanted else _DEFAULT_PAGE
        file.parent.mkdir(exist_ok=True)
        file.write_text(page(list(self.results.values()), self.played), encoding="utf-8")
        terminalreporter.write_line(f"scenarios, step by step: {file.resolve().as_uri()}")
