"""Rows survive the round trip through plain values; every invalid value is reported with its path."""

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

import pytest

from fake_twilio.typed_json import from_json, to_json


class Color(StrEnum):
    RED = "red"


class Step(NamedTuple):
    color: Color
    seconds: float = 0.0


@dataclass(frozen=True)
class Inner:
    names: tuple[str, ...] = ()


NO_NAMES = Inner()


@dataclass(frozen=True)
class Row:
    sid: str
    count: int
    at: datetime
    price: Decimal
    content: bytes
    color: Color
    steps: tuple[Step, ...]
    inner: Inner = NO_NAMES
    sent: datetime | None = None
    code: int | None = None
    on: bool = False
    rate: float = 0.0
    countries: frozenset[str] = frozenset()
    counts: dict[str, int] = field(default_factory=dict)


ROW = Row(
    "SM1",
    2,
    datetime(2026, 11, 23, 5, 15, 0, 123, tzinfo=UTC),
    Decimal("15.50"),
    b"\xff\x00",
    Color.RED,
    (Step(Color.RED, 1.5), Step(Color.RED)),
    Inner(("a", "b")),
    datetime(2026, 11, 23, tzinfo=UTC),
    30003,
    True,
    0.5,
    frozenset({"US", "CA"}),
    {"a": 1},
)


def _read(kind: Any, value: Any) -> tuple[Any, list[str]]:
    problems: list[str] = []
    return from_json(kind, value, "row", problems=problems), problems


def test_a_row_comes_back_equal() -> None:
    there = json.loads(json.dumps(to_json(Row, ROW)))
    assert there["at"] == "2026-11-23T05:15:00.000123Z"
    assert there["countries"] == ["CA", "US"]
    assert _read(Row, there) == (ROW, [])


def test_a_part_that_is_the_default_is_left_out_and_comes_back_as_the_same_object() -> None:
    written = to_json(Row, replace(ROW, inner=NO_NAMES))
    assert "inner" not in written
    problems: list[str] = []
    assert from_json(Row, written, "row", problems=problems).inner is NO_NAMES
    assert problems == []


def test_defaults_stand_in_for_what_is_missing() -> None:
    there = to_json(Row, ROW)
    assert _read(Inner, {}) == (Inner(), [])
    del there["sid"]
    assert _read(Row, there) == (None, ["row.sid: is missing"])


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("sid", 1, "row.sid: 1 is not a string"),
        ("count", "2", "row.count: '2' is not a whole number"),
        ("count", True, "row.count: True is not a whole number"),
        ("on", 1, "row.on: 1 is not true or false"),
        ("rate", "fast", "row.rate: 'fast' is not a number"),
        ("at", "2026-11-23T05:15:00", "row.at: '2026-11-23T05:15:00' is not a date and time with a time zone"),
        ("at", 5, "row.at: 5 is not a date and time with a time zone"),
        ("sent", "late", "row.sent: 'late' is not a date and time with a time zone"),
        ("price", "much", "row.price: 'much' is not a number as a string"),
        ("price", "NaN", "row.price: 'NaN' is not a number as a string"),
        ("price", 5, "row.price: 5 is not a number as a string"),
        ("content", "!", "row.content: '!' is not base64"),
        ("content", None, "row.content: None is not base64"),
        ("color", "blue", "row.color: 'blue' is not one of red"),
        ("color", [], "row.color: [] is not one of red"),
        ("steps", [["red"]], "row.steps.0: ['red'] is not a list of 2"),
        ("steps", [["red", 1], ["blue", 1]], "row.steps.1.0: 'blue' is not one of red"),
        ("steps", {}, "row.steps: {} is not a list"),
        ("inner", [], "row.inner: [] is not an object"),
        ("inner", {"names": [1]}, "row.inner.names.0: 1 is not a string"),
        ("countries", [["US"]], "row.countries.0: ['US'] is not a string"),
        ("counts", [], "row.counts: [] is not an object"),
        ("counts", {"a": "b"}, "row.counts.a: 'b' is not a whole number"),
        ("sid", ["x" * 99], f"row.sid: ['{'x' * 77}… is not a string"),
    ],
)
def test_a_wrong_value_is_named(name: str, value: object, problem: str) -> None:
    assert _read(Row, {**to_json(Row, ROW), name: value}) == (None, [problem])


def test_every_mistake_is_named() -> None:
    rows = [to_json(Row, ROW), {**to_json(Row, ROW), "count": "x", "color": 1}, "nothing"]
    assert _read(list[Row], rows)[1] == [
        "row.1.count: 'x' is not a whole number",
        "row.1.color: 1 is not one of red",
        "row.2: 'nothing' is not an object",
    ]
