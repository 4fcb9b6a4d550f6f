"""Dispatching a request to Twilio's API, the control API or the page."""

import logging
from collections.abc import Awaitable
from typing import TYPE_CHECKING

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from fake_twilio.api.app import ApiApp
from fake_twilio.backend import Backend
from fake_twilio.control import PREFIX
from fake_twilio.intercept.hosts import is_twilio, split
from fake_twilio.web.response import Response, WireResponse

if TYPE_CHECKING:
    from fake_twilio.control.app import ControlApp

PAGE = "/_fake"
"""Path of the page; Twilio has no such path."""


class Dispatcher:
    """Dispatches requests. On Twilio's own hosts, only Twilio's API exists.

    The control API and the page are loaded with the first request for them.
    """

    def __init__(self, api: ApiApp, backend: Backend, host: str) -> None:
        self._api = api
        self._backend = backend
        self._host = host
        self._control: ControlApp | None = None

    def handle(self, request: web.BaseRequest) -> Awaitable[web.StreamResponse]:
        """Return an awaitable response to one request."""
        path = request.raw_path
        if (path == "/" or path.startswith(PAGE)) and not _for_twilio(request):
            return self._own(request, path)
        return self._api.handle(request)

    async def _own(self, request: web.BaseRequest, path: str) -> web.StreamResponse:
        """Respond to a request for the fake's own pages; browsers at the root are redirected to them."""
        if path == "/":
            if "text/html" not in request.headers.get("Accept", ""):
                return await self._api.handle(request)
            return WireResponse(Response(302, headers=(("Location", f"{PAGE}/"),)))
        if path.startswith(f"{PREFIX}/") or path == PREFIX:
            if self._control is None:
                from fake_twilio.control.app import ControlApp

                self._control = ControlApp(self._backend, frozenset({self._host}))
            return await self._control.handle(request)
        from fake_twilio.ui.pages import answer

        return WireResponse(answer(request.method, path.partition("?")[0]))


def http_logger() -> logging.Logger:
    """Return the HTTP server's logger, which ignores clients that do not speak HTTP: they receive a 400."""
    logger = logging.getLogger("fake_twilio.http")
    if not logger.filters:
        logger.addFilter(_is_our_mistake)
    return logger


_MISTAKES_OF_CLIENTS = (HttpProcessingError, web.RequestPayloadError)
"""Errors for unreadable requests: bytes that are not HTTP, or a body that is not encoded as its headers say."""


def _is_our_mistake(record: logging.LogRecord) -> bool:
    return record.exc_info is None or not isinstance(record.exc_info[1], _MISTAKES_OF_CLIENTS)


def _for_twilio(request: web.BaseRequest) -> bool:
    """Return whether a request is for one of Twilio's own hosts, where the fake's pages do not exist."""
    try:
        return is_twilio(split(request.headers.get("Host", ""), 80)[0])
    except ValueError:
        return False
