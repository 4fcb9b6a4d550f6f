"""Alerts: the debugger's entries about failed webhooks and invalid responses.

Source: Twilio's API reference, Monitor Alerts and Notifications.
"""

from datetime import datetime
from urllib.parse import quote_plus

from fake_twilio.records import dataclass


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert. ``level`` is ``error`` or ``warning``; ``resource_sid`` is the SID of the message."""

    sid: str
    account_sid: str
    code: int
    level: str
    text: str
    created: datetime
    request_method: str
    request_url: str
    resource_sid: str
    request_variables: str = ""
    request_headers: str = ""
    response_headers: str = ""
    response_body: str = ""
    service_sid: str = ""


_MESSAGING = "14100"
"""The component number that Twilio's debugger uses for messaging."""


def alert_text(code: int, level: str, url: str, *, message: str, status: int = 0, old: bool = False) -> str:
    """Return the alert's text, a query string, in the field order of 2026 or, if ``old``, of around 2016.

    ``status`` is the HTTP status of the customer's server, 0 if it did not respond.
    """
    described = [
        ("sourceComponent", _MESSAGING),
        ("httpResponse", str(status or "")),
        ("url", url),
        ("ErrorCode", str(code)),
    ]
    logged = [("LogLevel", level.upper()), ("Msg", message), ("EmailNotification", "false")]
    pairs = [*described, *logged] if old else [*logged[1:], logged[0], *described]
    return "&".join(f"{name}={quote_plus(value)}" for name, value in pairs if value)
