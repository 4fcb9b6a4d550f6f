"""The logins that Twilio may take: the token, and the secondary one while tokens are rotated.

Twilio takes both until a person promotes the secondary one, and refuses the old one from then on. It answers 401 to a
refused login and processes nothing, so asking once more with the other one is safe.
"""

import base64
from collections.abc import Sequence

import structlog

from driver.config.models import TwilioConfig

_log = structlog.get_logger("driver.gateway")
_NAMES = ("auth_token", "auth_token_secondary")


class Credentials:
    """One user's one or two secrets as headers; knows which one Twilio took last."""

    def __init__(self, user: str, secrets: Sequence[str]) -> None:
        self._headers = tuple("Basic " + base64.b64encode(f"{user}:{secret}".encode()).decode() for secret in secrets)
        self._place = 0

    async def header(self) -> str:
        """Return what to show Twilio first."""
        return self._headers[self._place]

    @property
    def by_secondary(self) -> bool:
        """Whether Twilio refuses the first secret and takes the second one."""
        return self._place > 0

    async def others(self, refused: str) -> Sequence[str]:
        """Return what else to try after a header was refused."""
        return tuple(header for header in self._headers if header != refused)

    def taken(self, header: str) -> None:
        """Take note that Twilio takes this header, after it refused the other one."""
        place = self._headers.index(header)
        if place != self._place:
            _log.warning("credentials_switched", takes=_NAMES[place], refuses=_NAMES[self._place])
            self._place = place


def secrets_of(config: TwilioConfig) -> tuple[str, Sequence[str]]:
    """Return who logs in, and with which secrets: an OAuth app, an API key, or the account with its tokens."""
    user, kept = config.account_sid, (config.auth_token, config.auth_token_secondary)
    if config.oauth_client_id is not None:
        user, kept = config.oauth_client_id, (config.oauth_client_secret, None)
    elif config.api_key_sid is not None:
        user, kept = config.api_key_sid, (config.api_key_secret, None)
    return user, tuple(secret.get_secret_value() for secret in kept if secret is not None)
