"""Alerts: what the debugger shows when a webhook or its answer was wrong.

Source: Twilio's API reference, Monitor Alerts and Notifications.
"""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote_plus


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert. ``level`` is ``error`` or ``warning``, ``resource_sid`` the message it is about."""

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
"""What Twilio's debugger calls the part of Twilio that answers texts."""


def alert_text(code: int, level: str, url: str, *, message: str, status: int = 0, old: bool = False) -> str:
    """Return the alert's text in its usual form, a query string, in the order seen in 2026 or, if ``old``, around 2016.

    ``status`` is what the customer's server answered, 0 if it did not.
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
