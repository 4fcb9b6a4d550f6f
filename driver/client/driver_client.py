"""The client of a driver's two HTTP interfaces: the data server, and the debug tools if their address is given."""

import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any, NamedTuple, TypeVar
from urllib.parse import quote

import aiohttp
from pydantic import BaseModel

from driver.api import alarm_models, models
from driver.api.api_model import PageModel
from driver.api.debug_models import LogPageModel, TraceModel
from driver.api.frames import FRAME, Frame
from driver.api.requests import CSV, MAX_PAGE_SIZE
from driver.api.table_models import ImportModel
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


class EventStream:
    """The event stream of a driver."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, url: str) -> None:
        self._socket = socket
        self._url = url

    async def receive(self, timeout_s: float | None = None) -> Frame | None:
        """Return the next frame; None when there is none any more.

        Raises:
            TimeoutError: none came in time.
            NotReachableError: it is no frame.
        """
        message = await self._socket.receive(timeout_s)
        return _parsed(FRAME.validate_json, message.data, self._url) if isinstance(message.data, str) else None

    async def __aiter__(self) -> AsyncIterator[Frame]:
        """Go through the frames until there are no more."""
        while (frame := await self.receive()) is not None:
            yield frame


class DriverClient:
    """Asks one driver; ``timeout``, if given, replaces the session's.

    Every method raises ``NotReachableError`` if no driver answers, and ``RefusedError`` if it answers with a problem.
    """

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

    async def login(self, username: str, password: str) -> models.LoginModel:
        """Log in; the answer's token is for a session of its own."""
        body = {"username": username, "password": password}
        return await self._model(models.LoginModel, "POST", "/api/Auth/Login", body=body)

    async def info(self) -> models.InfoModel:
        """Return what the driver is and can do."""
        return await self._model(models.InfoModel, "GET", "/api/info")

    async def health(self) -> models.HealthModel:
        """Return whether every task of the driver runs."""
        return await self._probe(models.HealthModel, "/healthz")

    async def readiness(self) -> models.ReadinessModel:
        """Return whether the driver can serve."""
        return await self._probe(models.ReadinessModel, "/readyz")

    async def assets(self) -> list[models.AssetModel]:
        """Return every asset, the system first."""
        return await self._all(models.AssetModel, "/api/assets")

    async def alarms(self) -> list[alarm_models.AlarmModel]:
        """Return every alarm that is not over."""
        return await self._all(alarm_models.AlarmModel, "/api/alarms")

    async def messages(self) -> list[models.MessageModel]:
        """Return every message, newest first."""
        return await self._all(models.MessageModel, "/api/messages")

    async def dead_letters(self) -> list[models.ExecutionModel]:
        """Return every message that was given up, newest first."""
        return await self._all(models.ExecutionModel, "/api/deadletters")

    async def audit(self) -> list[models.AuditLineModel]:
        """Return the audit, newest first."""
        return await self._all(models.AuditLineModel, "/api/audit")

    async def execution(self, execution_id: str) -> models.ExecutionModel:
        """Return how far a command is."""
        return await self._model(models.ExecutionModel, "GET", f"/api/executions/{_quoted(execution_id)}")

    async def command(
        self, asset_id: str, command: str, parameters: Mapping[str, str] | None = None, **more: str
    ) -> models.AcceptedModel:
        """Give an asset a command; ``more`` are ``commandId``, ``user`` and ``workstation``."""
        body = {"command": command, "parameters": dict(parameters or {}), **more}
        return await self._model(models.AcceptedModel, "POST", f"/api/assets/{_quoted(asset_id)}/commands", body=body)

    async def system_command(
        self, system_id: str, command: str, parameters: Mapping[str, str] | None = None, **more: str
    ) -> models.AcceptedModel:
        """Give the system a command, as a workflow does."""
        body = {"command": command, "parameters": dict(parameters or {}), **more}
        return await self._model(models.AcceptedModel, "POST", f"/api/systems/{_quoted(system_id)}/commands", body=body)

    async def send_broadcast(self, assets: Sequence[str], message: str, **more: str) -> models.BroadcastModel:
        """Send one message to several phones; ``more`` are ``commandId``, ``user`` and ``workstation``."""
        body = {"assets": list(assets), "message": message, **more}
        return await self._model(models.BroadcastModel, "POST", "/api/broadcasts", body=body)

    async def broadcast(self, broadcast_id: str) -> models.BroadcastModel:
        """Return how far a broadcast is."""
        return await self._model(models.BroadcastModel, "GET", f"/api/broadcasts/{_quoted(broadcast_id)}")

    async def cancel_broadcast(self, broadcast_id: str) -> models.BroadcastModel:
        """Take back what of a broadcast waits."""
        path = f"/api/broadcasts/{_quoted(broadcast_id)}/cancel"
        return await self._model(models.BroadcastModel, "POST", path, body={})

    async def acknowledge(self, alarm_id: str, **more: str) -> models.AcceptedModel:
        """Acknowledge one alarm; ``more`` are ``comment``, ``commandId``, ``user`` and ``workstation``."""
        path = f"/api/alarms/{_quoted(alarm_id)}/acknowledge"
        return await self._model(models.AcceptedModel, "POST", path, body=more)

    async def requeue(self, execution_id: str) -> models.AcceptedModel:
        """Send a dead letter again."""
        return await self._model(models.AcceptedModel, "POST", f"/api/deadletters/{_quoted(execution_id)}/requeue")

    async def table(self, kind: str, *, accept: str = CSV, query: Mapping[str, str] | None = None) -> bytes:
        """Return the tables of a kind as a file."""
        return await self._body("GET", f"/api/tables/{_quoted(kind)}", params=query, headers={"Accept": accept})

    async def preview_table(
        self, kind: str, data: bytes, *, content_type: str = CSV, replace: bool = False
    ) -> ImportModel:
        """Return what an import would change."""
        headers, query = {"Content-Type": content_type}, {"mode": "replace"} if replace else {}
        path = f"/api/tables/{_quoted(kind)}/preview"
        return await self._model(ImportModel, "POST", path, body=data, params=query, headers=headers)

    async def import_table(
        self, kind: str, data: bytes, *, content_type: str = CSV, replace: bool = False, version: str = "*"
    ) -> ImportModel:
        """Import a table file; ``version``, if given, is the one that it must have been made for."""
        headers = {"Content-Type": content_type, "If-Match": f'"{version}"'}
        query = {"mode": "replace"} if replace else {}
        return await self._model(
            ImportModel, "PUT", f"/api/tables/{_quoted(kind)}", body=data, params=query, headers=headers
        )

    @asynccontextmanager
    async def events(
        self, *, since: int | None = None, history: str = "", heartbeat_s: float | None = None
    ) -> AsyncIterator[EventStream]:
        """Open the event stream, from the events after ``since`` on; a driver silent for ``heartbeat_s`` is gone."""
        params = {} if since is None else {"since": str(since)}
        if history:
            params["history"] = history
        async with self._socket(self.url, "/api/events", params, heartbeat_s) as socket:
            yield EventStream(socket, self.url)

    async def logs(self, **query: str) -> list[dict[str, Any]]:
        """Return log records, oldest first."""
        return (await self._model(LogPageModel, "GET", "/api/logs", params=query, url=self.debug_url)).items

    async def watch_logs(self, **query: str) -> AsyncIterator[dict[str, Any]]:
        """Go through log records as they come."""
        async with self._socket(self.debug_url, "/api/logs/stream", query, None) as socket:
            async for message in socket:
                yield json.loads(message.data)

    async def trace(self, topics: Sequence[str], *, asset: str = "") -> TraceModel:
        """Have these topics of an asset, or of all, recorded for a while."""
        body = {"topics": list(topics), "asset": asset}
        return await self._model(TraceModel, "PUT", "/api/trace", body=body, url=self.debug_url)

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
        return _parsed(model.model_validate_json, await self._body(method, path, **more), self.url)

    async def _probe(self, model: type[M], path: str) -> M:
        try:
            return await self._model(model, "GET", path)
        except RefusedError as exc:
            return _parsed(model.model_validate, exc.problem, self.url)

    async def _all(self, model: type[M], path: str) -> list[M]:
        items: list[M] = []
        params = {"pageSize": str(MAX_PAGE_SIZE)}
        while True:
            page = await self._model(PageModel[model], "GET", path, params=params)  # type: ignore[valid-type]
            items += page.items
            if page.next is None:
                return items
            params["cursor"] = page.next

    @asynccontextmanager
    async def _socket(
        self, url: str, path: str, params: Mapping[str, str], heartbeat_s: float | None
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


def _quoted(name: str) -> str:
    """Return a part of a path, whatever characters its name has."""
    return quote(name, safe="")


def _parsed(parse: Callable[[Any], T], data: Any, url: str) -> T:
    try:
        return parse(data)
    except ValueError as exc:
        raise NotReachableError(f"what answers at {url} is not a driver") from exc
