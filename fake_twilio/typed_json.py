"""Rows of known types as plain JSON values, and back with every value checked.

Known are data classes, named tuples, enumerations, ``str``, ``int``, ``float``, ``bool``, ``bytes``, ``Decimal``,
``datetime``, and lists, sets, tuples, mappings and optionals of them.
"""

import base64
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import cache
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

Writer = Callable[[Any], Any]
Reader = Callable[[Any, str, list[str]], Any]
"""Takes a value, its path, and the list to which it adds what is wrong; what it returns then is of no use."""

_VALUE_SHOWN = 80
_SEQUENCES: tuple[type, ...] = (list, set, frozenset, tuple)


def to_json(kind: Any, value: Any) -> Any:
    """Return a value of a type as JSON has it."""
    return _writer(kind)(value)


def from_json(kind: Any, value: Any, path: str, *, problems: list[str]) -> Any:
    """Return the value that JSON stands for; every mistake is added to ``problems`` with its path."""
    return _reader(kind)(value, path, problems)


@cache
def _writer(kind: Any) -> Writer:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        inner = _writer(_present(kind))
        return lambda value: None if value is None else inner(value)
    if origin is dict:
        inner = _writer(arguments[1])
        return lambda value: {key: inner(each) for key, each in value.items()}
    if origin in (set, frozenset):
        inner = _writer(arguments[0])
        return lambda value: sorted(map(inner, value))
    if origin in _SEQUENCES:
        inner = _writer(arguments[0])
        return lambda value: list(map(inner, value))
    if _is_named_tuple(kind):
        columns = [_writer(hint) for hint in _hints(kind).values()]
        return lambda value: [write(each) for write, each in zip(columns, value, strict=True)]
    if is_dataclass(kind):
        return _row_writer(kind)
    if issubclass(kind, Enum):
        return lambda value: value.value
    return _WRITERS.get(kind, _as_is)


def _row_writer(kind: Any) -> Writer:
    """Return what writes a data class. A part that is the default object itself is left out, as the reader allows."""
    hints = _hints(kind)
    names = tuple(hints)
    values = attrgetter(*names) if len(names) > 1 else lambda row: (getattr(row, names[0]),)
    # Most fields are written as they are: those cost no call.
    cells = [
        (each.name, _writer(hints[each.name]), each.default if is_dataclass(each.default) else MISSING)
        for each in fields(kind)
        if not _plain(hints[each.name])
    ]

    def write(row: Any) -> dict[str, Any]:
        made = dict(zip(names, values(row), strict=True))
        for name, column, usual in cells:
            if made[name] is usual:
                del made[name]
            else:
                made[name] = column(made[name])
        return made

    return write


@cache
def _reader(kind: Any) -> Reader:
    origin, arguments = get_origin(kind), get_args(kind)
    if kind is Any:
        return lambda value, path, problems: value
    if origin in (Union, UnionType):
        inner = _reader(_present(kind))
        return lambda value, path, problems: None if value is None else inner(value, path, problems)
    if origin is dict:
        return _mapping(_reader(arguments[1]))
    if origin in _SEQUENCES:
        return _sequence(origin, _reader(arguments[0]))
    if _is_named_tuple(kind):
        return _named_tuple(kind, [_reader(hint) for hint in _hints(kind).values()])
    if is_dataclass(kind):
        return _row(kind)
    return _single(kind, _READERS.get(kind, kind))


def _row(kind: Any) -> Reader:
    hints = _hints(kind)
    cells = [
        (
            each.name,
            _as_they_are(hints[each.name]),
            _reader(hints[each.name]),
            each.default is MISSING and each.default_factory is MISSING,
        )
        for each in fields(kind)
    ]

    def read(value: Any, path: str, problems: list[str]) -> Any:
        if not isinstance(value, Mapping):
            return problems.append(f"{path}: {_shown(value)} is not an object")
        before = len(problems)
        found = {}
        for name, plain, column, required in cells:
            if name in value:
                cell = value[name]
                # Most values are taken as they are: those cost no call and no path.
                found[name] = cell if type(cell) in plain else column(cell, f"{path}.{name}", problems)
            elif required:
                problems.append(f"{path}.{name}: is missing")
        return kind(**found) if len(problems) == before else None

    return read


