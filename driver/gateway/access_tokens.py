"""Access tokens of an OAuth app: fetched with its client secret, renewed before they expire, replaced when rejected.

Twilio responds with 401 to a token that it rejects and processes nothing, so a retry with a fresh token is safe.
Source: Twilio's documentation of the OAuth Token API.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any

import structlog
from twilio.http.response import Response

from driver.domain.facts import CommReason
from driver.gateway.request_failed import RequestFailedError
from driver.runtime.clock import Clock

_log = structlog.get_logger("driver.gateway")
#: How long before expiry a token is renewed; a token valid for less than twice that is renewed at half its lifetime.
MARGIN = timedelta(seconds=60)
#: Maximum lifetime of a token that is accepted as plausible; Twilio issues none with a longer one.
MAX_LIFETIME_S = 30 * 86_400

Ask = Callable[[dict[str, str]], Awaitable[Response]]


class AccessTokens:
    """The current token of an OAuth app, as a header; ``ask`` posts a form to Twilio's token endpoint."""

    #: An OAuth app has only one secret, so there is no secondary one.
    by_secondary = False

    def __init__(self, client_id: str, client_secret: str, ask: Ask, *, clock: Clock) -> None:
        self._form = {"client_id": client_id, "client_secret": client_secret, "grant_type": "client_credentials"}
        self._ask = ask
        self._clock = clock
        self._header = ""
        self._renew_at = self._expires_at = timedelta(0)
        self._fetching = asyncio.Lock()

    async def header(self) -> str:
        """Return the header to send. If Twilio issues no fresh token, the old one is used until it expires.

        Raises:
            RequestFailedError: there is no valid token, and none could be fetched.
        """
        async with self._fetching:
            if not self._header or self._clock.monotonic() >= self._renew_at:
                try:
                    await self._fetch()
                except RequestFailedError as exc:
                    if not self._header or self._clock.monotonic() >= self._expires_at:
                        raise
                    _log.warning("access_token_not_renewed", reason=exc.detail)
            return self._header

    async def others(self, refused: str) -> Sequence[str]:
        """Return a fresh token after Twilio rejected one.

        Raises:
            RequestFailedError: none could be fetched.
        """
        async with self._fetching:
            if self._header == refused:
                self._header = ""
                await self._fetch()
            return (self._header,)

    def taken(self, header: str) -> None:
        """Note that Twilio accepts this header."""

    async def _fetch(self) -> None:
        asked = self._clock.monotonic()
        token, lifetime = _read(await self._ask(self._form))
        self._header = f"Bearer {token}"
        self._expires_at = asked + lifetime
        self._renew_at = asked + max(lifetime - MARGIN, lifetime / 2)
        _log.info("access_token_fetched", expires_in_s=lifetime.total_seconds())


def _read(answer: Response) -> tuple[str, timedelta]:
    """Return the token in a response, and its lifetime.

    Raises:
        RequestFailedError: there is no token. The error does not quote the response, which may repeat the secret.
    """
    if 400 <= answer.status_code < 500 and answer.status_code not in (407, 408, 429):
        raise RequestFailedError(
            f"Twilio issues no access token (HTTP {answer.status_code}): check oauth_client_id and oauth_client_secret",
            sent=False,
            reason=CommReason.AUTH_FAILED,
        )
    try:
        content: Any = json.loads(answer.text) if answer.status_code == 200 else None
        token, lifetime = content["access_token"], content["expires_in"]
        if isinstance(token, str) and token.isascii() and token.isprintable() and token and lifetime > 0:
            return token, timedelta(seconds=min(lifetime, MAX_LIFETIME_S))
    except (ValueError, TypeError, KeyError, RecursionError):
        pass
    raise RequestFailedError(
        f"Twilio issues no access token (HTTP {answer.status_code})", sent=False, reason=CommReason.UNREACHABLE
    )
