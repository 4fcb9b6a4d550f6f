"""The HTTP client for requests to customers' servers, with Twilio's limits; a failure maps to the alert it raises."""

import asyncio
import ssl

import aiohttp
from yarl import URL

from fake_twilio.webhooks.http_cache import HttpCache
from fake_twilio.webhooks.request import NoResponse, WebhookResponse
from fake_twilio.webhooks.ssrf_guard import ForbiddenAddressError, SsrfGuard
from fake_twilio.webhooks.url_credentials import UrlCredentials

MAX_ANSWER = 65_536
"""The maximum size, in bytes, of a TwiML response (11750 above that)."""


class WebhookClient:
    """An HTTP client, opened on first use and shared by all webhooks of a fake; ``allow`` as in ``SsrfGuard``."""

    def __init__(self, allow: tuple[str, ...] = ()) -> None:
        self._bounds = SsrfGuard(allow)
        self._session: aiohttp.ClientSession | None = None
        self._cache = HttpCache()
        self._trust: ssl.SSLContext | None = None

    async def call(
        self,
        method: str,
        url: str,
        headers: dict[str, str],
        *,
        body: bytes | None,
        connect_seconds: float = 5.0,
        read_seconds: float = 15.0,
        total_seconds: float = 15.0,
        limit: int = MAX_ANSWER,
        login: UrlCredentials | None = None,
    ) -> WebhookResponse:
        """Make one request, without following redirects and reading at most ``limit`` bytes.

        A server that requires HTTP Digest gets the ``login`` that way. Cached responses to GET are revalidated.

        Raises:
            NoResponse: if the server cannot be reached or does not respond in time.
        """
        timeout = aiohttp.ClientTimeout(total=total_seconds, sock_connect=connect_seconds, sock_read=read_seconds)
        if method == "GET":
            headers = headers | self._cache.questions(url)
        try:
            where = URL(url, encoded=True)
            self._bounds.check(where.host or "")
            async with self._open().request(
                method,
                where,
                headers=headers,
                data=body,
                allow_redirects=False,
                timeout=timeout,
                ssl=self._trusted() if where.scheme == "https" else True,
                middlewares=(aiohttp.DigestAuthMiddleware(*login, preemptive=False),) if login is not None else None,
            ) as response:
                content = bytearray()
                async for chunk in response.content.iter_any():
                    content += chunk
                    if len(content) > limit:
                        break
                pairs = tuple(response.headers.items())
                kind = response.headers.get("Content-Type", "")
                answer = WebhookResponse(
                    response.status, pairs, bytes(content[:limit]), kind, truncated=len(content) > limit
                )
        except (aiohttp.ClientError, TimeoutError, ssl.SSLError, OSError, ValueError, UnicodeError) as exc:
            raise _reason(exc) from exc
        return self._cache.resolve(url, answer) if method == "GET" else answer

    def forget(self) -> None:
        """Clear the cache of responses."""
        self._cache.clear()

    async def close(self) -> None:
        """Close the client."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _trusted(self) -> ssl.SSLContext:
        """Return the certificate authorities that webhooks trust: the system's, or those in ``SSL_CERT_FILE``."""
        if self._trust is None:
            self._trust = ssl.create_default_context()
        return self._trust

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=200, limit_per_host=64, resolver=self._bounds),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=True,
                skip_auto_headers=("User-Agent", "Accept-Encoding"),
            )
        return self._session


def _reason(error: BaseException) -> NoResponse:
    """Map a client error to the alert that Twilio raises for it."""
    match error:
        case aiohttp.ClientConnectorCertificateError():
            return NoResponse(_certificate_code(str(error)), "the server's certificate was rejected", connecting=True)
        case aiohttp.ClientConnectorSSLError() | ssl.SSLError():
            return NoResponse(11220, "the TLS handshake failed", connecting=True)
        case ForbiddenAddressError() | aiohttp.ClientConnectorDNSError(os_error=ForbiddenAddressError()):
            return NoResponse(11210, str(getattr(error, "os_error", error)))
        case aiohttp.ClientConnectorDNSError():
            return NoResponse(11210, "the host name does not resolve", connecting=True)
        case aiohttp.ConnectionTimeoutError():
            return NoResponse(11205, "the connection timed out", connecting=True)
        case asyncio.TimeoutError():
            return NoResponse(11205, "the response timed out")
        case aiohttp.ClientConnectorError():
            return NoResponse(11205, "the connection was refused", connecting=True)
        case aiohttp.InvalidURL() | ValueError():
            return NoResponse(11100, "the URL is invalid")
        case aiohttp.ClientResponseError() | aiohttp.ClientPayloadError():
            return NoResponse(11206, "the response is not valid HTTP")
        case _:
            return NoResponse(11205, "the connection was lost before the response was complete")


def _certificate_code(text: str) -> int:
    if "expired" in text:
        return 11236
    return 11235 if "mismatch" in text or "doesn't match" in text else 11237
