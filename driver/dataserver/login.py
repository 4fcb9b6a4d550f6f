"""Logging in and out, the same on the data server, on one that stands by, and on the debug tools."""

from aiohttp import web

from driver.dataserver import wire
from driver.dataserver.auth import Access
from driver.dataserver.bodies import LOGIN_BODY


def routes(access: Access) -> list[web.RouteDef]:
    """Return ``POST /api/Auth/Login``, which answers with a bearer token, and ``Logout``, which ends it."""

    async def login(request: web.Request) -> web.Response:
        body = await wire.read(request, wire.LoginBody, LOGIN_BODY)
        return wire.answer(await access.login(body.username, body.password, request.remote))

    async def logout(request: web.Request) -> web.Response:
        access.logout(request)
        return web.Response(status=204)

    return [web.post("/api/Auth/Login", login), web.post("/api/Auth/Logout", logout)]
