"""``/api/trace`` of the debug tools: see which topics are traced, and switch them while the driver runs."""

from driver.api.debug_models import TraceBody, TraceModel
from driver.api.routing import ApiRequest
from driver.debugtools.inspect_api import Inspection
from driver.debugtools.trace import EVERYTHING
from driver.errors import RequestError
from driver.runtime.log_topics import WORDS


async def get_trace(inspection: Inspection, _request: ApiRequest[None]) -> TraceModel:
    """Return which topics there are, and which of which assets are recorded until when."""
    return _model(inspection)


async def put_trace(inspection: Inspection, request: ApiRequest[TraceBody]) -> TraceModel:
    """Record these topics of an asset, or of all, and no others of it."""
    body = request.data
    known = inspection.assets.catalog.find(body.asset)
    if body.asset and known is None:
        detail = f"there is no asset {body.asset!r}"
        raise RequestError(detail, errors=[{"path": "asset", "message": detail}])
    inspection.traces.switch(known.asset_id if known else EVERYTHING, body.topics, body.minutes)
    return _model(inspection)


async def delete_trace(inspection: Inspection, _request: ApiRequest[None]) -> TraceModel:
    """Record nothing besides what the configured level keeps."""
    inspection.traces.stop()
    return _model(inspection)


def _model(inspection: Inspection) -> TraceModel:
    return TraceModel(topics=WORDS, active=inspection.traces.active())
