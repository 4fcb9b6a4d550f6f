"""Pages of lists as JSON or, with ``Accept: text/csv``, as CSV for spreadsheets; ``Link`` leads to the next page."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from aiohttp import web

from driver.dataserver import wire
from driver.dataserver.schemas import SCHEMAS
from driver.tables.csv_file import write_csv

CSV = "text/csv"
#: Cells that spreadsheets may take for formulas although they are not: phone numbers.
_NUMBERS = ("from", "to", "parameters.Destination Number", "parameters.Source Phone Number")


def answer_page(request: web.Request, shape: str, items: Sequence[Mapping[str, Any]], following: str) -> web.Response:
    """Return a page in the form that the caller wants.

    ``shape`` names the items' schema in the API's document; its properties are the columns, so that an empty page has
    them too.
    """
    if CSV not in request.headers.get("Accept", ""):
        return wire.answer(wire.page(items, following))
    rows = [_flat(item) for item in items]
    columns = dict.fromkeys(name for name in SCHEMAS[shape]["properties"] if not _nested(SCHEMAS[shape], name))
    for row in rows:
        columns.update(dict.fromkeys(row))
    headers = {"Content-Disposition": f'attachment; filename="{request.path.rpartition("/")[2]}.csv"'}
    if following:
        headers["Link"] = f'<{request.rel_url.update_query(cursor=following)}>; rel="next"'
    text = write_csv(tuple(columns), rows, text_columns=_NUMBERS)
    return web.Response(text=text, content_type=CSV, charset="utf-8", headers=headers)


def _nested(schema: Mapping[str, Any], name: str) -> bool:
    return bool(schema["properties"][name].get("type") == "object")


def _flat(item: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """Return an item as cells: objects become columns with a dot, lists of plain values are joined by semicolons."""
    cells: dict[str, str] = {}
    for name, value in item.items():
        if isinstance(value, Mapping):
            cells |= _flat(value, f"{prefix}{name}.")
        else:
            cells[prefix + name] = _cell(value)
    return cells


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        if any(isinstance(part, dict) for part in value):
            return orjson.dumps(value).decode()
        return "; ".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)
