"""``/api/tables``: exports and imports tables and assets as JSON or CSV, with previews and located mistakes."""

import asyncio

import orjson
from aiohttp import web
from pydantic import ValidationError

from driver.api import table_models as models
from driver.api.problems import problem
from driver.api.requests import CSV, ImportQuery, TableQuery
from driver.api.routing import ApiRequest, ModelResponse
from driver.config.text_files import decoded
from driver.dataserver.context import DataServer, DataView
from driver.domain.asset_changes import Operator
from driver.errors import NotFoundError, RequestError
from driver.runtime.strict_json import refuse_odd_json
from driver.services.table_imports import Imported, preview
from driver.tables.csv_file import Sheet, read_csv
from driver.tables.errors import TableError
from driver.tables.exports import export_csv, export_rows, sheet_of_rows
from driver.tables.models import Contents, TableKind
from driver.tables.plan import Mode
from driver.tables.schemas import SCHEMAS

#: Maximum number of mistakes, and of warnings, in a response.
MAX_ERRORS = 200
ImportResponse = ModelResponse[models.ImportModel]
#: The request header with the name of the workstation, for the audit.
WORKSTATION_HEADER = "X-Workstation"


async def get_table(
    server: DataView, request: ApiRequest[TableQuery]
) -> ModelResponse[models.TableModel] | web.Response:
    """Return all tables of a kind, as JSON or CSV."""
    kind, query = _kind(request), request.data
    form, tables = SCHEMAS[kind], server.tables
    contents = Contents() if query.template else tables.project[kind]
    headers = {"ETag": f'"{tables.version(kind)}"'}
    if CSV in request.sent.headers.get("Accept", ""):
        text = export_csv(form, contents, platform_spelling=query.spelling == "platform", for_excel=query.for_excel)
        headers["Content-Disposition"] = f'attachment; filename="{kind.value}.csv"'
        return web.Response(text=text, content_type=CSV, charset="utf-8", headers=headers)
    model = models.TableModel(
        kind=kind.value,
        version=tables.version(kind),
        columns=form.header(contents),
        rows=export_rows(form, contents),
    )
    return ModelResponse(model, headers=headers)


async def preview_table(server: DataView, request: ApiRequest[ImportQuery]) -> ImportResponse | web.Response:
    """Preview an import: return the changes without applying them."""
    kind, mode = _kind(request), Mode(request.data.mode)
    try:
        return _imported(await preview(server.tables, kind, await _sheet(request), mode=mode))
    except TableError as exc:
        return _refusal(exc)


async def put_table(server: DataServer, request: ApiRequest[ImportQuery]) -> ImportResponse | web.Response:
    """Import a table file. Either all of its changes are applied or none."""
    kind, mode, headers = _kind(request), Mode(request.data.mode), request.sent.headers
    version = headers.get("If-Match", "").strip('" ').replace("*", "")
    by = Operator(request.principal.name, "api", headers.get(WORKSTATION_HEADER, "")[:200])
    try:
        return _imported(await server.imports.apply(kind, await _sheet(request), mode, by=by, version=version))
    except TableError as exc:
        return _refusal(exc)


def _kind(request: ApiRequest[TableQuery | ImportQuery]) -> TableKind:
    name = request.path("kind")
    try:
        return TableKind(name)
    except ValueError:
        known = ", ".join(kind.value for kind in TableKind)
        raise NotFoundError(f"unknown table kind {name!r}; expected one of {known}") from None


async def _sheet(request: ApiRequest[ImportQuery]) -> Sheet:
    """Parse a table, in a thread because a large one takes seconds."""
    return await asyncio.to_thread(read_csv if request.sent.is_csv else _sheet_of_json, request.sent.upload)


def _sheet_of_json(data: bytes) -> Sheet:
    refuse_odd_json(data)
    try:
        return sheet_of_rows(models.TableBody.model_validate(orjson.loads(decoded(data))).rows)
    except ValidationError:
        raise RequestError(
            'expected an object with "rows": a list of objects with column names as keys, as returned by GET',
            errors=[{"path": "rows", "message": "expected a list"}],
        ) from None
    except ValueError as exc:
        raise RequestError(f"invalid JSON: {exc}") from None


def _imported(done: Imported) -> ImportResponse:
    plan = done.plan
    model = models.ImportModel(
        version=done.version,
        changes=[
            models.RowChangeModel(
                change=change.kind, table_id=change.table_id, row=change.row, line=change.line, cells=change.cells
            )
            for change in plan.changes
        ],
        unchanged=plan.unchanged,
        warnings=list(map(models.TableMistakeModel.model_validate, plan.warnings)),
    )
    return ModelResponse(model, headers={"ETag": f'"{done.version}"'})


def _refusal(refused: TableError) -> web.Response:
    count = len(refused.problems)
    detail = f"nothing was imported: {count} mistake{'s' if count > 1 else ''}; the first: {refused.problems[0]}"
    return problem(
        422,
        refused.code,
        detail,
        model=models.TableProblemModel,
        errors=list(map(models.TableMistakeModel.model_validate, refused.problems[:MAX_ERRORS])),
        warnings=list(map(models.TableMistakeModel.model_validate, refused.warnings[:MAX_ERRORS])),
    )
