"""The debugger's alerts: Alerts in the Monitor API, Notifications in the 2010 API; two views of the same rows.

Source: Twilio's API reference, Monitor Alerts and Notifications.
"""

from typing import Any

from fake_twilio.api import date_filters
from fake_twilio.api.request import ApiRequest
from fake_twilio.api.resource import ProductResource, Resource
from fake_twilio.errors import TwilioError, more_info
from fake_twilio.model.alert import Alert
from fake_twilio.model.date_filter import seconds_range
from fake_twilio.model.dates import iso_seconds, rfc2822
from fake_twilio.web.response import Response

_ALERTS = "/v1/Alerts"
_NOTIFICATIONS = "/2010-04-01/Accounts/{account}/Notifications"
_LOG_LEVELS = {"0": "error", "1": "warning"}


def alert_document(request: ApiRequest, row: Alert) -> dict[str, Any]:
    """Return an alert; a single alert includes the request and response that caused it."""
    document = {
        "account_sid": row.account_sid,
        "alert_text": row.text,
        "api_version": "2010-04-01",
        "date_created": iso_seconds(row.created),
        "date_generated": iso_seconds(row.created),
        "date_updated": iso_seconds(row.created),
        "error_code": str(row.code),
        "log_level": row.level,
        "more_info": more_info(row.code),
        "request_method": row.request_method or None,
        "request_url": row.request_url or None,
        "resource_sid": row.resource_sid,
        "sid": row.sid,
        "service_sid": row.service_sid or None,
        "url": f"{request.origin}{_ALERTS}/{row.sid}",
    }
    if "sid" in request.variables:
        document |= {
            "request_variables": row.request_variables,
            "request_headers": row.request_headers or None,
            "response_headers": row.response_headers,
            "response_body": row.response_body,
        }
    return document


def notification_document(request: ApiRequest, row: Alert) -> dict[str, Any]:
    """Return an alert as a notification of the 2010 API; ``log`` is 0 for errors, 1 for warnings; there is no call."""
    document = {
        "account_sid": row.account_sid,
        "api_version": "2010-04-01",
        "call_sid": None,
        "date_created": rfc2822(row.created),
        "date_updated": rfc2822(row.created),
        "error_code": str(row.code),
        "log": "0" if row.level == "error" else "1",
        "message_date": rfc2822(row.created),
        "message_text": row.text,
        "more_info": more_info(row.code),
        "request_method": row.request_method or None,
        "request_url": row.request_url or None,
        "sid": row.sid,
        "uri": f"/2010-04-01/Accounts/{row.account_sid}/Notifications/{row.sid}.json",
    }
    if "sid" in request.variables:
        document |= {
            "request_variables": row.request_variables,
            "response_headers": row.response_headers,
            "response_body": row.response_body,
        }
    return document


ALERTS = ProductResource(lambda state: state.alerts, alert_document, key="alerts")
NOTIFICATIONS = Resource(lambda state: state.alerts, notification_document, key="notifications", element="Notification")


def list_alerts(request: ApiRequest) -> Response:
    """Show a page of alerts, newest first, filtered by level and date."""
    level = request.query.get("LogLevel")
    first, last = _seconds(request, "StartDate", 0), _seconds(request, "EndDate", 1)
    rows = [
        row
        for row in reversed(ALERTS.rows(request))
        if (not level or row.level == level)
        and (first is None or row.created.timestamp() >= first)
        and (last is None or row.created.timestamp() < last + 1)
    ]
    return ALERTS.page(request, rows, ("LogLevel", "StartDate", "EndDate"))


def list_notifications(request: ApiRequest) -> Response:
    """Show a page of notifications, newest first, filtered by level and day."""
    level = _LOG_LEVELS.get(request.query.get("Log"), "")
    logged = date_filters.date_range(request, "MessageDate")
    rows = [
        row
        for row in reversed(NOTIFICATIONS.rows(request))
        if (not level or row.level == level) and logged.admits(row.created)
    ]
    return NOTIFICATIONS.page(request, rows, ("MessageDate", "MessageDate<", "MessageDate>", "Log"))


def _seconds(request: ApiRequest, name: str, end: int) -> int | None:
    value = request.query.get(name)
    if not value:
        return None
    found = seconds_range(value)
    if found is None:
        raise TwilioError(20001, value="date")
    return found[end]


ROUTES = (
    *ALERTS.routes(_ALERTS, "alerts", list=list_alerts, update=None, delete=None),
    *NOTIFICATIONS.routes(_NOTIFICATIONS, "notifications", list=list_notifications, update=None, delete=None),
)
