"""Twilio's test credentials as backend: the real API, magic numbers, no texts and no costs.

Source: Twilio's page "Test credentials". Only creating messages works with them; everything else is refused.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, NoReturn

from harness.personas import Account, NotOnThisBackendError, Personas
from harness.twilio.real_settings import NotReadyError
from harness.twilio.real_twilio import API, CONSOLE, PATIENCE_S

VALID_SENDER = "+15005550006"
_NAMES = ("TWILIO_TEST_ACCOUNT_SID", "TWILIO_TEST_AUTH_TOKEN")


class MagicTestCredentialsBackend:
    """Twilio behind test credentials: it judges messages and delivers none."""

    base_url = API
    page_url = CONSOLE
    patience = PATIENCE_S
    automatic_reply = no_reply = ""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        if missing := [name for name in _NAMES if not environment.get(name)]:
            raise NotReadyError(f"--twilio=test-credentials needs {' and '.join(missing)} in the environment")
        sid, token = (environment[name] for name in _NAMES)
        self._account = Account("Test", sid, token, (VALID_SENDER,))

    def personas(self) -> Personas:
        """Who may play: nobody; scenarios name Twilio's magic numbers."""
        return Personas(self._account, (), ())

    def account(self, type_: str) -> Account:
        """The test account.

        Raises:
            NotOnThisSideError: When a scenario wants another one.
        """
        if type_ != "Test":
            raise NotOnThisBackendError(f"test credentials are no {type_} account")
        return self._account

    def webhook_address(self) -> tuple[str, int]:
        """Twilio calls no webhook for test credentials."""
        _cannot()

    async def begin(self) -> None:
        """There is nothing to make ready: test credentials leave no trace."""

    def outgoing(self, to: str, body: str) -> str:
        """Every text is free and goes nowhere."""
        return body

    def plain(self, body: str) -> str:
        """Texts carry no stamp."""
        return body

    async def add_fault(self, match: dict[str, str], effect: dict[str, Any], **limits: Any) -> None:
        """Nobody can make Twilio fail."""
        _cannot()

    async def clear_faults(self) -> None:
        """There are none."""
        _cannot()

    async def text(self, from_: str, to: str, body: str, *, picture: bool = False) -> dict[str, Any]:
        """Nobody can text a magic number."""
        _cannot()

    async def change_account(self, account: Account, changes: Mapping[str, str]) -> None:
        """Test credentials belong to no account of their own."""
        _cannot()

    async def shown(self, number: str) -> list[dict[str, Any]]:
        """There are no handsets."""
        _cannot()

    async def point_number_to(self, account: Account, number: str, url: str) -> None:
        """Nobody changes where numbers point here."""
        _cannot()

    async def add_alpha_sender(self, account: Account, name: str) -> None:
        """No messaging service is touched here."""
        raise NotOnThisBackendError("there is no messaging service to play with on this side")

    async def shared_key(self, account: Account, name: str) -> str:
        """No webhook configuration is touched here."""
        raise NotOnThisBackendError("webhooks are not configured on this side")

    async def sign_with(self, account: Account, name: str) -> None:
        """No webhook configuration is touched here."""
        raise NotOnThisBackendError("webhooks are not configured on this side")

    async def requests(self, **filters: str) -> list[dict[str, Any]]:
        """Nobody can see what Twilio was asked."""
        return []

    async def webhooks(self, **filters: str) -> list[dict[str, Any]]:
        """Twilio calls none for test credentials."""
        return []


def _cannot() -> NoReturn:
    raise AssertionError("test credentials only judge messages that are created; the scenario cannot be @magic")


@asynccontextmanager
async def magic_test_credentials_backend() -> AsyncIterator[MagicTestCredentialsBackend]:
    """Play with test credentials."""
    yield MagicTestCredentialsBackend()
