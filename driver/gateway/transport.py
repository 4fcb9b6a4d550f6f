"""The SDK's HTTP transport: our own aiohttp session, with explicit timeouts, which never sends a request twice.

The SDK's asynchronous client ignores the timeout it is given, can repeat a POST (and with it a message) on any 5xx,
and opens its own session, so the driver uses this one instead.
"""

import asyncio
import functools
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import aiohttp
import orjson
import structlog
from twilio.http import AsyncHttpClient
from twilio.http.response import Response

from driver.domain.facts import CommReason
from driver.gateway.access_tokens import AccessTokens
from driver.gateway.credentials import Credentials
from driver.gateway.request_failed import RequestFailedError
from driver.gateway.twilio_clock import TwilioClock
from driver.runtime.clock import Clock
from driver.runtime.deadlines import Deadlines
from driver.runtime.idle import IdleTracker
from driver.runtime.log_topics import LogTopic

_log = structlog.get_logger("driver.gateway")
#: HTTP status of a request whose credentials Twilio rejected.
REFUSED = 401
_FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
#: Maximum size of a decompressed response; a full page of the longest messages, with every character escaped, fits.
MAX_ANSWER_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """The parts of a response that the SDK's exceptions do not include."""

    status: int
    text: str
    headers: Mapping[str, str]


#: The latest response to this task's requests; None before the first.
LATEST_ANSWER: ContextVar[Answer | None] = ContextVar("latest_answer", default=None)


@dataclass(frozen=True, slots=True)
class _SdkRequest:
    """A request as the SDK makes it, without credentials."""

    method: str
    uri: str
    params: dict[str, Any] | None
    data: dict[str, Any] | None
    headers: dict[str, str]
    timeout: float | None = None
    allow_redirects: bool = False


