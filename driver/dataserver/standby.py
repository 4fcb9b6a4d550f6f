"""What a driver on standby answers: that it waits, for whom, and where to go instead."""

from collections.abc import Iterable
from dataclasses import dataclass

from aiohttp import web

from driver.config.models import Role
from driver.dataserver import login, wire
from driver.dataserver.auth import Access
from driver.dataserver.info import Info
from driver.dataserver.problems import problem, problems
from driver.runtime.metrics import ACTIVE, Metrics

CODE = "standby"


@dataclass(slots=True)
class Waiting:
    """Why a driver waits, in words, and where the active one answers as far as it is known."""

    reason: str = ""
    active_server: str = ""
    term: int | None = None

    @property
    def advice(self) -> str:
        """What whoever came to the wrong driver can do."""
        where = f"use {self.active_server}" if self.active_server else "use the active one"
        return f"this driver is on standby and carries out nothing: {self.reason}; {where}, or stop that one"


def make_standby_app(
    info: Info, waiting: Waiting, access: Access, metrics: Metrics, more: Iterable[web.AbstractRouteDef]
) -> web.Application:
    """Return the application, with ``more`` routes than these."""

    async def told(request: web.Request) -> web.Response:
        await access.require(request, Role.VIEWER)
        is_open = access.config.open_to_all
        where, term = waiting.active_server, waiting.term
        return wire.answer(info.told("standby", open_to_all=is_open, active_server=where, term=term))

    async def events(request: web.Request) -> web.StreamResponse:
        await access.require(request, Role.VIEWER)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        goodbye = {"type": "goodbye", "reason": "standby", "activeServerAddress": waiting.active_server or None}
        await socket.send_json(goodbye)
        await socket.close()
        return socket

    async def refused(request: web.Request) -> web.Response:
        await access.require(request, Role.VIEWER)
        return problem(503, CODE, waiting.advice, activeServerAddress=waiting.active_server or None)

    async def healthz(_request: web.Request) -> web.Response:
        return wire.answer({"status": "ok", "tasks": {}})

    async def readyz(_request: web.Request) -> web.Response:
        return wire.answer({"status": "standby", "reason": waiting.reason}, 503)

    async def measured(_request: web.Request) -> web.Response:
        return wire.answer_metrics(metrics.text())

    metrics.watch(*ACTIVE, lambda: 0)
    app = web.Application(middlewares=[problems])
    app.add_routes(
        [
            *login.routes(access),
            web.get("/api/info", told),
            web.get("/api/events", events),
            web.get("/healthz", healthz),
            web.get("/readyz", readyz),
            web.get("/metrics", measured),
            *more,
            web.route("*", "/api/{rest:.*}", refused),
        ]
    )
    return app


def make_deaf_app(waiting: Waiting) -> web.Application:
    """Return the webhook listener's application on standby: Twilio is sent to its fallback address, or comes again."""

    async def refused(_request: web.Request) -> web.Response:
        return problem(503, CODE, waiting.reason)

    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", refused)
    return app
