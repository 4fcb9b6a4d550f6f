"""Write requests on standby: validated and stored here, carried out by the active driver.

A request is on disk before the active driver is woken. Whichever driver is active carries it out, even if it has just
taken over: a command without a ``commandId`` gets one from the request, so that it still results in one execution.
"""

import asyncio
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from aiohttp import web

from driver.api.access import Access, Principal
from driver.api.problems import problem, problem_of
from driver.api.routing import ApiRequest, Endpoint, Route, Sent, read_data, receive, written
from driver.dataserver.context import DataServer
from driver.dataserver.routes import WRITES
from driver.domain.roles import Role
from driver.errors import NotActiveError, StoreUnavailableError
from driver.ports.requests import RequestKind, RequestTable, TakenRequest
from driver.runtime.clock import Clock
from driver.runtime.idle import IdleTracker
from driver.runtime.strict_json import TOKEN_PARAMETER
from driver.runtime.ulid import Ids

#: Extra time for which a request is kept after the client has stopped waiting for the response.
GRACE = timedelta(seconds=30)
NOT_TAKEN, UNKNOWN = "no_active_driver", "outcome_unknown"


class Relay:
    """Hands requests to the active driver through the database; ``patience`` is how long to wait for a response."""

    def __init__(
        self, table: RequestTable, clock: Clock, activity: IdleTracker, *, patience: Callable[[], timedelta]
    ) -> None:
        self._table = table
        self._clock = clock
        self._activity = activity
        self._patience = patience
        self._ids = Ids(clock)
        self._waiting: dict[str, asyncio.Event] = {}
        self._answers: dict[str, Mapping[str, Any]] = {}
        self._answered: list[str] = []
        self._closed = False

    async def carry_out(self, content: Mapping[str, Any]) -> web.Response:
        """Have a request to the data server carried out, and return the active driver's response.

        Raises:
            StoreUnavailableError: The database cannot store it now.
        """
        request, patience = TakenRequest(self._ids(), RequestKind.API, content), self._patience()
        wakeup = self._waiting[request.request_id] = asyncio.Event()
        until = self._clock.monotonic() + patience
        try:
            await self._table.put(request, patience + GRACE)
            while not self._over(request.request_id, until):
                await self._activity.rest(wakeup, until)
        finally:
            del self._waiting[request.request_id]
        answer = self._answers.pop(request.request_id, None)
        if answer is None:
            return await self._given_up(request)
        self._answered.append(request.request_id)
        return web.Response(body=b64decode(answer["body"]), status=answer["status"], headers=answer["headers"])

    async def put_webhook(self, content: Mapping[str, Any]) -> None:
        """Have a webhook request from Twilio carried out by the driver that is active now or next.

        Raises:
            StoreUnavailableError: The database cannot store it now.
        """
        await self._table.put(TakenRequest(self._ids(), RequestKind.WEBHOOK, content), None)

    async def look(self) -> None:
        """Fetch the responses that clients are waiting for, and delete requests that were answered earlier.

        Clients do not wait for the deletion; requests that are not deleted expire.

        Raises:
            StoreUnavailableError: The database cannot be read.
        """
        if self._waiting:
            for request_id, answer in (await self._table.answers(tuple(self._waiting))).items():
                if request_id in self._waiting:
                    self._answers[request_id] = answer
                    self._waiting[request_id].set()
        if self._answered:
            answered, self._answered = tuple(self._answered), []
            await self._table.forget(answered)

    def close(self) -> None:
        """Stop waiting, because this driver takes over or stops."""
        self._closed = True
        for wakeup in self._waiting.values():
            wakeup.set()

    def _over(self, request_id: str, until: timedelta) -> bool:
        return self._closed or request_id in self._answers or self._clock.monotonic() >= until

    async def _given_up(self, request: TakenRequest) -> web.Response:
        """Withdraw a request, or report that its outcome is unknown."""
        headers = {"Retry-After": "1"}
        with suppress(StoreUnavailableError):
            if await self._table.withdraw(request.request_id):
                return problem(503, NOT_TAKEN, "no driver is active right now; nothing was done", headers=headers)
        detail = "the active driver took the request but has not responded; repeat it with the same commandId"
        return problem(503, UNKNOWN, detail, headers=headers)


def relayed(relay: Relay, access: Access) -> list[web.RouteDef]:
    """Return the routes by which a standby accepts write requests."""
    return [web.route(route.method, route.path, _endpoint(route, relay, access)) for route in WRITES]


def _endpoint(route: Route[DataServer], relay: Relay, access: Access) -> Endpoint:
    async def endpoint(http: web.Request) -> web.StreamResponse:
        principal = access.require(http, route.role or Role.ADMIN)
        query, body, _ = await receive(route, http)  # invalid requests are rejected immediately
        return await relay.carry_out(
            {
                "route": _name(route),
                "match": dict(http.match_info),
                "query": {name: value for name, value in query.items() if name != TOKEN_PARAMETER},
                "headers": {
                    name: http.headers[name] for name in ("Content-Type", *route.headers) if name in http.headers
                },
                "body": b64encode(body).decode(),
                "principal": {"name": principal.name, "role": principal.role, "person": principal.person},
            }
        )

    return endpoint


@dataclass(frozen=True, slots=True)
class RelayedRequests:
    """Carries out requests that standbys accepted, with the same handlers as the active driver's own requests."""

    server: DataServer
    access: Access

    async def carry_out(self, taken: TakenRequest) -> Mapping[str, Any]:
        """Carry out a request to the data server, and return the response to be stored.

        Raises:
            NotActiveError: Another driver has taken over and will carry it out.
        """
        name = str(taken.content["route"])
        method, _, path = name.partition(" ")
        try:
            route = _ROUTES[name]
            response = written(route, await route.handler(self.server, self._request(route, taken)))
        except NotActiveError:
            raise
        except Exception as exc:  # noqa: BLE001 - the waiting client gets a response
            response = problem_of(exc, method, path) or web.Response(status=500)
        assert isinstance(response, web.Response)  # noqa: S101 - no write request responds with a stream
        body = response.body if isinstance(response.body, bytes) else b""
        headers = {str(key): value for key, value in response.headers.items() if key != "Content-Length"}
        return {"status": response.status, "headers": headers, "body": b64encode(body).decode()}

    def _request(self, route: Route[DataServer], taken: TakenRequest) -> ApiRequest[Any]:
        content, body = taken.content, b64decode(taken.content["body"])
        data = read_data(route, content["query"].items(), body)
        if data is not None and getattr(data, "commandId", None) == "":
            data = data.model_copy(update={"commandId": f"request:{taken.request_id}"})
        by = content["principal"]
        principal = Principal(by["name"], Role(by["role"]), person=by["person"])
        sent = Sent(content["match"], content["headers"], body)
        return ApiRequest(sent, None, self.access, route.role or Role.ADMIN, principal, data)


def _name(route: Route[DataServer]) -> str:
    return f"{route.method} {route.path}"


_ROUTES = {_name(route): route for route in WRITES}
