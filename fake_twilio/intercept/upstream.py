"""Forwarding requests to the real Twilio, with unchanged headers and bodies and a limit on billable requests."""

import asyncio
from urllib.parse import urlsplit

import aiohttp
from yarl import URL

from fake_twilio.errors import TwilioError
from fake_twilio.intercept.hosts import TWILIO, is_twilio, split
from fake_twilio.model.hosts import products
from fake_twilio.web.response import Response

DEFAULT_LIMIT = 10
"""Default number of requests that cost money to forward before the rest are rejected."""

MAX_ANSWER_BYTES = 16_777_216

_COSTLY = ("/Messages", "/Calls", "/IncomingPhoneNumbers", "/Local", "/Mobile", "/TollFree", "/Faxes")
_NOT_PASSED_ON = frozenset({
    "accept-encoding", "connection", "content-encoding", "content-length", "content-type", "expect", "host",
    "keep-alive", "proxy-authorization", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
})  # fmt: skip


class Upstream:
    """Another Twilio, real or fake.

    Args:
        url: its URL, such as ``https://api.twilio.com``; other products' hosts are derived from it.
        limit: maximum number of requests that cost money to forward.
    """

    def __init__(self, url: str, limit: int = DEFAULT_LIMIT) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"{url!r} is not a URL such as https://api.twilio.com")
        self.url = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        self.limit = limit
        self.spent = 0
        self._real = is_twilio(parts.hostname)
        self._session: aiohttp.ClientSession | None = None

    async def forward(
        self, method: str, target: str, headers: tuple[tuple[bytes, bytes], ...], *, body: bytes, host: str
    ) -> Response:
        """Forward a request and return the response; 502 if there is none.

        Raises:
            TwilioError: 20006 if it would cost money and the limit is reached; nothing was forwarded.
        """
        self._count(method, target.partition("?")[0])
        sent = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers]
        kind = next((value for name, value in sent if name.lower() == "content-type"), "")
        kept = [(name, value) for name, value in sent if name.lower() not in _NOT_PASSED_ON]
        kept += [("Accept-Encoding", "identity"), *([("Content-Type", kind)] if kind else [])]
        try:
            async with self._open().request(
                method,
                URL(self._origin(target, host) + target, encoded=True),
                headers=kept,
                data=body or None,
                allow_redirects=False,
            ) as answer:
                content = await answer.content.read(MAX_ANSWER_BYTES)
                passed = tuple(
                    (name, value) for name, value in answer.headers.items() if name.lower() not in _NOT_PASSED_ON
                )
                kind = answer.headers.get("Content-Type", "application/octet-stream")
                return Response(answer.status, content, kind, headers=passed)
        except (aiohttp.ClientError, TimeoutError, OSError) as exc:
            text = f"fake-twilio: {self.url} cannot be reached: {str(exc) or type(exc).__name__}\n"
            return Response(502, text.encode(), "text/plain; charset=utf-8")

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    def _count(self, method: str, path: str) -> None:
        for suffix in (".json", ".csv", ".xml"):
            path = path.removesuffix(suffix)
        if method != "POST" or not path.endswith(_COSTLY):
            return
        if self.spent >= self.limit:
            text = (
                f"fake-twilio: the limit of {self.limit} requests that cost money is reached, so this one was not "
                f"forwarded to {self.url}; to change the limit, use --upstream-limit"
            )
            raise TwilioError(20006, text=text)
        self.spent += 1

    def _origin(self, target: str, host: str) -> str:
        """Return the origin to forward a request to: the host that the client named, else its product's."""
        if not self._real:
            return self.url
        try:
            named = split(host, 443)[0]
        except ValueError:
            named = ""
        if is_twilio(named):
            return f"https://{named}"
        product = next(iter(products(target)), None)
        return f"https://{product}.{TWILIO}" if product else self.url

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=60, sock_connect=10),
                trust_env=True,
                cookie_jar=aiohttp.DummyCookieJar(loop=asyncio.get_running_loop()),
            )
        return self._session