def _mapping(inner: Reader) -> Reader:
    def read(value: Any, path: str, problems: list[str]) -> Any:
        if not isinstance(value, Mapping):
            return problems.append(f"{path}: {_shown(value)} is not an object")
        return {key: inner(each, f"{path}.{key}", problems) for key, each in value.items()}

    return read


def _sequence(kind: Any, inner: Reader) -> Reader:
    def read(value: Any, path: str, problems: list[str]) -> Any:
        if not isinstance(value, list):
            return problems.append(f"{path}: {_shown(value)} is not a list")
        found = [inner(each, f"{path}.{index}", problems) for index, each in enumerate(value)]
        return None if problems else kind(found)

    return read


def _named_tuple(kind: Any, columns: list[Reader]) -> Reader:
    def read(value: Any, path: str, problems: list[str]) -> Any:
        if not isinstance(value, list) or len(value) != len(columns):
            return problems.append(f"{path}: {_shown(value)} is not a list of {len(columns)}")
        return kind(
            *(column(each, f"{path}.{index}", problems) for index, (column, each) in enumerate(zip(columns, value)))  # noqa: B905 - they are of one length
        )

    return read


def _single(kind: Any, convert: Callable[[Any], Any]) -> Reader:
    words = _WORDS.get(kind, f"one of {', '.join(each.value for each in kind)}" if issubclass(kind, Enum) else "")

    def read(value: Any, path: str, problems: list[str]) -> Any:
        try:
            return convert(value)
        except (ValueError, TypeError, InvalidOperation):
            return problems.append(f"{path}: {_shown(value)} is not {words}")

    return read


def _exactly(*kinds: type) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if type(value) not in kinds:
            raise TypeError
        return value

    return read


def _number(value: Any) -> float:
    if type(value) not in (int, float):
        raise TypeError
    return float(value)


def _decimal(value: Any) -> Decimal:
    if not isinstance(value, str) or not (number := Decimal(value)).is_finite():
        raise TypeError
    return number


def _instant(value: Any) -> datetime:
    instant = datetime.fromisoformat(value)
    if instant.tzinfo is None:
        raise ValueError
    return instant


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _VALUE_SHOWN else f"{text[: _VALUE_SHOWN - 1]}…"


def _present(kind: Any) -> Any:
    """Return the type that an optional has when it is there."""
    (only,) = (each for each in get_args(kind) if each is not NoneType)
    return only


def _plain(kind: Any) -> bool:
    """Return whether values of a type, or none, are JSON as they are."""
    if get_origin(kind) in (Union, UnionType):
        kind = _present(kind)
    return kind in (str, int, float, bool)


def _as_they_are(kind: Any) -> frozenset[type]:
    """Return the types whose values a field takes without a look at them."""
    optional = get_origin(kind) in (Union, UnionType)
    only = _present(kind) if optional else kind
    return frozenset({only, NoneType} if optional else {only}) if only in (str, int, bool) else frozenset()


def _is_named_tuple(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, tuple) and hasattr(kind, "_fields")


@cache
def _hints(kind: Any) -> dict[str, Any]:
    hints = get_type_hints(kind)
    names = kind._fields if _is_named_tuple(kind) else [each.name for each in fields(kind)]
    return {name: hints[name] for name in names}


def _as_is(value: Any) -> Any:
    return value


_WRITERS: dict[Any, Writer] = {
    datetime: lambda value: value.isoformat().replace("+00:00", "Z"),
    Decimal: str,
    bytes: lambda value: base64.b64encode(value).decode("ascii"),
}
_READERS: dict[Any, Callable[[Any], Any]] = {
    str: _exactly(str),
    int: _exactly(int),
    bool: _exactly(bool),
    float: _number,
    bytes: lambda value: base64.b64decode(value, validate=True),
    datetime: _instant,
    Decimal: _decimal,
}
_WORDS: dict[Any, str] = {
    str: "a text",
    int: "a whole number",
    bool: "true or false",
    float: "a number",
    bytes: "base64",
    datetime: "a date and time with a time zone",
    Decimal: "a number as text",
}
