"""Login and logout, the same on the data server, on a standby, and on the debug tools."""

from driver.api.models import LoginModel
from driver.api.requests import LoginBody
from driver.api.routing import LOGIN_BODY, ApiRequest, Route
from driver.domain.roles import Role


async def _login(_context: object, request: ApiRequest[LoginBody]) -> LoginModel:
    """Log in and get a bearer token, which is valid for two hours."""
    return await request.access.login(request.data.username, request.data.password, request.http.remote)


async def _logout(_context: object, request: ApiRequest[None]) -> None:
    """Log out: invalidate the token and end the streams opened with it."""
    request.access.logout(request.http)


ROUTES: tuple[Route[object], ...] = (
    Route("POST", "/api/Auth/Login", None, _login, max_body=LOGIN_BODY),
    Route("POST", "/api/Auth/Logout", Role.VIEWER, _logout, status=204),
)
