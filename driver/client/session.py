"""A session with one running driver, the way any program has one: over its data server."""

import os
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from driver.errors import DriverError, NotReachableError, StartError

#: OpenSSL's reasons for a certificate that is trusted, but issued for another name or address.
_OTHER_NAME = frozenset({62, 64})
DEFAULT_URL = "http://127.0.0.1:9622"
DEFAULT_DEBUG_URL = "http://127.0.0.1:9623"
#: Codes of problems with which a driver says that another one is the active one.
NOT_ACTIVE = frozenset({"standby", "not_active"})


class RefusedError(DriverError):
    """The driver answered, and refused; ``problem`` is the code it gave."""

    code = "refused"

    def __init__(self, message: str, problem: str = "") -> None:
        super().__init__(message)
        self.problem = problem


class DriverClient:
    """Calls one data server; an answer that takes longer than ``patience_s``, if given, counts as none."""

    def __init__(self, session: aiohttp.ClientSession, url: str, *, patience_s: float | None = None) -> None:
        self._session = session
        self._url = url.rstrip("/")
        self._limits = session.timeout if patience_s is None else aiohttp.ClientTimeout(total=patience_s)

    async def get(self, path: str) -> Any:
        """Ask for something.

        Raises:
            NotReachableError: no driver answers there.
            RefusedError: it answered, and refused.
        """
        return await self._call("GET", path, None)

    async def post(self, path: str, body: Mapping[str, object]) -> Any:
        """Have something done.

        Raises:
            NotReachableError: no driver answers there.
            RefusedError: it answered, and refused.
        """
        return await self._call("POST", path, body)

    @asynccontextmanager
    async def stream(
        self, path: str, *, heartbeat_s: float | None = None
    ) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        """Open a live stream; with ``heartbeat_s`` one that gives no sign of life for longer than that ends.

        Raises:
            NotReachableError: no driver answers there.
            RefusedError: it answered, and refused.
        """
        try:
            async with self._session.ws_connect(f"{self._url}{path}", heartbeat=heartbeat_s) as socket:
                yield socket
        except aiohttp.WSServerHandshakeError as refused:
            raise RefusedError(f"{self._url} refused the stream: HTTP {refused.status}") from refused
        except (aiohttp.ClientError, TimeoutError) as gone:
            raise unreachable(self._url, gone) from gone

    async def _call(self, method: str, path: str, body: Mapping[str, object] | None) -> Any:
        try:
            async with self._session.request(method, f"{self._url}{path}", json=body, timeout=self._limits) as answer:
                told = await answer.json(content_type=None)
        except (aiohttp.ClientError, TimeoutError) as gone:
            raise unreachable(self._url, gone) from gone
        except ValueError as strange:
            raise NotReachableError(f"what answers at {self._url} is no driver") from strange
        if answer.status >= 400:
            problem = told if isinstance(told, dict) else {"detail": str(told)}
            raise RefusedError(problem.get("detail", f"HTTP {answer.status}"), str(problem.get("code", "")))
        return told


def unreachable(url: str, exc: Exception) -> NotReachableError:
    """Return the error that says why no driver could be asked, and what to do about it."""
    if isinstance(exc, aiohttp.ClientConnectorCertificateError):
        cause = exc.certificate_error
        if isinstance(cause, ssl.SSLCertVerificationError) and cause.verify_code in _OTHER_NAME:
            return NotReachableError(f"the certificate of {url} is for another name: {cause.verify_message}")
        why = cause.verify_message if isinstance(cause, ssl.SSLCertVerificationError) else str(cause)
        return NotReachableError(f"the certificate of {url} is not trusted ({why}): --ca FILE names the authority")
    if isinstance(exc, aiohttp.ClientConnectorSSLError):
        return NotReachableError(f"what answers at {url} speaks no TLS; without TLS the address begins with http://")
    return NotReachableError(f"no driver answers at {url}; is `sms-driver run` running?")


@asynccontextmanager
async def http_session(token: str | None, tls: ssl.SSLContext | bool = True) -> AsyncIterator[aiohttp.ClientSession]:
    """Open a session that calls with a token, by default ``SMS_DRIVER_TOKEN``; ``tls`` says whom it trusts.

    Raises:
        StartError: no token can be like this one.
    """
    token = (token or os.environ.get("SMS_DRIVER_TOKEN", "")).strip()
    if not token.isprintable():
        raise StartError("a line break or another invisible character stands inside the token; copy it again")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    limits = aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=30)
    connector = aiohttp.TCPConnector(ssl=tls)
    async with aiohttp.ClientSession(headers=headers, timeout=limits, connector=connector) as session:
        yield session


@asynccontextmanager
async def connected(url: str, token: str | None, tls: ssl.SSLContext | bool = True) -> AsyncIterator[DriverClient]:
    """Open a session with one driver; nothing is asked yet."""
    async with http_session(token, tls) as session:
        yield DriverClient(session, url)
