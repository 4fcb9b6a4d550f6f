"""The one way into the driver's HTTP servers: what a route promises is what it answers."""

from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from driver.api.access import Access
from driver.api.models import HealthModel, SegmentsModel
from driver.api.routing import ApiRequest, Route, mount
from driver.config.dataserver import DataserverConfig
from fake_twilio import ManualClock


async def test_a_response_of_another_model_than_the_tables_is_never_sent() -> None:
    async def handler(_context: None, _request: ApiRequest[Any]) -> HealthModel:
        return HealthModel(status="ok")

    access = Access(DataserverConfig(), ManualClock())
    for response, status in ((HealthModel, 200), (SegmentsModel, None), (None, None)):
        route: Route[None] = Route("GET", "/", None, handler=handler, response=response)
        (mounted,) = mount([route], None, access)
        request = make_mocked_request("GET", "/")
        if status is None:
            with pytest.raises(TypeError, match="GET / answered a HealthModel"):
                await mounted.handler(request)
        else:
            answer = await mounted.handler(request)
            assert isinstance(answer, web.Response)
            assert (answer.status, answer.body) == (status, b'{"status":"ok"}')
