"""Writes the requested reports from the results of all processes: HTML, Cucumber JSON and Cucumber Messages."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import pytest

from gherkin_tools.collector import definitions
from harness.report import cucumber_json, cucumber_messages
from harness.report.html_report import page
from harness.report.scenario_result import ScenarioResult
from harness.time.clock import RealTime

_CUCUMBER = pytest.StashKey[Path]()
"""The path of the Cucumber JSON report, if requested."""

_DEFAULT_PAGE = Path("reports/features.html")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Take over Cucumber JSON reports from pytest-bdd, and write reports only in the process that has all results."""
    if config.option.cucumber_json_path:
        config.stash[_CUCUMBER] = Path(config.option.cucumber_json_path).expanduser()
        config.option.cucumber_json_path = None
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(_ReportFiles(config), "report-files")


def _try_to_write(option: str, file: Path) -> None:
    """Check before the run whether a report can be written.

    Raises:
        pytest.UsageError: If it cannot.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        new = not file.exists()
        with file.open("ab"):
            pass
        if new:
            file.unlink()
    except OSError as exc:
        raise pytest.UsageError(f"--{option}={file}: cannot write a report there ({exc.strerror})") from None


class _ReportFiles:
    """Gathers the results of all processes in the reporting one, and writes the files."""

    def __init__(self, config: pytest.Config) -> None:
        self.results: dict[str, ScenarioResult] = {}
        self.wanted: str | None = config.getoption("report")
        self.cucumber = config.stash.get(_CUCUMBER, None)
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
        """Store a result; a later failure of the same scenario overrides an earlier pass."""
        if packed := getattr(report, "scenario_result", None):
            result = ScenarioResult.unpack(packed)
            known = self.results.get(result.node)
            if known is None or known.outcome == "passed":
                self.results[result.node] = result

    def pytest_sessionfinish(self) -> None:
        """Write the requested machine-readable reports."""
        if self.cucumber is not None:
            cucumber_json.write(self.cucumber, self.results.values(), self.root)
        if self.messages is not None:
            cucumber_messages.write(
                self.messages, self.results.values(), definitions(), root=self.root, ended=RealTime().now()
            )

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Write the HTML report if it was requested or a scenario failed, and print the addresses of all reports."""
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
