"""`/api/tables`: tables and assets out as JSON or CSV, in with the difference first, every mistake with its place."""

import asyncio
from collections.abc import Sequence

import orjson
from aiohttp import web

from driver.api.bodies import TABLE_BODY
from driver.api.problems import problem
from driver.api.routing import ApiRequest, ModelResponse, Response, Sent
from driver.api.table_models import (
    ImportModel,
    RowChangeModel,
    TableMistakeModel,
    TableModel,
    TableProblemModel,
)
from driver.config.text_files import decoded
from driver.dataserver.context import DataServer, DataView
from driver.domain.asset_changes import Operator
from driver.errors import NotFoundError, RequestError
from driver.runtime.strict_json import refuse_odd_characters
from driver.services.table_imports import Imported, preview
from driver.tables.csv_file import Sheet, read_csv
from driver.tables.errors import Problem, TableError
from driver.tables.exports import export_csv, export_rows, sheet_of_rows
from driver.tables.models import Contents, TableKind
from driver.tables.plan import Mode
from driver.tables.schemas import SCHEMAS

CSV, JSON = "text/csv", "application/json"
#: An answer names this many mistakes of a table at most, and this many warnings.
MAX_ERRORS = 200
#: Workstations may name themselves for the audit.
WORKSTATION_HEADER = "X-Workstation"


async def get_table(server: DataView, request: ApiRequest[None]) -> Response:
    """Return the tables of a kind, as JSON or CSV."""
    kind, sent = _kind(request), request.sent
    form, tables = SCHEMAS[kind], server.tables
    contents = Contents() if _flag(sent, "template") else tables.project[kind]
    headers = {"ETag": f'"{tables.version(kind)}"'}
    if CSV in sent.headers.get("Accept", ""):
        text = export_csv(
            form,
            contents,
            platform_spelling=_choice(sent, "spelling", ("own", "platform")) == "platform",
            for_excel=_flag(sent, "forExcel"),
        )
        headers["Content-Disposition"] = f'attachment; filename="{kind.value}.csv"'
        return web.Response(text=text, content_type=CSV, charset="utf-8", headers=headers)
    model = TableModel(
        kind=kind.value,
        version=tables.version(kind),
        columns=form.header(contents),
        rows=export_rows(form, contents),
    )
    return ModelResponse(model, headers=headers)


async def preview_table(server: DataView, request: ApiRequest[None]) -> Response:
    """Say what an import would change."""
    kind, mode = _kind(request), _mode(request)
    try:
        return _imported(await preview(server.tables, kind, await _sheet(request.sent), mode=mode))
    except TableError as exc:
        return _refusal(exc)


async def put_table(server: DataServer, request: ApiRequest[None]) -> Response:
    """Import a table file, whole or not at all."""
    kind, mode, headers = _kind(request), _mode(request), request.sent.headers
    version = headers.get("If-Match", "").strip('" ').replace("*", "")
    by = Operator(request.principal.name, "api", headers.get(WORKSTATION_HEADER, "")[:200])
    try:
        return _imported(await server.imports.apply(kind, await _sheet(request.sent), mode, by=by, version=version))
    except TableError as exc:
        return _refusal(exc)


def _mode(request: ApiRequest[None]) -> Mode:
    return Mode(_choice(request.sent, "mode", [mode.value for mode in Mode]))


def _kind(request: ApiRequest[None]) -> TableKind:
    name = request.path("kind")
    try:
        return TableKind(name)
    except ValueError:
        known = ", ".join(kind.value for kind in TableKind)
        raise NotFoundError(f"there are no {name!r} tables; there are {known}") from None


async def _sheet(request: Sent) -> Sheet:
    """Read a table; a large one takes seconds, so a thread does it."""
    if request.content_type not in (CSV, JSON):
        detail = f"the content type is {request.content_type!r}; expected {CSV} or {JSON}"
        raise RequestError(detail, status=415)
    data = await request.read(TABLE_BODY)
    return await asyncio.to_thread(read_csv if request.content_type == CSV else _sheet_of_json, data)


def _sheet_of_json(data: bytes) -> Sheet:
    refuse_odd_characters(data)
    try:
        body = orjson.loads(decoded(data))
    except ValueError as exc:
        raise RequestError(f"not JSON: {exc}") from None
    if not isinstance(body, dict) or not isinstance(body.get("rows"), list):
        raise RequestError(
            'expected an object with "rows": a list of objects with column names as keys, as GET answers',
            errors=[{"path": "rows", "message": "expected a list"}],
        )
    return sheet_of_rows(body["rows"])


def _flag(request: Sent, name: str) -> bool:
    return _choice(request, name, ("false", "true")) == "true"


def _choice(request: Sent, name: str, known: Sequence[str]) -> str:
    """Return a query parameter; the first of ``known`` if it is absent."""
    value = request.query.get(name, known[0])
    if value not in known:
        detail = f"{name} is {value!r}; expected {' or '.join(known)}"
        raise RequestError(detail, errors=[{"path": name, "message": detail}])
    return value


def _imported(done: Imported) -> ModelResponse:
    plan = done.plan
    model = ImportModel(
        version=done.version,
        changes=[
            RowChangeModel(
                change=change.kind, table_id=change.table_id, row=change.row, line=change.line, cells=change.cells
            )
            for change in plan.changes
        ],
        unchanged=plan.unchanged,
        warnings=[_mistake(warning) for warning in plan.warnings],
    )
    return ModelResponse(model, headers={"ETag": f'"{done.version}"'})


def _refusal(refused: TableError) -> web.Response:
    count = len(refused.problems)
    detail = f"nothing was imported: {count} mistake{'s' if count > 1 else ''}; the first: {refused.problems[0]}"
    return problem(
        422,
        refused.code,
        detail,
        model=TableProblemModel,
        errors=[_mistake(mistake) for mistake in refused.problems[:MAX_ERRORS]],
        warnings=[_mistake(warning) for warning in refused.warnings[:MAX_ERRORS]],
    )


def _mistake(found: Problem) -> TableMistakeModel:
    path = ".".join(part for part in (f"line {found.line}" if found.line else "", found.column) if part)
    return TableMistakeModel(
        path=path or "(file)",
        line=found.line,
        column=found.column,
        cell=found.cell,
        value=found.value,
        message=found.message,
    )
