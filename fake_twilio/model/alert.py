"""Alerts: what the debugger shows when a webhook or its answer was wrong.

Source: Twilio's API reference, Monitor Alerts and Notifications.
"""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote_plus


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert. `level` is `error` or `warning`, `resource_sid` the message it is about."""

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


def alert_text(code: int, level: str, url: str, message: str) -> str:
    """Return the alert's text in its usual form: a query string."""
    pairs = (("Msg", message), ("ErrorCode", str(code)), ("LogLevel", level.upper()), ("url", url))
    return "&".join(f"{name}={quote_plus(value)}" for name, value in pairs)
