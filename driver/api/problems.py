"""Turns every error into a problem document (RFC 9457) that says what was wrong, where, and what to do."""

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus

import structlog
from aiohttp import web

from driver import errors
from driver.api.api_model import ProblemModel
from driver.errors import CommandRefusedError, DriverError, RequestError

_log = structlog.get_logger("driver.dataserver")

STATUS: dict[type[DriverError], int] = {
    errors.NotFoundError: 404,
    errors.CommandRefusedError: 400,
    errors.IdempotencyConflictError: 409,
    errors.OtherProjectError: 409,
    errors.StoreUnavailableError: 503,
    errors.UnstorableError: 400,
    errors.NotActiveError: 503,
    errors.TableChangedError: 412,
}


class AccessError(DriverError):
    """The caller is not authenticated (401), is not allowed to do this (403), or must wait (429)."""

    code = "access_denied"

    def __init__(self, detail: str, status: int, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.headers = headers or {}


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    headers: Mapping[str, str] | None = None,
    model: type[ProblemModel] = ProblemModel,
    **more: object,
) -> web.Response:
    """Return a problem document; ``model`` is a model with the fields in ``more``."""
    body = model.model_validate(
        {"title": HTTPStatus(status).phrase, "status": status, "code": code, "detail": detail, **more}
    )
    return web.Response(
        body=body.model_dump_json().encode(), status=status, content_type="application/problem+json", headers=headers
    )


@web.middleware
async def problems(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Respond to errors with problem documents; log unexpected errors and do not reveal their internals."""
    try:
        _refuse_odd_handshake(request)
        return await handler(request)
    except ConnectionError:
        raise
    except Exception as exc:
        if isinstance(exc, RuntimeError) and (request.transport is None or request.transport.is_closing()):
            # The event loop's error for a write to a client that has gone; nobody would read a response.
            raise ConnectionResetError(str(exc)) from exc
        answer = problem_of(exc, request.method, request.path)
        if answer is None:
            raise
        return answer


def problem_of(exc: Exception, method: str, path: str) -> web.Response | None:
    """Return the problem document for an error; None if it is not a problem, such as a redirect."""
    match exc:
        case RequestError():
            return problem(exc.status, exc.code, str(exc), errors=exc.errors)
        case AccessError():
            return problem(exc.status, exc.code, str(exc), headers=exc.headers)
        case CommandRefusedError():
            mistakes = [{"path": exc.path, "message": str(exc)}] if exc.path else []
            return problem(400, exc.code, str(exc), errors=mistakes)
        case DriverError():
            return problem(STATUS.get(type(exc), 500), exc.code, str(exc))
        case web.HTTPMethodNotAllowed():
            allowed = sorted(exc.allowed_methods)
            detail = f"{path} does not support {method}; it supports {', '.join(allowed)}"
            return problem(405, "method_not_allowed", detail, headers={"Allow": ",".join(allowed)})
        case web.HTTPException():
            return None if exc.status < 400 else problem(exc.status, "http_error", f"{method} {path}: {exc.reason}")
        case _:
            _log.error("request_failed", method=method, path=path, exc_info=exc)
            return problem(500, "internal_error", "Internal error; see the driver's log for details.")


def _refuse_odd_handshake(request: web.Request) -> None:
    """Reject header values that would break aiohttp's WebSocket handshake."""
    for name, value in request.headers.items():
        if name.lower().startswith("sec-websocket-") and not value.isascii():
            raise RequestError(f"{name}: expected ASCII characters only")
