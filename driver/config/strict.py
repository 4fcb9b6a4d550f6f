"""Reads JSON that somebody sends while the driver runs, as strictly as the configuration is read."""

import json
from collections.abc import Iterator
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from driver.domain.storable import odd_character, storable
from driver.errors import RequestError

B = TypeVar("B", bound=BaseModel)


class StrictBody(BaseModel):
    """A body without unknown keys and without values of another type than the documented one."""

    model_config = ConfigDict(extra="forbid", strict=True)


def read_json(raw: bytes, shape: type[B]) -> B:
    """Read a JSON body.

    Raises:
        RequestError: it is no JSON, or does not fit; every mistake is named with its path.
    """
    refuse_odd_characters(raw)
    try:
        return shape.model_validate_json(raw)
    except ValidationError as wrong:
        errors = [
            {"path": ".".join(map(str, error["loc"])) or "(body)", "message": error["msg"]}
            for error in wrong.errors(include_url=False, include_input=False)
        ]
        detail = "; ".join(f"{error['path']}: {error['message']}" for error in errors)
        raise RequestError(detail, errors=errors) from None


def refuse_odd_characters(raw: bytes) -> None:
    """Refuse a JSON body with characters that no database takes, naming the place of each.

    Raises:
        RequestError: it has such characters. What is no JSON passes; that is for whoever reads it to say.
    """
    if b"\\u" not in raw:
        return
    try:
        found = list(_odd(json.loads(raw), ()))
    except (ValueError, RecursionError):
        return
    if found:
        errors = [
            {"path": ".".join(path) or "(body)", "message": f"has {odd}, which is no text"} for path, odd in found
        ]
        raise RequestError("; ".join(f"{error['path']} {error['message']}" for error in errors), errors=errors)


def _odd(value: object, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(value, str) and (odd := odd_character(value)):
        yield path, odd
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from _odd(name, (*path, storable(name)))
            yield from _odd(each, (*path, storable(name)))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _odd(each, (*path, str(number)))
