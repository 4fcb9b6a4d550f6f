"""Routing: a table defines method, path, role, models and handler of each route, and ``mount`` applies it."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import KW_ONLY, dataclass, field
from typing import Any, Generic, TypeVar, get_args

from aiohttp import web
from pydantic import BaseModel

from driver.api.access import Access, Principal
from driver.api.api_model import ProblemModel
from driver.api.requests import CSV, JSON
from driver.domain.roles import Role
from driver.errors import RequestError
from driver.runtime.strict_json import StrictQuery, read_json, read_query

#: Maximum size of a body in bytes: a login (unauthenticated), a command, 20,000 alarms, a table of 50,000 phones.
LOGIN_BODY, COMMAND_BODY, ALARMS_BODY, TABLE_BODY = 4 * 1024, 64 * 1024, 1024 * 1024, 8 * 1024 * 1024
C_contra = TypeVar("C_contra", contravariant=True)
T_co = TypeVar("T_co", covariant=True)
M_co = TypeVar("M_co", bound=BaseModel, covariant=True)
#: The principal of a request that needs no login.
ANYBODY = Principal("anybody", Role.VIEWER)


@dataclass(frozen=True, slots=True)
class Sent:
    """The parts of a request other than its data; ``upload`` is the uploaded file, if the route accepts one."""

    match: Mapping[str, str]
    headers: Mapping[str, str]
    upload: bytes

    @property
    def is_csv(self) -> bool:
        """Whether the upload is CSV, not JSON."""
        return _content_type(self.headers) == CSV


@dataclass(frozen=True, slots=True)
class ApiRequest(Generic[T_co]):
    """An authorized request, with its body or query as the route's model.

    ``connection`` is None for a request that another driver accepted.
    """

    sent: Sent
    connection: web.Request | None
    access: Access
    role: Role
    principal: Principal
    data: T_co

    @property
    def http(self) -> web.Request:
        """The HTTP request, if the client is connected to this driver."""
        assert self.connection is not None  # noqa: S101 - only write requests are relayed
        return self.connection

    def path(self, name: str) -> str:
        """Return a path parameter."""
        return self.sent.match[name]

    def admitted(self, end: Callable[[str], None]) -> AbstractContextManager[None]:
        """Call ``end`` with the reason if the principal loses this permission while the context lasts."""
        return self.access.watched(self.http, self.role, end)


@dataclass(frozen=True, slots=True)
class ModelResponse(Generic[M_co]):
    """A response with a status other than the route's, or with headers; ``body`` is the model as JSON, if known."""

    model: M_co
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None


Response = BaseModel | ModelResponse[Any] | web.StreamResponse | None
Handler = Callable[[C_contra, ApiRequest[Any]], Awaitable[Response]]
Endpoint = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Route(Generic[C_contra]):
    """A row of the route table: who may send which request, its contents, its handler, and the response.

    ``request``, the model of the query or of the body, and ``response``, the model of the JSON response, are those in
    the signature of the handler; None if there is no such model.

    Args:
        role: The lowest role that may send it; None for anybody.
        handler: Carries the request out; its docstring is the summary in the OpenAPI document.
        upload: The model of a JSON or CSV body that the handler reads itself; ``request`` is then the query.
        headers: The request headers that the handler reads, besides the content type of an upload.
        csv: Whether the response is also available as CSV, to clients that accept it.
        invalid: The model of the problem document (422) for an invalid upload.
    """

    method: str
    path: str
    role: Role | None
    handler: Handler[C_contra]
    _: KW_ONLY
    upload: type[BaseModel] | None = None
    headers: tuple[str, ...] = ()
    csv: bool = False
    invalid: type[ProblemModel] | None = None
    status: int = 200
    max_body: int = COMMAND_BODY
    request: type[BaseModel] | None = field(init=False)
    response: type[BaseModel] | None = field(init=False)

    def __post_init__(self) -> None:
        hints = self.handler.__annotations__
        (request,) = (get_args(hint)[0] for hint in hints.values() if getattr(hint, "__origin__", None) is ApiRequest)
        returned = [part for each in _parts(hints["return"]) for part in _parts(each)]
        response = next((part for part in returned if isinstance(part, type) and issubclass(part, BaseModel)), None)
        object.__setattr__(self, "request", None if request is type(None) else request)
        object.__setattr__(self, "response", response)

    @property
    def summary(self) -> str:
        """What the route does, in a sentence or two."""
        return " ".join((self.handler.__doc__ or "").split())

    @property
    def has_query(self) -> bool:
        """Whether ``request`` is the query, not the body."""
        return self.request is not None and issubclass(self.request, StrictQuery)


