"""Tables as stored in the database: only imported rows; built-in and configured ones are added when loading."""

from collections.abc import Iterator, Mapping
from typing import Annotated

import orjson
from pydantic import AfterValidator, BaseModel, Field, TypeAdapter, ValidationError

from driver.tables.models import Contents, TableRow
from driver.tables.schemas import Schema

_FORMAT = 1


def _known(number: int) -> int:
    if number != _FORMAT:
        raise ValueError(f"written by another version of the driver (format {number})")
    return number


class _SavedRow(BaseModel):
    """A row as text. ``configured`` rows disappear when they are removed from the configuration file."""

    cells: dict[str, str]
    extras: tuple[str, ...]
    configured: bool


class _Saved(BaseModel):
    format: Annotated[int, AfterValidator(_known)]
    rows: tuple[_SavedRow, ...]
    extra_columns: tuple[str, ...] = Field(alias="extraColumns")


_SAVED = TypeAdapter(_Saved)


def dump(schema: Schema, contents: Contents[TableRow], base: Contents[TableRow]) -> str:
    """Return the part of ``contents`` to store: the tables and assets that differ from those in ``base``."""
    return b"".join(pieces(schema, contents, base)).decode()


def pieces(schema: Schema, contents: Contents[TableRow], base: Contents[TableRow]) -> Iterator[bytes]:
    """Yield what ``dump`` returns row by row, so that hashing ten thousand rows does not need them all in memory."""
    known = {schema.key_of(row) for row in base.rows}
    untouched = schema.groups(base.rows)
    yield b'{"format":%d,"rows":[' % _FORMAT
    separator = b""
    for group, rows in schema.groups(contents.rows).items():
        for row in rows if rows != untouched.get(group) else ():
            saved = {"cells": schema.cells(row), "extras": list(row.extras), "configured": schema.key_of(row) in known}
            yield separator + orjson.dumps(saved)
            separator = b","
    yield b'],"extraColumns":%b}' % orjson.dumps(contents.extra_columns)


def load(
    schema: Schema, text: str, base: Contents[TableRow], *, pinned: Mapping[str, frozenset[str]]
) -> Contents[TableRow]:
    """Return the current contents: what ``dump`` stored, merged into what is built in or configured now.

    ``pinned`` lists, by asset id, the fields that the configuration file sets; they override the stored ones.

    Raises:
        ValueError: the text cannot be parsed.
    """
    try:
        saved = _SAVED.validate_json(text)
        remembered = [(_row(schema, entry), entry.configured) for entry in saved.rows]
    except ValidationError as exc:
        raise ValueError(_reason(exc)) from None
    now = {schema.key_of(row): row for row in base.rows}
    rows = []
    for row, configured in remembered:
        current = now.get(schema.key_of(row))
        if schema.has_table_ids or current or not configured:
            fixed = pinned.get(getattr(row, "asset_id", ""), ()) if current else ()
            rows.append(row.model_copy(update={field: getattr(current, field) for field in fixed}))
    return Contents(schema.with_base(base, rows), saved.extra_columns)


def _row(schema: Schema, saved: _SavedRow) -> TableRow:
    aliases = [info.alias for info in schema.row.model_fields.values() if info.alias]
    values: dict[str, object] = {name: cell for name in aliases if (cell := saved.cells.get(name))}
    values["extras"] = {name: saved.cells.get(name, "") for name in saved.extras}
    return schema.row.model_validate(values).completed()


def _reason(exc: ValidationError) -> str:
    first = exc.errors(include_input=False)[0]
    place = ".".join(map(str, first["loc"]))
    return str(first.get("ctx", {}).get("error") or f"not in the driver's format: {place}: {first['msg']}")
