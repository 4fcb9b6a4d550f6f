"""Reads JSON bodies and query strings of requests, as strictly as the configuration is read."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from driver.domain.storable_text import odd_character, storable_text
from driver.errors import RequestError

B = TypeVar("B", bound=BaseModel)
#: The maximum number of mistakes in a response, since an outsider decides how many there are.
MAX_ERRORS = 20
#: The query parameter for a token, for clients that cannot send headers with a WebSocket.
TOKEN_PARAMETER = "access_token"  # noqa: S105 - a name
#: Parameters that any URL may have.
EVERYWHERE = frozenset({TOKEN_PARAMETER, "projectHash"})
_MAX_SHOWN = 60


class StrictBody(BaseModel):
    """A body without unknown keys or values of an undocumented type."""

    model_config = ConfigDict(extra="forbid", strict=True, defer_build=True)


class StrictQuery(BaseModel):
    """Query parameters; their values are text, from which numbers are parsed."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


def read_json(raw: bytes, shape: type[B]) -> B:
    """Read a JSON body.

    Raises:
        RequestError: it is not JSON, or does not fit; the first mistakes are listed with their paths.
    """
    refuse_odd_json(raw)
    try:
        return shape.model_validate_json(raw)
    except ValidationError as exc:
        raise _refusal(_errors(exc), exc.error_count()) from None


def read_query(pairs: Iterable[tuple[str, str]], shape: type[B]) -> B:
    """Read query parameters; one without a value counts as absent.

    Raises:
        RequestError: one is unknown, is given twice, or has a value that does not fit.
    """
    known = [field.alias or name for name, field in shape.model_fields.items()]
    passed_over = EVERYWHERE.difference(known)
    values: dict[str, str] = {}
    for name, value in pairs:
        if name in passed_over or not value:
            continue
        if name in values:
            raise _refusal([{"path": _shown(name), "message": "given more than once"}], 1)
        values[name] = value
    try:
        return shape.model_validate(values)
    except ValidationError as exc:
        unknown = f"unknown parameter; known here: {', '.join(known)}"
        errors = [
            {"path": path, "message": unknown if kind == "extra_forbidden" else what}
            for kind, path, what in _mistakes(exc, values)
        ]
        raise _refusal(errors, exc.error_count()) from None


def refuse_odd_json(raw: bytes) -> None:
    """Refuse a JSON body that repeats a name in one object, or has characters that databases refuse.

    Raises:
        RequestError: it does; each place is listed. Invalid JSON passes, since its reader reports it.
    """
    twice: list[_NamedTwice] = []

    def json_object(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) < len(pairs):
            found = _NamedTwice(pairs)
            twice.append(found)
        return found

    try:
        read = json.loads(raw, object_pairs_hook=json_object)
        if not twice and b"\\u" not in raw:
            return
        found = list(_odd(read, ()))
    except (ValueError, RecursionError):
        return
    if found:
        errors = [{"path": _shown(".".join(path)) or "(body)", "message": what} for path, what in found[:MAX_ERRORS]]
        raise _refusal(errors, len(found))


class _NamedTwice(dict[str, object]):
    """A JSON object with repeated names."""

    def __init__(self, pairs: list[tuple[str, object]]) -> None:
        super().__init__(pairs)
        self.repeated = [name for name, times in Counter(name for name, _ in pairs).items() if times > 1]


def _odd(value: object, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(value, str) and (odd := odd_character(value)):
        yield path, f"has {odd}, which is not text"
    elif isinstance(value, dict):
        if isinstance(value, _NamedTwice):
            yield from (((*path, storable_text(name)), "given more than once") for name in value.repeated)
        for name, each in value.items():
            yield from _odd(name, (*path, storable_text(name)))
            yield from _odd(each, (*path, storable_text(name)))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _odd(each, (*path, str(number)))


def _mistakes(wrong: ValidationError, values: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    """Yield the first mistakes of a query: kind, parameter, and what is wrong with its value."""
    for error in islice(wrong.errors(include_url=False), MAX_ERRORS):
        name = str(error["loc"][0])
        what = str(error["ctx"]["error"]) if error["type"] == "value_error" else error["msg"]
        what = what.replace("Input should be", "expected")
        yield error["type"], _shown(name), f"{what}, not {_shown(values[name])!r}"


def _errors(wrong: ValidationError) -> list[dict[str, str]]:
    return [
        {"path": _shown(".".join(map(str, error["loc"]))) or "(body)", "message": error["msg"]}
        for error in islice(wrong.errors(include_url=False, include_input=False), MAX_ERRORS)
    ]


def _refusal(errors: list[dict[str, str]], count: int) -> RequestError:
    detail = "; ".join(f"{error['path']}: {error['message']}" for error in errors)
    more = f"; and {count - len(errors)} more" if count > len(errors) else ""
    return RequestError(detail + more, errors=errors)


def _shown(name: str) -> str:
    return name if len(name) <= _MAX_SHOWN else f"{name[: _MAX_SHOWN - 1]}…"
