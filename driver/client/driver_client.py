"""A client of a driver's two HTTP APIs: the data server and, if their address is given, the debug tools."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

import aiohttp

from driver.api import alarm_models, debug_models, models
from driver.api.debug_models import DiagnosticsModel
from driver.api.frames import FRAME, Frame
from driver.api.requests import CSV
from driver.api.table_models import ImportModel
from driver.client.http_client import HttpClient, parsed
from driver.domain.events import iso
from driver.errors import RefusedError


@dataclass(frozen=True, slots=True)
class EventStream:
    """The event stream of a driver."""

    socket: aiohttp.ClientWebSocketResponse
    url: str

    async def receive(self, timeout_s: float | None = None) -> Frame | None:
        """Return the next frame, or None at the end of the stream.

        Raises:
            TimeoutError: No frame arrived in time.
            NotReachableError: The received data is not a frame.
        """
        message = await self.socket.receive(timeout_s)
        return parsed(FRAME.validate_json, message.data, self.url) if isinstance(message.data, str) else None

    async def __aiter__(self) -> AsyncIterator[Frame]:
        """Yield frames until the stream ends."""
        while (frame := await self.receive()) is not None:
            yield frame


class DriverClient(HttpClient):
    """A client of one driver; ``timeout``, if given, replaces the session's.

    Every method raises ``NotReachableError`` if no driver responds, and ``RefusedError`` if it responds with a problem.
    """

    async def login(self, username: str, password: str) -> models.LoginModel:
        """Log in; the returned token is for a separate session."""
        body = {"username": username, "password": password}
        return await self._model(models.LoginModel, "POST", "/api/Auth/Login", body=body)

    async def logout(self) -> None:
        """Log out the session's token."""
        await self._body("POST", "/api/Auth/Logout")

    async def needs_login(self) -> bool:
        """Return whether the driver, or the debug tools at its address, require this session to log in."""
        try:
            await self._body("GET", "/api/info")
        except RefusedError:
            return True
        return False

    async def info(self) -> models.InfoModel:
        """Return information about the driver and its capabilities."""
        return await self._model(models.InfoModel, "GET", "/api/info")

    async def health(self) -> models.HealthModel:
        """Return whether all tasks of the driver are running."""
        return await self._probe(models.HealthModel, "/healthz")

    async def readiness(self) -> models.ReadinessModel:
        """Return whether the driver can serve requests."""
        return await self._probe(models.ReadinessModel, "/readyz")

    async def metrics(self) -> str:
        """Return the metrics in the Prometheus text format."""
        return (await self._body("GET", "/metrics")).decode()

    async def systems(self) -> list[models.AssetModel]:
        """Return the system assets; a driver has one."""
        return await self._all(models.AssetModel, "/api/systems")

    async def assets(self) -> list[models.AssetModel]:
        """Return all assets, the system first."""
        return await self._all(models.AssetModel, "/api/assets")

    async def asset(self, asset_id: str) -> models.AssetModel:
        """Return an asset."""
        return await self._model(models.AssetModel, "GET", f"/api/assets/{_quoted(asset_id)}")

    async def alarms(self) -> list[alarm_models.AlarmModel]:
        """Return the current alarms."""
        return await self._all(alarm_models.AlarmModel, "/api/alarms")

    async def alarm_history(self, **filters: str) -> list[alarm_models.AlarmEventModel]:
        """Return events of alarms, newest first; ``filters`` are ``asset``, ``event``, ``from`` and ``to``."""
        return await self._all(alarm_models.AlarmEventModel, "/api/alarms/history", filters)

    async def alarm_statistics(self) -> alarm_models.AlarmStatisticsModel:
        """Return how many alarms were raised in the last 24 hours, and how many are standing."""
        return await self._model(alarm_models.AlarmStatisticsModel, "GET", "/api/alarms/statistics")

    async def messages(self, **filters: str) -> list[models.MessageModel]:
        """Return messages, newest first; ``filters`` are ``asset``, ``q``, ``from`` and ``to``."""
        return await self._all(models.MessageModel, "/api/messages", filters)

    async def dead_letters(self) -> list[models.ExecutionModel]:
        """Return the dead letters, newest first."""
        return await self._all(models.ExecutionModel, "/api/deadletters")

    async def queue(self) -> list[models.ExecutionModel]:
        """Return the messages that are waiting or being sent."""
        return await self._all(models.ExecutionModel, "/api/queue")

    async def purge_queue(self, from_number: str, **more: str) -> models.PurgedModel:
        """Cancel the waiting messages of a sender; ``more`` are ``user`` and ``workstation``."""
        return await self._model(models.PurgedModel, "POST", "/api/queue/purge", body={"from": from_number, **more})

    async def audit(self, **filters: str) -> list[models.AuditLineModel]:
        """Return the audit, newest first; ``filters`` are ``location``, ``user``, ``kind``, ``from`` and ``to``."""
        return await self._all(models.AuditLineModel, "/api/audit", filters)

    async def execution(self, execution_id: str) -> models.ExecutionModel:
        """Return the progress of a command."""
        return await self._model(models.ExecutionModel, "GET", f"/api/executions/{_quoted(execution_id)}")

    async def cancel(self, execution_id: str, **more: str) -> models.ExecutionModel:
        """Cancel a waiting message; ``more`` are ``user`` and ``workstation``."""
        path = f"/api/executions/{_quoted(execution_id)}/cancel"
        return await self._model(models.ExecutionModel, "POST", path, body=more)

    async def command(
        self, asset_id: str, command: str, parameters: Mapping[str, str] | None = None, **more: str
    ) -> models.AcceptedModel:
        """Give an asset a command; ``more`` are ``commandId``, ``user`` and ``workstation``."""
        body = {"command": command, "parameters": dict(parameters or {}), **more}
        return await self._model(models.AcceptedModel, "POST", f"/api/assets/{_quoted(asset_id)}/commands", body=body)

    async def system_command(
        self, system_id: str, command: str, parameters: Mapping[str, str] | None = None, **more: str
    ) -> models.AcceptedModel:
        """Give the system a command, as workflows do."""
        body = {"command": command, "parameters": dict(parameters or {}), **more}
        return await self._model(models.AcceptedModel, "POST", f"/api/systems/{_quoted(system_id)}/commands", body=body)

    async def send_broadcast(self, assets: Sequence[str], message: str, **more: str) -> models.BroadcastModel:
        """Send one message to several phones; ``more`` are ``commandId``, ``user`` and ``workstation``."""
        body = {"assets": list(assets), "message": message, **more}
        return await self._model(models.BroadcastModel, "POST", "/api/broadcasts", body=body)

    async def broadcast(self, broadcast_id: str) -> models.BroadcastModel:
        """Return the progress of a broadcast."""
        return await self._model(models.BroadcastModel, "GET", f"/api/broadcasts/{_quoted(broadcast_id)}")

    async def cancel_broadcast(self, broadcast_id: str, **more: str) -> models.BroadcastModel:
        """Cancel the waiting messages of a broadcast; ``more`` are ``user`` and ``workstation``."""
        path = f"/api/broadcasts/{_quoted(broadcast_id)}/cancel"
        return await self._model(models.BroadcastModel, "POST", path, body=more)

    async def acknowledge(self, alarm_id: str, **more: str) -> models.AcceptedModel:
        """Acknowledge one alarm; ``more`` are ``comment``, ``commandId``, ``user`` and ``workstation``."""
        path = f"/api/alarms/{_quoted(alarm_id)}/acknowledge"
        return await self._model(models.AcceptedModel, "POST", path, body=more)

    async def acknowledge_alarms(
        self, alarm_ids: Sequence[str], *, consequences: bool = False, **more: str
    ) -> alarm_models.AlarmsDoneModel:
        """Acknowledge several alarms in one step; with ``consequences``, also those that follow from them.

        ``more`` are ``comment``, ``user`` and ``workstation``.
        """
        return await self._alarms("acknowledge", alarm_ids, consequences=consequences, **more)

    async def shelve(
        self, alarm_ids: Sequence[str], until: datetime, comment: str, **more: str
    ) -> alarm_models.AlarmsDoneModel:
        """Shelve alarms until a given time; ``more`` are ``user`` and ``workstation``."""
        return await self._alarms("shelve", alarm_ids, until=iso(until), comment=comment, **more)

    async def unshelve(self, alarm_ids: Sequence[str], **more: str) -> alarm_models.AlarmsDoneModel:
        """Unshelve alarms; ``more`` are ``comment``, ``user`` and ``workstation``."""
        return await self._alarms("unshelve", alarm_ids, **more)

    async def _alarms(self, what: str, alarm_ids: Sequence[str], **more: object) -> alarm_models.AlarmsDoneModel:
        body = {"alarmIds": list(alarm_ids), **more}
        return await self._model(alarm_models.AlarmsDoneModel, "POST", f"/api/alarms/{what}", body=body)

    async def requeue(self, execution_id: str) -> models.AcceptedModel:
        """Send a dead letter again."""
        return await self._model(models.AcceptedModel, "POST", f"/api/deadletters/{_quoted(execution_id)}/requeue")

    async def segments(self, text: str) -> models.SegmentsModel:
        """Return the length of a message in SMS segments."""
        return await self._model(models.SegmentsModel, "POST", "/api/segments", body={"text": text})

    async def table(self, kind: str, *, accept: str = CSV, query: Mapping[str, str] | None = None) -> bytes:
        """Return all tables of a kind as a file."""
        return await self._body("GET", f"/api/tables/{_quoted(kind)}", params=query, headers={"Accept": accept})

    async def preview_table(
        self, kind: str, data: bytes, *, content_type: str = CSV, replace: bool = False
    ) -> ImportModel:
        """Return what an import would change."""
        path, headers = f"/api/tables/{_quoted(kind)}/preview", {"Content-Type": content_type}
        query = {"mode": "replace"} if replace else {}
        return await self._model(ImportModel, "POST", path, body=data, params=query, headers=headers)

    async def import_table(
        self, kind: str, data: bytes, *, content_type: str = CSV, replace: bool = False, version: str = "*"
    ) -> ImportModel:
        """Import a table file; ``version``, if given, is the version of the tables that it was based on."""
        path, headers = f"/api/tables/{_quoted(kind)}", {"Content-Type": content_type, "If-Match": f'"{version}"'}
        query = {"mode": "replace"} if replace else {}
        return await self._model(ImportModel, "PUT", path, body=data, params=query, headers=headers)

    @asynccontextmanager
    async def events(
        self, *, since: int | None = None, history: str = "", heartbeat_s: float | None = None
    ) -> AsyncIterator[EventStream]:
        """Open the event stream after event ``since``; a driver that is silent for ``heartbeat_s`` counts as lost."""
        params = {} if since is None else {"since": str(since)}
        if history:
            params["history"] = history
        async with self._socket(self.url, "/api/events", params, heartbeat_s=heartbeat_s) as socket:
            yield EventStream(socket, self.url)

    async def logs(self, **query: str) -> list[dict[str, Any]]:
        """Return log records, oldest first."""
        page = await self._model(debug_models.LogPageModel, "GET", "/api/logs", params=query, url=self.debug_url)
        return page.items

    async def watch_logs(self, **query: str) -> AsyncIterator[dict[str, Any]]:
        """Yield log records as they arrive."""
        async with self._socket(self.debug_url, "/api/logs/stream", query, heartbeat_s=None) as socket:
            async for message in socket:
                yield json.loads(message.data)

    async def traces(self) -> debug_models.TraceModel:
        """Return all topics and the active traces."""
        return await self._model(debug_models.TraceModel, "GET", "/api/trace", url=self.debug_url)

    async def trace(
        self, topics: Sequence[str], *, asset: str = "", minutes: float = debug_models.USUAL_MINUTES
    ) -> debug_models.TraceModel:
        """Trace topics of an asset, or of all assets, for some minutes."""
        body = {"topics": list(topics), "asset": asset, "minutes": minutes}
        return await self._model(debug_models.TraceModel, "PUT", "/api/trace", body=body, url=self.debug_url)

    async def stop_traces(self) -> debug_models.TraceModel:
        """Stop all traces."""
        return await self._model(debug_models.TraceModel, "DELETE", "/api/trace", url=self.debug_url)

    async def why(self, asset_id: str) -> debug_models.WhyModel:
        """Return how the status of an asset was derived from its facts."""
        return await self._model(debug_models.WhyModel, "GET", f"/api/why/{_quoted(asset_id)}", url=self.debug_url)

    async def stories(self, sought: str) -> list[debug_models.MessageStoryModel]:
        """Return what happened to the newest messages with this execution id, SID, number or content."""
        params = {"q": sought}
        page = await self._model(
            debug_models.MessageStoriesModel, "GET", "/api/stories", params=params, url=self.debug_url
        )
        return page.items

    async def selftest(self) -> debug_models.SelfTestModel:
        """Run the driver's self-test."""
        return await self._model(debug_models.SelfTestModel, "POST", "/api/selftest", url=self.debug_url)

    async def diagnostics(self) -> DiagnosticsModel:
        """Return a diagnostics report for a support ticket."""
        return await self._model(DiagnosticsModel, "GET", "/api/diagnostics", url=self.debug_url)


def _quoted(name: str) -> str:
    """Return a name, whatever its characters, quoted as a path segment."""
    return quote(name, safe="")
