"""Credentials for Twilio: the auth token, and the secondary one while tokens are rotated.

Twilio accepts both until a person promotes the secondary token, and rejects the old one from then on. It responds with
401 to rejected credentials and processes nothing, so a retry with the other token is safe.
"""

import base64
from collections.abc import Sequence

import structlog

from driver.config.models import TwilioConfig

_log = structlog.get_logger("driver.gateway")
_NAMES = ("auth_token", "auth_token_secondary")


class Credentials:
    """A user's one or two secrets as headers, and which of them Twilio accepted last."""

    def __init__(self, user: str, secrets: Sequence[str]) -> None:
        self._headers = tuple("Basic " + base64.b64encode(f"{user}:{secret}".encode()).decode() for secret in secrets)
        self._place = 0

    async def header(self) -> str:
        """Return the header to try first."""
        return self._headers[self._place]

    @property
    def by_secondary(self) -> bool:
        """Whether Twilio rejects the first secret and accepts the second one."""
        return self._place > 0

    async def others(self, refused: str) -> Sequence[str]:
        """Return the other headers to try after one was rejected."""
        return tuple(header for header in self._headers if header != refused)

    def taken(self, header: str) -> None:
        """Note that Twilio accepts this header, after it rejected the other one."""
        place = self._headers.index(header)
        if place != self._place:
            _log.warning("credentials_switched", takes=_NAMES[place], refuses=_NAMES[self._place])
            self._place = place


def secrets_of(config: TwilioConfig) -> tuple[str, Sequence[str]]:
    """Return the user and secrets to log in with: those of an OAuth app, an API key, or the account and its tokens."""
    user, kept = config.account_sid, (config.auth_token, config.auth_token_secondary)
    if config.oauth_client_id is not None:
        user, kept = config.oauth_client_id, (config.oauth_client_secret, None)
    elif config.api_key_sid is not None:
        user, kept = config.api_key_sid, (config.api_key_secret, None)
    return user, tuple(secret.get_secret_value() for secret in kept if secret is not None)
