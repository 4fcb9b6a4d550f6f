"""Turns every error into one shape: a problem document (RFC 9457) that says what was wrong, where, and what to do."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus

import orjson
import structlog
from aiohttp import web

from driver.errors import (
    CommandRefusedError,
    DriverError,
    IdempotencyConflictError,
    NotActiveError,
    NotFoundError,
    OtherProjectError,
    RequestError,
    StoreUnavailableError,
    UnstorableError,
)

_log = structlog.get_logger("driver.dataserver")

STATUS: dict[type[DriverError], int] = {
    NotFoundError: 404,
    CommandRefusedError: 400,
    IdempotencyConflictError: 409,
    OtherProjectError: 409,
    StoreUnavailableError: 503,
    UnstorableError: 400,
    NotActiveError: 503,
}


class AccessError(DriverError):
    """The caller is not known (401), or may not do this (403), or must wait (429)."""

    code = "access_denied"

    def __init__(self, detail: str, status: int, headers: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.headers = headers or {}


def problem(
    status: int, code: str, detail: str, *, headers: dict[str, str] | None = None, **more: object
) -> web.Response:
    """Return a problem document."""
    body = {"type": "about:blank", "title": web_title(status), "status": status, "code": code, "detail": detail, **more}
    return web.Response(
        body=orjson.dumps(body), status=status, content_type="application/problem+json", headers=headers
    )


def web_title(status: int) -> str:
    """Return the usual phrase of a status."""
    return HTTPStatus(status).phrase


@web.middleware
async def problems(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Answer errors as problems; an unexpected one is logged and told without its insides."""
    try:
        _refuse_odd_handshake(request)
        return await handler(request)
    except RequestError as wrong:
        return problem(wrong.status, wrong.code, str(wrong), errors=wrong.errors)
    except AccessError as denied:
        return problem(denied.status, denied.code, str(denied), headers=denied.headers)
    except CommandRefusedError as refused:
        errors = [{"path": refused.path, "message": str(refused)}] if refused.path else []
        return problem(400, refused.code, str(refused), errors=errors)
    except DriverError as error:
        return problem(STATUS.get(type(error), 500), error.code, str(error))
    except web.HTTPMethodNotAllowed as exc:
        allowed = sorted(exc.allowed_methods)
        detail = f"{request.path} has no {request.method}; it has {', '.join(allowed)}"
        return problem(405, "method_not_allowed", detail, headers={"Allow": ",".join(allowed)})
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return problem(error.status, "http_error", f"{request.method} {request.path}: {error.reason}")
    except ConnectionError:
        raise
    except Exception:  # noqa: BLE001 - the last resort: no traceback for a caller
        _log.exception("a request broke", method=request.method, path=request.path)
        return problem(500, "internal_error", "The driver could not do this; its log says why.")


def _refuse_odd_handshake(request: web.Request) -> None:
    """Refuse what aiohttp's WebSocket handshake breaks on."""
    for name, value in request.headers.items():
        if name.lower().startswith("sec-websocket-") and not value.isascii():
            raise RequestError(f"{name}: expected ASCII characters only")
