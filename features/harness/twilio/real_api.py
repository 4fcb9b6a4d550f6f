"""Common parts of backends on Twilio's real API, where nothing can be set up or inspected for a test."""

from __future__ import annotations

from typing import Any

from harness.personas import NotOnThisBackendError

API = "https://api.twilio.com"
CONSOLE = "https://console.twilio.com/"
PATIENCE_S = 60.0


class RealApiBackend:
    """Refuses every operation that the real API does not offer to a scenario; ``limits`` says why."""

    base_url = API
    page_url = CONSOLE
    patience = PATIENCE_S
    automatic_reply = no_reply = ""
    limits = ""

    async def _beyond_limits(self, *_: Any, **__: Any) -> Any:
        raise AssertionError(self.limits)

    add_fault = clear_faults = text = change_account = shown = point_number_to = _beyond_limits

    async def _unknown(self, **_: str) -> list[dict[str, Any]]:
        """Return nothing, because Twilio's request and webhook logs cannot be read."""
        return []

    requests = webhooks = _unknown

    async def unused_faults(self) -> list[str]:
        """Return nothing, because no faults can be injected."""
        return []

    async def add_alpha_sender(self, *_: Any) -> None:
        """Refuse, because the messaging service is not modified."""
        raise NotOnThisBackendError("this backend has no messaging service")

    async def _unconfigured(self, *_: Any) -> Any:
        """Refuse, because webhook configuration is not modified."""
        raise NotOnThisBackendError("this backend does not configure webhooks")

    shared_key = sign_with = _unconfigured
