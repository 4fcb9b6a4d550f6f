"""Who is calling and what they may do: logins that last two hours, service tokens, and loopback without either."""

import asyncio
import hmac
import ipaddress
import math
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import structlog
from aiohttp import web

from driver.clock import Clock
from driver.config.models import DataserverConfig, Role, UserConfig
from driver.dataserver.hashes import check_password, hash_token
from driver.dataserver.problems import AccessError

_log = structlog.get_logger("driver.access")
LOGIN_LASTS_S = 7200
#: After so many wrong passwords in a row an account is closed for a while.
MOST_FAILURES = 5
LOCKED_S = 300
_LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]", "::1"})


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is calling. ``person`` is False for programs, which may speak for a user they name."""

    name: str
    role: Role
    person: bool = False


@dataclass(slots=True)
class _Failures:
    count: int = 0
    locked_until: timedelta | None = None
    one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)


class Access:
    """Checks logins and tokens."""

    def __init__(self, config: DataserverConfig, clock: Clock) -> None:
        self._clock = clock
        self._users: dict[str, UserConfig] = {}
        self._sessions: dict[str, tuple[Caller, timedelta]] = {}
        self._failures: dict[str, _Failures] = {}
        self._watchers: dict[Callable[[], None], None] = {}
        self.configure(config)

    def configure(self, config: DataserverConfig) -> None:
        """Take over other users and tokens. Logins of users that are as they were go on; the others end."""
        before, self._users = self._users, {user.username: user for user in config.users}
        same = {name for name, user in self._users.items() if before.get(name) == user}
        self._sessions = {key: kept for key, kept in self._sessions.items() if kept[0].name in same}
        self._tokens = [(token.token_hash.get_secret_value(), token) for token in config.tokens]
        self.config = config
        for tell in self._watchers:
            tell()

    @contextmanager
    def watched(self, tell: Callable[[], None]) -> Iterator[None]:
        """Have ``tell`` called, while the context lasts, whenever it changes who may call."""
        self._watchers[tell] = None
        try:
            yield
        finally:
            del self._watchers[tell]

    async def login(self, username: str, password: str) -> Mapping[str, object]:
        """Return a new bearer token.

        Guesses for one user are looked at one after the other, so that many at once count like any others.

        Raises:
            AccessError: wrong name or password (401), or locked out after several failures (429).
        """
        failures = self._failures.setdefault(username, _Failures()) if username in self._users else _Failures()
        async with failures.one_at_a_time:
            return await self._login(username, password, failures)

    async def _login(self, username: str, password: str, failures: _Failures) -> Mapping[str, object]:
        now = self._clock.monotonic()
        if failures.locked_until is not None and failures.locked_until > now:
            wait = math.ceil((failures.locked_until - now).total_seconds())
            raise AccessError(f"too many wrong passwords; try again in {wait} s", 429, {"Retry-After": str(wait)})
        user = self._users.get(username)
        hashed = user.password_hash.get_secret_value() if user else _NOBODY
        right = await asyncio.to_thread(check_password, password, hashed)
        if user is None or not right:
            failures.count += 1
            if failures.count >= MOST_FAILURES:
                failures.count, failures.locked_until = 0, now + timedelta(seconds=LOCKED_S)
            _log.warning("login refused", user=username if user else "(unknown)")
            raise AccessError("wrong user name or password", 401, _CHALLENGE)
        failures.count, failures.locked_until = 0, None
        self._sessions = {key: kept for key, kept in self._sessions.items() if kept[1] > now}
        token = secrets.token_urlsafe(32)
        until = now + timedelta(seconds=LOGIN_LASTS_S)
        self._sessions[hash_token(token)] = (Caller(username, user.role, person=True), until)
        return {"token": token, "expiresIn": LOGIN_LASTS_S, "role": user.role.value}

    async def require(self, request: web.Request, role: Role) -> Caller:
        """Return the caller, who may do what ``role`` may.

        Raises:
            AccessError: not known (401) or not allowed (403).
        """
        caller = self._caller(request)
        if not caller.role.covers(role):
            raise AccessError(f"this needs the role {role.value}; {caller.name} is {caller.role.value}", 403)
        return caller

    def lets(self, request: web.Request, role: Role) -> bool:
        """Tell whether the caller may do what ``role`` may."""
        try:
            return self._caller(request).role.covers(role)
        except AccessError:
            return False

    def _caller(self, request: web.Request) -> Caller:
        if self.config.open_to_all:
            _refuse_foreign_pages(request)
            return Caller("anonymous", Role.ADMIN)
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        token = token.strip() if kind.lower() == "bearer" else request.query.get("access_token", "")
        if not token:
            raise AccessError("say who you are: Authorization: Bearer TOKEN (POST /api/Auth/Login)", 401, _CHALLENGE)
        hashed = hash_token(token)
        session = self._sessions.get(hashed)
        if session is not None and session[1] > self._clock.monotonic():
            return session[0]
        for known, entry in self._tokens:
            if hmac.compare_digest(known, hashed):
                return Caller(entry.name, entry.role)
        raise AccessError("the token is not valid, or no longer", 401, _CHALLENGE)


def _refuse_foreign_pages(request: web.Request) -> None:
    """Without logins only programs on this machine may call, and no web page of somebody else."""
    host = request.headers.get("Host", "").lower()
    name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
    origin = request.headers.get("Origin", "").lower()
    if not _local(name) or (origin and origin.removeprefix("https://").removeprefix("http://") != host):
        raise AccessError("without users and tokens only this machine's own programs are answered", 403)


def _local(name: str) -> bool:
    if name in _LOCAL_NAMES:
        return True
    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False


_CHALLENGE = {"WWW-Authenticate": "Bearer"}
#: A hash that no password fits, so that an unknown name takes as long as a wrong password.
_NOBODY = "scrypt$16384$8$1$AAAAAAAAAAAAAAAAAAAAAA==$" + "A" * 86 + "=="
