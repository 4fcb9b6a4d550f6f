"""The pytest plugin of the feature suite: its options, and the collection and selection of scenarios."""

from __future__ import annotations

import gc
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from gherkin_tools import editor_stub, gherkin_model, lint_command, step_catalogue
from gherkin_tools.collector import FeatureFile, asynchronous_steps, definitions, find_steps_quickly, scenario_of
from gherkin_tools.scenario_lint import step_problems
from gherkin_tools.tags import TAGS
from harness.capabilities import DRIVERS, REAL_LACKS, TWILIOS, Capability, lacking
from harness.driver.container import IMAGE, why_not
from harness.environment import Choice
from harness.personas import NotOnThisBackendError
from harness.report import verification_report
from harness.time.clock import RealTime
from harness.twilio.budget import Budget
from harness.twilio.real_settings import FILE, NotReadyError, read_settings

CHOICE = pytest.StashKey[Choice]()
"""The chosen backends of the session."""

INTERRUPTED = pytest.StashKey[bool]()
"""Whether a scenario was interrupted (Ctrl-C) and therefore says nothing about the driver."""

SUITE = Path(__file__).resolve().parents[1]
ROOT = SUITE.parent
MAX_SCENARIO_S = 300
"""Seconds after which a scenario in real time counts as hung."""

SLOW_S = 5.0
"""Scenarios that really wait longer than this, in seconds, are tagged @slow automatically."""

_RARELY = (50_000, 20, 20)
"""Garbage collection threshold for feature runs; imports and scenarios leave little garbage."""

_OTHERS = ("hypothesispytest",)
STEPS_PAGE = ROOT / "docs" / "qa" / "steps.md"
STUB = SUITE / "editor" / "steps.js"
SNIPPETS = ROOT / ".vscode" / "steps.code-snippets"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the suite's options."""
    group = parser.getgroup("features", "feature files")
    group.addoption("--check", action="store_true", help="lint the feature files without running them")
    group.addoption("--fix", action="store_true", help="format the feature files without running them")
    group.addoption(
        "--write-steps",
        action="store_true",
        help="generate the step catalog and the editor files without running scenarios",
    )
    group.addoption("--verified", action="store_true", help="report @verified tags without running scenarios")
    group.addoption("--twilio", choices=list(TWILIOS), default="fake", help="the Twilio to use (default: %(default)s)")
    group.addoption("--driver", choices=list(DRIVERS), default="in-process", help="how the driver runs (%(default)s)")
    group.addoption("--budget", metavar="N", type=int, help="with --twilio=real: maximum number of messages to send")
    group.addoption("--faulty-line", action="store_true", help="with --twilio=real: inject connection faults")
    group.addoption("--real-settings", metavar="FILE", type=Path, default=FILE, help="your numbers (%(default)s)")
    group.addoption("--messages", metavar="FILE", help="write Cucumber Messages (ndjson)")
    group.addoption("--report", metavar="FILE", help="write one self-contained HTML page (failing runs always do)")


def _choice(config: pytest.Config) -> Choice:
    """Return the chosen backends, after checking that they can be used.

    Raises:
        pytest.UsageError: With what is missing.
    """
    twilio, driver = config.getoption("twilio"), config.getoption("driver")
    if driver == "compose" and (failure := why_not(IMAGE)):
        raise pytest.UsageError(failure)
    if driver == "pair" and twilio != "fake":
        raise pytest.UsageError("--driver=pair needs a manual clock: remove --twilio")
    if twilio != "real":
        for name in ("budget", "faulty_line"):
            if config.getoption(name):
                raise pytest.UsageError(
                    f"--{name.replace('_', '-')} only works with the real Twilio: add --twilio=real, or remove it"
                )
        return Choice(twilio, driver)
    parallel = hasattr(config, "workerinput") or bool(config.getoption("numprocesses", None))
    try:
        settings = read_settings(config.getoption("budget"), parallel=parallel, file=config.getoption("real_settings"))
    except NotReadyError as exc:
        raise pytest.UsageError(str(exc)) from None
    guard = Budget(settings.budget, {settings.number, settings.handset_number})
    return Choice(twilio, driver, settings, guard, line=config.getoption("faulty_line"))


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Print the bill."""
    if (guard := config.stash[CHOICE].guard) is not None:
        terminalreporter.write_line(guard.bill)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Unregister plugins of other tests if only feature files run; they take longer than a scenario."""
    config.stash[CHOICE] = _choice(config)
    find_steps_quickly()
    config.addinivalue_line("markers", f"slow: {TAGS['slow']}")
    named = [Path(str(argument).split("::", 1)[0]).resolve() for argument in config.args]
    if named and all(path.is_relative_to(SUITE) for path in named):
        gc.set_threshold(*_RARELY)
        for name in filter(config.pluginmanager.has_plugin, _OTHERS):
            config.pluginmanager.unregister(name=name)


