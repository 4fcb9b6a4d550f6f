"""HTTP sessions for clients of a driver, and what can be wrong between the two."""

import os
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import aiohttp

from driver.errors import NotReachableError, StartError

#: OpenSSL's reasons for a certificate that is trusted, but issued for another name or address.
_OTHER_NAME = frozenset({62, 64})
DEFAULT_URL = "http://127.0.0.1:9622"
DEFAULT_DEBUG_URL = "http://127.0.0.1:9623"


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


def given_token(token: str | None) -> str:
    """Return the token that somebody gave: this one, else ``SMS_DRIVER_TOKEN``; empty if there is none."""
    return (token or os.environ.get("SMS_DRIVER_TOKEN", "")).strip()


@asynccontextmanager
async def http_session(
    token: str | None, tls: ssl.SSLContext | bool = True, *, kept: Mapping[str, str] | None = None
) -> AsyncIterator[aiohttp.ClientSession]:
    """Open a session that calls with a token, by default ``SMS_DRIVER_TOKEN``; ``tls`` says whom it trusts.

    With ``kept``, tokens by address, each goes with calls to its own address only, and no other token does.

    Raises:
        StartError: no token can be like this one.
    """
    token = given_token(token) if kept is None else ""
    if not token.isprintable():
        raise StartError("a line break or another invisible character stands inside the token; copy it again")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    limits = aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=30)
    connector = aiohttp.TCPConnector(ssl=tls)
    middlewares = (_by_address(kept),) if kept else ()
    async with aiohttp.ClientSession(
        headers=headers, timeout=limits, connector=connector, middlewares=middlewares
    ) as session:
        yield session


def _by_address(kept: Mapping[str, str]) -> aiohttp.ClientMiddlewareType:
    """Return what puts the token of an address on each request below it, and on no other."""

    async def authorize(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
        for address, token in kept.items():
            if str(request.url).startswith(f"{address}/"):
                request.headers["Authorization"] = f"Bearer {token}"
        return await handler(request)

    return authorize
