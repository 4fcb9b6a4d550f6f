"""How steps convert the values in their tables before passing them to the driver."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from harness.harness import Harness
from steps.commands import _value

MOMENT = "2026-01-01T00:01:00.000Z"


@pytest.mark.parametrize(
    ("parameter", "value"), [("Until", MOMENT), ("Comment", "in 60 seconds"), ("Message Content", "in 60 seconds")]
)
def test_a_moment_is_meant_only_where_one_is_asked_for(parameter: str, value: str) -> None:
    commands: Any = SimpleNamespace(moment=lambda _: MOMENT)
    harness = cast(Harness, SimpleNamespace(commands=commands))
    assert _value(harness, {"parameter": parameter, "value": "in 60 seconds"}) == value
