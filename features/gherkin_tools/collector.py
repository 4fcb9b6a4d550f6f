"""Collection of ``.feature`` files: authors write no Python, and failures name the feature file.

This is the only file that relies on internals of pytest and pytest-bdd, and the reason why both are pinned.
"""

from __future__ import annotations

import functools
import inspect
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import pytest
from pytest_bdd import reporting, scenario
from pytest_bdd.compat import get_fixture_names, getfixturedefs
from pytest_bdd.feature import get_feature
from pytest_bdd.scenario import scenario_wrapper_template_registry
from pytest_bdd.steps import StepNamePrefix, step_function_context_registry

from gherkin_tools.gherkin_lint import begins_with_and, taken_for_prose
from gherkin_tools.gherkin_model import Document, UnreadableError, read
from gherkin_tools.step_definitions import KINDS, Definitions, StepDefinition
from gherkin_tools.tags import meaning, undeclared


class FeatureFile(pytest.Module):
    """A feature file as a test module; each scenario, or row of an outline, is a test with the scenario's name."""

    def _getobj(self) -> ModuleType:
        module = ModuleType(self.path.stem.replace("-", "_"))
        module.__file__ = str(self.path)
        return module

    def collect(self) -> Iterator[pytest.Item]:
        """Yield a test for every scenario, in file order.

        Raises:
            pytest.Collector.CollectError: If the file is not valid Gherkin or part of it would never run.
        """
        try:
            document = read(self.path)
        except UnreadableError as exc:
            raise self.CollectError(str(exc)) from exc
        if faults := [f"{self.path}:{line}: {text}" for line, text in _unplayable(document)]:
            raise self.CollectError("\n".join(faults))
        self._declare_tags(document)
        feature = get_feature(str(self.path.parent), self.path.name)
        _keep_indentation(feature, document)
        self.session._fixturemanager.parsefactories(self)  # noqa: SLF001
        for name, template in feature.scenarios.items():
            played = scenario(self.path.name, name, features_base_dir=str(self.path.parent))(_nothing_more)
            _place(played, self.path, template.line_number)
            setattr(self.obj, name, played)
            yield from self._genfunctions(name, played)

    def _declare_tags(self, document: Document) -> None:
        for tag in sorted({tag for one in document.scenarios for tag in one.tags}):
            line = f"{tag}: {meaning(tag)}"
            if line not in self.config.getini("markers"):
                self.config.addinivalue_line("markers", line)


def _unplayable(document: Document) -> Iterator[tuple[int, str]]:
    """Yield what would be silently left out if the file were run."""
    if not document.scenarios:
        yield document.line, "this feature has no scenario; add a line with `Scenario:` and a name"
    yield from taken_for_prose(document, definitions())
    yield from begins_with_and(document)
    counted = Counter(one.name for one in document.scenarios)
    for one in document.scenarios:
        if not one.steps:
            yield one.line, f'scenario "{one.name}" has no steps'
        if counted[one.name] > 1:
            yield one.line, f'{counted[one.name]} scenarios of this file are called "{one.name}"'
        if one.outline and not any(examples.rows for examples in one.examples):
            yield one.line, f'outline "{one.name}" has no examples'
        if names := undeclared(one.tags):
            yield one.line, f"undeclared tag @{', @'.join(names)} (features/gherkin_tools/tags.py lists them)"


def _keep_indentation(feature: Any, document: Document) -> None:
    """Keep the text under steps as indented in the file; the library strips the indentation common to all lines."""
    texts = {step.line: step.docstring for one in document.scenarios for step in (*one.background, *one.steps)}
    for template in feature.scenarios.values():
        for step in template.steps:
            step.docstring = texts[step.line_number]


def _nothing_more() -> None:
    """Do nothing after the steps of a scenario."""


def _place(played: Callable[..., object], path: Path, line: int) -> None:
    """Make reports point to the line of the feature file instead of the library's wrapper."""

    def here() -> None: ...

    code: CodeType = here.__code__.replace(co_filename=str(path), co_firstlineno=line)
    here.__code__ = code
    played.place_as = here  # type: ignore[attr-defined]


@functools.cache
def definitions() -> Definitions:
    """Return the step definitions of the plugins loaded so far, by module and line."""
    found = [
        StepDefinition(kind, context.parser, context.step_func, _types(context.parser))
        for context in step_function_context_registry.values()
        for kind in ([context.type] if context.type else KINDS)
        if context.step_func.__module__.startswith("steps.")
    ]

    def order(one: StepDefinition) -> tuple[str, int, int]:
        return one.concept, inspect.unwrap(one.function).__code__.co_firstlineno, KINDS.index(one.kind)

    return Definitions(sorted(found, key=order))


def _types(parser: Any) -> Mapping[str, Callable[[str], object]]:
    """Return the types that a step's pattern may name after the colon, by name."""
    return dict(getattr(getattr(parser, "parser", None), "_extra_types", {}))


def asynchronous_steps() -> list[str]:
    """Return the names of step functions declared ``async def``, which would pass because they are never awaited."""
    contexts = step_function_context_registry.values()
    return sorted(
        f"{context.step_func.__module__}.{context.step_func.__name__}"
        for context in contexts
        if inspect.iscoroutinefunction(context.step_func) or inspect.isasyncgenfunction(context.step_func)
    )


def find_steps_quickly() -> None:
    """Make pytest-bdd match a step's text against the definitions before it asks pytest for fixtures.

    It otherwise requests every known fixture twice per step, which takes longer than most steps.
    The result is the same.
    """
    vars(import_module(scenario.__module__))["find_fixturedefs_for_step"] = _definitions_for_step


def _definitions_for_step(step: Any, fixturemanager: Any, node: pytest.Item) -> Iterator[Any]:
    meant = {
        id(context): f"{StepNamePrefix.step_def.value}_{context.type or '*'}_{context.parser.name}"
        for context in step_function_context_registry.values()
        if context.type in (None, step.type) and context.parser.is_matching(step.name)
    }
    beginnings = tuple(meant.values())
    for name in get_fixture_names(fixturemanager=fixturemanager):
        if name.startswith(beginnings):
            found = getfixturedefs(fixturemanager, name, node) or ()
            yield from (one for one in found if id(step_function_context_registry.get(one.func)) in meant)


_RENDERED = pytest.StashKey[Any]()


def scenario_of(item: pytest.Item) -> Any | None:
    """Return the scenario of an item, rendered with the values of its row; None for a test that is not a scenario."""
    if _RENDERED not in item.stash:
        item.stash[_RENDERED] = _rendered(item)
    return item.stash[_RENDERED]


def _rendered(item: pytest.Item) -> Any | None:
    function = getattr(item, "function", None)
    template = None if function is None else scenario_wrapper_template_registry.get(function)
    if template is None:
        return None
    callspec = getattr(item, "callspec", None)
    return template.render(callspec.params["_pytest_bdd_example"] if callspec else {})


@dataclass(frozen=True)
class ScenarioRun:
    """The progress of a scenario: seconds for each step begun, and the index of the failed step, if any."""

    seconds: tuple[float, ...] = ()
    failed: int | None = None


def scenario_run(item: pytest.Item) -> ScenarioRun:
    """Return the progress of an item's scenario. The library also reports steps that were never reached as failed."""
    played = reporting.scenario_reports_registry.get(item)
    if played is None:
        return ScenarioRun()
    steps = played.step_reports
    failed = next((index for index, step in enumerate(steps) if step.failed), None)
    begun = steps if failed is None else steps[: failed + 1]
    return ScenarioRun(tuple(step.duration for step in begun), failed)
