"""Tables as the driver remembers them: only what was imported; what the configuration says keeps following it."""

import json
from collections.abc import Mapping
from typing import Any

from driver.tables.contents import TABLE_ID, Contents, Form, Row

_FORMAT = 1


def dump(form: Form, contents: Contents, kept: Contents) -> str:
    """Return what has to be remembered of ``contents``: tables and rows that differ from those in ``kept``.

    Rows that also stand in ``kept`` are marked, so that they go when the configuration file drops them.
    """
    known = {form.key_of(row): row for row in kept.rows}
    untouched = {table for table in kept.table_ids() if form.tabled and contents.of(table) == kept.of(table)}
    rows = [
        {"cells": form.cells(row), "extras": list(row.extras), "configured": form.key_of(row) in known}
        for row in contents.rows
        if row.table_id not in untouched and (form.tabled or row != known.get(form.key_of(row)))
    ]
    return json.dumps({"format": _FORMAT, "rows": rows, "extraColumns": contents.extra_columns}, ensure_ascii=False)


def load(form: Form, text: str, kept: Contents, pinned: Mapping[str, frozenset[str]]) -> Contents:
    """Return what is there now: what was remembered, over what is built in or configured.

    Args:
        form: The kind's form.
        text: What ``dump`` returned.
        kept: The built-in tables, or the system and the phones of the configuration file, as they are now.
        pinned: By asset id, the fields that the configuration file sets now; they win over what was remembered.

    Raises:
        ValueError: the text cannot be understood.
    """
    try:
        document = json.loads(text)
        if document["format"] != _FORMAT:
            raise ValueError(f"written by another version of the driver (format {document['format']!r})")
        remembered = [(_row(form, entry), entry["configured"]) for entry in document["rows"]]
        extra_columns = tuple(document["extraColumns"])
    except (KeyError, TypeError) as broken:
        raise ValueError(f"not what the driver wrote: {broken!r}") from None
    if form.tabled:
        return Contents(_tables(kept, [row for row, _ in remembered]), extra_columns)
    rows = {form.key_of(row): row for row in kept.rows}
    for row, configured in remembered:
        identity = form.key_of(row)
        now = rows.get(identity)
        if now is not None:
            fixed = {name: now.values[name] for name in pinned.get(str(row.values[form.key]), frozenset())}
            rows[identity] = Row("", dict(row.values) | fixed, row.extras)
        elif not configured:
            rows[identity] = row
    return Contents(tuple(rows.values()), extra_columns)


def _tables(kept: Contents, remembered: list[Row]) -> tuple[Row, ...]:
    """Return the tables whole: a remembered one replaces the built-in one of the same id, in its place."""
    imported = Contents(tuple(remembered))
    own = set(imported.table_ids())
    rows: list[Row] = []
    for table_id in dict.fromkeys((*kept.table_ids(), *imported.table_ids())):
        rows.extend((imported if table_id in own else kept).of(table_id))
    return tuple(rows)


def _row(form: Form, entry: Mapping[str, Any]) -> Row:
    cells: Mapping[str, str] = entry["cells"]
    values: dict[str, Any] = {}
    for column in form.columns:
        cell = cells.get(column.name, "")
        if cell or column.field not in values:
            values[column.field] = column.kind.read(cell) if cell else column.default
    extras = {name: cells.get(name, "") for name in entry["extras"]}
    return Row(cells.get(TABLE_ID, "") if form.tabled else "", form.complete(values), extras)
