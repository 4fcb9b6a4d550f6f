"""`/api/tables`: tables and assets out as JSON or CSV, in with the difference first, every mistake with its place."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import orjson
from aiohttp import web

from driver.config.models import Role
from driver.config.text_files import decoded
from driver.dataserver import wire
from driver.dataserver.auth import Access, Caller
from driver.dataserver.bodies import TABLE_BODY, body_of
from driver.dataserver.problems import problem
from driver.domain.asset_changes import Operator
from driver.errors import NotFoundError, RequestError
from driver.runtime.strict_json import refuse_odd_characters
from driver.services.table_imports import Imported, TableChangedError, TableImports
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


class TableCalls:
    """The handlers of ``/api/tables``."""

    def __init__(self, imports: TableImports, access: Access) -> None:
        self._imports = imports
        self._access = access

    def routes(self) -> list[web.RouteDef]:
        """Return the routes with the role each needs."""
        return [
            web.get("/api/tables/{kind}", self._may(Role.VIEWER, self._get)),
            web.put("/api/tables/{kind}", self._may(Role.ENGINEER, self._put)),
            web.post("/api/tables/{kind}/preview", self._may(Role.ENGINEER, self._preview)),
        ]

    def _may(
        self, role: Role, handler: Callable[[web.Request, Caller], Awaitable[web.Response]]
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def guarded(request: web.Request) -> web.Response:
            caller = await self._access.require(request, role)
            try:
                return await handler(request, caller)
            except TableError as refused:
                return _refusal(refused)
            except TableChangedError as late:
                return problem(412, late.code, str(late))

        return guarded

    async def _get(self, request: web.Request, _caller: Caller) -> web.Response:
        kind = _kind(request)
        form, tables = SCHEMAS[kind], self._imports.tables
        contents = Contents() if _flag(request, "template") else tables.project[kind]
        headers = {"ETag": f'"{tables.version(kind)}"'}
        if CSV in request.headers.get("Accept", ""):
            text = export_csv(
                form,
                contents,
                platform_spelling=_choice(request, "spelling", ("own", "platform")) == "platform",
                for_excel=_flag(request, "forExcel"),
            )
            headers["Content-Disposition"] = f'attachment; filename="{kind.value}.csv"'
            return web.Response(text=text, content_type=CSV, charset="utf-8", headers=headers)
        return wire.answer(
            {
                "kind": kind.value,
                "version": tables.version(kind),
                "columns": list(form.header(contents)),
                "rows": export_rows(form, contents),
            },
            headers=headers,
        )

    async def _preview(self, request: web.Request, _caller: Caller) -> web.Response:
        kind = _kind(request)
        mode = Mode(_choice(request, "mode", [mode.value for mode in Mode]))
        return _imported(await self._imports.preview(kind, await _sheet(request), mode))

    async def _put(self, request: web.Request, caller: Caller) -> web.Response:
        kind = _kind(request)
        mode = Mode(_choice(request, "mode", [mode.value for mode in Mode]))
        sheet = await _sheet(request)
        version = request.headers.get("If-Match", "").strip('" ').replace("*", "")
        by = Operator(caller.name, "api", request.headers.get(WORKSTATION_HEADER, "")[:200])
        return _imported(await self._imports.apply(kind, sheet, mode, by, version))


def _kind(request: web.Request) -> TableKind:
    name = request.match_info["kind"]
    try:
        return TableKind(name)
    except ValueError:
        known = ", ".join(kind.value for kind in TableKind)
        raise NotFoundError(f"there are no {name!r} tables; there are {known}") from None


async def _sheet(request: web.Request) -> Sheet:
    """Read a table; a large one takes seconds, so a thread does it."""
    if request.content_type not in (CSV, JSON):
        detail = f"the content type is {request.content_type!r}; expected {CSV} or {JSON}"
        raise RequestError(detail, status=415)
    data = await body_of(request, TABLE_BODY)
    return await asyncio.to_thread(read_csv if request.content_type == CSV else _sheet_of_json, data)


def _sheet_of_json(data: bytes) -> Sheet:
    refuse_odd_characters(data)
    try:
        body = orjson.loads(decoded(data))
    except ValueError as mistake:
        raise RequestError(f"not JSON: {mistake}") from None
    if not isinstance(body, dict) or not isinstance(body.get("rows"), list):
        raise RequestError(
            'expected an object with "rows": a list of objects with column names as keys, as GET answers',
            errors=[{"path": "rows", "message": "expected a list"}],
        )
    return sheet_of_rows(body["rows"])


def _flag(request: web.Request, name: str) -> bool:
    return _choice(request, name, ("false", "true")) == "true"


def _choice(request: web.Request, name: str, known: Sequence[str]) -> str:
    """Return a query parameter; the first of ``known`` if it is absent."""
    value = request.query.get(name, known[0])
    if value not in known:
        detail = f"{name} is {value!r}; expected {' or '.join(known)}"
        raise RequestError(detail, errors=[{"path": name, "message": detail}])
    return value


def _imported(done: Imported) -> web.Response:
    made = done.plan
    changes = [
        {
            "change": change.kind.value,
            "tableId": change.table_id or None,
            "row": change.row,
            "line": change.line or None,
            "cells": [{"column": c.column, "before": c.before, "after": c.after} for c in change.cells],
        }
        for change in made.changes
    ]
    return wire.answer(
        {
            "version": done.version,
            "changes": changes,
            "unchanged": made.unchanged,
            "warnings": [_problem_json(warning) for warning in made.warnings],
        },
        headers={"ETag": f'"{done.version}"'},
    )


def _refusal(refused: TableError) -> web.Response:
    count = len(refused.problems)
    detail = f"nothing was imported: {count} mistake{'s' if count > 1 else ''}; the first: {refused.problems[0]}"
    return problem(
        422,
        refused.code,
        detail,
        errors=[_problem_json(mistake) for mistake in refused.problems[:MAX_ERRORS]],
        warnings=[_problem_json(warning) for warning in refused.warnings[:MAX_ERRORS]],
    )


def _problem_json(found: Problem) -> dict[str, object]:
    path = ".".join(part for part in (f"line {found.line}" if found.line else "", found.column) if part)
    return {
        "path": path or "(file)",
        "line": found.line or None,
        "column": found.column or None,
        "cell": found.cell or None,
        "value": found.value or None,
        "message": found.message,
    }