class Transport(AsyncHttpClient):  # type: ignore[misc]  # the SDK has no types
    """Carries the SDK's requests over a session that the driver owns.

    ``timeout_s`` limits a whole request by the driver's clock, ``connect_timeout_s`` the connection by the machine's.
    ``allowed`` is called right before each request; a driver that does not lead must not contact Twilio.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        clock: Clock,
        activity: IdleTracker,
        *,
        timeout_s: float,
        connect_timeout_s: float,
        allowed: Callable[[], Awaitable[bool]] | None = None,
    ) -> None:
        super().__init__(None, True, None)
        self.logins: Credentials | AccessTokens = Credentials("", ("",))
        """The credentials to use, instead of the single ones that the SDK supports."""
        self._allowed = allowed
        self._session = session
        self._clock = clock
        self.twilio_clock = TwilioClock(clock)
        self._activity = activity
        self._deadlines = Deadlines(clock)
        self.configure(timeout_s=timeout_s, connect_timeout_s=connect_timeout_s)

    def configure(self, *, timeout_s: float, connect_timeout_s: float) -> None:
        """Apply new timeouts to requests from now on."""
        self._timeout_s = timeout_s
        self._limits = aiohttp.ClientTimeout(total=timeout_s, sock_connect=connect_timeout_s)

    async def request(  # noqa: PLR0917 - the SDK's signature
        self,
        method: str,
        uri: str,
        params: dict[str, Any] | None = None,
        data: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """Make one request; repeat it with other credentials only if Twilio rejected the first ones and did nothing.

        Raises:
            RequestFailedError: no complete response arrived within the timeout.
        """
        logins = self.logins
        login = await logins.header()
        asked = _SdkRequest(method, uri, params, data, headers or {}, timeout, allow_redirects)
        answer = await self._once(asked, login)
        LATEST_ANSWER.set(Answer(answer.status_code, answer.text, answer.headers))
        for other in await logins.others(login) if answer.status_code == REFUSED else ():
            again = await self._once(asked, other)
            if again.status_code != REFUSED:
                LATEST_ANSWER.set(Answer(again.status_code, again.text, again.headers))
                logins.taken(other)
                return again
        return answer

    async def ask_for_token(self, uri: str, form: dict[str, str]) -> Response:
        """Request an access token once; the only credentials are those in the form.

        Raises:
            RequestFailedError: no complete response arrived; the request that needs the token was not sent.
        """
        try:
            return await self._once(_SdkRequest("POST", uri, None, form, _FORM), "")
        except RequestFailedError as exc:
            raise RequestFailedError(f"no access token: {exc.detail}", sent=False, reason=exc.reason) from exc

    async def _once(self, asked: _SdkRequest, login: str) -> Response:
        if self._allowed is not None and not await self._allowed():
            raise RequestFailedError("this driver is not the active one", sent=False, reason=CommReason.UNREACHABLE)
        headers = {**asked.headers, "Authorization": login} if login else asked.headers
        begun = asyncio.get_running_loop().time()
        limit_s = asked.timeout or self._timeout_s
        outcome: Response | Exception | None = None
        try:
            with self._activity.call():
                async with self._deadlines.within(timedelta(seconds=limit_s)):
                    outcome = await self._exchange(asked, headers)
                    return outcome
        except TimeoutError:
            text = f"no response within {limit_s:g} s"
            raise RequestFailedError(text, sent=True, reason=CommReason.TIMEOUT) from None
        except Exception as exc:
            outcome = exc
            raise
        finally:
            _log.debug(
                "http_request",
                topic=LogTopic.HTTP,
                method=asked.method,
                path=urlsplit(asked.uri).path,
                query=asked.params,
                form=asked.data,
                ms=round(1000 * (asyncio.get_running_loop().time() - begun), 1),
                answer=functools.partial(_outcome, outcome),
            )

    async def _exchange(self, asked: _SdkRequest, headers: dict[str, str]) -> Response:
        begun = self._clock.monotonic()
        try:
            async with self._session.request(
                asked.method,
                asked.uri,
                params=asked.params,
                data=urlencode(asked.data, doseq=True).encode() if asked.data else None,
                headers=headers,
                timeout=self._limits,
                allow_redirects=asked.allow_redirects,
            ) as answer:
                self.twilio_clock.note(answer.headers.get("Date", ""), begun)
                return Response(answer.status, await _text(answer), answer.headers)
        except aiohttp.ConnectionTimeoutError as exc:
            text = "the connection could not be made in time"
            raise RequestFailedError(text, sent=False, reason=CommReason.TIMEOUT) from exc
        except (aiohttp.ClientConnectorError, aiohttp.ClientHttpProxyError, aiohttp.InvalidURL) as exc:
            raise RequestFailedError(_connect_words(exc), sent=False, reason=CommReason.UNREACHABLE) from exc
        except TimeoutError as exc:
            text = f"no response within {self._limits.total:g} s"
            raise RequestFailedError(text, sent=True, reason=CommReason.TIMEOUT) from exc
        except (aiohttp.ClientError, OSError) as exc:
            text = f"the connection broke before the response was complete ({type(exc).__name__})"
            raise RequestFailedError(text, sent=True, reason=CommReason.UNREACHABLE) from exc


async def _text(answer: aiohttp.ClientResponse) -> str:
    """Read a response, up to the size limit; invalid UTF-8 in it becomes U+FFFD."""
    body = bytearray()
    async for piece in answer.content.iter_any():
        body += piece
        if len(body) > MAX_ANSWER_BYTES:
            text = f"Twilio's response is larger than {MAX_ANSWER_BYTES >> 20} MB"
            raise RequestFailedError(text, sent=True, reason=CommReason.UNREACHABLE)
    return body.decode("utf-8", "replace")


def _outcome(answer: Response | Exception | None) -> object:
    """Describe how an exchange ended: status and content, for a list only the number of rows; None: it did not end."""
    if answer is None or isinstance(answer, Exception):
        return str(answer or "none in time")
    outcome: dict[str, object] = {"status": answer.status_code, "request": answer.headers.get("Twilio-Request-Id", "")}
    try:
        content = orjson.loads(answer.text)
    except ValueError:
        return {**outcome, "characters": len(answer.text)}
    if isinstance(content, dict):
        content = {key: f"{len(v)} rows" if isinstance(v, list) else v for key, v in content.items()}
    return {**outcome, "content": content}


def _connect_words(exc: aiohttp.ClientConnectorError | aiohttp.ClientHttpProxyError | aiohttp.InvalidURL) -> str:
    if isinstance(exc, aiohttp.InvalidURL):
        return "the address is invalid"
    if isinstance(exc, aiohttp.ClientHttpProxyError):
        why = "it requires credentials" if exc.status == 407 else "it does not connect to Twilio"
        return f"the proxy answered HTTP {exc.status}: {why}"
    where = f"{exc.host}:{exc.port}"
    if isinstance(exc, aiohttp.ClientProxyConnectionError):
        where = f"the proxy {where}"
    if isinstance(exc, aiohttp.ClientConnectorDNSError):
        return f"the name {exc.host} cannot be resolved"
    if isinstance(exc, aiohttp.ClientConnectorCertificateError):
        return f"the certificate of {where} is not trusted: name its authority in SSL_CERT_FILE or REQUESTS_CA_BUNDLE"
    if isinstance(exc, aiohttp.ClientSSLError):
        return f"no encrypted connection to {where}"
    why = exc.os_error.strerror or "no connection"
    return f"no connection to {where}: {why.lower() if 'Connect call failed' not in why else 'connection refused'}"
