"""Collects `.feature` files directly, so that whoever writes one writes no Python and failures name the feature file.

This is the only file that leans on the inner names of pytest and pytest-bdd; both are pinned for its sake.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import pytest
from pytest_bdd import scenario
from pytest_bdd.feature import get_feature
from pytest_bdd.scenario import scenario_wrapper_template_registry
from pytest_bdd.steps import step_function_context_registry


class FeatureFile(pytest.Module):
    """One feature file as a test module; each scenario (each row of an outline) is a test named as it is written."""

    def _getobj(self) -> ModuleType:
        module = ModuleType(self.path.stem.replace("-", "_"))
        module.__file__ = str(self.path)
        return module

    def collect(self) -> Iterator[pytest.Item]:
        """Yield a test for every scenario, in the order of the file.

        Raises:
            pytest.Collector.CollectError: When the file is no valid Gherkin, with the line at fault.
        """
        try:
            feature = get_feature(str(self.path.parent), self.path.name)
        except Exception as error:
            raise self.CollectError(f"{self.path}: {error}") from error
        if not feature.scenarios:
            raise self.CollectError(f"{self.path}: there is no scenario in this feature")
        self.session._fixturemanager.parsefactories(self)  # noqa: SLF001
        for name, template in feature.scenarios.items():
            if not template.steps:
                raise self.CollectError(f'{self.path}:{template.line_number}: scenario "{name}" has no steps')
            played = scenario(self.path.name, name, features_base_dir=str(self.path.parent))(_nothing_more)
            _place(played, self.path, template.line_number)
            setattr(self.obj, name, played)
            yield from self._genfunctions(name, played)


def _nothing_more() -> None:
    """What follows the steps of a scenario: nothing."""


def _place(played: Callable[..., object], path: Path, line: int) -> None:
    """Let reports point to the feature file's line instead of the library's wrapper."""

    def here() -> None: ...

    code: CodeType = here.__code__.replace(co_filename=str(path), co_firstlineno=line)
    here.__code__ = code
    played.place_as = here  # type: ignore[attr-defined]


def template_of(item: pytest.Item) -> Any | None:
    """The scenario template an item plays, or None for a test that is no scenario."""
    function = getattr(item, "function", None)
    return None if function is None else scenario_wrapper_template_registry.get(function)


def asynchronous_steps() -> list[str]:
    """Names of step functions declared `async def`: called without being awaited, they would pass."""
    contexts = step_function_context_registry.values()
    return sorted(
        f"{context.step_func.__module__}.{context.step_func.__name__}"
        for context in contexts
        if inspect.iscoroutinefunction(context.step_func) or inspect.isasyncgenfunction(context.step_func)
    )
