"""Authentication and authorization: logins valid for two hours, service tokens, and loopback without either."""

import asyncio
import hmac
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import structlog
from aiohttp import web

from driver.api.lockout import Lockout
from driver.api.models import LoginModel
from driver.api.passwords import check_password, hash_token, like
from driver.api.problems import AccessError
from driver.config.dataserver import DataserverConfig, UserConfig
from driver.config.types import is_loopback
from driver.domain.roles import Role
from driver.errors import RequestError
from driver.runtime.clock import Clock, sleep
from driver.runtime.log_rate_limit import LogRateLimit
from driver.runtime.strict_json import TOKEN_PARAMETER

_log = structlog.get_logger("driver.access")
LOGIN_LASTS_S = 7200
#: Passwords checked concurrently: checks are slow on purpose, and a flood of them must not starve the driver.
HASHED_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Principal:
    """Who sent a request. ``person`` is False for programs, which may act on behalf of a user they name."""

    name: str
    role: Role
    person: bool = False


class Access:
    """Checks logins and tokens."""

    def __init__(self, config: DataserverConfig, clock: Clock) -> None:
        self._clock = clock
        self._users: dict[str, UserConfig] = {}
        self._sessions: dict[str, tuple[Principal, timedelta]] = {}
        self._lockout = Lockout(clock)
        self._limit = LogRateLimit(clock)
        self._hashing = asyncio.Semaphore(HASHED_AT_ONCE)
        self._watchers: dict[Callable[[str], None], None] = {}
        self.configure(config)

    def configure(self, config: DataserverConfig) -> None:
        """Apply changed users and tokens. Logins of unchanged users stay valid; the others end."""
        before, self._users = self._users, {user.username: user for user in config.users}
        same = {name for name, user in self._users.items() if before.get(name) == user}
        self._sessions = {key: kept for key, kept in self._sessions.items() if kept[0].name in same}
        self._tokens = [(token.token_hash.get_secret_value(), token) for token in config.tokens]
        self._nobody = like(config.users[0].password_hash.get_secret_value()) if config.users else ""
        self.config = config
        self._look_again("access")

    @contextmanager
    def watched(self, request: web.Request, role: Role, end: Callable[[str], None]) -> Iterator[None]:
        """Call ``end`` with the reason if the caller loses this permission while the context lasts."""

        def look(reason: str) -> None:
            if not self.lets(request, role):
                end(reason)

        async def expire(until: timedelta) -> None:
            await sleep(self._clock, until - self._clock.monotonic())
            look("expired")

        _, until = self._sessions.get(hash_token(_token(request)), (None, None))
        expiring = asyncio.ensure_future(expire(until)) if until is not None else None
        self._watchers[look] = None
        try:
            yield
        finally:
            del self._watchers[look]
            if expiring is not None:
                expiring.cancel()

    def _look_again(self, reason: str) -> None:
        for look in tuple(self._watchers):
            look(reason)

    async def login(self, username: str, password: str, address: str | None) -> LoginModel:
        """Return a new bearer token for a user who connects from ``address``.

        Raises:
            AccessError: Wrong name or password (401), or locked out after several failures (429).
        """
        with self._lockout.turn(address):
            self._lockout.begin(address, username)
            user = self._users.get(username)
            hashed = user.password_hash.get_secret_value() if user else self._nobody
            async with self._hashing:
                right = await asyncio.to_thread(check_password, password, hashed)
        if user is None or not right or not password.strip() or self._users.get(username) != user:
            if (more := self._limit.let("login_refused")) is not None:
                known = username if user else "(unknown)"
                _log.warning("login_refused", user=known, peer=address, **more)
            raise AccessError("wrong user name or password", 401, _CHALLENGE)
        self._lockout.succeeded(address, username)
        now = self._clock.monotonic()
        self._sessions = {key: kept for key, kept in self._sessions.items() if kept[1] > now}
        token = secrets.token_urlsafe(32)
        until = now + timedelta(seconds=LOGIN_LASTS_S)
        self._sessions[hash_token(token)] = (Principal(username, user.role, person=True), until)
        return LoginModel(token=token, expires_in=LOGIN_LASTS_S, role=user.role)

    def logout(self, request: web.Request) -> None:
        """End the caller's login and its streams; does nothing if no users or tokens are configured.

        Raises:
            AccessError: The caller is not authenticated (401).
            RequestError: The caller uses a service token, which only a changed configuration can revoke.
        """
        principal = self._principal(request)
        if self._sessions.pop(hash_token(_token(request)), None) is not None:
            self._look_again("logout")
        elif not self.config.open_to_all:
            raise RequestError(f"{principal.name} is a service token; to revoke it, remove it from the configuration")

    def require(self, request: web.Request, role: Role) -> Principal:
        """Return who sent a request, provided that they have at least ``role``.

        Raises:
            AccessError: The caller is not authenticated (401) or not allowed (403).
        """
        principal = self._principal(request)
        if not principal.role.covers(role):
            raise AccessError(f"this needs the role {role.value}; {principal.name} is {principal.role.value}", 403)
        return principal

    def lets(self, request: web.Request, role: Role) -> bool:
        """Return whether the caller has at least ``role``."""
        try:
            return self._principal(request).role.covers(role)
        except AccessError:
            return False

    def _principal(self, request: web.Request) -> Principal:
        if self.config.open_to_all:
            _refuse_foreign_pages(request)
            return Principal("anonymous", Role.ADMIN)
        token = _token(request)
        if not token:
            raise AccessError(
                "missing credentials: send 'Authorization: Bearer TOKEN' (POST /api/Auth/Login)", 401, _CHALLENGE
            )
        hashed = hash_token(token)
        session = self._sessions.get(hashed)
        if session is not None and session[1] > self._clock.monotonic():
            return session[0]
        for known, entry in self._tokens:
            if hmac.compare_digest(known.encode(), hashed.encode()):
                return Principal(entry.name, entry.role)
        raise AccessError("the token is invalid or no longer valid", 401, _CHALLENGE)


def _token(request: web.Request) -> str:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return (token if kind.lower() == "bearer" else request.query.get(TOKEN_PARAMETER, "")).strip()


def _refuse_foreign_pages(request: web.Request) -> None:
    """Without users and tokens, allow only programs on this machine, and no foreign web pages."""
    host = request.headers.get("Host", "").lower()
    name = (host.rsplit(":", 1)[0] if not host.endswith("]") else host).strip("[]")
    origin = request.headers.get("Origin", "").lower()
    if not is_loopback(name) or (origin and origin.removeprefix("https://").removeprefix("http://") != host):
        raise AccessError("no users or tokens are configured, so only programs on this machine have access", 403)


_CHALLENGE = {"WWW-Authenticate": "Bearer"}