def pytest_cmdline_main(config: pytest.Config) -> int | None:
    """Handle ``--check``, ``--fix``, ``--write-steps`` and ``--verified``, which run no scenario.

    Raises:
        pytest.UsageError: If an argument matches no feature file, or a required file cannot be read.
    """
    chosen = [name for name in _INSTEAD if config.getoption(name)]
    if not chosen:
        return None
    try:
        paths = lint_command.feature_files(config.args)
        return max(_INSTEAD[name](paths) for name in chosen)
    except (lint_command.NothingThereError, gherkin_model.UnreadableError) as exc:
        raise pytest.UsageError(str(exc)) from None


def _fix(paths: list[Path]) -> int:
    changed = lint_command.fix(paths)
    _say([f"aligned {_shown(path)}" for path in changed] or ["nothing to align"])
    if broken := list(lint_command.unreadable(paths)):
        _say(["fix by hand:", *(failure.line_from(Path.cwd()) for failure in broken)])
    return 1 if broken else 0


def _check(paths: list[Path]) -> int:
    if names := asynchronous_steps():
        _say([f"steps must be plain functions; `async def` would always pass: {name}" for name in names])
    checked = lint_command.check(paths, definitions(), today=RealTime().now().date(), suite=SUITE, lacking=REAL_LACKS)
    _say(list(checked.lines(Path.cwd())))
    return 1 if checked.lint_findings or names else 0


def _write_steps(_: list[Path]) -> int:
    for file, text in made_from_steps().items():
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
        _say([f"wrote {_shown(file)}"])
    return 0


def _verified(paths: list[Path]) -> int:
    report = verification_report.report(map(gherkin_model.read, paths), definitions(), REAL_LACKS)
    _say(list(report.lines(RealTime().now().date(), Path.cwd())))
    return 0


_INSTEAD = {"fix": _fix, "check": _check, "write_steps": _write_steps, "verified": _verified}


def made_from_steps() -> dict[Path, str]:
    """Return the contents of the files generated from the steps: the catalog, and the editor files."""
    suite = [gherkin_model.read(path) for path in lint_command.feature_files([SUITE])]
    return {
        STEPS_PAGE: step_catalogue.page(definitions(), suite, ROOT),
        STUB: editor_stub.stub(definitions(), ROOT),
        SNIPPETS: editor_stub.snippets(definitions(), suite),
    }


def _say(lines: list[str]) -> None:
    print("\n".join(lines))  # noqa: T201 - this is command output


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect ``.feature`` files as test modules."""
    if file_path.suffix != ".feature":
        return None
    file = FeatureFile.from_parent(parent, path=file_path)
    file.add_marker(pytest.mark.usefixtures("environment"))  # keep shared setup out of the first scenario's time
    return file


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark scenarios that cannot run here, each with a one-sentence reason, and slow ones."""
    choice = config.stash[CHOICE]
    tunnel = choice.real is not None and bool(choice.real.tunnel)
    missing = lacking(choice.twilio, choice.driver, line=choice.line, tunnel=tunnel)
    for item in items:
        if (scenario := scenario_of(item)) is None:
            continue
        if marker := _marker(item, scenario, missing, config=config):
            item.add_marker(marker)
        elif Capability.CLOCK in missing:
            item.add_marker(pytest.mark.timeout(MAX_SCENARIO_S))
            if _waits(scenario) > SLOW_S:
                item.add_marker(pytest.mark.slow)