def _parts(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) or (hint,)


def mount(routes: Iterable[Route[C_contra]], context: C_contra, access: Access) -> list[web.RouteDef]:
    """Return the aiohttp routes of a table; ``context`` is passed to its handlers."""
    made = ((route, _endpoint(route, context, access)) for route in routes)
    return [
        web.get(route.path, endpoint) if route.method == "GET" else web.route(route.method, route.path, endpoint)
        for route, endpoint in made
    ]


def _endpoint(route: Route[C_contra], context: C_contra, access: Access) -> Endpoint:
    async def endpoint(http: web.Request) -> web.StreamResponse:
        principal = access.require(http, route.role) if route.role else ANYBODY
        _, body, data = await receive(route, http)
        sent = Sent(http.match_info, http.headers, body)
        request = ApiRequest(sent, http, access, route.role or Role.VIEWER, principal, data)
        return written(route, await route.handler(context, request))

    return endpoint


async def receive(route: Route[Any], http: web.Request) -> tuple[Mapping[str, str], bytes, BaseModel | None]:
    """Return the query, the body if the route of a request accepts one, and what is parsed of the two.

    Raises:
        RequestError: The request does not match the models of its route, is too large (413), or has another type (415).
    """
    data = read_data(route, http.query.items(), b"") if route.has_query else None
    if route.upload is not None and (name := _content_type(http.headers)) not in (CSV, JSON):
        raise RequestError(f"unsupported content type {name!r}; expected {CSV} or {JSON}", status=415)
    takes_body = route.upload is not None or (route.request is not None and not route.has_query)
    body = await _body(http, route.max_body) if takes_body else b""
    return http.query, body, data or read_data(route, (), body)


async def _body(request: web.Request, limit: int) -> bytes:
    """Return the body. Unauthorized clients are rejected before, as this is the first step that waits for the client.

    Raises:
        RequestError: The body is larger than ``limit`` (413). If its Content-Length says so, it is not read at all.
    """
    if (request.content_length or 0) > limit:
        raise _too_large(limit)
    body = bytearray()
    async for part in request.content.iter_any():
        body += part
        if len(body) > limit:
            raise _too_large(limit)
    return bytes(body)


def _too_large(limit: int) -> RequestError:
    return RequestError(f"the body is larger than the limit of {limit:,} bytes for this request", status=413)


def read_data(route: Route[Any], query: Iterable[tuple[str, str]], body: bytes) -> BaseModel | None:
    """Parse the query or the body of a request as the model of its route.

    Raises:
        RequestError: It does not match the model.
    """
    if route.request is None:
        return None
    return read_query(query, route.request) if route.has_query else read_json(body, route.request)


def _content_type(headers: Mapping[str, str]) -> str:
    """Return the content type of a body, without parameters."""
    return headers.get("Content-Type", "application/octet-stream").partition(";")[0].strip().lower()


def written(route: Route[Any], response: Response) -> web.StreamResponse:
    """Convert the result of a handler to an HTTP response.

    Raises:
        TypeError: The result does not match the route.
    """
    if isinstance(response, web.StreamResponse):
        return response
    if response is None:
        return web.Response(status=route.status)
    if not isinstance(response, ModelResponse):
        response = ModelResponse(response)
    if route.response is None or not isinstance(response.model, route.response):
        raise TypeError(f"{route.method} {route.path} returned a {type(response.model).__name__}")
    return web.Response(
        body=response.body or response.model.model_dump_json().encode(),
        status=response.status or route.status,
        content_type="application/json",
        headers=response.headers,
    )
