"""What backends at Twilio's real API have in common: nothing is set up there for a test, and nobody looks behind it."""

from __future__ import annotations

from typing import Any

from harness.personas import NotOnThisBackendError

API = "https://api.twilio.com"
CONSOLE = "https://console.twilio.com/"
PATIENCE_S = 60.0


class RealApiBackend:
    """Does none of what a scenario may want of a Twilio; ``limits`` says why."""

    base_url = API
    page_url = CONSOLE
    patience = PATIENCE_S
    automatic_reply = no_reply = ""
    limits = ""

    async def _beyond_limits(self, *_: Any, **__: Any) -> Any:
        raise AssertionError(self.limits)

    add_fault = clear_faults = text = change_account = shown = point_number_to = _beyond_limits

    async def _unknown(self, **_: str) -> list[dict[str, Any]]:
        """What Twilio was asked, or has called, nobody can see."""
        return []

    requests = webhooks = _unknown

    async def unused_faults(self) -> list[str]:
        """Nothing fails on purpose here."""
        return []

    async def add_alpha_sender(self, *_: Any) -> None:
        """No messaging service is touched here."""
        raise NotOnThisBackendError("there is no messaging service to play with on this side")

    async def _unconfigured(self, *_: Any) -> Any:
        """No webhook configuration is touched here."""
        raise NotOnThisBackendError("webhooks are not configured on this side")

    shared_key = sign_with = _unconfigured
