"""The applications of a standby: it serves reads if it can read the database, else it refers to the active driver."""

from collections.abc import Awaitable, Callable, Iterable
from contextlib import nullcontext, suppress

from aiohttp import web

import driver
from driver.api import login
from driver.api.access import Access
from driver.api.api_model import StandbyProblemModel
from driver.api.frames import StandbyGoodbyeFrame
from driver.api.models import HealthModel, InfoModel, ReadinessModel
from driver.api.problems import problem, problems
from driver.api.requests import EventsQuery
from driver.api.routing import ApiRequest, ModelResponse, Route, mount
from driver.dataserver.app import application
from driver.dataserver.context import NAME, DataView, Standby, Waiting, authentication
from driver.dataserver.handlers import get_metrics
from driver.dataserver.relay import Relay, relayed
from driver.dataserver.routes import PROBES, READS
from driver.domain.roles import Role
from driver.errors import StoreUnavailableError
from driver.runtime.metrics import ACTIVE

CODE = "standby"


async def _get_info(standby: Standby, request: ApiRequest[None]) -> InfoModel:
    return InfoModel(
        driver=NAME,
        version=driver.__version__,
        role="standby",
        term=standby.waiting.term,
        active_server_address=standby.waiting.active_server,
        system_id=standby.system_id,
        caption=standby.caption,
        debug_port=standby.debug_port,
        authentication=authentication(request),
    )


async def _stream_events(standby: Standby, request: ApiRequest[EventsQuery]) -> web.StreamResponse:
    socket = web.WebSocketResponse()
    await socket.prepare(request.http)
    goodbye = StandbyGoodbyeFrame(reason="standby", active_server_address=standby.waiting.active_server)
    await socket.send_str(goodbye.model_dump_json())
    await socket.close()
    return socket


async def _refuse(standby: Standby, _request: ApiRequest[None]) -> web.Response:
    waiting = standby.waiting
    address = waiting.active_server
    return problem(503, CODE, waiting.advice, model=StandbyProblemModel, active_server_address=address)


async def _get_health(_standby: Standby, _request: ApiRequest[None]) -> HealthModel:
    return HealthModel(status="ok", tasks={})


async def _get_readiness(standby: Standby, _request: ApiRequest[None]) -> ModelResponse[ReadinessModel]:
    return ModelResponse(ReadinessModel(status="standby", can=[], reason=standby.waiting.reason), 503)


ROUTES: tuple[Route[Standby], ...] = (
    *login.ROUTES,
    Route("GET", "/api/info", Role.VIEWER, _get_info),
    Route("GET", "/api/events", Role.VIEWER, _stream_events),
    Route("GET", "/healthz", None, _get_health),
    Route("GET", "/readyz", None, _get_readiness),
    Route("GET", "/metrics", None, get_metrics),
)
#: All other requests, which only the active driver serves.
REFUSED: Route[Standby] = Route("*", "/api/{rest:.*}", Role.VIEWER, _refuse)


def make_standby_app(standby: Standby, access: Access, pages: Iterable[web.AbstractRouteDef]) -> web.Application:
    """Return the application of a standby that cannot read the database, with the routes of its ``pages``."""
    standby.metrics.watch(*ACTIVE, lambda: 0)
    app = web.Application(middlewares=[problems])
    app.add_routes([*mount(ROUTES, standby, access), *pages, *mount([REFUSED], standby, access)])
    return app


def make_reading_app(
    view: DataView,
    catch_up: Callable[[], Awaitable[None]],
    relay: Relay,
    *,
    access: Access,
    pages: Iterable[web.AbstractRouteDef],
) -> web.Application:
    """Return the application of a standby that reads the database; it catches up before each response.

    Write requests go to the active driver through ``relay``.
    """

    @web.middleware
    async def current(
        request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        if request.path.startswith("/api/") and not request.path.startswith("/api/Auth/"):
            with suppress(StoreUnavailableError) if request.path == "/api/info" else nullcontext():
                await catch_up()
        return await handler(request)

    app = application(view, access, [current])
    app.add_routes([*mount((*login.ROUTES, *READS, *PROBES), view, access), *relayed(relay, access), *pages])
    return app


def make_deaf_app(waiting: Waiting) -> web.Application:
    """Return a standby's webhook application; it rejects requests, so Twilio uses the fallback address or retries."""

    async def refused(_request: web.Request) -> web.Response:
        return problem(503, CODE, waiting.reason)

    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", refused)
    return app
