"""HTTP with a driver: sessions, and requests whose responses are parsed as models of the API or raised as errors."""

import json
import os
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any, NamedTuple, TypeVar

import aiohttp
from pydantic import BaseModel

from driver.api.api_model import PageModel
from driver.api.requests import MAX_PAGE_SIZE
from driver.errors import NotReachableError, RefusedError, StartError

#: OpenSSL's verification codes for a trusted certificate that was issued for another name or address.
_OTHER_NAME = frozenset({62, 64})
DEFAULT_URL = "http://127.0.0.1:9622"
DEFAULT_DEBUG_URL = "http://127.0.0.1:9623"


def unreachable(url: str, exc: Exception) -> NotReachableError:
    """Return the error that says why no driver could be reached, and what to do about it."""
    if isinstance(exc, aiohttp.ClientConnectorCertificateError):
        cause = exc.certificate_error
        if isinstance(cause, ssl.SSLCertVerificationError) and cause.verify_code in _OTHER_NAME:
            return NotReachableError(f"the certificate of {url} was issued for another name: {cause.verify_message}")
        why = cause.verify_message if isinstance(cause, ssl.SSLCertVerificationError) else str(cause)
        return NotReachableError(
            f"the certificate of {url} is not trusted ({why}): use --ca FILE to trust its authority"
        )
    if isinstance(exc, aiohttp.ClientConnectorSSLError):
        return NotReachableError(f"the server at {url} does not use TLS; use an address that begins with http://")
    return NotReachableError(f"no driver answers at {url}; is `sms-driver run` running?")


def given_token(token: str | None) -> str:
    """Return the given token, else ``SMS_DRIVER_TOKEN``; empty if there is neither."""
    return (token or os.environ.get("SMS_DRIVER_TOKEN", "")).strip()


@asynccontextmanager
async def http_session(
    token: str | None, tls: ssl.SSLContext | bool = True, *, kept: Mapping[str, str] | None = None
) -> AsyncIterator[aiohttp.ClientSession]:
    """Open a session that sends a token, by default ``SMS_DRIVER_TOKEN``; ``tls`` defines the trusted certificates.

    With ``kept``, tokens by address, each token is only sent to its own address, and no other token is sent.

    Raises:
        StartError: The token has characters that no token can have.
    """
    token = given_token(token) if kept is None else ""
    if not token.isprintable():
        raise StartError("the token contains a line break or another invisible character; copy it again")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    limits = aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=30)
    connector = aiohttp.TCPConnector(ssl=tls)
    middlewares = (_by_address(kept),) if kept else ()
    async with aiohttp.ClientSession(
        headers=headers, timeout=limits, connector=connector, middlewares=middlewares
    ) as session:
        yield session


def _by_address(kept: Mapping[str, str]) -> aiohttp.ClientMiddlewareType:
    """Return a middleware that adds the token of an address to the requests below it, and to no others."""

    async def authorize(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
        for address, token in kept.items():
            if str(request.url).startswith(f"{address}/"):
                request.headers["Authorization"] = f"Bearer {token}"
        return await handler(request)

    return authorize


M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")
#: The reasons for a rejected stream by status, as the response has no body.
_REFUSED_STREAM = {401: "the token is invalid or no longer valid", 403: "it requires another role"}


class HttpResponse(NamedTuple):
    """A raw response."""

    status: int
    body: bytes


class HttpClient:
    """Sends requests to one driver; ``timeout``, if given, replaces the session's."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        *,
        debug_url: str = "",
        timeout: aiohttp.ClientTimeout | None = None,
    ) -> None:
        self._session = session
        self.url = url.rstrip("/")
        self.debug_url = debug_url.rstrip("/")
        self._timeout = timeout or session.timeout

    async def request(
        self,
        method: str,
        path: str,
        *,
        body: object = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        url: str = "",
    ) -> HttpResponse:
        """Send a request and return the response, whatever its status; a ``body`` other than bytes is sent as JSON.

        Raises:
            NotReachableError: No driver responds.
        """
        sent = {"json": body} if not isinstance(body, bytes | None) else {"data": body}
        try:
            async with self._session.request(
                method, (url or self.url) + path, params=params, headers=headers, timeout=self._timeout, **sent
            ) as response:
                return HttpResponse(response.status, await response.read())
        except (aiohttp.ClientError, TimeoutError, ValueError) as exc:
            raise unreachable(url or self.url, exc) from exc

    async def _body(self, method: str, path: str, **more: Any) -> bytes:
        status, body = await self.request(method, path, **more)
        if status < 400:
            return body
        try:
            problem = json.loads(body)
        except ValueError:
            raise NotReachableError(f"the server at {self.url} is not a driver (HTTP {status})") from None
        problem = problem if isinstance(problem, dict) else {"detail": str(problem)}
        raise RefusedError(problem.get("detail", f"HTTP {status}"), status=status, problem=problem)

    async def _model(self, model: type[M], method: str, path: str, **more: Any) -> M:
        return parsed(model.model_validate_json, await self._body(method, path, **more), self.url)

    async def _probe(self, model: type[M], path: str) -> M:
        try:
            return await self._model(model, "GET", path)
        except RefusedError as exc:
            return parsed(model.model_validate, exc.problem, self.url)

    async def _all(self, model: type[M], path: str, filters: Mapping[str, str] | None = None) -> list[M]:
        items: list[M] = []
        params = {"pageSize": str(MAX_PAGE_SIZE), **(filters or {})}
        while True:
            page = await self._model(PageModel[model], "GET", path, params=params)  # type: ignore[valid-type]
            items += page.items
            if page.next is None:
                return items
            params["cursor"] = page.next

    @asynccontextmanager
    async def _socket(
        self, url: str, path: str, params: Mapping[str, str], *, heartbeat_s: float | None
    ) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        try:
            socket = await self._session.ws_connect(url + path, params=params, heartbeat=heartbeat_s, max_msg_size=0)
        except aiohttp.WSServerHandshakeError as exc:
            if exc.status == HTTPStatus.SERVICE_UNAVAILABLE:
                raise NotReachableError(f"{url} cannot stream events right now: HTTP {exc.status}") from exc
            why = _REFUSED_STREAM.get(exc.status, f"HTTP {exc.status}")
            raise RefusedError(f"{url} rejected the stream: {why}", status=exc.status) from exc
        except (aiohttp.ClientError, TimeoutError) as exc:
            raise unreachable(url, exc) from exc
        async with socket:
            yield socket


def parsed(parse: Callable[[Any], T], data: Any, url: str) -> T:
    """Return parsed data.

    Raises:
        NotReachableError: The data cannot be parsed, so no driver sent it.
    """
    try:
        return parse(data)
    except ValueError as exc:
        raise NotReachableError(f"the server at {url} is not a driver") from exc
