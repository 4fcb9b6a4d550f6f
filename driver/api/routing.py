"""How a request gets in: a table says method, path, role, models and handler, and ``mount`` does as it says."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import KW_ONLY, dataclass, field
from typing import Any, Generic, NamedTuple, TypeVar

from aiohttp import web
from pydantic import BaseModel

from driver.api.access import Access, Principal
from driver.api.api_model import ProblemModel
from driver.api.requests import CSV, JSON
from driver.domain.roles import Role
from driver.errors import RequestError
from driver.runtime.strict_json import StrictQuery, read_json, read_query

#: Bytes of a body at most: what strangers may send, what commands are, 20,000 alarms, and a table of 50,000 phones.
LOGIN_BODY, COMMAND_BODY, ALARMS_BODY, TABLE_BODY = 4 * 1024, 64 * 1024, 1024 * 1024, 8 * 1024 * 1024
C_contra = TypeVar("C_contra", contravariant=True)
T_co = TypeVar("T_co", covariant=True)
#: Who sends a request that anybody may send.
ANYBODY = Principal("anybody", Role.VIEWER)


@dataclass(frozen=True, slots=True)
class Sent:
    """What a request says beside its data; ``upload`` is the file that it carries, if its route takes one."""

    match: Mapping[str, str]
    headers: Mapping[str, str]
    upload: bytes

    @property
    def is_csv(self) -> bool:
        """Whether the upload is CSV, not JSON."""
        return _content_type(self.headers) == CSV


@dataclass(frozen=True, slots=True)
class ApiRequest(Generic[T_co]):
    """A request of somebody who may send it, with its body or query as the table's model.

    ``connection`` is None for a request that another driver took.
    """

    sent: Sent
    connection: web.Request | None
    access: Access
    role: Role
    principal: Principal
    data: T_co

    @property
    def http(self) -> web.Request:
        """The request of a client that is connected to this driver."""
        assert self.connection is not None  # noqa: S101 - only what changes something is taken for others
        return self.connection

    def path(self, name: str) -> str:
        """Return a part of the path."""
        return self.sent.match[name]

    def admitted(self, end: Callable[[str], None]) -> AbstractContextManager[None]:
        """Have ``end`` called with the reason when, while the context lasts, the principal may no longer do this."""
        return self.access.watched(self.http, self.role, end)


@dataclass(frozen=True, slots=True)
class ModelResponse:
    """A response with another status than the table's, or with headers."""

    model: BaseModel
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


Response = BaseModel | ModelResponse | web.StreamResponse | None
Handler = Callable[[C_contra, ApiRequest[Any]], Awaitable[Response]]
Endpoint = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Route(Generic[C_contra]):
    """One row: who may send which request, what it carries, what it does, and what is answered.

    Args:
        handler: What carries it out; its docstring is what the document says of it.
        role: The smallest role that may; None: anybody.
        request: The model of the query or of the body.
        upload: The model of a body that is JSON or CSV, which the handler reads itself; ``request`` is the query then.
        response: The model of the JSON object that is answered; None where it is something else.
        headers: The request headers that the handler looks at, beside the type of an upload.
        csv: Whether the same is answered as CSV to whoever accepts that.
        invalid: The model of the problem (422) that says what is wrong with an upload.
    """

    method: str
    path: str
    role: Role | None
    _: KW_ONLY
    handler: Handler[C_contra]
    request: type[BaseModel] | None = None
    upload: type[BaseModel] | None = None
    response: type[BaseModel] | None = None
    headers: tuple[str, ...] = ()
    csv: bool = False
    invalid: type[ProblemModel] | None = None
    status: int = 200
    max_body: int = COMMAND_BODY

    @property
    def summary(self) -> str:
        """What it does, in a sentence or two."""
        return " ".join((self.handler.__doc__ or "").split())

    @property
    def has_query(self) -> bool:
        """Whether ``request`` is the query, not the body."""
        return self.request is not None and issubclass(self.request, StrictQuery)


def mount(routes: Iterable[Route[C_contra]], context: C_contra, access: Access) -> list[web.RouteDef]:
    """Return the routes of a table; ``context`` is what its handlers work on."""
    made = ((route, _endpoint(route, context, access)) for route in routes)
    return [
        web.get(route.path, endpoint) if route.method == "GET" else web.route(route.method, route.path, endpoint)
        for route, endpoint in made
    ]


def _endpoint(route: Route[C_contra], context: C_contra, access: Access) -> Endpoint:
    async def endpoint(http: web.Request) -> web.StreamResponse:
        principal = access.require(http, route.role) if route.role else ANYBODY
        received = await receive(route, http)
        sent = Sent(http.match_info, http.headers, received.body)
        request = ApiRequest(sent, http, access, route.role or Role.VIEWER, principal, received.data)
        return written(route, await route.handler(context, request))

    return endpoint


class Received(NamedTuple):
    """What a request carries: the parameters as they came, the body if its route takes one, and what was read."""

    parameters: Mapping[str, str]
    body: bytes
    data: BaseModel | None


async def receive(route: Route[Any], http: web.Request) -> Received:
    """Take in what a request carries, as its route says; nothing else of it is read.

    Raises:
        RequestError: it does not fit the models of the route, is too large (413) or of another type (415).
    """
    data = read_data(route, http.query.items(), b"") if route.has_query else None
    if route.upload is not None and (name := _content_type(http.headers)) not in (CSV, JSON):
        raise RequestError(f"the content type is {name!r}; expected {CSV} or {JSON}", status=415)
    takes_body = route.upload is not None or (route.request is not None and not route.has_query)
    body = await _body(http, route.max_body) if takes_body else b""
    return Received(http.query, body, data or read_data(route, (), body))


async def _body(request: web.Request, limit: int) -> bytes:
    """Return a body. It is the first thing that waits for the client, so whoever may not call is refused before.

    Raises:
        RequestError: it is larger than ``limit`` (413); one that says so beforehand is not read at all.
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
    return RequestError(f"the body is larger than the {limit:,} bytes that this call takes", status=413)


def read_data(route: Route[Any], query: Iterable[tuple[str, str]], body: bytes) -> BaseModel | None:
    """Read the query or the body of a request as the model of its route.

    Raises:
        RequestError: it does not fit.
    """
    if route.request is None:
        return None
    return read_query(query, route.request) if route.has_query else read_json(body, route.request)


def _content_type(headers: Mapping[str, str]) -> str:
    """Return the type of a body, without parameters."""
    return headers.get("Content-Type", "application/octet-stream").partition(";")[0].strip().lower()


def written(route: Route[Any], response: Response) -> web.StreamResponse:
    """Return what a handler answered as it is sent.

    Raises:
        TypeError: it is not what the table says.
    """
    if isinstance(response, web.StreamResponse):
        return response
    if response is None:
        return web.Response(status=route.status)
    if not isinstance(response, ModelResponse):
        response = ModelResponse(response)
    if route.response is None or not isinstance(response.model, route.response):
        raise TypeError(f"{route.method} {route.path} answered a {type(response.model).__name__}")
    return web.Response(
        body=response.model.model_dump_json().encode(),
        status=response.status or route.status,
        content_type="application/json",
        headers=response.headers,
    )
