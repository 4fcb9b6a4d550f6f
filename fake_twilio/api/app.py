"""Twilio's API as a whole: routing, authentication, faults, responses, request log."""

import asyncio
import logging
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from aiohttp import web

from fake_twilio.api import messages, responses
from fake_twilio.api.auth import authorize, demand_credentials
from fake_twilio.api.headers import Headers
from fake_twilio.api.request import ApiRequest
from fake_twilio.api.request_faults import AbandonedError, HungRequests, action_after, apply_before, corrupted, facts_of
from fake_twilio.api.routes import RESOURCES
from fake_twilio.backend import Backend
from fake_twilio.clock import monotonic
from fake_twilio.errors import GENERATIONS, TwilioError
from fake_twilio.faults import Facts
from fake_twilio.faults.actions import CorruptResponse, Drop, Hang, ResponseAction
from fake_twilio.model.dates import iso_milliseconds
from fake_twilio.model.hosts import serves
from fake_twilio.request_log import BODY_LIMIT, Exchange, form_without_secrets, open_headers, without_secrets
from fake_twilio.web.body import BodyError, read_body
from fake_twilio.web.forms import EMPTY, FormError, decode, decode_multipart
from fake_twilio.web.response import Dropped, Response, WireResponse
from fake_twilio.web.router import Route, Router

MAX_BODY = 1_048_576

_logger = logging.getLogger(__name__)

_WITHOUT_SECRETS = frozenset(route.operation for route in messages.ROUTES)
_NUMBER = r"(?<![0-9A-Za-z])(?:\+|%2[Bb])?[0-9]{7,15}(?![0-9A-Za-z])"
_FORMATS = {".json": "json", ".csv": "csv", ".xml": "xml"}
_PATHS = 512
"""Maximum number of cached paths; clients post to the same few repeatedly."""


Forward = Callable[..., Awaitable[Response]]
"""Forwards a request to another Twilio: ``fake_twilio.intercept.upstream.Upstream.forward``."""


class Endpoint(NamedTuple):
    """The target of a path: the response format, the suffix that selects it, a route per method, and variables."""

    format: str
    suffix: str
    methods: Mapping[str, Route]
    variables: Mapping[str, str]


