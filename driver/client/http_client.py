"""Requests to a driver: what answers is read as a model of the API, or raised as the problem that it is."""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any, NamedTuple, TypeVar

import aiohttp
from pydantic import BaseModel

from driver.api.api_model import PageModel
from driver.api.requests import MAX_PAGE_SIZE
from driver.client.http import unreachable
from driver.errors import NotReachableError, RefusedError

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")
#: A refused stream has no body that says why.
_REFUSED_STREAM = {401: "the token is not valid, or no longer", 403: "it needs another role"}


class HttpResponse(NamedTuple):
    """A response as it came."""

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
        """Return the response to any request, whatever its status; a ``body`` that is not bytes goes as JSON.

        Raises:
            NotReachableError: no driver answers.
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
            raise NotReachableError(f"what answers at {self.url} is not a driver (HTTP {status})") from None
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
                raise NotReachableError(f"{url} cannot stream events now: HTTP {exc.status}") from exc
            why = _REFUSED_STREAM.get(exc.status, f"HTTP {exc.status}")
            raise RefusedError(f"{url} refused the stream: {why}", status=exc.status) from exc
        except (aiohttp.ClientError, TimeoutError) as exc:
            raise unreachable(url, exc) from exc
        async with socket:
            yield socket


def parsed(parse: Callable[[Any], T], data: Any, url: str) -> T:
    """Return what was parsed.

    Raises:
        NotReachableError: it cannot be parsed, so no driver sent it.
    """
    try:
        return parse(data)
    except ValueError as exc:
        raise NotReachableError(f"what answers at {url} is not a driver") from exc
