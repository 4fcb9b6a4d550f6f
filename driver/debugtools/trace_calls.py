"""``/api/trace`` of the debug tools: see which topics are traced, and switch them while the driver runs."""

from typing import Annotated

import orjson
from aiohttp import web
from pydantic import BeforeValidator, Field

from driver.debugtools.server import Guard
from driver.debugtools.trace import EVERYTHING, MOST_MINUTES, USUAL_MINUTES, Trace, Traces
from driver.domain.events import iso
from driver.errors import RequestError
from driver.runtime.log_topics import WORDS, LogTopic
from driver.runtime.strict_json import StrictBody, read_json
from driver.services.assets import Assets


def _topic(name: object) -> LogTopic:
    if name not in set(LogTopic):
        raise ValueError(f"{name!r} is no topic; there are {', '.join(LogTopic)}")
    return LogTopic(str(name))


class TraceBody(StrictBody):
    """``PUT /api/trace``. ``asset`` empty means all assets; ``minutes`` from now the trace ends by itself."""

    topics: list[Annotated[LogTopic, BeforeValidator(_topic)]]
    asset: str = EVERYTHING
    minutes: float = Field(USUAL_MINUTES, gt=0, le=MOST_MINUTES)


class TraceCalls:
    """The calls about traces, for whoever may see the log."""

    def __init__(self, traces: Traces, assets: Assets, guard: Guard) -> None:
        self._traces = traces
        self._assets = assets
        self._guard = guard

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [
            web.get("/api/trace", self._get),
            web.put("/api/trace", self._put),
            web.delete("/api/trace", self._delete),
        ]

    async def _get(self, request: web.Request) -> web.Response:
        await self._guard(request)
        return self._told()

    async def _put(self, request: web.Request) -> web.Response:
        await self._guard(request)
        body = read_json(await request.read(), TraceBody)
        known = self._assets.catalog.find(body.asset)
        if body.asset and known is None:
            detail = f"there is no asset {body.asset!r}"
            raise RequestError(detail, errors=[{"path": "asset", "message": detail}])
        self._traces.switch(known.asset_id if known else EVERYTHING, body.topics, body.minutes)
        return self._told()

    async def _delete(self, request: web.Request) -> web.Response:
        await self._guard(request)
        self._traces.stop()
        return self._told()

    def _told(self) -> web.Response:
        told = {
            "topics": {topic.value: words for topic, words in WORDS.items()},
            "active": [_written(trace) for trace in self._traces.active()],
        }
        return web.Response(body=orjson.dumps(told), content_type="application/json")


def _written(trace: Trace) -> dict[str, object]:
    return {"asset": trace.asset, "topics": sorted(trace.topics), "until": iso(trace.until)}
