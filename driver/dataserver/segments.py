"""`POST /api/segments`: how long a text is for the network, before it is sent."""

from aiohttp import web
from pydantic import Field

from driver.config.models import Role
from driver.dataserver import wire
from driver.dataserver.auth import Access
from driver.domain.segments import measure
from driver.runtime.strict_json import StrictBody


class SegmentsBody(StrictBody):
    """``POST /api/segments``."""

    text: str = Field(max_length=10_000)


def routes(access: Access) -> list[web.RouteDef]:
    """Return the route; everybody who may look may ask."""

    async def segments(request: web.Request) -> web.Response:
        await access.require(request, Role.VIEWER)
        length = measure((await wire.read(request, SegmentsBody)).text)
        return wire.answer(
            {
                "encoding": length.alphabet.value,
                "segments": length.segments,
                "units": length.units,
                "perSegment": length.room,
                "remaining": length.left,
                "foreign": list(length.foreign),
            }
        )

    return [web.post("/api/segments", segments)]
