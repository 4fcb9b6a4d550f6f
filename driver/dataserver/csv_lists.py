"""Pages of lists as JSON or, with ``Accept: text/csv``, as CSV for spreadsheets with a ``Link`` to the next page."""

from collections.abc import Mapping
from typing import Any, TypeAlias, TypeVar, get_args, get_origin

import orjson
from aiohttp import web
from pydantic.fields import FieldInfo

from driver.api.api_model import PageModel
from driver.api.requests import CSV, PageQuery
from driver.api.routing import ApiRequest
from driver.tables.csv_file import write_csv

P = TypeVar("P", bound=PageModel[Any])
PageOrCsv: TypeAlias = P | web.Response
#: Columns with phone numbers, which spreadsheets would mistake for formulas.
_NUMBERS = ("from", "to", "parameters.Destination Number", "parameters.Source Phone Number")


def page_response(request: ApiRequest[PageQuery], page: P) -> PageOrCsv[P]:
    """Return a page as JSON or CSV. The columns are the fields of the items, so that an empty page has a header too."""
    if CSV not in request.http.headers.get("Accept", ""):
        return page
    rows = [_flat(item.model_dump(mode="json")) for item in page.items]
    (item,) = get_args(type(page).model_fields["items"].annotation)
    fields: dict[str, FieldInfo] = item.model_fields
    columns = dict.fromkeys(field.alias for field in fields.values() if get_origin(field.annotation) is not dict)
    for row in rows:
        columns.update(dict.fromkeys(row))
    headers = {"Content-Disposition": f'attachment; filename="{request.http.path.rpartition("/")[2]}.csv"'}
    if page.next:
        headers["Link"] = f'<{request.http.rel_url.update_query(cursor=page.next)}>; rel="next"'
    text = write_csv(tuple(filter(None, columns)), rows, text_columns=_NUMBERS)
    return web.Response(text=text, content_type=CSV, charset="utf-8", headers=headers)


def _flat(item: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """Return an item as cells: objects become columns with dotted names, lists of plain values are joined by ``;``."""
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
