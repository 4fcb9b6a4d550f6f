"""The fake's records compare, hash and show themselves as dataclasses of the standard library do."""

import dataclasses
from typing import Any

import pytest

from fake_twilio import records

#: Both decorators, without their types: a checker sees only the standard library's.
DECORATORS: list[Any] = [records.dataclass, dataclasses.dataclass]


def point(decorator: Any, **options: bool) -> Any:
    class Point:
        x: int
        y: int = 2

    return decorator(**options)(Point)


@pytest.mark.parametrize("decorator", DECORATORS)
def test_equal_values_of_one_class_are_equal(decorator: Any) -> None:
    kind, other = point(decorator, frozen=True), point(decorator, frozen=True)
    assert kind(1) == kind(1, 2)
    assert kind(1) != kind(1, 3)
    assert kind(1) != other(1)
    assert len({kind(1), kind(1), kind(3)}) == 2


@pytest.mark.parametrize("decorator", DECORATORS)
def test_what_may_change_has_no_hash(decorator: Any) -> None:
    with pytest.raises(TypeError, match="unhashable"):
        hash(point(decorator)(1))


@pytest.mark.parametrize("decorator", DECORATORS)
def test_without_comparison_only_the_same_object_is_equal(decorator: Any) -> None:
    kind = point(decorator, eq=False)
    one = kind(1)
    assert one == one
    assert one != kind(1)
    assert len({one, kind(1)}) == 2


@pytest.mark.parametrize("decorator", DECORATORS)
def test_the_fields_are_shown(decorator: Any) -> None:
    assert repr(point(decorator)(1)) == "point.<locals>.Point(x=1, y=2)"
