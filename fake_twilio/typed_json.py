"""Converting typed rows to plain JSON values, and back with every value validated.

Supported are data classes, named tuples, enumerations, ``str``, ``int``, ``float``, ``bool``, ``bytes``, ``Decimal``,
``datetime``, and lists, sets, tuples, mappings and optionals of them.
"""

import base64
from collections.abc import Callable, Mapping, Sequence
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
"""Takes a value, its path and a list to which it appends problems; if there are any, its result is meaningless."""

_VALUE_SHOWN = 80
_SEQUENCES: tuple[type, ...] = (list, set, frozenset, tuple)


def to_json(kind: Any, value: Any) -> Any:
    """Return a value of a type as plain JSON."""
    return _codec(kind)[0](value)


def from_json(kind: Any, value: Any, path: str, *, problems: list[str]) -> Any:
    """Return the value that plain JSON represents; every problem is appended to ``problems`` with its path."""
    return _codec(kind)[1](value, path, problems)


@cache
def _codec(kind: Any) -> tuple[Writer, Reader]:
    """Return the writer and the reader for a type."""
    origin, arguments = get_origin(kind), get_args(kind)
    if kind is Any:
        return _as_is, lambda value, path, problems: value
    if origin in (Union, UnionType):
        write, read = _codec(_present(kind))
        return (
            lambda value: None if value is None else write(value),
            lambda value, path, problems: None if value is None else read(value, path, problems),
        )
    if origin is dict:
        write, read = _codec(arguments[1])
        return lambda value: {key: write(each) for key, each in value.items()}, _mapping(read)
    if origin in _SEQUENCES:
        write, read = _codec(arguments[0])
        ordered = sorted if origin in (set, frozenset) else list
        return lambda value: ordered(map(write, value)), _sequence(origin, read)
    if _is_named_tuple(kind):
        writers, readers = zip(*map(_codec, _hints(kind).values()), strict=True)
        return lambda value: [write(each) for write, each in zip(writers, value, strict=True)], _named_tuple(
            kind, readers
        )
    if is_dataclass(kind):
        return _row_writer(kind), _row(kind)
    if issubclass(kind, Enum):
        return lambda value: value.value, _single(kind, f"one of {', '.join(each.value for each in kind)}")
    write, convert, words = _SINGLE[kind]
    return write, _single(convert, words)


def _row_writer(kind: Any) -> Writer:
    """Return the writer for a data class. A field that is the default object itself is omitted; the reader fills it."""
    hints = _hints(kind)
    names = tuple(hints)
    values = attrgetter(*names) if len(names) > 1 else lambda row: (getattr(row, names[0]),)
    # Most fields are written unchanged, without a call.
    cells = [
        (each.name, _codec(hints[each.name])[0], each.default if is_dataclass(each.default) else MISSING)
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


def _row(kind: Any) -> Reader:
    hints = _hints(kind)
    cells = [
        (
            each.name,
            _as_they_are(hints[each.name]),
            _codec(hints[each.name])[1],
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
                # Most values are read unchanged, without a call or a path.
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


def _named_tuple(kind: Any, columns: Sequence[Reader]) -> Reader:
    def read(value: Any, path: str, problems: list[str]) -> Any:
        if not isinstance(value, list) or len(value) != len(columns):
            return problems.append(f"{path}: {_shown(value)} is not a list of {len(columns)}")
        return kind(
            *(column(each, f"{path}.{index}", problems) for index, (column, each) in enumerate(zip(columns, value)))  # noqa: B905 - they are of one length
        )

    return read


def _single(convert: Callable[[Any], Any], words: str) -> Reader:
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
    """Return the type of an optional when it is present."""
    (only,) = (each for each in get_args(kind) if each is not NoneType)
    return only


def _plain(kind: Any) -> bool:
    """Return whether values of a type, or None, are plain JSON already."""
    if get_origin(kind) in (Union, UnionType):
        kind = _present(kind)
    return kind in (str, int, float, bool)


def _as_they_are(kind: Any) -> frozenset[type]:
    """Return the types whose values a field accepts unchanged."""
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


_SINGLE: dict[Any, tuple[Writer, Callable[[Any], Any], str]] = {
    str: (_as_is, _exactly(str), "a string"),
    int: (_as_is, _exactly(int), "a whole number"),
    bool: (_as_is, _exactly(bool), "true or false"),
    float: (_as_is, _number, "a number"),
    bytes: (
        lambda value: base64.b64encode(value).decode("ascii"),
        lambda value: base64.b64decode(value, validate=True),
        "base64",
    ),
    datetime: (lambda value: value.isoformat().replace("+00:00", "Z"), _instant, "a date and time with a time zone"),
    Decimal: (str, _decimal, "a number as a string"),
}
"""Writer, reader, and the expected value for error messages."""