def _waits(scenario: Any) -> float:
    """Return how many seconds a scenario lets pass."""
    passed = 0.0
    for step in scenario.steps:
        for definition in definitions().matching(step.type, step.name):
            seconds = (definition.parser.parse_arguments(step.name) or {}).get("seconds")
            passed += seconds if isinstance(seconds, float) else 0
    return passed


def _marker(item: pytest.Item, scenario: Any, missing: frozenset[Any], *, config: pytest.Config) -> Any:
    if item.get_closest_marker("wip"):
        return pytest.mark.xfail(reason="work in progress", strict=False)
    if item.get_closest_marker("manual"):
        asked = "manual" in config.getoption("markexpr")
        return pytest.mark.timeout(0) if asked else pytest.mark.skip(reason="needs a person: run it with -m manual")
    if item.get_closest_marker("real-only") and config.getoption("twilio") != "real":
        return pytest.mark.skip(reason="can only be observed on the real Twilio")
    if item.get_closest_marker("one-driver") and config.getoption("driver") == "pair":
        return pytest.mark.skip(reason="shows what a driver that takes over does not have")
    if item.get_closest_marker("fake-only") and config.getoption("twilio") == "real":
        return pytest.mark.skip(reason="cannot be observed on the real Twilio")
    if config.getoption("twilio") == "test-credentials" and not item.get_closest_marker("magic"):
        return pytest.mark.skip(reason="test credentials only validate messages; scenarios for them are tagged @magic")
    for step in scenario.steps:
        for definition in definitions().matching(step.type, step.name):
            if lacks := sorted(definition.needed_by(step.name) & missing):
                return pytest.mark.skip(reason=f'needs {", ".join(lacks)}: "{step.name}"')
    return None


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Reject invalid steps before anything is started for the scenario."""
    __tracebackhide__ = True
    if (scenario := scenario_of(item)) is None:
        return
    steps = [_as_written(step) for step in scenario.steps]
    if faults := [f"{_shown(item.path)}:{line}: {text}" for line, text in step_problems(steps, definitions())]:
        pytest.fail("\n".join(faults), pytrace=False)


def _shown(path: Path) -> str:
    """Return a path for display: relative to the current folder where possible."""
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


def _as_written(step: Any) -> gherkin_model.Step:
    """Convert a step of the library to a step of the feature file model."""
    table = tuple(map(tuple, step.datatable.raw())) if step.datatable else ()
    return gherkin_model.Step(step.keyword, step.type, step.name, step.line_number, table, step.docstring)


@pytest.hookimpl(tryfirst=True)
def pytest_bdd_before_step(request: pytest.FixtureRequest) -> None:
    """Mark the start of the step in the event log, before a takeover adds more events."""
    request.getfixturevalue("harness").view.event_log.begin_step()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Skip a scenario that turns out to need people or numbers that the real Twilio backend does not have."""
    try:
        return (yield)
    except KeyboardInterrupt:
        item.stash[INTERRUPTED] = True
        raise
    except NotOnThisBackendError as exc:
        if item.config.getoption("twilio") == "fake":
            raise
        pytest.skip(str(exc))


def pytest_sessionfinish() -> None:
    """Skip garbage collection at the end of the session; pytest would run it ten times."""
    gc.freeze()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Refuse ``async def`` steps, which would always pass because they are never awaited.

    Raises:
        pytest.UsageError: With the name of each such step.
    """
    if names := asynchronous_steps():
        raise pytest.UsageError("steps must be plain functions; these are `async def`: " + ", ".join(names))
