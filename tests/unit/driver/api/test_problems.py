"""How errors during a request become responses."""

from typing import NoReturn

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from driver.api.problems import problems


class Gone:
    """The transport of a client that has gone."""

    def is_closing(self) -> bool:
        return True

    def get_extra_info(self, _name: str) -> None:
        return None


class There(Gone):
    """The transport of a client that waits for a response."""

    def is_closing(self) -> bool:
        return False


async def broken(_request: web.Request) -> NoReturn:
    raise RuntimeError("the handler is closed")


async def test_a_client_that_goes_away_before_its_stream_is_open_is_no_error_of_the_driver() -> None:
    with pytest.raises(ConnectionResetError):
        await problems(make_mocked_request("GET", "/api/events", transport=Gone()), broken)


async def test_an_error_while_somebody_waits_is_answered() -> None:
    answer = await problems(make_mocked_request("GET", "/api/events", transport=There()), broken)
    assert answer.status == 500
