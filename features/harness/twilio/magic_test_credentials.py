"""Twilio's test credentials as a backend: the real API and magic numbers, without messages or costs.

Source: Twilio's page "Test credentials". Only creating messages works with them; everything else is refused.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from harness.personas import Account, NotOnThisBackendError, Personas
from harness.twilio.real_api import RealApiBackend
from harness.twilio.real_settings import NotReadyError

VALID_SENDER = "+15005550006"
_NAMES = ("TWILIO_TEST_ACCOUNT_SID", "TWILIO_TEST_AUTH_TOKEN")


class MagicTestCredentialsBackend(RealApiBackend):
    """Twilio with test credentials, which validates messages and delivers none."""

    limits = "test credentials only validate new messages; this scenario cannot be @magic"

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        if missing := [name for name in _NAMES if not environment.get(name)]:
            raise NotReadyError(f"--twilio=test-credentials needs {' and '.join(missing)} in the environment")
        sid, token = (environment[name] for name in _NAMES)
        self._account = Account("Test", sid, token, (VALID_SENDER,))

    def personas(self) -> Personas:
        """Return personas without people; scenarios name Twilio's magic numbers."""
        return Personas(self._account, (), ())

    def account(self, type_: str) -> Account:
        """Return the test account.

        Raises:
            NotOnThisBackendError: If the scenario needs another one.
        """
        if type_ != "Test":
            raise NotOnThisBackendError(f"test credentials have no {type_} account")
        return self._account

    def webhook_address(self) -> tuple[str, int]:
        """Refuse, because Twilio calls no webhooks for test credentials."""
        raise AssertionError(self.limits)

    async def begin(self) -> None:
        """Do nothing, because test credentials leave no trace."""

    def outgoing(self, to: str, body: str) -> str:
        """Return the message unchanged; it is free and never delivered."""
        return body

    def plain(self, body: str) -> str:
        """Return the message unchanged; messages carry no stamp."""
        return body


@asynccontextmanager
async def magic_test_credentials_backend() -> AsyncIterator[MagicTestCredentialsBackend]:
    """Open the backend with test credentials."""
    yield MagicTestCredentialsBackend()
