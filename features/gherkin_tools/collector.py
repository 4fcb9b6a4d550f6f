"""Collects ``.feature`` files directly, so that whoever writes one writes no Python and failures name the feature file.

This is the only file that leans on the inner names of pytest and pytest-bdd; both are pinned for its sake.
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
    """One feature file as a test module; each scenario (each row of an outline) is a test named as it is written."""

    def _getobj(self) -> ModuleType:
        module = ModuleType(self.path.stem.replace("-", "_"))
        module.__file__ = str(self.path)
        return module

    def collect(self) -> Iterator[pytest.Item]:
        """Yield a test for every scenario, in the order of the file.

        Raises:
            pytest.Collector.CollectError: When the file is not valid Gherkin or part of it would never be played.
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
    """What would be left out without a word if the file were played."""
    if not document.scenarios:
        yield document.line, "there is no scenario in this feature: one begins with `Scenario:` and a name"
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
    """Give steps their texts as they stand in the file: the library takes away what all lines are indented by."""
    texts = {step.line: step.docstring for one in document.scenarios for step in (*one.background, *one.steps)}
    for template in feature.scenarios.values():
        for step in template.steps:
            step.docstring = texts[step.line_number]


def _nothing_more() -> None:
    """What follows the steps of a scenario: nothing."""


def _place(played: Callable[..., object], path: Path, line: int) -> None:
    """Let reports point to the feature file's line instead of the library's wrapper."""

    def here() -> None: ...

    code: CodeType = here.__code__.replace(co_filename=str(path), co_firstlineno=line)
    here.__code__ = code
    played.place_as = here  # type: ignore[attr-defined]


@functools.cache
def definitions() -> Definitions:
    """The step definitions of the plugins loaded so far, by module and line."""
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
    """The types that a step's pattern may name after the colon, by their names."""
    return dict(getattr(getattr(parser, "parser", None), "_extra_types", {}))


def asynchronous_steps() -> list[str]:
    """Names of step functions declared ``async def``: called without being awaited, they would pass."""
    contexts = step_function_context_registry.values()
    return sorted(
        f"{context.step_func.__module__}.{context.step_func.__name__}"
        for context in contexts
        if inspect.iscoroutinefunction(context.step_func) or inspect.isasyncgenfunction(context.step_func)
    )


def find_steps_quickly() -> None:
    """Let pytest-bdd hold the text of a step against the definitions before it asks pytest for fixtures.

    It asks for every fixture there is, twice for each step that is played, which takes longer than most steps.
    What it finds is the same.
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
    """The scenario that an item plays, with the values of its row in place; None for a test that is not a scenario."""
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
    """How far a scenario came: seconds for each step begun, and the index of the step that failed, if one did."""

    seconds: tuple[float, ...] = ()
    failed: int | None = None


def scenario_run(item: pytest.Item) -> ScenarioRun:
    """How far the scenario of an item came. The library reports steps that were never reached as failed too."""
    played = reporting.scenario_reports_registry.get(item)
    if played is None:
        return ScenarioRun()
    steps = played.step_reports
    failed = next((index for index, step in enumerate(steps) if step.failed), None)
    begun = steps if failed is None else steps[: failed + 1]
    return ScenarioRun(tuple(step.duration for step in begun), failed)
