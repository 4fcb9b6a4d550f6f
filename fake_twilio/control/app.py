"""The control API as a whole: protection from foreign pages, routing, responses, errors as problem details."""

import logging
from urllib.parse import urlsplit

from aiohttp import web

from fake_twilio.backend import Backend
from fake_twilio.control import (
    PREFIX,
    accounts,
    clock,
    faults,
    handsets,
    health,
    held_messages,
    media,
    messages,
    request_log,
    snapshots,
    stream,
    verification_calls,
    wait_for_message,
)
from fake_twilio.control.request import ControlRequest, ProblemError
from fake_twilio.web.response import Response, WireResponse
from fake_twilio.web.router import Router

SUBJECTS = (
    health, accounts, messages, media, clock, faults, held_messages, handsets, verification_calls, wait_for_message,
    request_log, snapshots, stream,
)  # fmt: skip
"""The modules whose ``ROUTES`` make up the control API."""

_logger = logging.getLogger(__name__)
_LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})


class ControlApp:
    """Responds to everything under ``/_fake/v1``; ``hosts`` are host names, besides loopback's, that it accepts."""

    def __init__(self, backend: Backend, hosts: frozenset[str] = frozenset()) -> None:
        self._backend = backend
        self._hosts = _LOCAL_HOSTS | hosts
        self._any_host = "0.0.0.0" in hosts or "::" in hosts
        self._routes = Router(route for subject in SUBJECTS for route in subject.ROUTES)

    async def handle(self, raw: web.BaseRequest) -> web.StreamResponse:
        """Respond to one request."""
        path, _, query = raw.raw_path.partition("?")
        request = ControlRequest(self._backend, raw, query)
        try:
            self._guard(raw)
            answer = await self._answer(request, path)
        except ProblemError as exc:
            answer = exc.response()
        except ConnectionError:
            raise
        except Exception:
            _logger.exception("control_request_failed method=%s path=%s", raw.method, path)
            answer = ProblemError(500, "Internal error", "the fake failed; see its log").response()
        return WireResponse(answer) if isinstance(answer, Response) else answer

    async def _answer(self, request: ControlRequest, path: str) -> Response | web.StreamResponse:
        found = self._routes.find([part for part in path[len(PREFIX) :].split("/") if part])
        if found is None:
            known = sorted({f"{route.method} {PREFIX}{route.pattern}" for route in self._routes.all})
            raise ProblemError(404, "No such resource", f"{path} is not part of the control API", known=known)
        methods, variables = found
        request.variables = variables
        route = methods.get(request.method)
        if route is None:
            allowed = ", ".join(sorted(methods))
            refused = ProblemError(405, "Method not allowed", f"{path} supports {allowed}").response()
            refused.headers = (*refused.headers, ("Allow", allowed))
            return refused
        answer = route.endpoint(request)
        if not isinstance(answer, (Response, web.StreamResponse)):
            answer = await answer
        return answer  # type: ignore[no-any-return]

    def _guard(self, request: web.BaseRequest) -> None:
        """Reject requests that a foreign web page could make a browser send."""
        host = request.headers.get("Host", "")
        origin = request.headers.get("Origin")
        if self._any_host:
            # Any host name is accepted; then only pages from that same name are the fake's own.
            if origin is not None and origin.partition("://")[2] != host:
                raise ProblemError(403, "Foreign Origin", f"the control API rejects pages from {origin!r}")
            return
        if not self._is_own(f"//{host}"):
            raise ProblemError(403, "Foreign Host", f"the control API rejects the host name {host!r}")
        if origin is not None and not self._is_own(origin):
            raise ProblemError(403, "Foreign Origin", f"the control API rejects pages from {origin!r}")

    def _is_own(self, address: str) -> bool:
        try:
            return urlsplit(address).hostname in self._hosts
        except ValueError:
            return False
