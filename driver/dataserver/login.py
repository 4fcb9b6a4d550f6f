"""Logging in, the same on the data server, on one that stands by, and on the debug tools."""

from aiohttp import web

from driver.dataserver import wire
from driver.dataserver.auth import Access


def route(access: Access) -> web.RouteDef:
    """Return ``POST /api/Auth/Login``, which answers with a bearer token."""

    async def login(request: web.Request) -> web.Response:
        body = await wire.read(request, wire.LoginBody)
        return wire.answer(await access.login(body.username, body.password))

    return web.post("/api/Auth/Login", login)