class ApiApp:
    """Responds to every request outside the fake's own pages; with ``forward``, by asking another Twilio."""

    def __init__(self, backend: Backend, forward: Forward | None = None) -> None:
        self._forward = forward
        self._backend = backend
        self._context = backend.context
        self._routes = Router(route for module in RESOURCES for route in module.ROUTES)
        self._headers = Headers(self._context.generation)
        self._new = self._context.generation == GENERATIONS[0]
        self._at_once: Counter[str] = Counter()
        self._named: set[tuple[str, str]] = set()
        self._hung_requests = HungRequests(self._context.scheduler)
        self._place = lru_cache(_PATHS)(self._find)

    @property
    def routes(self) -> Router:
        """Every operation of the API."""
        return self._routes

    async def handle(self, raw: web.BaseRequest) -> web.StreamResponse:
        """Respond to one request."""
        context = self._context
        target = raw.path_qs if "%" in raw.raw_path else raw.raw_path
        if not target.startswith("/"):
            target = _origin_form(target)
        path, _, query = target.partition("?")
        request = ApiRequest(self._backend, raw, path, query=query)
        action: ResponseAction | None = None
        context.scheduler.enter()
        try:
            started = monotonic()
            request_id = context.ids.sid("RQ")
            try:
                if self._forward is None:
                    response, action = await self._answer(request)
                else:
                    response, action = await self._pass_on(request, target, self._forward)
            except TwilioError as exc:
                response = responses.refusal(exc, context.generation, request.format)
            except AbandonedError as exc:
                response, action = Response(0), exc.action
            except asyncio.CancelledError:
                raise
            except Exception:
                _logger.exception("request_failed method=%s path=%s", request.method, _shown(request.path))
                response = responses.error(
                    500, 20500, "Internal Server Error", format_=request.format, generation=context.generation
                )
            error = response.status >= 400
            if self._new and not (error or request.passed_on) and response.content_type == "application/json":
                response.content_type = "application/json;charset=utf-8"
            seconds = monotonic() - started
            now = context.now()
            self._note(request, target, response, request_id=request_id, now=now, seconds=seconds)
            at_once = self._at_once[request.counted] if request.counted else 0 if self._new and error else 1
            if request.late_by:
                await context.scheduler.sleep_until(now + timedelta(seconds=request.late_by))
                now = context.now()
            origin = request.method == "OPTIONS" or "Origin" in raw.headers
            common = (
                b""
                if request.passed_on
                else self._headers.lines(now, at_once, request_id, seconds=seconds, error=error, origin=origin)
            )
            return WireResponse(response, common) if action is None else await self._apply(response, common, action)
        finally:
            if request.counted:
                self._at_once[request.counted] -= 1
            context.scheduler.leave()

    async def _apply(self, response: Response, common: bytes, action: ResponseAction) -> web.StreamResponse:
        """Return a response after applying a fault."""
        match action:
            case Drop():
                return Dropped()
            case Hang():
                return await self._hung_requests.keep()
            case CorruptResponse():
                return WireResponse(corrupted(response, action), common, action.cut)

    async def _answer(self, request: ApiRequest) -> tuple[Response, ResponseAction | None]:
        context = self._context
        raw = request.raw
        methods = self._lead(request)
        if request.method != "GET":
            await _read(request)
        if not methods or not serves(raw.headers.get("Host", ""), request.path):
            demand_credentials(request)
            _logger.warning(
                'operation_not_supported method=%s path=%s hint="fake-twilio coverage lists the supported operations"',
                request.method,
                _shown(request.path),
            )
            raise TwilioError(20404, path=request.path)
        if request.method == "OPTIONS":
            # A browser's preflight request; the headers of every response say what is allowed.
            return Response(200), None
        route = methods.get(request.method)
        if route is None:
            demand_credentials(request)
            raise self._not_allowed(request)
        request.operation = route.operation
        if not route.public:
            authorize(request, route)
            self._count(request)
            if route.operation != "messages.create" and (request.raw_query or request.form is not EMPTY):
                self._name_ignored(request, route)
        if not context.faults or (route.public and route.method == "GET"):
            response = route.endpoint(request)
            return (response if type(response) is Response else await response), None
        facts = facts_of(request)
        apply_before(request, facts)
        response = route.endpoint(request)
        if type(response) is not Response:
            response = await response
        return response, action_after(request, facts, response)

    def _not_allowed(self, request: ApiRequest) -> TwilioError:
        """Return the error for an unsupported method; the product APIs name the method and the path."""
        if not (self._new and request.path.startswith("/v1/")):
            return TwilioError(20004)
        text = f"The requested resource {request.path} does not support the attempted HTTP method {request.method}"
        return TwilioError(20004, text=text)

    async def _pass_on(
        self, request: ApiRequest, target: str, forward: Forward
    ) -> tuple[Response, ResponseAction | None]:
        """Forward the request to another Twilio; faults apply to the request and the response."""
        raw = request.raw
        route = self._lead(request).get(request.method)
        await _read(request)
        request.operation = route.operation if route is not None else f"{request.method} {request.path}"
        source = request.form if request.method == "POST" else request.query
        account = request.variables.get("account", "")
        facts = Facts(request.operation, source.get("To"), source.get("From"), account, source.get("Body"))
        apply_before(request, facts)
        request.passed_on = True
        response = await forward(
            request.method, target, raw.raw_headers, body=request.body, host=raw.headers.get("Host", "")
        )
        return response, action_after(request, facts, response)

    def _count(self, request: ApiRequest) -> None:
        """Count a request towards the account's concurrent requests.

        Raises:
            TwilioError: 20429 if there are more than the seed allows.
        """
        sid = request.principal.account_sid
        limit = self._context.seed.concurrency_limit
        self._at_once[sid] += 1
        request.counted = sid
        if limit and self._at_once[sid] > limit:
            raise TwilioError(20429)

    def _name_ignored(self, request: ApiRequest, route: Route) -> None:
        """Log each parameter that Twilio supports but the fake ignores, once."""
        from fake_twilio.api_coverage import refused_parameters, shape

        ignored = refused_parameters().get(f"{route.method} {shape(route.pattern)}", frozenset())
        for name in ignored & {*request.form, *request.query}:
            if (route.operation, name) not in self._named:
                self._named.add((route.operation, name))
                _logger.warning(
                    'parameter_ignored operation=%s parameter=%s hint="fake-twilio coverage lists ignored parameters"',
                    route.operation,
                    name,
                )

    def _lead(self, request: ApiRequest) -> Mapping[str, Route]:
        """Read a request's path, and return its route for each method; empty if the path does not exist."""
        place = self._place(request.path)
        request.format, request.suffix, request.variables = place.format, place.suffix, place.variables
        return place.methods

    def _find(self, path: str) -> Endpoint:
        """Split a path, and take the response format from its suffix."""
        format_, suffix = "json", ""
        if path.startswith("/2010-04-01/"):
            suffix = next((suffix for suffix in _FORMATS if path.endswith(suffix)), "")
            format_ = _FORMATS[suffix] if suffix else "xml"
        methods, variables = self._routes.find(path.removesuffix(suffix)[1:].split("/")) or ({}, {})
        return Endpoint(format_, suffix, methods, variables)

    def _note(
        self, request: ApiRequest, target: str, response: Response, *, request_id: str, now: datetime, seconds: float
    ) -> None:
        context = self._context
        journal = context.requests
        kept = response.body[:BODY_LIMIT]
        # By position: names would double the cost of an entry.
        entry = Exchange(
            journal.next_number(),
            now,
            request.operation,
            request.method,
            target,
            request.account_in_path.sid if request.account_in_path else "",
            open_headers(request.raw.raw_headers),
            form_without_secrets(request.body[:BODY_LIMIT]) if request.body else b"",
            response.status,
            # Searching for secrets costs as much as everything else here, and messages contain none.
            kept if request.operation in _WITHOUT_SECRETS else without_secrets(kept),
            response.content_type,
            request_id,
            request.fault,
            seconds,
            context.state.message_count,
        )
        journal.add(entry)
        if context.events.wanted:
            facts = {"number": entry.number, "operation": entry.operation, "method": entry.method, "target": target}
            facts["at"] = iso_milliseconds(entry.at)
            context.events.publish("request", {**facts, "status": response.status, "fault": request.fault})

    def release(self) -> None:
        """Release every client that was left hanging; their connections are reset."""
        self._hung_requests.release()


async def _read(request: ApiRequest) -> None:
    """Read a request's body and decode its form.

    Raises:
        TwilioError: 20001 if the body is too long, does not match its headers, or has too many fields.
    """
    raw = request.raw
    try:
        request.body = await read_body(request.raw, MAX_BODY)
        if request.body:
            content_type = raw.headers.get("Content-Type", "")
            if (kind := _media_type(content_type)) == "application/x-www-form-urlencoded":
                request.form = decode(request.body)
            elif kind == "multipart/form-data":
                request.form = decode_multipart(content_type, request.body)
    except BodyError as exc:
        raise TwilioError(20001, status=exc.status, text=str(exc)) from None
    except FormError as exc:
        raise TwilioError(20001, text=str(exc)) from None


@lru_cache(maxsize=64)
def _media_type(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def _origin_form(target: str) -> str:
    """Return the path and query of a target such as ``https://api.twilio.com/x``, as sent to proxies."""
    scheme, mark, rest = target.partition("://")
    return "/" + rest.partition("/")[2] if mark and scheme in ("http", "https") else target


def _shown(path: str) -> str:
    """Return a path for the log, with phone numbers shortened."""
    return re.sub(_NUMBER, lambda found: f"…{found[0][-4:]}", path[:200])
